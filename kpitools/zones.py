"""Time zones: their names, and when their clocks change."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from kpitools.errors import SourceError, suggest

Change = tuple[datetime, timedelta]
"""An instant (naive, UTC) from which an offset holds."""


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone of this name.

    Raises:
        SourceError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise SourceError(f"There is no time zone {name!r}. {suggest(name, available_timezones())}") from None


def changes(zone: str, first: datetime, last: datetime) -> list[Change]:
    """Return the offset of a zone at `first` and each later one up to `last`, with the instant when it begins."""
    start = first.replace(tzinfo=None, microsecond=0) - timedelta(days=2)
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
    """Find the second in which the clock changes, between two instants that differ: a century ago it was any."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if offset(zone, middle) == offset(zone, before):
            before = middle
        else:
            after = middle
    return after
