"""The days of the simulated service: opening, holidays, local time and UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from kpitools.simulate.world import CLOSES_S, FIRST_DAY, LAST_DAY, OPENS_S, Floats, Ints

ZONE = ZoneInfo("Europe/Paris")
EPOCH_DAY = (FIRST_DAY - date(1970, 1, 1)).days
DAYS = (LAST_DAY - FIRST_DAY).days + 1
AFTER = 60
"""Days known beyond the last one, for replies that come later than the export."""
OPEN_S = CLOSES_S - OPENS_S


@dataclass(frozen=True)
class Calendar:
    """Arrays with an entry a day, from the first day on: all of them `DAYS + AFTER` long."""

    dates: tuple[date, ...]
    weekday: Ints
    month: Ints
    is_open: Ints
    utc_offset_s: Ints
    open_index: Ints
    open_days: Ints


@cache
def calendar() -> Calendar:
    """Return the calendar: open Monday to Friday save French public holidays.

    No contact happens between midnight and five, so one offset from UTC holds for all of a day's instants.
    """
    dates = tuple(FIRST_DAY + timedelta(days=n) for n in range(DAYS + AFTER))
    closed = holidays.country_holidays("FR", years=range(FIRST_DAY.year, LAST_DAY.year + 2))
    is_open = np.array([day.weekday() < 5 and day not in closed for day in dates], dtype=np.int64)
    noons = [datetime.combine(day, time(12), ZONE).utcoffset() or timedelta() for day in dates]
    return Calendar(
        dates=dates,
        weekday=np.array([day.weekday() for day in dates]),
        month=np.array([(d.year - FIRST_DAY.year) * 12 + d.month - FIRST_DAY.month for d in dates]),
        is_open=is_open,
        utc_offset_s=np.array([int(offset.total_seconds()) for offset in noons]),
        open_index=np.cumsum(is_open) - is_open,
        open_days=np.flatnonzero(is_open),
    )


def after_working(local_s: Floats, delay_s: Floats) -> Floats:
    """Return the instant that lies `delay_s` seconds of opening hours after `local_s` (seconds since day 0)."""
    days = calendar()
    day = (local_s // 86400).astype(np.int64)
    within = np.clip(local_s - day * 86400 - OPENS_S, 0, OPEN_S) * days.is_open[day]
    worked = days.open_index[day] * OPEN_S + within + delay_s
    ends: Floats = days.open_days[(worked // OPEN_S).astype(np.int64)] * 86400 + OPENS_S + worked % OPEN_S
    return ends


def to_utc(local_s: Floats) -> Ints:
    """Return seconds since 1970 in UTC from local seconds since the first day's midnight."""
    whole = local_s.astype(np.int64)
    shifted: Ints = whole + EPOCH_DAY * 86400 - calendar().utc_offset_s[whole // 86400]
    return shifted
