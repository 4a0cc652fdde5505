"""Known systems: a mapping file each, beside this module or in the project's folder `systems`."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from kpitools.errors import SourceError, UserError, require_known
from kpitools.project import Project, Source
from kpitools.project.named import files_of, name_of
from kpitools.project.parts import TABLE
from kpitools.project.systems import Export, System, load_systems, plain_source
from kpitools.sources.files import columns_of

FOLDER = Path(__file__).parent


@cache
def known_systems() -> dict[str, System]:
    """Return the systems that kpitools knows, by name."""
    return load_systems(FOLDER)


def systems(folder: Path | None = None) -> dict[str, System]:
    """Return the systems that a project may name: those that kpitools knows, and its own, which come first."""
    own = load_systems(folder / "systems") if folder is not None else {}
    return known_systems() | own


def resolved(project: Project) -> Project:
    """Return the project with the sources of known systems as plain ones, which say all their columns themselves.

    Each file is one or more of the exports of its system, known by its headers: a source becomes one for each
    canonical table that its files feed. Raises `SourceError` for an unknown system and for a file that is none of its
    exports; the message names the nearest one with the headers that are missing.
    """
    if all(source.system == TABLE for source in project.sources):
        return project
    known = systems(project.folder)
    sources = [plain for source in project.sources for plain in _plain(project, source, known)]
    return project.model_copy(update={"sources": tuple(sources)})


def _plain(project: Project, source: Source, known: dict[str, System]) -> Sequence[Source]:
    """Return the plain sources of one source; files that are read alike stay together."""
    if source.system == TABLE:
        return [source]
    system = known[require_known(source.system, (*known, TABLE), "system", SourceError)]
    paths = files_of(project, source)
    alike: list[tuple[Source, list[Path]]] = []
    unread: list[tuple[Path, SourceError]] = []
    for path in paths:
        try:
            headers = columns_of(path, source.sheet)
        except SourceError as fault:
            unread.append((path, fault))
            continue
        for export in chosen(system, headers, source, path):
            _add(alike, _made(export, source, headers, path), path)
    if not alike:
        raise unread[0][1]
    alike[0][1].extend(path for path, _ in unread)  # the reader leaves them out, and names them
    return [_over(project, plain, files, paths) for plain, files in alike]


def _add(alike: list[tuple[Source, list[Path]]], plain: Source, path: Path) -> None:
    """Put a file to those that are read alike."""
    for other, files in alike:
        if other == plain:
            files.append(path)
            return
    alike.append((plain, [path]))


def _over(project: Project, plain: Source, files: Sequence[Path], all_files: Sequence[Path]) -> Source:
    """Return the source over some of its files; over all of them it keeps the pattern that named them."""
    if set(files) == set(all_files):
        return plain
    return plain.model_copy(update={"files": [name_of(path, project.folder) for path in files]})


def _made(export: Export, source: Source, headers: Collection[str], path: Path) -> Source:
    try:
        return plain_source(export, source, headers)
    except UserError as wrong:
        raise SourceError(f"{path.name}, as {export.name} of {source.system}: {wrong}") from None


def fitting(system: System, headers: Collection[str], table: str = "") -> list[Export]:
    """Return the exports whose signature a file has: of each table (and kind of survey) the one that asks most."""
    best: dict[tuple[str, object], Export] = {}
    for export in system.export:
        rows = export.table, export.constants.get("kind")
        if export.lacks(headers) or table not in ("", export.table):
            continue
        if rows not in best or len(export.signature) > len(best[rows].signature):
            best[rows] = export
    return list(best.values())


def chosen(system: System, headers: Collection[str], source: Source, path: Path) -> list[Export]:
    """Return the exports that a file is; a file that is none is refused with the nearest."""
    found = fitting(system, headers, source.table)
    if found:
        return found
    candidates = [e for e in system.export if source.table in ("", e.table)] or system.export
    nearest = min(candidates, key=lambda export: len(export.lacks(headers)) / len(export.signature))
    missing = ", ".join(repr(header) for header in nearest.lacks(headers))
    lacking = f"the nearest is {nearest.name!r}, without the columns {missing}" if missing else "none feeds that table"
    names = ", ".join(dict.fromkeys(export.name for export in system.export))
    raise SourceError(
        f"{path.name}: this is no export of {source.system} that is known ({names}): {lacking}. "
        f'Name its columns yourself: system = "{TABLE}" and [source.columns].'
    )
