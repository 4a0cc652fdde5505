"""What one source names, opened: files, a query or a frame. A file that is broken does not stop the others.

It is left out with all its rows, and named. So is one that is still being written: half of its rows would make figures
that look whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from kpitools.errors import SourceError
from kpitools.project import Project, Source
from kpitools.project.named import files_of
from kpitools.sources.accounts import LeftOut
from kpitools.sources.database import read_query
from kpitools.sources.files import open_each
from kpitools.sources.frames import read_frame
from kpitools.sources.progress import Progress
from kpitools.sources.raw import RawTable
from kpitools.sources.twins import FilesRead, Twin

CUT = "it ends within a line, as a file does that is still being written. It counts once it is whole."
GREW = "it changed while it was read: it is still being written. It counts once it is whole."


@dataclass
class Opened:
    """The tables of one source, the files given again, and those that are left out."""

    raws: list[RawTable] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    first_fault: SourceError | None = None

    folder: Path = field(default_factory=Path)

    def leave_out(self, path: Path, reason: str, fault: SourceError) -> None:
        """Name a file that cannot be read; without any other, its fault is the source's."""
        self.first_fault = self.first_fault or fault
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name
        said = str(fault).removeprefix(f"{path}: ").removeprefix(f"{path.name}: ")
        self.left_out.append(LeftOut(name, reason, said))
        for twin in [twin for twin in self.twins if twin.other == path]:
            self.twins.remove(twin)
            self.leave_out(twin.path, reason, SourceError(f"it is a copy of {name!r}, which is left out."))

    def require_one(self) -> None:
        """Raise the first fault where no file can be used."""
        if self.first_fault is not None and not self.raws:
            raise self.first_fault


def opened(project: Project, source: Source, files: FilesRead, frames: Mapping[str, Any], progress: Progress) -> Opened:
    """Open what a source names; `files` are those that were read before, `frames` what a notebook handed over.

    Raises `SourceError` where no file can be opened, and for a query or a frame that cannot be read.
    """
    if source.frame or source.query:
        progress(source.names[0])
        return Opened([read_frame(source, frames) if source.frame else read_query(source)])
    found = Opened(folder=project.folder)
    for path in files_of(project, source):
        progress(path.name)
        if twin := files.twin(path, source):
            found.twins.append(twin)
        else:
            raws = _tables(path, source, found)
            found.raws += raws
            files.add(path, source, sum(raw.rows_read for raw in raws))
    found.require_one()
    _leave_out_half_written(found)
    return found


def _tables(path: Path, source: Source, found: Opened) -> list[RawTable]:
    """Open the tables of one file; what cannot be read is left out."""
    before, raws = _state(path), []
    try:
        for place, table in open_each(path, source.sheet):
            try:
                raws.append(table())
            except SourceError as fault:
                found.leave_out(place, "unreadable", fault)
    except SourceError as fault:
        found.leave_out(path, "unreadable", fault)
    if raws and _state(path) != before:
        found.leave_out(path, "half_written", SourceError(f"{path}: {GREW}"))
        return []
    return raws


def _state(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


def _leave_out_half_written(found: Opened) -> None:
    """Leave out what is half written, unless nothing else is there."""
    cut = half_written(found.raws)
    if len(cut) < len(found.raws):
        found.raws = [raw for raw in found.raws if not any(raw is other for other in cut)]
        for raw in cut:
            found.leave_out(raw.path, "half_written", SourceError(f"{raw.path}: {CUT}"))


def half_written(raws: Sequence[RawTable]) -> list[RawTable]:
    """Return the texts that end within a line: in a broken record, or where most others of the source do not.

    Many programs write no line end behind the last record, but then in none of their files.
    """
    texts = [raw for raw in raws if raw.dialect is not None]
    usually_closed = sum(raw.closed for raw in texts) > len(texts) / 2
    return [raw for raw in texts if not raw.closed and (usually_closed or _ends_broken(raw))]


def _ends_broken(raw: RawTable) -> bool:
    """Say whether the last record of a text could not be read."""
    last = pc.max(raw.lines).as_py() if raw.lines is not None and len(raw.lines) else 0
    return any(row.line > last for row in raw.set_aside)
