"""Opening hours and business time: across breaks, weekends, holidays, changes of the clock, schedules of teams."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpitools.calendar import BusinessHours, OwnSchedule, Schedule, open_seconds
from kpitools.public_holidays import public_holidays
from kpitools.sources import clocks
from kpitools.sources.hours import open_sql, register

PARIS = "Europe/Paris"
OFFICE = ((540, 1080),)  # 09:00 to 18:00
BROKEN = ((540, 720), (840, 1080))  # 09:00 to 12:00, 14:00 to 18:00
ALWAYS = ((0, 1440),)
MINUTE = np.timedelta64(1, "m")


def paris(text, zone=PARIS):
    """Return an instant that the clocks of a zone show, in UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def week(weekday, saturday=(), sunday=()):
    """Return the hours of seven days."""
    return (weekday,) * 5 + (saturday, sunday)


def minutes(schedule, start, end, **named):
    """Return the open minutes between two local times of the schedule's zone."""
    return float(open_seconds(schedule, [paris(start)], [paris(end)], **named)[0]) / 60


FRENCH = Schedule(PARIS, week(OFFICE), "FR")


class TestByHand:
    """Answers worked out on paper."""

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            ("2026-10-16 17:30", "2026-10-19 09:15", 45),  # Friday evening to Monday morning
            ("2026-10-23 17:30", "2026-10-26 09:15", 45),  # the clocks go back in between
            ("2026-03-27 17:30", "2026-03-30 09:15", 45),  # the clocks go forward in between
            ("2026-11-10 17:30", "2026-11-12 09:15", 45),  # the eleventh of November is a holiday
            ("2026-10-19 08:00", "2026-10-19 20:00", 540),  # a whole day
            ("2026-10-19 18:00", "2026-10-20 09:00", 0),  # a night
            ("2026-10-17 10:00", "2026-10-18 10:00", 0),  # a weekend
            ("2026-10-19 10:00", "2026-10-19 10:00", 0),  # no time at all
            ("2025-12-31 17:00", "2026-01-02 10:00", 120),  # the first of January is a holiday
        ],
    )
    def test_only_opening_hours_count(self, start, end, expected):
        """Evenings, weekends and holidays count nothing; a change of the clock at night changes nothing."""
        assert minutes(FRENCH, start, end) == expected

    def test_several_hours_a_day(self):
        """A break at noon counts nothing."""
        schedule = Schedule(PARIS, week(BROKEN, saturday=((540, 720),)))
        assert minutes(schedule, "2026-10-16 11:30", "2026-10-17 09:10") == 30 + 240 + 10
        assert minutes(schedule, "2026-10-16 12:00", "2026-10-16 14:00") == 0

    def test_good_friday_in_alsace_and_moselle(self):
        """It is a holiday there, and nowhere else in France; so is the second day of Christmas."""
        for region in ("FR-57", "FR-Moselle", "FR-6AE", "FR-Alsace"):
            there = Schedule(PARIS, week(OFFICE), region)
            assert minutes(there, "2026-04-02 17:30", "2026-04-07 09:15") == 45  # Thursday to the Tuesday after Easter
            assert minutes(there, "2024-12-25 10:00", "2024-12-27 09:15") == 15
        assert minutes(FRENCH, "2026-04-02 17:30", "2026-04-07 09:15") == 45 + 540

    def test_days_of_their_own(self):
        """A closed day counts nothing; a holiday that is worked, and an ordinary day, count their own hours."""
        own = ((date(2026, 11, 11), ((540, 720),)), (date(2026, 11, 13), ()), (date(2026, 11, 14), ((600, 660),)))
        schedule = Schedule(PARIS, week(OFFICE), "FR", own)
        assert minutes(schedule, "2026-11-10 18:00", "2026-11-11 23:00") == 180
        assert minutes(schedule, "2026-11-12 18:00", "2026-11-13 23:00") == 0
        assert minutes(schedule, "2026-11-13 18:00", "2026-11-15 23:00") == 60

    @pytest.mark.parametrize(
        ("day", "hours", "expected"),
        [
            ("2026-03-29", ALWAYS, 23 * 60),  # 02:00 to 03:00 never comes
            ("2026-10-25", ALWAYS, 25 * 60),  # 02:00 to 03:00 comes twice
            ("2026-03-29", ((60, 240),), 2 * 60),  # 01:00 to 04:00
            ("2026-10-25", ((60, 240),), 4 * 60),
            ("2026-03-29", ((150, 240),), 60),  # 02:30 to 04:00: it opens as the clock jumps to 03:00
            ("2026-10-25", ((150, 240),), 120),  # 02:30 to 04:00: open each time that the clock shows 02:30 to 03:00
            ("2026-03-29", ((120, 180),), 0),  # an hour that is skipped
            ("2026-10-25", ((120, 180),), 120),  # and one that comes twice
        ],
    )
    def test_hours_across_a_change_of_the_clock(self, day, hours, expected):
        """The service is open while its clocks show its opening hours."""
        schedule = Schedule(PARIS, week(OFFICE, sunday=hours))
        after = str(date.fromisoformat(day) + timedelta(days=1))
        assert minutes(schedule, f"{day} 00:00", f"{after} 00:00") == expected

    def test_around_the_clock_is_clock_time(self):
        """Where the service never closes, business time is clock time, over both changes of the clock."""
        always = Schedule(PARIS, (ALWAYS,) * 7)
        start, end = np.array(["2026-01-01T12:34:56", "2026-12-30T01:02:03"], dtype="datetime64[s]")
        assert open_seconds(always, [start], [end])[0] == (end - start).astype(int)

    def test_a_service_that_never_opens(self):
        """Without any opening hours no second is open."""
        assert minutes(Schedule(PARIS, ((),) * 7), "2026-01-01 00:00", "2026-12-31 00:00") == 0


class TestUnknown:
    """What is not known stays unknown."""

    def test_a_missing_or_earlier_end_gives_no_duration(self):
        """A missing instant, or an end before the start, gives NaN in its own row only."""
        nat, at, later = (np.datetime64(text, "us") for text in ("NaT", "2026-10-19T08:00:00", "2026-10-19T08:00:30"))
        found = open_seconds(FRENCH, [at, nat, at, later], [later, at, nat, at])
        np.testing.assert_array_equal(found, [30, np.nan, np.nan, np.nan])

    def test_nothing_at_all(self):
        """Columns without rows, or without any instant, are no error."""
        assert open_seconds(FRENCH, np.array([], "datetime64[us]"), np.array([], "datetime64[us]")).tolist() == []
        assert np.isnan(open_seconds(FRENCH, pa.nulls(2, pa.timestamp("us")), pa.nulls(2, pa.timestamp("us")))).all()

    def test_arrow_and_numpy_agree(self):
        """Arrow timestamps, in UTC or without a zone, in one piece or several, give the same as numpy's."""
        starts, ends = [paris("2026-10-19 10:00"), None], [paris("2026-10-20 10:00"), paris("2026-10-20 10:00")]
        for kind in (pa.timestamp("us"), pa.timestamp("ms"), pa.timestamp("ns", "UTC")):
            pieces = [[pa.array([each], kind) for each in column] for column in (starts, ends)]
            begin, end = map(pa.chunked_array, pieces)
            np.testing.assert_array_equal(open_seconds(FRENCH, begin, end), [9 * 3600, np.nan])


class TestYear:
    """Business time against a count, minute by minute, of a year with both changes of the clock and the holidays."""

    SCHEDULE = Schedule(PARIS, week(BROKEN, saturday=((540, 750),), sunday=((90, 210),)), "FR")

    @staticmethod
    @cache
    def counted():
        """Return every minute of 2026 (UTC) and whether it is open: what the wall shows, looked up minute by minute.

        The holidays are the eleven of the French labour code, their dates written out.
        """
        closed = {f"2026-{day}" for day in (
            "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25",
        )}  # fmt: skip
        hours = {1: ((9, 12), (14, 18)), 6: ((9, 12.5),), 7: ((1.5, 3.5),)}
        first = datetime(2025, 12, 31, 23, tzinfo=UTC)
        shown = [(first + timedelta(minutes=n)).astimezone(ZoneInfo(PARIS)) for n in range(365 * 24 * 60)]
        is_open = []
        for wall in shown:
            of_day = hours[max(1, wall.isoweekday() if wall.isoweekday() > 5 else 1)]
            clock = wall.hour + wall.minute / 60
            is_open.append(str(wall.date()) not in closed and any(a <= clock < b for a, b in of_day))
        return np.datetime64(first.replace(tzinfo=None), "m"), np.array(is_open)

    def test_business_time_is_the_number_of_open_minutes(self):
        """From each of twenty thousand minutes to another, and from each minute to the next: as counted."""
        first, is_open = self.counted()
        so_far = np.r_[0, np.cumsum(is_open)]
        rng = np.random.default_rng(20260329)
        begin, end = np.sort(rng.integers(0, len(is_open), (2, 20_000)), axis=0)
        found = open_seconds(self.SCHEDULE, first + begin * MINUTE, first + end * MINUTE)
        np.testing.assert_array_equal(found, 60 * (so_far[end] - so_far[begin]))
        every = first + np.arange(len(is_open)) * MINUTE
        np.testing.assert_array_equal(open_seconds(self.SCHEDULE, every, every + MINUTE), 60 * is_open)
        # On paper: 261 weekdays less 9 holidays, 52 Saturdays less one, 52 Sundays less one; the changes cancel out.
        assert so_far[-1] == 60 * (252 * 7 + 51 * 3.5 + 51 * 2)

    def test_the_database_knows_the_same_hours(self):
        """Out of hours, as SQL, holds for those minutes and seconds that are not open."""
        first, is_open = self.counted()
        every = np.arange(len(is_open)) * MINUTE + first
        connection = duckdb.connect()
        connection.register("given", pa.table({"t": pa.array(every.astype("datetime64[us]")), "open": is_open}))
        local = clocks.to_local("t", PARIS, datetime(2026, 1, 1), datetime(2026, 12, 31))
        expression = open_sql(BusinessHours(self.SCHEDULE), local, (2026, 2026), frozenset())
        assert connection.sql(f"select count(*) from given where ({expression}) <> open").fetchall() == [(0,)]


ZONES = st.sampled_from([PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "America/St_Johns"])
INSTANTS = st.datetimes(datetime(2019, 12, 20), datetime(2027, 1, 10))


@st.composite
def day_hours(draw):
    """Draw the hours of one day: up to three stretches, at any minute, in order."""
    edges = sorted(draw(st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def schedules(draw):
    """Draw a schedule of any hours, in a zone with or without changes of the clock, with days of their own."""
    days = draw(st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 31)), max_size=3, unique=True))
    own = tuple((day, draw(day_hours())) for day in sorted(days))
    place = draw(st.sampled_from([None, "FR", "FR-57", "DE-BY"]))
    return Schedule(draw(ZONES), tuple(draw(day_hours()) for _ in range(7)), place, own)


class TestLaws:
    """What holds for every schedule and every instant."""

    @given(schedules(), st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
    def test_parts_add_up_and_are_never_more_than_clock_time(self, schedule, instants):
        """From first to last is first to middle plus middle to last; no part is negative, or longer than it lasted."""
        first, middle, last = instants
        whole, early, late = open_seconds(schedule, [first, first, middle], [last, middle, last])
        assert whole == pytest.approx(early + late, abs=1e-5)
        assert 0 <= early <= (middle - first).total_seconds() + 1e-5
        assert 0 <= late <= (last - middle).total_seconds() + 1e-5

    @given(schedules(), st.lists(INSTANTS, min_size=1, max_size=30))
    @example(Schedule(PARIS, (((150, 240),),) * 7), [datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 15)])
    @settings(deadline=None, max_examples=40)
    def test_out_of_hours_is_to_lie_in_no_open_interval(self, schedule, instants):
        """The SQL of contacts and the business time of requests are one truth, in every zone, at every microsecond."""
        at = np.array(instants, dtype="datetime64[us]")
        opened = open_seconds(schedule, at, at + np.timedelta64(1, "us")) > 0
        years = (min(instants).year - 1, max(instants).year + 1)
        local = clocks.to_local("t", schedule.zone, min(instants), max(instants))
        connection = duckdb.connect()
        connection.register("given", pa.table({"n": range(len(at)), "t": pa.array(at)}))
        said = open_sql(BusinessHours(schedule), local, years, frozenset())
        found = connection.sql(f"select {said} from given order by n").fetchall()
        assert [row[0] for row in found] == opened.tolist()


class TestSchedules:
    """Teams and channels with hours of their own."""

    HOURS = BusinessHours(
        FRENCH,
        (
            OwnSchedule(Schedule(PARIS, (ALWAYS,) * 7), teams=frozenset({"Nord"}), channels=frozenset({"chat"})),
            OwnSchedule(Schedule(PARIS, week(BROKEN)), teams=frozenset({"Nord", "Sud"})),
        ),
    )
    TEAM = ("Nord", "Nord", "Sud", "Est", None)
    CHANNEL = ("chat", "phone", "chat", "chat", None)

    def test_the_first_that_applies_holds(self):
        """A team's chat, else the team, else everybody; a row without a team keeps the general hours."""
        begin, end = ([paris(text)] * 5 for text in ("2026-10-19 08:00", "2026-10-20 08:00"))
        found = open_seconds(self.HOURS, begin, end, team=pa.array(self.TEAM), channel=pa.array(self.CHANNEL))
        assert (found / 3600).tolist() == [24, 7, 7, 9, 9]
        assert (open_seconds(self.HOURS, begin, end) / 3600).tolist() == [9] * 5

    def test_the_database_knows_them_too(self):
        """As a function and as a test, with a row's team and channel, and in a table that has none."""
        connection = duckdb.connect()
        register(connection, self.HOURS)
        at = [paris("2026-10-19 12:30"), paris("2026-10-20 12:30")]
        rows = {"n": range(5), "a": [at[0]] * 5, "b": [at[1]] * 4 + [None], "team": self.TEAM, "channel": self.CHANNEL}
        connection.register("given", pa.table(rows))
        found = connection.sql("select open_seconds(a, b, team, channel) / 3600 from given order by n").fetchall()
        assert found == [(24.0,), (7.0,), (7.0,), (9.0,), (None,)]
        local = clocks.to_local("a", PARIS, *at)
        for has, expected in (({"team", "channel"}, [True, False, False, True, True]), ({"channel"}, [True] * 5)):
            said = open_sql(self.HOURS, local, (2026, 2026), frozenset(has))
            assert [row[0] for row in connection.sql(f"select {said} from given order by n").fetchall()] == expected


def test_holidays_are_those_of_the_years_asked_for():
    """France has eleven public holidays in 2026, all of them in that year; Alsace and Moselle have two more."""
    found = public_holidays("FR", 2026, 2026)
    assert (len(found), found[0], found[-1]) == (11, date(2026, 1, 1), date(2026, 12, 25))
    assert set(public_holidays("FR-Alsace", 2026, 2026)) - set(found) == {date(2026, 4, 3), date(2026, 12, 26)}
