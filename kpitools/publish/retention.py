"""What is older than it may be kept: exports, rows set aside or saved, and what reports hold beside their pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kpitools.errors import ReportError
from kpitools.periods import Period
from kpitools.project import Project
from kpitools.project.manifests import EARLIER, FAILED, FIGURES, read_manifest, read_period
from kpitools.project.named import files_of
from kpitools.sources.ages import Ages, ages
from kpitools.sources.aside import is_set_aside
from kpitools.sources.systems import resolved

AGGREGATED = "figures"
"""A table of figures that somebody else counted: it is about nobody."""
EXPLORED = "explored"
"""The folder of a project for rows that an analyst saves."""


@dataclass(frozen=True)
class Old:
    """One file with something older than it may be kept: to be deleted, or to be looked at by a person.

    `what` is export, rows set aside, rows saved, executed notebook or figures of a report; `rows` and `old` count the
    rows of an export, `newest` is its last day. `remedy` says what to do where kpitools does not delete the file.
    """

    path: Path
    what: str
    newest: date | None = None
    rows: int | None = None
    old: int | None = None
    remedy: str = ""

    @property
    def deleted(self) -> bool:
        """Whether `delete` takes it."""
        return not self.remedy


def keep_from(project: Project, today: date) -> date | None:
    """Return the first day that the project's rule keeps, None where it has none."""
    months = project.privacy.keep_months
    if months is None:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return min(date.fromordinal(first.toordinal() + today.day - 1), Period.containing(first, "month").end)


def older_than(project: Project, day: date) -> tuple[Old, ...]:
    """List what lies before a day: exports, then files of rows set aside or saved, then what reports hold.

    Pages and manifests stay: they hold aggregates. Nothing is changed.
    """
    return (*_exports(project, day), *_rows(project, day), *_reports(project.folder / "reports", day))


def delete(files: tuple[Old, ...], folder: Path) -> Iterator[tuple[Old, str]]:
    """Delete the files that are to be deleted; give each with the reason where that failed.

    Only what lies in `folder` is touched, wherever a link leads.
    """
    for old in files:
        if not old.deleted:
            continue
        try:
            if not _inside(old.path, folder):
                raise PermissionError(0, "it lies outside the project")
            old.path.unlink()
        except OSError as wrong:
            yield old, str(wrong.strerror)
        else:
            yield old, ""


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _exports(project: Project, day: date) -> Iterator[Old]:
    """List the exports with rows from before the day; one that several sources read is as new as its newest row."""
    found: dict[Path, list[Ages]] = {}
    for source in resolved(project).sources:
        if source.table != AGGREGATED:
            for path in files_of(project, source):
                found.setdefault(path, []).append(ages(project, source, path, day))
    for path, each in found.items():
        if any(age.before for age in each):
            yield _export(path, each, project.folder)


def _export(path: Path, each: list[Ages], folder: Path) -> Old:
    oldest = max(each, key=lambda age: age.before)
    newest = max((age.newest for age in each if age.newest), default=None)
    if not all(age.all_before for age in each):
        undated = max(age.undated for age in each)
        remedy = "export it again without the old rows, or cut them out"
        remedy = f"rows without a readable date: {undated}, see kpitools check" if undated else remedy
    else:
        remedy = "" if _inside(path, folder) else "it lies outside the project: delete it yourself"
    return Old(path, "export", newest, oldest.rows, oldest.before, remedy)


def _rows(project: Project, day: date) -> Iterator[Old]:
    """List the files of rows set aside or saved that were written before the day: their rows are older still."""
    saved = {path for path in (project.folder / EXPLORED).glob("*") if path.is_file()}
    for path in sorted({*project.folder.rglob("*.csv")} | saved):
        written = _written(path)
        if written < day and _inside(path, project.folder) and (path in saved or is_set_aside(path)):
            yield Old(path, "rows saved" if path in saved else "rows set aside", written)


def _written(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()


def _reports(reports: Path, day: date) -> Iterator[Old]:
    """List executed notebooks and figures of periods that ended before the day, those of earlier issues among them."""
    for manifest in sorted((*reports.glob("*/*.json"), *reports.glob(f"*/{EARLIER}/*.json"))):
        folder = manifest.parent.parent if manifest.parent.name == EARLIER else manifest.parent
        period = read_period(folder.name)
        if period and period.end < day:
            yield from (Old(path, what, period.end) for path, what in _beside(manifest))
    for path in sorted((*(reports / FAILED).glob("*.ipynb"), *(reports / FAILED).glob("*.txt"))):
        written = _written(path)
        if written < day:
            yield Old(path, "executed notebook" if path.suffix == ".ipynb" else "reason of a failure", written)


def _beside(manifest: Path) -> Iterator[tuple[Path, str]]:
    """Give the files of a report that hold more than its page says."""
    try:
        read_manifest(manifest)
    except ReportError:
        return  # no manifest of kpitools
    kinds = {".ipynb": "executed notebook", ".csv": "figures of a report", FIGURES: "figures of a report"}
    for ending, what in kinds.items():
        path = manifest.with_name(manifest.stem + ending)
        if path.is_file():
            yield path, what
