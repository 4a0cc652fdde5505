"""The rows of all sources put together: one canonical table of each kind, customers matched, requests made."""

from collections.abc import Mapping, Sequence

import duckdb

from kpitools import schema
from kpitools.catalogue import measurable
from kpitools.project import Project
from kpitools.sources import bridge, hours, sql, whole_tables
from kpitools.sources.requests import Inputs
from kpitools.sources.requests.from_tickets import tickets_sql

WINDOW = 7
"""Days of the repeat window where the definition of first-contact resolution in use has none."""


def assemble(
    connection: duckdb.DuckDBPyConnection, project: Project, parts: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Make the canonical tables, and return the statements that make the requests when they are first asked for.

    `parts` is the SQL of the rows of each source, by table. The columns by which rows are matched stay in a table of
    their own, whose name begins with an underscore; the table that everybody sees does not have them.
    """
    made = {table: _filled(connection, table, sql.union(queries)) for table, queries in parts.items() if queries}
    columns = {table: _columns(connection, query) for table, query in made.items()}
    made = whole_tables.completed(made, columns)
    if {"_phone", "_email"} & columns.get("customers", frozenset()):
        told = bridge.bridge_sql(made["customers"], columns["customers"])
        connection.execute(f"create table {bridge.BRIDGE} as {told}")
        made |= {t: bridge.bridged(q) for t, q in made.items() if "_customer_id" in columns[t] and t != "customers"}
    for table, query in made.items():
        if table != "requests":
            _make(connection, table, query)
    return _requests(connection, project, made)


def _requests(connection: duckdb.DuckDBPyConnection, project: Project, made: Mapping[str, str]) -> dict[str, str]:
    """Return the statements that make the requests."""
    days = project.kpi("first_contact_resolution").parameters.get("days", WINDOW)
    columns = {table: _columns(connection, query) for table, query in made.items()}
    if "requests" in made:
        kept = tickets_sql(made["requests"], columns["requests"], days)
        connection.execute(f"create table _tickets as {kept}")
    open_hours = hours.business_hours(project)
    if open_hours is not None and "requests" in made:
        hours.register(connection, open_hours)
    named = project.segments
    segments = tuple(name for name in named if name in columns.get("contacts", ()))
    reaching = "_contacts" if "contacts" in made else _last_event(columns, project)
    chosen = [project.kpi(kpi.name) for kpi in measurable() if kpi.table == "requests"]
    wanted = frozenset().union(*(kpi.expressions()[1] for kpi in chosen))
    given = Inputs(columns, segments, days, reaching, opening_hours=open_hours is not None, wanted=wanted)
    return given.steps()


def _last_event(columns: Mapping[str, frozenset[str]], project: Project) -> str:
    """Return the SQL of the last `date` that tickets by themselves show: one solved in June was still watched in June.

    A day that is yet to come is a typing error, and shows nothing.
    """
    today = project.today()
    known = columns.get("requests")
    if known is None:
        return ""
    local = [name for name in ("date", "solved_date", "closed_date") if name in known]
    days = [*local, *(["updated_at::date"] if "updated_at" in known else [])]
    seen = ", ".join(f"max({day}) filter ({day} <= '{today}')" for day in days)
    return f"(select greatest({seen}) as date from _tickets)"


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> frozenset[str]:
    return frozenset(connection.sql(query).columns)


def _filled(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> str:
    """Put `unknown` where a source does not have a category that another one has."""
    present = connection.sql(query).columns
    gaps = [c.name for c in schema.TABLES[table].columns if "unknown" in c.values and c.name in present]
    if " union all " not in query or not gaps:
        return query
    filled = ", ".join(f"coalesce({name}, 'unknown') as {name}" for name in gaps)
    return f"select * replace ({filled}) from ({query})"


def _make(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Keep a canonical table; contacts stay a view, so that large Parquet files are never copied."""
    connection.execute(f"create {'view' if name == 'contacts' else 'table'} _{name} as {query}")
    shown = bridge.shown(connection.sql(f"from _{name}").columns)
    connection.execute(f"create view {name} as select {shown} from _{name}")
