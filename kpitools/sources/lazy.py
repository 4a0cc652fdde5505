"""Parquet whose columns already have the right types stays on disk: its canonical columns are SQL over the file.

Ten million rows are then mapped while they are tallied, and never copied. A file with a column that needs reading
cell by cell (dates as text, say) is loaded instead, like any other.
"""

import duckdb

from kpitools import schema
from kpitools.errors import SourceError
from kpitools.project import Source
from kpitools.sources import clocks, sql
from kpitools.sources.raw import RawTable
from kpitools.sources.typed import codes

SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001, "days": 86400.0}

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_NUMERIC = _WHOLE | {"DOUBLE", "FLOAT"}
_PLAIN = {
    "id": _WHOLE | {"VARCHAR"},
    "pseudonym": _WHOLE | {"VARCHAR"},
    "text": {"VARCHAR"},
    "category": {"VARCHAR", "BOOLEAN"},
    "instant": {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS"},
    "duration": _NUMERIC,
    "number": _NUMERIC,
    "count": _NUMERIC,
    "boolean": {"BOOLEAN"},
}
"""Which types of Parquet need no reading, for each kind of canonical column."""


def typed_query(connection: duckdb.DuckDBPyConnection, raw: RawTable, source: Source, zone: str) -> str | None:
    """Return the SQL that gives a Parquet file's typed canonical columns, or None where cells must be read."""
    if raw.table is not None:
        return None
    relation = connection.read_parquet(str(raw.path))
    types = {name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}
    table = schema.TABLES[source.table]
    columns = []
    for name, headers in source.columns.items():
        column = table.column(name)
        if len(headers) != 1 or types[headers[0]] not in _PLAIN[column.kind]:
            return None
        columns.append(_expression(connection, raw, source, column, types[headers[0]], zone))
    columns += [
        f"{sql.text(value) if isinstance(value, str) else value} as {name}" for name, value in source.constants.items()
    ]
    place = "file_row_number as _row, file_row_number + 1 as _line"
    nothing = "null::varchar as _column, null::varchar as _cell, null::varchar as _why"
    found = f"select {', '.join([*columns, place, nothing])} from {_file(raw, rows=True)}"
    return found if not _broken(connection, raw, source) else None


def _file(raw: RawTable, *, rows: bool = False) -> str:
    numbered = ", file_row_number = true" if rows else ""
    return f"read_parquet({sql.text(raw.path)}{numbered})"


def _broken(connection: duckdb.DuckDBPyConnection, raw: RawTable, source: Source) -> bool:
    """Say whether some row needs a closer look: a negative duration, or no anchor. The file's statistics tell."""
    table = schema.TABLES[source.table]
    durations = [source.columns[c.name][0] for c in table.columns if c.kind == "duration" and c.name in source.columns]
    required = [source.columns[c.name][0] for c in table.columns if c.required and c.name in source.columns]
    tests = [f"coalesce(min({sql.name(header)}) < 0, false)" for header in durations]
    tests += [f"count({sql.name(header)}) < count(*)" for header in required]
    if not tests:
        return False
    return bool(connection.sql(f"select {' or '.join(tests)} from {_file(raw)}").fetchall()[0][0])


def _expression(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, source: Source, column: schema.Column, of: str, zone: str
) -> str:
    header = sql.name(source.columns[column.name][0])
    if column.kind == "category" or column.name in source.values:
        return f"{_mapped(connection, raw, source, column)} as {column.name}"
    plain = {
        "id": f"cast({header} as varchar)",
        "pseudonym": f"cast({header} as varchar)",
        "instant": _utc(connection, raw, header, of, source.zone or zone) if column.kind == "instant" else "",
        "duration": header if source.units.get(column.name, "seconds") == "seconds"
        else f"{header} * {SECONDS[source.units[column.name]]}",
    }  # fmt: skip
    return f"{plain.get(column.kind, header)} as {column.name}"


def _utc(connection: duckdb.DuckDBPyConnection, raw: RawTable, header: str, of: str, zone: str) -> str:
    if of == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {header})"
    first, last = connection.sql(f"select min({header}), max({header}) from {_file(raw)}").fetchall()[0]
    return header if zone == "UTC" or first is None else clocks.to_utc(f"{header}::timestamp", zone, first, last)


def _mapped(connection: duckdb.DuckDBPyConnection, raw: RawTable, source: Source, column: schema.Column) -> str:
    """Give the canonical values of a column of codes: by looking each up, which keeps dictionaries as they are."""
    header = sql.name(source.columns[column.name][0])
    known = codes(source, column)
    found = connection.sql(f"select distinct cast({header} as varchar) from {_file(raw)}").fetchall()
    written = [text for (text,) in found if text is not None]
    meant = {text: known.get(text.strip().lower(), None if column.values else text) for text in written}
    unknown = [text for text, code in meant.items() if code is None]
    if unknown:
        raise SourceError(
            f"{raw.path.name}: {unknown[0]!r} is no known value of {column.name}. "
            f"Add it under [source.values.{column.name}]."
        )
    same = all(text == code for text, code in meant.items())
    pairs = ", ".join(f"{sql.text(text)}: {sql.text(code)}" for text, code in meant.items())
    looked_up = header if same else f"map_extract_value(map {{{pairs}}}, cast({header} as varchar))"
    empty = len(written) < len(found) and "unknown" in column.values
    return f"coalesce({looked_up}, 'unknown')" if empty else looked_up
