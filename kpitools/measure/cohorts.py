"""Spells that run when a period begins, and those of them that end in it: one further pass over spells."""

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Cohort, Kpi
from kpitools.measure.cells import Grid
from kpitools.measure.tally import collected, to_engine

Floats = NDArray[np.float64]


def spells(frame: Any, kpi: Kpi, grid: Grid) -> tuple[Floats, Floats]:  # noqa: ANN401 - a frame of any engine
    """Return how many spells run as each cell's period begins, and how many of those end in it.

    A spell runs as a period begins if it started before the period's first day and did not end before that day. Whoever
    comes and leaves within one period is in neither number; whoever comes on its first day counts from the next one on.
    """
    found = counted(frame, kpi, grid)
    starts = np.array([period.start for period in grid.periods], dtype="datetime64[s]")
    shape = (len(grid.series), len(grid.periods) + 1)
    series = grid.series_of(found)
    count = found["spells"].to_numpy(dtype=float)
    begun = _period(found["start"], starts) + 1
    ends = found["end"].notna().to_numpy() & (_days(found["end"]) <= np.datetime64(grid.periods[-1].end, "s"))
    ended = np.where(ends, _period(found["end"], starts) + 1, 0)
    # Column p + 1 holds what happens in period p, column 0 what lies before them all.
    came = _summed(shape, series, begun, count)
    left = _summed(shape, series[ends], ended[ends], count[ends])
    running = np.cumsum(came - left, axis=1)[:, :-1]
    before = ends & (begun < ended)
    lost = _summed(shape, series[before], ended[before], count[before])[:, 1:]
    return running.ravel(), lost.ravel()


def counted(frame: Any, kpi: Kpi, grid: Grid) -> pd.DataFrame:  # noqa: ANN401 - a frame of any engine
    """Count the spells of each first day, last day and segment."""
    declared, _ = kpi.expressions()
    if not isinstance(declared, Cohort):
        raise TypeError(f"{kpi.name} is of no spells")
    keys = {"start": nw.col(declared.start), "end": nw.col(declared.end)} | {key: nw.col(key) for key in grid.keys}
    rows = to_engine(frame).filter(~keys["start"].is_null())
    rows = rows.select(*[made.alias(name) for name, made in keys.items()], nw.lit(1).alias("spells"))
    return collected(rows.group_by(*keys).agg(nw.col("spells").count().alias("spells")))


def _period(days: pd.Series, starts: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the period of each day: -1 before the first; a day after the last lies in the last."""
    return np.searchsorted(starts, _days(days), side="right") - 1


def _days(days: pd.Series) -> NDArray[np.datetime64]:
    return days.to_numpy(dtype="datetime64[s]")


def _summed(shape: tuple[int, int], series: NDArray[np.int64], column: NDArray[np.int64], count: Floats) -> Floats:
    found = np.bincount(series * shape[1] + column, weights=count, minlength=shape[0] * shape[1])
    return found.astype(float).reshape(shape)
