"""From exports to canonical tables: every row used, excluded or set aside."""

import stat
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools.errors import SourceError
from kpitools.sources import clocks, pseudonyms, read
from kpitools.sources.accounts import Account, masked
from kpitools.sources.cells import to_utc

CALLS = """
[project]
timezone = "Europe/Paris"
[[source]]
files = "calls__csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
outcome = "result"
wait_s = "wait"
talk_s = "talk"
[source.constants]
channel = "phone"
direction = "inbound"
[source.values.outcome]
answered = ["Y", "oui"]
abandoned = "N"
""".replace("__", ".")

HEADER = "id,start,result,wait,talk\n"


def rows(tables, name, *columns):
    """Return some columns of a table as a sorted list of tuples."""
    return sorted(tables[name].select(", ".join(columns)).fetchall(), key=str)


class TestBalance:
    """Rows read = used + excluded + set aside."""

    def test_a_clean_file_is_used_whole(self, make_project):
        """Every good row is used, its local instant is UTC with the local date beside it."""
        project = make_project(CALLS, calls__csv=HEADER + "1,2026-07-01 00:30:00,Y,10,60\n2,2026-07-01 10:00:00,N,5,\n")
        tables = read(project)
        assert rows(tables, "contacts", "contact_id", "started_at", "date::varchar", "outcome", "talk_s") == [
            ("1", datetime(2026, 6, 30, 22, 30), "2026-07-01", "answered", 60.0),
            ("2", datetime(2026, 7, 1, 8, 0), "2026-07-01", "abandoned", None),
        ]
        account = tables.accounts[0]
        assert (account.read, account.used, account.excluded, account.set_aside) == (2, 2, {}, {})

    @pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"])
    def test_times_that_clocks_show_twice_or_never_are_said(self, make_project, form):
        """They are used, by one rule, and `check` says how many there are; a time with its offset has one meaning."""
        clock = ["2026-03-29 02:30", "2026-03-29 03:30", "2026-10-25 02:00", "2026-10-25 02:59", "2026-10-25 03:00"]
        starts = [datetime.fromisoformat(text).strftime(form) for text in clock]
        content = HEADER + "".join(f"{n},{start},Y,1,1\n" for n, start in enumerate(starts))
        toml = CALLS.replace("[project]", "[project]\ntoday = 2026-11-22")
        account = read(make_project(toml, calls__csv=content)).accounts[0]
        assert account.used == 5
        assert account.notes == (
            "2 rows have a started_at that the clocks showed twice: the first is taken.",
            "1 rows have a started_at that the clocks skipped: it is read as if they had not been put forward.",
        )
        offsets = HEADER + "1,2026-10-25T00:30:00Z,Y,1,1\n2,2026-10-25T02:30:00+01:00,Y,1,1\n"
        assert read(make_project(toml, calls__csv=offsets)).accounts[0].notes == ()

    @pytest.mark.parametrize(
        ("row", "column", "reason"),
        [
            ("9,2026-02-30 10:00:00,Y,1,1", "start", "no such day in the calendar"),
            ("9,yesterday,Y,1,1", "start", None),
            (",,Y,1,1", "", "no started_at"),
            ("9,2026-07-01 10:00:00,Y,-4,1", "wait", "a negative duration"),
            ("9,2026-07-01 10:00:00,Y,soon,1", "wait", None),
            (
                "9,2026-07-01 10:00:00,maybe,1,1",
                "result",
                "is no known value of outcome: add it under [source.values.outcome]",
            ),
        ],
    )
    def test_a_row_that_cannot_be_read_is_set_aside_with_its_place(self, make_project, row, column, reason):
        """The row keeps file, line, column and reason; the good row is used."""
        project = make_project(CALLS, calls__csv=HEADER + "1,2026-07-01 09:00:00,Y,10,60\n" + row + "\n")
        account = read(project).accounts[0]
        assert (account.read, account.used, sum(account.set_aside.values())) == (2, 1, 1)
        problem = account.problems[0]
        assert (problem.file, problem.line, problem.column) == ("calls.csv", 3, column)
        assert reason in (None, problem.reason)
        assert problem.reason in account.set_aside

    def test_a_contact_delivered_twice_counts_once_with_its_last_state(self, make_project):
        """Two rows with one id and one start are one contact; the later row holds, the other is excluded."""
        twice = "1,2026-07-01 09:00:00,N,10,\n1,2026-07-01 09:00:00,Y,10,60\n"
        tables = read(make_project(CALLS, calls__csv=HEADER + twice))
        assert rows(tables, "contacts", "outcome") == [("answered",)]
        assert tables.accounts[0].excluded == {"duplicate": 1}

    def test_a_broken_later_delivery_does_not_take_the_contact_with_it(self, make_project):
        """Of two deliveries of one contact the second cannot be read: the first one counts."""
        twice = "1,2026-07-01 09:00:00,Y,10,60\n1,2026-07-01 09:00:00,Y,-1,60\n"
        account = read(make_project(CALLS, calls__csv=HEADER + twice)).accounts[0]
        assert (account.used, account.excluded, account.set_aside) == (1, {}, {"a negative duration": 1})

    def test_one_id_for_two_contacts_sets_the_second_aside(self, make_project):
        """Two rows with one id and different starts cannot both be that contact: the second is set aside."""
        two = "1,2026-07-01 09:00:00,N,10,\n1,2026-07-02 09:00:00,Y,10,60\n"
        tables = read(make_project(CALLS, calls__csv=HEADER + two))
        assert rows(tables, "contacts", "outcome") == [("abandoned",)]
        assert tables.accounts[0].set_aside == {"contact_id of another row": 1}

    def test_equal_rows_without_an_id_are_all_kept(self, make_project):
        """Without an id nothing shows that two equal rows are one contact."""
        toml = CALLS.replace('contact_id = "id"\n', "")
        row = "1,2026-07-01 09:00:00,Y,10,60\n"
        assert read(make_project(toml, calls__csv=HEADER + row + row)).accounts[0].used == 2

    def test_an_account_that_does_not_balance_is_a_defect(self):
        """The balance is held by construction."""
        with pytest.raises(RuntimeError, match="3 rows read, 1 used and 1 left out"):
            Account("a", "contacts", 1, read=3, used=1, excluded={"duplicate": 1}, set_aside={})


class TestRefusals:
    """What the user can mend is one clear line."""

    def test_an_unknown_column_names_the_nearest(self, make_project):
        """The file, the header, what it was for and the nearest header stand in the message."""
        with pytest.raises(SourceError, match=r"for talk_s.* in calls\.csv: 'talk'\. Did you mean 'talks'\?"):
            read(make_project(CALLS, calls__csv=HEADER.replace("talk", "talks") + "1,2026-07-01 09:00:00,Y,1,1\n"))

    def test_a_pattern_without_files_names_the_nearest_file(self, make_project):
        """A missing file is refused, with what is there."""
        with pytest.raises(SourceError, match=r"no file matches 'calls\.csv'\. Did you mean 'call\.csv'\?"):
            read(make_project(CALLS, call__csv=HEADER))

    def test_an_order_of_day_and_month_that_cannot_be_told_is_asked_for(self, make_project):
        """01/02/2026 alone is January or February: the message gives the line to add."""
        with pytest.raises(SourceError, match=r'started_at = "day first" or "month first"'):
            read(make_project(CALLS, calls__csv=HEADER + "1,01/02/2026 09:00,Y,1,1\n"))

    @pytest.mark.parametrize(("other", "day"), [("13/02/2026", (2026, 2, 1)), ("02/13/2026", (2026, 1, 2))])
    def test_another_date_of_the_file_shows_the_order(self, make_project, other, day):
        """One export writes its dates alike: what one column leaves open, another decides."""
        toml = CALLS.replace('talk_s = "talk"', 'talk_s = "talk"\nupdated_at = "changed"')
        header = HEADER.replace("\n", ",changed\n")
        tables = read(make_project(toml, calls__csv=f"{header}1,01/02/2026 09:00,Y,1,1,{other} 10:00\n"))
        assert tables["contacts"].select("date").fetchall() == [(date(*day),)]

    def test_a_project_without_sources_says_how_to_add_one(self, make_project):
        """No source is no empty report."""
        with pytest.raises(SourceError, match="kpitools init"):
            read(make_project("[project]\n"))


class TestDerived:
    """What the door adds to the rows."""

    def test_hours_and_holidays_close_the_service(self, make_project):
        """Outside opening hours, at weekends and on a public holiday a contact is out of hours."""
        toml = CALLS + '[calendar]\nopening = { mon-fri = "09:00-18:00" }\nholidays = "FR"\n'
        starts = {
            "a": "2026-07-01 09:00:00",  # Wednesday, as it opens
            "b": "2026-07-01 18:00:00",  # as it closes
            "c": "2026-07-04 10:00:00",  # Saturday
            "d": "2026-07-14 10:00:00",  # Bastille Day, a Tuesday
        }
        content = HEADER + "".join(f"{name},{start},Y,1,1\n" for name, start in starts.items())
        found = rows(read(make_project(toml, calls__csv=content)), "contacts", "contact_id", "out_of_hours")
        assert found == [("a", False), ("b", True), ("c", True), ("d", True)]

    def test_handling_is_talk_hold_and_wrap_up(self, make_project):
        """Handling time needs wrap-up; an empty hold beside a talk time is none, in every definition."""
        toml = CALLS.replace('talk_s = "talk"', 'talk_s = "talk"\nhold_s = "hold"\nwrap_s = "wrap"')
        content = (
            "id,start,result,wait,talk,hold,wrap\n1,2026-07-01 09:00:00,Y,1,60,,30\n"
            "2,2026-07-01 09:00:00,Y,1,60,5,\n3,2026-07-01 09:00:00,Y,1,,,30\n"
        )
        tables = read(make_project(toml, calls__csv=content))
        found = rows(tables, "contacts", "contact_id", "hold_s", "handle_s")
        assert found == [("1", 0.0, 90.0), ("2", 5.0, None), ("3", None, None)]

    def test_the_newest_state_of_a_request_holds(self, make_project):
        """An event log has a row an event: the last change is the request, earlier ones are excluded."""
        toml = """
[[source]]
files = "events.csv"
table = "requests"
[source.columns]
request_id = "number"
created_at = "opened"
updated_at = "updated"
status = "state"
reopens = "reopened"
"""
        content = (
            "number,opened,updated,state,reopened\n"
            "1,2026-01-01 09:00,2026-01-03 09:00,closed,1\n"
            "1,2026-01-01 09:00,2026-01-02 09:00,open,0\n"
            "2,2026-01-01 09:00,2026-01-01 10:00,open,0\n"
        )
        tables = read(make_project(toml, events__csv=content))
        assert rows(tables, "requests", "request_id", "resolved", "reopened") == [
            ("1", True, True),
            ("2", False, False),
        ]
        assert tables.accounts[0].excluded == {"earlier_version": 1}

    def test_contacts_of_a_request_are_those_in_which_both_met(self, make_project):
        """An abandoned call is no exchange; a ticket without any contact keeps an unknown count."""
        toml = (
            CALLS.replace('contact_id = "id"', 'contact_id = "id"\nrequest_id = "ticket"')
            + """
[[source]]
files = "tickets.csv"
table = "requests"
[source.columns]
request_id = "ticket"
created_at = "opened"
status = "state"
"""
        )
        calls = (
            "id,start,result,wait,talk,ticket\n"
            "1,2026-07-01 09:00:00,Y,1,1,A\n"
            "2,2026-07-02 09:00:00,N,1,,A\n"
            "3,2026-07-20 09:00:00,Y,1,1,A\n"
        )
        tickets = "ticket,opened,state\nA,2026-07-01 09:00:00,solved\nB,2026-07-10 09:00:00,open\n"
        tables = read(make_project(toml, calls__csv=calls, tickets__csv=tickets))
        assert rows(tables, "requests", "request_id", "contacts", "observed_days") == [("A", 2.0, 19), ("B", None, 10)]

    def test_without_tickets_a_customer_who_stays_away_for_a_week_was_helped(self, make_project):
        """Contacts of one customer within seven days of each other are one request."""
        toml = CALLS.replace('contact_id = "id"', 'contact_id = "id"\ncustomer_id = "who"')
        calls = "id,start,result,wait,talk,who\n" + "".join(
            f"{n},2026-07-{day:02d} 09:00:00,Y,1,1,{who}\n"
            for n, (day, who) in enumerate([(1, "x"), (8, "x"), (20, "x"), (2, "y"), (26, "z"), (31, "z")])
        )
        found = rows(read(make_project(toml, calls__csv=calls)), "requests", "date::varchar", "contacts", "resolved")
        assert found == [
            ("2026-07-01", 2.0, True),
            ("2026-07-02", 1.0, True),
            ("2026-07-20", 1.0, True),
            ("2026-07-26", 2.0, False),
        ]

    def test_ids_that_a_data_frame_made_decimal_are_the_same_ids(self, make_project):
        """A column of 5.0 and 6.0 joins the tickets 5 and 6; where one id has another form, all stay as written."""
        toml = CALLS.replace('contact_id = "id"', 'contact_id = "id"\nrequest_id = "ticket"')
        head = "id,start,result,wait,talk,ticket\n"
        for tickets, found in ((("5.0", "6.0"), ["5", "6"]), (("5.0", "A6"), ["5.0", "A6"])):
            lines = [f"{n},2026-07-01 09:00:00,Y,1,1,{ticket}\n" for n, ticket in enumerate(tickets)]
            tables = read(make_project(toml, calls__csv=head + "".join(lines)))
            assert [row[0] for row in rows(tables, "contacts", "request_id")] == found

    def test_requests_made_of_contacts_have_no_state(self, make_project):
        """Nobody said that they were solved: there is no resolution rate, least of all one that falls at the end."""
        toml = CALLS.replace('contact_id = "id"', 'contact_id = "id"\ncustomer_id = "who"')
        tables = read(make_project(toml, calls__csv="id,start,result,wait,talk,who\n1,2026-07-01 09:00:00,Y,1,1,x\n"))
        assert "status" not in tables["requests"].columns


class TestSurveys:
    """Answers, and surveys that nobody answered."""

    TOML = """
[[source]]
files = "s.csv"
table = "surveys"
[source.columns]
response_id = "id"
sent_at = "sent"
score = "score"
[source.constants]
kind = "csat"
scale_min = 1
scale_max = 5
"""

    def test_a_score_outside_its_scale_is_set_aside(self, make_project):
        """A 6 on a scale of 1 to 5 is no answer; an empty score is excluded where nothing says a survey was sent."""
        content = "id,sent,score\n1,2026-01-01,5\n2,2026-01-01,6\n3,2026-01-01,\n"
        tables = read(make_project(self.TOML, s__csv=content))
        account = tables.accounts[0]
        assert (account.read, account.used, account.excluded, account.set_aside) == (
            3, 1, {"no_score": 1}, {"score outside its scale": 1},
        )  # fmt: skip

    def test_a_survey_that_was_sent_and_not_answered_is_used(self, make_project):
        """With a status in the export, a survey without an answer stays, as sent."""
        toml = self.TOML.replace('score = "score"', 'score = "score"\nstatus = "state"')
        content = "id,sent,score,state\n1,2026-01-01,5,answered\n2,2026-01-01,,sent\n"
        assert rows(read(make_project(toml, s__csv=content)), "surveys", "status") == [("answered",), ("sent",)]


class TestClocks:
    """Local time to UTC in SQL follows the rule by which cells are read."""

    @pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
    def test_sql_and_cells_agree_on_every_quarter_of_an_hour_of_a_year(self, zone):
        """Both give the same instant for hours that come twice and hours that never come, and find the way back."""
        local = [datetime(2026, 1, 1) + timedelta(minutes=15 * n) for n in range(4 * 24 * 365)]
        frame = pa.table({"t": pa.array(local, pa.timestamp("us"))})
        connection = duckdb.connect()
        connection.register("given", frame)
        there = clocks.to_utc("t", zone, local[0], local[-1])
        found = connection.sql(f"select {there} as utc from given").to_arrow_table()["utc"].to_pylist()
        assert found == [to_utc(each, zone).replace(tzinfo=None) for each in local]
        back = clocks.to_local("utc", zone, local[0], local[-1])
        shown = connection.sql(f"select {back} from (select {there} as utc from given)").fetchall()
        assert [row[0] for row in shown] == [
            each.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in found
        ]


class TestParquet:
    """Parquet with the right types is mapped where it lies, to the same rows as the same data from CSV."""

    def test_parquet_and_csv_give_the_same_contacts(self, make_project, tmp_path):
        """Codes, instants, durations and pseudonyms come out alike."""
        toml = CALLS.replace('contact_id = "id"', 'contact_id = "id"\ncustomer_id = "who"')
        when = [datetime(2026, 7, 1, 9), datetime(2026, 10, 25, 2, 30), datetime(2026, 12, 1, 9)]
        table = pa.table({
            "id": pa.array([1, 2, 3]), "start": pa.array(when, pa.timestamp("us")), "result": ["Y", "N", "oui"],
            "wait": [1.5, 2.0, 3.0], "talk": pa.array([60.0, None, 1.0]), "who": ["A@x.org", "b ", "c"],
        })  # fmt: skip
        pq.write_table(table, tmp_path / "calls.parquet")
        lines = [
            f"{i},{start:%Y-%m-%d %H:%M:%S},{result},{wait},{'' if talk is None else talk},{who}"
            for i, start, result, wait, talk, who in zip(
                *(table[c].to_pylist() for c in table.column_names), strict=True
            )
        ]
        columns = ("contact_id", "customer_id", "started_at", "date::varchar", "outcome", "wait_s", "talk_s")
        project = make_project(toml, calls__csv="id,start,result,wait,talk,who\n" + "\n".join(lines) + "\n")
        from_csv = rows(read(project), "contacts", *columns)
        parquet = make_project(toml.replace("calls.csv", "calls.parquet"))
        assert rows(read(parquet), "contacts", *columns) == from_csv

    @pytest.mark.parametrize("late", ["maybe", None])
    def test_a_code_that_comes_late_in_a_long_parquet_file_is_seen(self, make_project, tmp_path, late):
        """After thousands of known codes an unknown one is refused by name, and an empty one is `unknown`."""
        many = 5000
        table = pa.table({
            "id": range(many), "start": pa.array([datetime(2026, 7, 1)] * many, pa.timestamp("us")),
            "result": ["Y"] * (many - 1) + [late], "wait": [1.0, float("nan")] * (many // 2), "talk": [1.0] * many,
        })  # fmt: skip
        pq.write_table(table, tmp_path / "calls.parquet", row_group_size=1000)
        project = make_project(CALLS.replace("calls.csv", "calls.parquet"))
        if late:
            with pytest.raises(SourceError, match="'maybe' is no known value of outcome"):
                read(project)
        else:
            told = read(project)["contacts"].aggregate("outcome, count(*), count(wait_s)", "outcome").fetchall()
            assert sorted(told) == [("answered", many - 1, many // 2), ("unknown", 1, 0)]

    def test_a_negative_duration_in_parquet_is_set_aside(self, make_project, tmp_path):
        """What the file's statistics show to be wrong is looked at row by row."""
        table = pa.table({
            "id": ["1", "2"], "start": pa.array([datetime(2026, 7, 1)] * 2, pa.timestamp("us")), "result": ["Y", "Y"],
            "wait": [1.0, -1.0], "talk": [1.0, 1.0],
        })  # fmt: skip
        pq.write_table(table, tmp_path / "calls.parquet")
        account = read(make_project(CALLS.replace("calls.csv", "calls.parquet"))).accounts[0]
        assert (account.used, account.set_aside) == (1, {"a negative duration": 1})


class TestPrivacy:
    """No name, number or address of a person leaves this room."""

    def test_a_pseudonym_is_the_keyed_hash_of_rfc_2104(self, make_project, monkeypatch):
        """The SQL gives what the standard library's HMAC gives, for short and long keys."""
        import hashlib  # noqa: PLC0415
        import hmac  # noqa: PLC0415

        for key in ("k", "a long key " * 20):
            monkeypatch.setenv("KPITOOLS_KEY", key)
            toml = CALLS.replace('contact_id = "id"', 'contact_id = "id"\ncustomer_id = "who"')
            content = "id,start,result,wait,talk,who\n1,2026-07-01 09:00:00,Y,1,1, Ann@X.org \n"
            found = rows(read(make_project(toml, calls__csv=content)), "contacts", "customer_id")[0][0]
            assert found == hmac.new(key.encode(), b"ann@x.org", hashlib.sha256).hexdigest()[:20]

    def test_messages_mask_what_names_a_person(self):
        """Addresses and long numbers are masked, dates and durations are not."""
        assert masked("call +33 6 12 34 56 78", private=False) == "call •••"
        assert masked("32/10/2025 09:02:53", private=False) == "32/10/2025 09:02:53"
        assert masked("31-02-2025 09:02:37", private=False) == "31-02-2025 09:02:37"
        assert masked("Jean", private=True) == "•••"

    def test_the_key_is_made_once_and_is_its_owners_alone(self, monkeypatch, tmp_path):
        """Without the variable the key is kept in the user's configuration."""
        monkeypatch.delenv("KPITOOLS_KEY")
        monkeypatch.delenv("APPDATA", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert pseudonyms.key() == pseudonyms.key()
        assert stat.S_IMODE(pseudonyms.key_file().stat().st_mode) & 0o077 == 0
