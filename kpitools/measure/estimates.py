"""From day sums to one measurement a cell: value, 95 % interval, the one for bands, n, numerator, denominator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools import schema
from kpitools.kpi import QUANTILE_NAMES, Count, Declaration, Kpi, Mean, Mix, Score, Share
from kpitools.measure.parts import SEPARATOR
from kpitools.measure.values import Values, skewed_intervals
from kpitools.stats.cells import Cells
from kpitools.stats.days import mean_intervals, moment_effect, score_intervals, share_pair
from kpitools.stats.intervals import INSIDE, Estimate, exact_proportion, wilson

Floats = NDArray[np.float64]
LEVELS = (0.95, INSIDE)


@dataclass(frozen=True, eq=False)
class Days:
    """The day sums of one KPI, and the cell that each day belongs to."""

    kpi: Kpi
    rows: pd.DataFrame
    cells: Cells

    def part(self, name: str) -> Floats:
        """Return one part of the tally, a number a day; zeros where the KPI has no such part."""
        column = f"{self.kpi.key}{SEPARATOR}{name}"
        return self.rows[column].to_numpy(dtype=float) if column in self.rows else np.zeros(len(self.rows))

    def sum(self, name: str) -> Floats:
        """Return one part summed over each cell."""
        return self.cells.sum(np.nan_to_num(self.part(name)))

    def unlike(self, declared: Declaration) -> NDArray[np.object_]:
        """Say for which cells rows came together that are never pooled, and why; empty where none did."""
        mixed = np.zeros(self.cells.series.size, dtype=bool)
        for column in getattr(declared, "scale", ()):
            lowest = _extreme(self, f"min_{column}", np.minimum, np.inf)
            highest = _extreme(self, f"max_{column}", np.maximum, -np.inf)
            mixed |= lowest < highest
        apart = self.sum("apart")
        both = (apart > 0) & (apart < self.sum("n"))
        found: NDArray[np.object_] = np.where(mixed, "mixed_scales", np.where(both, "mixed_touchpoints", "")).astype(
            object
        )
        return found

    def ends(self, declared: Mean) -> tuple[Floats, Floats] | None:
        """Give the ends of each cell's scale; None where the KPI has no scale, or a cell with answers none."""
        if declared.skewed or len(declared.scale) != 2:
            return None
        lowest, highest = declared.scale
        least = _extreme(self, f"min_{lowest}", np.minimum, np.inf)
        most = _extreme(self, f"min_{highest}", np.minimum, np.inf)
        some = self.sum("n") > 0
        return (least, most) if bool(np.all((least < most)[some] & np.isfinite(most)[some])) else None


def _extreme(days: Days, part: str, keep: np.ufunc, start: float) -> Floats:
    found = np.full(days.cells.series.size, start)
    values = days.part(part)
    known = ~np.isnan(values)
    keep.at(found, days.cells.cell[known], values[known])
    return found


def estimates(days: Days, values: Callable[[], Values]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each statistic of a KPI with its column of numbers, a row a cell.

    `values` fetches all values of the KPI; it is called only where day sums cannot answer.
    """
    declared, _ = days.kpi.expressions()
    n = days.sum("n")
    match declared:
        case Share():
            yield "share", _table(share_pair(days.part("hits"), days.part("n"), days.cells), n, days.sum("hits"))
        case Score():
            up, down = days.part("up"), days.part("down")
            rest = days.part("n") - up - down
            found = [_points(score_intervals(up, rest, down, days.cells, level)) for level in LEVELS]
            yield "score", _table(found, n, days.sum("up") - days.sum("down"))
        case Count():
            nothing = np.full(n.size, np.nan)
            yield "count", _table([Estimate(n, nothing, nothing)] * 2, n, n).assign(denominator=np.nan)
        case Mix(category=category):
            for code in schema.TABLES[days.kpi.table].column(category).values:  # noqa: PD011 - no data frame
                yield from _part_of_mix(days, code)
            if not n.any():
                yield "share", plain_share(n, n)
        case Mean():
            yield "mean", _mean(days, declared, values)
            for p in declared.quantiles:
                yield QUANTILE_NAMES[p], _quantile(values(), p)


def _part_of_mix(days: Days, code: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the share of one category; nothing for one that occurs nowhere."""
    hits = np.nan_to_num(days.part(f"n_{code}"))
    if hits.any():
        found = share_pair(hits, np.nan_to_num(days.part("n")), days.cells)
        yield "share", _table(found, days.sum("n"), days.cells.sum(hits)).assign(category=code)


def plain_share(hits: Floats, of: Floats) -> pd.DataFrame:
    """Give shares of persons or spells with Wilson's interval and, for a band, the exact one: each counts once."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share, wide, narrow = hits / of, wilson(hits, of), exact_proportion(hits, of, INSIDE)
    return _table([Estimate(share, *wide), Estimate(share, *narrow)], of, hits)


def _mean(days: Days, declared: Mean, values: Callable[[], Values]) -> pd.DataFrame:
    count, total, squares = (np.nan_to_num(days.part(name)) for name in ("n", "total", "squares"))
    ends = days.ends(declared)
    found = [mean_intervals(count, total, squares, days.cells, level, ends=ends) for level in LEVELS]
    if declared.skewed:
        effect = moment_effect(count, total, squares, days.cells)
        bounds = skewed_intervals(values(), effect, LEVELS)
        # The value itself comes from the day sums, as everywhere; durations and counts are never under zero.
        found = [Estimate(own.value, np.maximum(one.low, 0), one.high) for own, one in zip(found, bounds, strict=True)]
    return _table(found, days.sum("n"), days.sum("total"))


def _quantile(values: Values, p: float) -> pd.DataFrame:
    found = [Estimate(values.quantile(p), *bounds) for bounds in values.quantile_bounds(p, LEVELS)]
    return _table(found, values.n.astype(float), np.full(values.n.size, np.nan))


def _points(share: Estimate) -> Estimate:
    return Estimate(*(100 * np.asarray(bound) for bound in share))


def _table(found: list[Estimate], n: Floats, numerator: Floats) -> pd.DataFrame:
    (value, low, high), (_, low_90, high_90) = found
    return pd.DataFrame(
        {"value": value, "low": low, "high": high, "low_90": low_90, "high_90": high_90, "n": n}
        | {"numerator": numerator, "denominator": n}
    )
