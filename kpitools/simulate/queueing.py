"""A team's calls of opening hours: what is offered each day, and what the queue makes of it."""

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.contacts import Columns, lognormal, table
from kpitools.simulate.waiting import serve
from kpitools.simulate.world import Floats, Ints


def offer(rng: np.random.Generator, team: int, rate: Floats) -> Columns:
    """Draw the calls of days that bring `rate` calls each, in the order in which they reach the queue.

    Ring, talk, hold and wrap-up are drawn as finely as the export shows them, for every call as if answered.
    """
    counts = rng.poisson(np.outer(rate, w.HOUR_PROFILE))
    hour = np.repeat(np.tile(np.arange(9), len(rate)), counts.ravel())
    day = np.repeat(np.arange(len(rate)), counts.sum(axis=1))
    at = day * 86400.0 + w.OPENS_S + hour * 3600 + rng.integers(0, 3600, len(day))
    ivr = rng.integers(8, 32, len(at)).astype(float)
    order = np.lexsort((at + ivr, day))
    at, ivr, n = at[order], ivr[order], len(at)
    kind = rng.choice(len(w.TYPES), n, p=w.TYPE_SHARES)
    talk = lognormal(rng, w.TEAMS[team].talk_s, 0.75, n) * w.TYPE_TALK[kind]
    hold = lognormal(rng, w.HOLD_S, 0.7, n) * (rng.random(n) < w.HOLD_SHARE)
    wrap = np.round(lognormal(rng, w.WRAP_S, 0.6, n) / 0.6) * 0.6  # the export shows 0.01 minute
    ring = rng.integers(3, 9, n).astype(float)
    durations = {"ring": ring, "talk": np.maximum(np.round(talk), 5), "hold": np.round(hold), "wrap": wrap}
    return table(at, w.PHONE, ivr=ivr, type=kind, **durations)


def meet(rng: np.random.Generator, offered: Columns, duty: Ints) -> tuple[Floats, Ints]:
    """Send each day's calls through its queue; return each wait and the adviser's place that day, or -1."""
    at = offered["at"]
    day = (at // 86400).astype(np.int64)
    arrivals: Floats = at + offered["ivr"] - day * 86400
    patience = np.round(rng.exponential(w.PATIENCE_S, len(at)))
    service = offered["ring"] + offered["talk"] + offered["hold"] + offered["wrap"]
    edges = np.searchsorted(day, np.arange(len(duty) + 1))
    waits, places = np.empty(len(at)), np.empty(len(at), dtype=np.int64)
    for d in np.flatnonzero(np.diff(edges)):
        today = slice(edges[d], edges[d + 1])
        waits[today], places[today] = serve(arrivals[today], patience[today], service[today], duty[d])
    return np.round(waits), places
