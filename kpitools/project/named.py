"""Which files a source names, and how a project file names a file."""

from glob import escape
from pathlib import Path

from kpitools.errors import SourceError, suggest
from kpitools.project import Project, Source


def files_of(project: Project, source: Source) -> list[Path]:
    """Return the files that a source names, in the order of their names; none is an error."""
    found: list[Path] = []
    for pattern in source.files:
        path = Path(pattern)
        try:
            matches = [path] if path.is_absolute() else sorted(project.folder.glob(pattern))
        except (ValueError, NotImplementedError) as wrong:
            raise SourceError(f"files = {pattern!r} is no pattern of file names: {wrong}.") from None
        if not matches:
            near = [str(p.relative_to(project.folder)) for p in project.folder.rglob(f"*{path.suffix}") if p.is_file()]
            raise SourceError(f"{project.folder}: no file matches {pattern!r}. {suggest(pattern, near)}")
        found += [match for match in matches if match not in found]
    return found


def name_of(path: Path, folder: Path) -> str:
    """Return a file's name as the project file has it: within the folder a pattern that fits it alone."""
    try:
        return escape(path.resolve().relative_to(folder.resolve()).as_posix())
    except ValueError:
        return path.resolve().as_posix()
