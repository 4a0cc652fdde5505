"""The example project and its published reports, made once for all tests of pages."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from kpitools.cli import main
from kpitools.simulate import write_example

PERIOD = "2026-10"


@dataclass(frozen=True)
class Published:
    """A small example project and the folder of its reports for one month, in both languages."""

    project: Path
    folder: Path

    def page(self, language: str) -> Path:
        """Return the page in a language."""
        return self.folder / f"periodic_report.{language}.html"

    def beside(self, language: str, ending: str) -> Path:
        """Return a file beside the page."""
        return self.page(language).with_suffix(ending)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated project, small enough to be read in a second or two."""
    return write_example(tmp_path_factory.mktemp("project") / "example", 1000)


@pytest.fixture(scope="session")
def published(example: Path) -> Published:
    """The month's report in French and English, as `kpitools report` writes it."""
    assert main(["report", "--project", str(example), "--period", PERIOD]) == 0
    return Published(example, example / "reports" / PERIOD)
