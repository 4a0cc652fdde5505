"""What the examples of docstrings stand on: `folder` holds a small simulated project, `work` is the desk on it."""

from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestItem


@pytest.fixture(scope="session")
def documented(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A simulated project of 1,000 contacts a month, and the analyst's desk on it."""
    from kpitools.explore import desk  # noqa: PLC0415 - what no example asks for is not loaded
    from kpitools.simulate import write_example  # noqa: PLC0415

    folder: Path = write_example(tmp_path_factory.mktemp("documented") / "example", 1000)
    return {"folder": folder, "work": desk(folder)}


@pytest.fixture(autouse=True)
def _named(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    if isinstance(request.node, DoctestItem) and any(
        name in example.source for example in request.node.dtest.examples for name in ("folder", "work")
    ):
        doctest_namespace.update(request.getfixturevalue("documented"))
