"""Notebooks and benchmarks are found in a wheel as in a checkout."""

from pathlib import Path

import pytest

from kpitools.data import data_folder
from kpitools.errors import UserError


def installed(root: Path, *folders: str) -> Path:
    """Make an installation of kpitools below `root` with these folders, and return its package folder."""
    for folder in ("kpitools", *folders):
        (root / folder).mkdir(parents=True)
    return root / "kpitools"


def test_a_wheel_brings_its_own_folder(tmp_path):
    """The folder inside the package wins over one beside it."""
    package = installed(tmp_path, "kpitools/_data/benchmarks", "benchmarks")
    (tmp_path / "pyproject.toml").touch()
    assert data_folder("benchmarks", package) == package / "_data" / "benchmarks"


def test_a_checkout_has_the_folder_beside_the_package(tmp_path):
    """Without packaged data, the folder beside `pyproject.toml` is the one."""
    package = installed(tmp_path, "notebooks")
    (tmp_path / "pyproject.toml").touch()
    assert data_folder("notebooks", package) == tmp_path / "notebooks"


def test_a_folder_of_somebody_else_is_not_taken(tmp_path):
    """In `site-packages`, a folder `notebooks` beside kpitools belongs to another package."""
    with pytest.raises(UserError, match="no folder 'notebooks'"):
        data_folder("notebooks", installed(tmp_path, "notebooks"))
