"""Files given twice, and the file of rows that were set aside."""

import csv
import stat
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools.errors import SourceError
from kpitools.sources import read
from kpitools.sources.aside import inert, write_set_aside

CALLS = """
[project]
today = 2026-11-22
[[source]]
files = "calls*"
table = "contacts"
[source.columns]
started_at = "start"
wait_s = "wait"
[source.constants]
channel = "phone"
direction = "inbound"
outcome = "answered"
"""
SECOND = CALLS[CALLS.index("[[source]]") :].replace("calls*", "more.csv")
SURVEYS = """
[[source]]
files = "s.csv"
table = "surveys"
columns = { sent_at = "sent", score = "like" }
constants = { kind = "csat", scale_min = 1, scale_max = 5 }
[[source]]
files = "s.csv"
table = "surveys"
columns = { sent_at = "sent", score = "recommend" }
constants = { kind = "nps", scale_min = 0, scale_max = 10 }
"""
TWO = "start,wait\n2026-10-01 09:00,10\n2026-10-02 09:00,20\n"
BROKEN = TWO + "yesterday,5\n1,2,3\n"


def balance(account):
    """Return read, used, excluded and set aside of a source."""
    return account.read, account.used, account.excluded, sum(account.set_aside.values())


def waits(tables):
    """Return the number of contacts and the sum of their waits."""
    return tables["contacts"].aggregate("count(*), sum(wait_s)").fetchall()[0]


class TestTwins:
    """A file whose bytes were read already is not read again."""

    def test_a_copy_under_another_name_counts_for_nothing(self, make_project):
        """Its rows are read and excluded, what is broken in it is not set aside twice, and both names are said."""
        tables = read(make_project(CALLS, **{"calls (1)__csv": BROKEN, "calls__csv": BROKEN}))
        (account,) = tables.accounts
        assert account.files == 2
        assert balance(account) == (8, 2, {"identical_file": 4}, 2)
        assert waits(tables) == (2, 30.0)
        assert account.notes == ("'calls.csv' has the same bytes as 'calls (1).csv': it is not read again.",)

    def test_a_copy_in_another_source_counts_for_nothing(self, make_project):
        """The second source is there, and gives no row."""
        tables = read(make_project(CALLS + SECOND, calls__csv=TWO, more__csv=TWO))
        assert [balance(account) for account in tables.accounts] == [
            (2, 2, {}, 0), (2, 0, {"identical_file": 2}, 0),
        ]  # fmt: skip
        assert waits(tables) == (2, 30.0)

    def test_one_file_named_by_two_sources_is_read_once(self, make_project):
        """It does not matter that both mean the same path."""
        again = SECOND.replace("more.csv", "calls.csv")
        tables = read(make_project(CALLS + again, calls__csv=TWO))
        assert balance(tables.accounts[1]) == (2, 0, {"identical_file": 2}, 0)

    def test_files_of_one_size_may_differ(self, make_project):
        """The bytes decide, not how many there are."""
        other = TWO.replace("10\n", "11\n")
        tables = read(make_project(CALLS, calls1__csv=TWO, calls2__csv=other))
        assert (balance(tables.accounts[0]), waits(tables)) == ((4, 4, {}, 0), (4, 61.0))

    def test_one_file_may_hold_the_answers_to_two_questions(self, make_project):
        """Two sources that read other columns of one file read other rows."""
        tables = read(make_project(SURVEYS, s__csv="sent,like,recommend\n2026-10-01,4,9\n"))
        assert [balance(account) for account in tables.accounts] == [(1, 1, {}, 0)] * 2
        assert sorted(tables["surveys"].select("kind, score").fetchall()) == [("csat", 4.0), ("nps", 9.0)]

    def test_one_file_may_feed_two_tables(self, make_project):
        """Tickets that carry their score are requests and answers."""
        tickets = '[[source]]\nfiles = "s.csv"\ntable = "requests"\n'
        tickets += 'columns = { request_id = "like", created_at = "sent" }\n'
        tables = read(make_project(SURVEYS + tickets, s__csv="sent,like,recommend\n2026-10-01,4,9\n"))
        assert balance(tables.accounts[2]) == (1, 1, {}, 0)


class TestEqualRows:
    """Without an id nothing shows that two equal rows are one."""

    def test_they_are_kept_and_said(self, make_project):
        """Three equal rows are used; two of them are equal to an earlier one."""
        line = TWO.splitlines()[1] + "\n"
        (account,) = read(make_project(CALLS, calls__csv=TWO + line + line)).accounts
        assert (balance(account), account.alike) == ((4, 4, {}, 0), 2)
        assert account.notes == (
            "2 rows without an id are equal to an earlier row in all that is read; they are kept.",
        )

    def test_across_files_too(self, make_project):
        """Exports that overlap are shown by the same count."""
        (account,) = read(make_project(CALLS, calls1__csv=TWO, calls2__csv=TWO + "2026-10-09 09:00,1\n")).accounts
        assert (account.used, account.alike) == (5, 2)

    def test_with_an_id_they_are_one(self, make_project):
        """Then they are duplicates, and none is left to say."""
        project = CALLS.replace('wait_s = "wait"', 'wait_s = "wait"\ncontact_id = "id"')
        rows = "id,start,wait\n" + "1,2026-10-01 09:00,10\n" * 2
        (account,) = read(make_project(project, calls__csv=rows)).accounts
        assert (balance(account), account.alike) == ((2, 1, {"duplicate": 1}, 0), 0)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_header_between_the_rows_is_no_row_of_data(make_project, mark):
    """Exports that were put below each other repeat it, with a byte-order mark or without: it has a name of its own."""
    (account,) = read(make_project(CALLS, calls__csv=TWO + mark + TWO.replace("10-0", "11-0"))).accounts
    assert (balance(account), account.set_aside) == ((5, 4, {}, 1), {"the header again": 1})
    assert account.problems[0].line == 4


def test_a_count_below_zero_in_parquet_is_set_aside(make_project, tmp_path):
    """The file's statistics show that there is one, and its row is found."""
    starts = pa.array([datetime(2026, 10, 1, 9)] * 2, pa.timestamp("us"))
    pq.write_table(pa.table({"id": ["1", "2"], "start": starts, "again": [0, -1]}), tmp_path / "r.parquet")
    toml = '[[source]]\nfiles = "r.parquet"\ntable = "requests"\n'
    toml += 'columns = { request_id = "id", created_at = "start", reopens = "again" }\n'
    (account,) = read(make_project(toml)).accounts
    assert (account.used, account.set_aside) == (1, {"a negative count": 1})


class TestSetAsideFile:
    """Raw rows, each with its place and reason, for their owner alone."""

    @staticmethod
    def rows(path):
        """Return the rows of the file."""
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_files_with_other_columns_share_the_table(self, make_project, tmp_path):
        """Each row fills the columns of its own file; a header that the place uses is numbered."""
        other = "start,wait,file,who\nsoon,5,a.wav,Ann\n2026-10-01,5,b.wav,Bob\n"
        tables = read(make_project(CALLS, calls1__csv=BROKEN, calls2__csv=other))
        assert write_set_aside(tables.accounts, tmp_path / "aside") == 3
        first, second, third = self.rows(tmp_path / "aside")
        assert first == {"file": "calls1.csv", "line": "5", "column": "", "value": "", "record": "1,2,3",
                         "reason": "3 fields where the header has 2", "start": "", "wait": "", "file (2)": "",
                         "who": ""}  # fmt: skip
        assert (second["line"], second["column"], second["value"]) == ("4", "start", "yesterday")
        assert (second["start"], second["wait"], second["who"]) == ("yesterday", "5", "")
        assert (third["file"], third["file (2)"], third["who"]) == ("calls2.csv", "a.wav", "Ann")

    def test_rows_of_parquet_have_all_their_columns(self, make_project, tmp_path):
        """Also those that the project reads nothing from."""
        starts = [datetime(2026, 10, 1, 9), datetime(2062, 10, 1, 9), datetime(2026, 10, 3, 9)]
        table = pa.table({"start": pa.array(starts, pa.timestamp("us")), "wait": [1.0, 2.0, 3.0], "who": list("abc")})
        pq.write_table(table, tmp_path / "calls.parquet")
        write_set_aside(read(make_project(CALLS)).accounts, tmp_path / "aside")
        (row,) = self.rows(tmp_path / "aside")
        assert (row["start"], row["wait"], row["who"]) == ("2062-10-01 09:00:00", "2.0", "b")

    def test_nothing_set_aside_is_a_file_without_rows(self, make_project, tmp_path):
        """So a script that expects the file finds it."""
        assert write_set_aside(read(make_project(CALLS, calls__csv=TWO)).accounts, tmp_path / "aside") == 0
        assert (tmp_path / "aside").read_text() == "file,line,column,value,reason,record\n"

    def test_an_earlier_one_is_replaced_and_closed_to_others(self, make_project, tmp_path):
        """Checked, mended, checked again: the second file takes the place of the first, whoever could read that."""
        accounts = read(make_project(CALLS, calls__csv=BROKEN)).accounts
        write_set_aside((), tmp_path / "aside")
        (tmp_path / "aside").chmod(0o644)
        write_set_aside(accounts, tmp_path / "aside")
        assert len(self.rows(tmp_path / "aside")) == 2
        assert stat.S_IMODE((tmp_path / "aside").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.glob(".aside*")] == []

    @pytest.mark.parametrize(
        ("place", "said"), [("", "it is a folder"), ("no/aside", "there is no folder"), ("mine", "is there already")]
    )
    def test_a_place_that_is_taken_is_refused(self, tmp_path, place, said):
        """A folder, or a file that kpitools did not write, stays as it is."""
        (tmp_path / "mine").write_text("my own\n")
        with pytest.raises(SourceError, match=said):
            write_set_aside((), tmp_path / place)
        assert (tmp_path / "mine").read_text() == "my own\n"

    @pytest.mark.parametrize("sign", [*"=+-@", "\uff1d", "\t=", ' "='])
    def test_a_formula_is_inert_wherever_a_spreadsheet_may_cut(self, sign):
        """At the start of a cell, and behind each separator that a spreadsheet in another country splits at."""
        for before in ("", "a;", "a,", "a\t", "a|", "a\n"):
            assert inert(f"{before}{sign}1") != f"{before}{sign}1"
        assert inert("Ann-Mary = 1 @ home") == "Ann-Mary = 1 @ home"


def test_no_raw_row_shows_in_what_is_printed_of_an_account(make_project):
    """Neither an account nor a problem repeats a row where somebody prints it."""
    project = CALLS.replace('wait_s = "wait"', 'wait_s = "wait"\ncustomer_id = "who"')
    rows = "start,wait,who\n2026-10-01,5,Ann Quidam\nsoon,5,Ann Quidam\n1,Ann Quidam\n"
    (account,) = read(make_project(project, calls__csv=rows)).accounts
    assert len(account.problems) == 2
    assert "Quidam" not in repr(account)
