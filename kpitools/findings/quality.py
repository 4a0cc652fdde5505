"""What the data of a project are good for: gathered once, for the page on data quality."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from kpitools.catalogue import measurable
from kpitools.findings.choice import asked_of
from kpitools.findings.reconcile import Duration, Rate, Threshold, durations, rates, threshold
from kpitools.findings.review import Review
from kpitools.measure import require_coverage
from kpitools.measure.figures import figured_kpis
from kpitools.measure.tally import collected, columns_of, to_engine
from kpitools.measure.view import why_not
from kpitools.periods import Coverage, Period, span
from kpitools.project import Project
from kpitools.public_holidays import public_holidays
from kpitools.sources import read

USUALLY = 2 / 3
"""A weekday on which at least so many of the weeks have rows is one on which rows are expected."""
EVENTS = ("contacts", "requests", "messages")
"""Tables of what happens every day; an answer, an order or a customer's start may well be rare."""


@dataclass(frozen=True)
class Days:
    """The rows of one table in the period, and the days on which some were expected and there are none."""

    table: str
    rows: int
    first: date | None
    last: date | None
    missing: tuple[date, ...]


@dataclass(frozen=True, eq=False)
class Quality:
    """What there is to say about the data of one period.

    `review` holds the project, the period and the balance of the sources; it measures nothing, and its `unmeasured`
    are the KPIs that the data do not allow, with the reason (a code of `measure`). `measured` counts those that they
    do. `matching` says how many contacts found their ticket; None where there is nothing to match.
    """

    review: Review
    measured: int
    days: tuple[Days, ...]
    durations: tuple[Duration, ...]
    threshold: Threshold | None
    rates: tuple[Rate, ...]
    matching: Any = None


def quality(project: Project, period: str | None = None, team: str | None = None, today: date | None = None) -> Quality:
    """Read a project's exports and look at the data of one period; the arguments are those of `review`."""
    return quality_of(read(project), project, period, team, today)


def quality_of(
    tables: Mapping[str, Any],
    project: Project,
    period: str | None = None,
    team: str | None = None,
    today: date | None = None,
) -> Quality:
    """Do as `quality` with tables that are read already.

    Raises:
        PeriodError: no such period, or one that the data do not reach.
        ReportError: no such team, or no row that can be used.
    """
    asked, coverage = asked_of(tables, project, period, team, today), require_coverage(tables)
    chosen, none, lacking = asked.period, pd.DataFrame(), tuple(_lacking(tables, project))
    blank: dict[str, Any] = {"current": none, "history": none, "channels": none, "findings": none, "trends": {}}
    blank |= {"kpis": (), "benchmarks": (), "unmeasured": lacking, "accounts": tuple(getattr(tables, "accounts", ()))}
    return Quality(
        review=Review(project=project, **asked.within(coverage), **blank),
        measured=len(measurable()) - len(lacking),
        days=tuple(days_of(name, tables[name], chosen, coverage, project) for name in EVENTS if name in tables),
        durations=durations(tables, chosen, team),
        threshold=threshold(tables, chosen, team),
        rates=rates(tables, project, chosen, team),
        matching=getattr(tables, "matching", None),
    )


def _lacking(tables: Mapping[str, Any], project: Project) -> list[tuple[str, str]]:
    """Name the KPIs that the tables do not allow, each with the reason."""
    has = {name: columns_of(frame) for name, frame in tables.items()}
    why = {kpi.name: why_not(project.kpi(kpi.name), has.get(kpi.table, frozenset()), set()) for kpi in measurable()}
    given = figured_kpis(tables["figures"]) if "figures" in tables else frozenset[str]()
    return [(name, reason) for name, reason in why.items() if reason and name not in given]


def days_of(name: str, frame: Any, period: Period, coverage: Coverage, project: Project) -> Days:  # noqa: ANN401
    """Count the rows of a table in a period, and find the days without any on which there usually are some.

    A weekday without rows in most weeks (a service that is closed on Sundays) misses none, nor does a public holiday.
    """
    counted = collected(to_engine(frame).group_by("date").agg(nw.len().alias("rows")))
    counted = counted[counted["date"].notna()]
    rows = {stamp.date(): int(n) for stamp, n in zip(pd.to_datetime(counted["date"]), counted["rows"], strict=True)}
    reached = [day.start for day in span(min(rows), max(rows), "day")] if rows else []
    usual = {
        weekday
        for weekday in range(7)
        if (alike := [day in rows for day in reached if day.weekday() == weekday])
        and sum(alike) >= USUALLY * len(alike)
    }
    first, last = max(period.start, coverage.first), min(period.end, coverage.last)
    inside = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    off = _holidays(project, period)
    missing = tuple(day for day in inside if day not in rows and day.weekday() in usual and day not in off)
    there = [day for day in inside if day in rows]
    return Days(name, sum(rows[day] for day in there), min(there, default=None), max(there, default=None), missing)


def _holidays(project: Project, period: Period) -> set[date]:
    """Return the days of a period on which the service is closed, by the project's calendar."""
    calendar = project.calendar
    known = calendar.holidays not in (None, "none")
    holidays = public_holidays(str(calendar.holidays), period.start.year, period.end.year) if known else ()
    return {*calendar.closed, *holidays}
