"""`due`."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpitools import project as projects
from kpitools.cli.output import Format, ListFormat, progress, say, table, write_rows
from kpitools.errors import UserError
from kpitools.project import Project
from kpitools.project.manifests import REPORTS, published

if TYPE_CHECKING:
    from kpitools.publish.due import Item, Plan
    from kpitools.publish.running import Made

_COLUMNS = ("state", "period", "report", "team", "language", "why", "page")
_ORDER = ("made", "failed", "due", "outdated", "late", "waits", "empty", "published")
"""How a summary counts, what was done first."""
_TOLD = {"made", "failed", "outdated", "late"}
"""What a run names one by one; the rest it counts, and a dry run names."""


def publish_due(folder: Path, today: str | None, jobs: int, form: ListFormat, *, dry_run: bool, reissue: bool) -> int:
    """Make every report that is due, or say what would be made; return 1 where one failed, the others standing."""
    from kpitools.publish.due import plan  # noqa: PLC0415

    project = projects.load(folder)
    reports, day = project.folder / REPORTS, _day(today)
    if dry_run:
        with progress("Looking at the data"):
            found = plan(project, reports, day, keep=False)
        rows = [_row(item) for item in found.items]
        _show(rows, form)
        _tell(found, rows)
        return 0
    return _run(project, reports, day, jobs, form, reissue=reissue)


def _run(project: Project, reports: Path, day: date | None, jobs: int, form: ListFormat, *, reissue: bool) -> int:
    """Make what is due and then the index, while nobody else does."""
    from kpitools.publish.due import plan  # noqa: PLC0415
    from kpitools.publish.lock import alone  # noqa: PLC0415
    from kpitools.publish.running import make  # noqa: PLC0415

    with alone(reports):
        with progress("Looking at the data"):
            found = plan(project, reports, day)
        total = len(found.to_make(reissue=reissue))
        made: list[Made] = []
        with _watched(total) as (started, ended):
            for each in make(found, project, reports, workers=jobs, reissue=reissue, on_start=started):
                made.append(each)
                ended(each)
        indexed = _indexed(reports, project)
    outcomes = {each.item: _made(each, reports) for each in made}
    rows = [outcomes.get(item) or _row(item) for item in found.items]
    _show(rows if form is ListFormat.json else [row for row in rows if row["state"] in _TOLD], form)
    _tell(found, rows)
    return 1 if any(each.failure for each in made) or not indexed else 0


def _indexed(reports: Path, project: Project) -> bool:
    """Write the index; where that fails (a full disk), say so after all that was made."""
    from kpitools.publish.index import write_index  # noqa: PLC0415

    try:
        write_index(reports, project, published(reports)[0])
    except UserError as wrong:
        say(str(wrong))
        return False
    return True


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"--today {text!r} is no day. Write it as 2026-11-02.") from None


def _row(item: "Item") -> dict[str, Any]:
    said = {"state": item.state, "period": str(item.period), "report": item.report, "team": item.team or None}
    return said | {"language": item.language, "why": item.why or None, "page": item.page or None}


def _made(each: "Made", reports: Path) -> dict[str, Any]:
    if each.page is None:
        return _row(each.item) | {"state": "failed", "why": each.failure}
    return _row(each.item) | {"state": "made", "why": None, "page": each.page.relative_to(reports).as_posix()}


def _show(rows: list[dict[str, Any]], form: ListFormat) -> None:
    if form is ListFormat.json:
        write_rows(rows, Format.json, None, ())
    elif rows:
        table(rows, _COLUMNS)


def _tell(found: "Plan", rows: list[dict[str, Any]]) -> None:
    """Say what a reader must know besides, and sum up: how many reports stand how, and how old the data are."""
    for line in found.wrong:
        say(line)
    if found.ahead:
        say(f"{len(found.ahead)} pages were made on a later day than {found.today}: is the clock right? They stay.")
    if found.older:
        say(f"{found.older} older periods are not caught up (catch_up); one of them: kpitools report --period ...")
    if any(row["state"] == "outdated" for row in rows):
        say("What is outdated is made anew, and the earlier page kept, by: kpitools due --reissue")
    counts = Counter(row["state"] for row in rows)
    said = ", ".join(f"{counts[state]} {state}" for state in _ORDER if counts[state]) or "no period is over yet"
    nothing = "" if any(counts[state] for state in _ORDER[:4]) else "Nothing to do: "
    age = (found.today - found.reach.last).days
    say(f"{nothing}{said}. The data reach {found.reach.last}, {_days(age)}; today is {found.today}.")


def _days(ago: int) -> str:
    many = "1 day" if abs(ago) == 1 else f"{abs(ago)} days"
    return f"{many} ago" if ago >= 0 else f"{many} ahead"  # the clock was set back


@contextmanager
def _watched(total: int) -> Iterator[tuple[Callable[["Item"], None], Callable[["Made"], None]]]:
    """Give what to call with each report that begins and that ends; a terminal shows names and the remaining time."""
    if total and sys.stderr.isatty():
        with _bar(total) as shown:
            yield shown
        return
    ended = 0

    def line(each: "Made") -> None:
        nonlocal ended
        ended += 1
        said = f"failed: {each.failure}" if each.failure else f"made in {each.seconds:.1f} s"
        say(f"[{ended}/{total}] {each.item.name}: {said}")

    yield lambda _: None, line


@contextmanager
def _bar(total: int) -> Iterator[tuple[Callable[["Item"], None], Callable[["Made"], None]]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    running: list[str] = []
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("", total=total)

        def started(item: "Item") -> None:
            running.append(item.name)
            shown.update(task, description=", ".join(running))

        def ended(each: "Made") -> None:
            if each.item.name in running:
                running.remove(each.item.name)
            shown.update(task, advance=1, description=", ".join(running))
            if each.failure:
                shown.console.print(f"{each.item.name}: {each.failure}", markup=False, highlight=False)

        yield started, ended
