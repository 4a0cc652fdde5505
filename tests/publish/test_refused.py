"""A notebook that cannot show anything runs to its end and says why; nothing is published of it."""

import json

import nbformat
import papermill
import pytest

from kpitools.data import data_folder
from kpitools.errors import ReportError
from kpitools.publish.render import render

UNDATED = """\
[project]
name = "Clients"
timezone = "Europe/Paris"
[[source]]
files = "customers.csv"
table = "customers"
[source.columns]
customer_id = "id"
left = "state"
"""


@pytest.fixture
def undated(make_project):
    """A list of customers without any date: no period can be reported on."""
    rows = "".join(f"{2 * number},No\n{2 * number + 1},Yes\n" for number in range(10))
    return make_project(UNDATED, customers__csv=f"id,state\n{rows}").folder


@pytest.mark.parametrize("notebook", ["adviser_review", "getting_started", "periodic_report"])
def test_what_is_missing_is_said_and_no_cell_fails(undated, tmp_path, notebook):
    """Run by papermill alone, a notebook that came with kpitools ends well and tells its reader one sentence."""
    made = papermill.execute_notebook(
        str(data_folder("notebooks") / f"{notebook}.ipynb"), str(tmp_path / "made.ipynb"),
        {"project": str(undated)}, progress_bar=False, kernel_name="python3",
    )  # fmt: skip
    shown = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in shown] == ["display_data"]
    assert "no dates" in shown[0].data["text/plain"] or "does not show advisers" in shown[0].data["text/plain"]


def test_nothing_is_published_of_it(undated, tmp_path):
    """The command refuses with the same sentence, and an earlier page stays."""
    page = tmp_path / "page.html"
    page.write_text("the last good page", encoding="utf-8")
    with pytest.raises(ReportError, match="no dates"):
        render(data_folder("notebooks") / "periodic_report.ipynb", {"project": str(undated)}, page)
    assert page.read_text(encoding="utf-8") == "the last good page"


def test_what_jupyterlab_saved_in_a_notebook_goes_nowhere(tmp_path):
    """Neither outputs nor the state of controls that an analyst's notebook was saved with reach page or record."""
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("1 + 1")
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": "<p>Adviser Dupont</p>"}, execution_count=1)]
    notebook.cells = [cell]
    state = {
        "abc": {"model_name": "HTMLModel", "model_module": "@jupyter-widgets/controls", "state": {"value": "Dupont"}}
    }
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "state": state}}
    path = tmp_path / "own.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    made = render(path, {}, tmp_path / "own.html", record=tmp_path / "record.ipynb")
    for written in (made.html, made.record):
        assert "Dupont" not in written.read_text(encoding="utf-8")
