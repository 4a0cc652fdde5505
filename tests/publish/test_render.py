"""A notebook is run and its page published, whole or not at all."""

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from papermill.exceptions import PapermillExecutionError

from kpitools.errors import ReportError
from kpitools.publish import render as room
from kpitools.publish.archive import write_manifest
from kpitools.publish.files import fingerprint, write_whole
from kpitools.publish.page import Page
from kpitools.publish.render import Rendered, render

PARAMETERS = 'project: str = "elsewhere"  # the folder\nteam: str = "all"  # one team'
SHOWS = """\
import os, sys, warnings
from pathlib import Path
from IPython.display import display
warnings.warn(f"seen by analysts only: {sys.prefix} {Path.home()}/x")
display({"text/html": f"<p>{team} in {Path.cwd().name}, {project}, {os.environ['MPLBACKEND']}</p>"}, raw=True)
"""


def stop_with(monkeypatch, name, message):
    """Let the next run stop in its third cell, with an error of this name."""

    def run(*arguments):
        arguments[-1].write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
        raise PapermillExecutionError(2, 3, "shares = measure()\nshares", name, message, [])

    monkeypatch.setattr(room, "_run", run)


def test_a_run_publishes_page_record_and_manifest(write_notebook, tmp_path, capfd):
    """A real kernel in the project's folder gives a page; nothing made names the machine, nothing is on stderr."""
    notebook = write_notebook(PARAMETERS, SHOWS, folder=tmp_path / "{braces}")
    project, out = tmp_path / "a project", tmp_path / "reports"
    project.mkdir()
    given = {"project": str(project), "team": "Nord & Sud"}
    rendered = render(notebook, given, out / "page.html", record=out / "page.ipynb")
    written = write_manifest(rendered, out / "manifest.json")
    assert "<p>Nord & Sud in a project, ., agg</p>" in rendered.html.read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")
    record = (out / "page.ipynb").read_text(encoding="utf-8")
    assert "seen by analysts only: <python> ~/x" in record
    for text in (record, written.read_text(encoding="utf-8")):
        assert str(tmp_path) not in text
        assert str(Path.home()) not in text
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "page.html", "page.ipynb"]


def test_a_failing_cell_leaves_the_last_good_page(write_notebook, tmp_path):
    """The message names the cell and the error in one line; the half-run notebook lies under `_failed`."""
    page = tmp_path / "page.html"
    page.write_text("the last good one", encoding="utf-8")
    with pytest.raises(ReportError) as failed:
        render(write_notebook(PARAMETERS, "total = 1\nshares = total / 0"), {}, page)
    evidence = tmp_path / "_failed" / "page.ipynb"
    expected = f"sample: cell 2 ('total = 1') raised ZeroDivisionError: division by zero. The run so far: {evidence}"
    assert str(failed.value) == expected
    assert "ZeroDivisionError" in evidence.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8") == "the last good one"


def test_what_a_user_can_mend_is_said_as_it_was(write_notebook, tmp_path, monkeypatch):
    """An error of the UserError family comes through in its own words, without cell or traceback."""
    stop_with(monkeypatch, "PeriodError", "There is no period '2026-13'.")
    with pytest.raises(ReportError) as failed:
        render(write_notebook(PARAMETERS), {}, tmp_path / "page.html")
    assert str(failed.value) == "There is no period '2026-13'."


def test_another_error_in_several_lines_is_told_in_one(write_notebook, tmp_path, monkeypatch):
    """Of a long message, the first line is told; the rest is in the evidence."""
    stop_with(monkeypatch, "KeyError", "'wait'\nand much more")
    with pytest.raises(ReportError, match=r"cell 3 \('shares = measure\(\)'\) raised KeyError: 'wait'\. The run"):
        render(write_notebook(PARAMETERS), {}, tmp_path / "page.html")


@pytest.mark.parametrize(
    ("given", "says"),
    [({"taem": "Nord"}, "Did you mean 'team'"), ({"project": "nowhere"}, "There is no project 'nowhere'")],
)
def test_wrong_parameters_are_refused_before_the_run(write_notebook, tmp_path, monkeypatch, given, says):
    """Nothing is run and nothing written."""
    stop_with(monkeypatch, "NeverError", "ran")
    with pytest.raises(ReportError, match=says):
        render(write_notebook(PARAMETERS), given, tmp_path / "reports" / "page.html")
    assert not (tmp_path / "reports").exists()


def test_a_project_file_is_named_from_its_own_folder(write_notebook, tmp_path, monkeypatch):
    """A project given as a file runs in the folder of that file."""
    (tmp_path / "other.toml").touch()
    ran_in = []
    monkeypatch.setattr(room, "_run", lambda *arguments: ran_in.append(arguments[2]) or new_notebook())
    given = {"project": str(tmp_path / "other.toml")}
    rendered = render(write_notebook(PARAMETERS), given, tmp_path / "page.html")
    assert rendered.parameters == {"project": "other.toml"}
    assert ran_in == [tmp_path]


def test_a_file_is_whole_or_as_before(tmp_path):
    """A text that cannot be written leaves the old file and nothing beside it."""
    path = write_whole(tmp_path / "new" / "page.html", "caf\N{LATIN SMALL LETTER E WITH ACUTE}\n")
    assert path.read_bytes() == b"caf\xc3\xa9\n"
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert [each.read_bytes() for each in path.parent.iterdir()] == [b"caf\xc3\xa9\n"]


def test_the_manifest_keeps_the_figures_of_the_whole(write_notebook, tmp_path):
    """A figure of a channel, team or own segment stands in the CSV alone; a share of a mix by category stays."""
    whole = {"kpi": "csat", "statistic": "mean", "value": 4.1, "low_90": 4.0, "team": None}
    figures = [whole, *({**whole, name: "x"} for name in ("channel", "team", "region")), {**whole, "category": "other"}]
    page = Page("en", "A report", figures=tuple(figures))
    rendered = Rendered(write_whole(tmp_path / "page.html", "abc"), None, write_notebook(PARAMETERS), {})
    kept = json.loads(write_manifest(rendered, tmp_path / "m.json", page=page).read_text(encoding="utf-8"))["figures"]
    assert [(row["kpi"], row["category"], row["value"]) for row in kept] == [
        ("csat", None, 4.1),
        ("csat", "other", 4.1),
    ]


def test_the_manifest_says_what_a_report_was_made_from(write_notebook, tmp_path):
    """Notebook, parameters, versions and files are in it; made twice, it is the same."""
    page = write_whole(tmp_path / "page.html", "abc")
    rendered = Rendered(page, None, write_notebook(PARAMETERS), {"team": "Nord"})
    texts = [write_manifest(rendered, tmp_path / f"{n}.json").read_text(encoding="utf-8") for n in (1, 2)]
    manifest = json.loads(texts[0])
    assert texts[0] == texts[1]
    assert manifest["notebook"] == {"name": "sample", "sha256": fingerprint(rendered.notebook)}
    assert manifest["parameters"] == {"team": "Nord"}
    assert {"pandas", "papermill", "nbconvert"} <= set(manifest["packages"])
    assert manifest["files"] == [
        {
            "name": "page.html",
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",  # FIPS 180, "abc"
        }
    ]
