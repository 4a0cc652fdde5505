"""Persons do not add up over days or periods: one further pass finds the different ones of each cell."""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Kpi, People
from kpitools.measure.cells import Grid
from kpitools.measure.tally import collected, prepared

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Persons:
    """How many different persons each cell has, how many of them were hit, and how many rows take no part."""

    of: Floats
    hits: Floats
    excluded: Floats


def persons(frame: Any, kpi: Kpi, grid: Grid) -> Persons:  # noqa: ANN401 - a frame of any engine
    """Count the different persons of a `People` KPI in every cell.

    A row whose person is not known names nobody: it is excluded, and counted.
    """
    found = seen(frame, kpi, grid)
    cell = grid.place(found)
    found, cell = found[cell >= 0], cell[cell >= 0]
    who, names = pd.factorize(found["person"])
    counted = found["person_of"].to_numpy() > 0
    hit = found["person_hits"].to_numpy() > 0
    nobody = np.where(who < 0, found["person_of"], 0)

    def different(rows: NDArray[np.bool_]) -> Floats:
        pairs = np.unique(cell[rows] * len(names) + who[rows]) // max(len(names), 1)
        return np.bincount(pairs, minlength=grid.size).astype(float)

    left_out = np.bincount(cell, weights=found["person_out"] + nobody, minlength=grid.size).astype(float)
    return Persons(different(counted & (who >= 0)), different(hit & (who >= 0)), left_out)


def seen(frame: Any, kpi: Kpi, grid: Grid) -> pd.DataFrame:  # noqa: ANN401 - a frame of any engine
    """Fetch each person once a day and segment; once a month where no period is shorter."""
    declared, _ = kpi.expressions()
    if not isinstance(declared, People):
        raise TypeError(f"{kpi.name} counts no persons")
    masks = {"person_of": declared.of, "person_hits": declared.hits & declared.of}
    masks |= {} if declared.excluded is None else {"person_out": declared.excluded}
    days = nw.col(kpi.dated)
    by_month = grid.periods[0].grain not in ("day", "week")
    keys = {"date": days.dt.truncate("1mo") if by_month else days} | {key: nw.col(key) for key in grid.keys}
    keys["person"] = nw.col(declared.who)
    marks = {name: nw.when(mask).then(nw.lit(1)) for name, mask in masks.items()}
    rows = prepared(frame, kpi).filter(~days.is_null())
    rows = rows.select(*[made.alias(name) for name, made in (keys | marks).items()])
    sums = rows.group_by(*keys).agg(*[nw.col(name).count().alias(name) for name in marks])
    seen = collected(sums.filter(reduce(lambda a, b: a | b, [nw.col(name) > 0 for name in masks])))
    return seen if "person_out" in seen else seen.assign(person_out=0)
