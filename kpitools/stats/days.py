"""Intervals of a period whose days differ by more than chance.

A share, a mean or an NPS of a month is a sum over days, and days vary: an outage, a Monday, an adviser ill.
Treating contacts as independent makes the interval too narrow (a nominal 95 % covers 73 to 94 % where the
share of a day moves by 2 points). So the correlation of contacts of one day is estimated from the day sums,
over the period and up to `HISTORY` earlier ones of the same series, and the contacts count for fewer
(`deff`); Student's t pays for not knowing it well. Source: `docs/method.md`, "Days that differ".

Day sums come as one row a day and cell, with a `Cells` that says which row belongs where:

>>> cells = Cells.of(cell=[0, 0, 1, 1], series=[0, 0], order=[202609, 202610])
>>> share_intervals([81, 70, 78, 82], [100, 90, 95, 105], cells).value.round(3).tolist()
[0.795, 0.8]
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.intervals import Estimate, Floats, critical_value, nps_interval, wilson

Ints: TypeAlias = NDArray[np.int64]

HISTORY = 8
"""How many earlier periods of the same series lend their days."""


@dataclass(frozen=True, eq=False)
class Cells:
    """To which cell (a period of a series) each day belongs, and how cells follow each other.

    `cell` has one entry a row of day sums (0 .. K-1); `series` (team x channel, say) and `order` (its place in
    time) one entry a cell.
    """

    cell: Ints
    series: Ints
    order: Ints

    @classmethod
    def of(cls, cell: ArrayLike, series: ArrayLike, order: ArrayLike) -> "Cells":
        """Check and build from anything array-like; two cells of one series cannot hold the same place."""
        made = cls(*(np.asarray(a).astype(np.int64) for a in (cell, series, order)))
        if made.cell.size and not 0 <= made.cell.min() <= made.cell.max() < made.series.size:
            raise ValueError("Every day must belong to a cell that has a series and an order.")
        if made.series.size != len(set(zip(made.series.tolist(), made.order.tolist(), strict=True))):
            raise ValueError("Two cells of one series have the same order.")
        return made

    def sum(self, values: Floats) -> Floats:
        """Sum the days of each cell."""
        return np.bincount(self.cell, weights=values, minlength=self.series.size).astype(float)

    def with_history(self, values: Floats) -> Floats:
        """Add to each cell the values of up to `HISTORY` cells before it in the same series."""
        by_time = np.lexsort((self.order, self.series))
        ordered, series = values[by_time], self.series[by_time]
        pooled = ordered.copy()
        for lag in range(1, min(HISTORY, ordered.size - 1) + 1):
            pooled[lag:] += np.where(series[lag:] == series[:-lag], ordered[:-lag], 0.0)
        back = np.empty_like(pooled)
        back[by_time] = pooled
        return back


@dataclass(frozen=True, eq=False)
class DayEffect:
    """How much days differ, one entry a cell.

    `days` with data; `icc`, the correlation of two contacts of one day (0 to 1); `deff`, for how many contacts one
    independent contact stands; `df`, of the t quantile, NaN where no two days of a period could be compared:
    then `deff` is 1 and the interval holds "if days do not differ".
    """

    days: Floats
    icc: Floats
    deff: Floats
    df: Floats


def day_effect(n: Floats, total: Floats, variance: Floats, cells: Cells) -> DayEffect:
    """Estimate the design effect of days from day sums and the variance of one contact in each cell.

    `n` contacts and their `total` one entry a day; `variance` one entry a cell: p(1 - p) for a share.
    The pooled moments: with X2 = sum over days of (total - n mean)^2 / (n variance), which chance alone puts at
    df = days - 1, icc = (X2 - df) / (N0 - df), N0 = N - sum n^2 / N; X2, df and N0 summed over the history.
    """
    used = n > 0
    size, squared, days = cells.sum(n), cells.sum(n**2), cells.sum(used.astype(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = cells.sum(total) / size
        apart = np.where(used, (total - n * mean[cells.cell]) ** 2 / n, 0.0)
        chi_square = cells.sum(apart) / variance
        spread = size - squared / size
    # A period without variance (100 % every day) says nothing on days; its days count only where none says more.
    telling = (variance > 0) & (days > 1)
    freedom = cells.with_history(np.where(telling, days - 1, 0.0))
    silent = cells.with_history(np.maximum(days - 1, 0.0))
    excess = cells.with_history(np.where(telling, chi_square, 0.0)) - freedom
    room = cells.with_history(np.where(telling, spread, 0.0)) - freedom
    icc = np.where(room > 0, np.clip(excess / np.where(room > 0, room, 1.0), 0, 1), 0.0)
    df = np.where(freedom > 0, freedom, silent)
    return DayEffect(days, icc, design_effect(size, squared, icc), np.where(df > 0, df, np.nan))


def design_effect(size: Floats, squared: Floats, icc: Floats) -> Floats:
    """Give 1 + (sum n^2 / N - 1) icc, N being `size` and sum n^2 `squared`; 1 where there is nothing.

    Source: Kish 1965, for clusters of unequal size.
    """
    per_day = np.where(size > 0, squared / np.where(size > 0, size, 1.0), 1.0)
    return np.asarray(1 + np.maximum(per_day - 1, 0) * icc)


def share_effect(hits: ArrayLike, n: ArrayLike, cells: Cells) -> DayEffect:
    """Estimate how much days differ for a share: `hits` of `n`, one entry a day."""
    x, size = np.asarray(hits, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cells.sum(x) / cells.sum(size)
    return day_effect(size, x, share * (1 - share), cells)


def moment_effect(n: ArrayLike, total: ArrayLike, squares: ArrayLike, cells: Cells) -> DayEffect:
    """Estimate how much days differ for a mean: count, sum and sum of squares, one entry a day."""
    size, sums = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    return day_effect(size, sums, sample_variance(size, sums, np.asarray(squares, dtype=float), cells), cells)


def sample_variance(n: Floats, total: Floats, squares: Floats, cells: Cells) -> Floats:
    """Give the variance (n - 1 below the line) of each cell from day sums; 0 where rounding hides it.

    Sums of squares lose the variance where it is tiny beside the mean. Spread within days and between
    days are taken apart, each against its own mean, and what lies below the rounding of the sums is called 0.
    """
    size, sums = cells.sum(n), cells.sum(total)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(n > 0, total / n, 0.0)
        mean = sums / size
        around = squares - total * own
        between = n * (own - mean[cells.cell]) ** 2
        # 8 roundings of the square sum a day: a spread below that is none.
        around = np.where(around > 8 * np.finfo(float).eps * squares, around, 0.0)
        spread = cells.sum(around) + cells.sum(np.where(n > 0, between, 0.0))
        floor = 8 * np.finfo(float).eps * cells.sum(squares)
        return np.asarray(np.where(size > 1, np.where(spread > floor, spread, 0.0) / (size - 1), np.nan))


def share_intervals(hits: ArrayLike, n: ArrayLike, cells: Cells, level: float = 0.95) -> Estimate:
    """Give each cell's share with Wilson's interval at its effective size, from `hits` of `n` a day.

    Plain Wilson where a cell has one day and no history.
    """
    effect = share_effect(hits, n, cells)
    x, size = (cells.sum(np.asarray(a, dtype=float)) for a in (hits, n))
    low, high = wilson(x / effect.deff, size / effect.deff, level, effect.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate(x / size, low, high)


def mean_intervals(n: ArrayLike, total: ArrayLike, squares: ArrayLike, cells: Cells, level: float = 0.95) -> Estimate:
    """Give each cell's mean with Student's interval at its effective size, from sums a day.

    `squares` is the sum of squared values of the day. No interval (NaN) for fewer than 2 values, or where
    all are alike: a spread of 0 bounds nothing. Few skewed values need `durations` instead.
    """
    count, sums, second = (np.asarray(a, dtype=float) for a in (n, total, squares))
    effect = moment_effect(count, sums, second, cells)
    variance, size = sample_variance(count, sums, second, cells), cells.sum(count)
    known = (size > 1) & (variance > 0)
    # The spread is known from n values, how days differ from df days: the poorer of the two decides.
    df = np.fmin(effect.df, np.where(known, size - 1, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = cells.sum(sums) / size
        half = np.where(known, critical_value(level, df) * np.sqrt(variance * effect.deff / size), np.nan)
    return Estimate(mean, mean - half, mean + half)


def score_intervals(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, cells: Cells, level: float = 0.95
) -> Estimate:
    """Give each cell's NPS (a fraction, -1 to 1) with the adjusted Wald interval at its effective size."""
    p, m, d = (np.asarray(a, dtype=float) for a in (promoters, passives, detractors))
    effect = moment_effect(p + m + d, p - d, p + d, cells)
    p, m, d = (cells.sum(answers) for answers in (p, m, d))
    low, high = nps_interval(p, m, d, level, deff=effect.deff, df=effect.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate((p - d) / (p + m + d), low, high)
