"""Periods: ISO days, weeks, months, quarters and years, and fiscal years that start in any month."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from itertools import pairwise

from kpitools.errors import PeriodError, suggest

GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_year")
EXAMPLES = {
    "day": "2026-10-05", "week": "2026-W41", "month": "2026-10", "quarter": "2026-Q4", "year": "2026",
    "fiscal_year": "FY2027-04",
}  # fmt: skip

_FORMS = {
    "day": re.compile(r"(\d{4})-(\d\d)-(\d\d)"),
    "week": re.compile(r"(\d{4})-W(\d\d)"),
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
    "fiscal_year": re.compile(r"FY(\d{4})-(\d\d)"),
}


@total_ordering
@dataclass(frozen=True)
class Period:
    """A stretch of whole local days: its grain and its first day.

    A fiscal year is named after the calendar year in which it ends, and after the month in which it starts:
    `FY2027-04` runs from April 2026 to March 2027. Its text can thus be read without the project file.

    >>> Period.parse("2026-10").previous()
    Period(grain='month', start=datetime.date(2026, 9, 1))
    >>> str(Period.parse("2026-W01")), Period.parse("2026-W01").start.isoformat()
    ('2026-W01', '2025-12-29')
    """

    grain: str
    start: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read the text of a period; `PeriodError` says which forms there are.

        >>> Period.parse("2026-W41").end
        datetime.date(2026, 10, 11)
        """
        for grain, form in _FORMS.items():
            found = form.fullmatch(text.strip())
            if found:
                try:
                    return cls(grain, _first_day(grain, [int(part) for part in found.groups()]))
                except ValueError as wrong:
                    raise PeriodError(f"There is no {grain} {text!r}: {wrong}.") from None
        forms = ", ".join(EXAMPLES.values())
        raise PeriodError(f"{text!r} is no period. Write one of these forms: {forms}.")

    @classmethod
    def containing(cls, day: date, grain: str, fiscal_start: int | None = None) -> "Period":
        """Return the period of that grain in which a day falls; a fiscal year starts in the month `fiscal_start`."""
        if grain == "fiscal_year":
            return cls(grain, _fiscal_start(day, fiscal_start))
        starts = {
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "month": day.replace(day=1),
            "quarter": date(day.year, 3 * ((day.month - 1) // 3) + 1, 1),
            "year": date(day.year, 1, 1),
        }
        if grain not in starts:
            raise PeriodError(f"There is no grain {grain!r}. {suggest(grain, GRAINS)}")
        return cls(grain, starts[grain])

    @property
    def end(self) -> date:
        """The last day."""
        if self.grain in ("day", "week"):
            return self.start + timedelta(days=0 if self.grain == "day" else 6)
        months = {"month": 1, "quarter": 3, "year": 12, "fiscal_year": 12}[self.grain]
        years, last = divmod(self.start.month + months - 2, 12)
        year, month = self.start.year + years, last + 1
        return date(year, month, monthrange(year, month)[1])

    def previous(self) -> "Period":
        """Return the period just before."""
        return Period.containing(self.start - timedelta(days=1), self.grain, self.start.month)

    def next(self) -> "Period":
        """Return the period just after."""
        return Period.containing(self.end + timedelta(days=1), self.grain, self.start.month)

    def year_before(self) -> "Period | None":
        """Return the same period a year earlier: the same ISO week number, the same weekday for a day.

        None for a week 53 whose earlier year has only 52.
        """
        if self.grain == "day":
            return Period("day", self.start - timedelta(weeks=52))
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            try:
                return Period("week", date.fromisocalendar(year - 1, week, 1))
            except ValueError:
                return None
        return Period(self.grain, self.start.replace(year=self.start.year - 1))

    def __str__(self) -> str:
        """Write the text that `parse` reads."""
        if self.grain == "day":
            return self.start.isoformat()
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02d}"
        if self.grain == "fiscal_year":
            return f"FY{self.end.year}-{self.start.month:02d}"
        tail = {"month": f"-{self.start.month:02d}", "quarter": f"-Q{self.start.month // 3 + 1}", "year": ""}
        return f"{self.start.year}{tail[self.grain]}"

    def __lt__(self, other: "Period") -> bool:
        """Order by first day, then by grain from day to fiscal year."""
        return (self.start, GRAINS.index(self.grain)) < (other.start, GRAINS.index(other.grain))


def _first_day(grain: str, numbers: list[int]) -> date:
    if grain == "week":
        return date.fromisocalendar(numbers[0], numbers[1], 1)
    if grain == "quarter":
        return date(numbers[0], 3 * numbers[1] - 2, 1)
    if grain == "fiscal_year":
        return date(numbers[0] - (numbers[1] > 1), numbers[1], 1)
    return date(*[*numbers, 1, 1][:3])


def _fiscal_start(day: date, month: int | None) -> date:
    """Return the first day of the fiscal year in which a day falls."""
    if month is None:
        raise PeriodError(
            "The project does not say when its fiscal year starts. "
            "Add the month under [calendar]: fiscal_year_starts = 4."
        )
    return date(day.year - (day.month < month), month, 1)


def require_own(period: Period, fiscal_start: int | None) -> None:
    """Refuse a fiscal year that starts in another month than the project's own.

    Years from every month in turn would tell, by subtraction, what small groups of single months are to hide.
    """
    own = Period.containing(period.start, period.grain, fiscal_start)
    if own.grain == "fiscal_year" and own != period:
        raise PeriodError(f"{period} is no fiscal year of this project: they start in month {fiscal_start}, as {own}.")


def span(first: date, last: date, grain: str, fiscal_start: int | None = None) -> list[Period]:
    """Return every period of a grain that touches the days from `first` to `last`.

    Raises `PeriodError` for fiscal years without the month `fiscal_start` in which they start.
    """
    periods = [Period.containing(first, grain, fiscal_start)]
    while periods[-1].end < last:
        periods.append(periods[-1].next())
    return periods


NO_DAY = date(1900, 1, 1)
"""Stands for no day where rows have none: no row can be so old, and a week, month, quarter and year begin on it."""


def _rare(days: Sequence[date]) -> frozenset[int]:
    """Return the days of the week that have rows less than half as often as the most regular one."""
    first, reached = days[0], (days[-1] - days[0]).days
    there = Counter((first + timedelta(days=n)).weekday() for n in range(reached + 1))
    seen = Counter(day.weekday() for day in days)
    often = {weekday: seen[weekday] / max(there[weekday], 1) for weekday in range(7)}
    return frozenset(weekday for weekday, share in often.items() if share < max(often.values()) / 2)


@dataclass(frozen=True)
class Coverage:
    """The days that data reach: from the first to the last day with a row.

    A day of the week that is rare in the data (`closed`: a Sunday, say; with rows less than half as often as the most
    regular one) is taken as covered where it touches either end, so that a month ending on a closed day is complete.
    `gap` is the longest run of days without a row in between.

    >>> march = Coverage.of([date(2026, 3, 2) + timedelta(days=n) for n in range(27) if n % 7 < 5])
    >>> march.first.isoformat(), march.last.isoformat()
    ('2026-03-02', '2026-03-27')
    >>> march.complete(Period.parse("2026-03"), date(2026, 4, 1))  # Monday 30 is missing, not Sunday 1
    False
    """

    first: date
    last: date
    gap: int = 0
    closed: frozenset[int] = frozenset()

    @classmethod
    def of(cls, days: Iterable[date]) -> "Coverage | None":
        """Find the coverage of some days; None where there are none."""
        seen = sorted(set(days))
        if not seen:
            return None
        closed = _rare(seen)
        gap = max(((after - before).days - 1 for before, after in pairwise(seen)), default=0)
        return cls(seen[0], seen[-1], gap, closed)

    def _reach(self, day: date, step: int) -> date:
        """Return the day up to which nothing but closed days follow (or precede) a day."""
        while (day + timedelta(days=step)).weekday() in self.closed:
            day += timedelta(days=step)
        return day

    def complete(self, period: Period, today: date) -> bool:
        """Say whether a period is over and the data reach both its ends."""
        return period.end < today and self._covers(period, timedelta())

    def _covers(self, period: Period, slack: timedelta) -> bool:
        return self._reach(self.first, -1) - slack <= period.start and period.end <= self._reach(self.last, 1) + slack

    def reaches(self, period: Period) -> bool:
        """Say whether one table reaches both ends of a period, give or take the longest gap that it has anyway.

        Tables with few rows (surveys) have days without any; the data as a whole decide by `complete`.
        """
        return self._covers(period, timedelta(days=self.gap))
