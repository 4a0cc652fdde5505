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
from kpitools.stats.durations import SIZES, Skewed, mean_needs, quantile_ranks
from kpitools.stats.intervals import Estimate

Floats = NDArray[np.float64]

ENOUGH = 100_000
"""So many values of a history, evenly chosen by size, say how skewed it is as well as all."""


@dataclass(frozen=True, eq=False)
class Values:
    """All values of one KPI, sorted within their cells; `start` is where each cell begins, and where the last ends.

    `drawn` are the same values as they came, `day` numbers the day and cell of each, `days` says which cell that is.
    `least` says from how many values on a mean has an interval, where these are a part of all values of the KPI.
    """

    sorted: Floats
    start: NDArray[np.int64]
    drawn: Floats
    day: NDArray[np.int64]
    days: Cells
    least: Callable[[], int] | None = None

    @classmethod
    def of(cls, frame: Any, kpi: Kpi, grid: Grid, whole: Any = None) -> "Values":  # noqa: ANN401 - of any engine
        """Fetch the values that a mean is over, and put each into its cell; `frame` may be a part of a `whole`."""
        found = _fetched(frame, kpi, grid.keys)
        cell = grid.place(found)
        inside = cell >= 0
        drawn, cell = found["value"].to_numpy(dtype=float)[inside], cell[inside]
        day, of = _days(cell, found["date"].to_numpy(dtype="datetime64[D]")[inside])
        least = None if whole is None else partial(_least_of_all, whole, kpi)
        return cls(*_sorted_within(drawn, cell, grid.size), drawn, day, grid.cells(of), least)

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
        upto = self.drawn <= self._edges(p)[self.days.cell[self.day]]
        hits, n = (np.bincount(self.day, weights=x, minlength=self.days.cell.size) for x in (upto, None))
        effect = share_effect(hits, n, self.days)
        ranks = [quantile_ranks(self.n, p, level, deff=effect.deff, df=effect.df) for level in levels]
        return [(self._ranked(low), self._ranked(high)) for low, high in ranks]

    def _edges(self, p: float) -> Floats:
        """Return up to where each cell's values are counted: its quantile; of a single day that of all its series.

        By its own quantile every day looks alike.
        """
        own, alone = self.quantile(p), np.bincount(self.days.cell, minlength=self.n.size) == 1
        if not alone.any():
            return own
        _, series = np.unique(self.days.series, return_inverse=True)
        together = _sorted_within(self.drawn, series[self.days.cell[self.day]], int(series.max()) + 1)
        return np.where(alone, Values(*together, self.drawn, self.day, self.days).quantile(p)[series], own)

    def _ranked(self, rank: NDArray[np.int64]) -> Floats:
        """Return the value of a rank (from 1) in each cell; NaN where there is none."""
        exists = (rank >= 1) & (rank <= self.n)
        padded = np.append(self.sorted, np.nan)
        return np.where(exists, padded[np.where(exists, self.start[:-1] + rank - 1, -1)], np.nan)

    def allowed(self) -> NDArray[np.bool_]:
        """Say which cells have values enough for the mean to have an interval."""
        some = (self.n >= SIZES[0]) & (self.n < 2 * SIZES[-1])
        least = SIZES[0] if not some.any() else self.least() if self.least else _least(self.drawn)
        return np.asarray(self.n >= least)


def _least(values: Floats) -> int:
    return mean_needs(np.sort(values)[:: max(1, values.size // ENOUGH)])


def _least_of_all(whole: Any, kpi: Kpi) -> int:  # noqa: ANN401 - of any engine
    """Ask all values of a KPI; a table that keeps its sums keeps that too."""

    def make() -> int:
        return _least(_fetched(whole, kpi)["value"].to_numpy(dtype=float))

    return int(whole.once(("least", kpi.key, kpi.definition_id), make)) if isinstance(whole, Tallied) else make()


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
    both = cell * width + number
    seen = np.flatnonzero(np.bincount(both))
    place = np.zeros(int(seen[-1]) + 1, dtype=np.int64)
    place[seen] = np.arange(seen.size)
    return place[both], seen // width


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
    found, allowed = Skewed.of(values.sorted, values.start), values.allowed()
    made = [found.interval(level, deff=np.maximum(effect.deff, 1.0), df=effect.df) for level in levels]
    return [Estimate(value, *(np.where(allowed, end, np.nan) for end in ends)) for value, *ends in made]
