"""How often an effect of a decision is shown where there is none, and where there is one."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.change_power import drifting, stepped
from calibrate.series import Process, autoregressive, blocks, lognormal
from scipy import special

from kpitools.stats.effect import LEVEL, RARE, Direction, chance, level, placebo
from kpitools.stats.effect import stepped as at_date

TITLE = """Decision effects shown, per cent of series: "changed since" or "changed with the decision" (p below 5 %, no
effect: at most 6; 1.5 sd at AR(1) 0.6: at least 75) / "changed with the decision" (the placebo's condition too; at
least 60 there). 24 periods before the date and 12 after unless said; the direction declared."""
TEST, BOTH = "changed since or with", "changed with"
RHOS = (0.0, 0.3, 0.6, 0.8)


def play(
    process: Process, points: tuple[int, int], direction: Direction, rng: np.random.Generator, series: int
) -> dict[str, np.ndarray]:
    """Say of each series what is shown."""
    before, after = points
    white, found = at_date(tuple(range(before + after)), before), []
    for block in blocks(process, rng, series, before + after):
        weight, mean, scale = level(block, white)
        p = chance((weight * special.stdtr(white.df - 1, -mean / scale)).sum(axis=0), direction)
        found.append(np.stack([p < LEVEL, placebo(block, before, direction) <= RARE]))
    shown, rare = np.concatenate(found, axis=1)
    return {TEST: shown, BOTH: shown & rare}


def cells() -> list[Cell]:
    """Return no effect, effects and drifts at four autocorrelations, and the shortest series that are judged."""
    found = []
    for rho in RHOS:
        column, base = "independent" if not rho else f"AR(1) {rho}", autoregressive(rho)
        none = {TEST: Limit("<=", 0.06)} if rho <= 0.6 else {}
        strong = {TEST: Limit(">=", 0.75), BOTH: Limit(">=", 0.60)} if rho == 0.6 else {}
        lines = {
            "no effect": (base, (24, 12), "higher", none),
            "effect of 1 sd": (stepped(base, 24, 1.0), (24, 12), "higher", {}),
            "effect of 1.5 sd": (stepped(base, 24, 1.5), (24, 12), "higher", strong),
            "no effect, a drift of 1 sd under way": (drifting(base, 1.0), (24, 12), "higher", {}),
            "no effect, a drift of 2 sd under way": (drifting(base, 2.0), (24, 12), "higher", {}),
            "no effect, a drift of 3 sd under way": (drifting(base, 3.0), (24, 12), "higher", {}),
            "no effect, no direction declared": (base, (24, 12), None, {}),
            "effect of 1.5 sd, no direction declared": (stepped(base, 24, 1.5), (24, 12), None, {}),
            "no effect, 12 before and 6 after": (base, (12, 6), "higher", {}),
            "effect of 1.5 sd, 12 before and 6 after": (stepped(base, 12, 1.5), (12, 6), "higher", {}),
            "no effect, log-normal": (lognormal(rho), (24, 12), "higher", {}),
        }
        for name, (process, points, direction, limits) in lines.items():
            way = partial(play, process, points, direction)
            found.append(Cell(name, column, way, limits, 20_000, short=2_000 * bool(limits)))
    return found
