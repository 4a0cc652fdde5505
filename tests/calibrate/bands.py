"""How often a value is said to lie inside a band although the truth lies just outside, or outside wrongly."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.coverage_scores import ANSWERS
from calibrate.samples import (
    SKEWED,
    Draw,
    Drawn,
    answers,
    in_blocks,
    needs,
    percentile,
    skewed,
)

from kpitools.stats.band import Band, judge

TITLE = """Said to be inside a band although the truth lies just below / above it; said to be below / above it although
the truth is its lower / upper edge: per cent of series (at most 5 each). The band is twelve half-widths of the interval
wide; few: the fewest values that have an interval (10 answers, 60 for a percentile)."""
WRONG = Limit("<=", 0.05)
OUTCOMES = {
    "inside, truth below": ("inside", 1e-6),
    "inside, truth above": ("inside", -12 - 1e-6),
    "below, truth at the edge": ("below", 0.0),
    "above, truth at the edge": ("above", -12.0),
}
"""The wrong word, and where the band begins, in half-widths from the truth."""


def play(draw: Draw, values: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Hold each series against the bands that begin and end at the truth."""
    found: dict[str, list[bool]] = {name: [] for name in OUTCOMES}
    for each in in_blocks(draw, values, rng, series):
        half = float(np.nanmedian(each.within.high - each.within.low)) / 2
        for name, (wrong, part) in OUTCOMES.items():
            band = Band(each.truth + part * half, each.truth + (part + 12) * half)
            found[name] += [place == wrong for place in places(each, band)]
    return {name: np.array(wrong) for name, wrong in found.items()}


def places(each: Drawn, band: Band) -> Iterable[str]:
    """Judge every series of a sample."""
    for low, high, inner_low, inner_high in zip(*each.at95[1:], *each.within[1:], strict=True):
        yield judge((low, high), (inner_low, inner_high), band).place


def cells() -> list[Cell]:
    """Return answers, NPS, means of skewed values and percentiles by their number."""
    plays = {
        (name, column): (partial(answers, *about, n), n)
        for name, about in ANSWERS.items()
        for column, n in (("few", 10), ("n 60", 60), ("n 200", 200), ("n 1000", 1000))
    }
    for kind in SKEWED:
        few = needs(kind)
        sizes = {"few": few, **{f"n {n}": n for n in (200, 1000, 5000) if n >= few}}
        plays |= {(kind, column): (partial(skewed, kind, n), n) for column, n in sizes.items()}
    plays |= {
        (f"p{100 * p:.0f}", column): (partial(percentile, p, n), n)
        for p in (0.5, 0.9)
        for column, n in (("few", 60), ("n 200", 200), ("n 1000", 1000))
    }
    return made(plays)


def made(plays: dict[tuple[str, str], tuple[Callable[..., Drawn], int]]) -> list[Cell]:
    """Make cells of samples; the short form has a column."""
    limits = dict.fromkeys(OUTCOMES, WRONG)
    return [
        Cell(line, column, partial(play, *about), limits, 10_000, short=500 if column in ("few", "7 days of 30") else 0)
        for (line, column), about in plays.items()
    ]
