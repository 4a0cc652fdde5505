"""Groups of people too small to be shown: suppressed, and not to be worked out from the rest of what is published.

What is decided of a cell depends on the data and the minimum alone, never on which page asks: the total, each team,
each channel and each channel of a team, by week, month, quarter and year, are decided together. What else is asked for
(days, a request type, a segment of one's own) is decided after them, and withheld as far as they need it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.catalogue import measurable
from kpitools.kpi import Cohort, Kpi, People
from kpitools.measure.parts import SEPARATOR
from kpitools.measure.suppress.decide import Asked, decided, fiscal_start, withheld
from kpitools.measure.suppress.groups import linked
from kpitools.measure.suppress.lattice import Breakdown, Lattice, Times, breakdowns, calendar
from kpitools.measure.tally import columns_of, tally
from kpitools.measure.view import View, why_not
from kpitools.project import Project

ALWAYS = ("team", "channel")
"""Segments that pages may show whatever is asked for."""
_SHOWN = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator", "excluded"]


def suppress(
    rows: pd.DataFrame, kpis: Sequence[Kpi], tables: Mapping[str, Any], project: Project, view: View
) -> pd.DataFrame:
    """Hide the measurements of fewer people than the project's minimum group, and what would give them away.

    `rows` are those that `view` gives of `kpis` and `tables`. Hidden rows keep what they are about; their numbers are
    null, `suppressed` is true and `reason` says `under_minimum_group`.
    """
    small = np.zeros(len(rows), dtype=bool)
    for name in dict.fromkeys(kpi.table for kpi in kpis if kpi.people):
        mine = [kpi for kpi in kpis if kpi.people and kpi.table == name]
        if tables.get(name) is not None and project.privacy.minimum_group > 1:
            small |= _Table.of(name, mine, tables[name], project, view).hidden(rows)
    hidden = rows.copy()
    hidden.loc[small, _SHOWN] = np.nan
    hidden["suppressed"] = hidden["suppressed"].astype(bool) | small
    hidden["reason"] = hidden["reason"].mask(pd.Series(small, index=rows.index), "under_minimum_group")
    return hidden


@dataclass(frozen=True, eq=False)
class _Table:
    """One table of people, and what is asked of it."""

    frame: Any
    asked: list[Kpi]
    all: list[Kpi]
    always: tuple[str, ...]
    view: View
    project: Project

    @classmethod
    def of(cls, name: str, asked: list[Kpi], frame: Any, project: Project, view: View) -> "_Table":  # noqa: ANN401
        """Keep the KPIs that the table's columns allow: those asked for, and the others that pages may publish."""
        has = columns_of(frame)
        segments = {*view.by, *(["team"] if view.team is not None else [])}
        others = [kpi for each in measurable() if (kpi := project.kpi(each.name)).people and kpi.table == name]
        able = {kpi.key: kpi for kpi in [*asked, *others] if not why_not(kpi, has, segments)}
        mine = [kpi for kpi in asked if kpi.key in able]
        return cls(frame, mine, list(able.values()), tuple(key for key in ALWAYS if key in has), view, project)

    @property
    def keys(self) -> tuple[str, ...]:
        """The segments by which the rows are told apart, the team asked for among them."""
        return tuple(dict.fromkeys((*self.view.by, *(["team"] if self.view.team is not None else []))))

    @property
    def grain(self) -> str:
        """The grain of the periods."""
        return self.view.periods[0].grain

    def hidden(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Say which of the rows to hide."""
        found = np.zeros(len(rows), dtype=bool)
        if not self.asked:
            return found
        days = tally(self.frame, self.all, tuple(dict.fromkeys((*self.always, *self.keys))))
        additive = [kpi for kpi in self.all if not isinstance(kpi.expressions()[0], People | Cohort)]
        for group in linked(days, additive):
            if any(kpi.key in group for kpi in self.asked):
                decided = self._of_days(days, [days[f"{key}{SEPARATOR}n"] for key in group])
                found |= self._rows(rows, [kpi for kpi in self.asked if kpi.key in group], *decided)
        for kpi in self.asked:
            if isinstance(kpi.expressions()[0], People | Cohort):
                found |= self._rows(rows, [kpi], *self._of_persons(days, kpi))
        return found

    def _rows(
        self, rows: pd.DataFrame, kpis: list[Kpi], lattice: Lattice, marked: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Say which rows of some KPIs are of marked cells."""
        about = {(kpi.name, kpi.definition_id) for kpi in kpis}
        mine = np.array([pair in about for pair in zip(rows["kpi"], rows["definition"], strict=True)], dtype=bool)
        given = rows[mine] if self.view.team is None else rows[mine].assign(team=self.view.team)
        place = lattice.place(given, self.keys, self.grain)
        found = np.zeros(len(rows), dtype=bool)
        found[mine] = (place >= 0) & marked[place]
        return found

    def _of_days(self, days: pd.DataFrame, sums: list[pd.Series]) -> tuple[Lattice, NDArray[np.bool_]]:
        """Decide from day sums."""
        times = partial(calendar, days["date"], fiscal_start=fiscal_start(self.view, self.project))
        asked = Asked(self.always, self.keys, self.grain, self.project.privacy.minimum_group)
        return decided(asked, days, sums, times)

    def _of_persons(self, days: pd.DataFrame, kpi: Kpi) -> tuple[Lattice, NDArray[np.bool_]]:
        """Decide, in that order too, of what does not add up over time, as persons: each period by itself."""
        times: Times = {self.grain: [(self.grain, pd.Timestamp(period.start)) for period in self.view.periods]}
        usual, asked = breakdowns(self.always), breakdowns(self.keys)
        first = Lattice.over(days, usual, times)
        minimum = self.project.privacy.minimum_group
        marked = withheld(first, self._counted(kpi, first, usual), first.of(usual, [self.grain]), minimum)
        if asked <= usual:
            return first, marked
        wider = Lattice.over(days, usual | asked, times)
        done, published = (wider.of(some, [self.grain]) for some in (usual, usual | asked))
        counts, before = self._counted(kpi, wider, usual | asked), wider.taken_over(first, marked)
        return wider, withheld(wider, counts, published, minimum, hidden=before, settled=done)

    def _counted(self, kpi: Kpi, lattice: Lattice, shown: set[Breakdown]) -> NDArray[np.float64]:
        """Count the persons of each cell."""
        counts = np.zeros(lattice.cells.size)
        for some in shown:
            counted = self._persons(kpi, some)
            place = lattice.place(counted, sorted(some), self.grain)
            counts[place[place >= 0]] = counted["n"].to_numpy(dtype=float)[place >= 0]
        return np.nan_to_num(counts)[None]

    def _persons(self, kpi: Kpi, some: Breakdown) -> pd.DataFrame:
        """Count the persons of one breakdown, whatever the team asked for."""
        return replace(self.view, by=tuple(sorted(some)), team=None, where={}).of_table(self.frame, [kpi])
