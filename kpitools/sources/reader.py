"""Read a project: each source's files to typed rows, their fates, and the canonical tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kpitools import schema
from kpitools.errors import SourceError
from kpitools.project import Project, Source
from kpitools.project.given import opened_project
from kpitools.sources import sql
from kpitools.sources.accounts import Account
from kpitools.sources.agreement import agreed
from kpitools.sources.assembly import assemble
from kpitools.sources.balance import Balance
from kpitools.sources.canonical import Door
from kpitools.sources.clock_notes import clock_notes
from kpitools.sources.derived import placed
from kpitools.sources.figures import beside_rows, make_figures
from kpitools.sources.frames import check_frames
from kpitools.sources.hours import business_hours
from kpitools.sources.identities import home_country, identified
from kpitools.sources.lazy import numbers_rise, typed_query
from kpitools.sources.loaded import repeats, together
from kpitools.sources.made import with_made
from kpitools.sources.opening import Opened, opened
from kpitools.sources.progress import Progress
from kpitools.sources.pseudonyms import key
from kpitools.sources.raw import RawTable, damaged
from kpitools.sources.systems import resolved
from kpitools.sources.tables import Tables
from kpitools.sources.twins import FilesRead
from kpitools.sources.typed import check_headers, typed_rows


@contextmanager
def _plain_memory() -> Iterator[None]:
    """Let Arrow take its memory in plain pages meanwhile: the large ones that its own allocator asks for come late.

    Of the allocators that do, jemalloc is the faster, and is not on every platform.
    """
    before = pa.default_memory_pool()
    there = "jemalloc" in pa.supported_memory_backends()
    pa.set_memory_pool(pa.jemalloc_memory_pool() if there else pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


@_plain_memory()
def read(
    project: Project | Mapping[str, Any] | Path | str = ".",
    progress: Progress = lambda _: None,
    *,
    frames: Mapping[str, Any] | None = None,
) -> Tables:
    """Read all sources of a project into the canonical tables.

    Args:
        project: The project, its folder, or what its file would say.
        progress: Is told each file as it is opened.
        frames: Of a notebook (pandas, Polars, DuckDB, PyArrow), by the names that sources give as `frame = "..."`.

    Raises:
        ProjectError: The project file is missing or says something unknown.
        SourceError: A file, sheet, frame or column is missing, or the project file leaves open what decides a number.
            Rows that cannot be used are set aside and counted; of several files, those that cannot be read are left
            out and named.

    >>> tables = read(folder)
    >>> sorted(tables)
    ['contacts', 'requests', 'surveys']
    >>> tables["surveys"].df()["kind"].value_counts().to_dict()
    {'csat': 6821, 'nps': 3662}
    """
    project = opened_project(project)
    if not project.sources:
        raise SourceError(f"{project.folder}: the project names no source. Add one: kpitools init FILES...")
    project = resolved(project)
    connection = duckdb.connect()
    # One thread: several add the same numbers in an order that changes from run to run, and with it the last digit.
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set threads = 1")
    connection.execute("set parquet_metadata_cache = true")
    secret = key()
    parts: dict[str, list[str]] = {}
    balances = []
    files, country = FilesRead(), home_country(project)
    frames = frames or {}
    check_frames(frames, project.sources)
    for number, given in enumerate(project.sources):
        source = given if project.privacy.verbatims else given.without("verbatim")
        earlier = parts.setdefault(source.table, [])
        found = opened(project, source, files, frames, progress)
        reading = _Reading(connection, project, source, number, secret, found=found, country=country)
        query, account = reading.run(tuple(earlier))
        earlier += [query] * bool(query)
        balances.append((account, query))
    later = assemble(connection, project, parts)
    names = tuple(name for name in schema.TABLES if name in parts or name in later)
    return Tables(connection, names, tuple(balances), later, parts)


class _Reading:
    """One source on its way from files to typed rows with their fates."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        project: Project,
        source: Source,
        number: int,
        secret: bytes,
        *,
        found: Opened,
        country: str | None,
    ) -> None:
        self.connection, self.project, self.source, self.number, self.secret = (
            connection,
            project,
            source,
            number,
            secret,
        )
        self.zone = project.about.timezone
        self.country = country
        self.found = found
        self.raws: list[RawTable] = []
        self.loaded: list[pa.Table] = []

    def run(self, earlier: tuple[str, ...] = ()) -> tuple[str, Account]:
        """Return the SQL of the usable canonical rows, and the balance; `earlier` is the SQL of earlier sources."""
        tables = agreed(self.found.raws, self.source)
        self.found.raws = self.raws
        queries = [query for raw, source in tables if (query := self._query(raw, source))]
        self.found.require_one()
        if not self.raws:
            return "", self._account("", Counter())
        if self.source.table == "figures":
            return self._figures(earlier)
        typed = sql.union([*queries, *self._together()])
        door = self._door(typed)
        repeated = self._repeated(typed, door)
        elsewhere = self._elsewhere(typed, door, earlier)
        fates = door.fate_sql(typed, repeated=repeated, elsewhere=elsewhere)
        name = f"_rows_{self.number}"
        whole = not repeated and not elsewhere and "root_id" not in door.columns
        lazy = whole and all(raw.table is None for raw in self.raws)
        self.connection.execute(f"create {'view' if whole else 'table'} {name} as {fates}")
        counts = self._fates(name, lazy=lazy, door=door)
        part = f"_part_{self.number}"
        kept = " where _fate is null" if counts else ""
        columns = ", ".join(door.columns_sql())
        stays = whole and not counts  # nothing is copied: each query takes the columns that it needs
        self.connection.execute(f"create {'view' if stays else 'table'} {part} as select {columns} from {name}{kept}")
        return f"from {part}", self._account(name, counts)

    def _account(self, name: str, counts: Counter[str]) -> Account:
        """Return the balance, given the table of rows with their fates and how many are left out for each reason."""
        found = self.found
        return Balance(self.connection, self.source, self.raws, found.twins, name, found.left_out).account(counts)

    def _query(self, raw: RawTable, source: Source) -> str:
        """Read one file as its source says, and leave it out where that cannot be done."""
        reason = "other_columns"
        try:
            made = with_made(raw, source, self.zone)
            check_headers(made, source)
            reason = "not_understood"
            loaded = len(self.loaded)
            query = self._typed(made, source)
        except SourceError as fault:
            self.found.leave_out(raw.path, reason, fault)
            return ""
        except (duckdb.Error, pa.ArrowException, OSError):
            if raw.table is not None:
                raise
            self.found.leave_out(raw.path, "unreadable", damaged(raw.path))
            return ""
        for rows in self.loaded[loaded:]:
            said = clock_notes(made, source, rows, source.zone or self.zone)
            made = replace(made, notes=(*made.notes, *said))
        self.raws.append(made)
        return query

    def _typed(self, raw: RawTable, source: Source) -> str:
        """Return the SQL of the rows of a file that stays on disk; those of others are kept until all are there."""
        number = len(self.raws)
        if source.table == "figures":
            return ""  # its rows are taken apart, all files together
        lazily = typed_query(self.connection, raw, source, self.zone)
        if lazily is None:
            rows = typed_rows(raw, source, self.zone)
            self.loaded.append(rows.append_column("_file", pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows)))
            return ""
        known = identified(self.connection, lazily, self.country, f"_other_{self.number}_{number}")
        return f"select *, {number}::integer as _file from ({known})"

    def _together(self) -> list[str]:
        """Return the SQL of the rows of all files that were loaded, as one: hundreds of views are slow to plan."""
        if not self.loaded:
            return []
        view = f"_files_{self.number}"
        self.connection.register(view, together(self.loaded))
        return [identified(self.connection, f"select * from {view}", self.country, f"_other_{self.number}")]

    def _figures(self, earlier: tuple[str, ...]) -> tuple[str, Account]:
        """Return the figures in use and the balance of the rows that they are in."""
        name, part, counts = make_figures(
            self.connection, self.project, self.number, self.raws, earlier=sql.union(earlier), secret=self.secret
        )
        account = self._account(name, counts)
        said = beside_rows(self.connection, self.project, part)
        return f"from {part}", replace(account, notes=(*account.notes, *said))

    def _door(self, typed: str) -> Door:
        columns = frozenset({*self.source.headers, *self.source.fixed})
        anchor = schema.TABLES[self.source.table].anchor
        ends = f"greatest({', '.join(f'max({sql.name(c)})' for c in (anchor, *placed(columns)))})"
        asked = f"select min({anchor}), max({anchor}), {ends} from ({typed})"
        dated = self.connection.sql(asked).fetchall() if anchor in columns else [(None, None, None)]
        first, last, reach = dated[0]
        span = (first, last) if first else None
        hours = business_hours(self.project)
        today = self.project.today()
        return Door(self.source, columns, self.zone, hours, self.secret, span, today, reach)

    def _elsewhere(self, typed: str, door: Door, earlier: tuple[str, ...]) -> str:
        """Return the SQL of what tells rows of earlier sources apart, where this one gives some of them again."""
        told = [query for query in earlier if door.table.key in set(self.connection.sql(query).columns)]
        if door.table.key not in door.columns or not told:
            return ""
        same = ", ".join(door.same())
        given = " union all ".join(f"select {same} from ({query})" for query in told)
        both = f"select {same} from ({typed}) where {door.table.key} is not null intersect ({given})"
        again = f"select count(*) from ({both})"
        return given if self.connection.sql(again).fetchall()[0][0] else ""

    def _repeated(self, typed: str, door: Door) -> bool:
        """Say whether an id occurs twice: at once where a file's ids only rise, else by counting the different ones."""
        identity = door.table.key
        if identity not in door.columns:
            return False
        header = self.source.columns[identity][0] if identity in self.source.columns else ""
        if len(self.loaded) == len(self.raws) == 1:
            return repeats(self.loaded[0][identity])
        if len(self.raws) == 1 and self.raws[0].table is None and header and numbers_rise(self.raws[0].path, header):
            return False
        same = f"select count({identity}) > count(distinct {identity}) from ({typed})"
        return bool(self.connection.sql(same).fetchall()[0][0])

    def _fates(self, name: str, *, lazy: bool, door: Door) -> Counter[str]:
        """Count the rows that are left out, by reason."""
        if lazy and not door.misdated() and door.columns <= {"request_id"} | _SELF_EVIDENT:
            return Counter()
        rows = self.connection.sql(f"select _fate, count(*) from {name} where _fate is not null group by 1").fetchall()
        return Counter(dict(rows))


_SELF_EVIDENT = frozenset({"contact_id", "team", "channel", "direction", "outcome", "customer_id", "started_at"})
