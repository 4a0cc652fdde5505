"""How often the mean of the weeks up to a target's date lies in the forecast interval of its outlook."""

from functools import partial

import numpy as np
from calibrate.cell import Cell
from calibrate.series import gaussian

from kpitools.findings.goals import LAST, LEVEL
from kpitools.stats.forecast import forecast

TITLE = (
    "The mean of the four weeks up to a target's date, nine weeks ahead: how often the 80 % forecast interval holds "
    "it, and how often it lies below the interval (nominal 10 %)."
)
AHEAD = 9


def cells() -> list[Cell]:
    """Cross lengths and autocorrelations of stable series."""
    return [
        Cell(f"AR(1) {rho}", f"{n} weeks", partial(play, n=n, rho=rho), series=2000, short=100)
        for n in (12, 26, 60)
        for rho in (0.0, 0.3, 0.6)
    ]


def play(rng: np.random.Generator, series: int, *, n: int, rho: float) -> dict[str, np.ndarray]:
    """Forecast series from their first n weeks, and hold the intervals against what came."""
    ahead = np.arange(n + AHEAD - LAST, n + AHEAD)
    drawn = gaussian(rng, (series, n + AHEAD), rho, np.float64)
    ends = np.array([forecast(np.arange(n), values[:n], ahead).estimate(LEVEL)[1:] for values in drawn])
    came = drawn[:, ahead].mean(axis=1)
    return {"held": (ends[:, 0] <= came) & (came <= ends[:, 1]), "below": came < ends[:, 0]}
