"""Intervals of skewed values, durations above all: the mean of a small sample, and percentiles of any."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kpitools.stats.intervals import Estimate, Floats, Interval, critical_value

Ints = NDArray[np.int64]

MEAN_RULE = ((15, 1.0), (30, 1.5), (60, np.inf))
"""From how many values on a mean may have an interval, and up to which spread of the logs."""
LEAST_UNKNOWN = 45
"""From how many where the history is too short (under 200 values) to tell its spread, or has a far tail."""
FAR_TAIL = 1.5
"""A p99 / median of this many times that of log-normal values is a far tail: some cases are of another kind."""
MISS = 0.4
"""Part of the error that is left to Hall's interval: at 95 % it is run at 98 %."""
LOG_NORMAL_UPTO = 0.6745
"""Standard normal quantile of 75 %: logs less straight than those of three in four normal samples are no such."""


def mean_allowed(n: ArrayLike, log_sd: float | None = None, tail: float | None = None) -> NDArray[np.bool_]:
    """Say whether the mean of `n` skewed values may have an interval; else show median and p90.

    `log_sd` is the standard deviation of the logs and `tail` p99 / median, both of the KPI's own history (200 values or
    more, else None). Never of this sample: judging by the sample picks those that missed the long values, and the
    interval then covers 46 % instead of 95 %.
    """
    size = np.asarray(n)
    if log_sd is None:
        return np.asarray(size >= LEAST_UNKNOWN)
    least = next(least for least, most in MEAN_RULE if log_sd <= most)
    if tail is not None and tail > FAR_TAIL * np.exp(special.ndtri(0.99) * log_sd):
        least = max(least, LEAST_UNKNOWN)
    return np.asarray(size >= least)


def skewed_means(
    values: ArrayLike, start: ArrayLike, level: float = 0.95, *, deff: ArrayLike = 1.0, df: ArrayLike = np.nan
) -> Estimate:
    """Give the mean of each cell of few skewed values with its interval.

    `values` are sorted within their cells; `start` is where each cell begins, and where the last ends. Where the logs
    of a cell look normal (Shapiro and Francia's test at 25 %) the interval is Cox's for log-normal values; else Hall's,
    which mends Student's t by the skewness, run at 98 % for 95 % because few values show too little of it. `deff`
    widens both where days differ, `df` are those of the day effect (NaN: n - 1). NaN for fewer than 3 values, or where
    all are alike; stretched to hold the mean.
    Sources: Zhou and Gao 1997 for Cox's; Hall 1992 (JRSS B 54:221); Royston 1993 for the test's distribution.
    """
    cells = _Sorted.of(values, start)
    n, mean = cells.n, cells.mean(cells.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        known = (n > 2) & (cells.sum((cells.values - mean[cells.cell]) ** 2) > 0)
        freedom = np.fmin(np.asarray(df, dtype=float), np.where(known, n - 1, 1))
        widen = np.sqrt(np.asarray(deff, dtype=float))
        hall = _hall(cells, mean, critical_value(1 - MISS * (1 - level), freedom), widen)
        cox, normal = _cox(cells, critical_value(level, freedom) * widen)
    low, high = (np.where(normal, one, other) for one, other in zip(cox, hall, strict=True))
    bounds = (np.where(known, bound, np.nan) for bound in (np.minimum(low, mean), np.maximum(high, mean)))
    return Estimate(mean, *bounds)


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Values sorted within their cells: the cell of each, its rank there from 0, and how many a cell has."""

    values: Floats
    cell: Ints
    rank: Ints
    n: Ints

    @classmethod
    def of(cls, values: ArrayLike, start: ArrayLike) -> "_Sorted":
        x, edges = np.asarray(values, dtype=float), np.asarray(start)
        n = np.diff(edges)
        cell = np.repeat(np.arange(n.size), n)
        return cls(x, cell, np.arange(x.size) - edges[:-1][cell], n)

    def sum(self, values: Floats) -> Floats:
        return np.bincount(self.cell, weights=values, minlength=self.n.size).astype(float)

    def mean(self, values: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.sum(values) / self.n)


def _hall(cells: _Sorted, mean: Floats, t: Floats, widen: Floats) -> Interval:
    """Give Hall's interval: the cubic in t that takes its skewness away, solved for t."""
    apart = cells.values - mean[cells.cell]
    second, third = (cells.mean(apart**power) for power in (2, 3))
    skew, root = third / second**1.5, np.sqrt(cells.n)
    skew = np.where(np.abs(skew) > 1e-6, skew, 1e-6)
    error = widen * np.sqrt(second / (cells.n - 1))
    low, high = (3 * root / skew * (np.cbrt(1 + skew * (q - skew / (6 * root)) / root) - 1) for q in (t, -t))
    return Interval(mean - low * error, mean - high * error)


def _cox(cells: _Sorted, reach: Floats) -> tuple[Interval, NDArray[np.bool_]]:
    """Give Cox's interval of the mean of log-normal values, and whether a cell's values may be taken for such."""
    n = cells.n
    logs = np.log(np.where(cells.values > 0, cells.values, 1.0))
    middle = cells.mean(logs)
    apart = logs - middle[cells.cell]
    squares = cells.sum(apart**2)
    variance = squares / (n - 1)
    half = reach * np.sqrt(variance / n + variance**2 / (2 * (n - 1)))
    scores = special.ndtri((cells.rank + 0.625) / (n[cells.cell] + 0.25))
    straight = cells.sum(apart * scores) ** 2 / (squares * cells.sum(scores**2))
    normal = (cells.sum((cells.values <= 0).astype(float)) == 0) & _looks_normal(straight, n)
    centre = middle + variance / 2
    return Interval(np.exp(centre - half), np.exp(centre + half)), normal


def _looks_normal(straight: Floats, n: Ints) -> NDArray[np.bool_]:
    """Hold Shapiro and Francia's W' against its own distribution, log(1 - W') being about normal."""
    log = np.log(np.log(n))
    centre, spread = 1.0521 * (log - np.log(n)) - 1.2725, 1.0308 - 0.26758 * (log + 2 / np.log(n))
    return np.asarray((np.log(1 - straight) - centre) / spread < LOG_NORMAL_UPTO)


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
