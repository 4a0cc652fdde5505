"""Columns of contacts, and how many of them a day brings."""

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS, calendar
from kpitools.simulate.world import Floats

Columns = dict[str, np.ndarray]
"""Equally long arrays by name. Instants (`at`, `answer_at`, `end_at`) are local seconds since the first day."""

OUTCOMES = ("answered", "abandoned", "voicemail", "callback_requested", "out_of_hours", "unreached", "pending")
ANSWERED, ABANDONED, VOICEMAIL, CALLBACK, OUT_OF_HOURS, UNREACHED, PENDING = range(7)
DURATIONS = ("ivr", "queue", "ring", "talk", "hold", "wrap", "handle")


def lognormal(rng: np.random.Generator, mean: float, sigma: float, size: int) -> Floats:
    """Draw durations of a given mean whose logarithm has the standard deviation `sigma`."""
    return rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, size)


def table(at: Floats, channel: int, **columns: np.ndarray) -> Columns:
    """Return contacts with every column; durations that do not exist are NaN, ids not yet known -1."""
    n = len(at)
    filled: Columns = {name: np.full(n, np.nan) for name in ("answer_at", "end_at", *DURATIONS)}
    filled |= {name: np.full(n, -1) for name in ("customer", "request", "reason", "adviser", "network")}
    filled |= {name: np.zeros(n, dtype=np.int64) for name in ("resolved", "turn", "direction", "outcome", "type")}
    return filled | {"at": at, "channel": np.full(n, channel)} | columns


def stack(parts: list[Columns]) -> Columns:
    """Put tables of the same columns below each other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def expected_a_day(team: int, channel: int, contacts_per_month: int) -> Floats:
    """Return the contacts expected on each day in a team's channel, before the day's own luck."""
    month = calendar().month[:DAYS]
    shares = np.array([w.mix(team, m)[channel] for m in range(w.MONTHS)])[month]
    expected: Floats = team_a_day(team, channel, contacts_per_month) * shares
    return expected


def team_a_day(team: int, channel: int, contacts_per_month: int) -> Floats:
    """Return what a channel would be expected to bring each day, if a team's whole volume came through it."""
    days = calendar()
    weekday, is_open, month = days.weekday[:DAYS], days.is_open[:DAYS], days.month[:DAYS]
    in_hours = w.WEEKDAY_OPEN[weekday] * is_open
    written = np.where((is_open == 0) & (weekday < 5), w.HOLIDAY_MESSAGES, w.WEEKDAY_MESSAGES[weekday])
    season = w.SEASON[(month + w.FIRST_DAY.month - 1) % 12]
    pattern = (in_hours if channel in (w.PHONE, w.CHAT) else written) * season
    monthly = contacts_per_month / w.ROWS_PER_INBOUND * w.TEAMS[team].volume
    expected: Floats = monthly * w.MONTHS * pattern / pattern.sum()
    return expected
