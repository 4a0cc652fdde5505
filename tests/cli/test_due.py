"""`kpitools due` from the command line, with a notebook of the project's own and real kernels."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import nbformat
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_notebook

from kpitools.cli import main

TOML = """
[project]
languages = ["fr", "en"]
today = 2026-11-02
[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "begin"
team = "team"
[source.constants]
channel = "phone"
direction = "inbound"
outcome = "answered"
[[report]]
notebook = "short"
teams = "each"
catch_up = 1
"""
PARAMETERS = 'project: str = "."\nperiod: str = ""\nteam: str = ""\nlanguage: str = "en"\ntoday: str = ""'
SHOWS = """\
from IPython.display import display
page = {"language": language, "title": f"{team} {period}", "period": period, "today": today, "headline": [f"{team}!"]}
display({"application/vnd.kpitools.page+json": page, "text/plain": ""}, raw=True)
assert team != "Sud" or language != "en", "no figures"
display({"text/html": f"<p>{team} in {language}</p>"}, raw=True)
"""


@pytest.fixture
def project(tmp_path):
    """Write a project of two teams, whose notebook fails for one of them in English."""
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]
    rows = [f"{team}{day},{day} 09:00:00,{team}" for team in ("Nord", "Sud") for day in days]
    (tmp_path / "calls.csv").write_text("\n".join(["id,begin,team", *rows, ""]), encoding="utf-8")
    (tmp_path / "kpitools.toml").write_text(TOML, encoding="utf-8")
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new_code_cell(SHOWS)]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks" / "short.ipynb")
    return tmp_path


@pytest.fixture
def due(project, capsys):
    """Run the command on the project: its exit code, what it printed and what it said."""

    def run(*options):
        code = main(["due", "--project", str(project), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_one_failing_report_stops_no_other(project, due):
    """Three pages are made, one fails with its reason: exit 1; it is tried again and the index has the three."""
    code, out, err = due("--format", "json")
    assert code == 1
    rows = {(row["team"], row["language"]): row for row in json.loads(out)}
    states = {key: row["state"] for key, row in rows.items()}
    assert states == {("Nord", "fr"): "made", ("Nord", "en"): "made", ("Sud", "fr"): "made", ("Sud", "en"): "failed"}
    assert "AssertionError: no figures" in rows["Sud", "en"]["why"]
    assert "[4/4] 2026-10 short" in err
    assert err.splitlines()[-1] == "3 made, 1 failed. The data reach 2026-10-31, 2 days ago; today is 2026-11-02."
    reports = project / "reports"
    names = {path.relative_to(reports).as_posix() for path in reports.glob("*/*.html")}
    assert names == {"2026-10/short-nord.en.html", "2026-10/short-nord.fr.html", "2026-10/short-sud.fr.html"}
    assert (reports / "index.html").read_text(encoding="utf-8").count("2026-10/short-") >= 3
    left = {path.suffix: path.read_text(encoding="utf-8") for path in (reports / "_failed").iterdir()}
    assert set(left) == {".ipynb", ".txt"}
    assert not any(str(project) in text for text in left.values())
    again = json.loads(due("--dry-run", "--format", "json")[1])
    assert [row["state"] for row in again] == ["published", "published", "published", "failed"]


def test_once_all_is_there_nothing_is_done(project, due):
    """The failure mended, its report is made and its evidence goes; then no page is touched, and nothing is loaded."""
    due("--jobs", "2")
    notebook = project / "notebooks" / "short.ipynb"
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace("no figures", "").replace("assert", "#"), encoding="utf-8"
    )
    assert due()[0] == 0
    assert list((project / "reports" / "_failed").iterdir()) == []
    before = {path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")}
    code, out, err = due()
    assert (code, out) == (0, "")
    assert err.startswith("Nothing to do: 4 published. The data reach 2026-10-31")
    assert {path: path.stat().st_mtime_ns for path in (project / "reports").rglob("*.html")} == before
    assert len(before) == 6  # four pages, an index in each language
    heavy = {"pandas", "numpy", "duckdb", "pyarrow", "papermill", "nbconvert"}
    code = f"import sys; from kpitools.cli import main; main(['due', '--project', {str(project)!r}]); "
    code += f"print(*{heavy!r} & set(sys.modules))"
    quick = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert quick.stdout.split() == []


def test_what_is_outdated_or_late_is_named_in_every_run(project, due):
    """A page that no longer tells all, and a team without data, have a line each though nothing is made of them."""
    due()
    (project / "comments.toml").write_text(
        '[[comment]]\nreport = "short"\nperiod = "2026-10"\nteams = ["Nord"]\n'
        'by = "C."\non = 2026-11-02\ntext.fr = "Panne"\n',
        encoding="utf-8",
    )
    toml = project / "kpitools.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"each"', '["Nord", "Sudd"]'), encoding="utf-8")
    code, out, err = due()
    lines = [[cell.strip() for cell in line.strip("│").split("│")] for line in out.splitlines() if line[0] == "│"]
    assert code == 0
    assert {(state, team) for state, _, _, team, *_ in lines} == {("outdated", "Nord"), ("late", "Sudd")}
    assert err.splitlines()[-1].startswith("2 outdated, 2 late.")


def test_a_dry_run_writes_nothing(project, due):
    """It says what is due, and leaves no file behind."""
    code, out, err = due("--dry-run")
    assert code == 0
    assert out.count("│ due") == 4
    assert "4 due. The data reach 2026-10-31" in err
    assert not (project / "reports").exists()


def test_a_clock_that_was_set_back_is_said(due):
    """The data reach beyond that day: so many days ahead, never minus so many days ago."""
    err = due("--dry-run", "--today", "2026-10-20")[2]
    assert err.endswith("The data reach 2026-10-31, 11 days ahead; today is 2026-10-20.\n")


def test_a_second_run_is_busy(project, due):
    """While another run holds the folder of reports: exit 75, one line, nothing made."""
    (project / "reports").mkdir()
    with FileLock(project / "reports" / ".lock"):
        code, out, err = due()
    assert (code, out) == (75, "")
    assert err.count("\n") == 1
    assert "another run is at work" in err
    assert not list((project / "reports").glob("*/*.html"))


@pytest.mark.parametrize("text", ["yesterday", "2026-11"])
def test_a_day_that_is_none_is_refused(due, text):
    """Exit 2, with the form that is right."""
    code, _, err = due("--today", text)
    assert (code, err) == (2, f"kpitools: --today {text!r} is no day. Write it as 2026-11-02.\n")


def test_before_the_first_period_is_over_nothing_is_due(due):
    """In October there is no closed month with data."""
    code, out, err = due("--today", "2026-10-20")
    assert (code, out) == (0, "")
    assert "no period is over yet" in err


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="its owner may always write")
def test_a_folder_without_permission_is_said_in_one_line(project, due):
    """Exit 2 before anything is made."""
    project.chmod(0o500)
    try:
        code, _, err = due()
    finally:
        project.chmod(0o700)
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be written (Permission denied)" in err
