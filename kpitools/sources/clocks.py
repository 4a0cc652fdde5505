"""Changes of the clock as SQL: local time to UTC and back, by the same rule as cells are read.

An hour that comes twice is its first; one that is skipped is read as if the clock had not been put forward. The
changes between two instants are few, so a `case` over them is faster than a lookup in the database's own calendar.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from kpitools.sources import sql
from kpitools.zones import changes


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
