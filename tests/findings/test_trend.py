"""The control chart of a KPI, and the place of its newest point."""

from datetime import date
from math import isnan, nan

import pytest

from kpitools.catalogue import find
from kpitools.findings import trend
from kpitools.periods import Period
from kpitools.project import Event

ALTERNATING = [0.80, 0.82] * 7
"""Mean 81 %, every moving range 2 points, so the limits are 81 +/- 2.66 x 2 = 75.68 to 86.32 %."""


@pytest.fixture
def history(measured, frame):
    """Make the monthly rows of the answer rate from January 2025 on."""

    def make(values, *, incomplete=(), kpi="answer_rate"):
        periods = [Period.parse("2025-01")]
        while len(periods) < len(values):
            periods.append(periods[-1].next())
        return frame(
            *(
                measured(kpi, str(period), value, complete=str(period) not in incomplete)
                for period, value in zip(periods, values, strict=True)
            )
        )

    return make


def _event(**given):
    """Make an event as the project file gives it, where dates are dates."""
    dates = {name: date.fromisoformat(given[name]) for name in ("from", "to") if name in given}
    return Event.model_validate({"title": "Something", **given, **dates})


def charted(rows, *events, kpi="answer_rate"):
    """Chart with events given as in a project file."""
    return trend(rows, find(kpi), [_event(**event) for event in events])


@pytest.mark.parametrize(
    ("newest", "place"), [(0.86, "usual"), (0.87, "outside_high"), (0.76, "usual"), (0.75, "outside_low")]
)
def test_the_newest_point_is_judged_by_the_earlier_ones(history, newest, place):
    """After fourteen months that alternate between 80 and 82 %, usual is 75.68 to 86.32 %."""
    found = charted(history([*ALTERNATING, newest]))
    assert found.newest == place
    assert (found.mean[-1], found.lower[-1], found.upper[-1]) == pytest.approx((0.81, 0.7568, 0.8632))
    assert found.flags[-1] == {"outside_high": "above_upper", "outside_low": "below_lower", "usual": ""}[place]


def test_the_newest_point_does_not_widen_the_limits(history):
    """The limits that are drawn are those that judge: they are the same whatever the newest point is."""
    calm, wild = charted(history([*ALTERNATING, 0.81])), charted(history([*ALTERNATING, 0.1]))
    assert calm.lower == wild.lower
    assert calm.upper == wild.upper


def test_twelve_earlier_points_are_needed(history):
    """With eleven nothing is said about the newest, with twelve it is."""
    assert charted(history([*ALTERNATING[:11], 0.5])).newest == "too_short"
    assert charted(history([*ALTERNATING[:12], 0.5])).newest == "outside_low"


def test_an_incomplete_newest_period_is_not_judged(history):
    """A month that is not over is shown, is neither usual nor unusual, and carries no flag."""
    found = charted(history([*ALTERNATING, 0.5], incomplete=["2026-03"]))
    assert found.newest is None
    assert found.values[-1] == 0.5
    assert not found.judged[-1]
    assert found.flags[-1] == ""


def test_an_incomplete_first_period_takes_no_part(history):
    """A first month of three days, far off, leaves the limits where they would be without it."""
    found = charted(history([0.1, *ALTERNATING, 0.81], incomplete=["2025-01"]))
    assert found.upper[-1] == pytest.approx(0.8632)


def test_a_gap_is_a_gap(history):
    """A month without value stays one, and its neighbours make no moving range across it."""
    found = charted(history([*ALTERNATING[:7], None, *ALTERNATING[7:], 0.81]))
    assert isnan(found.values[7])
    assert (found.lower[-1], found.upper[-1]) == pytest.approx((0.7568, 0.8632))


def test_days_left_out_take_no_part(history):
    """An outage from 10 to 12 March leaves March out: it is shown, and neither judged nor counted."""
    values = [*ALTERNATING, 0.81]
    values[2] = 0.2
    found = charted(history(values), {"from": "2025-03-10", "to": "2025-03-12"})
    assert not found.judged[2]
    assert found.values[2] == 0.2
    assert found.upper[-1] == pytest.approx((6 * 0.80 + 7 * 0.82) / 13 + 2.66 * 0.02)
    assert found.flags[2] == ""


def test_limits_start_afresh_at_a_restart(history):
    """After a move on 1 January 2026 only the months since then say what is usual, and two are too few."""
    found = charted(history([*ALTERNATING[:12], 0.6, 0.62]), {"from": "2026-01-01", "effect": "restart"})
    assert found.newest == "too_short"
    assert found.restarts == (Period.parse("2026-01"),)
    assert found.upper[11] == pytest.approx(0.8632)
    assert found.mean[12] != found.mean[11]


def test_a_month_split_by_a_restart_takes_no_part(history):
    """A move on 15 January makes January part old, part new; February is the first of the new."""
    found = charted(history([*ALTERNATING[:12], 0.3, 0.62]), {"from": "2026-01-15", "effect": "restart"})
    assert not found.judged[12]
    assert found.restarts == (Period.parse("2026-02"),)
    assert found.upper[0] == pytest.approx(0.8632)


def test_limits_stay_within_what_the_kpi_can_be(history):
    """A share near 100 % has no limit above it, and a wait none below zero."""
    assert charted(history([0.99, 0.95] * 7 + [0.97])).upper[-1] == 1
    waits = charted(history([5.0, 25.0] * 7 + [15.0], kpi="wait_time"), kpi="wait_time")
    assert waits.lower[-1] == 0


def test_an_empty_history_has_an_empty_chart(history):
    """Nothing measured, nothing drawn, nothing judged."""
    found = charted(history([0.8] * 3), kpi="nps")
    assert found.periods == ()
    assert found.newest is None


@pytest.mark.parametrize("values", [[0.8], [0.8, 0.81], [nan, nan, nan], [0.8, nan]])
def test_a_short_series_is_drawn_without_limits_that_judge(history, values):
    """One, two or no points: as many entries as periods, and no claim."""
    found = charted(history(values))
    assert len(found.periods) == len(found.upper) == len(found.flags) == len(values)
    assert found.newest in {None, "too_short"}
