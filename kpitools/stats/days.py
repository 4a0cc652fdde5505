"""Intervals of a period whose days differ by more than chance.

A share, a mean or an NPS of a month is a sum over days, and days vary: an outage, a Monday, an adviser ill.
Treating contacts as independent makes the interval too narrow (a nominal 95 % covers 51 to 95 % where the
share of a day moves by 2 to 4 points). So the correlation of contacts of one day is estimated from the day sums,
over the period and up to `HISTORY` earlier ones of the same series (where periods are days, over the last
`SINGLE_DAYS`), and the contacts count for fewer (`deff`); Student's t pays for not knowing it well.
Source: `docs/method.md`, "Days that differ".

Day sums come as one row a day and cell, with a `Cells` that says which row belongs where:

>>> from kpitools.stats.cells import Cells
>>> cells = Cells.of(cell=[0, 0, 1, 1], series=[0, 0], order=[202609, 202610])
>>> share_intervals([81, 70, 78, 82], [100, 90, 95, 105], cells).value.round(3).tolist()
[0.795, 0.8]
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.cells import Cells
from kpitools.stats.intervals import (
    INSIDE,
    Estimate,
    Floats,
    critical_value,
    exact_proportion,
    nps_interval,
    scale_interval,
    wilson,
)

HISTORY = 8
"""How many earlier periods of the same series lend their days."""
SINGLE_DAYS = 30
"""How many earlier days a cell of one day looks back on, where periods are days."""
FEW_DAYS, USUAL, MOST_ALIKE = 2, 0.02, 0.1
"""For a verdict on a band: as if 2 days were known whose shares differ by 2 points, or whose icc is 0.1."""
MISSED = 2.5
"""Effective contacts by which the bound towards one half gives way, where no earlier days say how days differ."""
ROUNDING = 8 * float(np.finfo(float).eps)
"""A spread below this part of the sum of squares is rounding."""


@dataclass(frozen=True, eq=False)
class DayEffect:
    """How much days differ, one entry a cell.

    `days` with data; `icc`, the correlation of two contacts of one day (0 to 1); `deff`, how many contacts stand
    for one independent contact; `df`, those of the t quantile: NaN where no two days could be compared, and then
    `deff` is 1 and the interval holds only "if days do not differ".
    """

    days: Floats
    icc: Floats
    deff: Floats
    df: Floats


@dataclass(frozen=True, eq=False)
class _Sums:
    """Additive parts of each cell: N, sum n^2, sum of values, spread around the cell's mean, days with data."""

    size: Floats
    squared: Floats
    total: Floats
    spread: Floats
    days: Floats


def day_effect(n: Floats, total: Floats, spread: Floats, cells: Cells, *, lost: int) -> DayEffect:
    """Estimate the design effect of days.

    `n` contacts and their `total` one entry a day; `spread`, the sum of squares around the mean, one entry a cell;
    `lost`, 1 where the variance is spread / (N - 1), 0 where it is spread / N (a share).
    Pooled moments: X2 = sum over days of (total - n mean)^2 / (n variance) is df = days - 1 by chance alone;
    icc = (X2 - df) / (N0 - df), N0 = N - sum n^2 / N; X2, df and N0 are summed over the history.
    """
    used = n > 0
    sums = _Sums(cells.sum(n), cells.sum(n**2), cells.sum(total), spread, cells.sum(used.astype(float)))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums.total / sums.size
        apart = cells.sum(np.where(used, (total - n * mean[cells.cell]) ** 2 / n, 0.0))
    chi_square, freedom, room, silent = _pooled(apart, sums, cells, lost)
    excess, room = chi_square - freedom, room - freedom
    icc = np.where(room > 0, np.clip(excess / np.where(room > 0, room, 1.0), 0, 1), 0.0)
    df = np.where(freedom > 0, freedom, silent)
    return DayEffect(sums.days, icc, design_effect(sums.size, sums.squared, icc), np.where(df > 0, df, np.nan))


def _pooled(apart: Floats, sums: _Sums, cells: Cells, lost: int) -> tuple[Floats, ...]:
    """Give X2, its df and N0 over the history, and the df that periods without variance would add.

    A period without variance (100 % every day) says nothing on days; its days count only where none says more.
    """
    pooled = [cells.with_history(part, HISTORY) for part in _moments(apart, sums, lost)]
    silent = cells.with_history(np.maximum(sums.days - 1, 0.0), HISTORY)
    alone = (sums.days == 1) & (silent == 0)
    single = _single_days(sums, alone, cells, lost)
    return *(np.where(alone, *pair) for pair in zip(single, pooled, strict=True)), silent


def _moments(apart: Floats, sums: _Sums, lost: int) -> tuple[Floats, Floats, Floats]:
    """Give X2, its df and N0; all 0 where there is no variance or no second day."""
    telling = (sums.spread > 0) & (sums.days > 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = apart * (sums.size - lost) / sums.spread, sums.days - 1, sums.size - sums.squared / sums.size
    chi_square, freedom, room = (np.where(telling, part, 0.0) for part in parts)
    return chi_square, freedom, room


def _single_days(sums: _Sums, alone: NDArray[np.bool_], cells: Cells, lost: int) -> tuple[Floats, Floats, Floats]:
    """Give the moments of cells of one day, each with the days before it taken for one period."""
    parts = (sums.size, sums.squared, sums.total, sums.spread, sums.days)
    window = _Sums(*(cells.with_history(np.where(alone, part, 0.0), SINGLE_DAYS) for part in parts))
    with np.errstate(divide="ignore", invalid="ignore"):
        own = cells.with_history(np.where(alone, sums.total**2 / sums.size, 0.0), SINGLE_DAYS)
        apart = own - window.total**2 / window.size
    apart = np.where(apart > ROUNDING * own, apart, 0.0)
    return _moments(apart, replace(window, spread=window.spread + apart), lost)


def design_effect(size: Floats, squared: Floats, icc: Floats) -> Floats:
    """Give 1 + (sum n^2 / N - 1) icc, N being `size` and sum n^2 `squared`; 1 where there is nothing.

    Source: Kish 1965, for clusters of unequal size.
    """
    per_day = np.where(size > 0, squared / np.where(size > 0, size, 1.0), 1.0)
    return np.asarray(1 + np.maximum(per_day - 1, 0) * icc)


def share_effect(hits: ArrayLike, n: ArrayLike, cells: Cells) -> DayEffect:
    """Estimate how much days differ for a share: `hits` of `n`, one entry a day."""
    x, size = np.asarray(hits, dtype=float), np.asarray(n, dtype=float)
    found, of = cells.sum(x), cells.sum(size)
    spread = np.where(of > 0, found * (of - found) / np.where(of > 0, of, 1.0), 0.0)
    return day_effect(size, x, spread, cells, lost=0)


def moment_effect(n: ArrayLike, total: ArrayLike, squares: ArrayLike, cells: Cells) -> DayEffect:
    """Estimate how much days differ for a mean: count, sum and sum of squares, one entry a day."""
    size, sums = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    return day_effect(
        size, sums, spread_around_mean(size, sums, np.asarray(squares, dtype=float), cells), cells, lost=1
    )


def spread_around_mean(n: Floats, total: Floats, squares: Floats, cells: Cells) -> Floats:
    """Give each cell's sum of squares around its mean from day sums; 0 where rounding hides it.

    Sums of squares lose the spread where it is tiny beside the mean. That within days and that between
    days are taken apart, each around its own mean, and what lies below the rounding of the sums is called 0.
    """
    size = cells.sum(n)
    own = np.where(n > 0, total / np.where(n > 0, n, 1.0), 0.0)
    mean = cells.sum(total) / np.where(size > 0, size, 1.0)
    around = squares - total * own
    within = cells.sum(np.where(around > ROUNDING * squares, around, 0.0))
    found = within + cells.sum(n * (own - mean[cells.cell]) ** 2)
    return np.where(found > ROUNDING * cells.sum(squares), found, 0.0)


def share_intervals(
    hits: ArrayLike, n: ArrayLike, cells: Cells, level: float = 0.95, *, effect: DayEffect | None = None
) -> Estimate:
    """Give each cell's share with Wilson's interval at its effective size, from `hits` of `n` a day.

    Plain Wilson where a cell has one day and no history. `effect` is theirs where it is known already.
    """
    effect = effect or share_effect(hits, n, cells)
    x, size = (cells.sum(np.asarray(a, dtype=float)) for a in (hits, n))
    low, high = wilson(x / effect.deff, size / effect.deff, level, effect.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate(x / size, low, high)


def share_pair(hits: ArrayLike, n: ArrayLike, cells: Cells) -> list[Estimate]:
    """Give each cell's share with its 95 % interval, and with the one that decides whether it lies within a band.

    Where days could be compared the former holds the latter.
    """
    x, size = (np.asarray(a, dtype=float) for a in (hits, n))
    effect, own = share_effect(x, size, cells), share_effect(x, size, cells.apart())
    wide = share_intervals(x, size, cells, effect=effect)
    deff = _cautious(wide.value, cells.sum(size), cells.sum(size**2), effect, own)
    unaided = _unaided(effect, own) * (1 - 1 / deff)
    low, high = _band_bounds(cells.sum(x) / deff, cells.sum(size) / deff, unaided, effect.df)
    alone = np.isnan(effect.df)
    held = np.fmin(wide.low, np.where(alone, np.nan, low)), np.fmax(wide.high, np.where(alone, np.nan, high))
    return [Estimate(wide.value, *held), Estimate(wide.value, low, high)]


def _cautious(share: Floats, size: Floats, squared: Floats, effect: DayEffect, own: DayEffect) -> Floats:
    """Give the design effect for a verdict on a band, where neither bound may fail more often than the other.

    After days worse than ever the share lies low, and bounds from calmer days would not reach up to the truth: so a
    cell's own days count where they differ more. Where few days are known, they differ by `USUAL` at least.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = np.fmin(USUAL**2 / (share * (1 - share)), MOST_ALIKE)
    icc = effect.icc + FEW_DAYS * np.fmax(usual - effect.icc, 0) / (effect.df + FEW_DAYS)
    return np.fmax(own.deff, design_effect(size, squared, np.nan_to_num(icc)))


def _band_bounds(x: Floats, size: Floats, unaided: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Give the exact interval of a share at its effective size, for shares near 0 or 1 too.

    A cell's own days may have missed the bad ones, and then say too little of how days differ: where nothing else
    does (`unaided`) the bound towards one half gives way by `MISSED`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        missed = np.nan_to_num(MISSED * unaided * (2 * x / size - 1))
    low = exact_proportion(x - np.clip(missed, 0, x), size, INSIDE, df).low
    return low, exact_proportion(x + np.clip(-missed, 0, size - x), size, INSIDE, df).high


def _unaided(effect: DayEffect, own: DayEffect) -> Floats:
    """Say which part of what is known of how days differ comes from the cell's own days: 1 without any history."""
    return np.nan_to_num(own.df / effect.df)


def mean_intervals(
    n: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    cells: Cells,
    level: float = 0.95,
    *,
    ends: tuple[ArrayLike, ArrayLike] | None = None,
) -> Estimate:
    """Give each cell's mean with Student's interval at its effective size, from sums a day.

    `squares` is the sum of squared values of the day. No interval (NaN) for fewer than 2 values, or where
    all are alike: a spread of 0 bounds nothing. `ends`, those of a cell's scale, give the interval of scores instead,
    which like answers have too (`intervals.scale_interval`). Few skewed values need `durations` instead.
    """
    count, sums, second = (np.asarray(a, dtype=float) for a in (n, total, squares))
    effect = moment_effect(count, sums, second, cells)
    around, size = spread_around_mean(count, sums, second, cells), cells.sum(count)
    known = (size > 1) & (around > 0)
    variance = around / np.where(known, size - 1, 1.0)
    # The spread is known from n values, how days differ from df days: the poorer of the two decides.
    df = np.fmin(effect.df, np.where(known, size - 1, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = cells.sum(sums) / size
    if ends is not None:
        df = np.fmin(effect.df, np.where(size > 1, size - 1, np.nan))
        total, second = cells.sum(sums), cells.sum(second)
        made_up = _made_up(effect, moment_effect(count, sums, squares, cells.apart()))
        low, high = scale_interval(size, total, second, ends, level, deff=effect.deff, df=df, made_up=made_up)
        return Estimate(mean, *(np.where(size > 1, bound, np.nan) for bound in (low, high)))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.where(known, critical_value(level, df) * np.sqrt(variance * effect.deff / size), np.nan)
    return Estimate(mean, mean - half, mean + half)


def _made_up(effect: DayEffect, own: DayEffect) -> Floats:
    """Say how many answers are made up at either end: more where no earlier days say how days differ."""
    return np.asarray(1 + MISSED * _unaided(effect, own) * (1 - 1 / effect.deff))


def score_intervals(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, cells: Cells, level: float = 0.95
) -> Estimate:
    """Give each cell's NPS (a fraction, -1 to 1) with the adjusted Wald interval at its effective size."""
    p, m, d = (np.asarray(a, dtype=float) for a in (promoters, passives, detractors))
    effect, own = (moment_effect(p + m + d, p - d, p + d, of) for of in (cells, cells.apart()))
    p, m, d = (cells.sum(answers) for answers in (p, m, d))
    low, high = nps_interval(p, m, d, level, deff=effect.deff, df=effect.df, made_up=_made_up(effect, own))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate((p - d) / (p + m + d), low, high)
