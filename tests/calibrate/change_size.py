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
    process: Process, times: tuple[int, ...], season: int | None, rng: np.random.Generator, series: int
) -> np.ndarray:
    """Return the level of each of so many series, of which the points at these times are known."""
    found = [
        levels(tamed(block[:, times], times, season), times, season)[0]
        for block in blocks(process, rng, series, times[-1] + 1)
    ]
    return np.concatenate(found)


def play(
    process: Process, times: tuple[int, ...], season: int | None, rng: np.random.Generator, series: int
) -> dict[str, np.ndarray]:
    """Say of each series what it is called."""
    found = judged(process, times, season, rng, series)
    return {WATCH: np.isin(found, ["watch", "changed"]), CHANGED: found == "changed", SILENT: found == "none"}


def limits(points: int) -> dict[str, Limit]:
    """Return what is promised of a series of so many points."""
    promised = {WATCH: Limit("<=", 0.055), CHANGED: Limit("<=", 0.013)}
    return promised | ({SILENT: Limit("<=", 0.05)} if points >= 24 else {})


def cells() -> list[Cell]:
    """Return each process at each length, series with gaps, and monthly ones whose season is taken out."""
    found = []
    for n in LENGTHS:
        every, gaps = tuple(range(n)), tuple(time for time in range(n) if time % 8 != 5)
        for name, process in STABLE.items():
            way = partial(play, process, every, None)
            found.append(Cell(name, f"{n} points", way, limits(n), SERIES, short=1_500 * (n == 24)))
        lines = {name: (process, every, None) for name, process in HARDER.items()}
        for rho in (0.0, 0.3, 0.6):
            lines[f"AR(1) {rho}, one point in eight missing"] = (autoregressive(rho), gaps, None)
            if n >= 24:
                lines[f"AR(1) {rho}, months, season taken out"] = (autoregressive(rho), every, 12)
        found += [Cell(name, f"{n} points", partial(play, *line), series=SERIES) for name, line in lines.items()]
    return found
