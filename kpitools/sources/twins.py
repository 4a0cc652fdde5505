"""Files with the same bytes: what is given twice is read once."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path

from kpitools import schema
from kpitools.project import Source


@dataclass(frozen=True)
class Twin:
    """A file whose bytes are those of another that was read already: it is not read again."""

    path: Path
    other: Path
    rows: int

    def __str__(self) -> str:
        """Name both files."""
        return f"{self.path.name!r} has the same bytes as {self.other.name!r}: it is not read again."


@dataclass(frozen=True)
class FilesRead:
    """The files that were read so far: what each source takes for a row, and how many there are."""

    _found: dict[Hashable, list[tuple[Path, int]]] = field(default_factory=dict)
    _digests: dict[Path, bytes] = field(default_factory=dict)

    def add(self, path: Path, source: Source, rows: int) -> None:
        """Remember a file that was read."""
        self._found.setdefault((_reading(source), _size(path)), []).append((path, rows))

    def twin(self, path: Path, source: Source) -> Twin | None:
        """Return the file of which this one is a copy, where it would give the same rows again.

        One file may well feed two tables, or two questions of a survey: these are other rows. Only files of one size
        are compared, each read once for it.
        """
        alike = self._found.get((_reading(source), _size(path)), ()) if path.is_file() else ()
        same = (found for found in alike if self._digest(path) == self._digest(found[0]))
        return next((Twin(path, other, rows) for other, rows in same), None)

    def _digest(self, path: Path) -> bytes:
        if path not in self._digests:
            with path.open("rb") as file:
                self._digests[path] = hashlib.file_digest(file, "sha256").digest()
        return self._digests[path]


def _reading(source: Source) -> Hashable:
    """Return what a source takes for a row: its table and sheet, and the columns that tell rows apart."""
    required = {column.name for column in schema.TABLES[source.table].columns if column.required}
    told = required | {"score", "value"}
    columns = {name: tuple(headers) for name, headers in source.columns.items() if name in told}
    constants = {name: value for name, value in source.constants.items() if name in told}
    return source.table, source.sheet, frozenset(columns.items()), frozenset(constants.items())


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
