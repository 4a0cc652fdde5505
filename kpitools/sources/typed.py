"""The rows of a file with typed canonical columns: each cell read, or its row marked with the reason why not."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools import schema
from kpitools.errors import SourceError, require_known
from kpitools.project import Source
from kpitools.sources.cells import (
    decide_date_order,
    decide_decimal,
    decide_duration_unit,
    each_once,
    parse_column,
    shows_other_order,
    zones,
)
from kpitools.sources.cells.evidence import ORDERS
from kpitools.sources.cells.uniform import read_uniform
from kpitools.sources.raw import RawTable
from kpitools.sources.verbatims import scrubbed

CELL_KINDS = {
    "id": "id", "pseudonym": "id", "text": "text", "category": "text", "instant": "instant", "duration": "duration",
    "number": "number", "count": "number", "boolean": "boolean",
}  # fmt: skip
"""How the cells of each kind of canonical column are read."""

PLACE = ("_row", "_line", "_column", "_cell", "_why")
"""Columns that say where a row stands, and at which cell it failed and why (null: all read)."""


@dataclass(frozen=True, eq=False)
class Cells:
    """One canonical column: its values, and for each row the reason why it has none and the text that stood there."""

    name: str
    values: pa.Array
    reasons: pa.Array
    headers: tuple[str, ...]


def typed_rows(raw: RawTable, source: Source, zone: str) -> pa.Table:
    """Read the cells of a file into the canonical columns of its source, and add where each row stands.

    A row with a cell that cannot be read keeps its place, the name of the column, the text and the reason.
    Raises `SourceError` for a column that is not there, or an order of day and month that cannot be told.
    """
    check_headers(raw, source)
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # Arrow and NumPy do the work, without the interpreter's lock
        read = list(threads.map(lambda column: _cells(raw, source, column, zone), source.headers))
    rows = raw.rows
    columns = {cells.name: cells.values for cells in read}
    if "verbatim" in columns:
        columns["verbatim"] = scrubbed(columns["verbatim"], people_in(raw, source))
    for column, value in source.fixed.items():
        columns[column] = constant(source.canonical.column(column), value, rows)
    first = {name: pa.nulls(rows, pa.string()) for name in ("_column", "_cell", "_why")}
    for cells in read:
        fails = pc.and_(pc.is_valid(cells.reasons), pc.is_null(first["_why"]))
        if pc.any(fails).as_py():
            found = {"_column": ", ".join(cells.headers), "_cell": _text(raw, cells.headers), "_why": cells.reasons}
            first = {name: pc.if_else(fails, found[name], first[name]) for name in first}
    numbers = np.arange(rows, dtype=np.int64)
    lines = raw.lines if raw.lines is not None else pa.array(numbers + 1)
    return pa.table({**columns, "_row": pa.array(numbers), "_line": lines.cast(pa.int64()), **first})


def check_headers(raw: RawTable, source: Source) -> None:
    """Refuse a column that the file does not have, with the nearest that it has."""
    for column, headers in source.headers.items():
        for header in headers:
            require_known(header, raw.columns, f"column (for {column}) in {raw.path.name}:", SourceError)


def constant(column: schema.Column, value: str | float, rows: int) -> pa.Array:
    """Return a column that holds one value in every row."""
    kind = pa.float64() if column.kind in ("number", "duration", "count") else pa.string()
    return pa.repeat(pa.scalar(value, kind), rows)


def codes(source: Source, column: schema.Column) -> dict[str, str]:
    """Return what an export writes (in lower case) for each canonical value; canonical values stand for themselves."""
    own = {code.lower(): code for code in column.values}
    given = {
        str(text).strip().lower(): code for code, texts in source.values.get(column.name, {}).items() for text in texts
    }
    return {**own, **given}


def _cells(raw: RawTable, source: Source, name: str, zone: str) -> Cells:
    column = source.canonical.column(name)
    headers = tuple(source.headers[name])
    if len(headers) == 2 and column.kind == "instant":
        values, reasons = _date_and_time(raw, source, name, zone)
    elif len(headers) > 1:
        raise SourceError(f"{name} takes one column of {raw.path.name}, not {len(headers)}: {', '.join(headers)}.")
    elif column.kind == "category" and pa.types.is_string(raw.column(headers[0]).type):
        values, reasons = _categories(raw.column(headers[0]), column, codes(source, column))
    else:
        values, reasons = _read(raw, source, column, source.zone or zone)
        if column.kind == "category" or name in source.values:
            values, reasons = _coded(values, column, codes(source, column), reasons)
        if column.kind in ("id", "pseudonym"):
            values = _whole(values)
        if column.kind == "count":
            below = pc.if_else(pc.fill_null(pc.less(values, 0), False), "a negative count", None)  # noqa: FBT003
            reasons = pc.coalesce(reasons, below)
    return Cells(name, values, reasons, headers)


def _read(raw: RawTable, source: Source, column: schema.Column, zone: str) -> tuple[pa.Array, pa.Array]:
    """Read the column of a file that a canonical column comes from, with the reasons of cells that have no value."""
    header = source.headers[column.name][0]
    texts, kind = raw.column(header), CELL_KINDS[column.kind]
    said = _unit(source, column.name) if kind == "duration" else source.formats.get(column.name)
    if (values := read_uniform(texts, kind, said, zone)) is not None:
        return values, pa.nulls(len(values), pa.string())
    if kind == "duration" and pa.types.is_string(texts.type):
        hinted = partial(_hint, source=source, column=column, raw=raw, header=header)
        return each_once(texts.combine_chunks(), lambda written: parse_column(written, kind, hinted(written)))
    hint = _hint(texts, source, column, raw, header)
    values, reasons = parse_column(texts, kind, hint, zone)
    other = _other_dialect(texts, source, column.name, reasons) if kind == "instant" else None
    return parse_column(texts, kind, other, zone) if other else (values, reasons)


def _other_dialect(texts: pa.ChunkedArray, source: Source, name: str, reasons: pa.Array) -> str | None:
    """Return the order in which a file's dates are, where the one of its source fails and its dates show another."""
    stated = source.formats.get(name)
    if stated is None or reasons.null_count == len(reasons):
        return None
    return shows_other_order(texts, stated)


def _unit(source: Source, name: str) -> str:
    return source.units.get(name, "seconds").replace("days", "excel day fraction")


def _whole(ids: pa.Array) -> pa.Array:
    """Return ids without the `.0` that a spreadsheet or a data frame added, where every one of them has it."""
    first = next((text for text in ids.slice(0, 100).to_pylist() if text is not None), ".0")
    if not first.endswith(".0") or len(ids) == ids.null_count:
        return ids
    if not pc.all(pc.match_substring_regex(ids, r"^[0-9]+\.0$")).as_py():
        return ids
    return pc.replace_substring_regex(ids, r"\.0$", "")


def _hint(texts: pa.ChunkedArray, source: Source, column: schema.Column, raw: RawTable, header: str) -> str | None:
    """Say how a column is written: as the project file has it, else as the column itself shows."""
    if column.kind == "instant":
        return _order(texts, source, column.name, raw, header)
    if column.kind == "duration":
        unit = decide_duration_unit(texts) or _unit(source, column.name)
        evidence = [unit, decide_decimal(texts) or _decimal(raw)]
        return ", ".join(part for part in evidence if part)
    if column.kind in ("number", "count"):
        return decide_decimal(texts) or _decimal(raw)
    return None


def _decimal(raw: RawTable) -> str | None:
    return raw.dialect.decimal if raw.dialect else None


def _order(texts: pa.ChunkedArray, source: Source, name: str, raw: RawTable, header: str) -> str | None:
    if pa.types.is_temporal(texts.type):
        return None
    order = source.formats.get(name) or decide_date_order(texts)
    if order or parse_column(texts, "id").values.null_count == len(texts):
        return order
    if order := _order_of_others(raw, source):
        return order
    raise SourceError(
        f"{raw.path.name}, column {header!r}: the order of day and month cannot be told. "
        f'Add under [source.formats]: {name} = "day first" or "month first".'
    )


def _order_of_others(raw: RawTable, source: Source) -> str | None:
    """Return the order of day and month that the file's other dates show, if they agree: it is one export."""
    instants = {column.name for column in source.canonical.columns if column.kind == "instant"}
    shown = (decide_date_order(raw.column(headers[0])) for name, headers in source.headers.items() if name in instants)
    told = {order for each in shown if each for order in each.split(", ") if order in ORDERS}
    return told.pop() if len(told) == 1 else None


def _date_and_time(raw: RawTable, source: Source, name: str, zone: str) -> tuple[pa.Array, pa.Array]:
    """Join a column of dates and a column of times of day into one instant."""
    days, times = (raw.column(header) for header in source.columns[name])
    order = _order(days, source, name, raw, source.columns[name][0])
    day, no_day = parse_column(days, "date", order, source.zone or zone)
    if other := _other_dialect(days, source, name, no_day):
        day, no_day = parse_column(days, "date", other, source.zone or zone)
    clock, no_clock = parse_column(times, "time of day")
    return zones.at(day, clock, source.zone or zone), pc.coalesce(no_day, no_clock)


def _categories(texts: pa.ChunkedArray, column: schema.Column, known: dict[str, str]) -> tuple[pa.Array, pa.Array]:
    """Read a column of codes, each distinct one once."""

    def read(written: pa.Array) -> tuple[pa.Array, pa.Array]:
        parsed = parse_column(written, CELL_KINDS[column.kind])
        return _coded(parsed.values, column, known, parsed.reasons)

    return each_once(texts.fill_null("").combine_chunks(), read)


def _coded(
    values: pa.Array, column: schema.Column, known: dict[str, str], reasons: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """Turn what the export writes into canonical values; an unknown code is a reason, an empty cell is `unknown`."""
    coded = values.dictionary_encode()
    written = [str(text) for text in coded.dictionary.to_pylist()]
    found = [known.get(text.strip().lower(), None if column.values else text) for text in written]
    said = [None if code else remedy(column) for code in found]
    empty = "unknown" if "unknown" in column.values else None
    result = pa.array(found, pa.string()).take(coded.indices)
    result = pc.if_else(pc.is_null(values), pa.scalar(empty, pa.string()), result)
    return result, pc.coalesce(reasons, pa.array(said, pa.string()).take(coded.indices))


def remedy(column: schema.Column) -> str:
    """Say what to do about a text that stands for no value of a column."""
    counted = ", under 'counted' where such rows count" if "counted" in column.values else ""
    return f"is no known value of {column.name}: add it under [source.values.{column.name}]{counted}"


def people_in(raw: RawTable, source: Source) -> list[str]:
    """Return the texts of the columns that say who a person is, for their names may be written elsewhere too."""
    told = [c.name for c in source.canonical.columns if c.kind == "pseudonym" and c.name in source.headers]
    columns = (pc.unique(raw.column(source.headers[name][0])).to_pylist() for name in told)
    return [str(text) for column in columns for text in column if text is not None]


def _text(raw: RawTable, headers: tuple[str, ...]) -> pa.Array:
    """Return what stood in the cells of some columns, as text."""
    columns = [pc.fill_null(raw.column(header).cast(pa.string()), "") for header in headers]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
