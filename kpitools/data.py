"""Where the files that travel with kpitools lie: `notebooks` and `benchmarks`."""

from pathlib import Path

from kpitools.errors import UserError

PACKAGE = Path(__file__).parent


def data_folder(name: str, package: Path = PACKAGE) -> Path:
    """Return the folder `name` that came with kpitools, in a wheel as in a checkout.

    A wheel carries it as `kpitools/_data/<name>`; in a checkout it stands beside the package, and only a
    `pyproject.toml` next to it proves that (in `site-packages`, a folder of that name is somebody else's).

    Raises:
        UserError: this installation has no such folder.
    """
    packaged = package / "_data" / name
    beside = package.parent / name
    if packaged.is_dir():
        return packaged
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise UserError(f"This installation of kpitools has no folder {name!r}. Installing kpitools anew mends that.")
