"""The file of rows that were set aside: the one place where rows stand as the export wrote them.

So only its owner may read it, and nothing in it is a formula to a spreadsheet.
"""

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kpitools.errors import SourceError
from kpitools.sources.accounts import Account, Problem
from kpitools.sources.headers import free_name

PLACE = ("file", "line", "column", "value", "reason", "record")
"""The first columns of the file; `record` is the text of a line that could not be cut into cells."""

_FORMULA = re.compile(r"(^|[;,|\t\r\n])(?=[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a spreadsheet may see a formula begin: at the start of a cell, or behind what it may take for a separator."""


def require_free(path: Path) -> None:
    """Refuse a place for the file that is taken; an earlier file of this kind may be replaced.

    Raises `SourceError` for a folder, a folder that is not there, or a file that kpitools did not write.
    """
    if path.is_dir():
        raise SourceError(f"{path} cannot be written: it is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise SourceError(f"{path} cannot be written: there is no folder {str(path.parent)!r}.")
    if path.exists() and not (path.is_file() and is_set_aside(path)):
        raise SourceError(f"{path} is there already, and holds no rows set aside: write to another file, or delete it.")


def is_set_aside(path: Path) -> bool:
    """Say whether a file is one of rows set aside, by its first bytes."""
    with path.open("rb") as file:
        return file.read(200).startswith(",".join(PLACE).encode())


def write_set_aside(accounts: Iterable[Account], path: Path) -> int:
    """Write each row that was set aside with its place and reason, and return how many there are.

    A row has the columns of `PLACE`, then those of its file as they stand there; files with other columns share the
    table. The file is its owner's alone from its first byte, and appears whole. Raises `SourceError` where the
    place is taken or cannot be written.
    """
    require_free(path)
    rows = [row for account in accounts for row in _rows(account)]
    named = _renamed(list(dict.fromkeys(header for _, cells in rows for header in cells)))
    whole = [place | {named[header]: cell for header, cell in cells.items()} for place, cells in rows]
    try:
        _write(path, [*PLACE, *named.values()], whole)
    except OSError as wrong:
        raise SourceError(f"{path} cannot be written: {wrong.strerror}.") from None
    return len(whole)


def _rows(account: Account) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Return the place and the cells of each row; a record that was never cut into cells has none."""
    whole = (cells for rows in account.raw for cells in rows.cells())
    for problem in account.problems:
        yield _place(problem), {} if problem.record else next(whole)


def _place(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "value": problem.raw,
        "reason": problem.reason,
        "record": problem.record,
    }


def _renamed(headers: list[str]) -> dict[str, str]:
    """Return a name for each header that is not one of `PLACE`."""
    taken = [*PLACE, *headers]
    return {header: free_name(header, taken) if header in PLACE else header for header in headers}


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Write beside the place and move: a temporary file is made for its owner alone, and stays so."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([inert(column) for column in columns])
            writer.writerows([inert(row.get(column, "")) for column in columns] for row in rows)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def inert(cell: str | int) -> str | int:
    """Return a cell with an apostrophe wherever a spreadsheet would else begin a formula.

    >>> inert("=1+1"), inert("a;=1+1"), inert("plain")
    ("'=1+1", "a;'=1+1", 'plain')
    """
    if not isinstance(cell, str):
        return cell
    return _FORMULA.sub(r"\1'", cell.replace("\0", "\ufffd"))
