"""The null weights of the change verdict: the project's own fit, kept as data and made by `make calibrate`."""

import json
from functools import cache
from math import log
from pathlib import Path

import numpy as np

from kpitools.stats.autoregression import Floats

FILE = Path(__file__).with_name("change_weights.json")
LEVELS = (0.05, 0.01)
"""The levels that there are weights for."""
SIZES = range(10, 61)
"""The lengths of a series that there are weights for."""


@cache
def weights(n: int, level: float) -> Floats:
    """Return the weight of each of `evidence.STABLE_RHOS` in a series of n points, at one of `LEVELS`."""
    return np.asarray(np.exp(_kept()["n"][str(n)][str(level)]))


def excess(found: Floats, n: int, level: float) -> Floats:
    """Return for m series by how much they fall short of being called changed at a level; below 0, they are.

    It is the logarithm of the weighted sum of the likelihood ratios `found` (`evidence.ratios`), on a straight line in
    the logarithm of the level through those that have weights: below the last this asks for a little more than
    needed. What is changed at a level is changed at every higher one.
    """
    first, last = (np.log(found @ weights(n, at)) for at in LEVELS)
    share = log(LEVELS[0] / level) / log(LEVELS[0] / LEVELS[1])
    return np.asarray(first + share * np.maximum(last - first, 0.0))


@cache
def _kept() -> dict[str, dict[str, dict[str, list[float]]]]:
    kept: dict[str, dict[str, dict[str, list[float]]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept
