"""Figures rolled up to periods and segments, beside rows or without any."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kpitools.measure import coverage_of, measure

FIGURE = {"kpi": "answer_rate", "value": None, "numerator": 80.0, "denominator": 100.0}


def figures(*rows):
    """Make a table of figures; `days` gives the first and last day, or one day that is both."""
    made = []
    for row in rows:
        given = {**FIGURE, "team": None, **row}
        first, _, last = given.pop("days").partition("/")
        made.append(given | {"date": pd.Timestamp(first), "end_date": pd.Timestamp(last or first)})
    frame = pd.DataFrame(made)
    return {"figures": frame.astype(dict.fromkeys(("value", "numerator", "denominator"), float))}


@pytest.fixture
def found(project_of):
    """Measure some figures; return the rows by period."""

    def of(tables, kpi="answer_rate", **asked):
        return measure(tables, project_of(), kpis=[kpi], **asked).set_index("period")

    return of


class TestPeriods:
    """A figure counts in the period that holds all its days."""

    def test_weeks_make_a_month_only_where_they_lie_in_it(self, found):
        """Of four weeks that touch March 2026 two lie in it and count; the others are left out, and counted."""
        weeks = ["2026-02-23/2026-03-01", "2026-03-02/2026-03-08", "2026-03-09/2026-03-15", "2026-03-30/2026-04-05"]
        table = figures(*({"days": days} for days in weeks))
        march = found(table).loc["2026-03"]
        assert march[["value", "n", "excluded"]].tolist() == [0.8, 200, 2]
        assert found(table, every="week")["n"].tolist() == [100, 100, 100, 0, 0, 100]

    def test_a_coarse_figure_is_not_split(self, found):
        """A month tells nothing of its weeks: no value, and the reason."""
        weeks = found(figures({"days": "2026-03-01/2026-03-31"}), every="week")
        assert weeks["value"].isna().all()
        assert set(weeks["reason"]) == {"figure_too_coarse"}
        assert weeks["excluded"].tolist() == [1] * 6

    def test_a_rate_and_its_denominator_pool_like_counts(self, found):
        """90 % of 100 and 70 % of 300 are 75 % of 400."""
        table = figures(
            {"days": "2026-03-02", "value": 0.9, "numerator": None},
            {"days": "2026-03-03", "value": 0.7, "numerator": None, "denominator": 300.0},
        )
        assert found(table).loc["2026-03", ["value", "n", "numerator"]].tolist() == pytest.approx([0.75, 400, 300])

    def test_counts_add_up_and_what_is_counted_at_a_moment_does_not(self, found):
        """Visits of two days add up; of channels offered on two days the later number holds."""
        pair = [{"days": "2026-03-02", "value": 5.0}, {"days": "2026-03-09", "value": 7.0}]
        bare = {"numerator": None, "denominator": None}
        for kpi, value in (("site_visits", 12), ("channels_offered", 7)):
            table = figures(*(row | bare | {"kpi": kpi} for row in pair))
            assert found(table, kpi).loc["2026-03", "value"] == value

    def test_points_stay_points(self, found):
        """60 promoters less 20 detractors of 100, and 10 points of 300 answers, are 17.5 points of 400."""
        table = figures(
            {"days": "2026-03-02", "kpi": "nps", "numerator": 40.0},
            {"days": "2026-03-03", "kpi": "nps", "value": 10.0, "numerator": None, "denominator": 300.0},
        )
        assert found(table, "nps").loc["2026-03", ["value", "n", "numerator"]].tolist() == pytest.approx(
            [17.5, 400, 70]
        )

    def test_a_month_of_daily_figures_is_complete_and_one_that_is_cut_is_not(self, found):
        """All days of March and ten of April: March is complete, April is not."""
        days = pd.date_range("2026-03-01", "2026-04-10").strftime("%Y-%m-%d")
        assert found(figures(*({"days": day} for day in days)))["complete"].tolist() == [True, False]

    def test_a_monthly_figure_covers_its_month(self, found):
        """One figure of March makes March complete, not its first day alone."""
        table = figures({"days": "2026-03-01/2026-03-31"})
        assert found(table)["complete"].tolist() == [True]
        assert coverage_of(table).last.isoformat() == "2026-03-31"


class TestIntervals:
    """Bounds where they can be had, and none that are too narrow."""

    def test_daily_figures_have_the_bounds_of_their_rows(self, rows_of, project_of, found):
        """The calls of ten days as rows, and as ten daily figures, give the same value and the same bounds."""
        rng = np.random.default_rng(7)
        rows, daily = [], []
        for day in pd.date_range("2026-03-02", "2026-03-11"):
            answered, missed = int(rng.integers(20, 60)), int(rng.integers(1, 20))
            rows += [
                {"date": day.date(), "times": answered},
                {"date": day.date(), "outcome": "abandoned", "times": missed},
            ]
            daily.append(
                {"days": f"{day:%Y-%m-%d}", "numerator": float(answered), "denominator": float(answered + missed)}
            )
        raw = measure({"contacts": rows_of("contacts", *rows)}, project_of(), kpis=["answer_rate"]).iloc[0]
        pooled = found(figures(*daily)).iloc[0]
        columns = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator"]
        assert pooled[columns].tolist() == pytest.approx(raw[columns].tolist())

    def test_figures_of_two_teams_on_one_day_are_one_day(self, found):
        """Split by team, the same days give the same bounds: teams are no days."""
        whole = [{"days": f"2026-03-{day:02d}", "numerator": 60.0 + 2 * day} for day in range(2, 9)]
        halves = [
            row | {"team": team, "numerator": row["numerator"] / 2, "denominator": 50.0}
            for row in whole
            for team in ("Nord", "Sud")
        ]
        columns = ["value", "low", "high"]
        one, two = (found(figures(*rows)).iloc[0][columns].tolist() for rows in (whole, halves))
        assert one == pytest.approx(two)

    def test_a_lone_monthly_share_has_no_bounds(self, found):
        """How the days of one month differ is not in its sum, so an interval would be too narrow: none is given."""
        row = found(figures({"days": "2026-03-01/2026-03-31"})).iloc[0]
        assert row["value"] == 0.8
        assert np.isnan(row["low"])
        assert row["reason"] == "figures_only"


class TestSegments:
    """A total never counts beside its parts."""

    TEAMS = (
        {"days": "2026-03-02", "team": "Nord", "numerator": 30.0, "denominator": 40.0},
        {"days": "2026-03-02", "team": "Sud", "numerator": 50.0, "denominator": 60.0},
    )

    def test_a_total_beside_its_teams_counts_once(self, found):
        """80 of 100 in all, beside 30 of 40 and 50 of 60, are 80 of 100."""
        table = figures({"days": "2026-03-02"}, *self.TEAMS)
        assert found(table).loc["2026-03", ["numerator", "n"]].tolist() == [80, 100]
        by_team = found(table, by=["team"]).set_index("team")["value"]
        assert by_team.to_dict() == {"Nord": 0.75, "Sud": pytest.approx(5 / 6)}

    def test_teams_make_the_total_where_there_is_none(self, found):
        """Without a total, 30 of 40 and 50 of 60 are pooled; the team asked for alone has its own."""
        table = figures(*self.TEAMS)
        assert found(table).loc["2026-03", ["numerator", "n"]].tolist() == [80, 100]
        assert found(table, team="Nord").loc["2026-03", "value"] == 0.75

    def test_the_set_that_covers_more_days_counts(self, found):
        """A total of one day stands back behind the teams of three."""
        more = [row | {"days": f"2026-03-0{day}"} for row in self.TEAMS for day in (2, 3, 4)]
        table = figures({"days": "2026-03-02", "numerator": 1.0, "denominator": 2.0}, *more)
        assert found(table).loc["2026-03", ["numerator", "n"]].tolist() == [240, 300]

    def test_a_segment_that_no_figure_has_gives_no_row_of_figures(self, found):
        """By channel there is nothing, and the reason is that of the missing rows."""
        rows = found(figures(*self.TEAMS), by=["channel"])
        assert rows["reason"].tolist() == ["missing_table:contacts"]


class TestBesideRows:
    """Rows and figures of one KPI are never added up."""

    def test_rows_win_where_there_are_any(self, rows_of, project_of):
        """March has three calls and a figure: the calls count. January has only its figure."""
        tables = figures({"days": "2026-01-05"}, {"days": "2026-03-03"})
        tables["contacts"] = rows_of("contacts", {"times": 3})
        found = measure(tables, project_of(), kpis=["answer_rate"]).set_index("period")
        assert found["n"].to_dict() == {"2026-01": 100, "2026-02": 0, "2026-03": 3}
        assert found["value"].tolist() == pytest.approx([0.8, np.nan, 1.0], nan_ok=True)

    def test_a_kpi_is_in_the_default_list_only_where_it_has_figures(self, rows_of, project_of):
        """Site visits are measured where figures of them are there; without, they are no KPI of the project."""
        tables = {"contacts": rows_of("contacts", {})}
        assert "site_visits" not in set(measure(tables, project_of())["kpi"])
        given = figures(
            {"kpi": "site_visits", "days": "2026-03-02", "value": 5.0, "numerator": None, "denominator": None}
        )
        assert "site_visits" in set(measure(tables | given, project_of())["kpi"])

    def test_figures_of_few_people_are_hidden(self, found):
        """An NPS over three answers is not shown, nor is that of the other team of its month."""
        rows = [
            {"days": "2026-03-02", "kpi": "nps", "team": team, "numerator": 1.0, "denominator": n}
            for team, n in (("Nord", 3.0), ("Sud", 40.0))
        ]
        shown = found(figures(*rows), "nps", by=["team"])
        assert shown["value"].isna().all()
        assert shown["suppressed"].all()
        assert set(shown["reason"]) == {"under_minimum_group"}


@pytest.mark.parametrize("engine", [pl.from_pandas, pa.Table.from_pandas, lambda frame: pl.from_pandas(frame).lazy()])
def test_every_engine_gives_the_same_figures(found, engine):
    """Figures in a frame of another engine give the same rows."""
    tables = figures({"days": "2026-03-02"}, {"days": "2026-03-09", "team": "Sud"})
    given = {"figures": engine(tables["figures"])}
    pd.testing.assert_frame_equal(found(given, by=["team"]), found(tables, by=["team"]))


def test_a_team_alone_has_none_of_the_figures_that_name_no_team(found):
    """Figures without a team column say nothing of a team."""
    table = {"figures": figures({"days": "2026-03-02"})["figures"].drop(columns="team")}
    assert found(table, team="Nord")["reason"].tolist() == ["missing_table:contacts"]
