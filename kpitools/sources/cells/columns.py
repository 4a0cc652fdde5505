"""A whole column as values of its kind, each distinct text read once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
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
_NAME = r"[A-Za-z\x{80}-\x{10FFFF}]{3,9}\.?"
_DATE_AND_TIME = (
    rf"^(?P<date>(?:{_NAME},? )?(?:[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}"
    rf"|[0-9]{{1,2}}[-/. ]{_NAME}[-/ ][0-9]{{2,4}}|{_NAME} [0-9]{{1,2}},? [0-9]{{4}}))"
    r"(?:,? (?:at |à )?)(?P<time>[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?)$"
)


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
    forms, read = _forms(kind, hint, zone), partial(_one_by_one, kind=kind, hint=hint, zone=zone)
    if _mostly_different(values):
        return _by_form(values, forms, lambda others: each_once(others, read))
    return each_once(values, lambda texts: _by_form(texts, forms, read))


def each_once(texts: pa.Array, read: Callable[[pa.Array], tuple[pa.Array, pa.Array]]) -> Parsed:
    """Read each distinct text of a column once."""
    coded = texts.dictionary_encode()
    values, reasons = read(coded.dictionary)
    said = reasons.take(coded.indices) if reasons.null_count < len(reasons) else pa.nulls(len(texts), pa.string())
    return Parsed(values.take(coded.indices), said)


def _mostly_different(values: pa.Array) -> bool:
    """Say whether the first texts of a long column differ, so that reading each distinct one once saves nothing."""
    head = values.slice(0, _HEAD)
    return len(values) > 10 * _HEAD and not values.null_count and pc.count_distinct(head).as_py() > 0.9 * _HEAD


def _is_text(of: pa.DataType) -> bool:
    return bool(pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_string_view(of))


def _forms(kind: str, hint: str | None, zone: str) -> list[plain.Form]:
    """Return the readers of the forms that most columns of a kind have, the quickest first."""
    apart = [partial(_apart, hint=hint, zone=zone)] if kind == "instant" else []
    return [*plain.readers(kind, hint, zone), *apart]


def _by_form(texts: pa.Array, forms: Sequence[plain.Form], read: Callable[[pa.Array], Parsed]) -> Parsed:
    """Read what fits a form by it, in turn; what fits none is left to `read`."""
    if not forms or not len(texts):
        return read(texts)
    fits, values = forms[0](texts)
    if len(values) == len(texts):
        return Parsed(values, pa.nulls(len(values), pa.string()))
    rest = pc.invert(fits)
    others, order = _by_form(texts.filter(rest), forms[1:], read), plain.in_order(fits, rest)
    reasons = pa.concat_arrays([pa.nulls(len(values), pa.string()), others.reasons])
    return Parsed(pa.concat_arrays([values, others.values]).take(order), reasons.take(order))


def _apart(texts: pa.Array, hint: str | None, zone: str) -> plain.Part:
    """Read dates with a time of day behind them: each distinct one of both is read once."""
    parts = pc.extract_regex(texts, _DATE_AND_TIME)
    days, times = (pc.struct_field(parts, name) for name in ("date", "time"))
    values = zones.at(parse_column(days, "date", hint).values, parse_column(times, "time of day").values, zone)
    return pc.is_valid(values), values.drop_null()


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
