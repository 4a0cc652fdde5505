"""Units side by side without a ranking: how far from the whole chance alone carries one, and what is left beyond.

A funnel has wide limits for units with few cases and narrow ones for units with many. Where all units lie further out
than chance explains, something that they do not govern differs too, and the limits are widened by it (Spiegelhalter
2005, Statistics in Medicine 24:1185 and Quality and Safety in Health Care 14:347): the variance `tau2` between units is
estimated from z values of which the outermost tenth on each side is drawn in, so that an outlier does not hide itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kpitools.stats.intervals import Floats, Interval, critical_value

INNER, OUTER = 0.95, 0.998
"""The two limits: beyond the inner is worth a look, beyond the outer is unlike the others."""
LEAST_UNITS = 5
"""From fewer units no variance between them is estimated."""
WINSORISED = 0.1
KEPT = (0.6787, 0.45)
"""Mean square of a normal value so drawn in: that of many units (exact), and what few add, over their number (fit)."""


def poisson_limits(expected: ArrayLike, level: float) -> Interval:
    """Give the exact limits of observed / expected events where only chance is at work, by the chi-square quantiles."""
    events, tail = np.asarray(expected, dtype=float), (1 - level) / 2
    return Interval(
        np.asarray(special.gammaincinv(events, tail) / events),
        np.asarray(special.gammaincinv(events + 1, 1 - tail) / events),
    )


@dataclass(frozen=True, eq=False)
class Funnel:
    """How far from the whole units may lie: half-widths of both limits, one entry a unit, and where each one lies.

    `phi` is the mean squared z value (1: chance alone), `tau2` the variance between units that widens the limits; both
    None under five units, where none is estimated. `beyond` is 0 within both limits, 1 or -1 beyond the inner, 2 or -2
    beyond the outer one.
    """

    inner: Floats
    outer: Floats
    phi: float | None
    tau2: float | None
    beyond: Floats


def funnel(difference: ArrayLike, error: ArrayLike, *, as_peer: bool = False) -> Funnel:
    """Judge each unit's `difference` from what is expected of it, with its standard `error`.

    A unit whose error is NaN takes no part: its limits are NaN and it lies beyond none. Drawing the outermost in makes
    the mean square a third too small even where only chance is at work; that is made good. FunnelPlotR 0.6.0 leaves it
    (`as_peer`), so that where units truly differ twice as many as it says lie beyond its limits.
    """
    apart, own = np.asarray(difference, dtype=float), np.asarray(error, dtype=float)
    known = np.isfinite(apart / np.where(own > 0, own, np.nan))
    phi = tau2 = None
    if known.sum() >= LEAST_UNITS:
        z = apart[known] / own[known]
        phi = float(np.mean(winsorise(z) ** 2)) / (1.0 if as_peer else KEPT[0] + KEPT[1] / z.size)
        tau2 = between_units(phi, own[known])
    wide = np.where(known, np.sqrt(own**2 + (tau2 or 0.0)), np.nan)
    inner, outer = (critical_value(level) * wide for level in (INNER, OUTER))
    beyond = np.sign(apart) * ((np.abs(apart) > inner) * 1.0 + (np.abs(apart) > outer))
    return Funnel(inner, outer, phi, tau2, np.where(known, beyond, 0.0))


def winsorise(z: ArrayLike) -> Floats:
    """Draw the outermost tenth of the values on each side in to the quantiles (interpolated) that bound them."""
    values = np.asarray(z, dtype=float)
    low, high = np.quantile(values, [WINSORISED, 1 - WINSORISED])
    return np.asarray(np.clip(values, low, high))


def between_units(phi: float, error: ArrayLike) -> float:
    """Estimate the variance between units by moments: 0 where they differ by no more than chance.

    Source: DerSimonian and Laird 1986, as Spiegelhalter 2005 and FunnelPlotR use it.
    """
    weight = 1 / np.asarray(error, dtype=float) ** 2
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, float((weight.size * phi - (weight.size - 1)) / room))


def shrunk(difference: ArrayLike, error: ArrayLike) -> Floats:
    """Draw each unit's difference towards what all have in common, the more so the less is known of it.

    The empirical Bayes estimate: a unit keeps tau2 / (tau2 + error^2) of its difference, which for shares is the
    mean of a beta-binomial to one case. NaN under five units: how much units differ is then not known.
    Source: Efron and Morris 1975; Morris 1983 for the variance estimated by moments.
    """
    apart, own = np.asarray(difference, dtype=float), np.asarray(error, dtype=float)
    known = np.isfinite(apart / np.where(own > 0, own, np.nan))
    if known.sum() < LEAST_UNITS:
        return np.full(apart.shape, np.nan)
    weight = 1 / own[known] ** 2
    z2 = weight * (apart[known] - np.average(apart[known], weights=weight)) ** 2
    tau2 = between_units(float(z2.mean()), own[known])
    middle = np.average(apart[known], weights=1 / (tau2 + own[known] ** 2))
    kept = tau2 / (tau2 + own**2)
    return np.where(known, middle + kept * (apart - middle), np.nan)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjust p values for their number: those under 5 % hold at most 5 % false ones on average; NaN takes no part.

    Source: Benjamini and Hochberg 1995.
    """
    values = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known])]
    stepped = values[order] * order.size / np.arange(1, order.size + 1)
    adjusted = np.full(values.shape, np.nan)
    adjusted[order] = np.minimum.accumulate(stepped[::-1])[::-1].clip(0, 1)
    return adjusted


def two_sided(z: ArrayLike) -> Floats:
    """Give the two-sided p value of a standard normal z; NaN stays."""
    return np.asarray(2 * special.ndtr(-np.abs(np.asarray(z, dtype=float))))
