"""Periods: fiscal years beside the ISO ones; each text says which days it means, without the project file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.errors import PeriodError
from kpitools.periods import EXAMPLES, GRAINS, Coverage, Period, span

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("FY2027-04", date(2026, 4, 1), date(2027, 3, 31)),
        ("FY2027-01", date(2027, 1, 1), date(2027, 12, 31)),
        ("FY2024-03", date(2023, 3, 1), date(2024, 2, 29)),  # it ends in a leap year
        ("FY2027-12", date(2026, 12, 1), date(2027, 11, 30)),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends(text, first, last):
    """The text says the calendar year of the last day and the month of the first."""
    year = Period.parse(text)
    assert (year.start, year.end, str(year)) == (first, last, text)


def test_a_fiscal_year_has_neighbours():
    """The years before and after start in the same month; the year before is the previous one."""
    year = Period.parse("FY2027-04")
    assert [str(each) for each in (year.previous(), year.next(), year.year_before())] == [
        "FY2026-04", "FY2028-04", "FY2026-04",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2027, 3, 31), "FY2027-04"), (date(2027, 4, 1), "FY2028-04")]
)  # fmt: skip
def test_a_day_lies_in_the_fiscal_year_that_has_begun(day, expected):
    """The last day of March ends one, the first of April begins the next."""
    assert str(Period.containing(day, "fiscal_year", 4)) == expected


def test_the_fiscal_years_of_some_days():
    """Every one that touches the days, whole."""
    assert [str(year) for year in span(date(2025, 3, 31), date(2026, 4, 1), "fiscal_year", 4)] == [
        "FY2025-04", "FY2026-04", "FY2027-04",
    ]  # fmt: skip


@given(DAYS, st.sampled_from(GRAINS), MONTHS)
def test_every_period_can_be_read_again(day, grain, month):
    """A period's text gives the same period; it holds its day, and follows the one before without a gap."""
    period = Period.containing(day, grain, month)
    assert Period.parse(str(period)) == period
    assert period.start <= day <= period.end
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.next().start - timedelta(days=1) == period.end


@given(DAYS)
def test_a_fiscal_year_from_january_is_the_calendar_year(day):
    """It has the same days, and says that it is a fiscal year."""
    fiscal, year = Period.containing(day, "fiscal_year", 1), Period.containing(day, "year")
    assert (fiscal.start, fiscal.end, str(fiscal)) == (year.start, year.end, f"FY{year}-01")


def test_a_fiscal_year_needs_its_first_month():
    """Nobody guesses when a fiscal year starts: the message names the key of the project file."""
    with pytest.raises(PeriodError, match="fiscal_year_starts = 4"):
        Period.containing(date(2026, 5, 1), "fiscal_year")


@pytest.mark.parametrize("text", ["FY2027", "FY2027-13", "FY2027-00", "2027-FY", "fy2027-04"])
def test_what_is_no_fiscal_year_is_refused(text):
    """A year without its month could mean twelve different ones; the forms are listed, or the month is refused."""
    with pytest.raises(PeriodError, match="FY20"):
        Period.parse(text)


def test_every_grain_has_an_example():
    """Each grain's example is one of its periods."""
    assert [Period.parse(EXAMPLES[grain]).grain for grain in GRAINS] == list(GRAINS)


def test_a_month_that_ends_on_a_day_that_is_rare_is_complete():
    """With calls from Monday to Friday and one on a Saturday, a month that ends on a Saturday ends with its Friday."""
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(60)]
    worked = [day for day in days if day.weekday() < 5 or day == date(2026, 9, 12)]
    october, today = Period.parse("2026-10"), date(2026, 11, 2)
    assert Coverage.of(worked).complete(october, today)
    assert not Coverage.of(worked[:-1]).complete(october, today)


def test_a_month_that_ends_on_a_day_like_others_is_not_complete_without_it():
    """Of data on every day but one of its Saturdays, the last Saturday of the month is missing."""
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(60)]
    assert not Coverage.of([d for d in days if d != date(2026, 9, 12)]).complete(
        Period.parse("2026-10"), date(2026, 11, 2)
    )
