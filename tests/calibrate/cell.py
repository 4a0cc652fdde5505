"""What a topic of the calibration gives, and how it is measured: cells of simulated series, and rows of what came out.

A topic is a module of this folder with

- `TITLE`, a sentence of `docs/method.md` that says what the numbers of its table are, in the order of the outcomes;
- `cells()`, its cells.

It is named in `topics.TOPICS`. The table of `docs/method.md` has a line for each `Cell.line` and a column for each
`Cell.column`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import ge, le
from typing import Any, Literal
from zlib import crc32

import numpy as np

from kpitools.stats.intervals import wilson

SEED = 20261122
SIDES = {"<=": le, ">=": ge}


@dataclass(frozen=True)
class Limit:
    """What an outcome may be at most or at least, as a fraction (a mean: in its own unit)."""

    side: Literal["<=", ">="]
    value: float

    def holds(self, estimate: float, low: float, high: float, *, short: bool = False) -> bool:
        """Hold a point estimate against the limit; a short form has failed only if its whole interval has."""
        if short:
            estimate = low if self.side == "<=" else high
        return bool(SIDES[self.side](estimate, self.value))

    def __str__(self) -> str:
        """Write it as the table does."""
        return f"{self.side} {self.value:g}"


@dataclass(frozen=True)
class Cell:
    """One process at one size.

    `play(rng, series)` simulates so many series and gives an array for each outcome, one entry a series: true or
    false for a rate, a number for a mean, NaN where the series does not count. `short` is how many series the test
    of the short form plays (0: it leaves the cell out).
    """

    line: str
    column: str
    play: Callable[[np.random.Generator, int], dict[str, Any]]
    limits: dict[str, Limit] = field(default_factory=dict)
    series: int = 10_000
    short: int = 0

    @property
    def name(self) -> str:
        """Name the cell within its topic."""
        return f"{self.line} | {self.column}"


def measure(topic: str, cell: Cell, *, short: bool = False) -> Iterator[dict[str, Any]]:
    """Play a cell from its own seed, so that its numbers depend on no other cell; yield a row for each outcome.

    An outcome that no series counts for has no row.
    """
    rng = np.random.default_rng([SEED, crc32(f"{topic} {cell.name}".encode())])
    for outcome, found in cell.play(rng, cell.short if short else cell.series).items():
        values = np.asarray(found, dtype=float)
        values = values[~np.isnan(values)]
        if not values.size:
            continue
        estimate, low, high = _with_interval(values, rate=np.asarray(found).dtype == bool)
        limit = cell.limits.get(outcome)
        yield {
            "topic": topic,
            "cell": cell.name,
            "outcome": outcome,
            "n_series": int(values.size),
            "estimate": round(estimate, 5),
            "low": round(low, 5),
            "high": round(high, 5),
            "limit": limit and str(limit),
            "holds": limit and limit.holds(estimate, low, high, short=short),
        }


def _with_interval(values: np.ndarray, *, rate: bool) -> tuple[float, float, float]:
    """Give the mean with the 95 % interval of the simulation's own chance."""
    mean = float(values.mean())
    if rate or set(np.unique(values)) <= {0.0, 1.0}:
        bounds = wilson(values.sum(), values.size)
        return mean, float(bounds.low), float(bounds.high)
    half = 1.96 * float(values.std()) / np.sqrt(values.size)
    return mean, float(mean - half), float(mean + half)
