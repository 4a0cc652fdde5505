"""Instants and dates: ISO 8601, numeric dates in a known order, names of months, counts of seconds or days."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

from kpitools.sources.cells import clock
from kpitools.sources.cells.amounts import amount
from kpitools.sources.cells.text import CellError, clean, hints, is_missing

YEARS = range(1900, 2200)
"""What an export of a customer service can hold; 0001 and 9999 are what systems write for "none"."""
OTHER_YEAR = "a year outside 1900 to 2199"

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv january janvier", "feb fev fevr february fevrier", "mar mars march", "apr avr april avril",
            "may mai", "jun june juin", "jul juil july juillet", "aug aou august aout", "sep sept september septembre",
            "oct october octobre", "nov november novembre", "dec december decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday lun lundi", "tue tues tuesday mar mardi", "wed wednesday mer mercredi",
            "thu thur thurs thursday jeu jeudi", "fri friday ven vendredi", "sat saturday sam samedi",
            "sun sunday dim dimanche",
        ),
    )
    for name in names.split()
}  # fmt: skip

_ZONE = r"(?: ?(?P<zone>z|utc|gmt|[+-][0-9]{2}:?(?:[0-9]{2})?))?(?:\[[a-z_/]+\])?"
_BEHIND = rf"(?:(?:t|,? (?:at |a )?|:){clock.TIME}{_ZONE})?"
_MONTH, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er)?"
_YEAR, _NAME = r"(?P<year>[0-9]{4}|[0-9]{2})", r"(?P<name>[a-z]{3,9})\.?"


def _form(pattern: str) -> re.Pattern[str]:
    """Compile a form of date with an optional time behind it."""
    return re.compile(pattern + _BEHIND)


_ISO = _form(rf"(?P<year>[0-9]{{4}})(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}")
_COMPACT = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:t?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<half>)(?P<zone>z|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?"
)
_WEEK = _form(r"(?P<year>[0-9]{4})-?w(?P<week>[0-9]{2})-?(?P<weekday>[1-7])")
_NAMED = (
    _form(rf"{_DAY}(?: |-|/|\.)?(?:of |de |d')?{_NAME}(?: |-|/|, )?{_YEAR}"),
    _form(rf"{_NAME} {_DAY},? {_YEAR}"),
    _form(rf"(?P<year>[0-9]{{4}})[ -]{_NAME}[ -]{_DAY}"),
    re.compile(rf"{_NAME} {_DAY} {clock.TIME}(?: (?P<zone>utc|gmt|[+-][0-9]{{4}}))? (?P<year>[0-9]{{4}})"),
)
_ORDERED = {
    "day first": _form(rf"{_DAY}(?P<mark>[-/. ]){_MONTH}(?P=mark){_YEAR}"),
    "month first": _form(rf"{_MONTH}(?P<mark>[-/. ]){_DAY}(?P=mark){_YEAR}"),
    "year first": _form(rf"(?P<year>[0-9]{{2}})(?P<mark>[-/. ]){_MONTH}(?P=mark){_DAY}"),
}
_WEEKDAY = re.compile(r"(?P<weekday>[a-z]{3,9})\.?,? (?P<rest>.+)")
_ZERO_DATE = re.compile(r"0000([-/.])00\1 ?00.*|00([-/.])00\2 ?0000.*")

PER_SECOND = {"epoch seconds": 1, "epoch milliseconds": 1_000, "epoch microseconds": 1_000_000}
NO_ZERO = "0 is none"
"""What is said of a column of such counts where 0 stands for no instant."""


def read_instant(text: str, hint: str | None = None) -> datetime | None:
    """Read a date, with a time or without: aware where the text states an offset, else naive.

    Hints: `day first`, `month first` or `year first` for the order of numeric dates (without one, only ISO
    dates and those with the name of a month are read); `Excel serial`, `epoch seconds`, `epoch milliseconds`,
    `epoch microseconds` or `yymmdd` for bare numbers, `0 is none` where 0 is none of them. Digits beyond
    the microsecond are cut off.

    Raises:
        CellError: No date, one that no calendar has, or one whose order the column does not show.
    """
    shown = _plain(text)
    if is_missing(shown) or _ZERO_DATE.fullmatch(shown):
        return None
    said = hints(hint)
    if shown == "0" and NO_ZERO in said:
        return None
    if re.fullmatch(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:e[+-]?[0-9]+)?", shown):
        return _bare(shown, said)
    if named := _WEEKDAY.fullmatch(shown):
        weekday = _WEEKDAYS.get(named["weekday"])
        if weekday is not None and (found := _match(named["rest"], said)):
            return _on_weekday(found, weekday)
    found = _match(shown, said)
    if not found:
        raise CellError("not a date")
    return _of_match(found)


def read_date(text: str, hint: str | None = None) -> date | None:
    """Read the date that a text states, leaving out a time behind it; hints and errors of `read_instant`."""
    found = read_instant(text, hint)
    return found.date() if found else None


@cache
def _word(name: str) -> int:
    """Return the number of a month in French or English."""
    if name not in _MONTHS:
        raise CellError("no such month")
    return _MONTHS[name]


def _plain(text: str) -> str:
    """Return the text cleaned, in lower case, without accents."""
    shown = clean(text).lower()
    if shown.isascii():
        return shown
    return "".join(c for c in unicodedata.normalize("NFD", shown) if not unicodedata.combining(c))


def _match(shown: str, said: frozenset[str]) -> re.Match[str] | None:
    """Find the form of date that the whole text has."""
    for form in (_ISO, _COMPACT, _WEEK):
        if found := form.fullmatch(shown):
            return found
    for order, form in _ORDERED.items():
        if order in said and (found := form.fullmatch(shown)):
            return found
    if any(form.fullmatch(shown) for form in _ORDERED.values()):
        raise CellError("day or month first: nothing in the column shows which")
    return next((found for form in _NAMED if (found := form.fullmatch(shown))), None)


def _of_match(found: re.Match[str]) -> datetime:
    """Build the instant that the groups of a form name."""
    parts = found.groupdict()
    day = _day(parts)
    at = clock.of_match(found) if parts["hour"] else time()
    return datetime.combine(day, at, tzinfo=_zone(parts.get("zone")))


def _day(parts: dict[str, str | None]) -> date:
    """Return the date of the groups, where the calendar has it."""
    year = _year(parts["year"] or "")
    try:
        if parts.get("week"):
            return date.fromisocalendar(year, int(parts["week"] or 0), int(parts["weekday"] or 0))
        month = _word(parts["name"]) if parts.get("name") else int(parts["month"] or 0)
        return date(year, month, int(parts["day"] or 0))
    except CellError:
        raise
    except ValueError:
        raise CellError("no such day in the calendar") from None


def _year(digits: str) -> int:
    """Complete a year of two digits as POSIX does (69 is 1969, 68 is 2068), and refuse what marks "none"."""
    year = int(digits)
    if len(digits) == 2:
        year += 1900 if year >= 69 else 2000
    if year not in YEARS:
        raise CellError("a year outside 1900 to 2199")
    return year


def _zone(name: str | None) -> timezone | None:
    """Return the offset that a text states."""
    if name is None:
        return None
    if name in {"z", "utc", "gmt"}:
        return UTC
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > timedelta(hours=14) or int(digits[2:]) > 59:
        raise CellError("no such offset from UTC")
    return timezone(-offset if name[0] == "-" else offset)


def _on_weekday(found: re.Match[str], weekday: int) -> datetime:
    """Build the instant and hold it against the weekday written before it."""
    instant = _of_match(found)
    if instant.weekday() != weekday:
        raise CellError("the weekday does not fit the date")
    return instant


def _bare(shown: str, said: frozenset[str]) -> datetime:
    """Read a number as the column's hint says, else as a date written without marks."""
    per_second = [rate for name, rate in PER_SECOND.items() if name in said]
    if per_second:
        return _epoch(amount(shown, "decimal comma" if "," in shown else "decimal point"), per_second[0])
    if "yymmdd" in said and re.fullmatch("[0-9]{6}", shown):
        return _of_match(_ORDERED["year first"].fullmatch("-".join((shown[:2], shown[2:4], shown[4:]))))  # type: ignore[arg-type]
    if found := _COMPACT.fullmatch(shown):
        return _of_match(found)
    if "excel serial" in said:
        return _excel(amount(shown, "decimal comma" if "," in shown else "decimal point"))
    raise CellError("a number where a date is expected")


def _epoch(count: float, per_second: int) -> datetime:
    """Count from 1970 in UTC."""
    if count < 0:
        raise CellError("before 1970")
    if count / per_second >= 7_258_118_400:  # 2200-01-01: milliseconds taken for seconds
        raise CellError("a year outside 1900 to 2199")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(count * 1_000_000 / per_second))


def _excel(serial: float) -> datetime:
    """Count days from 1899-12-30, Excel's day zero after its missing leap day of 1900."""
    if not 61 <= serial < 109_575:  # 1900-03-01 to 2199-12-31
        raise CellError("a year outside 1900 to 2199")
    return datetime(1899, 12, 30) + timedelta(milliseconds=round(serial * 86_400_000))  # noqa: DTZ001 (the export's own zone)
