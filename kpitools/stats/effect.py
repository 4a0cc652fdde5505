"""Whether a level changed at a date that is known beforehand, and whether such jumps happened before it too.

Student's t of the later points' level, averaged over the autocorrelation that is not known; then a jump as large is
looked for at every earlier date (placebo). Method and measured error rates: `docs/method.md`.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import nan
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from kpitools.stats.autoregression import Floats, Whitened, whitened
from kpitools.stats.mixture import Mixture

Direction: TypeAlias = Literal["higher", "lower"] | None
RHOS = np.arange(-6, 20) / 20
"""Autocorrelations that the t is averaged over, alike likely before the series is seen."""
LEVEL = 0.05
RARE = 0.2
"""A jump is rare where at most this share of the earlier dates has one as large."""
WINDOW = 6
"""Points on either side of a date whose means the placebo compares."""
BEFORE, AFTER = 12, 6
"""The least points before and after, measured to hold the level."""
MOST = 60
"""The most points on either side that are looked at."""


@dataclass(frozen=True)
class Effect:
    """What is known of a change of level at a date.

    `state`: "changed_with" (p < 5 %, and such a jump was rare before), "changed_since" (p < 5 % only), "none_shown", or
    no verdict: "too_few_before" (under 12), "too_early" (under 6 after), "constant" (nothing varies but the season).
    `size` is the later level less the earlier one with its 95 % bounds, in the unit of the values. `p` is one-sided
    where a direction was declared. `placebo` is the share of earlier dates with a jump at least as large. `rho` is
    the autocorrelation; `before` and `after` count the points judged.
    """

    state: Literal["changed_with", "changed_since", "none_shown", "too_early", "too_few_before", "constant"]
    before: int
    after: int
    size: float = nan
    size_low: float = nan
    size_high: float = nan
    p: float = nan
    placebo: float = nan
    rho: float = nan

    def in_units(self, unit: float) -> "Effect":
        """Return the same with its size in units of so much."""
        return replace(self, size=unit * self.size, size_low=unit * self.size_low, size_high=unit * self.size_high)


def effect(values: ArrayLike, at: int, direction: Direction, *, season: int | None = None) -> Effect:
    """Judge whether the level of a series changed at a date that was fixed before the values were seen.

    Args:
        values: one a period, oldest first; durations and counts as logarithms (`change.log_scale`). A missing one
            is NaN. At most 60 known ones on either side are judged, those nearest the date.
        at: index of the first value after the date.
        direction: where the level was expected to move, declared beforehand; None asks both ways.
        season: points of one cycle (12 months, 7 days) where the KPI may have a season: it is taken out.

    Raises:
        ValueError: a value is infinite.
    """
    series = np.asarray(values, dtype=float)
    if np.isinf(series).any():
        raise ValueError("A value of the series is infinite.")
    known = np.flatnonzero(~np.isnan(series))
    known = np.concatenate([known[known < at][-MOST:], known[known >= at][:MOST]])
    before = int((known < at).sum())
    after = known.size - before
    if before < BEFORE or after < AFTER:
        return Effect("too_few_before" if before < BEFORE else "too_early", before, after)
    chosen, unit = series[known], float(np.ptp(series[known]))
    if unit <= 1e-12 * np.abs(chosen).max():
        return Effect("constant", before, after)
    white = stepped(tuple(int(place) for place in known - known[0]), before, season)
    free = white.seasonless((chosen - chosen.mean()) / unit)
    if np.ptp(free) <= 1e-9:
        return Effect("constant", before, after)
    return _tested(free, white, before, direction).in_units(unit)


def _tested(free: Floats, white: Whitened, before: int, direction: Direction) -> Effect:
    """Test a series without its season; its size is in the series' range."""
    weight, mean, scale = (part[:, 0] for part in level(free[None], white))
    likely = Mixture(weight, mean, scale, white.df - 1)
    size, after = likely.estimate(), free.size - before
    p, rank = float(chance(likely.below(0.0), direction)), float(placebo(free[None], before, direction)[0])
    bounds = (float(size.value), float(size.low), float(size.high))
    return Effect(state(p, rank), before, after, *bounds, p=p, placebo=rank, rho=float(weight @ RHOS))


def state(p: float, rank: float) -> Literal["changed_with", "changed_since", "none_shown"]:
    """Name what the test and the placebo say together."""
    if p >= LEVEL:
        return "none_shown"
    return "changed_with" if rank <= RARE else "changed_since"


@lru_cache(maxsize=32)
def stepped(times: tuple[int, ...], before: int, season: int | None = None) -> Whitened:
    """Whiten a level that changes after so many points, for each of `RHOS`."""
    return whitened(np.array(times), RHOS, (np.arange(len(times)) >= before).astype(float)[:, None], season)


def level(series: Floats, white: Whitened) -> tuple[Floats, Floats, Floats]:
    """Give for m series the (rho, m) weight, mean and scale of the t distributions of the level's change.

    The weight is the restricted likelihood of each autocorrelation with the change in the model: no fit, no table.
    """
    residuals = white.residuals(series)
    product = np.matmul(residuals, white.columns)[:, :, 0]
    df = white.df - 1
    total = np.square(residuals).sum(axis=2)
    left = np.maximum(total - product**2 / white.weight, 1e-12 * total)
    likely = white.volume[:, None] - 0.5 * np.log(white.weight) - df / 2 * np.log(left)
    weight = np.exp(likely - likely.max(axis=0))
    return weight / weight.sum(axis=0), product / white.weight, np.sqrt(left / df / white.weight)


def chance(below: Floats, direction: Direction) -> Floats:
    """Turn the probability that the level fell into p: one-sided in a declared direction, else of either."""
    if direction is None:
        return np.asarray(2 * np.minimum(below, 1 - below))
    return np.asarray(below if direction == "higher" else 1 - below)


def placebo(series: Floats, before: int, direction: Direction) -> Floats:
    """Give for m series the share of earlier dates with a jump at least as large as the one at the date.

    A jump is the mean of 6 points less that of the 6 before them; the earlier dates are those where both lie before it.
    """
    sums = np.cumsum(np.pad(series, ((0, 0), (1, 0))), axis=1)
    cut = np.append(np.arange(WINDOW, before - WINDOW + 1), before)
    jumps = sums[:, cut + WINDOW] - 2 * sums[:, cut] + sums[:, cut - WINDOW]
    jumps = np.abs(jumps) if direction is None else jumps * (1 if direction == "higher" else -1)
    return np.asarray((jumps[:, :-1] >= jumps[:, -1:]).mean(axis=1))
