"""What customers write to one team - e-mails, web forms, chats, social messages - and its first replies."""

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, after_working
from kpitools.simulate.contacts import ABANDONED, Columns, expected_a_day, lognormal, table
from kpitools.simulate.world import Floats


def messages(rng: np.random.Generator, team: int, channel: int, contacts_per_month: int, luck: Floats) -> Columns:
    """Simulate a team's e-mails, web forms, chats or social messages, each with its first reply."""
    expected = expected_a_day(team, channel, contacts_per_month)
    day = np.repeat(np.arange(DAYS), rng.poisson(expected * luck))
    opens, closes = (w.OPENS_S, w.CLOSES_S) if channel == w.CHAT else (6 * 3600, 23 * 3600)
    hours = rng.triangular(opens, 11 * 3600, closes, len(day))
    at = np.sort(day * 86400.0 + np.floor(np.minimum(hours, closes - 1)))
    n = len(at)
    sent = table(at, channel, type=rng.choice(len(w.TYPES), n, p=w.TYPE_SHARES))
    delay = np.round(rng.lognormal(np.log(w.REPLY_S[channel]), 0.8, n))
    sent["answer_at"] = at + delay if channel == w.CHAT else after_working(at, delay)
    sent["handle"] = np.maximum(np.round(lognormal(rng, w.MESSAGE_HANDLE_S[channel], 0.7, n), 1), 5)
    sent["end_at"] = sent["answer_at"] + np.round(sent["handle"])
    sent["adviser"] = rng.integers(0, 6, n)
    if channel == w.SOCIAL:
        sent["network"] = (rng.random(n) < 0.4).astype(np.int64)
    if channel == w.CHAT:
        _give_up(rng, sent)
    return sent


def _give_up(rng: np.random.Generator, chats: Columns) -> None:
    """Let a fixed share of chats be left before an answer; a chat's `queue` is the wait for it."""
    left = rng.random(len(chats["at"])) < w.CHAT_ABANDONED
    chats["queue"] = np.where(left, np.round(rng.exponential(90, len(left))), chats["answer_at"] - chats["at"])
    chats["outcome"][left] = ABANDONED
    chats["end_at"][left] = (chats["at"] + chats["queue"])[left]
    chats["adviser"][left] = -1
    for name in ("answer_at", "handle"):
        chats[name][left] = np.nan
