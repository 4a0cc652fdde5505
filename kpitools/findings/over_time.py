"""All verdicts of a page over time: changes of level, of the whole and of each team, effects of decisions, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from kpitools.catalogue import KPIS
from kpitools.findings.drivers import split
from kpitools.findings.impact import Why, effects
from kpitools.findings.segments import SegmentDays, segment_days
from kpitools.findings.series import Points
from kpitools.findings.shapes import Effect, Shift, Split
from kpitools.findings.shift import levels, shifts, stretches, team_shifts
from kpitools.findings.weeks import Weeks, weeks
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Decision, Project


@dataclass(frozen=True, eq=False)
class OverTime:
    """The verdicts; `levels` are the points since each KPI's level last changed."""

    shifts: Mapping[str, Shift] = field(default_factory=dict)
    team_shifts: tuple[Shift, ...] = ()
    effects: tuple[Effect, ...] = ()
    splits: Mapping[str, tuple[Split, ...]] = field(default_factory=dict)
    levels: Mapping[str, Points] = field(default_factory=dict)


def measured_weeks(
    tables: Mapping[str, Any], project: Project, kpis: Sequence[Kpi], history: pd.DataFrame,
    *, period: Period, team: str | None, today: date,
) -> Weeks:  # fmt: skip
    """Measure the weeks that the verdicts need: of the page's KPIs, and of those that decisions were to move."""
    decisions = [each for each in project.decisions if concerns(each, period, team)]
    named = dict.fromkeys(name for each in decisions for name in each.kpis if not KPIS[name].declared_only)
    further = [project.kpi(name) for name in named if name not in {kpi.name for kpi in kpis}]
    apart = team is None or any(each.team == team for each in decisions)
    return weeks(tables, project, [*kpis, *further], history, team=team, today=today, apart=apart)


def over_time(
    of: Weeks, project: Project, kpis: Sequence[Kpi], *, period: Period, team: str | None, why: Why
) -> OverTime:
    """Give all verdicts from the weeks; `why` splits a difference into mix and performance."""
    mine = Weeks(
        {kpi.name: of.own[kpi.name] for kpi in kpis},
        {name: {kpi.name: own[kpi.name] for kpi in kpis} for name, own in of.teams.items()},
    )
    found = shifts(mine, period)
    split = {
        kpi.name: why(kpi, *stretches(found[kpi.name], mine.own[kpi.name], period), team)
        for kpi in kpis
        if found[kpi.name].shown
    }
    decisions = [each for each in project.decisions if concerns(each, period, team)]
    return OverTime(
        shifts=found,
        team_shifts=team_shifts(mine, period, found) if team is None else (),
        effects=effects(of, project, decisions, period=period, team=team, why=why),
        splits=split,
        levels=levels(mine, period, found),
    )


def explained(tables: Mapping[str, Any], project: Project, kpis: Sequence[Kpi]) -> Why:
    """Return what splits a KPI's difference between two stretches of time; the tables are tallied once a team."""

    @cache
    def days(team: str | None) -> Mapping[str, SegmentDays]:
        return segment_days(
            tables, project, kpis, [key for key in project.segments if team is None or key != "team"], team
        )

    def why(
        kpi: Kpi, before: tuple[Period, Period], after: tuple[Period, Period], team: str | None
    ) -> tuple[Split, ...]:
        found = days(team).get(kpi.name)
        made = (split(found, key, before, after) for key in found.keys) if found else ()
        return tuple(one for one in made if one is not None)

    return why


def concerns(decision: Decision, period: Period, team: str | None) -> bool:
    """Say whether a page judges a decision: one of its team or of the whole service, made by the period's end."""
    return decision.date <= period.end and (team is None or decision.team in (None, team))
