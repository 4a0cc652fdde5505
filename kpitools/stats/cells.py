"""Day sums and the cells (a period of a series) that they add up to, with the cells that came before."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.intervals import Floats

Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cells:
    """To which cell each day belongs, and how cells follow each other.

    `cell` has one entry a row of day sums (0 .. K-1); `series` (team x channel, say) and `order` (its place in
    time) one entry a cell.
    """

    cell: Ints
    series: Ints
    order: Ints

    @classmethod
    def of(cls, cell: ArrayLike, series: ArrayLike, order: ArrayLike) -> "Cells":
        """Check and build from anything array-like.

        Raises ValueError for a day without a cell, and for two cells at one place of a series.
        """
        made = cls(*(np.asarray(a).astype(np.int64) for a in (cell, series, order)))
        if made.cell.size and not 0 <= made.cell.min() <= made.cell.max() < made.series.size:
            raise ValueError("Every day must belong to a cell that has a series and an order.")
        if made.series.size != len(set(zip(made.series.tolist(), made.order.tolist(), strict=True))):
            raise ValueError("Two cells of one series have the same order.")
        return made

    def apart(self) -> "Cells":
        """Take each cell for a series of its own: nothing is known of it but its own days."""
        return Cells(self.cell, np.arange(self.series.size), np.zeros_like(self.order))

    def sum(self, values: Floats) -> Floats:
        """Sum the days of each cell."""
        return np.bincount(self.cell, weights=values, minlength=self.series.size).astype(float)

    def with_history(self, values: Floats, back: int) -> Floats:
        """Add to each cell's value those of up to `back` cells before it in the same series.

        Lag by lag rather than by differences of a running sum, so that a cell's result does not depend, even
        in its last digit, on cells that it does not look back on.
        """
        by_time = np.lexsort((self.order, self.series))
        ordered, series = values[by_time], self.series[by_time]
        pooled = ordered.copy()
        for lag in range(1, min(back, ordered.size - 1) + 1):
            pooled[lag:] += np.where(series[lag:] == series[:-lag], ordered[:-lag], 0.0)
        placed = np.empty_like(pooled)
        placed[by_time] = pooled
        return placed
