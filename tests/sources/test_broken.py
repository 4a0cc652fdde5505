"""10,000 good rows with more than 60 kinds of broken row among them: each has its fate, and no figure moves."""

import csv
import stat
from collections import Counter

import pandas as pd
import pytest
from broken import BLANK, PROJECT, exports

from kpitools import project
from kpitools.measure import measure
from kpitools.sources import read
from kpitools.sources.aside import write_set_aside

FILES = exports()
EXCLUDED = {"duplicate", "earlier_version", "merged", "spam", "deleted", "test", "internal", "no_score"}


def read_all(folder, *, broken):
    """Write the project into a folder and read it."""
    (folder / "kpitools.toml").write_text(PROJECT, encoding="utf-8")
    for export in FILES:
        (folder / export.name).write_bytes(export.written(broken=broken))
    loaded = project.load(folder)
    return loaded, read(loaded)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The project with its broken rows, and without them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPITOOLS_KEY", "a key for tests only")
        return [read_all(tmp_path_factory.mktemp("broken"), broken=broken) for broken in (True, False)]


@pytest.fixture(scope="module")
def tables(both):
    """The tables of the project with its broken rows."""
    return both[0][1]


def test_there_are_sixty_kinds_among_ten_thousand_rows():
    """The sample is what the tests below take it for."""
    names = {(export.name, kind.name) for export in FILES for kind in export.odd}
    left_out = [kind for export in FILES for kind in export.odd if kind.fate]
    assert len(left_out) >= 60
    assert len(names) == sum(len(export.odd) for export in FILES)
    assert sum(len(export.good) for export in FILES) == 10_000


@pytest.fixture(scope="module")
def written(tables, tmp_path_factory):
    """The file and its rows."""
    path = tmp_path_factory.mktemp("aside") / "aside.csv"
    assert write_set_aside(tables.accounts, path) == sum(sum(a.set_aside.values()) for a in tables.accounts)
    with path.open(encoding="utf-8", newline="") as file:
        return path, list(csv.DictReader(file))


@pytest.mark.parametrize("place", range(3), ids=[export.name for export in FILES])
class TestFates:
    """Every row is used, excluded or set aside, for the reason that is true of it."""

    def test_no_row_is_unaccounted_for(self, tables, place):
        """The account counts each line that holds something, once, by its reason."""
        export, account = FILES[place], tables.accounts[place]
        expected = Counter(kind.fate for kind in export.odd)
        blank, used = expected.pop(BLANK, 0), expected.pop(None, 0)
        assert Counter(account.excluded) + Counter(account.set_aside) == expected
        assert set(account.excluded) <= EXCLUDED
        assert not EXCLUDED & set(account.set_aside)
        assert (account.read, account.used, account.blank) == (
            len(export.good) + used + expected.total(), len(export.good) + used, blank,
        )  # fmt: skip

    def test_each_row_set_aside_has_its_line_and_reason(self, tables, place):
        """The line named is the one on which the broken row stands."""
        export, account = FILES[place], tables.accounts[place]
        before = export.written(broken=True).split(b"\n", 1)[1]  # behind the header
        found = {problem.line: problem.reason for problem in account.problems}
        aside = [kind for kind in export.odd if kind.fate not in EXCLUDED | {None, BLANK}]
        lines = [before[: before.index(kind.line)].count(b"\n") + 2 for kind in aside]
        assert [(kind.name, found.get(line)) for kind, line in zip(aside, lines, strict=True)] == [
            (kind.name, kind.fate) for kind in aside
        ]
        assert len(account.problems) == len(aside)

    def test_the_rows_in_use_say_what_was_meant(self, tables, place):
        """Every good row, and every oddly written one, is there with its values, and no other row."""
        name, columns = (
            ("contacts", {"contact_id": "id", "started_at": "start", "direction": "way", "channel": "channel",
                          "outcome": "result", "wait_s": "wait", "talk_s": "talk", "team": "team"}),
            ("requests", {"request_id": "number", "created_at": "opened", "status": "state", "reopens": "reopened"}),
            ("surveys", {"response_id": "id", "sent_at": "sent", "kind": "kind", "score": "score",
                         "scale_min": "low", "scale_max": "high"}),
        )[place]  # fmt: skip
        found = Counter(tables[name].select(", ".join(columns)).fetchall())
        assert found == Counter(tuple(row[key] for key in columns.values()) for row in FILES[place].meant())


class TestFigures:
    """What is broken moves no figure of what is not."""

    def test_no_kpi_changes(self, both):
        """All that can be measured is the same, to the last digit that means something, without the broken rows."""
        with_them, without = (measure(tables, loaded, every="month").reset_index(drop=True) for loaded, tables in both)
        assert len(with_them) > 20
        pd.testing.assert_frame_equal(with_them, without, rtol=1e-12, atol=0)

    def test_the_figures_are_those_of_the_sample(self, both):
        """Answer rate, satisfaction and recommendation, added up here from what the rows mean."""
        loaded, tables = both[0]
        calls, surveys = FILES[0].meant(), FILES[2].meant()
        out = {"unknown", "out_of_hours"}
        offered = [c for c in calls if (c["way"], c["channel"]) == ("inbound", "phone") and c["result"] not in out]
        marks = [s["score"] for s in surveys if s["kind"] == "csat"]
        nps = [s["score"] for s in surveys if s["kind"] == "nps"]
        expected = {
            "answer_rate": sum(c["result"] == "answered" for c in offered) / len(offered),
            "csat": sum(marks) / len(marks),
            "nps": 100 * (sum(s >= 9 for s in nps) - sum(s <= 6 for s in nps)) / len(nps),
        }
        found = measure(tables, loaded, kpis=list(expected), every="year", period="2025")
        main = found[found["statistic"].isin(["share", "mean", "score"])].set_index("kpi")["value"]
        assert dict(main) == pytest.approx(expected, rel=1e-12)


class TestSaid:
    """Rows in use that look odd are counted and named."""

    def test_equal_rows_and_orphans_are_kept_and_said(self, tables):
        """Two calls without an id are equal; one names a ticket, and one answer a call, that nobody has."""
        calls, tickets, surveys = tables.accounts
        assert (calls.alike, calls.orphans) == (1, {"request_id": 1})
        assert (tickets.alike, tickets.orphans) == (0, {})
        assert (surveys.alike, surveys.orphans) == (0, {"contact_id": 1})
        assert [("equal to an earlier row" in note, "request_id" in note) for note in calls.notes] == [
            (True, False), (False, True),
        ]  # fmt: skip


class TestSetAsideFile:
    """The one file that has raw rows."""

    def test_every_row_is_there_with_its_place_and_its_cells(self, tables, written):
        """File, line and reason of each problem; then the row as it stands in its file, under its own headers."""
        _, rows = written
        problems = [problem for account in tables.accounts for problem in account.problems]
        assert [(r["file"], int(r["line"]), r["reason"]) for r in rows] == [
            (p.file, p.line, p.reason) for p in problems
        ]
        future = next(row for row in rows if row["reason"] == "started_at is after today")
        assert (future["start"], future["who"], future["team"]) == ("01/09/2027 10:00", future["who"], "Nord")
        assert future["who"].startswith("k")  # the customer's own number: this file alone may hold it
        torn = next(row for row in rows if row["reason"].startswith("a quote"))
        assert '"Nord' in torn["record"]
        assert torn["start"] == ""

    def test_it_is_its_owners_alone(self, written):
        """Nobody else may read it, from its first byte on."""
        assert stat.S_IMODE(written[0].stat().st_mode) == 0o600

    def test_no_cell_is_a_formula(self, written):
        """What a customer or an export wrote never runs in a spreadsheet, wherever its separators cut."""
        _, rows = written
        cells = [cell for row in rows for cell in row.values()]
        assert "'=SUM(A1:A9)" in cells
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
