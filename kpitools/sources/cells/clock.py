"""Times of day, alone or behind a date."""

import re
from datetime import datetime, time, timedelta

from kpitools.sources.cells.amounts import amount
from kpitools.sources.cells.text import CellError, clean, is_missing

TIME = (
    r"(?P<hour>[0-9]{1,2})"
    r"(?:(?::| ?h ?)(?P<minute>[0-9]{2})"
    r"(?:(?::| ?m(?:in|n)? ?)(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" ?(?:min|mn|s)?| ?h| ?(?=[ap]\.?m))"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
)
"""A time as people write it, in lower case: `13:05`, `13:05:06,5`, `13h05`, `1:05 pm`, `1 p.m.`"""

_TIME = re.compile(TIME)
_COMPACT = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})(?P<fraction>)(?P<half>)")
"""Without marks: `093015`; what has fewer digits may lack its hour or its seconds, and is refused."""
_EXCEL_NO_DATE = re.compile(r"(?:1899-12-3[01]|1900-01-0[01])[ t]")
_DAY_FRACTION = re.compile(r"0|0?[.,][0-9]+(?:e-[0-9]+)?")


def read_time(text: str) -> time | None:
    """Read a time of day; a number below 1 is Excel's fraction of a day.

    Raises:
        CellError: No time, or one that no clock shows, such as `24:00`.
    """
    shown = clean(text).lower()
    if is_missing(shown):
        return None
    if _DAY_FRACTION.fullmatch(shown):
        return of_day_fraction(amount(shown, "decimal comma" if "," in shown else "decimal point"))
    found = _TIME.fullmatch(_EXCEL_NO_DATE.sub("", shown)) or _COMPACT.fullmatch(shown)
    if not found:
        raise CellError("not a time of day")
    return of_match(found)


def of_day_fraction(share: float) -> time:
    """Return the time at this share of a day, to the millisecond that Excel keeps."""
    seconds = min(round(share * 86400, 3), 86399.999)
    return (datetime(2000, 1, 1) + timedelta(seconds=seconds)).time()  # noqa: DTZ001 (no zone: a clock)


def of_match(found: re.Match[str]) -> time:
    """Return the time that the groups of `TIME` name."""
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise CellError("no such time of day")
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0), micro)
    except ValueError:
        raise CellError("no such time of day") from None
