"""Intervals of skewed values, durations above all: the mean of a small sample, and percentiles of any."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.intervals import Estimate, Floats

MEAN_RULE = ((15, 1.0), (30, 1.5), (60, np.inf))
"""From how many values on a mean may have an interval, and up to which spread of the logs."""
UNKNOWN_SPREAD = 1.5
"""The spread of the logs that is assumed where the history is too short (under 200 values) to tell."""
HEAVY_TAIL = 20.0
"""Where p99 / median of the history is above this, 60 values are asked for."""
LITTLE_SKEW = 0.6
"""Below this spread of the logs the plain 95 % bootstrap covers 94 to 95 %."""


def mean_allowed(n: ArrayLike, log_sd: float | None = None, tail: float | None = None) -> NDArray[np.bool_]:
    """Say whether the mean of `n` skewed values may have an interval; else show median and p90.

    `log_sd` is the standard deviation of the logs and `tail` p99 / median, both of the KPI's own history (200 values or
    more, else None). Never of this sample: judging by the sample picks those that missed the long values, and the
    interval then covers 46 % instead of 95 %.
    """
    size = np.asarray(n)
    spread = UNKNOWN_SPREAD if log_sd is None else log_sd
    least = next(least for least, most in MEAN_RULE if spread <= most)
    if tail is not None and tail > HEAVY_TAIL:
        least = MEAN_RULE[-1][0]
    return np.asarray(size >= least)


def bootstrap_t(
    values: ArrayLike,
    level: float = 0.95,
    *,
    seed: int = 0,
    log_sd: float | None = None,
    deff: float = 1.0,
    resamples: int = 1999,
) -> Estimate:
    """Give the mean of few skewed values with its studentised bootstrap interval.

    A resample's t statistic shows how far the mean of such values lies from the truth, and on which side; Student's t
    supposes a symmetric one. For skewed values (`log_sd` unknown, or from 0.6 on) even this covers too little, so it
    is run at 1 - 0.4 (1 - level), 98 % for 95 %. `deff` widens it where days differ. The same values and seed
    give the same bounds. NaN for fewer than 2 values, or where all are alike.
    Source: Efron and Tibshirani 1993, chapter 12; the correction is measured in `docs/method.md`.
    """
    sample = np.asarray(values, dtype=float)
    n, value = sample.size, np.asarray(sample.mean() if sample.size else np.nan)
    if n < 2 or np.ptp(sample) == 0:
        return Estimate(value, np.asarray(np.nan), np.asarray(np.nan))
    miss = (1 - level) * (1.0 if log_sd is not None and log_sd < LITTLE_SKEW else 0.4)
    below, above = np.quantile(_studentised(sample, seed, resamples), [miss / 2, 1 - miss / 2])
    error = sample.std(ddof=1) / np.sqrt(n) * np.sqrt(deff)
    return Estimate(value, np.asarray(value - above * error), np.asarray(value - below * error))


def _studentised(sample: Floats, seed: int, resamples: int) -> Floats:
    rng = np.random.default_rng(seed)
    n = sample.size
    block = max(1, 1_000_000 // n)  # bounds the memory: about 8 MB of values at a time
    found = []
    for start in range(0, resamples, block):
        drawn = sample[rng.integers(0, n, size=(min(block, resamples - start), n))]
        error = drawn.std(axis=1, ddof=1) / np.sqrt(n)
        # A resample of one value repeated has no t: it is left out.
        found.append(((drawn.mean(axis=1) - sample.mean())[error > 0]) / error[error > 0])
    return np.concatenate(found)


class Ranks(NamedTuple):
    """Places in the sorted sample, from 1; 0 and n + 1 where the sample is too small for that bound."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]


def quantile_ranks(n: ArrayLike, p: float, level: float = 0.95, deff: ArrayLike = 1.0) -> Ranks:
    """Say which order statistics bound the quantile `p` of a population of which `n` values were drawn.

    It supposes nothing on the shape of the values, only that they are independent. Where days differ, `deff` is
    that of the share of values up to the quantile (`days.share_effect`), and the places are those of n / deff values,
    stretched.
    Source: Conover 1999, Practical Nonparametric Statistics, 3.2; the same bounds as scipy's `quantile_test`.
    """
    from scipy.stats import binom  # noqa: PLC0415 - slow to import, and no other statistic needs it

    size, tail = np.asarray(n), (1 - level) / 2
    worth = np.floor(size / np.asarray(deff))
    low, high = binom.ppf(tail, worth, p).clip(0), binom.isf(tail, worth, p) + 1
    stretch = (size + 1) / (worth + 1)
    return Ranks(
        np.asarray(np.floor(low * stretch)).astype(np.int64),
        np.asarray(np.where(high > worth, size + 1, np.ceil(high * stretch))).astype(np.int64),
    )


def quantile_interval(values: ArrayLike, p: float, level: float = 0.95, deff: float = 1.0) -> Estimate:
    """Give the quantile `p` (interpolated linearly) with its distribution-free interval.

    A bound that the sample is too small for is NaN: the p90 of 35 values has no upper bound. Such a bound is never
    made up by a bootstrap, which covers 80 to 87 % there. The interval is stretched to hold the value, which
    interpolation can put outside it in a sample of two or three.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    n = ordered.size
    if n == 0:
        return Estimate(*(np.asarray(np.nan) for _ in range(3)))
    low, high = quantile_ranks(n, p, level, deff)
    # One NaN at either end stands for the bound that does not exist.
    padded = np.concatenate([[np.nan], ordered, [np.nan]])
    value = np.asarray(np.quantile(ordered, p))
    # min and max keep NaN: a bound that does not exist stays so.
    return Estimate(value, np.minimum(padded[low], value), np.maximum(padded[high], value))
