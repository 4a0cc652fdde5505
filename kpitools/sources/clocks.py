"""Changes of the clock as SQL: local time to UTC and back, by the same rule as cells are read.

An hour that comes twice is its first; one that is skipped is read as if the clock had not been put forward. The
changes between two instants are few, so a `case` over them is faster than a lookup in the database's own calendar.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from kpitools.sources import sql
from kpitools.sources.cells.zones import zone_of

Change = tuple[datetime, timedelta]
"""An instant (naive, UTC) from which an offset holds."""


def changes(zone: str, first: datetime, last: datetime) -> list[Change]:
    """Return the offset of a zone at `first` and each later one up to `last`, with the instant when it begins."""
    start = first.replace(tzinfo=None) - timedelta(days=2)
    days = [start + timedelta(days=n) for n in range((last.replace(tzinfo=None) - start).days + 4)]
    found = [(start, offset(zone, start))]
    for before, after in pairwise(days):
        if offset(zone, before) != offset(zone, after):
            found.append((_instant(zone, before, after), offset(zone, after)))
    return found


def offset(zone: str, utc: datetime) -> timedelta:
    """Return how far local time is ahead of UTC at an instant."""
    return zone_of(zone).utcoffset(utc.replace(tzinfo=UTC).astimezone(zone_of(zone))) or timedelta()


def _instant(zone: str, before: datetime, after: datetime) -> datetime:
    """Find the minute in which the clock changes, between two instants that differ."""
    while after - before > timedelta(minutes=1):
        middle = (before + (after - before) / 2).replace(second=0, microsecond=0)
        if offset(zone, middle) == offset(zone, before):
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


def to_local(column: str, zone: str, first: datetime, last: datetime) -> str:
    """Return the SQL of a UTC instant as the zone's clocks show it."""
    steps = [(at, f"{column} + {_interval(ahead)}") for at, ahead in changes(zone, first, last)]
    return _stepwise(column, steps)


def to_utc(column: str, zone: str, first: datetime, last: datetime) -> str:
    """Return the SQL of the UTC instant that a local time of the zone means."""
    found = changes(zone, first, last)
    steps = [(found[0][0], f"{column} - {_interval(found[0][1])}")]
    for (_, earlier), (at, later) in pairwise(found):
        steps.append((at + max(earlier, later), f"{column} - {_interval(later)}"))
    return _stepwise(column, steps)


def _stepwise(column: str, steps: list[tuple[datetime, str]]) -> str:
    """Return the SQL that takes the last step whose beginning is reached."""
    if len(steps) == 1:
        return f"({steps[0][1]})"
    cases = [f"when {column} < timestamp {sql.text(nxt)} then {made}" for (_, made), (nxt, _) in pairwise(steps)]
    return f"(case {' '.join(cases)} else {steps[-1][1]} end)"


def _interval(ahead: timedelta) -> str:
    return f"interval '{int(ahead.total_seconds())} seconds'"
