"""A query to a database gives what the CSV of the same rows gives; its faults are told without its password."""

import csv
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa
import pytest

from kpitools import project
from kpitools.errors import ProjectError, SourceError
from kpitools.measure import measure
from kpitools.sources import database as asked
from kpitools.sources import read

PROJECT = """
[project]
timezone = "Europe/Paris"
today = 2026-12-31
[[source]]
{place}
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
outcome = "result"
wait_s = "wait"
talk_s = "talk"
team = "team"
customer_id = "caller"
[source.constants]
channel = "phone"
direction = "inbound"
[source.values.outcome]
answered = "yes"
abandoned = "no"
"""
QUERY = 'query = "select * from calls order by id"\nurl_env = "CALLS_URL"'
HEADERS = ("id", "start", "result", "wait", "talk", "team", "caller")
ROWS = 20_000


@pytest.fixture(scope="module")
def server():
    """The address of a PostgreSQL server on which databases may be made."""
    address = os.environ.get("KPITOOLS_POSTGRES")
    if address is None and os.environ.get("CI"):
        pytest.fail("KPITOOLS_POSTGRES is not set in CI: no database would be asked.")
    if address is None:
        pytest.skip("KPITOOLS_POSTGRES names no PostgreSQL server; CI starts one")
    return address


@pytest.fixture(scope="module")
def address(server):
    """The address of a database of our own."""
    name = f"kpitools_{os.getpid()}"
    run(server, f"create database {name}")
    yield f"{server.rpartition('/')[0]}/{name}"
    run(server, f"drop database {name}")


def run(address, *statements, **tables):
    """Run statements at once, and fill tables with Arrow ones."""
    with driver.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        for name, table in tables.items():
            cursor.adbc_ingest(name, table, mode="create")


def calls(count):
    """Return calls of half a year, some without a team, some abandoned."""
    chance = random.Random(5)  # noqa: S311 - calls, no secrets
    for number in range(count):
        start = datetime(2026, 1, 5) + timedelta(seconds=chance.randrange(180 * 86_400))
        answered = chance.random() < 0.8
        yield (
            number,
            start,
            "yes" if answered else "no",
            round(chance.expovariate(1 / 40), 2),
            round(chance.expovariate(1 / 240), 2) if answered else None,
            chance.choice(["Nord", "Sud", "Orléans", None]),
            f"+3361{chance.randrange(10_000_000):07d}",
        )


@pytest.fixture(scope="module")
def filled(address, tmp_path_factory):
    """The same calls in a table and in a CSV: the address, and the folder of the file."""
    found, folder = list(calls(ROWS)), tmp_path_factory.mktemp("calls")
    run(address, calls=pa.table(dict(zip(HEADERS, map(list, zip(*found, strict=True)), strict=True))))
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *found])
    return address, folder


def of(place, folder):
    """Return the project of a place of rows."""
    (folder / "kpitools.toml").write_text(PROJECT.format(place=place), encoding="utf-8")
    return project.load(folder)


@pytest.fixture
def ask(tmp_path, monkeypatch, address):
    """Return a function that reads a query from a database, by default our own."""

    def reading(query="select * from calls", at=address, more=""):
        monkeypatch.setenv("CALLS_URL", at)
        return read(of(f"query = '''{query}'''\nurl_env = \"CALLS_URL\"\n{more}", tmp_path))

    return reading


class TestSameFigures:
    """Where the rows lie makes no difference."""

    def test_a_query_gives_the_figures_of_the_csv_of_its_rows(self, filled, monkeypatch):
        """Every KPI, by month and team, and the balance are the same."""
        address, folder = filled
        monkeypatch.setenv("CALLS_URL", address)
        found = []
        for place in ('files = "calls.csv"', QUERY):
            opened = of(place, folder)
            tables = read(opened)
            found.append(measure(tables, opened, every="month", by=["team"]))
            account = tables.accounts[0]
            assert (account.read, account.used, account.set_aside) == (ROWS, ROWS, {})
        assert account.source == "query of CALLS_URL → contacts"
        assert len(found[0]) > 100
        for column in ("kpi", "period", "team", "value", "low", "high", "n", "numerator", "denominator"):
            of_file, of_query = (frame[column].tolist() for frame in found)
            assert list(map(str, of_query)) == list(map(str, of_file))

    def test_only_the_columns_that_are_needed_are_asked_for(self, filled, monkeypatch):
        """A column that nothing names, and one that fails whenever it is computed, are never fetched."""
        address, folder = filled
        monkeypatch.setenv("CALLS_URL", address)
        place = QUERY.replace("select *", "select *, 1 / (id - id) as broken")
        assert read(of(place, folder)).accounts[0].used == ROWS

    def test_every_kind_of_column_is_read(self, ask, address):
        """Instants with and without a zone, numerics, intervals, booleans, uuid: each as the CSV would have it."""
        run(
            address,
            "create type verdict as enum ('yes', 'no')",
            """create table kinds as select gen_random_uuid() as id, timestamptz '2026-03-01 09:00:00+01' as start,
               'yes'::verdict as result, 1.250::numeric(9, 3) as wait, interval '1 min 30 s' as talk,
               'Nord'::char(8) as team, 12345678901234567890::numeric as caller, 2.5::numeric::money as price""",
        )
        tables = ask("select * from kinds;  ")
        columns = "started_at::varchar, outcome, wait_s, talk_s, trim(team), length(contact_id)"
        assert tables["contacts"].select(columns).fetchall() == [
            ("2026-03-01 08:00:00", "answered", 1.25, 90.0, "Nord", 36)
        ]
        tables = ask("select id, start, result, price as wait, talk, team, caller from kinds")
        assert tables["contacts"].select("wait_s").fetchall() == [(2.5,)]

    def test_nothing_can_be_written(self, ask, address):
        """A query that changes the database is refused by it."""
        run(address, "create table kept (id int)", "create function spoil() returns int language sql as "
            "'insert into kept values (1) returning id'")  # fmt: skip
        with pytest.raises(SourceError, match="read-only transaction"):
            ask("select spoil() as id, now() as start, 'yes' as result, 1 as wait, 2 as talk, 'x' as team, 3 as caller")


class TestFaults:
    """Each fault is one line that says what to do, and never the password."""

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("select * from cals", 'the database refuses the query: relation "cals" does not exist'),
            ("select agent from calls", 'refuses the query: column "agent" does not exist'),
            ("selec", "syntax error"),
            ("select * from calls; select 1", "syntax error"),
            ("delete from calls", "A query is one select."),
            ("select *, 1 as id from calls", "several columns are called 'id' (for contact_id)"),
            ("select id, start, result, wait as waits, talk, team, caller from calls", "Did you mean 'waits'"),
            ("select * from calls where id < 0", "gives no row"),
        ],
    )
    def test_a_query_that_cannot_be_run_is_refused(self, ask, filled, query, said):  # noqa: ARG002
        """An unknown table, an unknown column, a slip of the pen, a column that the project file names wrongly."""
        with pytest.raises(SourceError) as refused:
            ask(query)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (("password", "wrong-Secret"), "cannot be reached: .*password authentication failed"),
            (("port", "1"), "cannot be reached: .*(refused|timeout)"),
            (("name", "nowhere"), "cannot be reached: .*nowhere"),
            (("scheme", "mysql"), "leads to 'mysql'; PostgreSQL is read"),
            (("password", "two words"), "is no address of a database"),
            (("password", "a@b/wrong-Secret"), "is no address of a database"),
        ],
    )
    def test_a_server_that_cannot_be_reached_is_said(self, ask, server, change, said):
        """No server, a wrong password, an unknown database, another system, an address that is none."""
        part, value = change
        with pytest.raises(SourceError, match=said) as refused:
            ask(at=changed(server, part, value))
        assert not any(word in str(refused.value) for word in ("wrong-Secret", "two words", "://kpi"))
        assert "\n" not in str(refused.value)


def changed(server, part, value):
    """Return an address with one part changed."""
    scheme, _, rest = server.partition("://")
    who, _, where = rest.rpartition("@")
    user, host = who.partition(":")[0], where.partition(":")[0].partition("/")[0]
    port = where.partition("/")[0].partition(":")[2] or "5432"
    parts = {"scheme": scheme, "password": who.partition(":")[2], "port": port, "name": where.partition("/")[2]}
    parts[part] = value
    return f"{parts['scheme']}://{user}:{parts['password']}@{host}:{parts['port']}/{parts['name']}"


class TestProjectFile:
    """What a project file may say of a database; no server is needed for it."""

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ('query = "x"\nurl = "postgresql://me:Geheim1@h/d"', "a password does not stand in the project file"),
            ('query = "x"\nurl = "postgresql://h/d?user=me&password=Geheim1"', 'url_env = "CALLS_URL"'),
            ('query = "x"\nurl = "postgresql://me:Geheim1/2@h/d"', "a password does not stand in the project file"),
            ('query = "x"\nurl_env = "postgresql://me:Geheim1@h/d"', "name of an environment variable"),
            ('query = "x"', "a query needs the address of its database"),
            ('query = "x"\nurl_env = "A"\nurl = "postgresql://h/d"', "a query needs the address of its database, once"),
            ('files = "a.csv"\nurl_env = "A"', "say with query = ... what to ask it"),
            ('files = "a.csv"\nquery = "x"', "found files and query together"),
            ('frame = "a"\nsheet = "b"', "system and sheet are about files"),
            ("", "say once where the rows are: files, query or frame"),
        ],
    )
    def test_what_it_cannot_mean_is_refused(self, tmp_path, place, said):
        """A password in the file, two addresses, none, two places: each has its remedy, and no message shows it."""
        with pytest.raises(ProjectError) as refused:
            of(place, tmp_path)
        assert said in str(refused.value)
        assert "Geheim1" not in str(refused.value)

    def test_a_variable_that_is_not_set_is_named(self, tmp_path, monkeypatch):
        """The message says which, and what belongs into it."""
        monkeypatch.delenv("CALLS_URL", raising=False)
        with pytest.raises(SourceError, match="environment variable CALLS_URL is not set"):
            read(of(QUERY, tmp_path))

    def test_without_its_driver_the_extra_is_named(self, tmp_path, monkeypatch):
        """Who installed kpitools alone is told what to install."""
        monkeypatch.setenv("CALLS_URL", "postgresql://h/d")
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
        with pytest.raises(SourceError, match=r"pip install 'kpitools\[sql\]'"):
            read(of(QUERY, tmp_path))

    def test_an_address_may_name_a_driver_of_another_library(self):
        """The form of SQLAlchemy leads to the same database."""
        one = {"query": "x", "url": "postgresql+psycopg://h/d", "table": "contacts", "columns": {"started_at": "s"}}
        one["constants"] = {"channel": "phone", "direction": "inbound", "outcome": "answered"}
        source = project.from_mapping({"source": [one]}, Path()).sources[0]
        assert asked.address_of(source) == "postgresql://h/d"
        assert source.names == ["query of d"]
