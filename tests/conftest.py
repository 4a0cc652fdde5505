"""What many tests need: the folders beside the repository, and small projects."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("unhurried", settings(), deadline=None)  # a busy machine is no defect
settings.load_profile("unhurried")

SHARED = Path(__file__).parents[1] / ".." / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real input beside the repository; where it is not there, the test says so and is skipped."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("there is no ../shared/data beside this repository")
    return folder.resolve()


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip would lay it out, built here without a download."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=Path(__file__).parents[1], check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(autouse=True)
def _own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests away from the user's own key of pseudonyms."""
    monkeypatch.setenv("KPITOOLS_KEY", "a key for tests only")


@pytest.fixture
def make_project(tmp_path: Path) -> Any:
    """Write a project file and the files that it names, and return the loaded project."""

    def make(toml: str, **files: str | bytes) -> Any:
        from kpitools import project  # noqa: PLC0415

        (tmp_path / "kpitools.toml").write_text(toml, encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return project.load(tmp_path)

    return make
