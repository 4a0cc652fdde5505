"""Targets with a date: on course, at risk or missed by a forecast interval, and checks of the target itself."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import exp, inf, isnan, nan
from typing import Any, TypeAlias

from kpitools.findings.reference import number
from kpitools.findings.series import Points
from kpitools.findings.shapes import Outlook
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Target
from kpitools.stats.forecast import LEAST, forecast

Row: TypeAlias = dict[str, Any]
LEVEL = 0.80
"""The forecast interval: a target beyond it is met, or missed, nine times in ten."""
LAST = 4
"""Weeks up to the date, over whose mean the target is to be met: one week would be chance."""
ENOUGH = 6
"""Whole periods of history from which it is said that a target asks nothing new, or too much."""

WHY_NO_OUTLOOK = {
    "no_date": "the target has no date",
    "no_direction": "neither higher nor lower is better by itself",
    "not_settled": "at its date the interval held the target, so neither reached nor missed is certain",
    "no_past_value": "the period of its date has no value to judge",
    "too_few": "fewer than ten weeks since the last change: no drift can be told",
    "too_far": "the date is further away than the weeks reach back",
    "seasonal": "the KPI follows the seasons, which the forecast does not know",
    "no_variation": "the weeks never differed, so nothing tells how far they may",
}
"""The closed list of `outlook_why`: the reasons that there is no outlook."""


def outlook(target: Target, kpi: Kpi, points: Points | None, at_date: str | None, last: date) -> Row:
    """Say how a target stands: the columns `outlook`, `outlook_low`, `outlook_high` and `outlook_why` of `compare`.

    A target whose date is over is reached or missed by the verdict of the period in which the date fell (`at_date`,
    against the target's threshold). Before its date the mean of the four weeks up to it is forecast from the
    weeks since the last change of level (`points`), by a level and a drift with correlated errors (`stats.forecast`):
    on course where the 80 % interval lies wholly on the good side, missed where it lies wholly on the other, else at
    risk. `last` is the last day of the reported period.
    """
    if kpi.better not in ("higher", "lower"):
        return _row(why="no_direction")
    if target.by is None:
        return _row(why="no_date")
    if target.by <= last:
        states: dict[str | None, Outlook] = {"inside": "reached", "below": "missed", "above": "missed"}
        found = states.get(at_date)
        return _row(found, why=None if found else "not_settled" if at_date else "no_past_value")
    return _forecast(target, kpi, points)


def _row(state: Outlook | None = None, low: float = nan, high: float = nan, why: str | None = None) -> Row:
    return {"outlook": state, "outlook_low": low, "outlook_high": high, "outlook_why": why}


def _forecast(target: Target, kpi: Kpi, points: Points | None) -> Row:
    if kpi.statistic == "count":
        return _row(why="seasonal")
    if points is None or not points.periods:
        return _row(why="too_few")
    assert target.by is not None  # noqa: S101 - the caller has asked
    first = points.periods[0].start
    at = [(period.start - first).days // 7 for period in points.periods]
    end = (target.by - first).days // 7
    ahead = [step for step in range(end - LAST + 1, end + 1) if step > at[-1]] or [at[-1] + 1]
    if ahead[-1] - at[-1] > len(at):
        return _row(why="too_far" if len(at) >= LAST else "too_few")
    made = forecast(at, points.y, ahead)
    if made is None:
        return _row(why="too_few" if len(at) < LEAST else "no_variation")
    bottom, top = (bound if bound is not None else open_ for bound, open_ in zip(kpi.bounds, (-inf, inf), strict=True))
    ends = (float(end) for end in made.estimate(LEVEL)[1:])
    low, high = (min(max(exp(end) if points.log else end, bottom), top) for end in ends)
    return _row(_state(low, high, target.value, kpi), low, high)


def _state(low: float, high: float, goal: float, kpi: Kpi) -> Outlook:
    worst, best = (low, high) if kpi.better == "higher" else (-high, -low)
    wanted = goal if kpi.better == "higher" else -goal
    return "on_course" if worst >= wanted else "missed" if best < wanted else "at_risk"


def warnings(target: Target, kpi: Kpi, past: Sequence[Row], period: Period) -> Iterator[str]:
    """Name what makes a target a poor goal (codes of `shapes.SMART`), from the measure rows of the periods before.

    It asks nothing new where the interval of every whole period lies beyond it, and is out of reach where the best
    bound of them all is further from it than the best and the worst value are from each other.
    """
    yield from (code for code, wrong in (
        ("no_direction", kpi.better not in ("higher", "lower")), ("no_owner", not target.owner),
        ("no_date", target.by is None),
    ) if wrong)  # fmt: skip
    known = [row for row in past if not isnan(number(row["value"]))]
    whole = [row for row in known if row["complete"]]
    if not known:
        yield "not_measurable"
    if not whole:
        return
    if target.by is not None:
        if target.by < whole[0]["start"]:
            yield "past"
        elif period.end < target.by < period.next().end:
            yield "too_near"
    if kpi.better in ("higher", "lower") and len(whole) >= ENOUGH:
        yield from _against_history(target.value, kpi, whole)


def _against_history(goal: float, kpi: Kpi, whole: Sequence[Row]) -> Iterator[str]:
    sign = 1 if kpi.better == "higher" else -1
    ends = [sorted(sign * number(row[name]) for name in ("low", "high")) for row in whole]
    values = [number(row["value"]) for row in whole]
    if any(isnan(end) for pair in ends for end in pair):
        return
    if min(low for low, _ in ends) >= sign * goal:
        yield "already_reached"
    elif sign * goal - max(high for _, high in ends) > max(values) - min(values):
        yield "out_of_reach"
