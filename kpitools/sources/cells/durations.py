"""Durations, in seconds."""

import re

from kpitools.sources.cells.amounts import amount
from kpitools.sources.cells.text import CellError, clean, hints, is_missing

UNITS = {"milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "excel day fraction": 86400}
"""What a bare number may count, by the hint of its column, in seconds."""
LONGEST = 366 * 86400
"""No contact lasts longer than a year: a number beyond it has another unit, or none."""

_SPELLINGS = {
    86400: "d|day|days|j|jour|jours",
    3600: "h|hr|hrs|hour|hours|heure|heures",
    60: "m|mn|min|mins|minute|minutes",
    1: "s|sec|secs|second|seconds|seconde|secondes",
    0.001: "ms|msec|millisecond|milliseconds|milliseconde|millisecondes",
}
_SECONDS = {word: seconds for seconds, words in _SPELLINGS.items() for word in words.split("|")}
_NEXT = {86400: 3600, 3600: 60, 60: 1}
_ROOM = {3600: 24, 60: 60, 1: 60, 0.001: 1000}

_CLOCK = re.compile(
    r"(?:(?P<days>[0-9]+) ?(?:days?|d|jours?|j),? |(?P<net>[0-9]+)\.(?=[0-9]{2}:[0-9]{2}:))?"
    r"(?P<first>[0-9]+):(?P<second>[0-9]{1,2})(?::(?P<third>[0-9]{1,2}))?(?:[.,](?P<fraction>[0-9]+))?"
    r"(?: ?(?P<unit>h|heures?|hours?|hrs?|mn|min|minutes?))?"
)
_PART = re.compile(r"(?P<number>[0-9]+(?: [0-9]{3})*(?:[.,][0-9]+)?)\.? ?(?P<unit>[a-z]*)\.?(?: ?(?:,|et|and) )? ?")
_PRIMES = re.compile(r"(?:[0-9]+ ?h ?)?(?:[0-9]+' ?(?:[0-9]{2}|[0-9]{1,2}(?:\"|''))?|[0-9]+(?:\"|''))")
"""Minutes and seconds as French writes them: `2'05`, `0'45"`; three digits behind the mark would be a thousand."""
_ISO = re.compile(
    r"p(?=[0-9t])(?:(?P<w>[0-9]+)w)?(?:(?P<d>[0-9]+(?:[.,][0-9]+)?)d)?"
    r"(?:t(?=[0-9])(?:(?P<h>[0-9]+(?:[.,][0-9]+)?)h)?(?:(?P<m>[0-9]+(?:[.,][0-9]+)?)m)?(?:(?P<s>[0-9]+(?:[.,][0-9]+)?)s)?)?"
)
_ISO_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def read_duration(text: str, hint: str | None = None) -> float | None:
    """Read a duration in seconds: a clock, units, ISO 8601, or a bare number of the column's unit.

    `01:02` is minutes and seconds unless the hint says `hh:mm`; where bare numbers count hours it could be
    either, and is refused unless the hint says `hh:mm` or `mm:ss`. The unit of bare numbers is one of `UNITS`.

    Raises:
        CellError: No duration, a negative one, one of more than a year, or one whose unit the column does not show.
    """
    shown = clean(text).lower()
    if is_missing(shown):
        return None
    if re.match(r"-|p(?:t?)-", shown):
        raise CellError("a negative duration")
    if (seconds := _seconds(shown, hint)) > LONGEST:
        raise CellError("a duration of more than a year")
    return seconds


def _seconds(shown: str, hint: str | None) -> float:
    """Read a text that is there and not negative."""
    if clock := _CLOCK.fullmatch(shown):
        return _clock(clock, hints(hint))
    if iso := _ISO.fullmatch(shown):
        return _rounded(sum(_decimal(value) * _ISO_SECONDS[unit] for unit, value in iso.groupdict().items() if value))
    if _PRIMES.fullmatch(shown):
        shown = re.sub(r"\"|''", "s", shown).replace("'", "m")
    if re.search("[a-df-z]", shown):
        return _units(shown)
    return _bare(shown, hint)


def _bare(shown: str, hint: str | None) -> float:
    """Read a number whose unit only the column knows."""
    units = [seconds for name, seconds in UNITS.items() if name in hints(hint)]
    if not re.fullmatch(r"[0-9.,' e+-]+", shown):
        raise CellError("not a duration")
    value = amount(shown, hint)
    if len(units) != 1:
        raise CellError("a duration without its unit")
    # Excel keeps a time of day to about a millisecond: beyond that are digits of its binary fraction.
    return round(value * units[0], 3) if "excel day fraction" in hints(hint) else _rounded(value * units[0])


def _clock(found: re.Match[str], hint: frozenset[str]) -> float:
    """Add up `h:mm:ss`, or `mm:ss` and `hh:mm` as the column or the unit behind it says."""
    first, second, third = int(found["first"]), int(found["second"]), int(found["third"] or 0)
    days = int(found["days"] or found["net"] or 0)
    minutes_first = found["third"] is None and not _hours_first(found["unit"], hint)
    parts = (0, first, second) if minutes_first else (first, second, third)
    if parts[2] > 59 or (parts[1] > 59 and not minutes_first) or (days and parts[0] > 23):
        raise CellError("no such time: minutes or seconds beyond 59")
    fraction = float(f"0.{found['fraction'] or 0}")
    if fraction and found["third"] is None and not minutes_first:
        raise CellError("not a duration")
    return _rounded(days * 86400 + parts[0] * 3600 + parts[1] * 60 + parts[2] + fraction)


def _hours_first(unit: str | None, hint: frozenset[str]) -> bool:
    """Say whether two parts are hours and minutes; refuse where it cannot be told."""
    if unit:
        return unit.startswith("h")
    if hint & {"hh:mm", "mm:ss"}:
        return "hh:mm" in hint
    if "hours" in hint or "days" in hint:
        raise CellError("hours and minutes, or minutes and seconds: nothing in the column shows which")
    return False


def _units(shown: str) -> float:
    """Add up numbers with their units, from the largest down: `1h02min03s`, `1 h 30`, `62 sec`."""
    total, place, above = 0.0, 0, None
    while place < len(shown):
        part = _PART.match(shown, place)
        size = _size(part["unit"], above) if part else None
        if part is None or size is None:
            raise CellError("not a duration")
        value = _decimal(part["number"].replace(" ", ""))
        if above is not None and (size >= above or value >= _ROOM[size]):
            raise CellError("not a duration: units must go down, minutes and seconds up to 59")
        total, place, above = total + value * size, part.end(), size
    return _rounded(total)


def _size(unit: str, above: float | None) -> float | None:
    """Return the seconds of a unit; a number without one counts the unit below the last: `1h02`."""
    if unit:
        return _SECONDS.get(unit)
    return _NEXT.get(int(above)) if above else None


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _rounded(seconds: float) -> float:
    """Round to the microsecond, the resolution of every instant here."""
    return round(seconds, 6)
