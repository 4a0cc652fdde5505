"""Samples of every kind of KPI with their intervals, for what holds the truth and what is said of a band wrongly."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from calibrate.series import gaussian
from scipy import special

from kpitools.measure.values import Values
from kpitools.stats.cells import Cells
from kpitools.stats.days import moment_effect, score_intervals, share_pair
from kpitools.stats.durations import Skewed, mean_needs, quantile_ranks
from kpitools.stats.intervals import INSIDE, Estimate, scale_interval

Floats = np.ndarray
BLOCK = 4_000_000
"""Values drawn at a time: it bounds the memory."""


class Drawn(NamedTuple):
    """The 95 % interval and the one that decides on a band, one entry a series, and what is true."""

    at95: Estimate
    within: Estimate
    truth: float


Draw = Callable[[np.random.Generator, int], Drawn]


def in_blocks(draw: Draw, values: int, rng: np.random.Generator, series: int) -> Iterator[Drawn]:
    """Draw series of so many values each in blocks."""
    most = max(1, BLOCK // values)
    for first in range(0, series, most):
        yield draw(rng, min(most, series - first))


def _estimates(made: Callable[[float], Estimate]) -> tuple[Estimate, Estimate]:
    return made(0.95), made(INSIDE)


@dataclass(frozen=True)
class Days:
    """A period of `days` after `history` periods of as many, of days of unlike size (gamma of shape 2)."""

    days: int
    history: int
    per_day: int

    def cells(self, series: int) -> Cells:
        """Lay the days out, the newest period of each series last."""
        periods = self.history + 1
        cell = np.repeat(np.arange(series * periods), self.days)
        return Cells.of(cell, np.repeat(np.arange(series), periods), np.tile(np.arange(periods), series))

    def sizes(self, rng: np.random.Generator, series: int) -> Floats:
        """Draw how many contacts each day has."""
        count = series * (self.history + 1) * self.days
        return rng.poisson(rng.gamma(2, self.per_day / 2, count))

    def newest(self, found: Estimate) -> Estimate:
        """Keep the newest period of each series."""
        return Estimate(*(part[self.history :: self.history + 1] for part in found))


def share(share: float, sd: float, of: Days, rng: np.random.Generator, series: int, *, rho: float = 0.0) -> Drawn:
    """Draw a share whose days differ by a beta variable with this deviation; `rho` makes each like the day before."""
    n, cells = of.sizes(rng, series), of.cells(series)
    each = np.full(n.size, share)
    if sd:
        strength = share * (1 - share) / sd**2 - 1
        each = rng.beta(share * strength, (1 - share) * strength, n.size)
        if rho:
            place = special.ndtr(gaussian(rng, (series, n.size // series), rho)).ravel()
            each = special.betaincinv(share * strength, (1 - share) * strength, place)
    hits = rng.binomial(n, each)
    return Drawn(*(of.newest(found) for found in share_pair(hits, n, cells)), share)


def net_promoters(shares: Sequence[float], sd: float, of: Days, rng: np.random.Generator, series: int) -> Drawn:
    """Draw an NPS from shares of promoters, passives and detractors; days shift the first by a beta variable."""
    n, cells = of.sizes(rng, series), of.cells(series)
    first = np.full(n.size, shares[0])
    if sd:
        strength = shares[0] * (1 - shares[0]) / sd**2 - 1
        first = rng.beta(shares[0] * strength, (1 - shares[0]) * strength, n.size)
    up = rng.binomial(n, first)
    down = rng.binomial(n - up, shares[2] / (shares[1] + shares[2]))
    made = _estimates(lambda level: of.newest(score_intervals(up, n - up - down, down, cells, level)))
    return Drawn(*made, shares[0] - shares[2])


def answers(scale: Sequence[float], shares: Sequence[float], n: int, rng: np.random.Generator, series: int) -> Drawn:
    """Draw the mean of answers on a scale, each point of it with its share."""
    counts = rng.multinomial(n, shares, series)
    total, squares = (counts @ np.asarray(scale, dtype=float) ** power for power in (1, 2))
    made = _estimates(
        lambda level: Estimate(
            total / n, *scale_interval(n, total, squares, (scale[0], scale[-1]), level, df=np.full(series, n - 1.0))
        )
    )
    return Drawn(*made, float(np.dot(shares, scale)))


def _contaminated(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.lognormal(0, 0.5, shape) * np.where(rng.random(shape) < 0.1, 7.0, 1.0)


def _rare(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return rng.lognormal(0, 0.6, shape) * np.where(rng.random(shape) < 0.02, 20.0, 1.0)


def _two_kinds(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return np.where(rng.random(shape) < 0.7, rng.lognormal(0, 0.8, shape), rng.lognormal(1, 1.5, shape))


def _contacts(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return 1.0 + rng.geometric(0.6, shape) * (rng.random(shape) < 0.3)


SKEWED: dict[str, tuple[Callable[[np.random.Generator, tuple[int, int]], Floats], float]] = {
    **{
        f"log-normal, log-spread {sd}": (
            lambda rng, shape, sd=sd: rng.lognormal(0, sd, shape),
            float(np.exp(sd**2 / 2)),
        )
        for sd in (0.5, 0.8, 1.0, 1.2, 1.5, 2.0)
    },
    "exponential": (lambda rng, shape: rng.exponential(1, shape), 1.0),
    "gamma, shape 0.5": (lambda rng, shape: rng.gamma(0.5, 1, shape), 0.5),
    "gamma, shape 2": (lambda rng, shape: rng.gamma(2, 1, shape), 2.0),
    "waits, 7 in 10 none": (lambda rng, shape: rng.exponential(1, shape) * (rng.random(shape) < 0.3), 0.3),
    "Weibull, shape 0.6": (lambda rng, shape: rng.weibull(0.6, shape), float(special.gamma(1 + 1 / 0.6))),
    "log-normal, one in ten 7 times as long": (_contaminated, float(np.exp(0.125) * 1.6)),
    "log-normal, one in fifty 20 times as long": (_rare, float(np.exp(0.18) * 1.38)),
    "log-normal 0.8, three in ten 1.5": (_two_kinds, float(0.7 * np.exp(0.32) + 0.3 * np.exp(2.125))),
    "Pareto, index 2.5": (lambda rng, shape: 1 + rng.pareto(2.5, shape), 2.5 / 1.5),
    "contacts per request": (_contacts, 1 + 0.3 / 0.6),
}
"""Kinds of skewed values, how they are drawn and their mean."""


@cache
def needs(kind: str) -> int:
    """Say from how many values on a mean is given an interval, its history being known well."""
    return mean_needs(SKEWED[kind][0](np.random.default_rng(1), (1, 200_000)).ravel())


def skewed(kind: str, n: int, rng: np.random.Generator, series: int) -> Drawn:
    """Draw means of `n` skewed values."""
    draw, truth = SKEWED[kind]
    values = np.sort(draw(rng, (series, n)), axis=1)
    found = Skewed.of(values.ravel(), n * np.arange(series + 1))
    return Drawn(*_estimates(found.interval), truth)


def unlike_days(sd: float, of: Days, rng: np.random.Generator, series: int) -> Drawn:
    """Draw means of durations (log-spread 0.8) whose days are longer or shorter by this log-spread."""
    n, cells = of.sizes(rng, series), of.cells(series)
    day = np.repeat(np.arange(n.size), n)
    values = rng.lognormal(0, 0.8, day.size) * np.repeat(rng.lognormal(-(sd**2) / 2, sd, n.size), n)
    sums = (np.bincount(day, weights=values**power, minlength=n.size) for power in (1, 2))
    effect = moment_effect(n, *sums, cells)
    mine = np.arange(of.history, series * (of.history + 1), of.history + 1)
    kept = np.isin(cells.cell[day], mine)
    order = np.lexsort((values[kept], day[kept] // of.days))
    start = np.concatenate([[0], np.cumsum(cells.sum(n.astype(float))[mine])]).astype(np.int64)
    found = Skewed.of(values[kept][order], start)
    made = _estimates(lambda level: found.interval(level, deff=np.maximum(effect.deff[mine], 1), df=effect.df[mine]))
    return Drawn(*made, float(np.exp(0.32)))


def percentile(p: float, n: int, rng: np.random.Generator, series: int) -> Drawn:
    """Draw percentiles of log-normal values; where a bound does not exist the interval is NaN."""
    values = np.sort(rng.lognormal(0, 1, (series, n)), axis=1)
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=np.nan)

    def made(level: float) -> Estimate:
        low, high = quantile_ranks(n, p, level)
        return Estimate(np.quantile(values, p, axis=1), padded[:, int(low)], padded[:, int(high)])

    return Drawn(*_estimates(made), float(np.exp(special.ndtri(p))))


def percentile_of_days(p: float, sd: float, of: Days, rng: np.random.Generator, series: int) -> Drawn:
    """Draw percentiles of durations (log-spread 1) whose days are longer or shorter by this log-spread."""
    n, cells = of.sizes(rng, series), of.cells(series)
    day = np.repeat(np.arange(n.size), n)
    drawn = rng.lognormal(0, 1, day.size) * np.repeat(rng.lognormal(0, sd, n.size), n)
    start = np.concatenate([[0], np.cumsum(cells.sum(n.astype(float)))]).astype(np.int64)
    found = Values(drawn[np.lexsort((drawn, cells.cell[day]))], start, drawn, day, cells)
    value = found.quantile(p)
    made = (of.newest(Estimate(value, *bounds)) for bounds in found.quantile_bounds(p, (0.95, INSIDE)))
    return Drawn(*made, float(np.exp(special.ndtri(p) * np.hypot(1, sd))))
