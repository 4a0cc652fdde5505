"""Sums that are kept, and tables that several reports share, give what the rows give; no raw id is in them."""

import os
import shutil
from itertools import combinations

import duckdb
import pandas as pd
import pytest

from kpitools import project as projects
from kpitools.findings import review
from kpitools.measure import measure
from kpitools.measure.store import STORE, Store, opened
from kpitools.measure.tally import filtered, tally
from kpitools.simulate.example import write_example
from kpitools.sources import read

FRAMES = ("current", "history", "channels", "findings", "mixes", "responses")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a small example."""
    made = tmp_path_factory.mktemp("example") / "project"
    write_example(made, 500)
    return made


@pytest.fixture
def project(folder):
    """Return the example, loaded."""
    return projects.load(folder)


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """Return the folder that the reports of one run share."""
    monkeypatch.setenv(STORE, str(tmp_path))
    return tmp_path


def tables_in(shared):
    """Return the folder of the tables that were written."""
    (found,) = [path for path in shared.iterdir() if path.is_dir()]
    return found


def test_every_view_of_kept_sums_is_that_of_the_rows(project):
    """By any segments and of one team or all, counts are equal and sums to the last digits."""
    tables = read(project)
    store = Store(tables, project)
    for name, table in store.items():
        kpis = [kpi for kpi in table.known.values() if kpi.dated]
        for size in range(3):
            for keys in combinations([key for key in project.segments if key in tables[name].columns], size):
                for team in (None, "Nord"):
                    kept = tally(filtered(table, team=team), kpis, keys)
                    rows = tally(filtered(tables[name], team=team), kpis, keys)
                    pd.testing.assert_frame_equal(kept, rows, rtol=1e-12)


@pytest.mark.parametrize(
    ("where", "every", "kept"),
    [
        ({"team": "Nord"}, "week", True),
        ({"channel": "phone"}, "month", False),
        ({"team": "Sud", "channel": "phone"}, "month", True),
    ],
)
def test_one_segment_measured_alone_is_what_it_is_among_all(project, where, every, kept):
    """Every statistic of every KPI, its intervals, what is hidden and why: equal to the last digits."""
    tables = Store(read(project), project) if kept else read(project)
    alone = measure(tables, project, every=every, where=where)
    beside = measure(tables, project, every=every, by=tuple(where))
    for name, value in where.items():
        beside = beside[beside[name] == value]
    # A part of a mix that occurs in other segments only has a row of zeros among them, and none alone.
    occurs = beside["category"].isna() | beside["category"].isin(alone["category"].dropna())
    assert len(alone) > 100
    pd.testing.assert_frame_equal(alone, beside[occurs].reset_index(drop=True), rtol=1e-9, check_dtype=False)


def test_a_definition_that_the_project_does_not_use_is_counted_from_the_rows(project):
    """Another threshold of the same KPI is another figure, though its sums would have the same name."""
    store = Store(read(project), project)
    usual = measure(store, project, kpis=["service_level"], every="year")
    later = project.kpi("service_level").with_parameters(seconds=600)
    other = measure(store, project, kpis=[later], every="year")
    assert (other["numerator"] > usual["numerator"]).all()
    assert (other["denominator"] == usual["denominator"]).all()


def test_a_review_of_shared_tables_is_the_same_in_every_digit(project, shared, monkeypatch):
    """The first one that writes them, and those that only read them, give what a reading of its own gives."""
    first, second = (review(project, "2026-06", team="Nord") for _ in range(2))
    monkeypatch.delenv(STORE)
    alone = review(project, "2026-06", team="Nord")
    assert tables_in(shared)
    for name in FRAMES:
        for found in (first, second):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(alone, name), check_exact=True)
    assert (first.accounts, first.coverage) == (alone.accounts, alone.coverage)


def test_shared_tables_are_read_once_until_the_data_change(project, folder, shared):
    """A second reading finds the first; a source that has changed is read again."""
    opened(project)
    before = tables_in(shared).stat().st_mtime_ns
    opened(project)
    assert tables_in(shared).stat().st_mtime_ns == before
    os.utime(folder / "surveys.csv", ns=(1, 1))
    opened(project)
    assert len([path for path in shared.iterdir() if path.is_dir()]) == 2


def test_what_a_killed_process_left_half_written_is_written_anew(project, shared):
    """Tables are there whole or not at all."""
    opened(project)
    whole = tables_in(shared)
    rows = duckdb.read_parquet(str(whole / "contacts.parquet")).aggregate("count(*)").fetchall()
    shutil.move(whole, f"{whole}.part")
    (whole.with_suffix(".part") / "contacts.parquet").write_bytes(b"half")
    again = opened(project)
    assert again["contacts"].frame.aggregate("count(*)").fetchall() == rows


ANSWERS = """\
[project]
name = "Support"
timezone = "Europe/Paris"
[[source]]
files = "answers.csv"
table = "surveys"
[source.columns]
response_id = "answer"
sent_at = "sent"
score = "score"
team = "team"
contact_id = "call"
customer_id = "customer"
adviser_id = "adviser"
verbatim = "said"
[source.constants]
kind = "csat"
scale_min = 1
scale_max = 5
polarity = "higher_better"
[privacy]
verbatims = true
"""


def test_no_raw_id_is_in_shared_tables_and_nobody_else_reads_them(make_project, shared):
    """Customers, advisers, calls and what was said are not there; teams and days are. The folder is its owner's."""
    raw = ("answer-0815", "call-4711", "+33612345678", "Anna Muster", "everything was fine")
    answers = (
        f"answer,sent,score,team,call,customer,adviser,said\n{raw[0]},2026-06-01 10:00,4,Nord,{','.join(raw[1:])}\n"
    )
    opened(make_project(ANSWERS, answers__csv=answers))
    place = tables_in(shared)
    assert place.stat().st_mode & 0o077 == 0
    rows = duckdb.read_parquet(str(place / "surveys.parquet"))
    cells = [str(cell) for row in rows.fetchall() for cell in row]
    assert "Nord" in cells
    assert not [text for text in raw if any(text in cell for cell in cells)]
    assert {"response_id", "contact_id", "verbatim"}.isdisjoint(rows.columns)
