"""How often the change verdict calls a stable series changed."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.series import HARDER, STABLE, Process, autoregressive, blocks

from kpitools.stats.change import levels, tamed

TITLE = """False alarms of the change verdict, per cent of stable series: "changed" or "watch" (at most 5.5) / "changed"
(at most 1.3) / no verdict because the series moves too slowly (at most 5 from 24 points on). The lower lines are
outside of what is promised."""
LENGTHS = (12, 24, 36, 52)
SERIES = 40_000
WATCH, CHANGED, SILENT = "watch or changed", "changed", "no verdict"


def judged(
    process: Process, points: int, rng: np.random.Generator, series: int, season: int | None = None
) -> np.ndarray:
    """Return the level of each of so many series."""
    times = tuple(range(points))
    found = [levels(tamed(block, times, season), times, season)[0] for block in blocks(process, rng, series, points)]
    return np.concatenate(found)


def play(
    process: Process, points: int, season: int | None, rng: np.random.Generator, series: int
) -> dict[str, np.ndarray]:
    """Say of each series what it is called."""
    found = judged(process, points, rng, series, season)
    return {WATCH: np.isin(found, ["watch", "changed"]), CHANGED: found == "changed", SILENT: found == "none"}


def limits(points: int) -> dict[str, Limit]:
    """Return what is promised of a series of so many points."""
    promised = {WATCH: Limit("<=", 0.055), CHANGED: Limit("<=", 0.013)}
    return promised | ({SILENT: Limit("<=", 0.05)} if points >= 24 else {})


def cells() -> list[Cell]:
    """Return each process at each length, and monthly series whose season is taken out."""
    promised = [
        Cell(name, f"{n} points", partial(play, process, n, None), limits(n), SERIES, short=1_500 * (n == 24))
        for name, process in STABLE.items()
        for n in LENGTHS
    ]
    harder = [
        Cell(name, f"{n} points", partial(play, process, n, None), series=SERIES)
        for name, process in HARDER.items()
        for n in LENGTHS
    ]
    seasonal = [
        Cell(
            f"AR(1) {rho}, months, season taken out",
            f"{n} points",
            partial(play, autoregressive(rho), n, 12),
            series=SERIES,
        )
        for rho in (0.0, 0.3, 0.6)
        for n in LENGTHS[1:]
    ]
    return promised + harder + seasonal
