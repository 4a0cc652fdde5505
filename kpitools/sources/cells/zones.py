"""Local time to UTC.

The rule at a change of the clock is that of PEP 495 (`fold=0`): an hour that comes twice is taken as its
first; an hour that is skipped is read as if the clock had not been put forward yet, so 02:30 becomes what
the clock shows as 03:30 and durations across the change stay right.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.zones import zone_of

NAIVE, AWARE = pa.timestamp("us"), pa.timestamp("us", tz="UTC")


def to_utc(instant: datetime, zone: str) -> datetime:
    """Return an instant in UTC; one without an offset is local time of the zone.

    >>> to_utc(datetime(2021, 3, 28, 2, 30), "Europe/Paris").isoformat()
    '2021-03-28T01:30:00+00:00'
    """
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone_of(zone))).astimezone(UTC)


def localise(naive: pa.Array, zone: str) -> pa.Array:
    """Turn local times of a zone into UTC: one offset a day, row by row on the days of a change."""
    index = naive.cast(pa.date32()).dictionary_encode()
    offsets = pa.array([_offset(day, zone) if day else None for day in index.dictionary.to_pylist()], pa.duration("us"))
    utc = pc.subtract(naive, offsets.take(index.indices))
    changing = pc.and_(pc.is_valid(naive), pc.is_null(utc))
    if pc.any(changing).as_py():
        mended = [to_utc(t, zone).replace(tzinfo=None) for t in naive.filter(changing).to_pylist()]
        utc = pc.replace_with_mask(utc, changing, pa.array(mended, NAIVE))
    return utc.cast(AWARE)


def at(days: pa.Array, times: pa.Array, zone: str) -> pa.Array:
    """Return the instants at which it is some time of some day in a zone."""
    return localise(pc.add(days.cast(NAIVE), times.cast(pa.int64()).cast(pa.duration("us"))), zone)


@cache
def _offset(day: date, zone: str) -> timedelta | None:
    """Return a day's offset from UTC; None where the clock changes on it."""
    start = datetime.combine(day, time(), tzinfo=zone_of(zone))
    first, last = start.utcoffset(), (start + timedelta(days=1)).utcoffset()
    return first if first == last else None


def clock_changes(naive: pa.Array, zone: str) -> tuple[int, int]:
    """Count the local times that came twice and those that never came."""
    twice = never = 0
    for local in pc.unique(naive.cast(pa.date32())).drop_null().to_pylist():
        if _offset(local, zone) is None:
            rows = naive.filter(pc.equal(naive.cast(pa.date32()), local)).to_pylist()
            folds = [_fold(row.replace(tzinfo=zone_of(zone))) for row in rows]
            twice, never = twice + folds.count("twice"), never + folds.count("never")
    return twice, never


def _fold(local: datetime) -> str:
    """Say whether a local time came once, twice or never."""
    early, late = local.utcoffset(), local.replace(fold=1).utcoffset()
    if early == late or early is None or late is None:
        return "once"
    return "twice" if early > late else "never"
