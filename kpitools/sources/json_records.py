"""JSON and JSON lines as tables of text: an object a row, what lies deeper under `a.b.c`."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from kpitools.errors import SourceError, suggest
from kpitools.sources.conversations import flat_conversation, is_conversation
from kpitools.sources.encodings import read_bytes, to_utf8
from kpitools.sources.raw import Dialect, RawTable, SetAside

LINES = (".jsonl", ".ndjson")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
"""Reads JSON with its numbers as they are written."""
_NEXT = re.compile(r"[^ \t\r\n]|$")
"""Where the next value may begin."""
_TAGS, _VALUES = ("id", "name", "key", "label"), ("value", "values")
"""What a list of named values calls its names and its values."""


def read_json(path: Path, sheet: str | None = None, content: bytes | None = None) -> RawTable:
    """Read a JSON document, or objects behind each other; every value becomes text.

    Args:
        path: The file; one of JSON lines, by its name, loses no more than the lines that are broken.
        sheet: The name of the list to read, where a document holds several; without it, the first that has rows.
        content: Its bytes, where they are not on disk as such.

    Raises:
        SourceError: The file is no JSON, is cut off, or holds no list of objects.
    """
    data, encoding = to_utf8(read_bytes(path) if content is None else content)
    text = data.decode("utf-8", "replace")
    if path.name.lower().removesuffix(".gz").endswith(LINES):
        return _table(path, list(_lines(text)), encoding, ())
    try:
        documents = _values(text)
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}: {fault.msg}"
        raise SourceError(f"{path}: this is no JSON, or it is cut off ({where}). Export it again.") from None
    if len(documents) > 1:
        return _table(path, list(enumerate(documents, start=1)), encoding, ())
    name, rows, said = _list_of(path, documents[0], sheet)
    return _table(path, list(enumerate(rows, start=1)), encoding, said, name)


def _values(text: str) -> list[Any]:
    """Read the values that stand behind each other in a text, of which a document has one."""
    found: list[Any] = []
    place, end = 0, len(text.rstrip())
    while place < end or not found:
        value, place = _DECODER.raw_decode(text, _NEXT.search(text, place).start())  # type: ignore[union-attr]
        found.append(value)
    return found


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    """Read each line that is not blank; one that is no JSON stays text."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield from [(number, value) for value in _values(line)]
            except json.JSONDecodeError:
                yield number, line


def _list_of(path: Path, document: Any, sheet: str | None) -> tuple[str, list[Any], tuple[str, ...]]:  # noqa: ANN401
    """Return the list of rows in a document, with its name, and what is said about the other lists."""
    lists = {name: rows for name, rows in _lists(document, "") if any(isinstance(row, dict) for row in rows)}
    if sheet is not None and sheet not in lists:
        raise SourceError(f"{path}: there is no list {sheet!r}. {suggest(sheet, lists)}")
    if not lists:
        if isinstance(document, dict) and document and not any(isinstance(value, list) for value in document.values()):
            return "", [document], ()
        raise SourceError(f"{path}: there is no list of objects in it, and so no rows.")
    name = sheet if sheet is not None else next(iter(lists))
    others = ", ".join(repr(other) for other in lists if other != name)
    return name, lists[name], (f"List {name!r} is read; not read: {others}.",) if others else ()


def _lists(document: Any, name: str) -> Iterator[tuple[str, list[Any]]]:  # noqa: ANN401
    """Go through the lists of a document, outermost first; what lies within a row is the row's."""
    if isinstance(document, list):
        yield name, document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _lists(value, f"{name}.{key}" if name else key)


def _table(path: Path, found: list[tuple[int, Any]], encoding: str, said: tuple[str, ...], sheet: str = "") -> RawTable:
    """Build the table of the objects; what is none is set aside with its place."""
    rows = [(place, dict(_flat(_plain(row), ""))) for place, row in found if isinstance(row, dict)]
    aside = tuple(SetAside(place, "no JSON object", str(row)) for place, row in found if not isinstance(row, dict))
    if not rows:
        raise SourceError(f"{path}: there is no object in it, and so no rows.")
    names = tuple(dict.fromkeys(name for _, row in rows for name in row))
    columns = [pa.array([row.get(name) for _, row in rows], pa.string()) for name in names]
    return RawTable(
        path=path,
        columns=names,
        rows_read=len(found),
        table=pa.table(columns, names=list(names)),
        lines=pa.array([place for place, _ in rows], pa.int64()),
        set_aside=aside,
        dialect=Dialect("", encoding, '"', 0, "decimal point"),
        sheet=sheet or None,
        notes=said,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return flat_conversation(row) if is_conversation(row) else row


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Go through the values of an object, each under the path that leads to it.

    A list of named values (`[{"id": 7, "value": "x"}]`) is as an object; another list of objects stays JSON, and a
    list of plain values becomes one text.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        named = _named(value)
        if named:
            yield from _flat(named, name)
        else:
            yield name, _joined(value)
    else:
        yield name, _spelled(value)


def _named(values: list[Any]) -> dict[str, Any]:
    """Return a list of named values as an object; nothing where it is another list, or a name comes twice."""
    tag = next((tag for tag in _TAGS if values and all(isinstance(v, dict) and tag in v for v in values)), None)
    held = next((key for key in _VALUES if tag and all(key in one for one in values)), None)
    if tag is None or held is None:
        return {}
    named = {str(one[tag]): one[held] for one in values}
    return named if len(named) == len(values) else {}


def _joined(values: Iterable[Any]) -> str:
    values = list(values)
    if any(isinstance(value, dict | list) for value in values):
        return json.dumps(values, ensure_ascii=False)
    return ", ".join(_spelled(value) for value in values)


def _spelled(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
