"""Flags in masks: what only counts turn on is counted in cells, and gives what row after row gives."""

from collections import Counter
from datetime import date
from typing import NamedTuple

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.kpi import Count, Kpi, Mean, Share
from kpitools.measure.tally import tally


class Contact(NamedTuple):
    """A row of the table under test."""

    team: str
    sent: bool | None
    moved: bool | None
    wait: float | None


FLAG = st.sampled_from([True, False, None])
ROWS = st.lists(
    st.builds(Contact, st.sampled_from(["North", "South"]), FLAG, FLAG, st.sampled_from([5.0, 15.0, 25.0, None])),
    min_size=1,
)
COLUMNS = {"team": pl.String, "self_service": pl.Boolean, "transferred": pl.Boolean, "wait_s": pl.Float64}
DECLARED = {
    "sent": lambda row: Count(row.self_service),
    "not_sent": lambda row: Count(~row.self_service),
    "unnoted": lambda row: Count(row.self_service.is_null()),
    "known": lambda row: Share(hits=row.self_service, of=~row.self_service.is_null()),
    "quick": lambda row: Share(hits=row.at_most("wait_s", 20), of=row.known("wait_s")),
    "both": lambda row: Count(row.transferred & row.at_most("wait_s", 10)),
    "slow": lambda row: Mean(row.wait_s, where=~row.transferred),
}
COUNTED = {
    "sent__n": lambda row: row.sent is True,
    "not_sent__n": lambda row: row.sent is False,
    "unnoted__n": lambda row: row.sent is None,
    "known__hits": lambda row: row.sent is True,
    "known__n": lambda row: row.sent is not None,
    "quick__hits": lambda row: row.wait is not None and row.wait <= 20,
    "quick__n": lambda row: row.wait is not None,
    "both__n": lambda row: row.moved is True and row.wait is not None and row.wait <= 10,
    "slow__n": lambda row: row.moved is False and row.wait is not None,
}
"""What each part says of a row, in plain Python."""
ENGINES = {
    "polars": pl.DataFrame.lazy,
    "pandas": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": lambda frame: duckdb.connect().from_arrow(frame.to_arrow()),
}


def kpis(*names):
    """Return declared KPIs without entering them into the catalogue."""
    return [Kpi(name, name, "contacts", "contacts", "none", name, "", DECLARED[name]) for name in names]


@pytest.mark.parametrize("engine", ENGINES)
@given(rows=ROWS)
def test_a_flag_counts_as_each_row_says(engine, rows):
    """True, false and unknown, one flag or two, in a share, a count and the mask of a mean."""
    frame = pl.DataFrame(rows, COLUMNS, orient="row").with_columns(date=pl.lit(date(2026, 3, 2)))
    made = tally(ENGINES[engine](frame), kpis(*DECLARED), ["team"]).set_index("team")
    for name, says in COUNTED.items():
        wanted = Counter(row.team for row in rows if says(row))
        assert made[name].to_dict() == {team: wanted[team] for team in made.index}, name


def test_a_flag_may_be_what_is_counted_by():
    """A segment that a mask turns on too keeps its groups."""
    frame = pl.DataFrame({"date": [date(2026, 3, 2)] * 3, "self_service": [True, True, False]})
    made = tally(frame, kpis("sent", "not_sent"), ["self_service"])
    assert made[["self_service", "sent__n", "not_sent__n"]].to_numpy().tolist() == [[False, 0, 1], [True, 2, 0]]
