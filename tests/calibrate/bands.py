"""How often a value is said to lie inside a band although the truth lies just outside, or below though it does not."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.coverage_scores import ANSWERS
from calibrate.samples import SKEWED, Days, Draw, allowed, answers, in_blocks, percentile, share, skewed

from kpitools.stats.band import Band, judge

TITLE = """Said to be inside a band although the truth lies a tenth of the 90 % interval's half-width below / above it;
said to be below it although the truth is its lower edge: per cent of series (at most 5 each). The band is twelve
half-widths wide; few: 15 to 60 values, 20 answers or seven days of 30 contacts; many: 200 to 500 a sample or a day."""
WRONG = Limit("<=", 0.05)
OUTCOMES = ("inside, truth below", "inside, truth above", "below, truth at the edge")


def play(draw: Draw, values: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Hold each series against the band that begins at the truth, and the one that ends there."""
    found: dict[str, list[bool]] = {name: [] for name in OUTCOMES}
    for each in in_blocks(draw, values, rng, series):
        half = float(np.nanmedian(each.at90.high - each.at90.low)) / 2
        bands = [Band(each.truth + part * half, each.truth + (part + 12) * half) for part in (0.1, -12.1, 0.0)]
        wrong = ("inside", "inside", "below")
        for low, high, low90, high90 in zip(*each.at95[1:], *each.at90[1:], strict=True):
            for name, band, place in zip(OUTCOMES, bands, wrong, strict=True):
                found[name].append(judge((low, high), (low90, high90), band).place == place)
    return {name: np.array(wrong) for name, wrong in found.items()}


def cells() -> list[Cell]:
    """Return shares, answers, NPS, means of skewed values and percentiles at two sizes each."""
    small, large = "few", "many"
    plays = {
        (f"share {p:g}, days move by {100 * sd:g} points", column): (partial(share, p, sd, Days(7, 8, n)), 63)
        for p, sd in ((0.5, 0.0), (0.5, 0.04), (0.8, 0.0), (0.8, 0.04), (0.95, 0.0), (0.95, 0.02))
        for column, n in ((small, 30), (large, 200))
    }
    plays |= {
        (name, column): (partial(answers, *about, n), n)
        for name, about in ANSWERS.items()
        for column, n in ((small, 20), (large, 200))
    }
    for kind in SKEWED:
        few = next(n for n in (15, 30, 60) if allowed(kind, n))
        plays |= {(kind, column): (partial(skewed, kind, n), n) for column, n in ((small, few), (large, 500))}
    plays |= {
        (f"p{100 * p:.0f}", column): (partial(percentile, p, n), n)
        for p in (0.5, 0.9)
        for column, n in ((small, 60), (large, 500))
    }
    limits = dict.fromkeys(OUTCOMES, WRONG)
    return [
        Cell(line, column, partial(play, *about), limits, 10_000, short=500 if column == small else 0)
        for (line, column), about in plays.items()
    ]
