"""One cell's text as a value of its kind."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache

from kpitools.errors import require_known
from kpitools.sources.cells import addresses, amounts, clock, durations, instants, text

Value = datetime | date | time | float | bool | str
Parser = Callable[[str], Value | None]

_WITH_HINT: dict[str, Callable[[str, str | None], Value | None]] = {
    "instant": instants.read_instant,
    "date": instants.read_date,
    "duration": durations.read_duration,
    "number": amounts.read_number,
    "share": amounts.read_share,
    "phone": addresses.read_phone,
}
_ALONE: dict[str, Parser] = {
    "time of day": clock.read_time,
    "boolean": amounts.read_boolean,
    "id": text.read_id,
    "email": addresses.read_email,
    "text": text.read_text,
}
KINDS = (*_WITH_HINT, *_ALONE)


@cache
def parse(kind: str, hint: str | None = None) -> Parser:
    """Return the parser of a kind: text in, value out, None where nothing was recorded.

    Args:
        kind: One of `KINDS`.
        hint: What the column was found to be, several parts split by commas: `day first`, `month first`,
            `Excel serial`, `epoch seconds`; `seconds`, `minutes`, `hours`, `excel day fraction`, `hh:mm`;
            `decimal comma`, `decimal point`; `percent`; the country of telephone numbers.

    Raises:
        UnknownNameError: There is no such kind.

    >>> parse("duration", "seconds")("1h02")
    3720.0
    """
    require_known(kind, KINDS, "kind of cell")
    if kind in _ALONE:
        return _ALONE[kind]
    read = _WITH_HINT[kind]
    return lambda cell: read(cell, hint)
