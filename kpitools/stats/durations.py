"""Intervals of skewed values, durations above all: the mean of a small sample, and percentiles of any."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kpitools.stats.intervals import Estimate, Floats, Interval, critical_value

Ints = NDArray[np.int64]

ALIKE = 1e-12
"""Of the mean: values that differ by less are all alike, and differ as numbers are rounded."""
MEAN_RULE = ((15, 1.0), (30, 1.5), (60, np.inf))
"""From how many values on a mean may have an interval, and up to which spread of the logs; 60 where it is unknown."""
ENOUGH_HISTORY = 200
"""Fewer values than this say too little about how skewed a KPI is."""
SIZES = 15 * 2 ** np.arange(9)
"""Sizes of samples of which it is asked whether they may miss what makes the mean; larger ones are trusted."""
MISSED = 2
"""A sample that misses the farthest 2 / n of all values is one in seven; half of those reach less far than usual."""
TOO_HIGH, LEAST_ABOVE = 4.5, 0.2
"""Samples that missed the long values end too low more often than they say: the error above is cut by 4.5 / root n."""
ENOUGH, STEEP = 3000, 6.0
"""In larger cells the logs are not asked whether they are normal, unless the skewness is above this."""
HALL = (0.8, 0.4)
"""Part of the error that is left to Hall's interval, below and above: few values show too little of their skewness."""
LOG_NORMAL, HARDLY = 0.6745, 2.326
"""Standard normal quantiles of 75 and 99 %: logs less straight than those of so many normal samples."""


def mean_needs(history: ArrayLike) -> int:
    """Say from how many values on a mean may have an interval, by all values of its KPI; with fewer, show median, p90.

    Some cases may be of another kind: one call in fifty that lasts twenty times as long. A sample without them has an
    interval that does not reach the mean, however straight its logs; so it must let expect some of them. Never judged
    by the sample itself: that picks those that missed the long values, and the interval covers 46 % instead of 95 %.
    """
    values = np.asarray(history, dtype=float)
    positive = values[values > 0]
    if positive.size < ENOUGH_HISTORY:
        return MEAN_RULE[-1][0]
    spread = np.log(positive).std(ddof=1)
    least = next(least for least, most in MEAN_RULE if spread <= most)
    sizes = SIZES[values.size >= SIZES]
    short = np.flatnonzero(~(_unlucky(values, sizes).high >= values.mean()))
    return max(least, 2 * int(sizes[short[-1]])) if short.size else least


def _unlucky(values: Floats, sizes: Ints) -> Estimate:
    """Give the interval of a typical sample of each size that missed the farthest values: evenly spaced quantiles."""
    places = [(np.arange(n) + 0.5) / n * (1 - MISSED / n) for n in sizes]
    drawn = np.quantile(values, np.concatenate(places))
    return Skewed.of(drawn, np.cumsum([0, *sizes])).interval()


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


def quantile_ranks(
    n: ArrayLike, p: float, level: float = 0.95, *, deff: ArrayLike = 1.0, df: ArrayLike = np.nan
) -> Ranks:
    """Say which order statistics bound the quantile `p` of a population of which `n` values were drawn.

    It supposes nothing on the shape of the values, only that they are independent. Where days differ, `deff` and `df`
    are those of the share of values up to the quantile (`days.share_effect`): the places are those of n / deff values,
    fewer still as Student's t is wider than the normal, stretched. A bound that the sample is too small for is not
    there: the p90 of 35 values has no upper one. A bootstrap would make it up, and cover 80 to 87 %.
    Source: Conover 1999, Practical Nonparametric Statistics, 3.2; the same bounds as scipy's `quantile_test`.
    """
    from scipy.stats import binom  # noqa: PLC0415 - slow to import, and no other statistic needs it

    size, tail = np.asarray(n), (1 - level) / 2
    wider = (critical_value(level, df) / critical_value(level)) ** 2
    worth = np.floor(size / (np.asarray(deff) * wider))
    low, high = binom.ppf(tail, worth, p).clip(0), binom.isf(tail, worth, p) + 1
    stretch = (size + 1) / (worth + 1)
    return Ranks(
        np.asarray(np.floor(low * stretch)).astype(np.int64),
        np.asarray(np.where(high > worth, size + 1, np.ceil(high * stretch))).astype(np.int64),
    )
