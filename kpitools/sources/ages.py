"""How old the rows of an export are: what rules of retention go by."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from kpitools import schema
from kpitools.project import Project, Source
from kpitools.sources import sql
from kpitools.sources.files import open_raw
from kpitools.sources.lazy import typed_query
from kpitools.sources.made import with_made
from kpitools.sources.typed import check_headers, typed_rows

_NEVER = "date '9999-12-31'"
"""The last day of a spell that still runs."""


@dataclass(frozen=True)
class Ages:
    """The rows of one file: how many, how many lie before a day, how many have no date that can be read."""

    rows: int
    before: int
    undated: int
    newest: date | None

    @property
    def all_before(self) -> bool:
        """Whether each row is known to lie before the day."""
        return self.rows > 0 and self.before == self.rows


def ages(project: Project, source: Source, path: Path, day: date) -> Ages:
    """Say how the rows of one file of a source lie around a local day.

    A row is as old as the last thing it tells of: a request of March that was solved in April is of April, and a
    customer who has not left is never old. Raises `SourceError` where the file or a column of it cannot be read.
    """
    raw = with_made(open_raw(path, source.sheet), source, project.about.timezone)
    check_headers(raw, source)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        query = typed_query(connection, raw, source, project.about.timezone)
        if query is None:
            connection.register("_typed", typed_rows(raw, source, project.about.timezone))
            query = "select * from _typed"
        last = _last_day(source, source.zone or project.about.timezone)
        counted = f"count_if(day < date '{day}'), count_if(day is null), max(nullif(day, {_NEVER}))"
        before, undated, newest = connection.sql(
            f"select {counted} from (select {last} as day from ({query}))"
        ).fetchall()[0]
    return Ages(raw.rows_read, before, undated + len(raw.set_aside), newest)


def _last_day(source: Source, zone: str) -> str:
    """Return the SQL of the local day of a row's last instant."""
    instants = [c.name for c in schema.TABLES[source.table].columns if c.kind == "instant" and c.name in source.headers]
    days = [f"timezone({sql.text(zone)}, {sql.name(name)}::timestamptz)::date" for name in instants]
    if not days:
        return "null::date"
    last = f"greatest({', '.join(days)})" if len(days) > 1 else days[0]
    if source.table != "customers":
        return last
    running = f"{sql.name('ended_at')} is null" if "ended_at" in instants else "true"
    return f"case when {running} then {_NEVER} else {last} end"
