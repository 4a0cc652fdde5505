"""Where a figure comes from: the newest period and the one before, apart by a segment or by day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import pi, sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.findings.reference import Measured, against_estimate
from kpitools.measure.rows import records
from kpitools.stats.intervals import critical_value

if TYPE_CHECKING:
    from kpitools.explore.answer import Answer

LEVEL = 0.95
SPREAD = sqrt(pi / 2)
"""The standard deviation of changes of a mean size of one, where chance makes them."""
FREEDOM = 0.62
"""Degrees of freedom that each change adds to what their mean size tells: the next takes after it."""
LEAST = 10
"""Earlier changes that are needed to know what is usual."""
COLUMNS = (
    "value", "low", "high", "n", "before", "difference", "difference_low", "difference_high", "usual_change",
    "earlier_changes", "reason",
)  # fmt: skip


def by_segment(answer: "Answer", segment: str) -> pd.DataFrame:
    """Measure the newest period and the one before apart by the values of a segment.

    Returns:
        A row for each value of the segment, in alphabetical order and never ranked: the segment, then `COLUMNS`, the
        value with its interval and n, the value `before`, the difference with its 95 % interval, and the mean size of
        earlier changes with how many they are.

    Raises:
        UserError: the project has no such segment.
    """
    answer.desk.values(segment)
    question = answer.question
    rows = answer.desk.measured([question.kpi], question.newest.grain, (segment,), question.where)
    kept = question.where_holds(rows) & (rows["statistic"] == question.kpi.statistic) & rows[segment].notna()
    rows = rows[kept]
    made, last = [], str(question.newest.previous())
    for value, series in rows.sort_values("start").groupby(segment):
        past = [each for each in records(series) if each["start"] <= question.newest.start.isoformat()]
        if past and past[-1]["period"] == str(question.newest) and past[-1]["n"]:
            made.append({segment: value, **_held(past.pop(), past, last)})
    return pd.DataFrame(made, columns=[segment, *COLUMNS])


def by_day(answer: "Answer") -> pd.DataFrame:
    """Measure every day of the newest period, and hold each against the same weekday a week before.

    Returns:
        A row for each day that has data: `day`, then `COLUMNS`.
    """
    question = answer.question
    rows = answer.desk.measured([question.kpi], "day", where=question.where)
    rows = rows[question.where_holds(rows) & (rows["statistic"] == question.kpi.statistic)]
    made, days = [], records(rows.sort_values("start"))
    for place, row in enumerate(days):
        day = date.fromisoformat(row["period"])
        if question.newest.start <= day <= question.newest.end and row["n"]:
            past = [each for each in days[:place] if date.fromisoformat(each["period"]).weekday() == day.weekday()]
            made.append({"day": row["period"], **_held(row, past, str(day - timedelta(days=7)))})
    return pd.DataFrame(made, columns=["day", *COLUMNS])


def sure(row: Mapping[str, Any], among: int) -> bool:
    """Say whether a change is more than chance makes of any of so many that are looked at together (Bonferroni).

    It is held against the earlier changes of the same part, as a chart of individual values does (their mean size tells
    their spread, the less surely the fewer they are); where there are too few of those, its 95 % interval, widened,
    must leave out zero.
    """
    if row["difference_low"] is None:
        return False
    level, change = 1 - (1 - LEVEL) / among, row["difference"]
    if row["usual_change"] is not None:
        reach = critical_value(level, FREEDOM * row["earlier_changes"])
        return bool(abs(change) > reach * SPREAD * row["usual_change"])
    wider = float(critical_value(level) / critical_value(LEVEL))
    low, high = row["difference_low"], row["difference_high"]
    return bool(change - wider * (change - low) > 0 or change + wider * (high - change) < 0)


def _held(row: dict[str, Any], past: Sequence[dict[str, Any]], last: str) -> dict[str, Any]:
    """Hold a row against that of the period `last`: both values, their difference, its interval, and what is usual."""
    before = next((each for each in past if each["period"] == last), None)
    held = against_estimate(Measured.of(row), Measured.of(before) if before else None)
    numbers = {name: row[name] for name in ("value", "low", "high", "n", "reason")}
    moved = {name: getattr(held, name) for name in ("difference", "difference_low", "difference_high")}
    return {**numbers, "before": before["value"] if before else None, **moved, **_usual(row, before, past)}


def _usual(row: dict[str, Any], before: dict[str, Any] | None, past: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean size of earlier changes, or more where there are fewer cases than then; None of too few."""
    known = [each for each in past if each["value"] is not None and each["n"]]
    earlier = max(0, len(known) - 1)
    if earlier < LEAST or not before or not before["n"]:
        return {"usual_change": None, "earlier_changes": earlier}
    noise = fmean(1 / old["n"] + 1 / new["n"] for old, new in pairwise(known))
    fewer = (1 / before["n"] + 1 / row["n"]) / noise
    size = fmean(abs(new["value"] - old["value"]) for old, new in pairwise(known))
    return {"usual_change": size * sqrt(max(1.0, fewer)), "earlier_changes": earlier}
