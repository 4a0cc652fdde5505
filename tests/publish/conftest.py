"""Notebooks to read and to run."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes cells of code as a notebook, the first of them tagged `parameters`."""

    def write(*sources: str, name: str = "sample", folder: Path = tmp_path) -> Path:
        cells = [new_code_cell(source) for source in sources]
        cells[0].metadata["tags"] = ["parameters"]
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
        return folder / f"{name}.ipynb"

    return write
