"""One verdict on whether the level of a series changed, since when and by how much.

An averaged likelihood ratio, held against tabulated weights under which a stable series is called changed in 1 % of
cases and worth watching in 5 %, whatever its autocorrelation up to 0.7. Method and measured error rates:
`docs/method.md`.
"""

from dataclasses import dataclass, replace
from math import nan
from typing import Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.autoregression import Floats
from kpitools.stats.evidence import autocorrelation, clipped, likelihoods, model, ratios
from kpitools.stats.location import Where, locate
from kpitools.stats.weights import SIZES, excess

Level: TypeAlias = Literal["changed", "watch", "usual", "none"]
LEVELS: tuple[tuple[Level, float], ...] = (("changed", 0.009), ("watch", 0.048))
"""A little below 1 and 5 %, so that skewed values stay below 1.3 and 5.5 % too."""
TOO_SLOW = 0.77
"""From this autocorrelation on a series wanders so slowly that a change cannot be told from it.

So chosen that about 3 % of series at 0.6 are refused from 24 points on; up to 0.8 there are no more false alarms.
"""


@dataclass(frozen=True)
class Change:
    """What is known of a change of level in a series.

    `level` is "changed" (1 %), "watch" (5 %), "usual" (neither) or "none" with the reason in `why`: `no_values`,
    `too_few` (under 10, less what a season's shape takes), `too_slow`. `n` points were judged and `rho` is their
    autocorrelation. The rest is known of "changed" and "watch" only: the change begins at the value with index
    `since`, by the smallest set of 90 % between `since_low` and `since_high`; `size` with its 95 % bounds is how
    far the level moved, in the unit of the values, drawn towards 0 as far as luck may have helped to find it.
    `gradual` says that a drift over the whole series is likelier than a step; `size` is then the whole drift.
    Its bounds were measured to cover 94 to 99 % of the sizes of changes that were found.
    """

    level: Level
    why: Literal["", "no_values", "too_few", "too_slow"] = ""
    n: int = 0
    rho: float = nan
    since: int | None = None
    since_low: int | None = None
    since_high: int | None = None
    size: float = nan
    size_low: float = nan
    size_high: float = nan
    gradual: bool = False


def change(values: ArrayLike, *, season: int | None = None, among: int = 1) -> Change:
    """Judge whether the level of a series changed.

    Args:
        values: one a period, oldest first; durations and counts as logarithms (`log_scale`). A missing one is NaN: it
            is left out and the others keep their distance in time. The last 60 known ones are judged.
        season: points of one cycle (12 months, 7 days) where the KPI may have a season: it is taken out. Its shape
            costs as many points as it has numbers, and below two cycles nearly all power.
        among: how many series are asked one question together (the teams of one KPI). The level is divided by it,
            which keeps the chance that any of them is called changed at the level of one.

    Raises:
        ValueError: a value is infinite.

    Source: Elliott, Mueller and Watson 2015 (Econometrica 83:771) for the weights; Andrews and Ploberger 1994 for
    averaging over the date.
    """
    series = np.asarray(values, dtype=float)
    if np.isinf(series).any():
        raise ValueError("A value of the series is infinite.")
    known = np.flatnonzero(~np.isnan(series))[-SIZES[-1] :]
    if known.size < SIZES[0]:
        return Change("none", "too_few" if known.size else "no_values", int(known.size))
    chosen, unit = series[known], float(np.ptp(series[known]))
    times = tuple(int(place) for place in known - known[0])
    given = model(times, season)
    if given.white.df + 1 < SIZES[0]:
        return Change("none", "too_few", known.size)
    if unit <= 1e-12 * np.abs(chosen).max():
        return Change("usual", n=known.size)
    free = given.white.seasonless((chosen - chosen.mean()) / unit)
    if np.ptp(free) <= 1e-9:
        return Change("usual", n=known.size)
    level, rho = (part[0] for part in levels(clipped(free)[None], times, season, among))
    plain = Change(cast("Level", str(level)), "too_slow" if level == "none" else "", known.size, float(rho))
    return plain if level in {"none", "usual"} else _placed(plain, locate(free, times, season), known, unit)


def _placed(plain: Change, where: Where, known: NDArray[np.int64], unit: float) -> Change:
    """Add where the change lies, as indices into the given values, and its size in their unit."""
    size = where.size.estimate()
    return replace(
        plain,
        since=int(known[where.since]),
        since_low=int(known[where.since_low]),
        since_high=int(known[where.since_high]),
        size=unit * float(size.value),
        size_low=unit * float(size.low),
        size_high=unit * float(size.high),
        gradual=where.gradual,
    )


def log_scale(values: ArrayLike) -> Floats:
    """Return the logarithms of durations or counts; a zero is taken for half the smallest other value.

    The exponential of a size on this scale is a factor. Raises ValueError where a value is negative.
    """
    series = np.asarray(values, dtype=float)
    if (series < 0).any():
        raise ValueError("A negative value has no logarithm: durations and counts are never negative.")
    positive = series[series > 0]
    return np.log(np.where(series == 0, positive.min() / 2 if positive.size else 1.0, series))


def tamed(series: Floats, times: tuple[int, ...], season: int | None = None) -> Floats:
    """Return m series about 0 as they are judged: without their season, outliers pulled in."""
    return clipped(model(times, season).white.seasonless(series))


def levels(
    tame: Floats, times: tuple[int, ...], season: int | None = None, among: int = 1
) -> tuple[NDArray[np.str_], Floats]:
    """Return the level of each of m tamed series, and their autocorrelation."""
    rho = autocorrelation(tame, times, season)
    given = model(times, season)
    against = ratios(likelihoods(tame, given))
    found = [excess(against, given.white.df + 1, chance / among) < 0 for _, chance in LEVELS]
    return np.select([rho >= TOO_SLOW, *found], ["none", *(level for level, _ in LEVELS)], "usual"), rho
