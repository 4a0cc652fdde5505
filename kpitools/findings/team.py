"""What a team looks at together: its period, apart by segment, by hour, and beside the other teams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from kpitools.findings.compare import Row, framed
from kpitools.findings.hours import Hours, hours
from kpitools.findings.peers import Gain, Peers, gains, peer_rows, peers
from kpitools.findings.review import Review, review_tables
from kpitools.kpi import Kpi
from kpitools.measure import measure
from kpitools.measure.store import opened
from kpitools.measure.tally import columns_of
from kpitools.project import Project
from kpitools.sources.systems import resolved

MOST = 12
"""Values of a segment that are shown, those with the most cases; a table of more is not read."""


@dataclass(frozen=True, eq=False)
class Team:
    """The review of a team (or of the whole service), and what is looked at closer.

    `segments` holds for each segment the rows of `measure` of the period by its values; `hours` when calls went
    unanswered; `peers` each KPI compared between teams, and `gains` who changed since the period before. These two are
    of all teams, whichever one the page is about.
    """

    review: Review
    segments: Mapping[str, pd.DataFrame]
    hours: Hours | None
    peers: Mapping[str, Peers]
    gains: Mapping[str, tuple[Gain, ...]]


def team_review(
    project: Project, period: str | None = None, team: str | None = None, today: date | None = None
) -> Team:
    """Read a project, and gather what a team's own page needs; raises as `review` does."""
    project = resolved(project)
    tables = opened(project)
    found = review_tables(tables, project, period, team, today)
    at, kpis = found.period, found.kpis
    wanted = [key for key in project.segments if key != "team"]
    known = frozenset[str]().union(*(columns_of(frame) for frame in tables.values()))
    rows = partial(measure, tables, project, kpis=kpis, period=at, team=found.team, today=found.today)
    compared = {kpi.name: peers(tables, project, kpi, at) for kpi in kpis}
    return Team(
        review=found,
        segments={key: _valued(rows(by=(key,)), key, kpis) for key in wanted if key in known},
        hours=hours(tables, project, at, found.team),
        peers={name: one for name, one in compared.items() if one is not None},
        gains={kpi.name: gains(tables, project, kpi, (at.previous(), at)) for kpi in kpis if compared[kpi.name]},
    )


def with_peers(review: Review, tables: Mapping[str, Any]) -> pd.DataFrame:
    """Add to the findings of a review how its teams stand among each other, fairly: `against` is peers, a row a team.

    Of a team's review, that team alone, and no verdict on a period that is not over. A column `team` says which one a
    row is about, null for all together.
    """
    compared = ((peers(tables, review.project, kpi, review.period), kpi) for kpi in review.kpis)
    rows: list[Row] = [row for found, kpi in compared if found for row in _records(peer_rows(found, kpi))]
    whole = {"complete": review.complete} | ({} if review.complete else {"verdict": None, "why": "incomplete"})
    mine = [row | whole for row in rows if review.team in (None, row["team"])]
    before = review.findings.assign(team=review.team)
    return framed([*_records(before), *mine], dict.fromkeys(["kpi", "team", *before.columns]))


def _records(rows: pd.DataFrame) -> list[Row]:
    return rows.to_dict("records")  # type: ignore[return-value]


def _valued(rows: pd.DataFrame, segment: str, kpis: Iterable[Kpi]) -> pd.DataFrame:
    """Keep the main statistic of each KPI, and the values of a segment that have the most cases."""
    main = {(kpi.name, kpi.statistic) for kpi in kpis}
    mine = pd.Series([pair in main for pair in zip(rows["kpi"], rows["statistic"], strict=True)], index=rows.index)
    here = rows[mine & rows[segment].notna() & rows["category"].isna()]
    cases = here.groupby(segment)["n"].max().sort_values(ascending=False, kind="stable")
    return here[here[segment].isin(cases.index[:MOST])].reset_index(drop=True)
