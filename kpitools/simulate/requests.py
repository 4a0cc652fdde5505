"""The requests behind a team's contacts: which contact opens one, which comes back to one, what is left open.

Volumes are given, so that a team that resolves less at first does not thereby load its own queue: on each day
the requests that are due to come back take contacts of their channel, and all other answered contacts are new.
"""

from collections import defaultdict

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, after_working, calendar
from kpitools.simulate.contacts import ANSWERED, CALLBACK, UNREACHED, Columns, lognormal, stack, table
from kpitools.simulate.world import Booleans, Ints

Due = dict[tuple[int, int], list[Ints]]


class Journeys:
    """The requests of one team while its contacts are gone through day by day."""

    def __init__(self, rng: np.random.Generator, team: int, contacts: Columns) -> None:
        """Start without any request; `contacts` are completed in place."""
        self.rng, self.contacts = rng, contacts
        self.fcr = np.array([w.fcr(team, month) for month in range(w.MONTHS)])
        self.due: Due = defaultdict(list)
        answered = int((contacts["outcome"] == ANSWERED).sum())
        self.first = np.full(answered, -1)
        self.last = np.full(answered, -1)
        self.turns = np.zeros(answered, dtype=np.int64)
        self.count = 0

    def run(self) -> None:
        """Go through the days; contacts that nobody answered belong to no request."""
        pool = np.flatnonzero(self.contacts["outcome"] == ANSWERED)
        key = (self.contacts["at"][pool] // 86400).astype(np.int64) * 5 + self.contacts["channel"][pool]
        order = np.lexsort((self.rng.random(len(pool)), key))
        pool, edges = pool[order], np.searchsorted(key[order], np.arange(DAYS * 5 + 1))
        for place in range(DAYS * 5):
            self._day(place // 5, place % 5, pool[edges[place] : edges[place + 1]])

    def _day(self, day: int, channel: int, pool: Ints) -> None:
        """Give one day's contacts of one channel to the requests that are due, the others to new requests."""
        waiting = self.due.pop((day, channel), [])
        back = np.concatenate(waiting) if waiting else np.empty(0, dtype=np.int64)
        taken = min(len(back), len(pool))
        if len(back) > taken:
            self.due[day + 1, channel].append(back[taken:])
        if taken:
            self._again(day, pool[:taken], back[:taken])
        if len(pool) > taken:
            self._new(day, channel, pool[taken:])

    def _new(self, day: int, channel: int, pool: Ints) -> None:
        """Open a request for each contact; it is resolved at once as often as the team's level says."""
        ids = np.arange(self.count, self.count + len(pool))
        self.count += len(pool)
        self.first[ids] = pool
        level = self.fcr[calendar().month[day], channel] + w.TYPE_FCR[self.contacts["type"][pool]]
        self._note(day, pool, ids, self.rng.random(len(pool)) < level)

    def _again(self, day: int, pool: Ints, back: Ints) -> None:
        """Make contacts the next ones of requests that were not resolved."""
        self.contacts["type"][pool] = self.contacts["type"][self.first[back]]
        self.contacts["reason"][pool] = self.rng.choice(len(w.REASONS), len(pool), p=w.REASON_SHARES)
        self._note(day, pool, back, self.rng.random(len(pool)) < w.RESOLVED_LATER)

    def _note(self, day: int, pool: Ints, ids: Ints, resolved: Booleans) -> None:
        """Write down one contact for each request, and when those unresolved come back."""
        self.turns[ids] += 1
        self.last[ids] = pool
        self.contacts["request"][pool] = ids
        self.contacts["turn"][pool] = self.turns[ids]
        self.contacts["resolved"][pool] = resolved
        back = ids[~resolved & (self.rng.random(len(ids)) >= w.NEVER_BACK)]
        if len(back):
            self._schedule(day, back)

    def _schedule(self, day: int, back: Ints) -> None:
        """Choose the day (one to six later) and the channel of the next contact."""
        delay = np.minimum(1 + np.floor(self.rng.lognormal(np.log(1.2), 0.8, len(back))), 6)
        by_phone = self.rng.random(len(back)) < w.REPEATS_BY_PHONE
        channel = np.where(by_phone, w.PHONE, self.contacts["channel"][self.last[back]])
        place = (day + delay.astype(np.int64)) * 5 + channel
        for at in np.unique(place):
            self.due[int(at) // 5, int(at) % 5].append(back[place == at])

    def name_customers(self, known: int) -> None:
        """Give each request its customer; of callers nobody answered, some are those answered next."""
        contacts, rng = self.contacts, self.rng
        asks = np.flatnonzero(contacts["request"] >= 0)
        of_request = rng.integers(0, known, self.count)
        contacts["customer"] = rng.integers(0, known, len(contacts["at"]))
        contacts["customer"][asks] = of_request[contacts["request"][asks]]
        calls = np.flatnonzero(contacts["channel"] == w.PHONE)
        calls = calls[np.argsort(contacts["at"][calls], kind="stable")]
        reached = np.flatnonzero(contacts["request"][calls] >= 0)
        after = np.searchsorted(reached, np.arange(len(calls)))
        tries = np.flatnonzero(
            (contacts["request"][calls] < 0) & (rng.random(len(calls)) < 0.4) & (after < len(reached))
        )
        contacts["customer"][calls[tries]] = contacts["customer"][calls[reached[after[tries]]]]

    def requests(self) -> Columns:
        """Return the requests as they stand when the export is made, at the end of the last day."""
        n, contacts, end = self.count, self.contacts, DAYS * 86400
        first, last, turns = self.first[:n], self.last[:n], self.turns[:n]
        opened = {name: contacts[name][first] for name in ("at", "answer_at", "channel", "type", "network", "customer")}
        # Who wrote may call, and be helped, before the reply to what was written.
        opened["answer_at"] = np.minimum(opened["answer_at"], contacts["answer_at"][last])
        ended = contacts["end_at"][last]
        return opened | {
            "solved_at": np.where((contacts["resolved"][last] == 1) & (ended < end), ended, np.nan),
            "adviser": contacts["adviser"][last],
            "turns": turns,
            "reopens": np.where(turns > 1, self.rng.binomial(np.maximum(turns - 1, 1), 0.5), 0),
        }


def follow_ups(rng: np.random.Generator, contacts: Columns) -> Columns:
    """Return the outbound contacts: by an adviser whose customer is not helped yet, and calls back asked for."""
    unresolved = (contacts["request"] >= 0) & (contacts["resolved"] == 0)
    chosen = np.flatnonzero(unresolved & (rng.random(len(unresolved)) < w.OUTBOUND))
    by_phone = contacts["channel"][chosen] == w.PHONE
    asked = np.flatnonzero(contacts["outcome"] == CALLBACK)
    to_call = np.concatenate([chosen[by_phone], asked])
    sent = stack([_call_out(rng, contacts, to_call), _write_out(rng, contacts, chosen[~by_phone])])
    in_time = sent["at"] < DAYS * 86400
    return {name: values[in_time] for name, values in sent.items()}


def _outbound(rng: np.random.Generator, contacts: Columns, source: Ints, channel: int) -> Columns:
    """Return one outbound contact for each contact of `source`, some hours of opening time after its end."""
    n = len(source)
    at = np.floor(after_working(contacts["end_at"][source], rng.exponential(6 * 3600, n)))
    sent = table(at, channel, direction=np.ones(n, dtype=np.int64))
    for name in ("request", "type", "customer", "adviser"):
        sent[name] = contacts[name][source]
    sent["adviser"] = np.where(sent["adviser"] < 0, rng.integers(0, 6, n), sent["adviser"])
    return sent


def _call_out(rng: np.random.Generator, contacts: Columns, source: Ints) -> Columns:
    """Return calls to customers, a quarter of whom is not reached."""
    sent = _outbound(rng, contacts, source, w.PHONE)
    n = len(source)
    missed = rng.random(n) < 0.25
    sent["outcome"][missed] = UNREACHED
    sent["ring"] = rng.integers(5, 30, n).astype(float)
    sent["talk"] = np.where(missed, np.nan, np.round(lognormal(rng, 180, 0.7, n)))
    sent["hold"] = np.where(missed, np.nan, 0.0)
    sent["wrap"] = np.where(missed, np.nan, np.round(lognormal(rng, 40, 0.6, n) / 0.6) * 0.6)
    sent["handle"] = sent["talk"] + sent["wrap"]
    sent["answer_at"] = np.where(missed, np.nan, sent["at"] + sent["ring"])
    sent["end_at"] = sent["at"] + sent["ring"] + np.nan_to_num(sent["talk"])
    return sent


def _write_out(rng: np.random.Generator, contacts: Columns, source: Ints) -> Columns:
    """Return e-mails to customers; they are over when they are sent."""
    sent = _outbound(rng, contacts, source, w.EMAIL)
    sent["handle"] = np.round(lognormal(rng, 200, 0.6, len(source)), 1)
    sent["answer_at"] = sent["end_at"] = sent["at"]
    return sent
