"""A whole column as values of its kind, each distinct text read once."""

from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import plain, typed, zones
from kpitools.sources.cells.scalar import Value, parse
from kpitools.sources.cells.text import CellError

TYPES: dict[str, pa.DataType] = {
    "instant": zones.AWARE,
    "date": pa.date32(),
    "time of day": pa.time64("us"),
    "duration": pa.float64(),
    "number": pa.float64(),
    "share": pa.float64(),
    "boolean": pa.bool_(),
    "id": pa.string(),
    "phone": pa.string(),
    "email": pa.string(),
    "text": pa.string(),
}
"""The Arrow type of each kind: instants in UTC, durations in seconds, shares from 0 to 1."""


_HEAD = 1000


class Parsed(NamedTuple):
    """A column's values, and for each row the reason why it has none (null: read, or nothing recorded)."""

    values: pa.Array
    reasons: pa.Array


def parse_column(values: pa.Array | pa.ChunkedArray, kind: str, hint: str | None = None, zone: str = "UTC") -> Parsed:
    """Read a column: texts by the parser of `parse`, typed columns directly.

    Args:
        values: Texts, or a typed column (timestamps, times, durations, numbers, booleans).
        kind: One of `cells.KINDS`.
        hint: What the column was found to be, as for `parse`.
        zone: The IANA zone of instants that state no offset; `zones` says what happens as clocks change.

    Returns:
        Values of `TYPES[kind]` and reasons. A reason never repeats the cell's text.

    Raises:
        SourceError: There is no such time zone, or the column's type has no reading as this kind.
        UnknownNameError: There is no such kind.
    """
    parse(kind, hint)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks() if values.num_chunks else pa.array([], values.type)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not _is_text(values.type):
        return Parsed(*typed.convert(values, kind, hint, zone))
    values = values.cast(pa.string())
    if _mostly_different(values) and (read_plain := plain.reader(kind, hint, zone)):
        _, found = read_plain(values)
        if len(found) == len(values):
            return Parsed(found, pa.nulls(len(found), pa.string()))
    coded = values.dictionary_encode()
    read, reasons = _distinct(coded.dictionary, kind, hint, zone)
    return Parsed(read.take(coded.indices), reasons.take(coded.indices))


def _mostly_different(values: pa.Array) -> bool:
    """Say whether the first texts of a long column differ, so that reading each distinct one once saves nothing."""
    head = values.slice(0, _HEAD)
    return len(values) > 10 * _HEAD and not values.null_count and pc.count_distinct(head).as_py() > 0.9 * _HEAD


def _is_text(of: pa.DataType) -> bool:
    return bool(pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_string_view(of))


def _distinct(texts: pa.Array, kind: str, hint: str | None, zone: str) -> Parsed:
    """Read texts that are all different: the plain forms at once, the others one by one."""
    read_plain = plain.reader(kind, hint, zone)
    if read_plain is None:
        return _one_by_one(texts, kind, hint, zone)
    fits, values = read_plain(texts)
    if len(values) == len(texts):
        return Parsed(values, pa.nulls(len(values), pa.string()))
    others = _one_by_one(texts.filter(pc.invert(fits)), kind, hint, zone)
    order = pc.sort_indices(pa.concat_arrays([pc.indices_nonzero(fits), pc.indices_nonzero(pc.invert(fits))]))
    reasons = pa.concat_arrays([pa.nulls(len(values), pa.string()), others.reasons])
    return Parsed(pa.concat_arrays([values, others.values]).take(order), reasons.take(order))


def _one_by_one(texts: pa.Array, kind: str, hint: str | None, zone: str) -> Parsed:
    """Read texts by the scalar parser."""
    read = parse(kind, hint)
    values: list[Value | None] = []
    reasons: list[str | None] = []
    for text in texts.to_pylist():
        value, reason = None, None
        try:
            value = read(text)
        except CellError as refused:
            reason = str(refused)
        values.append(zones.to_utc(value, zone) if kind == "instant" and isinstance(value, datetime) else value)
        reasons.append(reason)
    return Parsed(pa.array(values, TYPES[kind]), pa.array(reasons, pa.string()))
