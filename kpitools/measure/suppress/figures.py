"""Figures of too few people, and what would give them away: decided as day sums are, each span of days as one day."""

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.measure.suppress.decide import Asked, decided, fiscal_start
from kpitools.measure.suppress.lattice import of_spans
from kpitools.measure.view import View
from kpitools.project import Project


def of_few(rows: pd.DataFrame, sets: list[pd.DataFrame], view: View, project: Project) -> NDArray[np.bool_]:
    """Say which rows of measurements to hide, given all figures of their KPI.

    Each of the `sets` has figures with the same segments filled, and no other segment. What is asked for depends
    on no page: of figures every segment that they have may be shown.
    """
    keys = tuple(dict.fromkeys((*view.by, *(["team"] if view.team is not None else []))))
    given = rows if view.team is None else rows.assign(team=view.team)
    grain = view.periods[0].grain
    found = np.zeros(len(rows), dtype=bool)
    for figures in sets:
        filled = tuple(name for name in figures.columns if name not in ("date", "end_date", "denominator"))
        if not set(keys) <= set(filled):
            continue
        spans = figures[["date", "end_date"]].drop_duplicates().sort_values(["date", "end_date"], ignore_index=True)
        numbered = figures.merge(spans.assign(span=spans.index), on=["date", "end_date"])
        times = partial(
            of_spans,
            spans.set_axis(["first", "last"], axis=1),
            fiscal_start=fiscal_start(view, project),
        )
        asked = Asked(filled, keys, grain, project.privacy.minimum_group)
        lattice, marked = decided(asked, numbered.assign(date=numbered["span"]), [numbered["denominator"]], times)
        place = lattice.place(given, keys, grain)
        found |= (place >= 0) & marked[place]
    return found
