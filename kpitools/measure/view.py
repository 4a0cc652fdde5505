"""What is asked of every table alike, and the rows that one table gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Cohort, Kpi, People, Share
from kpitools.measure.cells import Grid
from kpitools.measure.cohorts import spells
from kpitools.measure.estimates import Days, estimates, plain_share
from kpitools.measure.people import persons
from kpitools.measure.tally import add_up, columns_of, filtered, tally
from kpitools.measure.values import Values
from kpitools.periods import Coverage, Period

INTERVAL = ("value", "low", "high", "low_90", "high_90")
NUMBERS = (*INTERVAL, "n", "numerator", "denominator", "excluded")


@dataclass(frozen=True)
class View:
    """What is asked of every table alike: which periods, which segments, which team, up to which day.

    Of the segments in `where` only one value is wanted: its cells have the numbers that they have among all others.
    """

    periods: list[Period]
    by: tuple[str, ...]
    team: str | None
    coverage: Coverage
    today: date
    where: Mapping[str, str] = field(default_factory=dict)

    def of_table(self, frame: Any, kpis: list[Kpi]) -> pd.DataFrame:  # noqa: ANN401 - a frame of any engine
        """Measure the KPIs of one table; one that it lacks the columns for gets rows that say so."""
        has = columns_of(frame) if frame is not None else frozenset[str]()
        segments = {*self.by, *(["team"] if self.team is not None else [])}
        why = [why_not(kpi, has, segments) for kpi in kpis]
        able = [kpi for kpi, reason in zip(kpis, why, strict=True) if not reason]
        made = [self.without(kpi, reason) for kpi, reason in zip(kpis, why, strict=True) if reason]
        if able:
            whole = filtered(frame, team=self.team)
            kept = filtered(whole, **self.where)
            days = add_up(tally(kept, able, self.by), ("date", *self.by))
            reached = covered((tally(whole, able) if self.where else days)["date"])
            asked = pd.DataFrame([{**dict.fromkeys(self.by), **self.where}])
            grid = Grid.over(asked if self.where and days.empty else days, self.by, self.periods)
            place = grid.place(days)
            cells = grid.frame(self.coverage, reached or self.coverage, self.today)
            inside = place >= 0
            part = self.where or self.team is not None or not inside.all()
            table = _Table(kept, days[inside], place[inside], grid, cells, frame if part else None)
            made += [table.rows(kpi) for kpi in able]
        return pd.concat(made, ignore_index=True)

    def without(self, kpi: Kpi, reason: str) -> pd.DataFrame:
        """Give rows without a value for a KPI that the tables do not allow."""
        nowhere = Coverage(date.max, date.max)
        cells = Grid.over(pd.DataFrame(), (), self.periods).frame(nowhere, nowhere, self.today)
        made = [cells.assign(statistic=statistic) for statistic in kpi.statistics]
        unknown = pd.DataFrame(np.nan, index=range(len(cells) * len(made)), columns=list(NUMBERS))
        rows = pd.concat([pd.concat(made, ignore_index=True), unknown], axis=1)
        return about(rows, kpi).assign(suppressed=False, reason=reason)


def why_not(kpi: Kpi, has: frozenset[str], segments: set[str]) -> str:
    """Say why a KPI cannot be measured from a table with these columns; empty where it can."""
    if kpi.declared_only and kpi.table != "figures":
        return "declared_only"
    if not has or kpi.declared_only:
        return f"missing_table:{kpi.table}"
    lacking = sorted({*kpi.expressions()[1], *segments} - has)
    return f"missing_column:{lacking[0]}" if lacking else ""


def covered(days: pd.Series) -> Coverage | None:
    """Return the coverage of a column of days."""
    return Coverage.of(stamp.date() for stamp in days.drop_duplicates() if not pd.isna(stamp))


def about(rows: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    """Add what the rows are about; `category` is null where the statistic is of no category."""
    category = rows.get("category")
    return rows.assign(kpi=kpi.name, definition=kpi.definition_id, unit=kpi.unit, category=category)


@dataclass(frozen=True, eq=False)
class _Table:
    """One table ready to be measured: its rows, its day sums, and the cell of each day.

    `whole` has all rows of the table where these are a part of them.
    """

    frame: Any
    days: pd.DataFrame
    place: NDArray[np.int64]
    grid: Grid
    cells: pd.DataFrame
    whole: Any = None

    def rows(self, kpi: Kpi) -> pd.DataFrame:
        """Measure one KPI in every cell."""
        summed = Days(kpi, self.days, self.grid.cells(self.place))
        declared, _ = kpi.expressions()
        unlike = summed.unlike(declared)
        made = []
        for statistic, numbers in self._statistics(kpi, summed):
            rows = pd.concat([self.cells, numbers], axis=1).assign(statistic=statistic, suppressed=False)
            if "excluded" not in numbers:
                rows["excluded"] = summed.sum("excluded")
            rows["reason"] = reasons(rows, statistic, unlike)
            rows.loc[unlike != "", [*INTERVAL, "numerator"]] = np.nan
            made.append(rows)
        return about(pd.concat(made), kpi)

    def _statistics(self, kpi: Kpi, summed: Days) -> Iterator[tuple[str, pd.DataFrame]]:
        """Give each statistic with its numbers: from the day sums, or from a further pass where they do not add up."""
        declared, _ = kpi.expressions()
        match declared:
            case People():
                found = persons(self.frame, kpi, self.grid)
                yield "share", plain_share(found.hits, found.of).assign(excluded=found.excluded)
            case Cohort():
                running, ended = spells(self.frame, kpi, self.grid)
                hits = running - ended if declared.kept else ended
                yield "share", plain_share(hits, running).assign(excluded=0.0)
            case Share() if not kpi.dated:
                yield "share", plain_share(summed.sum("hits"), summed.sum("n"))
            case _:
                yield from estimates(summed, cache(lambda: Values.of(self.frame, kpi, self.grid, self.whole)))


def reasons(rows: pd.DataFrame, statistic: str, unlike: NDArray[np.object_]) -> pd.Series:
    """Say why a value or its interval is unknown; None where nothing is."""
    reason = pd.Series(None, index=rows.index, dtype=object)
    unbounded = rows["low"].isna() | rows["high"].isna()
    if statistic in ("mean", "score", "share"):
        reason[unbounded] = "too_few"
    elif statistic != "count":
        reason[unbounded] = "no_bound"
    reason[rows["value"].isna()] = "no_rows"
    return reason.mask(unlike != "", pd.Series(unlike, index=rows.index))
