"""Opening hours at the door: those of a project, and as SQL."""

from datetime import date

import duckdb
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL
from duckdb.sqltypes import DOUBLE, TIMESTAMP, VARCHAR

from kpitools.calendar import BusinessHours, DayHours, OwnSchedule, Schedule, open_seconds
from kpitools.project import Project
from kpitools.project.hours import Opening, weekdays
from kpitools.sources import sql


def business_hours(project: Project) -> BusinessHours | None:
    """Return the opening hours of a project; None where it gives none: then nothing is out of hours."""
    calendar, zone = project.calendar, project.about.timezone
    if not calendar.opening:
        return None
    own = [
        OwnSchedule(_schedule(each, zone, calendar), frozenset(each.team or ()), frozenset(each.channel or ()))
        for each in calendar.schedule
    ]
    return BusinessHours(_schedule(calendar, zone, calendar), tuple(own))


def _schedule(given: Opening, zone: str, usual: Opening) -> Schedule:
    """Return the schedule that some hours make; a key that they do not give is the usual one."""
    said = {name: getattr(given if name in given.model_fields_set else usual, name) for name in Opening.model_fields}
    by_day = {day: hours for days, hours in said["opening"].items() for day in weekdays(days)}
    return Schedule(
        zone=zone,
        weekly=tuple(by_day.get(day, ()) for day in range(7)),
        holidays=None if said["holidays"] == "none" else said["holidays"],
        special=tuple(sorted({**dict.fromkeys(said["closed"], ()), **said["open_on"]}.items())),
    )


def register(connection: duckdb.DuckDBPyConnection, hours: BusinessHours) -> None:
    """Give a database the function `open_seconds(start, end, team, channel)`.

    It takes instants in UTC and texts (null where a row has none), and returns the seconds within opening hours: null
    where an instant is missing or the end comes before the start.
    """

    def seconds(starts: pa.Array, ends: pa.Array, team: pa.Array, channel: pa.Array) -> pa.Array:
        return pa.array(open_seconds(hours, starts, ends, team=team, channel=channel), from_pandas=True)

    connection.create_function(
        "open_seconds",
        seconds,
        [TIMESTAMP, TIMESTAMP, VARCHAR, VARCHAR],
        DOUBLE,
        type=ARROW,
        null_handling=SPECIAL,
    )


def open_sql(hours: BusinessHours, local: str, years: tuple[int, int], has: frozenset[str]) -> str:
    """Return the SQL that says whether the service is open when its clocks show the SQL `local`.

    `years` are the first and last that occur; a schedule of a team's own counts where the table `has` a team.
    """
    cases = []
    for own in hours.own:
        named = {"team": own.teams, "channel": own.channels}
        if all(column in has for column, names in named.items() if names):
            tests = [f"{column} in ({sql.texts(sorted(names))})" for column, names in named.items() if names]
            cases.append(f"when {' and '.join(tests)} then {_kept(own.schedule, local, years)}")
    usual = _kept(hours.general, local, years)
    return f"(case {' '.join(cases)} else {usual} end)" if cases else usual


def _kept(schedule: Schedule, local: str, years: tuple[int, int]) -> str:
    """Return the SQL of one schedule: the hours of the week, save on days of their own."""
    alike: dict[DayHours, list[int]] = {}
    for weekday, hours in enumerate(schedule.weekly, 1):
        alike.setdefault(hours, []).append(weekday)
    weekly = [
        f"(isodow({local}) in ({', '.join(map(str, days))}) and {_within(hours, local)})"
        for hours, days in alike.items()
        if hours
    ]
    usual = f"({' or '.join(weekly) or 'false'})"
    special: dict[DayHours, list[date]] = {}
    for day, hours in schedule.exceptions(*years).items():
        special.setdefault(hours, []).append(day)
    cases = [
        f"when cast({local} as date) in ({sql.texts(sorted(days))}) then {_within(hours, local)}"
        for hours, days in special.items()
    ]
    return f"(case {' '.join(cases)} else {usual} end)" if cases else usual


def _within(hours: DayHours, local: str) -> str:
    """Return the SQL that says whether a time of day lies within some hours."""
    clock = f"cast({local} as time)"
    tests = [
        f"{clock} >= '{_clock(start)}'" + (f" and {clock} < '{_clock(end)}'" if end < 1440 else "")
        for start, end in hours
    ]
    return f"({' or '.join(tests) or 'false'})"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"
