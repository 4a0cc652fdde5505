"""From a file on disk to a raw table, by what the file is and not only by its name."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpitools.errors import SourceError, suggest
from kpitools.sources.delimited import columns_of_text, read_delimited
from kpitools.sources.excel import read_excel, sheet_names
from kpitools.sources.json_records import read_json
from kpitools.sources.packed import DAMAGED, members, unpacked_head
from kpitools.sources.queue_log import is_queue_log, read_queue_log
from kpitools.sources.raw import RawTable, SetAside

_ENDINGS = {
    "text": (".csv", ".tsv", ".txt", ".log", ".tab", ".dat", ".gz"),
    "workbook": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    "Parquet": (".parquet", ".pq"),
    "JSON": (".json", ".jsonl", ".ndjson"),
    "a zip archive": (".zip",),
    "queue_log": (),
}
ALL_SHEETS = "*"
_TEXTS = ("text", "queue_log")
_HEAD = 512
"""Bytes that show what a file is."""
_AROUND = " \t\u00a0\ufeff"
"""What may stand around a header that comes again: spaces, and the byte-order mark of the file that was put below."""
_KIND_OF = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}


def open_raw(path: Path | str, sheet: str | None = None) -> RawTable:
    """Open a CSV, Excel, Parquet or JSON file, or a queue_log, as a raw table with every record accounted for.

    Args:
        path: The file.
        sheet: The sheet of a workbook, or the list of a JSON document; without it, the first that holds a table.

    Raises:
        SourceError: The file is missing, a folder, empty, damaged, not what its ending says, of a kind that
            is not read, or has no such sheet; the message names the remedy and the nearest name.
    """
    path = Path(path)
    _require_file(path)
    kind = _kind(path)
    if sheet is not None and kind not in ("workbook", "JSON"):
        raise SourceError(f"{path}: only a workbook has sheets. Leave out sheet = {sheet!r}.")
    if kind == "workbook":
        return _without_headers(read_excel(path, sheet))
    if kind == "a zip archive":
        return _only_member(path)
    return _read_parquet(path) if kind == "Parquet" else _of_text(kind, path, sheet)


def _of_text(kind: str, path: Path, sheet: str | None = None, content: bytes | None = None) -> RawTable:
    """Open what is text of some kind; `content` is its bytes where they are not on disk as such."""
    if kind == "JSON":
        return read_json(path, sheet, content)
    if kind == "queue_log":
        return read_queue_log(path, content)
    return _without_headers(read_delimited(path, content))


def is_read(path: Path) -> bool:
    """Say whether files of a name's ending are read."""
    return path.suffix.lower() in _KIND_OF


def open_each(path: Path, sheet: str | None = None) -> Iterator[tuple[Path, Callable[[], RawTable]]]:
    """Yield the tables of a file, each with its place and how to open it: several where it is an archive.

    So are the sheets of a workbook where `sheet` is `"*"`. Raises `SourceError` where an archive cannot be opened.
    """
    if path.suffix.lower() == ".zip" and path.is_file() and _kind(path) == "a zip archive":
        for name, content in members(path):
            place = path.with_name(f"{path.name}, {name.replace('/', ': ')}")
            yield place, partial(_member, place, content)
    elif sheet == ALL_SHEETS:
        for name in sheet_names(path):
            yield path.with_name(f"{path.name}, {name.replace('/', ': ')}"), partial(open_raw, path, name)
    else:
        yield path, partial(open_raw, path, sheet)


def _member(place: Path, content: bytes) -> RawTable:
    """Open one file of an archive; only text is read from there."""
    found = _found(place, content[:_HEAD])
    if content and found not in _TEXTS:
        raise SourceError(f"{place}: only text is read from an archive, and this is {_described(found)} Unpack it.")
    return _of_text(_text_of(place, found), place, content=content)


def _only_member(path: Path) -> RawTable:
    """Open an archive that holds one file."""
    found = list(open_each(path))
    if len(found) > 1:
        raise SourceError(f"{path}: the archive holds {len(found)} files, where one is asked for. Unpack it.")
    return found[0][1]()


def columns_of(path: Path, sheet: str | None = None) -> tuple[str, ...]:
    """Return the columns of a file; of text and Parquet, the rows are not read for it."""
    _require_file(path)
    kind = _kind(path)
    if kind == "text":
        return columns_of_text(path)
    return _read_parquet(path).columns if kind == "Parquet" else first_table(path, sheet).columns


def first_table(path: Path, sheet: str | None = None) -> RawTable:
    """Open a file that holds one table, or the first of them where `sheet` stands for all and in an archive."""
    if path.suffix.lower() == ".zip":
        return next(open_each(path))[1]()
    return open_raw(path, None if sheet == ALL_SHEETS else sheet)


def is_workbook(path: Path) -> bool:
    """Say whether a file has sheets."""
    _require_file(path)
    return _kind(path) == "workbook"


def _require_file(path: Path) -> None:
    """Refuse what is no readable file, naming the nearest that is."""
    if path.is_dir():
        raise SourceError(f"{path}: this is a folder. Name a file, or all of them as '{path.as_posix()}/*.csv'.")
    if path.is_file():
        return
    if not path.parent.is_dir():
        raise SourceError(f"{path}: there is no folder {str(path.parent)!r}.")
    names = [other.name for other in path.parent.iterdir() if other.is_file()]
    raise SourceError(f"{path}: there is no such file. {suggest(path.name, names)}")


def _kind(path: Path) -> str:
    """Return what the file is, where its ending and its first bytes agree."""
    ending = path.suffix.lower()
    with _opened(path) as file:
        head = file.read(_HEAD)
    if not head:
        raise SourceError(f"{path}: the file is empty. Export it again, or leave it out of `files`.")
    said, found = _KIND_OF.get(ending), _found(path, unpacked_head(head))
    if found in _TEXTS and (found == "queue_log" or said in ("JSON", "text")):
        return _text_of(path, found)
    if head != unpacked_head(head):
        raise SourceError(f"{path}: only text is read from a gzip, and this is {_described(found)} Unpack it.")
    if said is None:
        raise SourceError(f"{path}: files ending in {ending!r} are not read. Read are {', '.join(_KIND_OF)}.")
    if said != found:
        raise SourceError(f"{path}: the ending says {said}, but the file is {_described(found)}")
    return said


def _text_of(path: Path, found: str) -> str:
    """Return what kind of text a file is, packed or not: only its name tells JSON from others."""
    return "JSON" if path.name.lower().removesuffix(".gz").endswith(_ENDINGS["JSON"]) else found


def _opened(path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202
    try:
        return path.open("rb")
    except OSError as fault:
        raise SourceError(f"{path}: the file cannot be opened ({fault.strerror}).") from None


def _found(path: Path, head: bytes) -> str:
    """Return what the first bytes say."""
    if head.startswith(b"PAR1"):
        return "Parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head.startswith(b"PK\x03\x04"):
        return "workbook" if _is_workbook(path) else "a zip archive"
    if head.lstrip()[:5].lower() in {b"<html", b"<!doc", b"<tabl", b"<?xml"}:
        return "a web page"
    if is_queue_log(head):
        return "queue_log"
    return "something else" if _is_binary(head) else "text"


def _is_workbook(path: Path) -> bool:
    try:
        names = zipfile.ZipFile(path).namelist()
    except DAMAGED:
        return path.suffix.lower() in _ENDINGS["workbook"]  # damaged: let the workbook's reader say so
    return any(name.startswith("xl/") or name == "content.xml" for name in names)


def _is_binary(head: bytes) -> bool:
    """Say whether bytes are no text: control characters, other than the zeros of UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = sum(byte < 9 or 13 < byte < 32 for byte in head if byte)
    return control > 0.05 * len(head) or head.startswith((b"%PDF", b"\x89PNG"))


def _described(found: str) -> str:
    """Say what the file is and what to do about it."""
    return {
        "text": "text. Rename it to .csv.",
        "workbook": "a workbook. Rename it to .xlsx (or .xls).",
        "Parquet": "Parquet. Rename it to .parquet.",
        "a zip archive": "a zip archive. Rename it to .zip.",
        "a web page": "a web page. Export it as CSV, or open it in a spreadsheet and save it as .xlsx.",
    }.get(found, "none that kpitools reads. Export it as CSV, Excel or Parquet.")


def _read_parquet(path: Path) -> RawTable:
    """Open a Parquet file by its footer alone."""
    try:
        with pq.ParquetFile(path) as file:
            rows, names = file.metadata.num_rows, tuple(file.schema_arrow.names)
            spans = any(pa.types.is_duration(kind) for kind in file.schema_arrow.types)
            table = file.read() if spans else None  # on disk a span of time is a bare number without its unit
    except (pa.ArrowException, OSError) as fault:
        raise SourceError(f"{path}: the Parquet file is damaged or cut off ({fault}). Export it again.") from None
    if rows == 0:
        raise SourceError(f"{path}: there are columns, and no row under them.")
    return RawTable(path=path, columns=names, rows_read=rows, table=table)


def _without_headers(raw: RawTable) -> RawTable:
    """Set aside the rows that repeat the header: several exports were put below each other."""
    if raw.table is None or raw.lines is None:
        return raw
    again = pa.repeat(pa.scalar(True), raw.rows)  # noqa: FBT003 - a column of it
    for name, column in zip(raw.columns, raw.table.columns, strict=True):
        again = pc.and_(again, pc.equal(pc.utf8_trim(column, _AROUND), name))
        if not pc.any(again).as_py():
            return raw
    lines = raw.lines.filter(_whole(again)).to_pylist()
    aside = [SetAside(line, "the header again", ", ".join(raw.columns)) for line in lines]
    kept = _whole(pc.invert(again))
    set_aside = tuple(sorted((*raw.set_aside, *aside), key=lambda row: row.line))
    return replace(raw, table=raw.table.filter(kept), lines=raw.lines.filter(kept), set_aside=set_aside)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
