"""A daily summary without raw rows, from its file to the numbers: each of them worked out on paper."""

import json

import numpy as np
import pytest

from kpitools.cli import main
from kpitools.errors import ProjectError, SourceError
from kpitools.measure import measure
from kpitools.sources import read

WIDE = """
[project]
timezone = "Europe/Paris"
today = 2026-12-01
[[source]]
files = "daily.csv"
table = "figures"
every = "day"
[source.columns]
start = "Jour"
[source.figures]
answer_rate = { numerator = "Décrochés", denominator = "Offerts" }
wait_time = { value = "Attente", denominator = "Décrochés", unit = "seconds" }
csat = { value = "Note moyenne" }
"""
DAILY = """Jour;Offerts;Décrochés;Attente;Note moyenne
14/10/2026;100;90;10;4,2
15/10/2026;300;210;40;3,9
16/10/2026;0;0;;
"""


def numbers(found, *columns):
    """Return the measured rows by KPI and statistic."""
    return found.set_index(["kpi", "statistic"])[list(columns)]


@pytest.fixture
def daily(make_project):
    """The project of a daily summary, and its tables."""

    def made(text=DAILY, toml=WIDE, **files):
        project = make_project(toml, daily__csv=text, **files)
        return project, read(project)

    return made


class TestDailySummary:
    """What the issue asks to be shown."""

    def test_rates_and_speeds_are_pooled_by_their_denominators(self, daily):
        """300 of 400 calls are 75 % (the mean of 90 and 70 % would be 80); (90 x 10 + 210 x 40) / 300 are 31 s."""
        project, tables = daily()
        found = numbers(measure(tables, project, kpis=["answer_rate", "wait_time"]), "value", "n", "numerator")
        assert found.loc[("answer_rate", "share")].tolist() == [0.75, 400, 300]
        assert found.loc[("wait_time", "mean")].tolist() == [31, 300, 9300]

    def test_an_interval_is_there_only_where_it_can_be_had(self, daily):
        """Shares of days have bounds, means and percentiles of sums have none; a bare mean of two days no value."""
        project, tables = daily()
        found = numbers(
            measure(tables, project, kpis=["answer_rate", "wait_time", "csat"]), "value", "low", "high", "reason"
        )
        low, high = found.loc[("answer_rate", "share"), ["low", "high"]]
        assert low < 0.75 < high
        assert found.loc[("wait_time", "mean"), "reason"] == "figures_only"
        assert np.isnan(found.loc[("wait_time", "mean"), "low"])
        assert found.loc[("wait_time", "median"), ["value", "reason"]].tolist()[1] == "figures_only"
        assert np.isnan(found.loc[("csat", "mean"), "value"])
        assert found.loc[("csat", "mean"), "reason"] == "no_denominator"

    def test_a_bare_figure_stands_for_the_very_days_that_it_covers(self, daily):
        """By day the note of the day is there, without an interval; by month the two are never averaged."""
        project, tables = daily()
        found = measure(tables, project, kpis=["csat"], every="day").set_index("period")
        assert found["value"].dropna().to_dict() == {"2026-10-14": 4.2, "2026-10-15": 3.9}
        assert found.loc["2026-10-14", "reason"] == "figures_only"

    def test_the_command_prints_the_same_numbers(self, daily, capsys):
        """`kpitools measure` gives the pooled rate and the reason why a mean has no interval."""
        project, _ = daily()
        code = main(["measure", "--project", str(project.folder), "--kpi", "answer_rate,wait_time", "--format", "json"])
        rows = {(row["kpi"], row["statistic"]): row for row in json.loads(capsys.readouterr().out)}
        assert not code
        assert rows["answer_rate", "share"]["value"] == 0.75
        assert (rows["wait_time", "mean"]["low"], rows["wait_time", "mean"]["reason"]) == (None, "figures_only")


class TestAccount:
    """Rows of the file are accounted for, whatever they hold."""

    def test_every_row_is_used_excluded_or_set_aside_with_its_reason(self, daily):
        """Of 10 rows 3 are used; an empty one and a repeated one are excluded; each impossible one has its reason."""
        wrong = """17/10/2026;10;11;5;4
18/10/2026;10;-1;5;4
19/10/2026;;5;5;4
15/10/2026;300;210;40;3,9
15/10/2026;301;210;40;3,9
20/10/2026;10;5;court;4
;10;5;5;4
31/12/2026;10;5;5;4
"""
        project, tables = daily(DAILY + "21/10/2026;;;;\n" + wrong)
        (account,) = tables.accounts
        assert (account.read, account.used) == (12, 3)
        assert account.excluded == {"duplicate": 1, "no_figure": 1}
        assert account.set_aside == {
            "numerator above its denominator": 1, "a negative number": 1, "a numerator without its denominator": 1,
            "another figure of answer_rate covers these days": 1, "no start": 1, "start is after today": 1,
            "not a duration": 1,
        }  # fmt: skip
        assert measure(tables, project, kpis=["answer_rate"])["n"].tolist() == [400]

    def test_a_problem_names_the_cell(self, daily):
        """The line, the column and the cell of what cannot be stand in the message."""
        _, tables = daily(DAILY + "17/10/2026;10;11;5;4\n")
        assert str(tables.accounts[0].problems[0]) == (
            "daily.csv, line 5, column 'Décrochés': '11': numerator above its denominator. "
            "Correct one of the two: the numerator counts part of the denominator."
        )

    def test_a_later_source_covers_no_day_again(self, make_project):
        """Two files give the same days: the first counts, the rows of the second are set aside."""
        toml = WIDE + WIDE[WIDE.index("[[source]]") :].replace("daily.csv", "again.csv")
        tables = read(make_project(toml, daily__csv=DAILY, again__csv=DAILY.replace("300;210", "310;210")))
        first, second = tables.accounts
        assert (first.used, second.used, second.excluded) == (3, 0, {"duplicate": 2})
        assert second.set_aside == {"another figure of answer_rate covers these days": 1}

    def test_check_says_where_rows_go_before_figures(self, make_project):
        """Beside an export of calls, the account says that the figures of KPIs of calls count only without rows."""
        calls = """
[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
started_at = "start"
[source.constants]
channel = "phone"
"""
        project = make_project(WIDE + calls, daily__csv=DAILY, calls__csv="start\n2026-11-02 10:00\n")
        assert read(project).accounts[0].notes == (
            "Figures of answer_rate, wait_time count only in periods without rows of these KPIs.",
        )


LONG = """
[project]
today = 2026-12-01
[[source]]
files = "daily.csv"
table = "figures"
{every}
[source.columns]
start = "from"
team = "team"
kpi = "kpi"
value = "value"
denominator = "of"
"""


class TestLongFiles:
    """A row a figure, its KPI in a column."""

    def test_each_kpi_is_read_in_its_unit(self, daily):
        """A rate in per cent, a clock time and a plain note stand in one column, and months in ISO writing."""
        project, tables = daily(
            "from,team,kpi,value,of\n2026-10,,answer_rate,75 %,400\n2026-10,,wait_time,0:00:31,300\n"
            "2026-10,,csat,4.1,\n2026-10,,site_visits,1200,\n",
            LONG.format(every=""),
        )
        found = numbers(measure(tables, project), "value", "n", "complete")
        assert found.loc[("answer_rate", "share")].tolist() == [0.75, 400, True]
        assert found.loc[("wait_time", "mean"), "value"] == 31
        assert found.loc[("csat", "mean"), "value"] == 4.1
        assert found.loc[("site_visits", "count"), "value"] == 1200

    def test_an_unknown_kpi_is_set_aside_with_the_nearest(self, daily):
        """A misspelt KPI counts nowhere, and the message knows which one is meant."""
        _, tables = daily("from,team,kpi,value,of\n2026-10,,answer_rat,0.7,10\n", LONG.format(every=""))
        (problem,) = tables.accounts[0].problems
        assert "Did you mean 'answer_rate'?" in problem.reason

    def test_a_share_outside_0_to_1_is_set_aside(self, daily):
        """82 without a per-cent sign, and 120 %, are no shares."""
        text = "from,team,kpi,value,of\n2026-10-01,,answer_rate,82,10\n2026-10-02,,answer_rate,120 %,10\n"
        _, tables = daily(text, LONG.format(every='every = "day"'))
        assert tables.accounts[0].set_aside == {
            "a share above 1 without its per-cent sign": 1, "a share outside 0 to 100 %": 1,
        }  # fmt: skip

    def test_how_long_a_figure_covers_must_be_said(self, daily):
        """A bare date may begin a day or a month: the file is refused until the project says which."""
        with pytest.raises(SourceError, match="every"):
            daily("from,team,kpi,value,of\n2026-10-01,,csat,4,10\n", LONG.format(every=""))

    def test_a_month_that_begins_in_the_middle_is_set_aside(self, daily):
        """With every = month, 15 October begins none."""
        text = "from,team,kpi,value,of\n2026-10-01,,csat,4,10\n2026-11-15,,csat,4,10\n"
        _, tables = daily(text, LONG.format(every='every = "month"'))
        assert tables.accounts[0].set_aside == {"start is not the first day of a month": 1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('every = "day"', 'every = "dya"', "every"),
        (', denominator = "Offerts" }', " }", "needs its denominator"),
        ('value = "Note moyenne"', 'value = "Note moyenne", unit = "percent"', "not in percent"),
        ("csat = {", "cast = {", "Did you mean 'csat'?"),
        ("[source.figures]", 'value = "Note"\n[source.figures]', "say the same"),
    ],
)
def test_what_a_project_cannot_mean_is_refused(make_project, old, new, said):
    """Each impossible mapping is refused in one line that says what would be right."""
    with pytest.raises(ProjectError, match=said):
        make_project(WIDE.replace(old, new), daily__csv=DAILY)


def test_a_column_that_is_not_there_is_refused_with_the_nearest(daily):
    """A header of [source.figures] that the file does not have names the one that it has."""
    with pytest.raises(SourceError, match="Did you mean 'Offerts'"):
        daily(toml=WIDE.replace('denominator = "Offerts"', 'denominator = "Offert"'))
