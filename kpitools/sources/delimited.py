"""CSV and its kin: any separator, encoding and line end, no record lost."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from kpitools.errors import SourceError
from kpitools.sources import records
from kpitools.sources.cells import decide_decimal
from kpitools.sources.encodings import is_plain, read_bytes, to_utf8
from kpitools.sources.headers import find_header, unique_names, usual_width
from kpitools.sources.raw import Dialect, RawTable, SetAside
from kpitools.sources.texts import Text

SEPARATORS = ";,\t|"
_QUOTE = '"'
_SAMPLE_BYTES, _SAMPLE_RECORDS = 64_000, 100
_LINE_END, _LINE_END_BYTES = re.compile(r"\r\n|\r|\n"), re.compile(rb"\r\n|\r|\n")
_STATED = re.compile(r"sep=([\t !#-/:-@[-`{-~])\r?\n")
_BLOCKS = (1 << 20, 1 << 23)  # bytes that the reader takes at a time: few stay in the cache, a record must fit in


@dataclass(frozen=True)
class _Layout:
    """What the start of a file shows."""

    dialect: Dialect
    columns: tuple[str, ...]
    data_starts: int
    """The first byte behind the header."""
    first_line: int
    quoted: bool
    """Whether quotes occur here."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """The rows of a file, with where they stand and what is not among them."""

    table: pa.Table
    lines: pa.Array
    counted: int
    set_aside: tuple[SetAside, ...]
    blank: int
    closed: bool
    """Whether the last line ends with a line end."""


def read_delimited(path: Path, content: bytes | None = None) -> RawTable:
    """Read a delimited text file; every column is text. `content` is its bytes where they are not on disk as such.

    Raises:
        SourceError: The file is empty, has a header only, or is no text.
    """
    layout, found = (_as_it_lies(path) if content is None else None) or _in_memory(path, content)
    rows = _without_empty(found)
    if not rows.counted:
        raise SourceError(f"{path}: there is a header on line {layout.dialect.header_line}, and no row under it.")
    return RawTable(
        path=path,
        columns=layout.columns,
        rows_read=rows.counted,
        table=rows.table,
        lines=rows.lines,
        set_aside=rows.set_aside,
        blank=rows.blank,
        dialect=layout.dialect,
        notes=layout.notes,
        closed=rows.closed,
    )


def columns_of_text(path: Path) -> tuple[str, ...]:
    """Return the columns of a delimited text file without its rows."""
    data, encoding = to_utf8(read_bytes(path))
    return _layout(_sample(Text(data)), encoding).columns if data.strip() else ()


def _as_it_lies(path: Path) -> tuple[_Layout, _Rows] | None:
    """Read a file of sound UTF-8, which nobody writes to meanwhile; None of any other: it is taken into memory."""
    text, before = Text(path), path.stat()
    sample = _sample(text)
    if not (sample.strip() and is_plain(sample)):
        return None
    layout = _layout(sample, "utf-8")
    rows = _sound_rows(text, layout)
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return (layout, rows) if rows and same else None


def _in_memory(path: Path, content: bytes | None) -> tuple[_Layout, _Rows]:
    """Read a text whatever it was written in: at once where it is sound, else record by record."""
    data, encoding = to_utf8(read_bytes(path) if content is None else content)
    if not data[:_SAMPLE_BYTES].strip() and not data.strip():
        raise SourceError(f"{path}: the file is empty. Export it again, or leave it out of `files`.")
    text = Text(data)
    layout = _layout(_sample(text), encoding)
    return layout, _sound_rows(text, layout) or _mended_rows(path, text, layout)


def _sample(text: Text) -> bytes:
    """Return the first lines."""
    head = text.head(_SAMPLE_BYTES + 1)
    return head if len(head) <= _SAMPLE_BYTES else head[: max(map(head.rfind, (b"\n", b"\r"))) + 1] or head


def _layout(first: bytes, encoding: str) -> _Layout:
    """Find separator, header and columns in the first lines."""
    sample = first.decode("utf-8", "replace")
    stated = _STATED.match(sample)
    separator = stated[1] if stated else max(SEPARATORS, key=lambda one: _fit(sample, one))
    parsed = _parsed(sample, separator)[1 if stated else 0 :]
    cells = [record for record, _ in parsed]
    header = find_header(cells)
    ends_on = (1 if stated else 0) if header is None else parsed[header][1]
    width = usual_width(cells[(header or 0) + 1 :] or cells)
    columns, notes = unique_names(cells[header] if header is not None else [], width)
    if header is None:
        notes = (f"There is no header: the columns are called 'column 1' to 'column {width}'.",)
    decimal = decide_decimal(pa.array([cell for record in cells for cell in record], pa.string()))
    starts_on = 0 if header is None else ends_on - sum(len(_LINE_END.findall(cell)) for cell in cells[header])
    dialect = Dialect(separator, encoding, _QUOTE, starts_on, decimal)
    return _Layout(dialect, columns, _offset(first, ends_on), ends_on + 1, _QUOTE in sample, notes)


def _parsed(sample: str, separator: str) -> list[tuple[list[str], int]]:
    """Return the first records that hold something, each with the line on which it ends."""
    lines = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, quotechar=_QUOTE)
    found: list[tuple[list[str], int]] = []
    try:
        for record in lines:
            if record:
                found.append((record, lines.line_num))
            if len(found) == _SAMPLE_RECORDS:
                break
    except csv.Error:  # a field larger than the module allows: an unclosed quote, far below the header
        pass
    return found


def _fit(sample: str, separator: str) -> tuple[float, int]:
    """Weigh a separator: the share of records that it cuts into the same number of cells, beyond one."""
    cells = [record for record, _ in _parsed(sample, separator)]
    width = usual_width(cells)
    return (sum(len(record) == width for record in cells) / len(cells), width) if width > 1 else (0.0, 0)


def _offset(first: bytes, lines: int) -> int:
    """Return the number of bytes in the first lines, damaged ones among them."""
    ends = [found.end() for found in islice(_LINE_END_BYTES.finditer(first), lines)]
    return len(first) if len(ends) < lines else max(ends, default=0)


def _sound_rows(text: Text, layout: _Layout) -> _Rows | None:
    """Read the rows at once; None where the independent count, which is made meanwhile, does not agree."""
    with ThreadPoolExecutor(1) as beside:
        blocks = text.blocks(layout.data_starts)
        counted = beside.submit(records.index, blocks, layout.dialect.separator, _QUOTE, layout.first_line)
        table = _load(text, layout.data_starts, layout, broken=layout.quoted)
    index = counted.result()
    if index.broken and not layout.quoted:
        table = _load(text, layout.data_starts, layout, broken=True)
    if table is None or not index.sound or table.num_rows != len(index.lines):
        return None
    return _Rows(table, pa.array(index.lines), len(index.lines), (), index.blank, index.closed)


def _mended_rows(path: Path, text: Text, layout: _Layout) -> _Rows:
    """Read the rows record by record, and set aside what fits none."""
    with text.open(layout.data_starts) as stream:
        data = stream.read()
    mended = records.mend(data, layout.dialect.separator, _QUOTE, len(layout.columns), layout.first_line)
    table = _load(Text(mended.data), 0, layout, broken=_QUOTE.encode() in mended.data)
    if table is None:
        raise SourceError(f"{path}: a record is longer than {_BLOCKS[-1] >> 20} MB. Export it again.")
    counted, closed = len(mended.lines) + len(mended.set_aside), data.endswith((b"\n", b"\r"))
    return _Rows(table, pa.array(mended.lines, pa.int64()), counted, mended.set_aside, mended.blank, closed)


def _load(text: Text, at: int, layout: _Layout, *, broken: bool) -> pa.Table | None:
    """Load records as text, some `broken` over lines; None where a record has another width or does not end."""
    types = dict.fromkeys(layout.columns, pa.string())
    if not text.head(at + 1)[at:]:
        return pa.schema(types.items()).empty_table()
    for size in _BLOCKS:
        try:
            with text.opened_by_arrow(at) as stream:
                return pacsv.read_csv(
                    stream,
                    read_options=pacsv.ReadOptions(column_names=list(layout.columns), block_size=size),
                    parse_options=pacsv.ParseOptions(
                        delimiter=layout.dialect.separator, quote_char=_QUOTE, newlines_in_values=broken
                    ),
                    convert_options=pacsv.ConvertOptions(
                        column_types=types, strings_can_be_null=False, check_utf8=False
                    ),
                )
        except pa.ArrowInvalid:
            continue
    return None


def _without_empty(rows: _Rows) -> _Rows:
    """Count records of separators alone as blank: spreadsheets write them below their last row."""
    empty = None
    for column in rows.table.columns if rows.table.num_rows else ():
        here = pc.equal(column, "")
        empty = here if empty is None else pc.and_(empty, here)
        if not pc.any(empty).as_py():
            return rows
    if empty is None:
        return rows
    kept = pc.invert(empty)
    gone = pc.sum(empty).as_py()
    lines = rows.lines.filter(kept.combine_chunks())
    table = rows.table.filter(kept)
    return replace(rows, table=table, lines=lines, counted=rows.counted - gone, blank=rows.blank + gone)
