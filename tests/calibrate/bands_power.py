"""How often a value in the middle of a band is said to lie inside it."""

from functools import partial

import numpy as np
from calibrate.bands import places
from calibrate.cell import Cell
from calibrate.coverage_scores import ANSWERS
from calibrate.samples import Days, Draw, answers, in_blocks, share, skewed

from kpitools.stats.band import Band

TITLE = """Said to be inside a band in the middle of which it lies, per cent of series, by the number of values: a week
of a share of 80 % between 75 and 85 %, after eight weeks; a mean of answers between 0.25 less and more; a mean duration
between 15 % less and more."""


def play(draw: Draw, room: float, values: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Hold each series against the truth with so much room on either side."""
    found: list[bool] = []
    for each in in_blocks(draw, values, rng, series):
        band = Band(each.truth - room, each.truth + room)
        found += [place == "inside" for place in places(each, band)]
    return {"inside": np.array(found)}


def cells() -> list[Cell]:
    """Return shares, answers and durations by their number."""
    plays = {
        (f"share, days move by {100 * sd:g} points", f"{7 * a_day}"): (
            partial(share, 0.8, sd, Days(7, 8, a_day)),
            0.05,
            63,
        )
        for sd in (0.0, 0.02, 0.04)
        for a_day in (30, 100, 300)
    }
    scale, shares = next(iter(ANSWERS.values()))
    truth = float(np.exp(0.32))
    for n in (210, 700, 2100):
        plays["answers", f"{n}"] = partial(answers, scale, shares, n), 0.25, n
        plays["durations, log-spread 0.8", f"{n}"] = partial(skewed, "log-normal, log-spread 0.8", n), 0.15 * truth, n
    return [Cell(line, column, partial(play, *about)) for (line, column), about in plays.items()]
