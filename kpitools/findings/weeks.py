"""The weeks on which verdicts over time rest, whatever period a page is about: of the whole, or of each team.

Why weeks: a step needs three points after it to be told from chance, so that months see nothing of the last quarter;
26 months find a step of 1 sd (of their own) in about a third of cases, 56 weeks in four fifths (`docs/method.md`).
Days would follow weekdays. A KPI that has no weeks, as monthly figures have none, is judged by the page's own periods.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kpitools.findings.series import Points, Series, points, series
from kpitools.kpi import Kpi
from kpitools.measure import measure
from kpitools.measure.tally import columns_of
from kpitools.periods import Period
from kpitools.project import Project

MOST = 60
"""Points that a verdict looks back on: a year and some weeks."""
LEAST = 10


@dataclass(frozen=True, eq=False)
class Weeks:
    """Series of each KPI over weeks: of what the page is about (`own`), and of each team by its name.

    `rows` are the measure rows by team, which hold the numerators and denominators that pooling takes.
    """

    own: Mapping[str, Series]
    teams: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


def weeks(
    tables: Mapping[str, Any], project: Project, kpis: Sequence[Kpi], history: pd.DataFrame,
    *, team: str | None, today: Any, apart: bool,  # noqa: ANN401 - a day
) -> Weeks:  # fmt: skip
    """Measure the weeks of some KPIs; `history` holds the page's own periods, `apart` asks for each team by itself."""
    asked = {"kpis": [kpi.name for kpi in kpis], "every": "week", "today": today}
    rows = measure(tables, project, team=team, **asked)
    own = {kpi.name: finest(kpi, rows, history, project) for kpi in kpis}
    if not apart or not any("team" in columns_of(frame) for frame in tables.values()):
        return Weeks(own)
    rows = measure(tables, project, by=("team",), **asked)
    rows = rows[rows["team"].notna()]
    teams = {
        str(name): {kpi.name: series(part, kpi, project.events) for kpi in kpis} for name, part in rows.groupby("team")
    }
    return Weeks(own, teams, rows)


def finest(kpi: Kpi, weekly: pd.DataFrame, history: pd.DataFrame, project: Project) -> Series:
    """Return the series of weeks, or that of the page's own periods where only they can be judged."""
    found = series(weekly, kpi, project.events)
    own = series(history, kpi, project.events)
    return own if sum(found.judged) < LEAST <= sum(own.judged) else found


def recent(of: Series, last: Period, most: int = MOST) -> Points:
    """Return the points of a series up to the end of a period: what came later is not looked at."""
    return points(of).upto(last, most)


def pooled(rows: pd.DataFrame, teams: Iterable[str], kpi: Kpi) -> pd.DataFrame:
    """Return the measure rows of some teams together: numerators and denominators added up, a row a week.

    A week in which one of them is not shown is left out: what is hidden must not be worked out.
    """
    mine = rows[(rows["kpi"] == kpi.name) & (rows["statistic"] == kpi.statistic) & rows["team"].isin(list(teams))]
    keys = ["kpi", "statistic", "period", "start", "complete"]
    found = mine.groupby(keys, as_index=False, sort=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), hidden=("suppressed", "any")
    )
    scale = 100.0 if kpi.statistic == "score" else 1.0
    value = scale * found["numerator"] / found["denominator"].where(found["denominator"] > 0)
    counted = found["numerator"].where(found["numerator"] > 0) if kpi.statistic == "count" else value
    return found.assign(value=counted.mask(found["hidden"].astype(bool)))
