"""How often stable KPIs are called changed when there are many of them, or when one is looked at again every period."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.series import autoregressive, blocks

from kpitools.stats.change import levels, tamed

TITLE = """Stable series called "changed" at least once, per cent: one KPI looked at anew in each of twelve periods, the
24th to the 35th (at most 4); any KPI of a page of ten, 24 points each (at most 10); any of five teams asked together
(at most as one KPI, 1.3)."""
RHOS = (0.0, 0.3, 0.6)
EVER = "changed"


def twelve_looks(rho: float, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Look at each series when it has 24 points, 25, ... 35."""
    ever = []
    for block in blocks(autoregressive(rho), rng, series, 35):
        ever.append(np.zeros(len(block), dtype=bool))
        for points in range(24, 36):
            times, seen = tuple(range(points)), block[:, :points]
            ever[-1] |= levels(tamed(seen - seen.mean(axis=1, keepdims=True), times), times)[0] == "changed"
    return {EVER: np.concatenate(ever)}


def together(rho: float, many: int, among: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Look at so many series at once."""
    times = tuple(range(24))
    found = [
        levels(tamed(block, times), times, among=among)[0] == "changed"
        for block in blocks(autoregressive(rho), rng, many * series, 24)
    ]
    return {EVER: np.concatenate(found).reshape(series, many).any(axis=1)}


def cells() -> list[Cell]:
    """Return twelve looks, a page of ten and five teams, at three autocorrelations."""
    found = []
    for rho in RHOS:
        column = "independent" if not rho else f"AR(1) {rho}"
        ways = {
            "twelve looks": (partial(twelve_looks, rho), 0.04),
            "a page of ten": (partial(together, rho, 10, 1), 0.10),
            "five teams": (partial(together, rho, 5, 5), 0.013),
        }
        found += [Cell(name, column, way, {EVER: Limit("<=", most)}, 20_000) for name, (way, most) in ways.items()]
    return found
