"""Canonical tables become measurements: KPI x period x segment, each with its interval and its n."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from kpitools import schema
from kpitools.catalogue import measurable
from kpitools.errors import PeriodError, UserError, require_known
from kpitools.kpi import Kpi
from kpitools.measure.cells import Grid
from kpitools.measure.estimates import Days, estimates
from kpitools.measure.suppress import suppress
from kpitools.measure.tally import add_up, columns_of, filtered, tally
from kpitools.measure.values import Values
from kpitools.periods import GRAINS, Coverage, Period, span
from kpitools.project import Project

__all__ = ["COLUMNS", "coverage_of", "measure", "tally", "with_own"]

COLUMNS = (
    "kpi", "definition", "statistic", "unit", "period", "start", "end", "complete", *schema.SEGMENTS,
    "value", "low", "high", "n", "numerator", "denominator", "excluded", "suppressed", "reason",
)  # fmt: skip
"""A row of the output, in order; segments that were not asked for are absent. `low_90` and `high_90` follow."""
INTERVAL = ("value", "low", "high", "low_90", "high_90")
NUMBERS = (*INTERVAL, "n", "numerator", "denominator", "excluded")


def measure(
    tables: Mapping[str, Any],
    project: Project,
    *,
    kpis: Iterable[str] | None = None,
    every: str = "month",
    by: Sequence[str] = (),
    period: Period | str | None = None,
    team: str | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """Measure KPIs by period and segment.

    Takes the canonical tables as frames of any engine (DuckDB, Polars, pandas, PyArrow, Spark). Returns a row for each
    KPI, statistic, period and segment, in the columns of `COLUMNS` and `low_90`, `high_90` (the 90 % interval, which
    decides whether a value lies within a band). Shares are fractions, durations seconds, NPS points. An unknown value
    is null and `reason` says why. Raises `UserError` for an unknown KPI, grain or segment, `PeriodError` for a period
    without data.
    """
    chosen = [project.kpi(name) for name in kpis] if kpis is not None else [project.kpi(k.name) for k in measurable()]
    for key in by:
        require_known(key, project.segments, "segment")
    wanted = Period.parse(period) if isinstance(period, str) else period
    grain = wanted.grain if wanted else require_known(every, GRAINS, "grain")
    day = today or project.about.today or date.today()  # noqa: DTZ011 - the project's own day is a local one
    coverage = coverage_of(tables)
    if coverage is None:
        raise UserError("There are no rows to measure: kpitools check says what became of them.")
    fiscal_start = wanted.start.month if wanted else project.calendar.fiscal_year_starts
    periods = span(coverage.first, coverage.last, grain, fiscal_start)
    if wanted and wanted not in periods:
        raise PeriodError(f"There are no data for {wanted}: they run from {coverage.first} to {coverage.last}.")
    view = _View(periods, tuple(by), team, coverage, day)
    tables_used = dict.fromkeys(kpi.table for kpi in chosen)
    made = [view.of_table(tables.get(name), [kpi for kpi in chosen if kpi.table == name]) for name in tables_used]
    rows = suppress(pd.concat(made, ignore_index=True), by, project.privacy.minimum_group)
    rows = rows[rows["period"] == str(wanted)] if wanted else rows
    order = {kpi.name: place for place, kpi in enumerate(chosen)}
    sorted_rows = rows.sort_values("kpi", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    # A segment that no table has is unknown in every row.
    columns = [c for c in with_own(COLUMNS, project) if c not in project.segments or c in by]
    return sorted_rows.reindex(columns=[*columns, "low_90", "high_90"])


def with_own(columns: Sequence[str], project: Project) -> tuple[str, ...]:
    """Return the columns of an output with the project's own segments behind team, channel and request type."""
    place = columns.index(schema.SEGMENTS[-1])
    return (*columns[:place], *project.segments[len(schema.SEGMENTS) - 1 :], *columns[place + 1 :])


def coverage_of(tables: Mapping[str, Any]) -> Coverage | None:
    """Return the days that all tables together reach."""
    known = getattr(tables, "coverage", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    days = [day for frame in tables.values() for day in _dates(tally(frame, []))]
    return Coverage.of(days)


def _dates(days: pd.DataFrame) -> list[date]:
    return [stamp.date() for stamp in days["date"].drop_duplicates()]


@dataclass(frozen=True)
class _View:
    """What is asked of every table alike: which periods, which segments, which team, up to which day."""

    periods: list[Period]
    by: tuple[str, ...]
    team: str | None
    coverage: Coverage
    today: date

    def of_table(self, frame: Any, kpis: list[Kpi]) -> pd.DataFrame:  # noqa: ANN401 - a frame of any engine
        """Measure the KPIs of one table; one that it lacks the columns for gets rows that say so."""
        has = columns_of(frame) if frame is not None else frozenset[str]()
        segments = {*self.by, *(["team"] if self.team is not None else [])}
        why = {kpi.name: _why_not(kpi, has, segments) for kpi in kpis}
        able = [kpi for kpi in kpis if not why[kpi.name]]
        made = [self.without(kpi, why[kpi.name]) for kpi in kpis if why[kpi.name]]
        if able:
            kept = filtered(frame, team=self.team)
            days = add_up(tally(kept, able, self.by), ("date", *self.by))
            grid = Grid.over(days, self.by, self.periods)
            cells = grid.frame(self.coverage, Coverage.of(_dates(days)) or self.coverage, self.today)
            made += [_rows(kpi, kept, days, grid, cells) for kpi in able]
        return pd.concat(made, ignore_index=True)

    def without(self, kpi: Kpi, reason: str) -> pd.DataFrame:
        """Give rows without a value for a KPI that the tables do not allow."""
        nowhere = Coverage(date.max, date.max)
        cells = Grid.over(pd.DataFrame(), (), self.periods).frame(nowhere, nowhere, self.today)
        made = [cells.assign(statistic=statistic) for statistic in kpi.statistics]
        unknown = pd.DataFrame(np.nan, index=range(len(cells) * len(made)), columns=list(NUMBERS))
        rows = pd.concat([pd.concat(made, ignore_index=True), unknown], axis=1)
        about = {"kpi": kpi.name, "definition": kpi.definition_id, "unit": kpi.unit}
        return rows.assign(**about, suppressed=False, reason=reason)


def _why_not(kpi: Kpi, has: frozenset[str], segments: set[str]) -> str:
    """Say why a KPI cannot be measured from a table with these columns; empty where it can."""
    if kpi.declared_only:
        return "declared_only"
    if not has:
        return f"missing_table:{kpi.table}"
    lacking = sorted({*kpi.expressions()[1], *segments} - has)
    return f"missing_column:{lacking[0]}" if lacking else ""


def _rows(kpi: Kpi, frame: Any, days: pd.DataFrame, grid: Grid, cells: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    """Measure one KPI in every cell."""
    summed = Days(kpi, days, grid.cells(grid.place(days)))
    mixed = summed.mixed(kpi.expressions()[0])
    values = cache(lambda: Values.of(frame, kpi, grid))
    made = []
    for statistic, numbers in estimates(summed, values):
        rows = pd.concat([cells, numbers], axis=1)
        rows = rows.assign(statistic=statistic, excluded=summed.sum("excluded"), suppressed=False)
        rows["reason"] = _reasons(rows, statistic, mixed)
        rows.loc[mixed, [*INTERVAL, "numerator"]] = np.nan
        made.append(rows)
    return pd.concat(made).assign(kpi=kpi.name, definition=kpi.definition_id, unit=kpi.unit)


def _reasons(rows: pd.DataFrame, statistic: str, mixed: np.ndarray) -> pd.Series:
    """Say why a value or its interval is unknown; None where nothing is."""
    reason = pd.Series(None, index=rows.index, dtype=object)
    unbounded = rows["low"].isna() | rows["high"].isna()
    if statistic in ("mean", "score", "share"):
        reason[unbounded] = "too_few"
    elif statistic != "count":
        reason[unbounded] = "no_bound"
    reason[rows["value"].isna()] = "no_rows"
    reason[mixed] = "mixed_scales"
    return reason
