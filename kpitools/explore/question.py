"""A question of the analyst's: which KPI, in which definition, by which periods, of which segments."""

from dataclasses import dataclass

import pandas as pd

from kpitools.findings.review import looked_back_on
from kpitools.kpi import Kpi
from kpitools.periods import Period


@dataclass(frozen=True)
class Question:
    """One KPI by periods of one grain up to `newest`, where every segment holds its value."""

    kpi: Kpi
    newest: Period
    segments: tuple[tuple[str, str], ...] = ()

    @property
    def by(self) -> tuple[str, ...]:
        """The segments that are named."""
        return tuple(name for name, _ in self.segments)

    @property
    def where(self) -> dict[str, str]:
        """The value wanted of each segment."""
        return dict(self.segments)

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows of `measure` that answer it: its segments, and its period with those before it."""
        return rows[self.where_holds(rows) & rows["period"].isin(looked_back_on(self.newest))].reset_index(drop=True)

    def where_holds(self, rows: pd.DataFrame) -> "pd.Series[bool]":
        """Say of each row of `measure` whether it is of the segments asked for, and of no category."""
        kept = rows["category"].isna()
        for name, value in self.segments:
            kept &= rows[name].astype(object) == value
        return kept

    def as_code(self) -> str:
        """Write it as the arguments of `ask`, its period left to the notebook that asks."""
        name = self.kpi.name if self.kpi.definition == _default(self.kpi) else f"{self.kpi.name}:{self.kpi.definition}"
        segments = "".join(f", {name}={value!r}" for name, value in self.segments if name != "team")
        return f'"{name}", every={self.newest.grain!r}{segments}'


def _default(kpi: Kpi) -> str:
    return next(iter(kpi.variants), kpi.definition)
