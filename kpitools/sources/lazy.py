"""Parquet whose columns already have the right types stays on disk: its canonical columns are SQL over the file.

Ten million rows are then mapped while they are tallied, and never copied. A file with a column that needs reading
cell by cell (dates as text, say) is loaded instead, like any other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kpitools import schema
from kpitools.errors import SourceError
from kpitools.project import Source
from kpitools.sources import clocks, sql
from kpitools.sources.cells.durations import LONGEST
from kpitools.sources.cells.instants import YEARS
from kpitools.sources.raw import RawTable
from kpitools.sources.typed import codes, remedy

SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001, "days": 86400.0}

GLANCE, FEW = 1000, 20
"""Rows that a first look at a column of codes takes, and up to how many different ones it is worth a second."""
FITTING = 65_536
"""Rows of one column that fit into the processor's cache."""
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
_BOUNDED = ("duration", "count")
"""Kinds of columns whose values lie between zero and a greatest one."""


def typed_query(connection: duckdb.DuckDBPyConnection, raw: RawTable, source: Source, zone: str) -> str | None:
    """Return the SQL that gives a Parquet file's typed canonical columns, or None where cells must be read."""
    if raw.table is not None or "verbatim" in source.headers:
        return None
    relation = connection.read_parquet(str(raw.path))
    types = {name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}
    table = source.canonical
    for name, headers in source.headers.items():
        if len(headers) != 1 or types[headers[0]] not in _PLAIN[table.column(name).kind]:
            return None
    file = _Parquet(connection, raw, source, source.zone or zone, types)
    if file.broken():
        return None
    columns = [f"{file.expression(table.column(name))} as {sql.name(name)}" for name in source.headers]
    columns += [
        f"{sql.text(value) if isinstance(value, str) else value} as {sql.name(name)}"
        for name, value in source.fixed.items()
    ]
    place = "file_row_number as _row, file_row_number + 1 as _line"
    nothing = "null::varchar as _column, null::varchar as _cell, null::varchar as _why"
    numbered = f"read_parquet({sql.text(raw.path)}, file_row_number = true)"
    return f"select {', '.join([*columns, place, nothing])} from {numbered}"


@dataclass(frozen=True)
class _Parquet:
    """A Parquet file, what its columns mean, and the types that they have in it."""

    connection: duckdb.DuckDBPyConnection
    raw: RawTable
    source: Source
    zone: str
    types: dict[str, str]

    def ask(self, select: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Return the rows of a selection from the file."""
        rows: list[tuple[Any, ...]] = self.connection.sql(
            f"select {select} from read_parquet({sql.text(self.raw.path)}) where {where}"
        ).fetchall()
        return rows

    def broken(self) -> bool:
        """Say whether some row needs a closer look: an impossible duration or year, or no anchor.

        The file's statistics tell.
        """
        present = [c for c in schema.TABLES[self.source.table].columns if c.name in self.source.columns]
        header = {c.name: sql.name(self.source.columns[c.name][0]) for c in present}
        tests = [_outside(header[c.name], 0, LONGEST / self._unit(c)) for c in present if c.kind in _BOUNDED]
        years = (f"timestamp '{YEARS[0]}-01-01'", f"timestamp '{YEARS[-1] + 1}-01-01'")
        tests += [_outside(header[c.name], *years) for c in present if c.kind == "instant"]
        tests += [f"count({header[c.name]}) < count(*)" for c in present if c.required]
        return bool(tests) and bool(self.ask(" or ".join(tests))[0][0])

    def expression(self, column: schema.Column) -> str:
        """Return the SQL of one canonical column."""
        written = self.source.headers[column.name][0]
        header, of = sql.name(written), self.types[written]
        if column.kind == "category" or column.name in self.source.values:
            return self._mapped(column, header, of)
        if column.kind == "pseudonym":  # whole numbers stay so until they are hashed: a text costs ten times as much
            return header
        if column.kind == "id":
            return f"cast({header} as varchar)"
        if column.kind == "instant":
            return self._utc(header, of)
        known = _number(column, header) if of in ("DOUBLE", "FLOAT") else header
        unit = self._unit(column)
        return known if unit == 1 else f"{known} * {unit}"

    def _unit(self, column: schema.Column) -> float:
        """Return how many seconds a number of a duration column counts; 1 for other columns."""
        return SECONDS[self.source.units.get(column.name, "seconds")] if column.kind == "duration" else 1.0

    def _utc(self, header: str, of: str) -> str:
        if of == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('UTC', {header})"
        first, last = self.ask(f"min({header}), max({header})")[0]
        plain = self.zone == "UTC" or first is None
        return header if plain else clocks.to_utc(f"{header}::timestamp", self.zone, first, last)

    def _mapped(self, column: schema.Column, header: str, of: str) -> str:
        """Give the canonical values of a column of codes."""
        known = codes(self.source, column)
        found = self._found(header, of)
        written = sorted(text for text in found if text is not None)
        meant = {text: known.get(text.strip().lower(), "" if column.values else text) for text in written}
        unknown = [text for text, code in meant.items() if not code]
        if unknown:
            raise SourceError(f"{self.raw.path.name}: {unknown[0]!r} {remedy(column)}.")
        empty = len(written) < len(found) and "unknown" in column.values
        enumerated = f"enum({sql.texts(column.values or sorted(set(meant.values())))})" if meant else "varchar"
        looked_up = _looked_up(header, meant, of, enumerated)
        return f"coalesce({looked_up}, 'unknown'::{enumerated})" if empty else looked_up

    def _found(self, header: str, of: str) -> set[str | None]:
        """Return the different values of a column as text; of truth values the file's statistics know them.

        What a few rows show are mostly all: to look for others is then a filter on the file's dictionaries.
        """
        if of == "BOOLEAN":
            found = {text for text in ("true", "false") if self.ask("1", f"{header} = {text} limit 1")}
        else:
            some = {text for (text,) in self.ask(header, f"{header} is not null limit {GLANCE}")}
            others = f" and {header} not in ({sql.texts(some)})" if 0 < len(some) <= FEW else ""
            found = {*some, *(text for (text,) in self.ask(f"distinct {header}", f"{header} is not null{others}"))}
        return {*found, None} if self.ask("1", f"{header} is null limit 1") else {*found}


def numbers_rise(path: Path, header: str) -> bool:
    """Say whether a column of whole numbers rises from row to row, so that none occurs twice; one batch at a time."""
    file = pq.ParquetFile(path, memory_map=True)
    last = None
    for batch in file.iter_batches(FITTING, columns=[header], use_threads=False):
        column = batch.column(0)
        if not pa.types.is_integer(column.type) or column.null_count or not len(column):
            return False
        numbers = column.to_numpy()
        if (last is not None and numbers[0] <= last) or not (numbers[1:] > numbers[:-1]).all():
            return False
        last = numbers[-1]
    return True


def _number(column: schema.Column, header: str) -> str:
    """Return the SQL of a column of floating-point numbers, in which what is not finite is no value.

    Where the ends of a column are looked at (`broken`) it has no infinity; to ask for not-a-number alone costs less.
    Asked with a function: a comparison would be answered from the file's statistics, which leave it out.
    """
    wrong = f"isnan({header})" if column.kind in _BOUNDED else f"not isfinite({header})"
    return f"case when {wrong} then null else {header} end"  # in this order nothing is copied


def _outside(header: str, lowest: object, highest: object) -> str:
    """Return the SQL that says whether some value of a column lies outside a range; not-a-number is no value."""
    return f"coalesce(min({header}) < {lowest} or max({header}) > {highest}, false)"


def _looked_up(header: str, meant: dict[str, str], of: str, enumerated: str) -> str:
    """Return the SQL that looks each code up, which keeps dictionaries; for two truth values a `case` is faster.

    The codes are of the type `enumerated`: a number to a group-by, to a comparison and to a sort, where a text would be
    made and read row by row.
    """
    if not meant:
        return "null::varchar"
    found = [(text, f"{sql.text(code)}::{enumerated}") for text, code in meant.items()]
    if of == "BOOLEAN":
        *first, last = found
        cases = " ".join(f"when {header} = {text} then {code}" for text, code in first)
        return f"case when {header} is null then null {cases} else {last[1]} end"
    pairs = ", ".join(f"{sql.text(text)}: {code}" for text, code in found)
    return f"map_extract_value(map {{{pairs}}}, {header})"
