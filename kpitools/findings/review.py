"""All that a page says about one period, gathered once: measurements, trends, findings, accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import pandas as pd

from kpitools.benchmarks import Benchmark
from kpitools.findings.trend import Trend
from kpitools.kpi import Kpi
from kpitools.periods import Coverage, Period
from kpitools.project import Project

Change: TypeAlias = Literal["better", "worse", "moved", "usual", "unknown"]
HISTORY = {"day": 92, "week": 60, "month": 26, "quarter": 12}
"""How many periods back a page looks, by grain; every year there is."""


@dataclass(frozen=True, eq=False)
class Review:
    """One period of a project, or of one of its teams, ready to be worded.

    `kpis` are those that the project's report names and that can be measured, else all measurable ones; `unmeasured`
    the others with the reason (a code of `measure`, or "declared_only"). `current` and `history` are measure rows of
    the period and of those up to it, `channels` the rows of the period by channel. `findings` are rows of `compare`:
    the main statistic of each KPI, and further statistics where a benchmark speaks of them. `benchmarks` are
    those of `kpis`. `accounts` say what became of every row of every source. `days` counts the period's days
    that the data reach; `complete` says whether the period is over and all its days are reached.
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
    accounts: tuple[object, ...]
    coverage: Coverage
    complete: bool
    days: int

    def change(self, kpi: str) -> Change:
        """Say what may be claimed of a KPI's move since the previous period."""
        raise NotImplementedError


def last_closed(coverage: Coverage, grain: str, today: date) -> Period:
    """Return the last period that is over and whose days the data reach; else the last that has data."""
    raise NotImplementedError


def review(project: Project, period: str | None = None, team: str | None = None, today: date | None = None) -> Review:
    """Read, measure and compare one period of a project."""
    raise NotImplementedError
