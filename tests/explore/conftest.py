"""A small simulated project on the analyst's desk."""

from pathlib import Path

import pytest

from kpitools.explore import Desk, desk
from kpitools.simulate import write_example


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated project, small enough to be read in a second or two."""
    return write_example(tmp_path_factory.mktemp("desk") / "example", 1000)


@pytest.fixture(scope="session")
def work(example: Path) -> Desk:
    """The project on the desk, in English."""
    return desk(example)
