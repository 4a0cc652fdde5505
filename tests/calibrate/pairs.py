"""How often two periods between which nothing changed are called different: the previous one, or the year before."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit

from kpitools.stats.cells import Cells
from kpitools.stats.days import share_intervals
from kpitools.stats.intervals import difference

TITLE = (
    "Two months of 21 days between which a share of 0.85 did not change, with eight months of history: how often the "
    "95 % interval of their difference excludes zero, by contacts a day and by how many points days vary beyond chance."
)
MONTHS, DAYS = 10, 21


def cells() -> list[Cell]:
    """Cross day-to-day variation and contacts a day."""
    limits = {"different": Limit("<=", 0.06)}
    return [
        Cell(f"{a_day} a day", f"days vary by {100 * sd:g}", partial(play, a_day=a_day, sd=sd), limits, short=400)
        for a_day in (30, 200)
        for sd in (0.0, 0.01, 0.02, 0.04)
    ]


def play(rng: np.random.Generator, series: int, *, a_day: int, sd: float) -> dict[str, np.ndarray]:
    """Compare the last month of each series with the one before."""
    level = np.clip(0.85 + sd * rng.standard_normal((series, MONTHS, DAYS)), 0, 1)
    size = rng.poisson(a_day, level.shape).clip(1)
    number = np.arange(series * MONTHS)
    place = Cells.of(np.repeat(number, DAYS), number // MONTHS, number % MONTHS)
    found = share_intervals(rng.binomial(size, level).ravel(), size.ravel(), place)
    value, low, high = (part.reshape(series, MONTHS) for part in found)
    apart = difference(*((value[:, m], low[:, m], high[:, m]) for m in (MONTHS - 1, MONTHS - 2)))
    return {"different": (apart.low > 0) | (apart.high < 0)}
