"""Dates and periods as people say them: the 1st of the month, week 38, in September."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from babel.dates import format_date, format_time
from babel.lists import format_list

from kpitools.periods import Period
from kpitools.present.languages import Words


def day(words: Words, on: date, *, year: bool = True) -> str:
    """Write a date in full; some languages write the first of a month in their own way."""
    if on.day == 1:
        pattern = words.context("first of a month", "d MMMM y") if year else words.context("first of a month", "d MMMM")
    else:
        pattern = words.context("date", "d MMMM y") if year else words.context("date", "d MMMM")
    return str(format_date(on, pattern, locale=words.locale))


def short(words: Words, on: date, *, year: bool = True) -> str:
    """Write a date in few signs, for a table or an axis."""
    if on.day == 1:
        pattern = words.context("first of a month", "d MMM y") if year else words.context("first of a month", "d MMM")
    else:
        pattern = words.context("date", "d MMM y") if year else words.context("date", "d MMM")
    return str(format_date(on, pattern, locale=words.locale))


def name(words: Words, period: Period) -> str:
    """Name a period: October 2026, week 41 of 2026, 4th quarter of 2026, 2026, fiscal year 2026-2027."""
    year, week, _ = period.start.isocalendar()
    match period.grain:
        case "day":
            return day(words, period.start)
        case "week":
            return words.text("week {week} of {year}", week=week, year=year)
        case "month":
            return str(format_date(period.start, words.context("month", "MMMM y"), locale=words.locale))
        case "quarter":
            return str(format_date(period.start, words.context("quarter", "QQQQ y"), locale=words.locale))
        case "fiscal_year":
            return words.text("fiscal year {years}", years=_years(period))
        case _:
            return str(period.start.year)


def _years(period: Period) -> str:
    """Write the calendar years that a fiscal year touches."""
    return "-".join(str(year) for year in dict.fromkeys((period.start.year, period.end.year)))


def weekday(words: Words, on: date) -> str:
    """Write a date in few signs with its day of the week."""
    return str(format_date(on, words.context("weekday and date", "EEE d MMM"), locale=words.locale))


def weekdays(words: Words) -> tuple[str, ...]:
    """Name the days of the week in few signs, Monday first."""
    monday = date(2024, 1, 1)
    return tuple(str(format_date(monday + timedelta(days=n), "EEE", locale=words.locale)) for n in range(7))


def clock(words: Words, half_hour: int) -> str:
    """Write the time of day at which a half-hour begins."""
    begins = time(half_hour // 2, 30 * (half_hour % 2))
    return str(format_time(begins, "short", locale=words.locale))


def brief(words: Words, period: Period, *, year: bool = True) -> str:
    """Name a period in a few signs, for an axis or the head of a column; without its year where that is known."""
    if period.grain == "fiscal_year":
        return _years(period)
    if period.grain == "week":
        of, week, _ = period.start.isocalendar()
        if year:
            return words.context("few signs", "W{week} {year}", week=week, year=of)
        return words.context("few signs", "W{week}", week=week)
    patterns = {
        "day": words.context("few signs", "d MMM"),
        "month": words.context("few signs", "MMM y") if year else words.context("few signs", "MMM"),
        "quarter": words.context("few signs", "QQQ y") if year else words.context("few signs", "QQQ"),
        "year": "y",
    }
    return str(format_date(period.start, patterns[period.grain], locale=words.locale))


def during(words: Words, period: Period) -> str:
    """Say when something was: in October 2026, in week 41, in 2026."""
    said = name(words, period)
    match period.grain:
        case "day":
            return words.text("on {day}", day=said)
        case "week":
            return words.text("in week {week}", week=period.start.isocalendar()[1])
        case "quarter":
            return words.text("in the {quarter}", quarter=said)
        case "year":
            return words.text("in {year}", year=said)
        case "fiscal_year":
            return words.text("in {fiscal_year}", fiscal_year=said)
        case _:
            return words.text("in {month}", month=said)


def near(words: Words, period: Period, page: Period) -> str:
    """Name a period; a week of the year of the page's `page` without that year: week 38, September 2026."""
    year, week, _ = period.start.isocalendar()
    if period.grain == "week" and _year(page) == year:
        return words.text("week {week}", week=week)
    return name(words, period)


def _year(period: Period) -> int:
    """Give the year of weeks that a period lies in; its last days may belong to the next one."""
    return (period.start + (period.end - period.start) / 2).isocalendar().year


def since(words: Words, period: Period, page: Period) -> str:
    """Say from when on something holds: since week 38, since September 2026; `page` is the period of the page."""
    year, week, _ = period.start.isocalendar()
    match period.grain:
        case "day":
            return words.text("since {day}", day=day(words, period.start))
        case "week" if _year(page) == year:
            return words.text("since week {week}", week=week)
        case "week":
            return words.text("since week {week} of {year}", week=week, year=year)
        case "quarter":
            return words.text("since the {quarter}", quarter=name(words, period))
        case "fiscal_year":
            return words.text("since {fiscal_year}", fiscal_year=name(words, period))
        case _:
            return words.text("since {month}", month=name(words, period))


def title(words: Words, period: Period) -> str:
    """Name a period for a title; a week says its days too."""
    if period.grain != "week":
        return name(words, period)
    first, last = day(words, period.start, year=False), day(words, period.end)
    return words.text("{week} ({first} to {last})", week=name(words, period), first=first, last=last)


def listed(words: Words, items: Iterable[str]) -> str:
    """Join some texts as the language does: a, b and c."""
    return str(format_list(list(items), locale=words.locale))
