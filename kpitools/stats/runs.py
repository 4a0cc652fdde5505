"""Anhøj's runs analysis: whether a series stays on one side of its centre too long, or crosses it too seldom.

It judges a series as a whole and supposes nothing on its shape but that points are independent: two points that follow
each other closely make long runs without any change. It is a picture, no verdict (`docs/method.md`).
Source: Anhøj and Olesen 2014 (PLoS ONE 9:e113825); the limits of Schilling 2012 and Chen 2010, as qicharts2 0.8.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

CROSSINGS_LEVEL = 0.05


@dataclass(frozen=True)
class Runs:
    """What the runs of a series are, and what chance would allow; None where no point is useful.

    `useful` counts the points off the centre. `longest` may be up to `longest_allowed`, `crossings` may be as few as
    `crossings_needed`; `signal` says that one of the two is broken.
    """

    useful: int
    longest: int | None
    longest_allowed: int | None
    crossings: int | None
    crossings_needed: int | None
    signal: bool


def runs(values: ArrayLike, centre: ArrayLike | None = None) -> Runs:
    """Analyse the runs of `values` about `centre`, the median where none is given (a number, or one a point).

    A missing value, and a point exactly on the centre, is dropped: it neither breaks a run nor crosses.
    """
    series = np.asarray(values, dtype=float)
    known = series[~np.isnan(series)]
    about = np.asarray(np.median(known) if known.size else np.nan) if centre is None else np.asarray(centre, float)
    side = np.sign(series - about)
    side = side[~np.isnan(side) & (side != 0)]
    if side.size == 0:
        return Runs(0, None, None, None, None, signal=False)
    turns = np.flatnonzero(np.diff(side))
    longest = int(np.diff(np.concatenate([[-1], turns, [side.size - 1]])).max())
    allowed, needed = limits(side.size)
    return Runs(side.size, longest, allowed, turns.size, needed, signal=longest > allowed or turns.size < needed)


def limits(useful: int) -> tuple[int, int]:
    """Give the longest run that chance allows among `useful` points, and the fewest crossings that it needs."""
    from scipy.stats import binom  # noqa: PLC0415 - slow to import, and only this picture and percentiles need it

    return round(np.log2(useful)) + 3, int(max(binom.ppf(CROSSINGS_LEVEL, useful - 1, 0.5), 0))
