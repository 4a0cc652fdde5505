"""`kpitools purge`: what is older than it may be kept is shown, then deleted, and nothing else is touched."""

import json
import os
import sys
from datetime import UTC, datetime

import pytest

from kpitools.cli import main

TOML = """
[project]
name = "Test"
timezone = "Europe/Paris"
today = 2026-08-15
[[source]]
files = "calls/*.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
[source.constants]
channel = "phone"
direction = "inbound"
outcome = "answered"
[[source]]
files = ["crm.csv", "OUTSIDE"]
table = "customers"
[source.columns]
customer_id = "customer"
started_at = "from"
ended_at = "to"
"""
OLD, NEW = "2023-05-02 10:00", "2026-05-02 10:00"


@pytest.fixture
def project(tmp_path):
    """A project with an old and a new file of calls, a mixed one, customers who stayed, and an export elsewhere."""
    home, elsewhere = tmp_path / "project", tmp_path / "elsewhere.csv"
    (home / "calls").mkdir(parents=True)
    (home / "kpitools.toml").write_text(TOML.replace("OUTSIDE", elsewhere.as_posix()), encoding="utf-8")
    for name, times in {"old": [OLD, OLD], "new": [NEW], "mixed": [OLD, NEW, NEW]}.items():
        lines = [f"{name}{n},{time}" for n, time in enumerate(times)]
        (home / "calls" / f"{name}.csv").write_text("\n".join(["id,start", *lines, ""]), encoding="utf-8")
    (home / "crm.csv").write_text("customer,from,to\nA,2020-01-31,\nB,2020-01-31,2021-05-31\n", encoding="utf-8")
    elsewhere.write_text("customer,from,to\nC,2020-01-31,2021-05-31\n", encoding="utf-8")
    return home


@pytest.fixture
def purge(project, capsys):
    """Run the command; return its exit code, its rows by file, and its messages."""

    def run(*arguments):
        capsys.readouterr()
        code = main(["purge", "--format", "json", "--project", str(project), *arguments])
        said = capsys.readouterr()
        return code, {row["file"].rpartition("/")[2]: row for row in json.loads(said.out or "[]")}, said.err

    return run


def report(project, period):
    """Write what a report leaves: page, executed notebook, figures, and the manifest that names them."""
    folder = project / "reports" / period
    folder.mkdir(parents=True)
    names = ["page.fr.html", "page.fr.ipynb", "page.fr.csv"]
    for name in names:
        (folder / name).write_text("x", encoding="utf-8")
    manifest = {"kpitools": "1", "files": [{"name": name} for name in names]}
    (folder / "page.fr.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_dry_run_shows_and_deletes_nothing(project, purge):
    """The old file would go; the mixed one is named with its one old row of three; the new one is not named."""
    before = sorted(project.rglob("*"))
    code, rows, said = purge("--before", "2024-01-01", "--dry-run")
    assert code == 0
    assert (rows["old.csv"]["action"], rows["old.csv"]["rows"], rows["old.csv"]["newest"]) == (
        "delete",
        2,
        "2023-05-02",
    )
    assert (rows["mixed.csv"]["action"], rows["mixed.csv"]["rows"], rows["mixed.csv"]["old"]) == ("keep", 3, 1)
    assert "new.csv" not in rows
    assert "calls/mixed.csv: 1 of 3 rows are from before 2024-01-01; export it again without the old rows" in said
    assert "1 file would be deleted" in said
    assert sorted(project.rglob("*")) == before


def test_nothing_is_deleted_without_consent(project, purge, monkeypatch):
    """Where nobody can be asked, `--yes` is needed: exit 2, and the file is still there."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    code, _, said = purge("--before", "2024-01-01")
    assert (code, "nothing was. Add --yes" in said) == (2, True)
    assert (project / "calls" / "old.csv").exists()


def test_with_consent_only_what_is_wholly_old_is_deleted(project, purge):
    """The old file goes and is named; mixed, new and current files keep every byte."""
    kept = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and path.name != "old.csv"}
    code, _, said = purge("--before", "2024-01-01", "--yes")
    assert (code, "Deleted: calls/old.csv" in said) == (0, True)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == kept


def test_a_customer_who_stayed_is_not_old(purge):
    """Of the two customers one left in 2021: that row is old, and the file stays for the other."""
    row = purge("--before", "2024-01-01", "--dry-run")[1]["crm.csv"]
    assert (row["action"], row["rows"], row["old"]) == ("keep", 2, 1)


def test_what_lies_outside_the_project_is_named_only(project, purge):
    """An old export elsewhere stays, and the message says who has to delete it."""
    _, rows, said = purge("--before", "2024-01-01", "--yes")
    assert rows["elsewhere.csv"]["action"] == "keep"
    assert "it lies outside the project: delete it yourself" in said
    assert (project.parent / "elsewhere.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a right of its own there")
def test_a_link_out_of_the_project_is_not_followed(project, purge):
    """An old file that is a link to one elsewhere stays, and so does that one."""
    target = project.parent / "archive.csv"
    target.write_bytes((project / "calls" / "old.csv").read_bytes().replace(b"old", b"other"))
    (project / "calls" / "linked.csv").symlink_to(target)
    assert purge("--before", "2024-01-01", "--yes")[1]["linked.csv"]["action"] == "keep"
    assert target.exists()


def test_a_row_without_a_readable_date_keeps_its_file(project, purge):
    """Nobody knows how old such a row is: the file stays, and the reason is said."""
    with (project / "calls" / "old.csv").open("a", encoding="utf-8") as file:
        file.write("old9,soon\n")
    _, rows, said = purge("--before", "2024-01-01", "--yes")
    assert rows["old.csv"]["action"] == "keep"
    assert "rows without a readable date: 1" in said


def test_old_reports_keep_their_page_and_manifest(project, purge):
    """Of a period that ended before the day the executed notebook and the figures go; of a later one nothing."""
    old, new = report(project, "2023-12"), report(project, "2024-01")
    (old / "notes.csv").write_text("a file of somebody's own", encoding="utf-8")
    assert purge("--before", "2024-01-01", "--yes")[0] == 0
    assert sorted(path.name for path in old.iterdir()) == ["notes.csv", "page.fr.html", "page.fr.json"]
    assert len(list(new.iterdir())) == 4


def test_rows_set_aside_or_saved_go_by_the_day_they_were_written(project, purge):
    """Files of rows set aside, or saved while exploring, of 2023 go; a table of somebody's own of that day stays."""
    written = datetime(2023, 6, 1, tzinfo=UTC).timestamp()
    (project / "explored").mkdir()
    files = {"aside.csv": "file,line,column,value,reason,record,id", "own.csv": "id,name", "explored/calls.csv": "id"}
    for name, header in files.items():
        (project / name).write_text(f"{header}\n", encoding="utf-8")
        os.utime(project / name, (written, written))
    rows = purge("--before", "2024-01-01", "--yes")[1]
    assert (rows["aside.csv"]["what"], "own.csv" in rows) == ("rows set aside", False)
    assert rows["calls.csv"]["what"] == "rows saved"
    assert not (project / "aside.csv").exists()
    assert not any((project / "explored").iterdir())
    assert (project / "own.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "keep_months = 36 under [privacy]"),
        (["--before", "last year"], "--before 'last year' is no day. Write it as 2023-11-01."),
        (["--before", "2027-01-01"], "lies in the future"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(purge, arguments, said):
    """No day and no rule, no date, or a day that has not come: exit 2, one line."""
    code, _, err = purge(*arguments, "--yes")
    assert (code, said in err, len(err.splitlines())) == (2, True, 1)


@pytest.mark.parametrize(("months", "gone"), [(39, True), (40, False)])
def test_the_rule_of_the_project_says_from_when(project, purge, months, gone):
    """On 15 August 2026 a rule of 39 months keeps from 15 May 2023: 2 May goes. With 40 months it stays."""
    with (project / "kpitools.toml").open("a", encoding="utf-8") as file:
        file.write(f"[privacy]\nkeep_months = {months}\n")
    assert purge("--yes")[0] == 0
    assert (project / "calls" / "old.csv").exists() is not gone


def test_old_is_a_matter_of_the_local_day(project, purge):
    """A call at half past midnight in Paris on 1 January is of that day, though it is still December in UTC."""
    (project / "calls" / "old.csv").write_text("id,start\na,2024-01-01 00:30\n", encoding="utf-8")
    assert "old.csv" not in purge("--before", "2024-01-01", "--dry-run")[1]
    assert purge("--before", "2024-01-02", "--dry-run")[1]["old.csv"]["action"] == "delete"
