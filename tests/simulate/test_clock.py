"""The days of the simulated service."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpitools.simulate.clock import DAYS, ZONE, after_working, calendar, to_utc
from kpitools.simulate.world import FIRST_DAY, LAST_DAY


def seconds(day: date, hour: float) -> np.ndarray:
    """Local seconds since the first day's midnight."""
    return np.array([(day - FIRST_DAY).days * 86400 + hour * 3600])


def test_twenty_six_whole_months():
    """The days go from 1 September 2024 to 31 October 2026, 26 months of 28 days or more."""
    months = np.bincount(calendar().month[:DAYS])
    assert (len(months), months.min(), calendar().dates[DAYS - 1]) == (26, 28, LAST_DAY)


def test_closed_at_weekends_and_on_public_holidays():
    """1 and 11 November, Easter Monday and 14 July are closed, as is a Saturday; the day after them is open."""
    closed = [date(2024, 11, 1), date(2025, 11, 11), date(2026, 4, 6), date(2025, 7, 14), date(2026, 1, 3)]
    opened = dict(zip(calendar().dates, calendar().is_open.tolist(), strict=True))
    assert [opened[day] for day in closed] == [0] * 5
    assert [opened[date(2025, 11, 12)], opened[date(2026, 4, 7)], opened[date(2025, 7, 15)]] == [1, 1, 1]


@given(day=st.integers(0, DAYS - 1), second=st.integers(5 * 3600, 86399))
def test_local_time_becomes_utc_as_the_time_zone_says(day, second):
    """From five in the morning on, every local instant is the one that the time zone database gives."""
    moment = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), ZONE) + timedelta(seconds=second)
    assert to_utc(np.array([day * 86400 + second])).tolist() == [int(moment.astimezone(UTC).timestamp())]


def test_working_time_skips_nights_weekends_and_holidays():
    """Two hours of work from Friday 17:00 end on Monday at 10:00; from a holiday's noon, at 11:00 the next day."""
    assert after_working(seconds(date(2026, 10, 2), 17), np.array([7200.0])) == seconds(date(2026, 10, 5), 10)
    assert after_working(seconds(date(2025, 7, 14), 12), np.array([7200.0])) == seconds(date(2025, 7, 15), 11)
    assert after_working(seconds(date(2025, 7, 16), 12), np.array([60.0])) == seconds(date(2025, 7, 16), 12 + 1 / 60)


@given(day=st.integers(0, DAYS - 1), second=st.integers(0, 86399), delay=st.floats(0, 100_000))
def test_working_time_ends_in_opening_hours_and_never_earlier(day, second, delay):
    """Whatever the start, the end lies in opening hours, not before the start."""
    start = day * 86400 + second
    (ends,) = after_working(np.array([start], dtype=float), np.array([delay]))
    assert ends >= start
    assert calendar().is_open[int(ends // 86400)]
    assert 9 * 3600 <= ends % 86400 < 18 * 3600
