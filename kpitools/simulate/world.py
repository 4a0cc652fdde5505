"""The parameters of the simulated service: its teams, channels and levels, and the four effects planted in it.

Everything that `truth.json` calls expected follows from this page; nothing here was measured anywhere.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FIRST_DAY = date(2024, 9, 1)
LAST_DAY = date(2026, 10, 31)
MONTHS = 26

CHANNELS = ("phone", "email", "web_form", "chat", "social")
PHONE, EMAIL, WEB_FORM, CHAT, SOCIAL = range(5)
CHANNEL_SHARES = np.array([0.58, 0.20, 0.10, 0.07, 0.05])

TYPES = ("livraison", "facturation", "technique", "compte", "résiliation", "autre")
TYPE_SHARES = np.array([0.27, 0.22, 0.20, 0.14, 0.09, 0.08])
TYPE_TALK = np.array([0.85, 0.95, 1.35, 0.80, 1.15, 0.95])
"""Talk time of each type relative to the mean; weighted by the shares it is 1."""
TYPE_FCR = np.array([0.03, 0.02, -0.07, 0.04, -0.02, -0.02875])
"""First-contact resolution of each type less the team's; weighted by the shares it is 0."""

WEEKDAY_OPEN = np.array([1.25, 1.05, 0.97, 0.95, 0.78, 0.0, 0.0])
WEEKDAY_MESSAGES = np.array([1.15, 1.05, 1.0, 1.0, 0.9, 0.4, 0.3])
HOLIDAY_MESSAGES = 0.15
SEASON = np.array([1.08, 1.0, 1.0, 0.98, 0.95, 0.98, 0.92, 0.85, 1.05, 1.03, 1.05, 1.11])
"""Volume of each calendar month, January first."""
DAY_CV = 0.05
"""Variation of a team's volume from day to day beyond chance, which nobody forecast."""

OPENS_S, CLOSES_S = 9 * 3600, 18 * 3600
SLOT_S = 1800
HOUR_PROFILE = np.array([0.11, 0.14, 0.14, 0.11, 0.08, 0.11, 0.12, 0.11, 0.08])
PATIENCE_S = 360.0
"""Mean time after which a caller gives up, were nobody to answer; exponential."""
GIVES_UP_AS = np.array([0.86, 0.08, 0.06])
"""Callers who stop waiting: hang up, leave a voice message, ask to be called back."""
OUT_OF_HOURS_SHARE = 0.03
CHAT_ABANDONED = 0.07

RESOLVED_LATER = 0.55
"""Share resolved at each further contact."""
NEVER_BACK = 0.08
"""Share of unresolved contacts after which the customer does not come back."""
REPEATS_BY_PHONE = 0.15
"""Further contacts that come by phone whatever the channel before; the others stay in their channel."""
OUTBOUND = 0.45
"""Unresolved contacts after which the adviser writes or calls."""
REASONS = ("demande non prise en compte", "autre question", "mauvais service", "réponse peu claire", "autre")
REASON_SHARES = np.array([0.29, 0.18, 0.16, 0.12, 0.25])

ROWS_PER_INBOUND = 1.138
"""Rows written for each inbound contact in opening hours: with outbound ones and calls out of hours."""


@dataclass(frozen=True)
class Team:
    """One team: its part of the volume and its own level of each measure, by channel where they differ."""

    name: str
    volume: float
    answer_rate: float
    talk_s: float
    fcr: tuple[float, ...]
    mood: tuple[float, ...]


TEAMS = (
    Team("Nord", 0.27, 0.845, 300, (0.79, 0.75, 0.76, 0.77, 0.73), (0.0, -0.05, 0.0, 0.05, -0.1)),
    Team("Sud", 0.26, 0.885, 285, (0.80, 0.76, 0.77, 0.78, 0.74), (0.05, 0.0, 0.05, 0.1, -0.05)),
    Team("Est", 0.23, 0.870, 310, (0.81, 0.77, 0.78, 0.79, 0.75), (0.05, 0.0, 0.0, 0.05, -0.05)),
    Team("Ouest", 0.24, 0.865, 300, (0.82, 0.77, 0.78, 0.67, 0.74), (0.1, 0.0, 0.05, -0.15, -0.05)),
)
NORD, SUD, EST, OUEST = range(4)

HOLD_SHARE, HOLD_S, WRAP_S, RING_S = 0.2, 50.0, 55.0, 5.5
MESSAGE_HANDLE_S = {EMAIL: 360.0, WEB_FORM: 340.0, CHAT: 640.0, SOCIAL: 260.0}
REPLY_S = {EMAIL: 5 * 3600.0, WEB_FORM: 4 * 3600.0, CHAT: 38.0, SOCIAL: 1.3 * 3600}
"""Median time to the first reply; within opening hours for what is written, plain for chats."""

STAFFING = date(2026, 3, 2)
STAFFING_EFFECT = 0.04
GREETING = date(2026, 2, 2)
FCR_FALL, FCR_FALL_FROM, FCR_FALL_MONTHS = 0.03, 14, 12
"""Est: three points in twelve equal monthly steps; the first month lower is number 14, November 2025."""
SHIFT, SHIFT_FROM, SHIFT_MONTHS = 0.20, 16, 6
"""Ouest: twenty points of the volume go from phone to chat in six monthly steps from number 16, January 2026."""


def mix(team: int, month: int) -> Floats:
    """Return the share of each channel in a team's inbound volume of a month (0 is September 2024)."""
    shares = CHANNEL_SHARES.copy()
    if team == OUEST:
        moved = SHIFT * min(max(month - SHIFT_FROM + 1, 0), SHIFT_MONTHS) / SHIFT_MONTHS
        shares[PHONE] -= moved
        shares[CHAT] += moved
    return shares


def fcr(team: int, month: int) -> Floats:
    """Return the share of requests resolved at their first contact, by the channel of that contact."""
    levels = np.array(TEAMS[team].fcr)
    if team == EST:
        levels -= FCR_FALL * min(max(month - FCR_FALL_FROM + 1, 0), FCR_FALL_MONTHS) / FCR_FALL_MONTHS
    return levels


def answer_rate(team: int, day: date) -> float:
    """Return the share of calls in opening hours that the team is staffed to answer."""
    return TEAMS[team].answer_rate + (STAFFING_EFFECT if team == NORD and day >= STAFFING else 0.0)


def handle_s(team: int, channel: int) -> float:
    """Return the mean of talk, hold and wrap-up of an answered contact, in seconds."""
    if channel != PHONE:
        return MESSAGE_HANDLE_S[channel]
    return TEAMS[team].talk_s + HOLD_SHARE * HOLD_S + WRAP_S


def request_shares(team: int, month: int) -> Floats:
    """Return the share of each channel among a team's new requests, once repeat contacts are in balance.

    Answered contacts of a channel are new requests and the repeats that come to it, so the new ones solve a
    linear system: answered = new + repeats(new).
    """
    reached = np.ones(5)
    reached[PHONE], reached[CHAT] = TEAMS[team].answer_rate, 1 - CHAT_ABANDONED
    returns = (1 - fcr(team, month)) * (1 - NEVER_BACK)
    routes: Floats = (1 - REPEATS_BY_PHONE) * np.eye(5)
    routes[:, PHONE] += REPEATS_BY_PHONE
    stays = (1 - RESOLVED_LATER) * (1 - NEVER_BACK)
    repeats = (returns[:, None] * routes) @ np.linalg.inv(np.eye(5) - stays * routes)
    new = np.linalg.solve((np.eye(5) + repeats).T, mix(team, month) * reached)
    shares: Floats = new / new.sum()
    return shares
