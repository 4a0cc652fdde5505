"""Columns whose every text has one plain form, read whole by Arrow's casts.

A cast takes more than the scalar parser (`1e5`, `nan`, an hour without minutes), so the characters of a column and the
lengths of its texts are looked at first: where they leave room for anything else, the answer is None and the column is
read text by text. A test holds that both agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import zones
from kpitools.sources.cells.durations import LONGEST, UNITS
from kpitools.sources.cells.evidence import decide_date_order, shows_decimal
from kpitools.sources.cells.instants import YEARS
from kpitools.sources.cells.text import MISSING, NOT_RECORDED, hints

Octets = npt.NDArray[np.uint8]

DIGITS = b"0123456789"
_HEAD = 1000
_PIECE = 1 << 16
_PRINTABLE = bytes(range(ord(" "), ord("~") + 1))
_EXACT = 7
"""Characters: in so few, at most six digits stand behind the mark, so that nothing is left to round."""
_LENGTHS = {10, 16, 19, *range(21, 27)}
"""Of `2024-05-06`, with ` 07:08`, `:09` and a fraction of up to six digits behind it."""
_PLACES = {"day first": (6, 7, 8, 9, 2, 3, 4, 2, 0, 1), "month first": (6, 7, 8, 9, 2, 0, 1, 2, 3, 4)}
"""Where each character of an ISO date stands in a numeric date of ten characters."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts of a column as bytes; what is empty is null in `array`, for nothing was recorded there."""

    array: pa.Array
    lengths: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    """Of each text, the byte behind it in `data`."""
    data: memoryview

    @classmethod
    def of(cls, values: pa.Array | pa.ChunkedArray) -> "Texts | None":
        """Look at a column; None where it holds no texts."""
        if not pa.types.is_string(values.type):
            return None
        array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        if not isinstance(array, pa.Array) or not len(array):
            return None
        array = array.fill_null("") if array.null_count else array
        _, offsets, data = array.buffers()
        places = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
        held = memoryview(data if data is not None else b"")[places[0] : places[-1]]
        lengths = np.diff(places)
        if not lengths.all():
            starts = pa.py_buffer(places.tobytes())
            array = pa.Array.from_buffers(pa.string(), len(lengths), [_bits(lengths), starts, data])
        return cls(array, lengths, places[1:] - places[0], held)

    def only(self, characters: bytes) -> bool:
        """Say whether the texts hold no other characters than these."""
        return not any(piece.translate(None, characters) for piece in self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes bit by bit: so few are looked at where they are, in the processor's cache."""
        return (bytes(self.data[at : at + _PIECE]) for at in range(0, len(self.data), _PIECE))

    @cached_property
    def widths(self) -> set[int]:
        """The lengths that occur, but for that of what is empty."""
        return set(np.flatnonzero(np.bincount(self.lengths)).tolist()) - {0}

    def edges(self, *, last: bool) -> Octets:
        """Return the first or the last byte of each text that is not empty."""
        there = self.lengths > 0
        places = self.ends[there] - 1 if last else (self.ends - self.lengths)[there]
        return np.frombuffer(self.data, np.uint8)[places]

    def rewritten(self, data: bytes) -> pa.Array:
        """Return the texts with other characters in their places."""
        starts = pa.py_buffer(np.concatenate(([0], self.ends)).astype(np.int32).tobytes())
        return pa.Array.from_buffers(pa.string(), len(self.lengths), [_bits(self.lengths), starts, pa.py_buffer(data)])


def read_uniform(values: pa.Array | pa.ChunkedArray, kind: str, said: str | None, zone: str) -> pa.Array | None:
    """Read a column of one plain form, or return None.

    Args:
        values: The column.
        kind: One of `cells.KINDS`; of those without a plain form here, nothing is read.
        said: What somebody said of the column: the order of day and month, or the unit of a duration.
        zone: The IANA zone of instants that state no offset.
    """
    if kind not in {"id", "text", "number", "duration", "instant"} or (texts := Texts.of(values)) is None:
        return None
    if kind == "instant":
        return _instants(texts, said, zone)
    if kind in {"id", "text"}:
        return _words(texts, MISSING if kind == "id" else NOT_RECORDED)
    return _numbers(texts) if kind == "number" else _durations(texts, said)


def _words(texts: Texts, missing: frozenset[str]) -> pa.Array | None:
    """Read printable texts without outer spaces, which stand for themselves."""
    if texts.only(DIGITS):
        return texts.array
    if not texts.only(_PRINTABLE):
        return None
    spaced = any(b" " in piece for piece in texts.pieces())
    if spaced and any((texts.edges(last=last) == ord(" ")).any() for last in (False, True)):
        return None
    nothing = pc.is_in(pc.ascii_lower(texts.array), pa.array(sorted(missing)))
    return pc.if_else(nothing, None, texts.array) if pc.any(nothing).as_py() else texts.array


def _numbers(texts: Texts, sign: bytes = b"-") -> pa.Array | None:
    """Read digits with one decimal mark at most, where the column shows which sign that is."""
    mark = next((m for m in (b"", b".", b",") if texts.only(DIGITS + sign + m)), None)
    if mark is None or max(texts.widths, default=0) > 30:
        return None
    try:
        pointed = texts.rewritten(bytes(texts.data).replace(b",", b".")) if mark == b"," else texts.array
        found = pointed.cast(pa.float64())
    except pa.ArrowInvalid:  # two marks, or a sign within
        return None
    return found if not mark or shows_decimal(texts.array, mark.decode()) else None


def _durations(texts: Texts, unit: str | None) -> pa.Array | None:
    """Read bare numbers of the column's unit, to the microsecond as the scalar parser rounds them."""
    units = [seconds for name, seconds in UNITS.items() if name in hints(unit)]
    if len(units) != 1 or "excel day fraction" in hints(unit) or (found := _numbers(texts, b"")) is None:
        return None
    if units[0] == 1 and max(texts.widths, default=0) <= _EXACT:
        return found
    micro = found.fill_null(0).to_numpy(zero_copy_only=False) * units[0] * 1e6
    whole = np.rint(micro)
    if whole.max() > LONGEST * 1e6 or np.abs(micro - whole).max() > 0.25:
        return None
    return pc.if_else(pc.is_valid(found), pa.array(whole / 1e6), None)


def _instants(texts: Texts, said: str | None, zone: str) -> pa.Array | None:
    """Read timestamps of ISO 8601, all local or all with `Z`, or numeric dates of one width in the column's order."""
    marked = sum(piece.count(b"Z") for piece in texts.pieces()) if bytes(texts.data[-1:]) == b"Z" else 0
    utc = marked > 0 and marked == np.count_nonzero(texts.lengths)
    if not texts.widths <= ({length + 1 for length in _LENGTHS - {10}} if utc else _LENGTHS):
        return None
    try:
        found = _cast(texts.array, zones.AWARE if utc else zones.NAIVE)
    except pa.ArrowInvalid:
        found = None if utc or len(texts.widths) > 1 else _ordered(texts, said)
    if found is None or _strange(found):
        return None
    return found if utc else zones.localise(found, zone)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Cast texts; first the first of them alone, for a cast that fails takes ten times as long as one that does not."""
    array.slice(0, _HEAD).cast(kind)
    return array.cast(kind)


def _ordered(texts: Texts, said: str | None) -> pa.Array | None:
    """Read dates as `06/05/2024`, all as wide as the others, with their times of day."""
    cells = np.frombuffer(texts.data, np.uint8).reshape(-1, *texts.widths)
    marks = cells[:, 2]
    if not (np.isin(marks, list(b"-/. ")).all() and (marks == cells[:, 5]).all()):
        return None
    order = said or decide_date_order(pc.unique(pc.utf8_slice_codeunits(texts.array, 0, 10)).drop_null())
    places = next((_PLACES[known] for known in _PLACES.keys() & hints(order)), None)
    if places is None:
        return None
    dates = cells[:, list(places)]
    dates[:, [4, 7]] = ord("-")
    iso = np.concatenate((dates, cells[:, 10:]), axis=1)
    try:
        return texts.rewritten(iso.tobytes()).cast(zones.NAIVE)
    except pa.ArrowInvalid:
        return None


def _strange(found: pa.Array) -> bool:
    """Say whether some year is none of an export."""
    ends = pc.min_max(found).as_py()
    return ends["min"] is not None and not (ends["min"].year in YEARS and ends["max"].year in YEARS)


def _bits(lengths: npt.NDArray[np.int32]) -> pa.Buffer:
    """Return which texts there are, as Arrow writes it."""
    return pa.py_buffer(np.packbits(lengths > 0, bitorder="little").tobytes())
