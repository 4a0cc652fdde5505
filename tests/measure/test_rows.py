"""The rows of `measure`: which periods and segments there are, and what is said where a value is unknown."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kpitools.errors import PeriodError, UserError
from kpitools.measure import COLUMNS, coverage_of, measure
from kpitools.periods import Coverage


@pytest.fixture(scope="module")
def calls(rows_of):
    """Calls on every day of January, none in February, and on each day up to 20 March; Sud has half of Nord's."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(79)]
    rows = [
        {"date": day, "team": team, "times": times}
        for day in days
        if day.month != 2
        for team, times in (("Nord", 2), ("Sud", 1))
    ]
    return {"contacts": rows_of("contacts", *rows)}


def test_columns_are_those_of_the_design_and_segments_only_where_asked(calls, project_of):
    """Without `by` there is no team column; with it, the column stands in its place."""
    plain = measure(calls, project_of(), kpis=["volume"])
    by_team = measure(calls, project_of(), kpis=["volume"], by=["team"])
    segments = {"team", "channel", "request_type"}
    assert list(plain) == [c for c in COLUMNS if c not in segments] + ["low_90", "high_90"]
    assert list(by_team) == [c for c in COLUMNS if c not in segments - {"team"}] + ["low_90", "high_90"]


def test_a_month_without_a_row_stands_in_its_place_as_unknown(calls, project_of):
    """February is there, with no value and the reason: a series has gaps, it does not jump."""
    found = measure(calls, project_of(), kpis=["answer_rate"]).set_index("period")
    assert list(found.index) == ["2026-01", "2026-02", "2026-03"]
    assert np.isnan(found.loc["2026-02", "value"])
    assert found.loc["2026-02", "reason"] == "no_rows"


def test_a_month_is_complete_when_it_is_over_and_the_data_reach_its_ends(calls, project_of):
    """January is complete; March is over but has data up to the 20th only; nothing is complete before its end."""
    complete = measure(calls, project_of(), kpis=["volume"]).set_index("period")["complete"]
    assert complete[["2026-01", "2026-03"]].tolist() == [True, False]
    early = measure(calls, project_of(), kpis=["volume"], today=date(2026, 1, 31)).set_index("period")["complete"]
    assert not early["2026-01"]


def test_a_month_that_ends_on_closed_days_is_complete():
    """Monday to Friday in May 2026, up to Friday 29: the 30th and 31st are a weekend, on which nobody ever calls."""
    days = [day.date() for day in pd.bdate_range("2026-04-01", "2026-05-29")]
    found = coverage_of({"contacts": pd.DataFrame({"date": days})})
    assert found == Coverage(date(2026, 4, 1), date(2026, 5, 29), gap=2, closed=frozenset({5, 6}))


@pytest.mark.parametrize(
    ("every", "periods"),
    [
        ("week", ["2026-W01", "2026-W12"]), ("month", ["2026-01", "2026-03"]),
        ("quarter", ["2026-Q1", "2026-Q1"]), ("year", ["2026", "2026"]), ("day", ["2026-01-01", "2026-03-20"]),
    ],
)  # fmt: skip
def test_every_grain_adds_up_to_the_same_calls(calls, project_of, every, periods):
    """51 days of three calls are 153, however they are cut; the periods run from the first to the last call."""
    found = measure(calls, project_of(), kpis=["volume"], every=every)
    assert found["value"].sum() == 51 * 3
    assert [found["period"].iloc[0], found["period"].iloc[-1]] == periods


def test_one_period_gives_its_row_of_the_series(calls, project_of):
    """The row of January, asked for alone, is that of the whole series: the days before it still widen it."""
    series = measure(calls, project_of(), kpis=["answer_rate", "wait_time"])
    alone = measure(calls, project_of(), kpis=["answer_rate", "wait_time"], period="2026-03")
    same = series[series["period"] == "2026-03"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, same)


def test_a_team_alone_measures_as_it_does_among_the_teams(calls, project_of):
    """`team` keeps one team's rows; its numbers are those that `by` gives it."""
    alone = measure(calls, project_of(), kpis=["volume", "wait_time"], team="Sud")
    among = measure(calls, project_of(), kpis=["volume", "wait_time"], by=["team"]).query("team == 'Sud'")
    for column in ("value", "low", "high", "n"):
        np.testing.assert_allclose(alone[column], among[column])


def test_segments_cross(rows_of, project_of):
    """By team and channel, each pair that occurs has its row, and no other."""
    table = rows_of("contacts", {"times": 3}, {"channel": "chat", "times": 2}, {"team": "Sud"})
    found = measure({"contacts": table}, project_of(), kpis=["volume"], by=["team", "channel"])
    assert {(row.team, row.channel): row.value for row in found.itertuples()} == {
        ("Nord", "phone"): 3, ("Nord", "chat"): 2, ("Sud", "phone"): 1,
    }  # fmt: skip


def test_a_kpi_whose_column_is_missing_says_which(rows_of, project_of):
    """Contacts without a handling time give no handle time, and say that `handle_s` is what they lack."""
    table = rows_of("contacts", {"times": 3}).drop(columns="handle_s")
    found = measure({"contacts": table}, project_of(), kpis=["handle_time", "volume"])
    assert found["reason"].tolist()[0] == "missing_column:handle_s"
    assert found["value"].tolist()[1] == 3


def test_a_kpi_that_comes_as_figures_alone_says_so(calls, project_of):
    """Site visits are in the catalogue, but no row of calls tells them."""
    assert set(measure(calls, project_of(), kpis=["site_visits"])["reason"]) == {"missing_table:figures"}


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"kpis": ["answer_rat"]}, UserError, "answer_rate"), ({"by": ["teem"]}, UserError, "team"),
        ({"every": "mnth"}, UserError, "month"), ({"period": "2026-05"}, PeriodError, "2026-01-01 to 2026-03-20"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_with_what_does(calls, project_of, asked, error, said):
    """A misspelt KPI, segment or grain gets the nearest name; a period without data gets where they run."""
    with pytest.raises(error, match=said):
        measure(calls, project_of(), **asked)


def test_nothing_at_all_is_refused(project_of):
    """No table, no measurement: the message says where the rows went."""
    with pytest.raises(UserError, match="kpitools check"):
        measure({}, project_of())


def answers(team, count, day=date(2026, 3, 2)):
    """Return so many NPS answers of one team, half of them 9 and half 5."""
    return [{"team": team, "date": day, "score": (9.0, 5.0)[n % 2]} for n in range(count)]


def test_a_group_under_the_minimum_is_hidden_and_one_at_it_is_shown(rows_of, project_of):
    """Four respondents are suppressed, value, bounds and counts; five are shown."""
    for count, hidden in ((4, True), (5, False)):
        row = measure({"surveys": rows_of("surveys", *answers("Nord", count))}, project_of(), kpis=["nps"]).iloc[0]
        assert row["suppressed"] == hidden
        assert np.isnan(row["value"]) == hidden
        assert np.isnan(row["n"]) == hidden
        assert (row["reason"] == "under_minimum_group") == hidden


def test_the_only_hidden_group_takes_the_smallest_other_with_it(rows_of, project_of):
    """Of 3, 6 and 9 respondents the 3 are hidden; the 6 with them, or the total less the rest would tell."""
    table = rows_of("surveys", *answers("Nord", 9), *answers("Sud", 6), *answers("Est", 3))
    found = measure({"surveys": table}, project_of(), kpis=["nps"], by=["team"]).set_index("team")
    assert found["suppressed"].to_dict() == {"Est": True, "Nord": False, "Sud": True}


def test_two_hidden_groups_need_no_companion(rows_of, project_of):
    """3 and 4 hidden cannot be told apart from the total, so 9 is shown."""
    table = rows_of("surveys", *answers("Nord", 9), *answers("Sud", 4), *answers("Est", 3))
    found = measure({"surveys": table}, project_of(), kpis=["nps"], by=["team"]).set_index("team")
    assert found["suppressed"].to_dict() == {"Est": True, "Nord": False, "Sud": True}


def test_contacts_are_no_people_and_are_never_hidden(rows_of, project_of):
    """Two calls are two calls: a small number of contacts says nothing about who answered a survey."""
    found = measure({"contacts": rows_of("contacts", {"times": 2})}, project_of(), kpis=["volume"])
    assert found["value"].tolist() == [2]
    assert not found["suppressed"].any()


def test_what_is_hidden_together_is_no_small_group_either(rows_of, project_of):
    """The total less what is shown leaves two and two people: the next smallest team is hidden with them."""
    counts = {"Est": 2, "Sud": 2, "Ouest": 7, "Nord": 9}
    table = rows_of("surveys", *(row for team, n in counts.items() for row in answers(team, n)))
    found = measure({"surveys": table}, project_of(), kpis=["nps"], by=["team"]).set_index("team")
    assert found["suppressed"].to_dict() == {"Est": True, "Nord": False, "Ouest": True, "Sud": True}
