"""How often the change verdict finds a change, and how well it then knows when and how much."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.change_size import CHANGED, WATCH, judged
from calibrate.series import Process, autoregressive

TITLE = """Power of the change verdict, per cent of series with a change of so many standard deviations: "changed" or
"watch" / "changed"."""
RHOS = (0.0, 0.3, 0.6)
STEPS = {
    "56 points, 1 sd from the middle": (56, 28, 1.0),
    "56 points, 1.5 sd from the middle": (56, 28, 1.5),
    "36 points, 1.5 sd from the middle": (36, 18, 1.5),
    "24 points, 2 sd from the middle": (24, 12, 2.0),
    "56 points, 1.5 sd, the last 8": (56, 48, 1.5),
    "56 points, 2 sd, the last 4": (56, 52, 2.0),
    "24 points, 3 sd, the last 4": (24, 20, 3.0),
}
LIMITS = {
    ("56 points, 1 sd from the middle", 0.0): Limit(">=", 0.81),
    ("56 points, 1.5 sd from the middle", 0.3): Limit(">=", 0.80),
}


def stepped(process: Process, first: int, size: float) -> Process:
    """Return the process with a step from a point on."""
    return lambda rng, shape: process(rng, shape) + size * (np.arange(shape[1]) >= first)


def drifting(process: Process, size: float) -> Process:
    """Return the process with a drift over all points."""
    return lambda rng, shape: process(rng, shape) + size * np.linspace(0, 1, shape[1])


def play(process: Process, points: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Say of each series whether the change is found."""
    found = judged(process, tuple(range(points)), None, rng, series)
    return {WATCH: np.isin(found, ["watch", "changed"]), CHANGED: found == "changed"}


def cells() -> list[Cell]:
    """Return steps in the middle and late, and drifts, at three autocorrelations."""
    found = []
    for rho in RHOS:
        column = "independent" if not rho else f"AR(1) {rho}"
        for name, (points, first, size) in STEPS.items():
            limit = {WATCH: LIMITS[name, rho]} if (name, rho) in LIMITS else {}
            process = stepped(autoregressive(rho), first, size)
            short = 1_000 * bool(limit)
            found.append(Cell(name, column, partial(play, process, points), limit, series=20_000, short=short))
        for points, size in ((56, 2.0), (24, 3.0)):
            process = drifting(autoregressive(rho), size)
            found.append(Cell(f"{points} points, drift of {size:g} sd", column, partial(play, process, points)))
    return found
