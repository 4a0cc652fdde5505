"""Where a day's sums belong: each cell is one period of one series (a team and channel, say)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.periods import Coverage, Period
from kpitools.stats.cells import Cells


@dataclass(frozen=True, eq=False)
class Grid:
    """Every period of every series that occurs, whether it has rows or not, so that series have gaps and no jumps.

    `series` holds the combinations of segment keys (one row each; a single row without keys where none was asked for).
    """

    keys: tuple[str, ...]
    series: pd.DataFrame
    periods: tuple[Period, ...]

    @classmethod
    def over(cls, days: pd.DataFrame, keys: Sequence[str], periods: Sequence[Period]) -> "Grid":
        """Make the grid of the series that occur in some days."""
        found = (
            days[list(keys)].drop_duplicates().sort_values(list(keys), ignore_index=True)
            if keys
            else pd.DataFrame([{}])
        )
        return cls(tuple(keys), found, tuple(periods))

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self.series) * len(self.periods)

    def place(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        """Return the cell of each row, by its date and its segment; -1 where it lies outside the periods."""
        if rows.empty:
            return np.zeros(0, dtype=np.int64)
        dates = rows["date"].to_numpy(dtype="datetime64[D]")
        first = dates.min()
        days = np.arange(first, dates.max() + 1)  # far fewer than the rows of a large table
        period = np.searchsorted(np.array([one.start for one in self.periods], dtype=days.dtype), days, "right") - 1
        period[days > np.datetime64(self.periods[-1].end)] = -1
        period, series = period[(dates - first).astype(np.int64)], self.series_of(rows)
        return np.where((period < 0) | (series < 0), -1, series * len(self.periods) + period)

    def series_of(self, rows: pd.DataFrame) -> NDArray[np.int64]:
        """Return the series of each row, by its segment; -1 where it is of none."""
        own, theirs, count = np.zeros(len(self.series), dtype=np.int64), np.zeros(len(rows), dtype=np.int64), 1
        for key in self.keys:
            names = pd.Index(self.series[key]).unique()
            column, none = rows[key].astype("category").cat, len(names)
            found = names.get_indexer(column.categories)
            missing = next(iter(np.flatnonzero(names.isna())), none)  # has the code -1: it is the last
            code = np.append(np.where(found < 0, none, found), missing)[column.codes]
            seen, own = np.unique(own * (none + 1) + names.get_indexer(self.series[key]), return_inverse=True)
            number = np.full((count + 1) * (none + 1), len(seen))
            number[seen] = np.arange(len(seen))
            theirs, count = number[theirs * (none + 1) + code], len(seen)
        place = np.full(count + 1, -1)
        place[own] = np.arange(len(own))
        return place[theirs]

    def cells(self, place: NDArray[np.int64]) -> Cells:
        """Say which cell each day belongs to, and how cells follow each other in time."""
        count = len(self.periods)
        number = np.arange(self.size)
        return Cells.of(place, number // count, number % count)

    def frame(self, coverage: Coverage, own: Coverage, today: object) -> pd.DataFrame:
        """Return one row a cell: its segment, its period, and whether that is over and wholly in the data."""
        rows = [
            {
                **dict(zip(self.keys, segment, strict=True)),
                "period": str(period),
                "start": period.start,
                "end": period.end,
            }
            for segment, period in product(self.series.itertuples(index=False, name=None), self.periods)
        ]
        whole = [coverage.complete(period, today) and own.reaches(period) for period in self.periods]  # type: ignore[arg-type]
        return pd.DataFrame(rows).assign(complete=np.tile(whole, len(self.series)))
