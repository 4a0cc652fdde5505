"""How well the change verdict knows when and by how much, once it has found a change."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.change_power import drifting, stepped
from calibrate.series import BLOCK, Process, autoregressive, blocks

from kpitools.stats.change import levels, tamed
from kpitools.stats.location import locate

TITLE = """Of series in which a change was found ("changed" or "watch"): covered by the 95 % interval of its size, where
it is rightly called a step or a drift (at least 93) / by the 90 % set of dates / called gradual / mean of the sizes."""
SIZE, DATE, GRADUAL, MEAN = "size covered", "date covered", "gradual", "mean size"
STEPS = ((24, 12, 2.0), (24, 20, 6.0), (36, 18, 1.5), (36, 28, 3.0), (52, 26, 1.0), (52, 48, 4.0))
LEAST = {SIZE: Limit(">=", 0.93)}


def play(process: Process, points: int, truth: tuple[int, float], rng: np.random.Generator, series: int) -> dict:
    """Simulate until so many changes are found, and hold what is said of each against the truth (a drift: 0)."""
    times, rows = tuple(range(points)), []
    first, size = truth
    while len(rows) < series:
        for block in blocks(process, rng, BLOCK, points):
            for one in block[np.isin(levels(tamed(block, times), times)[0], ["changed", "watch"])]:
                where = locate(one, times)
                dated = where.since_low <= first <= where.since_high if first else np.nan
                covered = 0.025 <= where.size.below(size) <= 0.975 if where.gradual != bool(first) else np.nan
                rows.append((covered, dated, where.gradual, where.size.weight @ where.size.mean))
    return dict(zip((SIZE, DATE, GRADUAL, MEAN), np.array(rows[:series], dtype=float).T, strict=True))


def cells() -> list[Cell]:
    """Return steps in the middle and late, and drifts."""
    found = []
    for rho in (0.0, 0.3):
        base, column = autoregressive(rho), "independent" if not rho else f"AR(1) {rho}"
        for points, first, size in STEPS:
            way = partial(play, stepped(base, first, size), points, (first, size))
            found.append(Cell(f"{points} points, {size:g} sd from point {first + 1}", column, way, LEAST, 11_500))
        way = partial(play, drifting(base, 4.0), 36, (0, 4.0))
        found.append(Cell("36 points, drift of 4 sd", column, way, LEAST, 14_000))
    return found
