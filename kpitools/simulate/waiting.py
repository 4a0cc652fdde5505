"""A phone queue whose callers have finite patience: how many advisers it takes, and what each call meets."""

import math
from heapq import heapify, heapreplace

import numpy as np

from kpitools.simulate.world import CLOSES_S, DAY_CV, OPENS_S, PATIENCE_S, SLOT_S, Floats, Ints

SLOTS = (CLOSES_S - OPENS_S) // SLOT_S


def answered_share(load: Floats, advisers: int, service_s: float, patience_s: float = PATIENCE_S) -> Floats:
    """Return the share of calls answered in the long run by the Erlang-A model (M/M/s with abandonment).

    `load` is the offered load in erlangs. Garnett, Mandelbaum, Reiman (2002): a birth-death chain whose death
    rate is min(n, s) / service + max(n - s, 0) / patience.
    """
    if advisers == 0:
        return np.zeros_like(load)
    longest = advisers + 30 + math.ceil(2 * float(load.max()) * patience_s / service_s)
    calls = np.arange(1, longest + 1)
    deaths = np.minimum(calls, advisers) + np.maximum(calls - advisers, 0) * service_s / patience_s
    logs = np.cumsum(np.log(load)[:, None] - np.log(deaths), axis=1)
    logs = np.concatenate([np.zeros((len(load), 1)), logs], axis=1)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    busy = weights @ np.minimum(np.arange(longest + 1), advisers)
    share: Floats = busy / weights.sum(axis=1) / load
    return share


def advisers_needed(load: Floats, target: Floats, service_s: float) -> Floats:
    """Return how many advisers, in fractions, answer the target share of each slot's load.

    A fraction means one adviser more in that part of the slots. Days that are busier or quieter than
    forecast are allowed for: the share is averaged over them (three-point Gauss-Hermite).
    """
    grid = np.geomspace(load.min() * 0.98, load.max() * 1.02, 60)
    factors, parts = 1 + DAY_CV * np.array([-math.sqrt(3), 0, math.sqrt(3)]), np.array([1, 4, 1]) / 6
    below, needed = np.zeros_like(load), np.full_like(load, np.nan)
    advisers = 0
    while np.isnan(needed).any():
        advisers += 1
        shares = [answered_share(grid * f, advisers, service_s) * f for f in factors]
        share = np.interp(load, grid, parts @ np.array(shares))
        found = np.isnan(needed) & (share >= target)
        needed[found] = (advisers - 1 + (target - below) / (share - below))[found]
        below = share
    return needed


def rota(needed: Floats, starts: Floats) -> Ints:
    """Round the advisers needed (day x slot) to whole ones, so that each day's sum is kept to within one.

    `starts` is a number in [0, 1) for each day: where in the day the fractions first add up to one more.
    """
    total = starts[:, None] + np.cumsum(needed, axis=1)
    whole: Ints = np.diff(np.floor(total), axis=1, prepend=0).astype(np.int64)
    return whole


def serve(arrivals: Floats, patience: Floats, service: Floats, on_duty: Ints) -> tuple[Floats, Ints]:
    """Serve one day's calls first come, first served; return each wait and the adviser's place, or -1.

    Arrivals are sorted seconds since midnight. Adviser k works in the slots where `on_duty > k`, ends a call
    begun before leaving, and the last slot's advisers stay until the queue is empty. Who would wait longer
    than their patience leaves after it. Exact, because callers who leave never held an adviser.
    """
    heap = [(float(OPENS_S), k) for k in range(int(on_duty.max(initial=0)))]
    heapify(heap)
    duty = on_duty.tolist()
    waits, places = np.empty(len(arrivals)), np.full(len(arrivals), -1, dtype=np.int64)
    for n, (at, limit, length) in enumerate(zip(arrivals.tolist(), patience.tolist(), service.tolist(), strict=True)):
        starts, place = _next_free(heap, at, duty)
        waits[n] = min(starts - at, limit)
        if starts - at <= limit:
            places[n] = place
            heapreplace(heap, (starts + length, place))
    return waits, places


def _next_free(heap: list[tuple[float, int]], at: float, duty: list[int]) -> tuple[float, int]:
    """Return when an adviser on duty is next free at or after `at`, and which; those off duty move on."""
    while heap and heap[0][0] < math.inf:
        free, place = heap[0]
        starts = max(free, at)
        slot = min(int((starts - OPENS_S) // SLOT_S), SLOTS - 1)
        if place < duty[slot]:
            return starts, place
        later = next((s for s in range(slot + 1, SLOTS) if place < duty[s]), None)
        heapreplace(heap, (math.inf if later is None else float(OPENS_S + later * SLOT_S), place))
    return math.inf, -1
