"""Day sums of KPIs by segment: what a difference is split by, and what teams or advisers are compared on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpitools.kpi import Kpi, Mean, Score, Share
from kpitools.measure.estimates import Days
from kpitools.measure.parts import SEPARATOR
from kpitools.measure.tally import columns_of, filtered, tally
from kpitools.measure.view import why_not
from kpitools.periods import Period
from kpitools.project import Project
from kpitools.stats.cells import Cells

UNKNOWN = "unknown"
"""The category of rows whose segment is not known."""
POINTS = 100.0


@dataclass(frozen=True, eq=False)
class SegmentDays:
    """One KPI by day and segment, as sums of cases: `rows` has `date`, the `keys`, and `n`, `total` and `squares`.

    A share counts its hits as `total`; an NPS counts 100 for a promoter and -100 for a detractor. `minimum` is the
    number of cases under which nothing of a group is shown: 1 where cases are no people.
    """

    kpi: Kpi
    keys: tuple[str, ...]
    rows: pd.DataFrame
    minimum: int = 1

    def between(self, first: Period, last: Period) -> pd.DataFrame:
        """Return the rows of the days from the first period to the last."""
        days = self.rows["date"]
        return self.rows[(days >= pd.Timestamp(first.start)) & (days <= pd.Timestamp(last.end))]


def segment_days(
    tables: Mapping[str, Any], project: Project, kpis: Iterable[Kpi], keys: Sequence[str], team: str | None = None
) -> dict[str, SegmentDays]:
    """Sum shares, means and scores by day and by those of the `keys` that their table has, in one scan a table.

    Left out are KPIs of other kinds, those that the tables have no columns for, and those whose rows are never pooled
    (scores on two scales).
    """
    found: dict[str, SegmentDays] = {}
    chosen = [kpi for kpi in kpis if kpi.dated and not kpi.declared_only]
    for name in dict.fromkeys(kpi.table for kpi in chosen if kpi.table in tables):
        has = columns_of(tables[name])
        mine = [kpi for kpi in chosen if kpi.table == name and _additive(kpi, has, team)]
        by = tuple(key for key in keys if key in has)
        if mine:
            days = tally(filtered(tables[name], team=team), mine, by)
            days[list(by)] = days[list(by)].astype(object).where(days[list(by)].notna(), UNKNOWN)
            least = project.privacy.minimum_group
            found |= {
                kpi.name: SegmentDays(kpi, by, _sums(days, kpi, by), least if kpi.people else 1)
                for kpi in mine
                if _alike(days, kpi)
            }
    return found


def _additive(kpi: Kpi, has: frozenset[str], team: str | None) -> bool:
    needed = {"team"} if team is not None else set()
    return not why_not(kpi, has, needed) and isinstance(kpi.expressions()[0], Share | Mean | Score)


def _alike(days: pd.DataFrame, kpi: Kpi) -> bool:
    one = Cells.of(np.zeros(len(days)), [0], [0])
    return not Days(kpi, days, one).unlike(kpi.expressions()[0])[0]


def _sums(days: pd.DataFrame, kpi: Kpi, by: tuple[str, ...]) -> pd.DataFrame:
    """Write any additive KPI as a mean: its count, the sum of its values and of their squares."""

    def part(name: str) -> pd.Series:
        return days[f"{kpi.key}{SEPARATOR}{name}"].fillna(0.0)

    match kpi.expressions()[0]:
        case Share():
            total = squares = part("hits")
        case Score():
            total, squares = POINTS * (part("up") - part("down")), POINTS**2 * (part("up") + part("down"))
        case _:
            total, squares = part("total"), part("squares")
    made = days[["date", *by]].assign(n=part("n"), total=total, squares=squares)
    return made[made["n"] > 0].reset_index(drop=True)
