"""The parameters cell of a notebook, read without running it."""

from pathlib import Path

import pytest

from kpitools.errors import ReportError
from kpitools.publish.parameters import Parameter, check_parameters, parameters

CELL = """\
# What the report is about
project: str = "."  # the project's folder
period: str | None = None  # the month, as 2026-10
kpis: list[str] = [
    "nps",
]  # in reading order
limit = -5
day = date(2026, 1, 1)
import os
"""


def test_name_type_default_and_help(write_notebook):
    """Annotations of every form, literals over several lines and comments are read; other statements are not."""
    assert parameters(write_notebook(CELL)) == [
        Parameter("project", "str", ".", "the project's folder"),
        Parameter("period", "str | None", None, "the month, as 2026-10"),
        Parameter("kpis", "list[str]", ["nps"], "in reading order"),
        Parameter("limit", "int", -5),
        Parameter("day", "str", "date(2026, 1, 1)"),
    ]


def test_a_notebook_without_parameters_has_none(tmp_path):
    """No tagged cell, no parameters."""
    path = tmp_path / "bare.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", "metadata": {}, "source": "x = 1"}]}', encoding="utf-8")
    assert parameters(path) == []


def test_a_misspelt_name_is_refused_with_the_nearest(write_notebook):
    """The message names the notebook, the wrong name and the right one."""
    with pytest.raises(ReportError) as refused:
        check_parameters(write_notebook(CELL), ["project", "perod"])
    assert str(refused.value) == "The notebook 'sample' has no parameter 'perod'. Did you mean 'period'?"


def test_known_names_pass(write_notebook):
    """Given names that all exist, nothing is said."""
    check_parameters(write_notebook(CELL), ["project", "period"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is no Jupyter notebook"),
        ("[]", "is no Jupyter notebook"),
        ('{"worksheets": []}', "is no Jupyter notebook"),
        (
            '{"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": ["a = 1\\n", "b ="]}]}',
            "line 2 of the parameters cell is no Python",
        ),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content, says):
    """Each way of being wrong gets one line that says so."""
    path = tmp_path / "broken.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match=says):
        parameters(path)


def test_a_missing_file_is_refused(tmp_path):
    """The message names the path."""
    with pytest.raises(ReportError, match=r"There is no notebook .*nowhere.ipynb"):
        parameters(tmp_path / "nowhere.ipynb")
