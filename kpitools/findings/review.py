"""All that a page says about one period, gathered once: measurements, trends, findings, accounts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from kpitools.benchmarks import Benchmark, latest, load
from kpitools.errors import ReportError, require_known
from kpitools.findings.choice import (
    choose_kpis,
    choose_period,
    require_team,
    require_values,
    response_rates,
    split_measured,
)
from kpitools.findings.claim import Change, claim
from kpitools.findings.compare import compare
from kpitools.findings.shapes import Effect, Shift, Split
from kpitools.findings.trend import Trend, trend
from kpitools.kpi import Kpi
from kpitools.measure import coverage_of, measure, measured_in
from kpitools.measure.tally import columns_of
from kpitools.measure.undated import no_dates
from kpitools.periods import Coverage, Period
from kpitools.project import Project
from kpitools.sources import Account, read
from kpitools.sources.systems import resolved

HISTORY = {"day": 92, "week": 60, "month": 26, "quarter": 12, "year": 100, "fiscal_year": 100}
"""How many periods a page looks back on, its own among them."""


@dataclass(frozen=True, eq=False)
class Review:
    """One period of a project, or of one of its teams, ready to be worded.

    `kpis` are those that the project's report names and that have a value, else all measurable ones; `unmeasured`
    the others with the reason (a code of `measure`). `current` and `history` are measure rows of the period and of
    those up to it, `mixes` those of KPIs with a share for each category, `channels` the rows of the period by channel.
    `findings` are rows of `compare`: the main statistic of each KPI, and further ones where a benchmark speaks of them.
    `benchmarks` are those of `kpis`. `accounts` say what became of every row of every source. `days` counts the days of
    the period that the data reach; `complete` says whether it is over and they reach all of them (a row's own
    `complete` also asks that its table does). `shifts` hold each KPI's verdict on change over time, `team_shifts`
    those of single teams on the page of the whole service; `effects` what came of each decision, `splits` why a KPI
    changed (`findings.shapes`).
    """

    project: Project
    period: Period
    team: str | None
    today: date
    kpis: tuple[Kpi, ...]
    unmeasured: tuple[tuple[str, str], ...]
    current: pd.DataFrame
    history: pd.DataFrame
    channels: pd.DataFrame
    findings: pd.DataFrame
    trends: dict[str, Trend]
    benchmarks: tuple[Benchmark, ...]
    accounts: tuple[Account, ...]
    coverage: Coverage
    complete: bool
    days: int
    mixes: pd.DataFrame = field(default_factory=pd.DataFrame)
    responses: pd.DataFrame = field(default_factory=pd.DataFrame)
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    team_shifts: tuple[Shift, ...] = ()
    effects: tuple[Effect, ...] = ()
    splits: Mapping[str, tuple[Split, ...]] = field(default_factory=dict)

    def change(self, kpi: str) -> Change:
        """Say what may be claimed of a KPI's move since the previous period (`findings.claim`)."""
        known = {each.name: each for each in self.kpis}
        chosen = known[require_known(kpi, known, "KPI of this review")]
        rows = self.findings
        here = (rows["kpi"] == kpi) & (rows["statistic"] == chosen.statistic) & (rows["against"] == "previous")
        previous = next(iter(rows[here].to_dict("records")), None)
        return claim(chosen, self.trends[kpi], previous)  # type: ignore[arg-type]


def review(
    project: Project,
    period: str | None = None,
    team: str | None = None,
    today: date | None = None,
    *,
    grain: str = "month",
) -> Review:
    """Read a project's exports, then measure and compare one period.

    Args:
        project: a loaded project.
        period: ISO text; without it, the last closed period of `grain` that has data.
        team: one team; without it, the whole service.
        today: the day on which the report is made; by default the project's own `today`, else the real one.
        grain: which periods are meant where none is named.

    Raises:
        PeriodError: no such period, or nothing in it; the message names the nearest one that has data.
        ReportError: no such team, or no row that can be used.
    """
    return review_tables(read(project), project, period, team, today, grain=grain)


def review_tables(
    tables: Mapping[str, Any],
    project: Project,
    period: str | None = None,
    team: str | None = None,
    today: date | None = None,
    *,
    grain: str = "month",
) -> Review:
    """Do as `review` with tables that are read already, so that several reports need one reading."""
    project = resolved(project)
    day = today or project.about.today or date.today()  # noqa: DTZ011 - the project's own day is a local one
    coverage = coverage_of(tables)
    if coverage is None:
        raise ReportError(
            no_dates(tables) or "There is no row to report on: `kpitools check` says what became of each."
        )
    chosen = choose_period(period, coverage, grain, day, project.calendar.fiscal_year_starts)
    require_team(team, tables, project)
    asked = partial(measure, tables, project, team=team or None, today=day)
    rows = asked(kpis=choose_kpis(project, measured_in(tables)), every=chosen.grain)
    require_values(rows, chosen, team)
    rows = rows[rows["period"].isin(_looked_back_on(chosen))]
    parted = rows["category"].notna()
    mixes, history = rows[parted], rows[~parted]
    kpis, unmeasured = split_measured(history, project)
    mine = [kpi.name for kpi in kpis]
    history = history[history["kpi"].isin(mine)].reset_index(drop=True)
    channels = history[:0].assign(channel=None)
    if any("channel" in columns_of(frame) for frame in tables.values()):
        channels = asked(kpis=mine, by=("channel",), period=chosen)
    rates = [name for name in response_rates(mine) if name not in mine]
    responses = asked(kpis=rates, period=chosen) if rates else history[:0]
    benchmarks = _speaking_of(mine, project)
    return Review(
        project=project,
        period=chosen,
        team=team or None,
        today=day,
        kpis=kpis,
        unmeasured=unmeasured,
        current=history[history["period"] == str(chosen)].reset_index(drop=True),
        mixes=mixes.reset_index(drop=True),
        history=history,
        channels=channels,
        findings=compare(history, project, benchmarks, period=chosen, team=team or None, channels=channels),
        trends={kpi.name: trend(history, kpi, project.events) for kpi in kpis},
        benchmarks=benchmarks,
        accounts=tuple(getattr(tables, "accounts", ())),
        coverage=coverage,
        complete=coverage.complete(chosen, day),
        days=_days_reached(chosen, coverage),
        responses=responses,
    )


def _speaking_of(kpis: Collection[str], project: Project) -> tuple[Benchmark, ...]:
    """Return the published figures about some KPIs, those of the project's own panel among them."""
    published = load(extra=project.folder / "benchmarks")
    return tuple(figure for figure in latest(published) if any(map(figure.speaks_of, kpis)))


def _days_reached(period: Period, coverage: Coverage) -> int:
    first, last = max(period.start, coverage.first), min(period.end, coverage.last)
    return max(0, (last - first).days + 1)


def _looked_back_on(period: Period) -> set[str]:
    """Name the period and those before it, as many as a page looks back on."""
    named = [period]
    while len(named) < HISTORY[period.grain]:
        named.append(named[-1].previous())
    return {str(each) for each in named}
