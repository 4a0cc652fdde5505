"""The change verdict as pages give it, held against the sampling errors of the weeks: here these are all the noise."""

from functools import cache, partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.change_size import CHANGED, WATCH
from calibrate.series import autoregressive

from kpitools.catalogue import find
from kpitools.findings.series import Series
from kpitools.findings.shift import shift
from kpitools.periods import Period

TITLE = """The change verdict as pages give it, where the cases of each week are all the noise and its interval says
how much that is: "changed" or "watch" / "changed", in weeks without a change and with a step from the middle."""
LAST = Period.parse("2026-W43")
LENGTHS = (12, 24, 36, 56)
STEPS = {"no change": 0.0, "a step of 1 sd": 1.0, "a step of 1.5 sd": 1.5, "a step of 2 sd": 2.0}
SERIES = 10_000
FOUND = 4_000
"""Series with a step: to locate it takes most of the time."""


@cache
def weeks(points: int) -> tuple[Period, ...]:
    """Return so many weeks, the last one `LAST`."""
    found = [LAST]
    while len(found) < points:
        found.append(found[-1].previous())
    return tuple(reversed(found))


def play(points: int, size: float, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Say of each series what the page calls it."""
    values = autoregressive(0)(rng, (series, points)) + size * (np.arange(points) >= points // 2)
    kpi, periods, known = find("csat"), weeks(points), (True,) * points
    drawn = (Series(kpi, periods, tuple(row), known, errors=(1.0,) * points) for row in values.tolist())
    found = np.array([shift(each, LAST).level for each in drawn])
    return {WATCH: np.isin(found, ["watch", "changed"]), CHANGED: found == "changed"}


def cells() -> list[Cell]:
    """Return each step at each length; what is promised of stable series holds here too."""
    promised = {WATCH: Limit("<=", 0.055), CHANGED: Limit("<=", 0.013)}
    found = []
    for name, size in STEPS.items():
        limits, series = ({}, FOUND) if size else (promised, SERIES)
        for n in LENGTHS:
            short = 1_500 * (not size and n == 24)
            found.append(Cell(name, f"{n} weeks", partial(play, n, size), limits, series, short))
    return found
