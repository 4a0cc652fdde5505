"""What many tests need: the folders beside the repository, and small projects."""

from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[1] / ".." / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real input beside the repository; where it is not there, the test says so and is skipped."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("there is no ../shared/data beside this repository")
    return folder.resolve()


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
