"""The further tables, own segments, exclusions, legs of one call: what the door makes of them."""

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools import schema
from kpitools.errors import ProjectError
from kpitools.measure import COLUMNS, measure
from kpitools.project.columns import TAKEN
from kpitools.sources import read

PARIS = '[project]\ntimezone = "Europe/Paris"\ntoday = 2026-11-22\n'


def source(table, columns, constants="", file="", more=""):
    """Write one source of a project file: the columns are named as their headers are."""
    mapped = "\n".join(f'{name} = "{name}"' for name in columns.split())
    parts = [f'[[source]]\nfiles = "{file or table}.csv"\ntable = "{table}"\n[source.columns]\n{mapped}', more]
    parts += [f"[source.constants]\n{constants}"] if constants else []
    return "\n".join(parts) + "\n"


def rows(tables, name, columns, order="1"):
    """Return some columns of a table as tuples."""
    return tables[name].select(columns).order(order).fetchall()


def balance(tables, number=0):
    """Return read, used, excluded and set aside of a source."""
    found = tables.accounts[number]
    return found.read, found.used, found.excluded, found.set_aside


class TestCustomers:
    """A spell of a customer with the company."""

    TOML = PARIS + source("customers", "spell_id customer_id started_at ended_at committed_until renewed")
    HEADER = "spell_id,customer_id,started_at,ended_at,committed_until,renewed\n"

    def test_ends_and_commitments_have_local_dates(self, make_project):
        """Half past eleven at night in London is the next day in Paris, in winter as in summer, even years later."""
        lines = (
            "a,1,2020-01-15T10:00:00Z,2026-06-30T22:30:00Z,2027-01-31T23:30:00Z,yes\n"
            "b,2,2020-01-16T10:00:00Z,,2028-07-31T21:30:00Z,no\n"
        )
        tables = read(make_project(self.TOML, customers__csv=self.HEADER + lines))
        assert rows(tables, "customers", "spell_id, date, end_date, commitment_date, renewed") == [
            ("a", date(2020, 1, 15), date(2026, 7, 1), date(2027, 2, 1), True),
            ("b", date(2020, 1, 16), None, date(2028, 7, 31), False),
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("a,1,2026-02-01,2026-01-31,,", "ended_at is before started_at"),
            ("a,1,2026-02-01,,2026-01-31,", "committed_until is before started_at"),
            ("a,,2026-02-01,,,", "no customer_id"),
        ],
    )
    def test_what_cannot_be_is_set_aside(self, make_project, line, reason):
        """An end or a commitment before the beginning, or a spell of nobody, is no spell."""
        tables = read(make_project(self.TOML, customers__csv=f"{self.HEADER}{line}\nb,2,2026-01-01,,,\n"))
        assert balance(tables) == (2, 1, {}, {reason: 1})

    def test_the_last_snapshot_of_a_spell_counts(self, make_project):
        """A spell that is exported every month is one spell, as the last export has it."""
        lines = "a,1,2026-01-01,,,\na,1,2026-01-01,2026-03-01,,\n"
        tables = read(make_project(self.TOML, customers__csv=self.HEADER + lines))
        assert rows(tables, "customers", "end_date") == [(date(2026, 3, 1),)]
        assert balance(tables)[2] == {"duplicate": 1}

    def test_a_customer_of_long_ago_is_no_typing_error(self, make_project):
        """One who came in 1962 counts; the day zero of a spreadsheet is no day on which anybody came."""
        lines = "a,1,1962-05-01,,,\nb,2,1900-01-01,,,\nc,3,2026-01-01,,,\n"
        tables = read(make_project(self.TOML, customers__csv=self.HEADER + lines))
        assert balance(tables) == (3, 2, {}, {"started_at is before 1901": 1})

    def test_beginnings_of_long_ago_do_not_stretch_the_report(self, make_project):
        """The days that the data reach are those of the calls, not those since the first customer came."""
        calls = source("contacts", "started_at", 'channel = "phone"')
        project = make_project(
            self.TOML + calls,
            customers__csv=self.HEADER + "a,1,1999-01-01,,,\n",
            contacts__csv="started_at\n2026-10-05\n",
        )
        assert (read(project).coverage.first, read(project).coverage.last) == (date(2026, 10, 5), date(2026, 10, 5))


class TestOrders:
    """What customers bought, and what a contact sold."""

    ORDERS = source("orders", "order_id customer_id contact_id ordered_at amount")
    HEADER = "order_id,customer_id,contact_id,ordered_at,amount\n"

    def test_a_later_order_of_the_same_customer_was_bought_before(self, make_project):
        """Whatever source they come from; two orders of one instant have none before them."""
        again = self.ORDERS.replace("orders.csv", "shop.csv")
        first = "1,anna,,2026-10-01,5\n2,bert,,2026-10-02,5\n3,carl,,2026-10-03,5\n4,carl,,2026-10-03,5\n"
        project = make_project(
            PARIS + self.ORDERS + again,
            orders__csv=self.HEADER + first,
            shop__csv=self.HEADER + "5,anna,,2026-10-09,1\n6,bert,,2026-09-01,1\n",
        )
        assert rows(read(project), "orders", "order_id, bought_before") == [
            ("1", False), ("2", True), ("3", False), ("4", False), ("5", True), ("6", False),
        ]  # fmt: skip

    def test_a_contact_that_led_to_an_order_is_a_sale(self, make_project):
        """Within the days that the orders reach; outside them nobody knows."""
        calls = source("contacts", "contact_id started_at", 'channel = "phone"')
        project = make_project(
            PARIS + calls + self.ORDERS,
            contacts__csv="contact_id,started_at\na,2026-09-30\nb,2026-10-01\nc,2026-10-02\n,2026-10-02\nd,2026-10-04\n",
            orders__csv=self.HEADER + "1,x,b,2026-10-01 15:00,5\n2,y,,2026-10-03,5\n",
        )
        assert rows(read(project), "contacts", "contact_id, sale") == [
            ("a", None), ("b", True), ("c", False), ("d", None), (None, None),
        ]  # fmt: skip

    def test_what_the_phone_system_says_of_sales_holds(self, make_project):
        """A column of sales in the contacts is not overruled by the orders."""
        calls = source("contacts", "contact_id started_at sale", 'channel = "phone"')
        project = make_project(
            PARIS + calls + self.ORDERS,
            contacts__csv="contact_id,started_at,sale\nb,2026-10-01,no\n",
            orders__csv=self.HEADER + "1,x,b,2026-10-01,5\n",
        )
        assert rows(read(project), "contacts", "sale") == [(False,)]


class TestOtherTables:
    """Messages, advisers, figures, and the dates of requests."""

    def test_messages_and_observations_are_read(self, make_project):
        """Who wrote is one of a closed list, and unknown where the cell is empty; an observation says yes or no."""
        messages = source("messages", "message_id request_id sent_at author public automatic")
        advisers = source("advisers", "adviser_id observed_at presents_channels")
        project = make_project(
            PARIS + messages + advisers,
            messages__csv="message_id,request_id,sent_at,author,public,automatic\n"
            "1,7,2026-10-05 09:00,adviser,yes,no\n2,7,2026-10-05 09:01,,no,yes\n3,,2026-10-05,bot,no,no\n",
            advisers__csv="adviser_id,observed_at,presents_channels\nx,2026-10-05,yes\n",
        )
        tables = read(project)
        assert rows(tables, "messages", "message_id, author, public, automatic, date") == [
            ("1", "adviser", True, False, date(2026, 10, 5)),
            ("2", "unknown", False, True, date(2026, 10, 5)),
        ]
        assert balance(tables) == (3, 2, {}, {"no request_id": 1})
        assert rows(tables, "advisers", "presents_channels, adviser_id <> 'x'") == [(True, True)]

    def test_a_figure_has_the_days_that_it_covers(self, make_project):
        """Without an end it covers its one day; one that ends before it starts is set aside."""
        project = make_project(
            PARIS + source("figures", "kpi start end value"),
            figures__csv="kpi,start,end,value\nsite_visits,2026-10-01,2026-10-31,9\nsite_visits,2026-10-02,2026-10-01,9\n",
        )
        tables = read(project)
        assert rows(tables, "figures", "date, end_date, value") == [(date(2026, 10, 1), date(2026, 10, 31), 9.0)]
        assert balance(tables)[3] == {"end is before start": 1}

    def test_solved_and_closed_have_local_dates(self, make_project):
        """They are placed by the project's clock, as the creation is."""
        project = make_project(
            PARIS + source("requests", "request_id created_at solved_at closed_at"),
            requests__csv="request_id,created_at,solved_at,closed_at\n"
            "1,2026-01-05T10:00:00Z,2026-07-01T22:30:00Z,2026-10-31T22:30:00Z\n",
        )
        assert rows(read(project), "requests", "date, solved_date, closed_date") == [
            (date(2026, 1, 5), date(2026, 7, 2), date(2026, 10, 31))
        ]


class TestExclusions:
    """What an export itself does not count is counted apart."""

    TOML = PARIS + source(
        "contacts", "contact_id started_at exclusion updated_at",
        more='[source.values.exclusion]\ntest = ["Essai"]\ncounted = ["VIP", "non"]',
    )  # fmt: skip
    HEADER = "contact_id,started_at,exclusion,updated_at\n"

    def test_a_row_is_left_out_by_the_reason_that_it_gives(self, make_project):
        """An empty cell counts, as does what stands for `counted`; a text that nobody explained is set aside."""
        lines = "1,2026-10-05,,\n2,2026-10-05,spam,\n3,2026-10-05,essai,\n4,2026-10-05,vip,\n5,2026-10-05,counted,\n"
        tables = read(make_project(self.TOML, contacts__csv=self.HEADER + lines + "6,2026-10-05,autre,\n"))
        reason = "is no known value of exclusion: add it under [source.values.exclusion], under 'counted' where such "
        assert balance(tables) == (6, 3, {"spam": 1, "test": 1}, {f"{reason}rows count": 1})

    def test_the_newest_delivery_decides_whether_a_contact_counts(self, make_project):
        """A call that was later marked as spam is spam; the earlier delivery does not count in its place."""
        lines = "1,2026-10-05,,2026-10-05\n1,2026-10-05,spam,2026-10-07\n1,2026-10-05,,2026-10-06\n"
        tables = read(make_project(self.TOML, contacts__csv=self.HEADER + lines))
        assert balance(tables) == (3, 0, {"duplicate": 2, "spam": 1}, {})

    def test_a_request_that_ends_as_merged_does_not_count_as_it_was(self, make_project):
        """The log of a ticket that was merged in the end holds no ticket."""
        toml = PARIS + source("requests", "request_id created_at updated_at status")
        lines = "1,2026-10-05,2026-10-05,open\n1,2026-10-05,2026-10-06,merged\n2,2026-10-05,2026-10-05,open\n"
        tables = read(make_project(toml, requests__csv="request_id,created_at,updated_at,status\n" + lines))
        assert balance(tables) == (3, 1, {"earlier_version": 1, "merged": 1}, {})

    def test_a_code_that_parquet_holds_is_explained_too(self, make_project, tmp_path):
        """A file that is mapped while it is read knows `counted` as well."""
        started = pa.array([datetime(2026, 10, 5)] * 3, pa.timestamp("us"))
        table = pa.table({"contact_id": ["1", "2", "3"], "started_at": started, "exclusion": ["VIP", "Essai", None]})
        pq.write_table(table.append_column("updated_at", started), tmp_path / "contacts.parquet")
        tables = read(make_project(self.TOML.replace(".csv", ".parquet")))
        assert balance(tables) == (3, 2, {"test": 1}, {})


class TestLegs:
    """A transferred call is one contact, however many legs its export has."""

    COLUMNS = "contact_id root_id started_at ended_at outcome team adviser_id channel direction wait_s talk_s resolved"
    HEADER = COLUMNS.replace(" ", ",") + "\n"
    SHOWN = "contact_id, outcome, team, wait_s, talk_s, transferred, resolved, ended_at"
    TOML = PARIS.replace("Europe/Paris", "UTC") + source("contacts", COLUMNS)

    def read(self, make_project, *lines):
        """Read some legs."""
        return read(make_project(self.TOML, contacts__csv=self.HEADER + "\n".join(lines) + "\n"))

    def test_the_legs_of_a_transferred_call_are_one_contact(self, make_project):
        """By hand: 20 s to the first person, 60 + 90 s of talk, ended when the last leg ended, resolved in the end."""
        tables = self.read(
            make_project,
            "1,,2026-10-05 09:00:00,2026-10-05 09:01:20,answered,Nord,ann,phone,inbound,20,60,no",
            "2,1,2026-10-05 09:01:20,2026-10-05 09:03:20,answered,Sud,bob,phone,inbound,30,90,yes",
            "3,,2026-10-05 10:00:00,2026-10-05 10:01:00,answered,Sud,bob,phone,inbound,5,55,no",
        )
        ended = datetime(2026, 10, 5, 9, 3, 20, tzinfo=UTC).replace(tzinfo=None)
        assert rows(tables, "contacts", self.SHOWN)[0] == ("1", "answered", "Nord", 20.0, 150.0, True, True, ended)
        assert rows(tables, "contacts", "contact_id, transferred") == [("1", True), ("3", False)]
        assert balance(tables) == (3, 2, {"leg": 1}, {})

    def test_a_caller_who_overflows_waits_until_a_person_answers(self, make_project):
        """By hand: 60 s in the first queue and 15 s in the second; nobody handed the call on."""
        tables = self.read(
            make_project,
            "2,1,2026-10-05 09:01:00,2026-10-05 09:02:00,answered,Sud,bob,phone,inbound,15,45,",
            "1,1,2026-10-05 09:00:00,2026-10-05 09:01:00,overflow,Nord,,phone,inbound,60,,",
        )
        assert rows(tables, "contacts", "contact_id, outcome, team, wait_s, talk_s, transferred") == [
            ("1", "answered", "Sud", 75.0, 45.0, False)
        ]

    def test_a_call_that_nobody_answers_ends_as_its_last_leg(self, make_project):
        """It overflowed, and then the caller gave up after 60 and 40 s."""
        tables = self.read(
            make_project,
            "1,1,2026-10-05 09:00:00,2026-10-05 09:01:00,overflow,Nord,,phone,inbound,60,,",
            "2,1,2026-10-05 09:01:00,2026-10-05 09:01:40,abandoned,Sud,,phone,inbound,40,,",
        )
        assert rows(tables, "contacts", "outcome, team, wait_s, talk_s, transferred") == [
            ("abandoned", "Nord", 100.0, None, False)
        ]

    def test_a_call_back_is_another_contact(self, make_project):
        """So is what the service itself dialled: they have the root of the call that asked, and are no legs of it."""
        tables = self.read(
            make_project,
            "1,1,2026-10-05 09:00:00,2026-10-05 09:01:00,callback_requested,Nord,,phone,inbound,60,,",
            "2,1,2026-10-05 11:00:00,2026-10-05 11:05:00,answered,Nord,ann,callback,inbound,0,300,",
            "3,1,2026-10-06 11:00:00,2026-10-06 11:05:00,answered,Nord,ann,phone,outbound,0,300,",
        )
        assert rows(tables, "contacts", "contact_id, outcome") == [
            ("1", "callback_requested"), ("2", "answered"), ("3", "answered"),
        ]  # fmt: skip
        assert balance(tables) == (3, 3, {}, {})

    def test_a_leg_delivered_twice_and_a_broken_leg_add_nothing(self, make_project):
        """A leg counts once, and one that cannot be read is set aside without the others."""
        leg = "2,1,2026-10-05 09:01:20,2026-10-05 09:03:20,answered,Sud,bob,phone,inbound,30,90,yes"
        tables = self.read(
            make_project,
            "1,1,2026-10-05 09:00:00,2026-10-05 09:01:20,answered,Nord,ann,phone,inbound,20,60,no",
            leg, leg, leg.replace("2,1,", "4,1,").replace(",90,", ",soon,"),
        )  # fmt: skip
        assert rows(tables, "contacts", "contact_id, talk_s") == [("1", 150.0)]
        read_, used, excluded, aside = balance(tables)
        assert (read_, used, excluded, sum(aside.values())) == (4, 1, {"duplicate": 1, "leg": 1}, 1)

    def test_rows_without_a_root_stay_apart(self, make_project):
        """No root and no id: nothing shows that two rows are one call."""
        line = ",,2026-10-05 09:00:00,2026-10-05 09:01:20,answered,Nord,ann,phone,inbound,20,60,no"
        assert balance(self.read(make_project, line, line)) == (2, 2, {}, {})


class TestOwnSegments:
    """Any column that the project names is a segment like team, channel and request type."""

    CALLS = source("contacts", "started_at outcome", 'channel = "phone"\ndirection = "inbound"',
                   more='[source.segments]\nsite = "Standort"')  # fmt: skip
    OTHER = source("contacts", "started_at outcome", 'channel = "phone"\ndirection = "inbound"', file="partner",
                   more='[source.segments]\nsite = { always = "Lyon" }\noutsourcer = { always = "Alpha" }')  # fmt: skip

    def project(self, make_project):
        """Make a project with a site a row, and a partner whose file is of one site."""
        calls = (
            "started_at,outcome,Standort\n2026-10-05,answered,Lille\n2026-10-05,abandoned,Lille\n2026-10-05,answered,\n"
        )
        return make_project(
            PARIS + self.CALLS + self.OTHER,
            contacts__csv=calls,
            partner__csv="started_at,outcome\n2026-10-06,answered\n",
        )

    def test_a_named_column_is_read_and_measured_by(self, make_project):
        """By hand: Lille answers one of two, Lyon one of one, and one call is of no known site."""
        project = self.project(make_project)
        assert project.segments == ("team", "channel", "request_type", "site", "outsourcer")
        tables = read(project)
        assert rows(tables, "contacts", "site, outsourcer, outcome", "all") == [
            ("Lille", None, "abandoned"), ("Lille", None, "answered"), ("Lyon", "Alpha", "answered"),
            (None, None, "answered"),
        ]  # fmt: skip
        found = measure(tables, project, kpis=["answer_rate"], by=["site"])
        given = found.fillna({"site": "?"})[["site", "n", "value"]].itertuples(index=False, name=None)
        assert sorted(given) == [("?", 1.0, 1.0), ("Lille", 2.0, 0.5), ("Lyon", 1.0, 1.0)]

    def test_it_stands_behind_the_usual_segments(self, make_project):
        """The columns of the output keep their order, and own segments that were not asked for are absent."""
        project = self.project(make_project)
        found = measure(read(project), project, kpis=["answer_rate"], by=["outsourcer", "channel"])
        assert list(found.columns)[7:10] == ["complete", "channel", "outsourcer"]

    def test_an_unknown_segment_is_refused_with_the_nearest(self, make_project):
        """A slip of the pen is no new segment."""
        project = self.project(make_project)
        with pytest.raises(ValueError, match=r"There is no segment 'sites'. Did you mean 'site'\?"):
            measure(read(project), project, kpis=["answer_rate"], by=["sites"])

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("Site", "'Site' cannot name a segment: write it in lower-case letters, digits and single '_'"),
            ("wait_s", "'wait_s' is a column of contacts already: map it under [source.columns], or name it otherwise"),
            ("period", "'period' is a column of every measurement: give the segment another name"),
        ],
    )
    def test_a_name_that_cannot_be_is_refused(self, make_project, name, said):
        """It must be a plain word that no column has."""
        with pytest.raises(ProjectError) as wrong:
            make_project(PARIS + self.CALLS.replace("site =", f"{name} ="))
        assert said in str(wrong.value)

    def test_no_segment_can_hide_a_column_of_the_output(self):
        """Every column of measurements that is no segment is taken."""
        assert {*COLUMNS} - {*schema.SEGMENTS} <= {*TAKEN}

    def test_an_unknown_header_is_refused(self, make_project):
        """As for every column, with the nearest that the file has."""
        project = make_project(
            PARIS + self.CALLS, contacts__csv="started_at,outcome,standort\n2026-10-05,answered,Lille\n"
        )
        with pytest.raises(ValueError, match=r"\(for site\) in contacts.csv: 'Standort'. Did you mean 'standort'\?"):
            read(project)

    def test_a_word_of_sql_may_be_a_segment(self, make_project, tmp_path):
        """`group` names a segment like any other word, in a text file as in Parquet, and its codes may be mapped."""
        toml = PARIS + source("contacts", "started_at", more='[source.segments]\ngroup = "G"\n[source.values.group]\n'
                              'Nord = ["N", "nord"]')  # fmt: skip
        project = make_project(toml, contacts__csv="started_at,G\n2026-10-05,N\n2026-10-05,Sud\n")
        assert rows(read(project), "contacts", '"group"') == [("Nord",), ("Sud",)]
        duckdb.sql("select timestamp '2026-10-05' as started_at, 'N' as G").write_parquet(
            str(tmp_path / "contacts.parquet")
        )
        project = make_project(toml.replace(".csv", ".parquet"))
        assert rows(read(project), "contacts", '"group"') == [("Nord",)]
