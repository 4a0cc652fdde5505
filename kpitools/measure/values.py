"""What does not add up, in one further pass: percentiles, and means of few skewed values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Kpi, Mean
from kpitools.measure.cells import Grid
from kpitools.measure.tally import Tallied, collected, prepared
from kpitools.stats.cells import Cells
from kpitools.stats.days import DayEffect, share_effect
from kpitools.stats.durations import MEAN_RULE, Skewed, mean_allowed, quantile_ranks
from kpitools.stats.intervals import Estimate

Floats = NDArray[np.float64]

Spread = tuple[float | None, float | None]
"""Standard deviation of the logs and p99 over median; None where they are not known or make no difference."""
ENOUGH_HISTORY = 200
"""Fewer values than this say too little about how skewed a KPI is."""


@dataclass(frozen=True, eq=False)
class Values:
    """All values of one KPI, sorted within their cells; `start` is where each cell begins, and where the last ends.

    `drawn` are the same values as they came, `day` numbers the day and cell of each, `days` says which cell that is.
    `history` tells how skewed all values of the KPI are where these are of some segments only.
    """

    sorted: Floats
    start: NDArray[np.int64]
    drawn: Floats
    day: NDArray[np.int64]
    days: Cells
    history: Callable[[], Spread] | None = None

    @classmethod
    def of(cls, frame: Any, kpi: Kpi, grid: Grid, whole: Any = None) -> "Values":  # noqa: ANN401 - of any engine
        """Fetch the values that a mean is over, and put each into its cell; `frame` may be a part of a `whole`."""
        found = _fetched(frame, kpi, grid.keys)
        cell = grid.place(found)
        inside = cell >= 0
        drawn, cell = found["value"].to_numpy(dtype=float)[inside], cell[inside]
        day, of = _days(cell, found["date"].to_numpy(dtype="datetime64[D]")[inside])
        history = None if whole is None else partial(_history, whole, kpi)
        return cls(*_sorted_within(drawn, cell, grid.size), drawn, day, grid.cells(of), history)

    @property
    def n(self) -> NDArray[np.int64]:
        """How many values each cell has."""
        return np.diff(self.start)

    def quantile(self, p: float) -> Floats:
        """Return the quantile of each cell, interpolated linearly; NaN where it is empty."""
        place = p * (self.n - 1)
        below = np.floor(place).clip(0).astype(np.int64)
        above = np.minimum(below + 1, (self.n - 1).clip(0))
        low, high = self._ranked(below + 1), self._ranked(above + 1)
        return np.asarray(low + (place - below) * (high - low))

    def quantile_bounds(self, p: float, levels: Iterable[float]) -> list[tuple[Floats, Floats]]:
        """Return the order statistics that bound each cell's quantile; NaN where a bound does not exist.

        Where days differ, so does the share of their values up to the quantile: the values then count for fewer.
        """
        upto = self.drawn <= self.quantile(p)[self.days.cell[self.day]]
        hits, n = (np.bincount(self.day, weights=x, minlength=self.days.cell.size) for x in (upto, None))
        deff = share_effect(hits, n, self.days).deff
        ranks = [quantile_ranks(self.n, p, level, deff) for level in levels]
        return [(self._ranked(low), self._ranked(high)) for low, high in ranks]

    def _ranked(self, rank: NDArray[np.int64]) -> Floats:
        """Return the value of a rank (from 1) in each cell; NaN where there is none."""
        exists = (rank >= 1) & (rank <= self.n)
        padded = np.append(self.sorted, np.nan)
        return np.where(exists, padded[np.where(exists, self.start[:-1] + rank - 1, -1)], np.nan)

    def spread(self) -> Spread:
        """Return how skewed the KPI is by its whole history: standard deviation of the logs, p99 over median.

        None where no cell has a size for which it makes a difference, or where the history is too short.
        """
        if not ((self.n >= MEAN_RULE[0][0]) & (self.n < MEAN_RULE[-1][0])).any():
            return None, None
        return self.history() if self.history else _spread(self.sorted)


def _spread(values: Floats) -> Spread:
    positive = values[values > 0]
    if positive.size < ENOUGH_HISTORY:
        return None, None
    median, far = np.quantile(positive, [0.5, 0.99])
    return float(np.log(positive).std(ddof=1)), float(far / median)


def _history(whole: Any, kpi: Kpi) -> Spread:  # noqa: ANN401 - of any engine
    """Say how skewed all values of a KPI are; a table that keeps its sums keeps that too."""

    def make() -> Spread:
        return _spread(_fetched(whole, kpi)["value"].to_numpy(dtype=float))

    if not isinstance(whole, Tallied):
        return make()
    known: Spread = whole.once(("spread", kpi.key, kpi.definition_id), make)
    return known


def _fetched(frame: Any, kpi: Kpi, keys: Iterable[str] = ()) -> pd.DataFrame:  # noqa: ANN401 - of any engine
    declared, _ = kpi.expressions()
    if not isinstance(declared, Mean):
        raise TypeError(f"{kpi.name} is no mean: it has no values")
    days, value = nw.col(kpi.dated), declared.value.cast(nw.Float64)
    rows = prepared(frame, kpi).filter(declared.where & ~value.is_null() & ~days.is_null())
    return collected(rows.select(days.alias("date"), *keys, value.alias("value")), coded=True)


def _days(cell: NDArray[np.int64], date: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the days of each cell that have values; the second array is the cell of each."""
    if not cell.size:
        return cell, cell
    number = (date - date.min()).astype(np.int64)
    width = int(number.max()) + 1
    seen = np.flatnonzero(np.bincount(cell * width + number))
    place = np.zeros(int(seen[-1]) + 1, dtype=np.int64)
    place[seen] = np.arange(seen.size)
    return place[cell * width + number], seen // width


def _sorted_within(value: Floats, cell: NDArray[np.int64], size: int) -> tuple[Floats, NDArray[np.int64]]:
    """Sort values within their cells, the cells in order; the second array is where each begins, and the last ends."""
    small = np.int16 if size < 2**15 else np.int64  # NumPy sorts the former by counting
    made, start = value[np.argsort(cell.astype(small), kind="stable")], np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell, minlength=size), out=start[1:])
    for begin, end in pairwise(start):
        made[begin:end].sort()
    return made, start


def skewed_intervals(values: Values, effect: DayEffect, levels: Iterable[float]) -> list[Estimate]:
    """Give the mean of each cell with its intervals, or with none where they would not hold."""
    found, allowed = Skewed.of(values.sorted, values.start), mean_allowed(values.n, *values.spread())
    made = [found.interval(level, deff=np.maximum(effect.deff, 1.0), df=effect.df) for level in levels]
    return [Estimate(value, *(np.where(allowed, end, np.nan) for end in ends)) for value, *ends in made]
