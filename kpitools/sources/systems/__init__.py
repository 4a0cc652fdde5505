"""Known systems: a mapping file each, beside this module or in the project's folder `systems`."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from kpitools.errors import SourceError, UserError, require_known
from kpitools.project import Project, Source
from kpitools.project.parts import TABLE
from kpitools.project.systems import Export, System, load_systems, plain_source
from kpitools.sources.files import columns_of
from kpitools.sources.named import files_of, name_of

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
    for path in paths:
        headers = columns_of(path, source.sheet)
        for export in chosen(system, headers, source, path):
            plain = _made(export, source, headers, path)
            same = next((files for other, files in alike if other == plain), None)
            if same is None:
                alike.append((plain, [path]))
            else:
                same.append(path)
    return [
        plain if files == paths else plain.model_copy(update={"files": [name_of(f, project.folder) for f in files]})
        for plain, files in alike
    ]


def _made(export: Export, source: Source, headers: Collection[str], path: Path) -> Source:
    try:
        return plain_source(export, source, headers)
    except UserError as wrong:
        raise SourceError(f"{path.name}, as {export.name} of {source.system}: {wrong}") from None


def fitting(system: System, headers: Collection[str], table: str = "") -> list[Export]:
    """Return the exports whose signature a file has: of each table the one whose signature asks most."""
    fit = [e for e in system.export if not e.lacks(headers) and table in ("", e.table)]
    best: dict[str, Export] = {}
    for export in fit:
        if export.table not in best or len(export.signature) > len(best[export.table].signature):
            best[export.table] = export
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
