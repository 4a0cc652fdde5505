"""The rows of a query to a database: only the columns that are needed, as an Arrow table."""

import importlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa

from kpitools.errors import SourceError, require_known
from kpitools.project import Source
from kpitools.sources import sql
from kpitools.sources.made import asked
from kpitools.sources.raw import RawTable

_ADDRESS = re.compile(r"postgres(?:ql)?(?:\+\w+)?://(?:[^\s:/@]*(?::[^\s/@]*)?@)?[^\s@]*")
_FORM = "postgresql://user:password@host/database, with %40 for an @ in the password and %2F for a /"
_PATIENCE = 10
"""Seconds to wait for a server that does not answer."""
_AMOUNTS = (b"numeric", b"money")
"""Types that come as text, or as a number of cents."""
_EXACT = ("id", "pseudonym", "text", "category")
"""Kinds of column whose numbers stay as they are written."""


def read_query(source: Source) -> RawTable:
    """Return the rows of a source's query; the database is only read.

    Raises:
        SourceError: The address is not given or no database answers there; the query, or a column that the project
            file names, is unknown to it; there is no row. No message shows the address or a password.
    """
    name = source.names[0]
    database = _Database(name, address_of(source), _driver(name))
    with database.cursor() as cursor:
        found = database.ask(cursor, f"select * from (\n{_plain(source)}\n) as asked limit 0").schema
        needed = wanted(source, found.names, name)
        columns = ", ".join(_column(found.field(header), exact=header in _exact(source)) for header in needed)
        rows = database.ask(cursor, f"select {columns} from (\n{_plain(source)}\n) as asked")
    if rows.num_rows == 0:
        raise SourceError(f"{name}: the query gives no row.")
    spans = {header for header in needed if pa.types.is_interval(found.field(header).type)}
    fields = [pa.field(f.name, pa.duration("us") if f.name in spans else f.type) for f in rows.schema]
    return RawTable(path=Path(name), columns=tuple(needed), rows_read=rows.num_rows, table=rows.cast(pa.schema(fields)))


def address_of(source: Source) -> str:
    """Return the address of a source's database, from the project file or the environment."""
    address = source.url or os.environ.get(source.url_env or "", "")
    if not address:
        raise SourceError(
            f"{source.names[0]}: the environment variable {source.url_env} is not set. Set it to the address of the "
            f"database: {_FORM}."
        )
    said = source.url_env or "url"
    scheme = address.partition(":")[0].partition("+")[0].lower()
    if "://" in address and scheme not in ("postgresql", "postgres"):
        raise SourceError(f"{source.names[0]}: {said} leads to {scheme!r}; PostgreSQL is read. Export the rows as CSV.")
    if not _ADDRESS.fullmatch(address):
        raise SourceError(f"{source.names[0]}: {said} is no address of a database. It is written as {_FORM}.")
    return re.sub(r"^\w+(\+\w+)?", "postgresql", address, count=1)


def _plain(source: Source) -> str:
    """Return the query without the semicolon at its end."""
    return (source.query or "").strip().rstrip(";").rstrip()


def wanted(source: Source, known: Collection[str], name: str) -> list[str]:
    """Return the headers that the source needs, each there."""
    made = {*source.rules, *source.spans}
    headers = [(column, h) for column, each in source.headers.items() if column not in made for h in each]
    headers += [("a rule or span", h) for h in asked(source)]
    headers += [(kpi, h) for kpi, figure in source.figures.items() for h in figure.headers]
    for column, header in headers:
        require_known(header, known, f"column (for {column}) in {name}:", SourceError)
        if list(known).count(header) > 1:
            raise SourceError(f"{name}: several columns are called {header!r} (for {column}). Give each its own name.")
    return list(dict.fromkeys(header for _, header in headers))


def _exact(source: Source) -> set[str]:
    """Return the headers whose numbers are names of things."""
    kinds = {column.name: column.kind for column in source.canonical.columns}
    return {h for column, headers in source.headers.items() if kinds[column] in _EXACT for h in headers}


def _column(field: pa.Field, *, exact: bool) -> str:
    """Return the SQL of a column in a type that cells are read from; what is of a rarer type becomes text."""
    header, of = sql.name(field.name), field.type
    if pa.types.is_interval(of):
        return f"(extract(epoch from {header}) * 1000000)::bigint as {header}"
    if (field.metadata or {}).get(b"POSTGRESQL:type") in _AMOUNTS and not exact:
        return f"{header}::numeric::float8 as {header}"
    plain = pa.types.is_primitive(of) or pa.types.is_string(of)
    return header if plain and not pa.types.is_time(of) else f"{header}::text as {header}"


@dataclass(frozen=True)
class _Database:
    """A database, asked through its driver; every fault becomes one line without the address."""

    name: str
    address: str = field(repr=False)
    driver: Any = field(repr=False)

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Open a connection that can only read."""
        patient = f"{'&' if '?' in self.address else '?'}connect_timeout={_PATIENCE}"
        address = self.address + ("" if "connect_timeout=" in self.address else patient)
        try:
            connection = self.driver.connect(address)
        except self.driver.Error as fault:
            raise SourceError(f"{self.name}: the database cannot be reached: {self._said(fault)}.") from None
        with connection, connection.cursor() as cursor:
            cursor.execute("set default_transaction_read_only = on")
            connection.commit()
            yield cursor

    def ask(self, cursor: Any, query: str) -> pa.Table:  # noqa: ANN401 - of a driver without types
        """Return the rows of a query."""
        try:
            cursor.execute(query)
            return cursor.fetch_arrow_table()
        except self.driver.Error as fault:
            only = " A query is one select." * (fault.sqlstate == "42601")
            raise SourceError(f"{self.name}: the database refuses the query: {self._said(fault)}.{only}") from None

    def _said(self, fault: Any) -> str:  # noqa: ANN401 - of a driver without types
        """Return the one line that says what is wrong, without the password."""
        primary = dict(fault.details).get(b"PG_DIAG_MESSAGE_PRIMARY", b"")
        text = primary.decode("utf-8", "replace") if isinstance(primary, bytes) else str(primary)
        line = text or str(fault).partition("\n")[0].rpartition("[libpq]")[2].removeprefix(" Failed to connect: ")
        for secret in _secrets(self.address):
            line = line.replace(secret, "•••")
        return line.strip().rstrip(".")


def _driver(name: str) -> Any:  # noqa: ANN401 - a driver without types
    try:
        return importlib.import_module("adbc_driver_postgresql.dbapi")
    except ModuleNotFoundError:
        raise SourceError(f"{name}: to ask a database, install its driver: pip install 'kpitools[sql]'") from None


def _secrets(address: str) -> list[str]:
    parts = urlsplit(address)
    told = [parts.password or "", *parse_qs(parts.query).get("password", [])]
    return sorted({address, *told, *map(unquote, told)} - {""}, key=len, reverse=True)
