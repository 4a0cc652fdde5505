"""A frame of a notebook is a source like a file: pandas, Polars, DuckDB and PyArrow give the same rows."""

import subprocess
import sys
from datetime import datetime, time
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kpitools
from kpitools.errors import SourceError

CALLS = {
    "id": [1, 2, 3],
    "start": [datetime(2026, 7, 1, 0, 30), datetime(2026, 7, 1, 10), datetime(2026, 7, 2, 10)],
    "result": ["yes", "no", "yes"],
    "wait": [12.5, None, 3.0],
    "unused": ["a", "b", "c"],
}
PROJECT = {
    "project": {"timezone": "Europe/Paris"},
    "source": [
        {
            "frame": "calls",
            "table": "contacts",
            "columns": {"contact_id": "id", "started_at": "start", "outcome": "result", "wait_s": "wait"},
            "constants": {"channel": "phone", "direction": "inbound"},
            "values": {"outcome": {"answered": "yes", "abandoned": "no"}},
        }
    ],
}
MAKERS = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars, lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_frame_gives_the_same_rows(kind):
    """Instants are the project's local ones, what is missing stays missing, and the balance names the frame."""
    tables = kpitools.read(PROJECT, frames={"calls": MAKERS[kind](CALLS)})
    columns = "contact_id, started_at, date::varchar, outcome, wait_s, source"
    assert tables["contacts"].select(columns).order("contact_id").fetchall() == [
        ("1", datetime(2026, 6, 30, 22, 30), "2026-07-01", "answered", 12.5, "frame calls"),
        ("2", datetime(2026, 7, 1, 8), "2026-07-01", "abandoned", None, "frame calls"),
        ("3", datetime(2026, 7, 2, 8), "2026-07-02", "answered", 3.0, "frame calls"),
    ]
    account = tables.accounts[0]
    assert (account.source, account.read, account.used) == ("frame calls → contacts", 3, 3)


def test_a_row_that_cannot_be_read_is_set_aside_with_its_place():
    """The row of the frame and its value are named as the line of a file would be."""
    account = kpitools.read(PROJECT, frames={"calls": pd.DataFrame({**CALLS, "wait": [1.0, -4.0, 2.0]})}).accounts[0]
    assert (account.read, account.used, account.set_aside) == (3, 2, {"a negative duration": 1})
    assert str(account.problems[0]).startswith("frame calls, line 2, column 'wait': '-4': a negative duration")


def test_an_interval_is_a_span_of_time():
    """What a database counts as days, minutes and seconds is read in seconds."""
    frame = duckdb.from_arrow(pa.table(CALLS)).select(
        "* exclude (wait), case when id > 1 then interval (id) hour end wait"
    )
    tables = kpitools.read(PROJECT, frames={"calls": frame})
    assert tables["contacts"].order("contact_id").select("wait_s").fetchall() == [(None,), (7200.0,), (10800.0,)]


def test_columns_without_names_may_stand_beside():
    """Where pandas numbers them, those that are named are read."""
    frame = pd.DataFrame(CALLS).rename(columns={"unused": 0})
    assert kpitools.read(PROJECT, frames={"calls": frame}).accounts[0].used == 3


def test_a_column_of_mixed_objects_is_read_as_a_sheet_would_be():
    """What `read_excel` leaves: times beside texts, numbers beside names, whole numbers that became floats."""
    mixed = pd.DataFrame({**CALLS, "id": ["A-1", 2, None], "wait": [time(0, 2), "1:30", Decimal(7)]})
    tables = kpitools.read(PROJECT, frames={"calls": mixed})
    rows = tables["contacts"].order("started_at").select("contact_id, wait_s").fetchall()
    assert rows == [("A-1", 120.0), ("2", 90.0), (None, 7.0)]


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ({}, "kpitools.read(project, frames={'calls': ...})"),
        ({"call": pd.DataFrame(CALLS)}, "No source has frame = 'call'. Did you mean 'calls'?"),
        ({"calls": [1, 2]}, "list is no frame"),
        ({"calls": pd.DataFrame(CALLS)[:0]}, "no row under them"),
        ({"calls": pd.DataFrame(CALLS).set_index("id")}, "no column (for contact_id) in frame calls"),
        ({"calls": pd.DataFrame(CALLS).rename(columns={"wait": "id"})}, "'id'"),
    ],
)
def test_what_is_handed_over_wrongly_is_refused_in_one_line(frames, said):
    """No frame, one of another name, no frame at all, an empty one, one without a column, a name given twice."""
    with pytest.raises(SourceError) as refused:
        kpitools.read(PROJECT, frames=frames)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_files_and_frames_stand_beside_each_other(tmp_path):
    """`read` takes a folder as well; the frame completes what its project file names."""
    (tmp_path / "kpitools.toml").write_text(
        '[[source]]\nfiles = "c.csv"\ntable = "contacts"\n[source.columns]\nstarted_at = "s"\n'
        '[source.constants]\nchannel = "phone"\ndirection = "inbound"\noutcome = "answered"\n'
        '[[source]]\nframe = "survey"\ntable = "surveys"\n[source.columns]\nsent_at = "s"\nscore = "n"\n'
        '[source.constants]\nkind = "nps"\nscale_min = 0\nscale_max = 10\n',
        encoding="utf-8",
    )
    (tmp_path / "c.csv").write_text("s\n2026-07-01 10:00\n", encoding="utf-8")
    survey = pl.DataFrame({"s": [datetime(2026, 7, 1, 12)], "n": [9]})
    tables = kpitools.read(tmp_path, frames={"survey": survey})
    assert [account.used for account in tables.accounts] == [1, 1]


def test_importing_kpitools_loads_nothing_heavy():
    """`kpitools.read` is fetched when it is first asked for; a name that is none is an error as ever."""
    code = "import sys, kpitools; print({'duckdb', 'pandas', 'pyarrow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
    with pytest.raises(AttributeError, match="has no attribute 'reed'"):
        _ = kpitools.reed
