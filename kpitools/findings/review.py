"""All that a page says about one period, gathered once: measurements, trends, findings, accounts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Literal, TypeAlias

import pandas as pd

from kpitools.benchmarks import Benchmark, latest, load
from kpitools.errors import require_known
from kpitools.findings.choice import (
    Asked,
    asked_of,
    choose_kpis,
    require_values,
    response_rates,
    scales,
    split_measured,
)
from kpitools.findings.compare import compare, with_effects
from kpitools.findings.over_time import OverTime, explained, measured_weeks, over_time
from kpitools.findings.shapes import Effect, Shift, Split
from kpitools.findings.trend import Trend, trend
from kpitools.kpi import Kpi
from kpitools.measure import measure, measured_in, require_coverage
from kpitools.measure.store import opened, shared
from kpitools.measure.tally import columns_of
from kpitools.periods import Coverage, Period
from kpitools.project import Project
from kpitools.sources import Account
from kpitools.sources.systems import resolved

Change: TypeAlias = Literal["better", "worse", "moved", "usual", "unknown"]
HISTORY = {"day": 92, "week": 60, "month": 26, "quarter": 12, "year": 100, "fiscal_year": 100}
"""How many periods a page looks back on, its own among them."""


@dataclass(frozen=True, eq=False)
class Review:
    """One period of a project, or of one of its teams, ready to be worded.

    `kpis` are those that the project's report names and that have a value, else all measurable ones; `unmeasured`
    the others with the reason (a code of `measure`). `current` and `history` are measure rows of the period and of
    those up to it, `mixes` those of KPIs with a share for each category, `channels` the rows of the period by
    channel. `findings` are rows of `compare`: the main statistic of each KPI, and further ones where a benchmark
    speaks of them. `benchmarks` are those of `kpis` and of `mixes`. `accounts` say what became of every row of
    every source. `days` counts the days of the period that the data reach; `complete` says whether it is over and
    they reach all of them (a row's own `complete` also asks that its table does). `shifts` hold each KPI's verdict
    on change over time, `team_shifts` those of single teams on the page of the whole service; `effects` what came
    of each decision, `splits` why a KPI changed (`findings.shapes`). `scales` are the tops of the scales of scores.
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
    scales: Mapping[str, float] = field(default_factory=dict)

    def change(self, kpi: str) -> Change:
        """Say in a word what the verdict on a KPI's level is, one worth watching being unsettled."""
        known = {each.name: each for each in self.kpis}
        found = self.shifts.get(require_known(kpi, known, "KPI of this review"))
        if found is None:
            return "unknown"
        if found.level == "changed":
            return "moved" if found.better is None else "better" if found.better else "worse"
        return "usual" if found.level == "usual" else "unknown"


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

    >>> from kpitools import project
    >>> found = review(project.load(folder), "2026-09", team="Nord")
    >>> round(found.current.set_index("kpi").loc["answer_rate", "value"], 3)
    np.float64(0.917)
    """
    about = ("review", period, team, today, grain)
    return shared(project, about, lambda: review_tables(opened(project), project, period, team, today, grain=grain))


def review_tables(
    tables: Mapping[str, Any],
    project: Project,
    period: str | None = None,
    team: str | None = None,
    today: date | None = None,
    *,
    grain: str = "month",
    kpis: Sequence[str] = (),
) -> Review:
    """Do as `review` with tables that are read already, so that several reports need one reading.

    `kpis` are the KPIs of the page, by default those that the project's report names.
    """
    project = resolved(project)
    asked = asked_of(tables, project, period, team, today, grain=grain)
    rows = measure(
        tables,
        project,
        kpis=kpis or choose_kpis(project, measured_in(tables)),
        every=asked.period.grain,
        team=asked.team,
        today=asked.today,
    )
    require_values(rows, asked.period, team)
    return _made(tables, project, rows[rows["period"].isin(looked_back_on(asked.period))], asked)


def _made(tables: Mapping[str, Any], project: Project, rows: pd.DataFrame, asked: Asked) -> Review:
    """Make the review from the measure rows of its periods."""
    period, team, _ = asked
    parted = rows["category"].notna()
    kpis, unmeasured = split_measured(rows[~parted], project)
    mine = [kpi.name for kpi in kpis]
    history = rows[~parted & rows["kpi"].isin(mine)].reset_index(drop=True)
    channels, responses = _beside(tables, project, history, mine, asked)
    benchmarks = _speaking_of([*mine, *rows.loc[parted, "kpi"].unique()], project)
    over = _over_time(tables, project, kpis, history, asked)
    found = compare(history, project, benchmarks, period=period, team=team, channels=channels, levels=over.levels)
    return Review(
        **asked.within(require_coverage(tables)),
        project=project,
        kpis=kpis,
        unmeasured=unmeasured,
        current=history[history["period"] == str(period)].reset_index(drop=True),
        mixes=rows[parted].reset_index(drop=True),
        history=history,
        channels=channels,
        findings=with_effects(found, history, over.effects, period, team),
        trends={kpi.name: trend(history, kpi, project.events) for kpi in kpis},
        benchmarks=benchmarks,
        accounts=tuple(getattr(tables, "accounts", ())),
        responses=responses,
        shifts=over.shifts,
        team_shifts=over.team_shifts,
        effects=over.effects,
        splits=over.splits,
        scales=scales(tables),
    )


def _beside(
    tables: Mapping[str, Any], project: Project, history: pd.DataFrame, mine: Sequence[str], asked: Asked
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure what stands beside the period's values: each channel, and the response rates of scores."""
    one = partial(measure, tables, project, period=asked.period, team=asked.team, today=asked.today)
    channels = history[:0].assign(channel=None)
    if any("channel" in columns_of(frame) for frame in tables.values()):
        channels = one(kpis=mine, by=("channel",))
    rates = [name for name in response_rates(mine) if name not in mine]
    return channels, one(kpis=rates) if rates else history[:0]


def _over_time(
    tables: Mapping[str, Any], project: Project, kpis: Sequence[Kpi], history: pd.DataFrame, asked: Asked
) -> OverTime:
    """Give the verdicts on change and on decisions."""
    period, team, today = asked
    weeks = measured_weeks(tables, project, kpis, history, period=period, team=team, today=today)
    every = [series.kpi for series in weeks.own.values()]
    return over_time(weeks, project, kpis, period=period, team=team, why=explained(tables, project, every))


def _speaking_of(kpis: Collection[str], project: Project) -> tuple[Benchmark, ...]:
    """Return the published figures about some KPIs, those of the project's own panel among them."""
    published = load(extra=project.folder / "benchmarks")
    return tuple(figure for figure in latest(published) if any(map(figure.speaks_of, kpis)))


def looked_back_on(period: Period) -> set[str]:
    """Name the period and those before it, as many as a page looks back on."""
    named = [period]
    while len(named) < HISTORY[period.grain]:
        named.append(named[-1].previous())
    return {str(each) for each in named}
