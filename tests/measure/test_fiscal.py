"""Fiscal years as periods of measurements."""

from datetime import date

import pytest

from kpitools.errors import PeriodError
from kpitools.findings.choice import choose_period
from kpitools.measure import measure
from kpitools.periods import Coverage

DAYS = [(date(2025, 3, 31), 1), (date(2025, 4, 1), 2), (date(2026, 3, 31), 4), (date(2026, 4, 1), 8)]
APRIL = {"calendar": {"fiscal_year_starts": 4}}


@pytest.fixture
def volume(rows_of, project_of):
    """Count the contacts of a few days on either side of the ends of fiscal years, as asked."""
    contacts = rows_of("contacts", *({"date": day, "times": times} for day, times in DAYS))

    def count(content, **asked):
        found = measure({"contacts": contacts}, project_of(**content), kpis=["volume"], **asked)
        return dict(zip(found["period"], found["value"], strict=True))

    return count


def test_measurements_by_fiscal_year(volume):
    """A fiscal year from April holds the contacts from the first of April to the last of March."""
    assert volume(APRIL, every="fiscal_year") == {"FY2025-04": 1, "FY2026-04": 6, "FY2027-04": 8}


def test_only_the_fiscal_years_of_the_project_are_measured(volume):
    """Years from each month in turn would give away, by subtraction, what is hidden of single months."""
    assert volume(APRIL, period="FY2026-04") == {"FY2026-04": 6}
    with pytest.raises(PeriodError, match="they start in month 4, as FY2026-04"):
        volume(APRIL, period="FY2026-07")


def test_the_project_says_when_its_fiscal_year_starts(volume):
    """It is not taken to be January."""
    with pytest.raises(PeriodError, match="fiscal_year_starts"):
        volume({}, every="fiscal_year")
    with pytest.raises(PeriodError, match="fiscal_year_starts"):
        volume({}, period="FY2026-01")


def test_a_report_is_of_the_last_closed_fiscal_year():
    """Without a period, and for the grain's name as the period; a year without data is refused with a near one."""
    coverage, today = Coverage(date(2024, 4, 1), date(2026, 5, 31)), date(2026, 6, 1)
    assert str(choose_period(None, coverage, "fiscal_year", today, 4)) == "FY2026-04"
    assert str(choose_period("fiscal_year", coverage, "month", today, 4)) == "FY2026-04"
    with pytest.raises(PeriodError, match="no fiscal year of this project"):
        choose_period("FY2025-07", coverage, "month", today, 4)
    with pytest.raises(PeriodError, match="The nearest fiscal year to report on is FY2026-04"):
        choose_period("FY2030-04", coverage, "month", today, 4)
