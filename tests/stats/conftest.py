"""The expected values of other tools, kept beside the repository; tests that need them skip without."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KNOWN = Path(__file__).parents[2] / "../shared/known"


@pytest.fixture(scope="session")
def known() -> Callable[[str], Any]:
    """Read a file of expected values: JSON as it is, CSV as a list of rows of text."""

    def read(name: str) -> Any:
        path = KNOWN / name
        if not path.is_file():
            pytest.skip(f"no expected values of other tools here: ../shared/known/{name}")
        with path.open(encoding="utf-8", newline="") as file:
            return json.load(file) if path.suffix == ".json" else list(csv.DictReader(file))

    return read
