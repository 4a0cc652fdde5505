"""What would give a wrong number without a word: rows given twice, dates and durations that cannot be, lost units."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools.errors import SourceError
from kpitools.sources import read

CALLS = """
[project]
today = 2026-11-22
[[source]]
files = "calls__csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
wait_s = "wait"
[source.constants]
channel = "phone"
direction = "inbound"
outcome = "answered"
""".replace("__", ".")
AGAIN = CALLS[CALLS.index("[[source]]") :].replace("calls.csv", "more.csv")
HEADER = "id,start,wait\n"
TWO = HEADER + "1,2026-10-01 09:00,10\n2,2026-10-02 09:00,20\n"


def account(tables, number=0):
    """Return read, used, excluded and set aside of a source."""
    found = tables.accounts[number]
    return found.read, found.used, found.excluded, found.set_aside


class TestTwice:
    """A row counts once, however often it is given."""

    def test_a_row_that_two_sources_give_is_the_same_row(self, make_project):
        """Exports that overlap are read in full, and what both hold is used once."""
        tables = read(make_project(CALLS + AGAIN, calls__csv=TWO, more__csv=TWO + "3,2026-10-03 09:00,30\n"))
        assert account(tables, 1) == (3, 1, {"duplicate": 2}, {})
        assert tables["contacts"].aggregate("count(*), sum(wait_s)").fetchall() == [(3, 60.0)]

    def test_two_systems_may_number_their_contacts_alike(self, make_project):
        """The same id at another time in another source is another contact."""
        tables = read(make_project(CALLS + AGAIN, calls__csv=TWO, more__csv=HEADER + "1,2026-10-09 09:00,10\n"))
        assert account(tables, 1) == (1, 1, {}, {})

    def test_a_parquet_file_and_a_csv_of_the_same_calls_count_once(self, make_project, tmp_path):
        """It does not matter in which form a row comes twice."""
        starts = [datetime(2026, 10, 1, 9), datetime(2026, 10, 4, 9)]
        table = pa.table(
            {"id": pa.array(["1", "9"]), "start": pa.array(starts, pa.timestamp("us")), "wait": [10.0, 5.0]}
        )
        pq.write_table(table, tmp_path / "more.parquet")
        tables = read(make_project(CALLS + AGAIN.replace("more.csv", "more.parquet"), calls__csv=TWO))
        assert account(tables, 1) == (2, 1, {"duplicate": 1}, {})

    def test_one_survey_may_ask_two_questions(self, make_project):
        """Satisfaction and recommendation under one id are two answers, none of them a duplicate."""
        surveys = """
[[source]]
files = "s__csv"
table = "surveys"
columns = { response_id = "id", sent_at = "sent", kind = "kind", score = "score" }
constants = { scale_min = 0, scale_max = 10 }
""".replace("__", ".")
        rows = "id,sent,kind,score\n1,2026-10-01,nps,9\n1,2026-10-01,csat,8\n1,2026-10-01,csat,8\n"
        assert account(read(make_project(surveys, s__csv=rows))) == (3, 2, {"duplicate": 1}, {})


class TestDates:
    """A date that cannot be right makes no decades of empty periods."""

    @pytest.mark.parametrize(
        ("day", "reason"), [("1970-01-01", "started_at is before 1980"), ("2062-10-03", "started_at is after today")]
    )
    def test_a_date_that_cannot_be_is_set_aside(self, make_project, day, reason):
        """Day zero of a system, or a day that has not come, says nothing about when the contact was."""
        tables = read(make_project(CALLS, calls__csv=TWO + f"3,{day} 09:00,30\n"))
        assert account(tables) == (3, 2, {}, {reason: 1})
        assert (tables.coverage.first.year, tables.coverage.last.year) == (2026, 2026)

    @pytest.mark.parametrize("year", [1, 1899, 2201, 9000])
    def test_a_parquet_file_with_another_year_is_read_cell_by_cell(self, make_project, tmp_path, year):
        """0001 and 9999, as systems write for "none", cost their row and no time."""
        starts = [datetime(2026, 10, 1, 9), datetime(year, 1, 1)]
        table = pa.table({"id": ["1", "2"], "start": pa.array(starts, pa.timestamp("us")), "wait": [10.0, 5.0]})
        pq.write_table(table, tmp_path / "calls.parquet")
        project = CALLS.replace("calls.csv", "calls.parquet").replace(
            "[project]", '[project]\ntimezone = "Europe/Paris"'
        )
        assert account(read(make_project(project))) == (2, 1, {}, {"a year outside 1900 to 2199": 1})


class TestDurations:
    """A duration keeps its unit, and one that cannot be is none."""

    @pytest.mark.parametrize("wait", ["1e12", "1" + "0" * 30, "9999999:00:00"])
    def test_nothing_lasts_longer_than_a_year(self, make_project, wait):
        """A number beyond a year has another unit or none: its row is set aside."""
        tables = read(make_project(CALLS, calls__csv=TWO + f"3,2026-10-03 09:00,{wait}\n"))
        assert account(tables) == (3, 2, {}, {"a duration of more than a year": 1})

    @pytest.mark.parametrize(
        ("wait", "expected"),
        [
            (pa.array([timedelta(seconds=5), timedelta(minutes=1)]), 65.0),
            (pa.array([5.0, float("nan")]), 5.0),
            (pa.array([5.0, float("inf")]), 5.0),
            (pa.array([5, 1], pa.int16()), 6.0),
        ],
    )
    def test_parquet_durations_are_seconds(self, make_project, tmp_path, wait, expected):
        """A span of time is not a bare count of microseconds, and not-a-number is no zero."""
        starts = pa.array([datetime(2026, 10, 1, 9), datetime(2026, 10, 2, 9)], pa.timestamp("us"))
        pq.write_table(pa.table({"id": ["1", "2"], "start": starts, "wait": wait}), tmp_path / "calls.parquet")
        tables = read(make_project(CALLS.replace("calls.csv", "calls.parquet")))
        assert tables["contacts"].aggregate("sum(wait_s)").fetchall() == [(expected,)]


class TestUnknown:
    """What an export does not say is unknown, not no."""

    def test_requests_without_a_state_are_not_unresolved(self, make_project):
        """Without a state, or a day of solving, nothing says whether a request was resolved."""
        requests = (
            '[[source]]\nfiles = "r.csv"\ntable = "requests"\ncolumns = { request_id = "id", created_at = "d" }\n'
        )
        tables = read(make_project(requests, r__csv="id,d\n1,2026-10-01\n"))
        assert "resolved" not in tables["requests"].columns

    def test_an_nps_scale_ends_at_ten(self, make_project):
        """Nobody can answer 9 or 10 on a scale to 5: such answers are no detractors."""
        survey = '[[source]]\nfiles = "s.csv"\ntable = "surveys"\ncolumns = { sent_at = "d", score = "score" }\n'
        survey += 'constants = { kind = "nps", scale_min = 1, scale_max = 5 }\n'
        tables = read(make_project(survey, s__csv="d,score\n2026-10-01,5\n"))
        assert account(tables) == (1, 0, {}, {"an NPS scale that does not end at 10": 1})

    @pytest.mark.parametrize("pattern", ["**x/[", "", "~nope/**x"])
    def test_a_pattern_that_is_none_is_refused(self, make_project, pattern):
        """A fault in `files` is the user's to mend."""
        with pytest.raises((SourceError, ValueError), match="files"):
            read(make_project(CALLS.replace("calls.csv", pattern)))

    def test_a_nested_column_is_refused(self, make_project, tmp_path):
        """A list or a record inside a cell is no text."""
        starts = pa.array([datetime(2026, 10, 1, 9)], pa.timestamp("us"))
        pq.write_table(pa.table({"id": [["a"]], "start": starts, "wait": [1.0]}), tmp_path / "calls.parquet")
        with pytest.raises(SourceError, match="cannot be read as text"):
            read(make_project(CALLS.replace("calls.csv", "calls.parquet")))


def test_a_name_in_the_column_of_something_else_is_masked(make_project):
    """Where a row has slipped by a column, the message shows no adviser."""
    project = CALLS.replace('wait_s = "wait"', 'wait_s = "wait"\nadviser_id = "who"')
    rows = "id,start,wait,who\n1,2026-10-01 09:00,10,Zoé Quidam\n2,2026-10-02 09:00,zoé quidam ,\n"
    problems = read(make_project(project, calls__csv=rows)).accounts[0].problems
    assert [problem.reason for problem in problems] == ["not a duration"]
    assert "quidam" not in str(problems[0]).lower()
