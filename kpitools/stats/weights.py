"""The null weights of the change verdict: the project's own fit, kept as data and made by `make calibrate`."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from kpitools.stats.autoregression import Floats

FILE = Path(__file__).with_name("change_weights.json")
LEVELS = (0.05, 0.01)
SIZES = range(10, 61)
"""The lengths of a series that there are weights for."""


@cache
def weights(n: int, level: float) -> Floats:
    """Return the weight of each of `evidence.STABLE_RHOS` in a series of n points.

    A series is called changed at `level` where the so weighted sum of its `evidence.ratios` is below 1.
    """
    return np.asarray(np.exp(_kept()["n"][str(n)][str(level)]))


@cache
def _kept() -> dict[str, dict[str, dict[str, list[float]]]]:
    kept: dict[str, dict[str, dict[str, list[float]]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept
