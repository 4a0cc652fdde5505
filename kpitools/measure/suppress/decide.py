"""Which cells of sums over time are hidden: first of what pages always may show, then of what is asked for beyond."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.measure.suppress.lattice import PUBLISHED, Lattice, Times, breakdowns
from kpitools.measure.view import View
from kpitools.project import Project
from kpitools.stats.disclosure import Question, answered


@dataclass(frozen=True)
class Asked:
    """Segments that pages `always` may show, the `keys` and the `grain` asked for, and under how many a group hides."""

    always: tuple[str, ...]
    keys: tuple[str, ...]
    grain: str
    minimum: int


def decided(
    asked: Asked, rows: pd.DataFrame, sums: Sequence[pd.Series], times: Callable[..., Times]
) -> tuple[Lattice, NDArray[np.bool_]]:
    """Lay out cells over rows and say which to withhold, given columns of how many people each row is about.

    `times` gives the periods of the rows, those of single days only where `days` is true.
    """
    usual, wanted = breakdowns(asked.always), breakdowns(asked.keys)
    first = Lattice.over(rows, usual, times())
    marked = withheld(first, first.counts(sums), first.of(usual, PUBLISHED), asked.minimum)
    daily = asked.grain == "day"
    if wanted <= usual and not daily:
        return first, marked
    wider = Lattice.over(rows, usual | wanted, times(days=daily))
    done = wider.of(usual, PUBLISHED)
    published = done | wider.of(wanted, (*PUBLISHED, *["day"] * daily))
    before = wider.taken_over(first, marked)
    return wider, withheld(wider, wider.counts(sums), published, asked.minimum, hidden=before, settled=done)


def withheld(
    lattice: Lattice, counts: NDArray[np.float64], published: NDArray[np.bool_], minimum: int,
    **before: NDArray[np.bool_],
) -> NDArray[np.bool_]:  # fmt: skip
    """Say which published cells to withhold (`stats.disclosure.withhold`); the same is worked out once."""
    return answered(Question.of(lattice.sums(), counts, published, minimum, **before))


def fiscal_start(view: View, project: Project) -> int | None:
    """Return the month in which fiscal years start, where there are any."""
    own = view.periods[0].start.month if view.periods[0].grain == "fiscal_year" else None
    return own or project.calendar.fiscal_year_starts
