"""Where a figure comes from: the newest period and the one before, apart by a segment or by day."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.findings.reference import Measured, against_estimate
from kpitools.measure.rows import records
from kpitools.stats.intervals import critical_value

if TYPE_CHECKING:
    from kpitools.explore.answer import Answer

LEVEL = 0.95
COLUMNS = ("value", "low", "high", "n", "before", "difference", "difference_low", "difference_high", "reason")


def by_segment(answer: "Answer", segment: str) -> pd.DataFrame:
    """Measure the newest period and the one before apart by the values of a segment.

    Returns:
        A row for each value of the segment, in alphabetical order and never ranked: the segment, then `COLUMNS`, the
        value with its interval and n, the value `before`, and the difference with its 95 % interval.

    Raises:
        UserError: the project has no such segment.
    """
    answer.desk.values(segment)
    question = answer.question
    rows = answer.desk.measured([question.kpi], question.newest.grain, (segment,), question.where)
    kept = question.where_holds(rows) & (rows["statistic"] == question.kpi.statistic) & rows[segment].notna()
    rows = rows[kept]
    before = {row[segment]: row for row in records(rows[rows["period"] == str(question.newest.previous())])}
    now = records(rows[rows["period"] == str(question.newest)])
    made = [{segment: row[segment], **_held(row, before.get(row[segment]))} for row in now if row["n"]]
    return pd.DataFrame(made, columns=[segment, *COLUMNS])


def by_day(answer: "Answer") -> pd.DataFrame:
    """Measure every day of the newest period, and hold each against the same weekday a week before.

    Returns:
        A row for each day that has data: `day`, then `COLUMNS`.
    """
    question = answer.question
    rows = answer.desk.measured([question.kpi], "day", where=question.where)
    rows = rows[question.where_holds(rows) & (rows["statistic"] == question.kpi.statistic)]
    start = pd.to_datetime(rows["start"])
    known = {row["period"]: row for row in records(rows)}
    within = (start >= pd.Timestamp(question.newest.start)) & (start <= pd.Timestamp(question.newest.end))
    made = []
    for row in records(rows[within]):
        week_before = str((pd.Timestamp(row["period"]) - pd.Timedelta(days=7)).date())
        if row["n"]:
            made.append({"day": row["period"], **_held(row, known.get(week_before))})
    return pd.DataFrame(made, columns=["day", *COLUMNS])


def sure(row: Mapping[str, Any], among: int) -> bool:
    """Say whether a change is more than chance makes of any of so many that are looked at together.

    Its 95 % interval is widened to what all of them have in common (Bonferroni): where nothing has changed, at most one
    view in twenty shows a change that seems sure.
    """
    if row["difference_low"] is None:
        return False
    wider = float(critical_value(1 - (1 - LEVEL) / among) / critical_value(LEVEL))
    change, low, high = (row[name] for name in ("difference", "difference_low", "difference_high"))
    return bool(change - wider * (change - low) > 0 or change + wider * (high - change) < 0)


def _held(row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """Hold a row against an earlier one: both values, and their difference with its interval."""
    then = Measured.of(before) if before else None
    held = against_estimate(Measured.of(row), then)
    numbers = {name: row[name] for name in ("value", "low", "high", "n", "reason")}
    moved = {name: getattr(held, name) for name in ("difference", "difference_low", "difference_high")}
    return {**numbers, "before": before["value"] if before else None, **moved}
