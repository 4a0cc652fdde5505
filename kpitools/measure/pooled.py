"""Figures of one KPI pooled in each cell, and the intervals that can be had of them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Kpi
from kpitools.measure.cells import Grid
from kpitools.stats.cells import Cells
from kpitools.stats.days import share_effect, share_pair

Floats = NDArray[np.float64]
LEVEL_UNITS = ("channels",)
"""Units of what is counted at a moment and does not add up: the last figure of a period holds."""
_BOUNDS = (("low", "high"), ("low_90", "high_90"))


@dataclass(frozen=True, eq=False)
class Pool:
    """The figures that count, each with its cell: `total` of `of`, or a `value` alone where the denominator is unknown.

    `span` numbers the days that figures cover: figures of several teams may cover the same. `exact` says whether a
    figure covers all days of its period, and no others; `long` whether it covers several days.
    """

    kpi: Kpi
    cells: Cells
    value: Floats
    total: Floats
    of: Floats
    span: NDArray[np.int64]
    exact: NDArray[np.bool_]
    long: NDArray[np.bool_]

    @classmethod
    def over(cls, kpi: Kpi, figures: pd.DataFrame, cell: NDArray[np.int64], grid: Grid) -> "Pool":
        """Take the figures of a KPI in the order of their days."""
        order = np.lexsort((figures["end_date"], cell))
        figures, cell = figures.iloc[order], cell[order]
        value, numerator, of = (figures[name].to_numpy(dtype=float) for name in ("value", "numerator", "denominator"))
        scale = 100.0 if kpi.unit == "points" else 1.0
        total = np.where(np.isnan(value), scale * numerator, value * np.where(np.isnan(of), 1.0, of))
        periods = [grid.periods[place] for place in cell % len(grid.periods)]
        spans = zip(figures["date"].dt.date, figures["end_date"].dt.date, periods, strict=True)
        exact = np.array([first == period.start and last == period.end for first, last, period in spans], dtype=bool)
        long = (figures["end_date"] > figures["date"]).to_numpy()
        span = pd.factorize(pd.MultiIndex.from_frame(figures[["date", "end_date"]]))[0]
        return cls(kpi, grid.cells(cell), value, total, of, span, exact, long)

    def numbers(self, statistic: str, left_out: Floats) -> pd.DataFrame:
        """Return a statistic of every cell with its bounds, and the reason where the value or a bound is unknown.

        `left_out` counts the figures that reach beyond their cell.
        """
        made = self._counts() if statistic == "count" else self._pooled()
        reason = np.where(made["value"].notna(), "", "no_rows").astype(object)
        bare = self._sum(np.isnan(self.of)) > 0
        if statistic == "count":
            bare = np.zeros_like(bare)
        reason[bare & made["value"].isna().to_numpy()] = "no_denominator"
        reason[(reason == "no_rows") & (left_out > 0)] = "figure_too_coarse"
        if statistic == "share":
            self._bound(made)
        if statistic not in ("share", "mean", "score", "count"):
            reason[made["value"].notna()] = "figures_only"
            made.loc[:, ["value", "numerator"]] = np.nan
        unbounded = made["value"].notna() & made["low"].isna() & (statistic != "count")
        reason[unbounded.to_numpy()] = "figures_only"
        said: list[str | None] = [text or None for text in reason]
        return made.assign(excluded=left_out, reason=pd.Series(said, dtype=object))

    def _sum(self, values: NDArray[np.generic]) -> Floats:
        return self.cells.sum(values.astype(float))

    def _counts(self) -> pd.DataFrame:
        """Add counts up; of what is counted at a moment, take the last."""
        given = self._sum(np.ones_like(self.value))
        total = self._sum(self.total)
        if self.kpi.unit in LEVEL_UNITS:
            total = np.zeros_like(total)
            total[self.cells.cell] = self.total  # in the order of days: the last one stays
        found = np.where(given > 0, total, np.nan)
        return _table(found, found, found, np.full(found.size, np.nan))

    def _pooled(self) -> pd.DataFrame:
        """Pool numerators over denominators; a single figure without one stands for a period that it covers exactly."""
        bare = np.isnan(self.of)
        of, total = self._sum(np.where(bare, 0.0, self.of)), self._sum(np.where(bare, 0.0, self.total))
        figures, without = self._sum(np.ones_like(self.of)), self._sum(bare)
        alone = (figures == 1) & (self._sum(bare & self.exact) == 1)
        single = self._sum(np.where(bare, self.value, 0.0))
        known = (without == 0) & (of > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(known, total / of, np.where(alone, single, np.nan))
        scale = 100.0 if self.kpi.unit == "points" else 1.0
        of = np.where(without > 0, np.nan, of)
        return _table(value, of, np.where(known, total / scale, np.nan), of)

    def _bound(self, made: pd.DataFrame) -> None:
        """Add the bounds of shares, with the figures in the place of days.

        Figures of several days say nothing of how the days among them differ: where no two can be compared, the bounds
        of one would be too narrow, so it has none.
        """
        hits, of, cells = self._by_span()
        silent = np.isnan(share_effect(hits, of, cells).df) & (self._sum(self.long) > 0)
        known = made["n"].notna().to_numpy() & ~silent
        for found, ends in zip(share_pair(hits, of, cells), _BOUNDS, strict=True):
            for end, bound in zip(ends, (found.low, found.high), strict=True):
                made[end] = np.where(known, bound, np.nan)

    def _by_span(self) -> tuple[Floats, Floats, Cells]:
        """Add up the shares of a cell that cover the same days."""
        of = np.where(np.isnan(self.of), 0.0, self.of)
        hits = np.where(of > 0, np.minimum(self.total, of), 0.0)
        width = int(self.span.max(initial=0)) + 1
        spans, place = np.unique(self.cells.cell * width + self.span, return_inverse=True)
        cells = replace(self.cells, cell=spans // width)
        hits, of = (np.bincount(place, weights=part, minlength=spans.size).astype(float) for part in (hits, of))
        return hits, of, cells


def _table(value: Floats, n: Floats, numerator: Floats, denominator: Floats) -> pd.DataFrame:
    empty = np.full(value.size, np.nan)
    bounds = {end: empty for ends in _BOUNDS for end in ends}
    return pd.DataFrame({"value": value, **bounds, "n": n, "numerator": numerator, "denominator": denominator})
