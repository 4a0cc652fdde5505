"""How a target stands before and after its date, and what makes one a poor goal."""

from datetime import date

import numpy as np
import pytest

from kpitools.catalogue import find
from kpitools.findings import compare
from kpitools.findings.goals import outlook, warnings
from kpitools.findings.series import Points
from kpitools.periods import Period
from kpitools.project import Target, from_mapping

MONTHS = [820, 850, 880, 850, 845, 855, 850, 850]
"""Calls answered of 1000 in each month."""
FIRST = date(2026, 1, 5)
"""Monday of week 2."""


def weekly(values, *, log=False):
    """Make the points of weeks from 5 January 2026 on."""
    period = Period.containing(FIRST, "week")
    periods = [period]
    while len(periods) < len(values):
        periods.append(periods[-1].next())
    raw = np.array(values, dtype=float)
    return Points(tuple(periods), tuple(range(len(periods))), raw, np.log(raw) if log else raw, log, raw * np.nan)


def stands(kpi, value, points, *, by=date(2026, 12, 31), at_date=None, last=date(2026, 10, 31)):
    """Give the outlook of a target."""
    return outlook(Target(kpi=kpi, value=value, by=by, owner="x"), find(kpi), points, at_date, last)


@pytest.fixture
def steady():
    """Forty-three weeks up to 1 November of an answer rate of 85 %, give or take a point."""
    return weekly(0.85 + 0.01 * np.random.default_rng(5).standard_normal(43))


@pytest.mark.parametrize(("goal", "state"), [(0.80, "on_course"), (0.85, "at_risk"), (0.90, "missed")])
def test_a_steady_share_is_forecast_where_it_is(steady, goal, state):
    """Nine weeks ahead 85 % is still about 85 %: 80 % will be held, 90 % will not, and 85 % may go either way."""
    found = stands("answer_rate", goal, steady)
    assert found["outlook"] == state
    assert 0.82 < found["outlook_low"] < 0.85 < found["outlook_high"] < 0.88


def test_lower_is_better_turns_the_sides(steady):
    """A wait that is to fall under 80 s and stands at 85 s will miss it; under 90 s it is on course."""
    points = weekly(100 * steady.raw, log=True)
    assert stands("wait_time", 80, points)["outlook"] == "missed"
    assert stands("wait_time", 90, points)["outlook"] == "on_course"


def test_a_rising_share_is_seen_to_arrive():
    """From 70 % by half a point a week, give or take half a point: 43 weeks on it is at 91 %, nine later near 96 %."""
    rising = 0.70 + 0.005 * np.arange(43) + 0.005 * np.random.default_rng(6).standard_normal(43)
    assert stands("answer_rate", 0.94, weekly(rising))["outlook"] == "on_course"
    assert stands("answer_rate", 0.94, weekly(np.full(43, 0.85) + rising - rising.mean()))["outlook"] != "missed"


def test_a_forecast_never_leaves_the_range_of_the_kpi():
    """A share on its way up is at most 100 %."""
    rising = 0.80 + 0.005 * np.arange(40) + 0.003 * np.random.default_rng(7).standard_normal(40)
    assert stands("answer_rate", 0.99, weekly(rising))["outlook_high"] <= 1


@pytest.mark.parametrize(
    ("verdict", "state", "why"),
    [("inside", "reached", None), ("below", "missed", None), ("undetermined", None, "not_settled"),
     (None, None, "no_past_value")],
)  # fmt: skip
def test_once_its_date_is_over_the_verdict_of_that_period_stands(steady, verdict, state, why):
    """What the interval said in the period of the date is what the target came to; a forecast has no part in it."""
    found = stands("answer_rate", 0.8, steady, by=date(2026, 9, 30), at_date=verdict)
    assert (found["outlook"], found["outlook_why"]) == (state, why)


@pytest.mark.parametrize(
    ("kpi", "points", "by", "why"),
    [
        ("answer_rate", weekly([0.8, 0.9] * 4), date(2026, 3, 31), "too_few"),
        ("answer_rate", weekly([0.8, 0.9] * 10), date(2027, 12, 31), "too_far"),
        ("answer_rate", weekly([0.8] * 40), date(2026, 12, 31), "no_variation"),
        ("answer_rate", None, date(2026, 12, 31), "too_few"),
        ("answer_rate", weekly([0.8, 0.9] * 20), None, "no_date"),
        ("talk_time", weekly([80, 90] * 20, log=True), date(2026, 12, 31), "no_direction"),
    ],
)
def test_where_it_cannot_be_told_the_reason_is(kpi, points, by, why):
    """Too few weeks, a date beyond what they bear, weeks that never vary, no date, no direction: no outlook."""
    found = stands(kpi, 0.9 if kpi == "answer_rate" else 90, points, by=by, last=date(2026, 2, 28))
    assert (found["outlook"], found["outlook_why"]) == (None, why)


@pytest.fixture
def past(share):
    """Make the rows of some months of answer rates, out of 1000 calls each."""

    def make(*hits):
        months = [f"2026-{month:02d}" for month in range(1, len(hits) + 1)]
        return [share("answer_rate", month, n, 1000) for month, n in zip(months, hits, strict=True)]

    return make


@pytest.mark.parametrize(
    ("about", "hits", "code"),
    [
        ({"value": 0.9, "by": date(2026, 12, 31)}, MONTHS, "no_owner"),
        ({"value": 0.9, "owner": "x"}, MONTHS, "no_date"),
        ({"value": 0.9, "owner": "x", "by": date(2025, 12, 31)}, MONTHS, "past"),
        ({"value": 0.9, "owner": "x", "by": date(2026, 9, 15)}, MONTHS, "too_near"),
        ({"value": 0.7, "owner": "x", "by": date(2026, 12, 31)}, [850] * 8, "already_reached"),
        ({"value": 0.99, "owner": "x", "by": date(2026, 12, 31)}, [840, 850, 860, 850, 845, 855, 850, 850],
         "out_of_reach"),
        ({"value": 0.88, "owner": "x", "by": date(2026, 12, 31)}, MONTHS, None),
        ({"value": 0.99, "owner": "x", "by": date(2026, 12, 31)}, [850] * 3, None),
    ],
)  # fmt: skip
def test_a_poor_goal_is_warned_of(past, about, hits, code):
    """Each code for its reason alone; a sound target has none, and three months are no history to judge by."""
    found = list(
        warnings(Target(kpi="answer_rate", **about), find("answer_rate"), past(*hits), Period.parse("2026-08"))
    )
    assert found == ([code] if code else [])


def test_a_target_row_says_how_it_stands_and_how_many_weeks_would_decide(past, frame, tmp_path, steady):
    """August: 85 % of 1000 calls, target 86 %: undetermined; some 4 weeks' worth of calls more would decide."""
    target = {"kpi": "answer_rate", "value": 0.86, "by": date(2026, 12, 31), "owner": "x"}
    rows = frame(*past(*[850] * 8))
    found = compare(
        rows, from_mapping({"target": [target]}, tmp_path), (), period=Period.parse("2026-08"),
        levels={"answer_rate": steady},
    )  # fmt: skip
    row = found[found["against"] == "target"].iloc[0]
    assert (row["verdict"], row["outlook"], row["warnings"]) == ("undetermined", row["outlook"], None)
    assert row["outlook"] in ("at_risk", "missed")
    assert row["needed_weeks"] == np.ceil(row["needed_n"] / (1000 / 31 * 7))


def test_a_target_of_a_young_project_is_measurable(past):
    """Two weeks of a month that is not complete give a value: no export lacks the KPI; without any value it does."""
    young = [{**row, "complete": False} for row in past(820)]
    target, kpi, month = Target(kpi="answer_rate", value=0.9), find("answer_rate"), Period.parse("2026-08")
    assert tuple(warnings(target, kpi, young, month)) == ("no_owner", "no_date")
    assert tuple(warnings(target, kpi, [], month)) == ("no_owner", "no_date", "not_measurable")
