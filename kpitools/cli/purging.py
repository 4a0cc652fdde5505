"""`purge`."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from kpitools import project as projects
from kpitools.cli.output import Format, ListFormat, progress, say, table, write_rows
from kpitools.errors import UserError
from kpitools.project import Project
from kpitools.publish.retention import Old, delete, keep_from, older_than

_COLUMNS = ("action", "what", "file", "newest", "rows", "old")


def purge_old(folder: Path, before: str | None, form: ListFormat, *, yes: bool, dry_run: bool) -> int:
    """List what is older than a day, ask, and delete it; return 1 where a file could not be deleted."""
    project = projects.load(folder)
    day = _day(project, before)
    with progress("Reading"):
        found = older_than(project, day)
    _show(found, project, form)
    mine = [old for old in found if old.deleted]
    for old in found:
        if not old.deleted:
            say(f"Kept: {_named(old, project)}: {old.old} of {old.rows} rows are from before {day}; {old.remedy}.")
    if not mine or dry_run:
        say(f"{_counted(mine)} would be deleted." if mine else f"Nothing is wholly from before {day}: nothing to do.")
        return 0
    _require_consent(_counted(mine), yes=yes)
    return _delete(found, project)


def _day(project: Project, before: str | None) -> date:
    """Return the first day to keep: as given, else by the project's rule."""
    today = project.today()
    try:
        day = date.fromisoformat(before) if before else keep_from(project, today)
    except ValueError:
        raise UserError(f"--before {before!r} is no day. Write it as 2023-11-01.") from None
    if day is None:
        raise UserError(
            "From before which day? Give --before 2023-11-01, or add keep_months = 36 under [privacy] in kpitools.toml."
        )
    if day > today:
        raise UserError(f"--before {day} lies in the future: that would delete everything. Today is {today}.")
    return day


def _show(found: tuple[Old, ...], project: Project, form: ListFormat) -> None:
    rows: list[dict[str, Any]] = [
        {
            "action": "delete" if old.deleted else "keep",
            "what": old.what,
            "file": _named(old, project),
            "newest": old.newest.isoformat() if old.newest else None,
            "rows": old.rows,
            "old": old.old,
        }
        for old in found
    ]
    if form is ListFormat.json:
        write_rows(rows, Format.json, None, ())
    elif rows:
        table(rows, _COLUMNS)


def _named(old: Old, project: Project) -> str:
    """Name a file as it is seen from the project."""
    inside = old.path.is_relative_to(project.folder)
    return (old.path.relative_to(project.folder) if inside else old.path).as_posix()


def _counted(files: list[Old]) -> str:
    return f"{len(files)} files" if len(files) != 1 else "1 file"


def _require_consent(what: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UserError(f"{what} would be deleted; nothing was. Add --yes to delete without being asked.")
    import typer  # noqa: PLC0415

    if not typer.confirm(f"Delete {what} for good?", err=True):
        raise UserError("Nothing was deleted.")


def _delete(found: tuple[Old, ...], project: Project) -> int:
    failed = 0
    for old, wrong in delete(found, project.folder):
        failed += bool(wrong)
        say(f"{_named(old, project)} could not be deleted: {wrong}." if wrong else f"Deleted: {_named(old, project)}")
    if any(old.what == "export" and old.deleted for old in found):
        say("Where kpitools.toml names a deleted export alone, take its [[source]] out, or name the newer files.")
    return 1 if failed else 0
