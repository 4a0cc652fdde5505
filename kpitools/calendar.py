"""Opening hours, and the time within them between two instants.

A service is open at an instant if its own clocks then show one of its opening hours. This decides what happens when
the clocks change: an hour that comes twice is open twice, one that is skipped never comes. It is also what makes
business time and "out of hours" one truth: an instant lies within an open interval, or it is out of hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.public_holidays import public_holidays
from kpitools.zones import Change, changes

DayHours: TypeAlias = tuple[tuple[int, int], ...]
"""The hours of one day in order: from and until, in minutes after midnight (1440 is the midnight that ends it)."""

Instants: TypeAlias = "NDArray[np.datetime64]"
_SECOND, _MINUTE = 1_000_000, 60_000_000
_NEVER, _FOREVER = np.iinfo(np.int64).min // 2, np.iinfo(np.int64).max // 2


@dataclass(frozen=True)
class Schedule:
    """When a service is open, by the clocks of `zone`: seven days of `weekly` hours, Monday first.

    Public holidays of the place `holidays` are closed. `special` days have hours of their own, whatever else holds;
    without any they are closed.
    """

    zone: str
    weekly: tuple[DayHours, ...]
    holidays: str | None = None
    special: tuple[tuple[date, DayHours], ...] = ()

    def exceptions(self, first: int, last: int) -> dict[date, DayHours]:
        """Return the days from the year `first` to the year `last` that do not follow the week, with their hours."""
        closed: dict[date, DayHours] = (
            dict.fromkeys(public_holidays(self.holidays, first, last), ()) if self.holidays else {}
        )
        return closed | {day: hours for day, hours in self.special if first <= day.year <= last}

    def intervals(self, first: int, last: int) -> Instants:
        """Return the open intervals, in UTC, of the years from `first` to `last`: a row each, from and until.

        They are in order and do not overlap; a few days of the years around are among them.
        """
        days = np.arange(np.datetime64(f"{first}-01-01") - 2, np.datetime64(f"{last + 1}-01-01") + 2)
        local = np.concatenate([_at(of, hours) for of, hours in self._hours_of(days)] or [_at(days[:0], ((0, 0),))])
        steps = changes(self.zone, datetime(first, 1, 1), datetime(last, 12, 31))  # noqa: DTZ001 - UTC without saying so
        return _in_utc(local[np.argsort(local[:, 0])], steps).astype("datetime64[us]")

    def _hours_of(self, days: Instants) -> Iterator[tuple[Instants, DayHours]]:
        """Yield groups of days with the same hours."""
        own = self.exceptions(days[0].astype(object).year, days[-1].astype(object).year)
        usual = days[~np.isin(days, np.array(list(own), dtype="datetime64[D]"))]
        weekday = (usual.astype(np.int64) + 3) % 7  # day zero, the first of January 1970, was a Thursday
        groups = [(usual[weekday == number], hours) for number, hours in enumerate(self.weekly)]
        groups += [(days[days == np.datetime64(day)], hours) for day, hours in own.items()]
        return ((of, hours) for of, hours in groups if hours)


@dataclass(frozen=True)
class OwnSchedule:
    """A schedule that only some teams, channels, or channels of teams keep; an empty set means all."""

    schedule: Schedule
    teams: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BusinessHours:
    """The schedule of the whole service, and those that differ from it: the first that applies to a row holds."""

    general: Schedule
    own: tuple[OwnSchedule, ...] = ()

    def rows_of(
        self, rows: int, team: ArrayLike | None, channel: ArrayLike | None
    ) -> Iterator[tuple[Schedule, NDArray[np.bool_]]]:
        """Yield each schedule with the rows that keep it; a row without a team keeps no team's own."""
        free = np.ones(rows, dtype=bool)
        for own in self.own:
            mine = free & _among(team, own.teams) & _among(channel, own.channels)
            yield own.schedule, mine
            free &= ~mine
        yield self.general, free


def open_seconds(
    hours: BusinessHours | Schedule,
    starts: ArrayLike,
    ends: ArrayLike,
    *,
    team: ArrayLike | None = None,
    channel: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return the seconds within opening hours between two instants, for each row.

    `starts` and `ends` are UTC: `datetime64`, or Arrow timestamps. `team` and `channel` are texts, for the schedules
    that are theirs; None where no row has any. A row has NaN where an instant is missing or the end comes before the
    start, and 0 where all of it lies out of hours.
    """
    begin, end = (np.asarray(each, dtype="datetime64[us]") for each in (starts, ends))
    kept = hours if isinstance(hours, BusinessHours) else BusinessHours(hours)
    found = np.full(len(begin), np.nan)
    known = end >= begin  # never so for a missing instant
    for schedule, rows in kept.rows_of(len(begin), team, channel):
        of = known & rows
        if of.any():
            found[of] = _between(schedule, begin[of], end[of])
    return found


def _between(schedule: Schedule, begin: Instants, end: Instants) -> NDArray[np.float64]:
    """Return the open seconds between instants of which none is missing: what had passed at the end, less before."""
    first, last = begin.min().astype(object).year, end.max().astype(object).year
    opens, closes, passed = _openings(schedule, first, last)

    def so_far(instants: Instants) -> NDArray[np.int64]:
        at = instants.astype(np.int64)
        begun = np.searchsorted(opens, at, side="right")
        elapsed: NDArray[np.int64] = passed[begun] - np.maximum(closes[begun] - at, 0)
        return elapsed

    return (so_far(end) - so_far(begin)) / _SECOND


@lru_cache(maxsize=64)
def _openings(schedule: Schedule, first: int, last: int) -> tuple[NDArray[np.int64], ...]:
    """Return when the service opens, when the last of the first n intervals closes, and their open time together."""
    intervals = schedule.intervals(first, last).astype(np.int64)
    passed = np.cumsum(intervals[:, 1] - intervals[:, 0])
    return intervals[:, 0], np.r_[_NEVER, intervals[:, 1]], np.r_[0, passed]


def _at(days: Instants, hours: DayHours) -> NDArray[np.int64]:
    """Return the local intervals of some days with the same hours, in microseconds: a row each, from and until."""
    midnight = days.astype("datetime64[us]").astype(np.int64)
    return (midnight[:, None, None] + np.array(hours, dtype=np.int64) * _MINUTE).reshape(-1, 2)


def _in_utc(local: NDArray[np.int64], steps: list[Change]) -> NDArray[np.int64]:
    """Return the instants whose local time lies in some intervals: under each offset in turn, while that holds."""
    begins = [int(np.datetime64(at, "us").astype(np.int64)) for at, _ in steps]
    pieces = []
    for begin, until, (_, ahead) in zip(begins, [*begins[1:], _FOREVER], steps, strict=True):
        piece = np.clip(local - ahead // timedelta(microseconds=1), begin, until)
        pieces.append(piece[piece[:, 0] < piece[:, 1]])
    return np.concatenate(pieces)


def _among(values: ArrayLike | None, names: frozenset[str]) -> NDArray[np.bool_] | bool:
    """Say of each row whether its value is one of some names; without names, every value is."""
    if not names:
        return True
    return False if values is None else np.isin(np.asarray(values, dtype=object), list(names))
