"""Which points of a series are judged, and on which scale: amounts as logarithms, counts against the year before."""

from datetime import date
from math import log

import numpy as np
import pytest

from kpitools.catalogue import find
from kpitools.findings.series import points, series
from kpitools.findings.weeks import pooled
from kpitools.periods import Period
from kpitools.project import Event


@pytest.fixture
def weeks(measured, frame):
    """Make the rows of weeks from 6 January 2025 on."""

    def make(kpi, values, **changed):
        period, rows = Period.parse("2025-W02"), []
        for place, value in enumerate(values):
            rows.append(measured(kpi, str(period), value, **changed.get(f"w{place}", {})))
            period = period.next()
        return frame(*rows)

    return make


def event(effect, first, last=None):
    """Make an event of the project file."""
    return Event.model_validate({"from": first, "to": last, "title": "x", "effect": effect})


def test_an_amount_is_compared_as_a_logarithm_and_a_share_as_it_is(weeks):
    """A wait of 0 s counts as half a second, for want of a logarithm of zero; by the kind of KPI, not by the data."""
    share = points(series(weeks("answer_rate", [0.8, 0.9]), find("answer_rate")))
    wait = points(series(weeks("wait_time", [0.0, 40.0]), find("wait_time")))
    assert share.y.tolist() == [0.8, 0.9]
    assert wait.y.tolist() == pytest.approx([log(0.5), log(40)])
    assert wait.raw.tolist() == [0, 40]


def test_a_count_is_compared_with_the_same_week_of_the_year_before(weeks):
    """Of 60 weeks eight have one; twice as many contacts as a year earlier is log 2, whatever the season did."""
    season = [1000 + 300 * np.sin(week / 52 * 2 * np.pi) for week in range(52)]
    found = points(series(weeks("volume", [*season, *(2 * n for n in season[:8])]), find("volume")))
    assert [str(period) for period in found.periods][:2] == ["2026-W02", "2026-W03"]
    assert found.y.tolist() == pytest.approx([log(2)] * 8)


def test_gaps_incomplete_weeks_and_days_to_leave_out_take_no_part(weeks):
    """Their places stay: the others keep their distance in time."""
    rows = weeks("answer_rate", [0.8, None, 0.82, 0.83, 0.84, 0.85], w5={"complete": False})
    found = points(series(rows, find("answer_rate"), [event("leave out", date(2025, 1, 28), date(2025, 1, 29))]))
    assert found.raw.tolist() == [0.8, 0.82, 0.84]
    assert np.isnan(found.spaced).tolist() == [False, True, False, True, False]
    assert [found.nearest(place) for place in (0, 2, 4)] == [0, 1, 2]


def test_a_restart_begins_a_new_series(weeks):
    """From a Wednesday on: its own week is part old, part new, and what came before it is another level."""
    rows = weeks("answer_rate", [0.5, 0.5, 0.6, 0.8, 0.81])
    found = points(series(rows, find("answer_rate"), [event("restart", date(2025, 1, 22))]))
    assert found.raw.tolist() == [0.8, 0.81]


def test_what_came_after_the_reported_period_is_not_looked_at(weeks):
    """Up to January: the week that runs into February is left to February."""
    found = points(series(weeks("answer_rate", [0.8] * 8), find("answer_rate"))).upto(Period.parse("2025-01"), 60)
    assert [str(period) for period in found.periods] == ["2025-W02", "2025-W03", "2025-W04"]


def test_a_step_of_a_logarithm_becomes_a_difference_in_seconds(weeks):
    """From 50 s up by a fifth to 60 s: a step of log 1.2 that led to 60 s is 10 s."""
    found = points(series(weeks("wait_time", [50.0, 60.0]), find("wait_time")))
    assert found.size(log(1.2), 60.0) == pytest.approx(10.0)


def test_teams_are_pooled_by_their_sums_and_a_hidden_one_hides_the_week(measured, frame):
    """30 of 40 and 50 of 60 are 80 of 100; in the second week one team is not shown, so the sum is not either."""
    rows = frame(
        measured("answer_rate", "2025-W02", 0.75, team="A", numerator=30, denominator=40),
        measured("answer_rate", "2025-W02", 50 / 60, team="B", numerator=50, denominator=60),
        measured("answer_rate", "2025-W02", 0.1, team="C", numerator=1, denominator=10),
        measured("answer_rate", "2025-W03", 0.75, team="A", numerator=30, denominator=40),
        measured("answer_rate", "2025-W03", None, team="B", suppressed=True),
    )
    found = pooled(rows, ["A", "B"], find("answer_rate"))
    assert found["value"].tolist()[0] == pytest.approx(0.8)
    assert np.isnan(found["value"].tolist()[1])
