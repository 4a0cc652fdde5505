"""Which notebooks there are: the project's own first, then those that came with kpitools."""

from pathlib import Path

from kpitools.data import data_folder
from kpitools.errors import ReportError, require_known


def list_notebooks(project: Path) -> dict[str, Path]:
    """Return the notebooks by name, sorted; one of the project's `notebooks/` hides a packaged one of its name.

    `project` is the project's folder. Names beginning with `_` or `.` are the analyst's own business.
    """
    found: dict[str, Path] = {}
    for folder in (data_folder("notebooks"), project / "notebooks"):
        found |= {path.stem: path for path in folder.glob("*.ipynb") if path.name[0] not in "._"}
    return dict(sorted(found.items()))


def find_notebook(name: str, project: Path) -> Path:
    """Return the notebook of this name (with or without `.ipynb`).

    Raises:
        ReportError: there is none; the nearest name is given.
    """
    known = list_notebooks(project)
    return known[require_known(name.removesuffix(".ipynb"), known, "notebook", ReportError)]
