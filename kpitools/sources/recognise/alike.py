"""Files and sheets with the same columns: what is one kind of export is recognised together."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from kpitools.errors import SourceError
from kpitools.sources.entered import is_entered
from kpitools.sources.excel import sheet_names
from kpitools.sources.files import ALL_SHEETS, is_workbook, open_each, open_raw
from kpitools.sources.raw import RawTable
from kpitools.sources.recognise.model import Decision, Proposal
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import phrases, says


class Alike(NamedTuple):
    """The tables with the same columns, each with the file that holds it; `sheets` names those of workbooks."""

    tables: tuple[tuple[Path, RawTable], ...]
    sheets: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers that they share."""
        return self.tables[0][1].columns

    @property
    def raws(self) -> list[RawTable]:
        """The tables alone."""
        return [raw for _, raw in self.tables]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files, each once."""
        return tuple(dict.fromkeys(path for path, _ in self.tables))

    @property
    def place(self) -> str:
        """How a question names them: the first file, and its sheet where others are read otherwise."""
        path, raw = self.tables[0]
        return f"{path.name}, {raw.sheet}" if self.sheets not in (("",), (ALL_SHEETS,)) else path.name

    def profiles(self) -> list[Profile]:
        """Return the columns of all of them together."""
        return [Profile(name, _joined([raw.column(name) for raw in self.raws])) for name in self.columns]

    def each(self, one: Proposal) -> list[Proposal]:
        """Return a proposal for all of them: one for each sheet, where these are to be told apart."""
        if not one.by_sheet:
            return [replace(one, sheet=sheet, files=self._holding(sheet)) for sheet in self.sheets]
        parts = [sheet for sheet in self.named if not says(sheet, phrases("summary", "total"))]
        return [
            replace(
                one,
                sheet=sheet,
                files=self._holding(sheet),
                decisions=(*one.decisions, Decision(constants={one.by_sheet: sheet}, evidence="name of the sheet")),
            )
            for sheet in parts
        ]

    @property
    def named(self) -> tuple[str, ...]:
        """The names of the sheets."""
        return tuple(dict.fromkeys(raw.sheet or "" for _, raw in self.tables))

    def _holding(self, sheet: str) -> tuple[Path, ...]:
        told = sheet not in ("", ALL_SHEETS)
        return tuple(dict.fromkeys(path for path, raw in self.tables if raw.sheet == sheet or not told))


def alike(paths: Sequence[Path]) -> tuple[list[Alike], dict[str, str]]:
    """Open the files, every sheet of a workbook, and put those with the same columns together.

    Of several files, those that are damaged are told with the reason, as they are where a project is read.
    """
    groups: dict[tuple[str, ...], list[tuple[Path, RawTable]]] = {}
    several: dict[Path, int] = {}
    unreadable: dict[str, str] = {}
    each = dict.fromkeys(Path(path) for path in paths)
    for path in each:
        try:
            raws = _tables(path)
        except SourceError as fault:
            unreadable[path.name] = str(fault)
            if not path.is_file() or len(unreadable) == len(each):
                raise
            continue
        several |= {path: len(sheet_names(path))} if len(raws) > 1 and raws[0].sheet is not None else {}
        for raw in raws:
            groups.setdefault(raw.columns, []).append((path, raw))
    return [Alike(tuple(tables), _sheets(tables, several)) for tables in groups.values()], unreadable


def _tables(path: Path) -> list[RawTable]:
    """Open what a file holds: of a workbook each sheet with a table, unless it is one of ours to fill in."""
    if path.suffix.lower() == ".zip":
        return _members(path)
    first = open_raw(path).loaded()
    if not is_workbook(path) or is_entered(first.columns):
        return [first]
    found = []
    for _, table in open_each(path, ALL_SHEETS):
        with suppress(SourceError):  # a sheet without a table
            found.append(table())
    return found


def _members(path: Path) -> list[RawTable]:
    """Open the files of an archive, which is one source: all of them have the same columns."""
    found = [table() for _, table in open_each(path)]
    if len({raw.columns for raw in found}) > 1:
        raise SourceError(f"{path}: the archive holds files with different columns. Unpack it.")
    return found


def _sheets(tables: Sequence[tuple[Path, RawTable]], several: dict[Path, int]) -> tuple[str, ...]:
    """Say which sheets hold these tables: the only ones of their files, all of them, or each by its name."""
    held = [path for path, _ in tables if path in several]
    if not held:
        return ("",)
    whole = len(held) == len(tables) and all(held.count(path) == several[path] for path in held)
    return (ALL_SHEETS,) if whole else tuple(dict.fromkeys(raw.sheet or "" for _, raw in tables))


def _joined(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Put the columns of several files together; as text where their types differ."""
    same = len({part.type for part in parts}) == 1
    texts = parts if same else [part.cast(pa.string()) for part in parts]
    return pa.chunked_array([chunk for part in texts for chunk in part.chunks], texts[0].type)
