"""How often the 95 % interval of answers on a scale, of an NPS and of a percentile holds the truth."""

from functools import partial

from calibrate.cell import Cell
from calibrate.coverage_shares import COVERS, covers
from calibrate.samples import answers, percentile

TITLE = """95 % intervals of means of answers, NPS and percentiles that hold the truth, per cent of series (at least
93), by their number. Answers 1 to 5 and NPS with the share of each; "-" where a percentile has no upper bound."""
FIVE, THREE = (1, 2, 3, 4, 5), (-100, 0, 100)
ANSWERS = {
    "1 to 5: 2, 3, 10, 35, 50 %": (FIVE, (0.02, 0.03, 0.10, 0.35, 0.50)),
    "1 to 5: 1, 2, 5, 12, 80 %": (FIVE, (0.01, 0.02, 0.05, 0.12, 0.80)),
    "1 to 5: 5, 5, 20, 40, 30 %": (FIVE, (0.05, 0.05, 0.20, 0.40, 0.30)),
    "1 to 5: 45, 5, 0, 5, 45 %": (FIVE, (0.45, 0.05, 0.0, 0.05, 0.45)),
    "NPS: 5, 15, 80 %": (THREE, (0.05, 0.15, 0.80)),
    "NPS: 2, 3, 95 %": (THREE, (0.02, 0.03, 0.95)),
    "NPS: 30, 40, 30 %": (THREE, (0.3, 0.4, 0.3)),
}
SIZES = (5, 10, 20, 40, 100, 300)
PERCENTILES = {"median": (0.5, 10), "p80": (0.8, 20), "p90": (0.9, 40), "p95": (0.95, 100)}


def cells() -> list[Cell]:
    """Return answers of every kind and percentiles by their number."""
    plays = {(name, n): partial(answers, *about, n) for name, about in ANSWERS.items() for n in SIZES}
    plays |= {
        (name, n): partial(percentile, p, n) for name, (p, least) in PERCENTILES.items() for n in SIZES if n >= least
    }
    return [
        Cell(line, f"n {n}", partial(covers, draw, n), COVERS, short=1_000 if n == 40 else 0)
        for (line, n), draw in plays.items()
    ]
