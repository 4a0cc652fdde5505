"""Each row has the cell of its period and its segment, and no other's."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kpitools.measure.cells import Grid
from kpitools.periods import Period

SEGMENTS = st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["x", "y", None]))
MAY, JUNE = Period("month", pd.Timestamp(2026, 5, 1).date()), Period("month", pd.Timestamp(2026, 6, 1).date())


def frame(rows, kind):
    """Make the columns of these segments, as text or as categories."""
    return pd.DataFrame(rows, columns=["team", "channel"], dtype="str").astype(kind)


@given(st.lists(SEGMENTS, min_size=1, max_size=6), st.lists(SEGMENTS, max_size=9), st.sampled_from(["str", "category"]))
def test_a_row_is_of_the_series_with_its_segments_or_of_none(known, rows, kind):
    """A pair of names that no series has is nobody's, though each of its names is somebody's."""
    grid = Grid.over(frame(known, "str"), ["team", "channel"], [MAY])
    series = [tuple(None if pd.isna(name) else name for name in row) for row in grid.series.itertuples(index=False)]
    expected = [series.index(row) if row in series else -1 for row in rows]
    assert grid.series_of(frame(rows, kind)).tolist() == expected


def test_a_cell_is_the_period_of_a_series():
    """Cells are numbered by series and then by period; a day beyond the periods has none."""
    rows = frame([("a", "x"), ("b", "x"), ("b", "x"), ("b", "x")], "str")
    rows["date"] = pd.to_datetime(["2026-05-31", "2026-05-01", "2026-06-30", "2026-07-01"])
    assert Grid.over(rows, ["team", "channel"], [MAY, JUNE]).place(rows).tolist() == [0, 2, 3, -1]
    assert Grid.over(rows, [], [MAY, JUNE]).place(rows).tolist() == [0, 0, 1, -1]
