"""Requests across tools: which contact belongs to which ticket, who answered first, who came back."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpitools.errors import SourceError
from kpitools.sources import read
from kpitools.sources.identities import identity

PROJECT = '[project]\ntimezone = "Europe/Paris"\ntoday = 2026-11-22\n'
CALLS = """
[[source]]
files = "calls__csv"
table = "contacts"
columns = { contact_id = "id", started_at = "start", outcome = "result", customer_id = "from", request_id = "ticket" }
constants = { channel = "phone", direction = "inbound" }
""".replace("__", ".")
TICKETS = """
[[source]]
files = "tickets__csv"
table = "requests"
columns = { request_id = "number", created_at = "opened", solved_at = "solved", customer_id = "mail", status = "state" }
""".replace("__", ".")
CRM = """
[[source]]
files = "crm__csv"
table = "customers"
columns = { customer_id = "id", phone = "tel", email = "mail", started_at = "since" }
""".replace("__", ".")
MESSAGES = """
[[source]]
files = "messages__csv"
table = "messages"
columns = { request_id = "ticket", sent_at = "at", author = "by", public = "public", automatic = "auto" }
""".replace("__", ".")
CALL = "id,start,result,from,ticket\n"
TICKET = "number,opened,solved,mail,state\n"
WHO = "id,tel,mail,since\nc1,+33612345678,jean@x.fr,2020-01-01\nc2,0699999999,ann@x.fr,2020-01-01\n"


def found(tables, *columns, where="true"):
    """Return some columns of the requests, in order."""
    return sorted(tables["requests"].filter(where).select(", ".join(columns)).fetchall(), key=str)


class TestIdentity:
    """One person has one pseudonym, however a system writes the number or the address."""

    @pytest.mark.parametrize(
        "text",
        ["+33 6 12 34 56 78", "0612345678", "0033612345678", "33 6 12 34 56 78", "06.12.34.56.78",
         "+33 (0)6 12 34 56 78", "tel:+33612345678", "33612345678", "sip:+33612345678@telecom.example"],
    )  # fmt: skip
    def test_a_number_has_one_writing(self, text):
        """National, international, with and without punctuation: the same person calls."""
        assert identity(text, "FR") == "+33612345678"

    @pytest.mark.parametrize("text", ["J@X.fr", " j@x.fr ", "mailto:j@x.fr", "Jean Petit <J@x.fr>"])
    def test_an_address_has_one_writing(self, text):
        """Case, spaces, a name and the scheme of a link say nothing about who it is."""
        assert identity(text, "FR") == "j@x.fr"

    @pytest.mark.parametrize(
        "text", ["Anonymous", "Numéro masqué", "masqué", "Unknown", "private", "withheld", "+266696687", "-", "n/a"]
    )
    def test_a_withheld_number_is_nobody(self, text):
        """Thousands of strangers are not one customer who calls all day."""
        assert identity(text, "FR") is None

    @pytest.mark.parametrize("text", ["c-0012", "4711", "2562533", "612345678", "3312345678", "00012", "+12", "a@b@c"])
    def test_what_may_be_a_customer_number_stays(self, text):
        """Digits that are no complete telephone number are left as they are written."""
        assert identity(text, "FR") == text

    def test_without_a_country_a_national_number_stays(self):
        """0612345678 is a number in France and another one in Germany: no country is guessed."""
        assert identity("0612345678", None) == "0612345678"
        assert identity("0612345678", "BE") != identity("0612345678", "FR")
        assert identity("0033612345678", None) == "+33612345678"

    def test_the_country_is_said_or_follows_from_the_time_zone(self, make_project):
        """Paris is in France; a country in the project file comes first; one that nobody knows is refused."""
        rows = CALL + "1,2026-07-01 09:00,answered,0612345678,\n2,2026-07-01 10:00,answered,+33612345678,\n"
        people = lambda toml: read(make_project(toml, calls__csv=rows))["contacts"].select("customer_id").distinct()  # noqa: E731
        assert len(people(PROJECT + CALLS)) == 1
        assert len(people(PROJECT.replace("Europe/Paris", "UTC") + CALLS)) == 2
        assert len(people(PROJECT + 'country = "DE"\n' + CALLS)) == 2
        with pytest.raises(SourceError, match="FX"):
            people(PROJECT + 'country = "FX"\n' + CALLS)

    def test_parquet_and_csv_know_the_same_person(self, make_project, tmp_path):
        """Text and whole numbers in Parquet are the same people as in CSV; small whole numbers stay numbers."""
        start = pa.array([datetime(2026, 7, 1, 9)] * 4, pa.timestamp("us"))
        columns = 'columns = { contact_id = "id", started_at = "start", customer_id = "from" }\n'
        ids = []
        for number, who in enumerate((
            pa.array(["0612345678", "Anonymous", "C-1", "J@x.fr"]),
            pa.array([33612345678, None, 4711, 5], pa.int64()),
            pa.array([None, None, 4711, 5], pa.int32()),
        )):  # fmt: skip
            pq.write_table(
                pa.table({"id": ["1", "2", "3", "4"], "start": start, "from": who}), tmp_path / f"{number}.parquet"
            )
            toml = PROJECT + f'[[source]]\nfiles = "{number}.parquet"\ntable = "contacts"\n' + columns
            ids.append([row[0] for row in read(make_project(toml))["contacts"].select("customer_id").fetchall()])
        lines = "+33 6 12 34 56 78", "masqué", "c-1", "j@x.fr", "4711", "5"
        rows = CALL + "".join(f"{n},2026-07-01 09:00,answered,{who},\n" for n, who in enumerate(lines))
        table = read(make_project(PROJECT + CALLS, calls__csv=rows))["contacts"]
        jean, nobody, one, mail, number, five = (row[0] for row in table.select("customer_id").fetchall())
        assert nobody is None
        assert ids == [[jean, None, one, mail], [jean, None, number, five], [None, None, number, five]]

    def test_no_table_shows_what_rows_are_matched_by(self, make_project):
        """Numbers and addresses as they are written leave the room in no column."""
        calls = CALL + "1,2026-07-01 09:00,answered,0612345678,\n"
        tickets = TICKET + "A,2026-07-01 09:05,,jean@x.fr,open\n"
        tables = read(
            make_project(PROJECT + CALLS + TICKETS + CRM, calls__csv=calls, tickets__csv=tickets, crm__csv=WHO)
        )
        for name in tables:
            assert not [column for column in tables[name].columns if column.startswith("_")]
            assert not {"612345678", "jean@x.fr"} & {str(cell)[-9:] for row in tables[name].fetchall() for cell in row}


class TestLinks:
    """A contact belongs to the ticket with its number, else to one of its customer by time."""

    def joined(self, make_project, calls, tickets, crm=WHO):
        """Return the requests as (number, contacts, source), and how the contacts were matched."""
        tables = read(
            make_project(PROJECT + CALLS + TICKETS + (CRM if crm else ""), calls__csv=CALL + calls,
                         tickets__csv=TICKET + tickets, crm__csv=crm)
        )  # fmt: skip
        return found(tables, "request_id", "contacts", "source"), tables.matching

    def test_the_number_of_a_ticket_comes_first(self, make_project):
        """The ticket that a call names is its ticket, whoever calls and whenever."""
        calls = "1,2026-07-20 09:00,answered,0699999999,A\n2,2026-07-20 10:00,answered,masqué,A\n"
        rows, how = self.joined(make_project, calls, "A,2026-07-01 09:00,2026-07-02 09:00,jean@x.fr,solved\n")
        assert rows == [("A", 2.0, "tickets.csv")]
        assert (how.by_number, how.by_customer, how.unmatched, how.tickets_met, how.tickets) == (2, 0, 0, 1, 1)

    def test_contacts_whose_outcome_nobody_noted_leave_the_tickets_as_they_are(self, make_project):
        """They say neither how many exchanges a ticket took nor whether its customer came back."""
        calls = CALLS.replace('outcome = "result", ', "")
        rows = CALL + "1,2026-07-01 09:00,answered,0612345678,A\n"
        tickets = TICKET + "A,2026-07-01 09:05,2026-07-02 09:00,jean@x.fr,solved\n"
        tables = read(make_project(PROJECT + calls + TICKETS, calls__csv=rows, tickets__csv=tickets))
        assert found(tables, "request_id", "source") == [("A", "tickets.csv")]
        assert not {"contacts", "next_contact_days"} & set(tables["requests"].columns)

    @pytest.mark.parametrize(
        ("start", "ticket"),
        [
            ("2026-07-01 07:59", None),  # more than an hour before the ticket was opened
            ("2026-07-01 08:00", "A"),
            ("2026-07-01 08:58", "A"),
            ("2026-07-09 12:00", "A"),  # seven days after it was solved
            ("2026-07-09 12:01", None),
            ("2026-07-20 08:45", "B"),
            ("2026-07-20 09:45", "B"),  # a quarter of an hour before C, three quarters after B: still to come
            ("2026-07-31 09:00", "C"),  # C is open
        ],
    )
    def test_a_call_is_joined_by_customer_and_time(self, make_project, start, ticket):
        """The bridge knows whose telephone number it is; the nearest ticket in time is the one that it is about."""
        tickets = (
            "A,2026-07-01 09:00,2026-07-02 12:00,jean@x.fr,solved\n"
            "B,2026-07-20 09:00,2026-07-20 09:30,jean@x.fr,solved\n"
            "C,2026-07-20 12:00,,jean@x.fr,open\n"
            "D,2026-07-01 09:00,,ann@x.fr,open\n"
        )
        rows, how = self.joined(make_project, f"1,{start},answered,06 12 34 56 78,\n", tickets)
        assert [row[0] for row in rows if row[1] is not None] == [ticket]
        assert how.by_customer == (ticket is not None)

    def test_of_two_tickets_at_one_distance_the_earlier_one_counts(self, make_project):
        """Half an hour after one ticket and before another it is about the first; nearer to the next, about that."""
        tickets = "A,2026-07-01 09:00,,jean@x.fr,open\nB,2026-07-01 10:00,,jean@x.fr,open\n"
        for start, ticket in (("09:30", "A"), ("09:31", "B")):
            rows, _ = self.joined(make_project, f"1,2026-07-01 {start},answered,0612345678,\n", tickets)
            assert [row[0] for row in rows if row[1] == 1] == [ticket]

    def test_without_a_bridge_it_is_said_how_many_could_not_be_matched(self, make_project):
        """Calls know telephone numbers, tickets addresses: nothing joins them; each call is a request of its own."""
        calls = "1,2026-07-01 09:00,answered,0612345678,\n2,2026-07-01 09:30,answered,masqué,\n"
        rows, how = self.joined(make_project, calls, "A,2026-07-01 09:05,,jean@x.fr,open\n", crm="")
        assert rows == [("A", None, "tickets.csv"), (None, 1.0, "contacts")]
        assert (how.contacts, how.unmatched, how.alone, how.nobody) == (2, 2, 1, 1)
        assert str(how).startswith(
            "2 contacts and 1 tickets: 0 matched by ticket number, 0 by customer and time; 2 not"
        )

    def test_a_number_of_two_customers_is_nobodys(self, make_project):
        """A switchboard that two customers share does not say which of them called."""
        shared = WHO + "c3,0612345678,zoe@x.fr,2021-01-01\n"
        rows, how = self.joined(
            make_project,
            "1,2026-07-01 09:00,answered,0612345678,\n",
            "A,2026-07-01 09:05,,jean@x.fr,open\n",
            crm=shared,
        )
        assert (rows[0], how.by_customer) == (("A", None, "tickets.csv"), 0)

    def test_a_call_about_a_ticket_that_is_not_there_makes_no_request(self, make_project):
        """The ticket may be merged, spam or older than the export: nobody knows what became of it."""
        rows, how = self.joined(
            make_project, "1,2026-07-01 09:00,answered,,Z\n", "A,2026-07-01 09:05,,jean@x.fr,open\n"
        )
        assert (rows, how.other_number) == ([("A", None, "tickets.csv")], 1)

    def test_a_call_without_a_ticket_is_a_request_too(self, make_project):
        """It is resolved when the customer stays away; the helpdesk's state of it is unknown."""
        tables = read(
            make_project(
                PROJECT + CALLS + TICKETS,
                calls__csv=CALL + "1,2026-07-01 09:00,answered,0612345678,\n2,2026-07-30 09:00,answered,0699999999,\n",
                tickets__csv=TICKET + "A,2026-07-01 09:05,,jean@x.fr,open\n",
            )
        )
        assert found(
            tables, "contacts", "status", "resolved", "observed_days", "customer_known", where="source = 'contacts'"
        ) == [
            (1.0, "unknown", False, 0, True),
            (1.0, "unknown", True, 29, True),
        ]


class TestReplies:
    """The first reply is a public message by a person of the service."""

    def first(self, make_project, messages, columns=("first_reply_s", "replies", "customer_messages")):
        """Return what the messages say of ticket A, opened on 2026-07-01 at 09:00 in Paris."""
        toml = PROJECT + TICKETS + MESSAGES
        tickets = TICKET + "A,2026-07-01 09:00,,jean@x.fr,open\n"
        tables = read(make_project(toml, tickets__csv=tickets, messages__csv="ticket,at,by,public,auto\n" + messages))
        return found(tables, *columns)[0]

    def test_bots_and_automatic_replies_never_count(self, make_project):
        """An acknowledgement after a second and a bot after a minute are no reply; nor is an internal note."""
        messages = (
            "A,2026-07-01 09:00:00,customer,true,false\n"
            "A,2026-07-01 09:00:01,adviser,true,true\n"
            "A,2026-07-01 09:01:00,bot,true,false\n"
            "A,2026-07-01 09:30:00,adviser,false,false\n"
            "A,2026-07-01 11:00:00,adviser,true,false\n"
            "A,2026-07-01 12:00:00,customer,true,false\n"
        )
        assert self.first(make_project, messages) == (7200.0, 1.0, 2.0)

    def test_in_a_ticket_that_an_adviser_opened_the_second_message_is_the_reply(self, make_project):
        """To open a ticket for a customer is no reply to anybody."""
        messages = "A,2026-07-01 09:00:05,adviser,true,\nA,2026-07-01 10:00:00,adviser,true,\n"
        assert self.first(make_project, messages) == (3600.0, 2.0, 0.0)

    def test_until_somebody_replies_there_is_no_first_reply(self, make_project):
        """Not replied yet is unknown, and no zero."""
        assert self.first(make_project, "A,2026-07-01 09:00:00,customer,true,\n") == (None, 0.0, 1.0)

    def test_the_exports_own_first_reply_comes_first(self, make_project):
        """Messages fill what the helpdesk does not say."""
        toml = PROJECT + TICKETS.replace("solved_at =", 'first_reply_at = "replied", solved_at =') + MESSAGES
        tickets = (
            "number,opened,replied,solved,mail,state\n"
            "A,2026-07-01 09:00,2026-07-01 09:10,,j@x.fr,open\nB,2026-07-01 09:00,,,j@x.fr,open\n"
        )
        messages = "ticket,at,by,public,auto\n" + "".join(
            f"{t},2026-07-01 09:00:00,customer,,\n{t},2026-07-01 09:30:00,adviser,,\n" for t in "AB"
        )
        tables = read(make_project(toml, tickets__csv=tickets, messages__csv=messages))
        assert found(tables, "request_id", "first_reply_s") == [("A", 600.0), ("B", 1800.0)]

    def test_opening_hours_count_where_the_project_gives_them(self, make_project):
        """From Friday 17:00 to Monday 10:00 a service open from 9 to 18 works two hours; without hours none is said."""
        toml = PROJECT + TICKETS.replace("solved_at =", 'first_reply_at = "replied", solved_at =')
        tickets = "number,opened,replied,solved,mail,state\n"
        tickets += "A,2026-07-03 17:00,2026-07-06 10:00,2026-07-06 11:00,j@x.fr,solved\n"
        hours = '[calendar]\nopening = { mon-fri = "09:00-18:00" }\n'
        tables = read(make_project(toml + hours, tickets__csv=tickets))
        columns = ("first_reply_s", "first_reply_open_s", "resolution_s", "resolution_open_s")
        assert found(tables, *columns) == [(65 * 3600.0, 2 * 3600.0, 66 * 3600.0, 3 * 3600.0)]
        assert not {c for c in read(make_project(toml, tickets__csv=tickets))["requests"].columns if "open_s" in c}


class TestTimes:
    """How long a request took, and whether it is old enough to judge."""

    def test_the_clock_runs_from_the_first_opening(self, make_project):
        """A ticket that was opened again took until it was solved last; one that is open again has no such time."""
        toml = PROJECT + TICKETS.replace("solved_at =", 'reopens = "again", solved_at =')
        tickets = (
            "number,opened,again,solved,mail,state\n"
            "A,2026-07-01 09:00,1,2026-07-06 09:10,j@x.fr,solved\n"
            "B,2026-07-01 09:00,1,2026-07-01 09:10,j@x.fr,open\n"
        )
        tables = read(make_project(toml, tickets__csv=tickets))
        assert found(tables, "request_id", "resolution_s") == [("A", 5 * 86400 + 600.0), ("B", None)]

    @pytest.mark.parametrize(("days", "resolved"), [(6, False), (7, True), (8, True)])
    def test_a_request_is_judged_once_its_days_have_passed(self, make_project, days, resolved):
        """After exactly seven days it is old enough; younger, it is never counted as resolved."""
        last = (datetime(2026, 7, 1, 9) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")
        calls = CALL + f"1,2026-07-01 23:00,answered,0612345678,\n2,{last},answered,0699999999,\n"
        toml = PROJECT + CALLS.replace(', request_id = "ticket"', "")
        tables = read(make_project(toml, calls__csv=calls))
        assert found(tables, "date::varchar", "observed_days", "resolved")[0] == ("2026-07-01", days, resolved)

    def test_an_export_of_replies_alone_keeps_the_first_of_them(self, make_project):
        """The ticket itself is the opening; where the adviser's message comes with the ticket, that is the opening."""
        toml = PROJECT + TICKETS + MESSAGES
        tickets = TICKET + "A,2026-07-01 09:00,,j@x.fr,open\nB,2026-07-01 09:00,,k@x.fr,open\n"
        messages = (
            "ticket,at,by,public,auto\nA,2026-07-01 09:10,adviser,yes,no\nA,2026-07-01 12:00,adviser,yes,no\n"
            "B,2026-07-01 09:00,adviser,yes,no\nB,2026-07-01 09:20,adviser,yes,no\n"
        )
        tables = read(make_project(toml, tickets__csv=tickets, messages__csv=messages))
        assert found(tables, "request_id", "first_reply_s") == [("A", 600.0), ("B", 1200.0)]

    def test_tickets_by_themselves_are_watched_until_the_last_thing_that_happened_to_one(self, make_project):
        """Both were opened on 1 July, and one was solved on 21 July; a date that is yet to come shows nothing."""
        tickets = TICKET + "A,2026-07-01,2026-07-21,j@x.fr,solved\nB,2026-07-01,,k@x.fr,open\n"
        tickets += "C,2026-07-01,2027-01-01,l@x.fr,solved\n"
        tables = read(make_project(PROJECT + TICKETS, tickets__csv=tickets))
        assert found(tables, "request_id", "observed_days") == [("A", 20), ("B", 20)]
        assert tables.accounts[0].set_aside == {"solved_at is after today": 1}

    def test_the_first_adviser_says_whether_it_was_resolved(self, make_project):
        """What a later adviser says is no first-contact resolution; an adviser who says nothing leaves it unknown."""
        toml = PROJECT + CALLS.replace('outcome = "result"', 'outcome = "result", resolved = "done"') + TICKETS
        calls = (
            "id,start,result,from,ticket,done\n"
            "1,2026-07-01 09:00,abandoned,,A,\n2,2026-07-01 10:00,answered,,A,no\n3,2026-07-02 09:00,answered,,A,yes\n"
            "4,2026-07-01 09:00,answered,,B,\n5,2026-07-02 09:00,answered,,B,yes\n"
            "6,2026-07-02 09:00,answered,0612345678,,yes\n"
        )
        tickets = TICKET + "A,2026-07-01 09:00,,j@x.fr,open\nB,2026-07-01 09:00,,j@x.fr,open\n"
        tables = read(make_project(toml, calls__csv=calls, tickets__csv=tickets))
        assert found(tables, "request_id", "adviser_resolved") == [("A", False), ("B", None), (None, True)]

    def test_the_customer_says_whether_it_was_resolved(self, make_project):
        """A survey about the ticket, or about one of its calls; the last answer holds."""
        survey = """
[[source]]
files = "s.csv"
table = "surveys"
columns = { response_id = "id", sent_at = "sent", score = "score", contact_id = "call", request_id = "ticket" }
constants = { kind = "resolved", scale_min = 0, scale_max = 1 }
"""
        answers = (
            "id,sent,score,call,ticket\n1,2026-07-02,1,,A\n2,2026-07-03,0,,A\n3,2026-07-02,1,2,\n4,2026-07-02,1,3,\n"
        )
        calls = CALL + "2,2026-07-01 09:00,answered,,B\n3,2026-07-01 09:00,answered,0612345678,\n"
        tickets = TICKET + "".join(f"{t},2026-07-01 09:00,,j@x.fr,open\n" for t in "ABC")
        tables = read(
            make_project(PROJECT + CALLS + TICKETS + survey, calls__csv=calls, tickets__csv=tickets, s__csv=answers)
        )
        assert found(tables, "request_id", "survey_resolved") == [("A", False), ("B", True), ("C", None), (None, True)]


class TestReturns:
    """Days until the customer's next exchange, about anything and about the same."""

    TYPED = CALLS.replace('outcome = "result"', 'outcome = "result", request_type = "about"').replace(
        ', request_id = "ticket"', ""
    )
    ROWS = (
        "1,2026-07-01 09:00,answered,x,bill\n2,2026-07-04 09:00,answered,x,move\n3,2026-07-06 09:00,answered,x,bill\n"
        "4,2026-07-30 09:00,answered,x,bill\n5,2026-07-02 09:00,abandoned,x,bill\n6,2026-07-31 09:00,answered,y,bill\n"
    )
    HEAD = "id,start,result,from,about\n"

    def test_made_of_contacts(self, make_project):
        """Two calls about the bill within a week are one request; the move between them is another."""
        tables = read(make_project(PROJECT + self.TYPED, calls__csv=self.HEAD + self.ROWS))
        assert found(tables, "date::varchar", "contacts", "next_contact_days", "next_same_type_days") == [
            ("2026-07-01", 2.0, 3, 5),
            ("2026-07-04", 1.0, 2, None),
            ("2026-07-30", 1.0, None, None),
            ("2026-07-31", 1.0, None, None),
        ]

    def test_beside_tickets(self, make_project):
        """A ticket counts from its first call, or from its opening where there was none."""
        calls = self.TYPED.replace('customer_id = "from"', 'customer_id = "from", request_id = "ticket"')
        toml = PROJECT + calls + TICKETS.replace("solved_at =", 'request_type = "about", solved_at =')
        head, *rows = (self.HEAD + self.ROWS).splitlines()
        calls = "\n".join(
            [head + ",ticket", *(f"{row},{'A' if row[0] == '1' else 'B' if row[0] == '3' else ''}" for row in rows)]
        )
        tickets = (
            "number,opened,about,solved,mail,state\n"
            "A,2026-07-01 09:01,bill,2026-07-01 09:20,x,solved\nB,2026-07-05 09:00,bill,2026-07-06 09:20,x,solved\n"
            "C,2026-07-29 08:00,move,2026-07-29 09:00,x,solved\n"
        )
        tables = read(make_project(toml, calls__csv=calls + "\n", tickets__csv=tickets))
        assert found(tables, "request_id", "contacts", "next_contact_days", "next_same_type_days") == [
            ("A", 2.0, 3, 5),
            ("B", 1.0, 24, 24),
            ("C", 1.0, None, None),
            (None, 1.0, None, None),
        ]


STEP = st.tuples(st.integers(0, 30), st.integers(0, 23), st.sampled_from("xyz"), st.sampled_from(["bill", "move"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(STEP, min_size=1, max_size=25), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_request(make_project, rows, order):
    """Shuffled calls and tickets make the same requests, those of one instant included."""
    lines = [
        f"{n},{datetime(2026, 7, 1) + timedelta(days=d, hours=h)},answered,{who},{what}\n"
        for n, (d, h, who, what) in enumerate(rows)
    ]
    tickets = [
        f"T{n},{datetime(2026, 7, 1) + timedelta(days=d, hours=h)},,{who},open\n"
        for n, (d, h, who, _) in enumerate(rows[::4])
    ]
    toml, results = PROJECT + TestReturns.TYPED + TICKETS, []
    for _ in range(2):
        tables = read(
            make_project(toml, calls__csv=TestReturns.HEAD + "".join(lines), tickets__csv=TICKET + "".join(tickets))
        )
        columns = ("request_id", "date", "request_type", "contacts", "next_contact_days", "resolved")
        results.append((found(tables, *columns), tables.matching))
        order.shuffle(lines)
        order.shuffle(tickets)
    assert results[0] == results[1]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(STEP, min_size=1, max_size=25))
def test_chains_are_those_that_one_finds_by_hand(make_project, rows):
    """Going through each customer's calls in order, a new request begins where more than seven days passed."""
    expected = []
    for who, what in {row[2:] for row in rows}:
        days = sorted(d for d, _, *same in rows if same == [who, what])
        firsts = [n for n, day in enumerate(days) if n == 0 or day - days[n - 1] > 7]
        for n, end in zip(firsts, [*firsts[1:], len(days)], strict=True):
            following = days[n + 1] - days[n] if n + 1 < len(days) else None
            expected.append(
                (days[n] + 1, what, float(end - n), max(r[0] for r in rows) - days[end - 1] >= 7, following)
            )
    lines = [
        f"{n},{datetime(2026, 7, 1) + timedelta(days=d, hours=h)},answered,{who},{what}\n"
        for n, (d, h, who, what) in enumerate(rows)
    ]
    tables = read(make_project(PROJECT + TestReturns.TYPED, calls__csv=TestReturns.HEAD + "".join(lines)))
    columns = (
        "date_diff('day', date '2026-06-30', date)",
        "request_type",
        "contacts",
        "resolved",
        "next_same_type_days",
    )
    assert found(tables, *columns) == sorted(expected, key=str)
