"""How many advisers a team's rota has, so that its long-run answer rate is the level written in `world`.

Erlang-A holds for a queue at rest with a whole number of advisers. A day that starts empty, advisers who come
for half an hour and calls that are not exponential answer a point or two more. Pilot days, the same for every
seed, measure that difference once for each level and size, and the rota is made so much thinner.
"""

from functools import cache

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, calendar
from kpitools.simulate.contacts import team_a_day
from kpitools.simulate.queueing import meet, offer
from kpitools.simulate.waiting import SLOTS, advisers_needed, rota
from kpitools.simulate.world import Floats, Ints

PILOT_CALLS = 80_000
PILOT_DAYS = 365


def on_duty(rng: np.random.Generator, team: int, contacts_per_month: int) -> Ints:
    """Return the advisers on duty in each slot of each day (day x slot)."""
    month = calendar().month[:DAYS]
    share = np.array([w.mix(team, m)[w.PHONE] for m in range(w.MONTHS)])[month]
    level = np.array([w.answer_rate(team, day) for day in calendar().dates[:DAYS]])
    asked = level + _corrections(team, contacts_per_month, share, level)
    return _duty(rng, team, team_a_day(team, w.PHONE, contacts_per_month) * share, asked)


def _corrections(team: int, contacts_per_month: int, share: Floats, level: Floats) -> Floats:
    """Return what to add to each day's level: measured at the first and last day, in between by share of phone."""
    first, last = (correction(team, contacts_per_month, float(share[n]), float(level[n])) for n in (0, -1))
    way = share if share[0] != share[-1] else level
    if way[0] == way[-1]:
        return np.full(DAYS, first)
    corrections: Floats = first + (last - first) * (way - way[0]) / (way[-1] - way[0])
    return corrections


@cache
def correction(team: int, contacts_per_month: int, share: float, level: float) -> float:
    """Return what to add to a level so that pilot days answer that share of their calls."""
    expected = team_a_day(team, w.PHONE, contacts_per_month)[:PILOT_DAYS] * share
    runs = min(max(1, round(PILOT_CALLS / expected.sum())), 40)
    expected = np.tile(expected, runs)
    added = 0.0
    for _ in range(2):
        added += level - _pilot(team, expected, level + added)
    return added


def _pilot(team: int, expected: Floats, asked: float) -> float:
    """Return the share of the pilot days' calls that is answered by a rota made for `asked`."""
    rng = np.random.default_rng([20261122, team])
    luck = rng.gamma(w.DAY_CV**-2, w.DAY_CV**2, len(expected))
    offered = offer(rng, team, expected * luck)
    _, places = meet(rng, offered, _duty(rng, team, expected, np.full(len(expected), asked)))
    return float((places >= 0).mean()) if len(places) else asked


def _duty(rng: np.random.Generator, team: int, expected: Floats, asked: Floats) -> Ints:
    """Make the rota of days that are expected to bring so many calls, to answer the share asked of each."""
    service_s = w.handle_s(team, w.PHONE) + w.RING_S
    load = np.outer(expected, np.repeat(w.HOUR_PROFILE / 2, 2)) / w.SLOT_S * service_s
    busy = expected > 0
    target = np.repeat(asked[busy][:, None], SLOTS, axis=1)
    needed = np.zeros_like(load)
    needed[busy] = advisers_needed(load[busy].ravel(), target.ravel(), service_s).reshape(-1, SLOTS)
    return rota(needed, rng.random(len(expected)))
