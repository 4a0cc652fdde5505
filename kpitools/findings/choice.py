"""What a report is about: its period, its team, its KPIs; what is impossible is refused with the nearest possible."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from kpitools.catalogue import KPIS, measurable
from kpitools.errors import PeriodError, ReportError, require_known
from kpitools.kpi import Kpi
from kpitools.measure import require_coverage
from kpitools.measure.tally import collected, columns_of, to_engine
from kpitools.periods import GRAINS, Coverage, Period, require_own, span
from kpitools.project import Project

NOTEBOOK = "periodic_report"
SAME_CALLS = ("handled_rate", "abandonment_rate")
"""KPIs that a page carries only where its project names them: they are the answer rate in other words."""


class Asked(NamedTuple):
    """What a review is about, and the day on which it is made."""

    period: Period
    team: str | None
    today: date

    def within(self, coverage: Coverage) -> dict[str, Any]:
        """Return what a review says of itself: its period, team and day, and how far the data reach into it."""
        complete, days = coverage.complete(self.period, self.today), days_reached(self.period, coverage)
        return {**self._asdict(), "coverage": coverage, "complete": complete, "days": days}


def asked_of(
    tables: Mapping[str, Any], project: Project, period: str | None, team: str | None, today: date | None,
    *, grain: str = "month",
) -> Asked:  # fmt: skip
    """Say what is asked of tables: a period as by `choose_period`, a team that they name, a day or the project's."""
    day = today or project.today()
    chosen = choose_period(period, require_coverage(tables), grain, day, project.calendar.fiscal_year_starts)
    require_team(team, tables, project)
    return Asked(chosen, team or None, day)


def last_closed(coverage: Coverage, grain: str, today: date, fiscal_start: int | None = None) -> Period:
    """Return the last period that is over and whose days the data reach.

    Where there is none, the last that is over and has data; where none is over, the last that has data.
    """
    periods = span(coverage.first, coverage.last, grain, fiscal_start)
    whole = [period for period in periods if coverage.complete(period, today)]
    over = [period for period in periods if period.end < today]
    return (whole or over or periods)[-1]


def choose_period(
    text: str | None, coverage: Coverage, grain: str, today: date, fiscal_start: int | None = None
) -> Period:
    """Read a period: ISO text, or a grain (`week`) for the last closed one; without text, the last closed of `grain`.

    `fiscal_start` is the month in which the fiscal years of the project start. Raises `PeriodError` for a text that is
    no period and for a period that the data do not reach; the message names one that would do.
    """
    if not text or text in GRAINS:
        return last_closed(coverage, text or grain, today, fiscal_start)
    try:
        wanted = Period.parse(text)
    except PeriodError as wrong:
        grain = _grain_meant(text, grain)
        nearest = last_closed(coverage, grain, today, fiscal_start)
        raise PeriodError(f"{wrong} The last closed {_said(grain)} is {nearest}.") from None
    require_own(wanted, fiscal_start)
    periods = span(coverage.first, coverage.last, wanted.grain, fiscal_start)
    if wanted not in periods:
        nearest = periods[0] if wanted < periods[0] else last_closed(coverage, wanted.grain, today, fiscal_start)
        raise PeriodError(
            f"There are no data for {wanted}: they run from {coverage.first} to {coverage.last}. "
            f"The nearest {_said(wanted.grain)} to report on is {nearest}."
        )
    return wanted


def days_reached(period: Period, coverage: Coverage) -> int:
    """Return how many days of a period the data reach."""
    first, last = max(period.start, coverage.first), min(period.end, coverage.last)
    return max(0, (last - first).days + 1)


def _grain_meant(text: str, otherwise: str) -> str:
    marks = {"w": "week", "q": "quarter"}
    return next((grain for mark, grain in marks.items() if mark in text.lower()), otherwise)


def _said(grain: str) -> str:
    return grain.replace("_", " ")


def require_values(history: pd.DataFrame, period: Period, team: str | None) -> None:
    """Refuse a period in which nothing was measured; one whose values are only hidden is no such period."""
    there = (history["n"] > 0) | (history["n"].isna() & history["value"].notna())
    known = set(history.loc[there | history["suppressed"], "period"])
    if str(period) in known:
        return
    if not known:
        raise ReportError(f"No KPI can be measured from these exports. {_lacking(history)}".rstrip())
    whose = f" of team {team!r}" if team else ""
    near = sorted((Period.parse(text) for text in known), key=lambda other: abs((other.start - period.start).days))
    nearest = f"The nearest {_said(period.grain)} with data is {near[0]}."
    raise PeriodError(f"There are no data{whose} for {period}. {nearest}")


def _lacking(history: pd.DataFrame) -> str:
    """Name the columns for want of which KPIs have no value."""
    rows = history[["kpi", "reason"]].drop_duplicates()
    parts = rows["reason"].astype(str).str.partition(":")
    lacking = rows.assign(column=parts[2])[parts[0] == "missing_column"]
    return " ".join(f"{kpi} lacks the column {column}." for kpi, column in lacking[["kpi", "column"]].to_numpy())


def require_team(team: str | None, tables: Mapping[str, Any], project: Project) -> None:
    """Refuse a team that no row names: the one asked for, and those that the project file names."""
    named = {"team": [team or None]}
    named["team of a target"] = [target.team for target in project.targets]
    named["team of a decision"] = [decision.team for decision in project.decisions]
    named["team of a schedule"] = [name for own in project.calendar.schedule for name in own.team or ()]
    if any(each for wanted in named.values() for each in wanted):
        known = teams(tables)
        for what, wanted in named.items():
            for each in wanted:
                if each is not None:
                    require_known(each, known, what, ReportError)


def teams(tables: Mapping[str, Any]) -> list[str]:
    """Return the teams that the tables name, in alphabetical order."""
    return values_of(tables, "team")


def values_of(tables: Mapping[str, Any], segment: str) -> list[str]:
    """Return the values of a segment that the tables name, in alphabetical order."""
    found: set[str] = set()
    for frame in tables.values():
        if segment in columns_of(frame):
            named = to_engine(frame).select(segment).filter(~nw.col(segment).is_null()).unique()
            found |= set(collected(named)[segment].astype(str))
    return sorted(found)


def scales(tables: Mapping[str, Any]) -> dict[str, float]:
    """Return the top of the scale on which each question of the surveys was answered, where all were on the same."""
    frame = tables.get("surveys")
    if frame is None or not {"kind", "scale_max"} <= set(columns_of(frame)):
        return {}
    named = to_engine(frame).select("kind", "scale_max").filter(~nw.col("scale_max").is_null()).unique()
    tops: dict[str, set[float]] = {}
    for kind, top in collected(named)[["kind", "scale_max"]].itertuples(index=False, name=None):
        tops.setdefault(str(kind), set()).add(float(top))
    return {kind: found.pop() for kind, found in tops.items() if len(found) == 1}


def choose_kpis(project: Project, able: Iterable[str] = (), notebook: str = NOTEBOOK) -> tuple[str, ...]:
    """Name the KPIs of the project's first report with this notebook; all those `able` where it names none.

    Response rates are then left to stand beside their scores, and what says the same of the same calls as the answer
    rate is left out.
    """
    named: Iterable[str] = next((r.kpis for r in project.reports if r.notebook == notebook and r.kpis), ())
    beside = {*response_rates(KPIS), *SAME_CALLS}
    every = [name for name in tuple(able) or tuple(kpi.name for kpi in measurable()) if name not in beside]
    return tuple(dict.fromkeys(named)) or tuple(every)


def response_rates(kpis: Iterable[str]) -> tuple[str, ...]:
    """Name the response rates of the scores among some KPIs."""
    return tuple(rate for name in kpis if (rate := f"{name}_response_rate") in KPIS)


def split_measured(history: pd.DataFrame, project: Project) -> tuple[tuple[Kpi, ...], tuple[tuple[str, str], ...]]:
    """Tell the KPIs that have a value somewhere from those that have none, with the last reason why."""
    measured, unmeasured = [], []
    for name in history["kpi"].unique():
        rows = history[(history["kpi"] == name) & (history["statistic"] == project.kpi(name).statistic)]
        if rows["value"].notna().any():
            measured.append(project.kpi(name))
        else:
            unmeasured.append((str(name), str(rows.sort_values("start")["reason"].iloc[-1])))
    return tuple(measured), tuple(unmeasured)
