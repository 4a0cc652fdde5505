"""How many advisers a load of calls needs: Erlang's B, C and A.

Calls come at random (Poisson), handling times are exponential. In B a call that finds nobody free is lost, in C it
waits for ever, in A (Palm 1957) it waits until its own patience ends. C asks for too many advisers where callers give
up, and has no queue at rest once the load reaches the advisers. `load` is in erlangs: calls x handling time / length of
the interval, both in one unit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import ceil, exp, inf

import numpy as np
from scipy import special


def erlang_b(load: float, advisers: int) -> float:
    """Give the share of calls that find all advisers busy and are lost."""
    share = 1.0
    for number in range(1, advisers + 1):
        share = load * share / (number + load * share)
    return share


@dataclass(frozen=True)
class Queue:
    """What callers meet: the share that waits, gives up, and is answered in time, and the mean wait.

    `in_time` counts the answered in time of all calls; `wait` is over all calls, in the unit of the handling time;
    `occupancy` is the part of their time that advisers are busy.
    """

    waits: float
    gives_up: float
    in_time: float
    wait: float
    occupancy: float


def erlang_c(load: float, advisers: int, handle: float, in_time: float) -> Queue:
    """Give what callers meet who all wait; where the load reaches the advisers the wait is infinite."""
    if load >= advisers:
        return Queue(1.0, 0.0, 0.0, inf, 1.0)
    lost = erlang_b(load, advisers)
    busy = load / advisers
    waits = lost / (1 - busy * (1 - lost))
    free = (advisers - load) / handle
    return Queue(waits, 0.0, 1 - waits * exp(-free * in_time), waits / free, busy)


def erlang_a(load: float, advisers: int, handle: float, patience: float, in_time: float) -> Queue:
    """Give what callers meet who give up after `patience` on average; any load has a queue at rest.

    With `ahead` callers in the queue, exp(-wait / patience) is a beta variable, so no simulation is needed.
    """
    calls = np.arange(1, advisers + 30 + ceil(2 * load * max(patience / handle, 1.0)))
    leaving = np.minimum(calls, advisers) + np.maximum(calls - advisers, 0) * handle / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / leaving))])
    states = np.exp(logs - logs.max())
    states /= states.sum()
    met = states[advisers:]
    ahead, pace = np.arange(met.size), advisers * patience / handle
    answered = pace / (pace + ahead + 1)
    late = special.betainc(pace + 1, ahead + 1, exp(-in_time / patience))
    gives_up = float(met @ (1 - answered))
    soon = 1 - met.sum() + met @ (answered * (1 - late))
    return Queue(float(met.sum()), gives_up, float(soon), gives_up * patience, load * (1 - gives_up) / advisers)


def advisers_needed(
    meets: Callable[[int], Queue], *, in_time: float = 0.0, answered: float = 0.0, busiest: float = 1.0
) -> int:
    """Give the fewest advisers with whom a share `in_time` is answered in time, and `answered` at all.

    `meets` gives what callers meet with so many advisers; none is to be busier than `busiest`. These are advisers at
    work: who is away, ill or in training comes on top. Raises ValueError for a share that no number reaches.
    """
    if not (0 <= in_time < 1 and 0 <= answered < 1 and 0 < busiest <= 1):
        raise ValueError(f"Shares lie from 0 to below 1 and the busiest above 0: {in_time}, {answered}, {busiest}.")
    queues = ((number, meets(number)) for number in count(1))
    return next(
        number
        for number, queue in queues
        if queue.in_time >= in_time
        and 1 - queue.gives_up >= answered
        and queue.occupancy <= busiest
        and queue.wait < inf
    )
