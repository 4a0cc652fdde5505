"""A review from tables to claims, and the refusals that name what would have been possible."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from kpitools.errors import PeriodError, ReportError
from kpitools.findings import last_closed, review_tables, teams
from kpitools.findings.choice import scales
from kpitools.periods import Coverage, Period, span
from kpitools.project import from_mapping

TODAY = date(2026, 11, 20)


def calls(first, last, answered_by_month):
    """Make 20 calls a day; of those of a month, as many per 20 are answered as `answered_by_month` says (else 16)."""
    rows = []
    day = first
    while day <= last:
        answered = answered_by_month.get(f"{day:%Y-%m}", 16)
        for number in range(20):
            outcome = "answered" if number < answered else "abandoned"
            rows.append((day, ("Nord", "Sud")[number % 2], outcome, 10.0 + number))
        day += timedelta(days=1)
    frame = pd.DataFrame(rows, columns=["date", "team", "outcome", "wait_s"])
    frame["date"] = pd.to_datetime(frame["date"])
    return frame.assign(direction="inbound", channel="phone", out_of_hours=False)


@pytest.fixture(scope="module")
def tables():
    """Calls from 1 January 2025 to 10 November 2026; in October 2026 fewer are answered."""
    return {"contacts": calls(date(2025, 1, 1), date(2026, 11, 10), {"2026-10": 12})}


@pytest.fixture
def reviewed(tables, tmp_path):
    """Review those calls."""

    def of(*asked, **parts):
        parts = {"report": [{"kpis": ["answer_rate", "wait_time", "volume", "nps"]}], **parts}
        return review_tables(tables, from_mapping(parts, tmp_path), *asked, today=TODAY)

    return of


def test_without_a_period_the_last_closed_month_is_reviewed(reviewed):
    """On 20 November that is October, with its 31 days; what the report names and no table has is said so."""
    found = reviewed()
    assert (str(found.period), found.days, found.complete) == ("2026-10", 31, True)
    assert [kpi.name for kpi in found.kpis] == ["answer_rate", "wait_time", "volume"]
    assert [name for name, _ in found.unmeasured] == ["nps"]
    assert set(found.current["period"]) == {"2026-10"}


def test_a_fall_is_claimed_and_a_steady_kpi_is_not(reviewed):
    """Answered: 80 % in every month, 60 % of 620 calls in October. Contacts: 31 days bring 620 each time."""
    found = reviewed()
    row = found.current[found.current["kpi"] == "answer_rate"].iloc[0]
    assert (row["value"], row["numerator"], row["denominator"]) == (0.6, 372, 620)
    assert found.change("answer_rate") == "worse"
    assert found.change("volume") == "usual"
    assert found.trends["answer_rate"].newest == "outside_low"
    assert (str(found.shifts["answer_rate"].since), found.shifts["answer_rate"].grain) == ("2026-W40", "week")


def test_a_month_earlier_nothing_had_changed(reviewed):
    """Seen from September every month is alike, and what came later is not looked at."""
    found = reviewed("2026-09")
    assert found.change("answer_rate") == "usual"
    assert found.history["period"].max() == "2026-09"


def test_the_history_reaches_back_as_far_as_the_grain_needs(reviewed):
    """22 months of data give 22 months; of 97 weeks a page shows 60; there are two years."""
    assert reviewed("2026-10").history["period"].nunique() == 22
    assert reviewed("2026-W44").history["period"].nunique() == 60
    assert set(reviewed("2026").history["period"]) == {"2025", "2026"}


def test_a_month_that_is_not_over_is_shown_and_not_judged(reviewed):
    """November has ten days of data: values, and no verdict; the weeks that have closed are judged all the same."""
    found = reviewed("2026-11", target=[{"kpi": "answer_rate", "value": 0.9}])
    assert (found.days, found.complete) == (10, False)
    assert found.findings["verdict"].isna().all()
    assert (found.change("answer_rate"), str(found.shifts["answer_rate"].since)) == ("worse", "2026-W40")


def test_a_team_is_reviewed_by_its_own_calls(reviewed):
    """Half of the 620 calls of October are Nord's, and its target alone is held against it."""
    targets = [{"kpi": "answer_rate", "value": 0.9}, {"kpi": "answer_rate", "value": 0.5, "team": "Nord"}]
    found = reviewed("2026-10", "Nord", target=targets)
    row = found.findings[found.findings["against"] == "target"]
    assert list(row["n"]) == [310]
    assert list(row["verdict"]) == ["inside"]


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (("2030-01",), PeriodError, "2026-10"),
        (("2020-01",), PeriodError, "2025-01"),
        (("2026-13",), PeriodError, "The last closed month is 2026-10"),
        (("2026-W60",), PeriodError, "The last closed week is 2026-W45"),
        (("october",), PeriodError, "2026-10"),
        (("2026-10", "Nrod"), ReportError, "Did you mean 'Nord'?"),
        (("2026-10", "nord"), ReportError, "Did you mean 'Nord'?"),
    ],
)
def test_the_impossible_is_refused_with_the_nearest_possible(reviewed, asked, error, said):
    """A period without data, a text that is none, a team that does not exist."""
    with pytest.raises(error) as refused:
        reviewed(*asked)
    assert said in str(refused.value)


def test_a_hole_in_the_data_is_refused(tables, tmp_path):
    """No calls in June 2026, though there are before and after: May or July would do."""
    frame = tables["contacts"]
    holed = {"contacts": frame[frame["date"].dt.strftime("%Y-%m") != "2026-06"]}
    with pytest.raises(PeriodError, match=r"no data for 2026-06.*2026-0[57]"):
        review_tables(holed, from_mapping({}, tmp_path), "2026-06", today=TODAY)


def test_no_rows_are_no_report(tables, tmp_path):
    """A project all of whose rows were set aside says so, and where to look."""
    empty = {"contacts": tables["contacts"].head(0)}
    with pytest.raises(ReportError, match="kpitools check"):
        review_tables(empty, from_mapping({}, tmp_path), today=TODAY)


def test_an_unknown_kpi_has_no_change(reviewed):
    """Asking what a KPI did that is not on the page is refused."""
    with pytest.raises(ValueError, match="answer_rate"):
        reviewed().change("anser_rate")


def test_a_report_that_names_no_kpi_shows_all_that_can_be_measured(reviewed):
    """Calls with a wait give four, the answer rate in one form; surveys and requests are named with what they lack."""
    found = reviewed(report=[])
    calls = {"volume", "answer_rate", "service_level", "wait_time"}
    assert {kpi.name for kpi in found.kpis} == calls
    assert {"nps", "csat", "first_contact_resolution", "talk_time"} <= {name for name, _ in found.unmeasured}


def test_the_teams_are_those_of_all_tables(tables):
    """Each once, in alphabetical order; a table without teams has none."""
    assert teams({**tables, "surveys": pd.DataFrame({"score": [1.0]})}) == ["Nord", "Sud"]


@pytest.mark.parametrize(
    ("first", "last", "today", "expected"),
    [
        ("2026-01-01", "2026-10-31", "2026-11-20", "2026-10"),
        ("2026-01-01", "2026-11-10", "2026-11-20", "2026-10"),
        ("2026-01-01", "2026-10-31", "2026-10-31", "2026-09"),
        ("2026-10-05", "2026-10-20", "2026-11-20", "2026-10"),
        ("2026-11-05", "2026-11-10", "2026-11-20", "2026-11"),
    ],
)
def test_the_last_closed_month(first, last, today, expected):
    """Whole where there is one; else one that is over; else what there is. A day is over on the next one."""
    coverage = Coverage(*(datetime.fromisoformat(day).date() for day in (first, last)))
    assert str(last_closed(coverage, "month", date.fromisoformat(today))) == expected


def test_the_last_closed_period_is_in_the_data_and_over():
    """Of any data up to yesterday, the last closed week has ended, and no later one has."""
    for days in range(1, 40):
        coverage = Coverage(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days))
        today = coverage.last + timedelta(days=1)
        found = last_closed(coverage, "week", today)
        ended = [p for p in span(coverage.first, coverage.last, "week") if p.end < today]
        assert found == (ended[-1] if ended else Period.containing(coverage.last, "week"))


def test_a_scale_is_told_where_all_answers_are_on_it():
    """Answers on 1 to 5 have the top 5; a question asked on two scales has none, nor has one that says nothing."""
    asked = [("csat", 5.0), ("csat", 5.0), ("nps", 10.0), ("nps", 5.0), ("ces", None)]
    assert scales({"surveys": pd.DataFrame(asked, columns=["kind", "scale_max"])}) == {"csat": 5.0}
    assert scales({"contacts": pd.DataFrame({"team": ["Nord"]})}) == {}
