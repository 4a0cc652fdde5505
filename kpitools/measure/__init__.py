"""Canonical tables become measurements: KPI x period x segment, each with its interval and its n."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from kpitools import schema
from kpitools.catalogue import KPIS
from kpitools.errors import PeriodError, ReportError, UserError, require_known
from kpitools.kpi import Kpi
from kpitools.measure.figures import days_reached, figured, figured_kpis, instead_of_nothing
from kpitools.measure.suppress import suppress
from kpitools.measure.tally import tally
from kpitools.measure.undated import lists, no_dates, without_period
from kpitools.measure.view import View, covered
from kpitools.periods import GRAINS, NO_DAY, Coverage, Period, require_own, span
from kpitools.project import Project
from kpitools.written import COLUMNS

__all__ = ["COLUMNS", "coverage_of", "measure", "measured_in", "require_coverage", "tally", "with_own"]


def measure(
    tables: Mapping[str, Any],
    project: Project,
    *,
    kpis: Iterable[str | Kpi] | None = None,
    every: str = "month",
    by: Sequence[str] = (),
    period: Period | str | None = None,
    team: str | None = None,
    where: Mapping[str, str] | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """Measure KPIs by period and segment.

    Takes the canonical tables as frames of any engine (DuckDB, Polars, pandas, PyArrow, Spark). Returns a row for each
    KPI, statistic, period and segment, in the columns of `COLUMNS` and `low_90`, `high_90` (the 90 % interval, which
    decides whether a value lies within a band). Shares are fractions, durations seconds, NPS points. An unknown value
    is null and `reason` says why. A KPI that is named is taken in the project's definition; a `Kpi` is taken as it is,
    so that several definitions of one stand side by side. Raises `UserError` for an unknown KPI, grain or segment,
    `PeriodError` for a period without data. A definition about a list without dates gives rows of no period: `period`,
    `start` and `end` are null, and `complete` is false.

    Where a KPI has no row in a period, and figures that somebody else added up, they take the place of the rows
    (`measure.figures`): the two are never added up.

    `where` keeps the rows of one value of some segments: the same rows as `by` these segments gives, but sooner.

    >>> from kpitools import project, read
    >>> own = project.load(folder)
    >>> rows = measure(read(own), own, kpis=["answer_rate"], by=("team",), period="2026-Q3")
    >>> rows[["team", "value", "n"]].round(3).to_dict("list")
    {'team': ['Est', 'Nord', 'Ouest', 'Sud'], 'value': [0.874, 0.915, 0.898, 0.892], 'n': [340.0, 399.0, 216.0, 378.0]}
    """
    asked = kpis if kpis is not None else measured_in(tables)
    defined = (kpi if isinstance(kpi, Kpi) else project.kpi(kpi) for kpi in asked)
    chosen = list({kpi.key: kpi for kpi in defined}.values())
    by = tuple(dict.fromkeys((*by, *(where or {}))))
    for key in by:
        require_known(key, project.segments, "segment")
    wanted = Period.parse(period) if isinstance(period, str) else period
    grain = wanted.grain if wanted else require_known(every, GRAINS, "grain")
    day = today or project.today()
    fiscal_start = project.calendar.fiscal_year_starts
    coverage, periods = _covered(tables, wanted, grain, fiscal_start)
    view = View(periods, by, team, coverage, day, where or {})
    undated = span(NO_DAY, NO_DAY, grain, fiscal_start)
    rows = suppress(_of_tables(tables, chosen, view, undated), chosen, tables, project, view)
    if "figures" in tables:
        own = [kpi for kpi in chosen if kpi.definition_id == project.kpi(kpi.name).definition_id]
        figures = figured(tables["figures"], own, view, project)
        rows = instead_of_nothing(rows, figures, by)
    rows = without_period(rows)
    rows = rows[rows["period"] == str(wanted)] if wanted else rows
    for key, value in view.where.items():
        rows = rows[rows.get(key, pd.Series(index=rows.index)).astype(object) == value]
    sorted_rows = _in_order(rows, [(kpi.name, kpi.definition_id) for kpi in chosen])
    columns = [c for c in with_own(COLUMNS, project) if c not in project.segments or c in by]
    # A segment that no table has is unknown in every row.
    return sorted_rows.reindex(columns=[*columns, "low_90", "high_90"])


def _of_tables(tables: Mapping[str, Any], kpis: Sequence[Kpi], view: View, undated: list[Period]) -> pd.DataFrame:
    """Measure the KPIs table by table; those of a list without dates in the period that stands for none.

    Figures of people are decided on together: none of their segments is left out before.
    """
    made = []
    for name, dated, people in dict.fromkeys((kpi.table, bool(kpi.dated), kpi.people) for kpi in kpis):
        mine = [kpi for kpi in kpis if (kpi.table, bool(kpi.dated), kpi.people) == (name, dated, people)]
        own = replace(view, periods=view.periods if dated else undated, where={} if people else view.where)
        made.append(own.of_table(tables.get(name), mine))
    return pd.concat(made, ignore_index=True)


def _in_order(rows: pd.DataFrame, asked: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Sort rows as the KPIs were asked for, the definitions of one KPI together, and else as they are."""
    named = list(dict.fromkeys(name for name, _ in asked))
    order = {pair: (named.index(pair[0]), place) for place, pair in enumerate(asked)}
    places = [order[pair] for pair in zip(rows["kpi"], rows["definition"], strict=True)]
    return rows.iloc[sorted(range(len(rows)), key=places.__getitem__)].reset_index(drop=True)


def with_own(columns: Sequence[str], project: Project) -> tuple[str, ...]:
    """Return the columns of an output with the project's own segments behind team, channel and request type."""
    place = columns.index(schema.SEGMENTS[-1])
    return (*columns[:place], *project.segments[len(schema.SEGMENTS) - 1 :], *columns[place + 1 :])


def _covered(
    tables: Mapping[str, Any], wanted: Period | None, grain: str, fiscal_start: int | None
) -> tuple[Coverage, list[Period]]:
    """Return the days that the tables reach and the periods in them; refuse a wanted one that is not among these."""
    if wanted:
        require_own(wanted, fiscal_start)
    coverage = coverage_of(tables)
    lacking = no_dates(tables)
    if coverage is None and not lacking:
        raise UserError("There are no rows to measure: kpitools check says what became of them.")
    if coverage is None and wanted:
        raise PeriodError(lacking)
    coverage = coverage or Coverage(NO_DAY, NO_DAY)
    periods = span(coverage.first, coverage.last, grain, fiscal_start)
    if wanted and wanted not in periods:
        raise PeriodError(f"There are no data for {wanted}: they run from {coverage.first} to {coverage.last}.")
    return coverage, periods


def coverage_of(tables: Mapping[str, Any]) -> Coverage | None:
    """Return the days that all tables together reach."""
    known = getattr(tables, "coverage", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    dated = {name: frame for name, frame in tables.items() if name not in lists(tables)}
    days = [days_reached(name, frame, whole=len(dated) == 1) for name, frame in dated.items()]
    return covered(pd.concat(days)) if days else None


def require_coverage(tables: Mapping[str, Any]) -> Coverage:
    """Return the days that all tables together reach; refuse tables without a row that has a date."""
    coverage = coverage_of(tables)
    if coverage is None:
        raise ReportError(no_dates(tables) or "There is no row with a date: `kpitools check` says what became of each.")
    return coverage


def measured_in(tables: Mapping[str, Any]) -> list[str]:
    """Name the KPIs that can be measured, those that only figures give among them where there are some."""
    given = figured_kpis(tables["figures"]) if "figures" in tables else frozenset[str]()
    return [name for name, kpi in KPIS.items() if not kpi.declared_only or (kpi.table == "figures" and name in given)]
