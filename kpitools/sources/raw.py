"""A file as it was read, before anybody knows what its columns mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kpitools.errors import SourceError
from kpitools.sources import sql


@dataclass(frozen=True)
class SetAside:
    """A record that the reader could not use. Its text may hold personal data: it is kept out of messages."""

    line: int
    reason: str
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Dialect:
    """How a text file is written."""

    separator: str
    encoding: str
    quote: str
    header_line: int
    decimal: str | None
    """`decimal comma`, `decimal point`, or None where the first rows do not tell."""


@dataclass(frozen=True)
class RawTable:
    """The rows of a file, all of them accounted for: rows read = rows of the table + set aside.

    The table is all text for CSV and Excel; Parquet stays on disk (`table` is None) and is asked through
    `relation` or `column`. `rows_read` was counted apart from the reader that built the table; blank records
    are counted in `blank` and are not rows.
    """

    path: Path
    columns: tuple[str, ...]
    rows_read: int
    table: pa.Table | None = None
    lines: pa.Array | None = None
    """The physical line (or sheet row) on which each row of the table starts."""
    set_aside: tuple[SetAside, ...] = ()
    blank: int = 0
    dialect: Dialect | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    """What the reader had to decide: names made unique, titles skipped, other sheets."""
    closed: bool = True
    """Whether a text ends with a line end; one that is still being written may not."""

    def __post_init__(self) -> None:
        """Hold the balance; a gap is a defect of the reader, never the user's fault."""
        if self.rows_read != self.rows + len(self.set_aside):
            found = f"{self.rows} read, {len(self.set_aside)} set aside"
            raise RuntimeError(f"{self.path.name}: {self.rows_read} records counted, {found}.")

    @property
    def rows(self) -> int:
        """Return the number of rows that the table holds."""
        return self.rows_read - len(self.set_aside) if self.table is None else int(self.table.num_rows)

    def line(self, row: int) -> int:
        """Return the line of the file (or row of the sheet) where a row of the table starts, from 1."""
        return row + 1 if self.lines is None else int(self.lines[row].as_py())

    def place(self, column: str, line: int) -> str:
        """Return where a cell stands: in a workbook as `Semaines!D14`, or its row; in a list of JSON as `calls[14]`."""
        if self.sheet is None:
            return ""
        if self.dialect is not None:
            return f"{self.sheet}[{line}]"
        sheet = self.sheet if self.sheet.isalnum() else "'" + self.sheet.replace("'", "''") + "'"
        known = column in self.columns
        return f"{sheet}!{letters(self.columns.index(column)) if known else f'{line}:'}{line}"

    def column(self, name: str) -> pa.ChunkedArray:
        """Return one column; of a Parquet file, only this one is read."""
        if self.table is None:
            return pq.read_table(self.path, columns=[name])[name]
        return self.table[name]

    def loaded(self) -> "RawTable":
        """Return it with its rows in memory; raises `SourceError` where a Parquet file is damaged within."""
        if self.table is not None:
            return self
        try:
            with pq.ParquetFile(self.path) as file:
                return replace(self, table=file.read())
        except (pa.ArrowException, OSError):
            raise damaged(self.path) from None

    def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """Return the rows as a relation of a DuckDB connection; Parquet is scanned where it lies."""
        if self.table is None:
            return connection.read_parquet(str(self.path))
        return connection.from_arrow(self.table)


def damaged(path: Path) -> SourceError:
    """Return what is said of a Parquet file whose footer is whole and whose rows are not."""
    return SourceError(f"{path}: the Parquet file is damaged within. Export it again.")


def letters(place: int) -> str:
    """Return the letters of a column in a workbook, by its place from 0.

    >>> letters(0), letters(25), letters(26), letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


@dataclass(frozen=True)
class RawRows:
    """Some rows of a file, as they stand in it; those of Parquet are fetched when they are asked for."""

    path: Path
    numbers: tuple[int, ...]
    table: pa.Table | None

    @classmethod
    def of(cls, raw: RawTable, numbers: Iterable[int]) -> "RawRows":
        """Keep some rows of a file, by their number in it, in the order given."""
        kept = tuple(numbers)
        return cls(raw.path, kept, None if raw.table is None else raw.table.take(pa.array(kept, pa.int64())))

    def cells(self) -> Iterator[dict[str, str]]:
        """Go through the rows: each header with the text of its cell."""
        table = self.table if self.table is not None else self._from_disk()
        for row in table.to_pylist():
            yield {name: "" if value is None else str(value) for name, value in row.items()}

    def _from_disk(self) -> pa.Table:
        file = f"read_parquet({sql.text(self.path)}, file_row_number = true)"
        wanted = ", ".join(map(str, self.numbers)) or "null"
        with duckdb.connect() as connection:
            found = connection.sql(f"from {file} where file_row_number in ({wanted})").to_arrow_table()
        place = {number: at for at, number in enumerate(found["file_row_number"].to_pylist())}
        return found.drop_columns(["file_row_number"]).take([place[number] for number in self.numbers])
