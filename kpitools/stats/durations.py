"""Intervals of skewed values, durations above all: the mean of a small sample, and percentiles of any."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kpitools.stats.intervals import Estimate, Floats, Interval

Ints = NDArray[np.int64]

ALIKE = 1e-12
"""Of the mean: values that differ by less are all alike, and differ as numbers are rounded."""
MEAN_RULE = ((15, 1.0), (30, 1.5), (60, np.inf))
"""From how many values on a mean may have an interval, and up to which spread of the logs; 60 where it is unknown."""
TOO_HIGH, LEAST_ABOVE = 4.5, 0.2
"""Samples that missed the long values end too low more often than they say: the error above is cut by 4.5 / root n."""
FAR_TAIL = 1.5
"""A p99 / median of this many times that of log-normal values is a far tail: some cases are of another kind."""
ENOUGH, STEEP = 3000, 6.0
"""In larger cells the logs are not asked whether they are normal, unless the skewness is above this."""
HALL = (0.8, 0.4)
"""Part of the error that is left to Hall's interval, below and above: few values show too little of their skewness."""
LOG_NORMAL, HARDLY = 0.6745, 2.326
"""Standard normal quantiles of 75 and 99 %: logs less straight than those of so many normal samples."""


def mean_allowed(n: ArrayLike, log_sd: float | None = None, tail: float | None = None) -> NDArray[np.bool_]:
    """Say whether the mean of `n` skewed values may have an interval; else show median and p90.

    `log_sd` is the standard deviation of the logs and `tail` p99 / median, both of the KPI's own history (200 values or
    more, else None). Never of this sample: judging by the sample picks those that missed the long values, and the
    interval then covers 46 % instead of 95 %.
    """
    size = np.asarray(n)
    spread = np.inf if log_sd is None else log_sd
    if tail is not None and tail > FAR_TAIL * np.exp(special.ndtri(0.99) * spread):
        spread = np.inf
    return np.asarray(size >= next(least for least, most in MEAN_RULE if spread <= most))


@dataclass(frozen=True, eq=False)
class Skewed:
    """What cells of skewed values show, one entry a cell: size, mean, standard deviation and skewness.

    `log_mean` and `log_variance` are those of the logs, and `bent` says how far these are from normal (Shapiro and
    Francia's test, a standard normal quantile); asked of cells of fewer than 3,000 values and of very skewed ones, for
    in others it makes no difference.
    """

    n: Ints
    mean: Floats
    deviation: Floats
    skewness: Floats
    log_mean: Floats
    log_variance: Floats
    bent: Floats

    @classmethod
    def of(cls, values: ArrayLike, start: ArrayLike) -> "Skewed":
        """Take values sorted within their cells; `start` is where each cell begins, and where the last ends."""
        cells = _Sorted(np.asarray(values, dtype=float), np.asarray(start, dtype=np.int64))
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = cells.sum(cells.values) / cells.n
            apart = cells.values - cells.each(mean)
            square = apart * apart
            second, third = cells.sum(square), cells.sum(square * apart) / cells.n
            skewness = third / (second / cells.n) ** 1.5
            logs = _logs(cells.where((cells.n < ENOUGH) | (skewness > STEEP)))
            return cls(cells.n, mean, np.sqrt(second / (cells.n - 1)), skewness, *logs)

    def interval(self, level: float = 0.95, *, deff: ArrayLike = 1.0, df: ArrayLike = np.nan) -> Estimate:
        """Give each cell's mean with its interval.

        Where the logs look normal it is Cox's for log-normal values; else Hall's, which mends Student's t by the
        skewness; where they hardly do, it reaches up as far as the further of the two. Both reach further up than their
        formulae say, so that each bound fails in its half of cases. `deff` widens both where days differ, `df` are
        those of the day effect (NaN: n - 1). NaN for fewer than 3 values, or where all are alike; stretched to hold
        the mean.
        Sources: Zhou and Gao 1997 for Cox's; Hall 1992 (JRSS B 54:221); Royston 1993 for the test's distribution.
        """
        miss = (1 - level) / 2
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            known = (self.n > 2) & (self.deviation > ALIKE * np.abs(self.mean))
            freedom = np.fmin(np.asarray(df, dtype=float), np.where(known, self.n - 1, 1))
            above = miss * np.clip(1 - TOO_HIGH / np.sqrt(self.n), LEAST_ABOVE, None)
            widen = np.sqrt(np.asarray(deff, dtype=float))
            tails = (HALL[0] * miss, HALL[1] * above, np.full(self.n.size, miss), above)
            quantiles = [special.stdtrit(freedom, 1 - tail) for tail in tails]
            hall = self._hall(quantiles[0], quantiles[1], widen)
            cox = self._cox(widen * quantiles[2], widen * quantiles[3])
            low, high = (np.where(self.bent < LOG_NORMAL, one, other) for one, other in zip(cox, hall, strict=True))
            high = np.where(self.bent < HARDLY, np.fmax(cox.high, high), high)
        bounds = (np.where(known, bound, np.nan) for bound in (np.minimum(low, self.mean), np.maximum(high, self.mean)))
        return Estimate(self.mean, *bounds)

    def _hall(self, below: Floats, above: Floats, widen: Floats) -> Interval:
        """Give Hall's interval: the cubic in t that takes its skewness away, solved for t."""
        root, error = np.sqrt(self.n), widen * self.deviation / np.sqrt(self.n)
        skew = np.where(np.abs(self.skewness) > 1e-6, self.skewness, 1e-6)
        low, high = (
            3 * root / skew * (np.cbrt(1 + skew * (q - skew / (6 * root)) / root) - 1) for q in (below, -above)
        )
        return Interval(self.mean - low * error, self.mean - high * error)

    def _cox(self, below: Floats, above: Floats) -> Interval:
        """Give Cox's interval of the mean of log-normal values."""
        centre, variance = self.log_mean + self.log_variance / 2, self.log_variance
        error = np.sqrt(variance / self.n + variance**2 / (2 * (self.n - 1)))
        return Interval(np.exp(centre - below * error), np.exp(centre + above * error))


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Values sorted within their cells, and where each cell begins and the last ends."""

    values: Floats
    start: Ints

    @property
    def n(self) -> Ints:
        return np.diff(self.start)

    def each(self, of_cell: Floats) -> Floats:
        """Give each value what its cell has."""
        return np.repeat(of_cell, self.n)

    def sum(self, values: Floats) -> Floats:
        """Sum the values of each cell."""
        found, some = np.zeros(self.n.size), self.n > 0
        if some.any():
            found[some] = np.add.reduceat(values, self.start[:-1][some])
        return found

    def where(self, chosen: NDArray[np.bool_]) -> "_Sorted":
        """Keep the values of some cells; the others are empty."""
        return _Sorted(self.values[np.repeat(chosen, self.n)], np.cumsum([0, *np.where(chosen, self.n, 0)]))


def _logs(cells: _Sorted) -> tuple[Floats, Floats, Floats]:
    """Give mean and variance of the logs of each cell, and how far these are from normal; a 0 has no log."""
    n = cells.n
    logs = np.log(np.where(cells.values > 0, cells.values, 1.0))
    mean = cells.sum(logs) / n
    apart = logs - cells.each(mean)
    squares = cells.sum(apart**2)
    rank = np.arange(cells.values.size) - np.repeat(cells.start[:-1], n)
    scores = special.ndtri((rank + 0.625) / (np.repeat(n, n) + 0.25))
    straight = cells.sum(apart * scores) ** 2 / (squares * cells.sum(scores**2))
    bent = np.where(cells.sum((cells.values <= 0).astype(float)) == 0, _bent(straight, n), np.inf)
    return mean, squares / (n - 1), bent


def _bent(straight: Floats, n: Ints) -> Floats:
    """Place Shapiro and Francia's W' in its own distribution, log(1 - W') being about normal."""
    log = np.log(np.log(n))
    centre, spread = 1.0521 * (log - np.log(n)) - 1.2725, 1.0308 - 0.26758 * (log + 2 / np.log(n))
    return np.asarray((np.log(1 - straight) - centre) / spread)


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
