"""A team's inbound calls with what became of them, those out of hours included."""

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, calendar
from kpitools.simulate.contacts import OUT_OF_HOURS, Columns, expected_a_day, stack, table
from kpitools.simulate.queueing import meet, offer
from kpitools.simulate.staffing import on_duty
from kpitools.simulate.world import Floats, Ints


def calls(rng: np.random.Generator, team: int, contacts_per_month: int, luck: Floats) -> Columns:
    """Simulate a team's inbound calls: those of opening hours through the queue, and those out of hours."""
    expected = expected_a_day(team, w.PHONE, contacts_per_month)
    offered = offer(rng, team, expected * luck)
    duty = on_duty(rng, team, contacts_per_month)
    offered["queue"], places = meet(rng, offered, duty)
    offered["adviser"] = _names(rng, offered["at"], places, max(6, int(duty.max() * 1.4) + 1))
    _settle(rng, offered)
    return stack([offered, _out_of_hours(rng, expected)])


def _names(rng: np.random.Generator, at: Floats, places: Ints, roster: int) -> Ints:
    """Return who sits at each place: every day the roster is shuffled; nobody sits at -1."""
    shuffled = rng.permuted(np.tile(np.arange(roster), (DAYS, 1)), axis=1)
    who = shuffled[(at // 86400).astype(np.int64), np.maximum(places, 0)]
    return np.where(places < 0, -1, who)


def _settle(rng: np.random.Generator, offered: Columns) -> None:
    """Derive outcome and instants from the wait; what a call without answer never had becomes unknown."""
    lost = offered["adviser"] < 0
    offered["outcome"][lost] = 1 + rng.choice(3, int(lost.sum()), p=w.GIVES_UP_AS)
    for name in ("ring", "talk", "hold", "wrap"):
        offered[name][lost] = np.nan
    queued = offered["at"] + offered["ivr"] + offered["queue"]
    offered["answer_at"] = queued + offered["ring"]
    offered["handle"] = offered["talk"] + offered["hold"] + offered["wrap"]
    offered["end_at"] = np.where(lost, queued, offered["answer_at"] + offered["talk"] + offered["hold"])


def _out_of_hours(rng: np.random.Generator, expected: Floats) -> Columns:
    """Simulate the calls that meet the closed message: evenings of open days, and days that are closed."""
    is_open = calendar().is_open[:DAYS]
    rate = np.where(is_open == 1, expected, expected.mean()) * w.OUT_OF_HOURS_SHARE
    day = np.repeat(np.arange(DAYS), rng.poisson(rate))
    evening = rng.integers(w.CLOSES_S + 60, 21 * 3600, len(day))
    any_time = rng.integers(w.OPENS_S, w.CLOSES_S, len(day))
    at = day * 86400.0 + np.where(is_open[day] == 1, evening, any_time)
    ivr = rng.integers(8, 20, len(day)).astype(float)
    late = table(at, w.PHONE, ivr=ivr, outcome=np.full(len(at), OUT_OF_HOURS), end_at=at + ivr)
    late["type"] = rng.choice(len(w.TYPES), len(at), p=w.TYPE_SHARES)
    return late
