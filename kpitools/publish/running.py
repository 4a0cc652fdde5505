"""Making what is due, the oldest period first, and the index at the end."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpitools.errors import ReportError
from kpitools.periods import Period
from kpitools.project import Project
from kpitools.project.manifests import failure_note
from kpitools.publish.due import Item, Plan
from kpitools.publish.files import write_whole
from kpitools.publish.notebooks import find_notebook
from kpitools.publish.parameters import parameters

if TYPE_CHECKING:
    from kpitools.publish.batch import Job


@dataclass(frozen=True)
class Made:
    """What became of an item: its page, or why there is none; and how many seconds it took."""

    item: Item
    page: Path | None
    failure: str
    seconds: float


def make(
    plan: Plan,
    project: Project,
    reports: Path,
    *,
    workers: int = 1,
    reissue: bool = False,
    on_start: Callable[[Item], None] = lambda _: None,
) -> Iterator[Made]:
    """Make what a plan says is to be made, and give each outcome as soon as it is there; none stops the others.

    A period is finished before the next one of its length begins, so that its pages are what the next are held against.
    A page that is made anew is kept in `_earlier/` first; why a report failed is kept in `_failed/`.
    """
    run = _Run(plan, project, reports, workers, on_start)
    for wave in _waves(plan.to_make(reissue=reissue)):
        yield from run.wave(wave)


def _waves(items: Sequence[Item]) -> list[list[Item]]:
    """Part the items into those that may be made together: of each length, one period."""
    periods: dict[str, list[Period]] = defaultdict(list)
    waves: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        seen = periods[item.period.grain]
        if item.period not in seen:
            seen.append(item.period)
        waves[seen.index(item.period)].append(item)
    return [waves[number] for number in sorted(waves)]


@dataclass(frozen=True)
class _Run:
    """What all waves of a run have in common."""

    plan: Plan
    project: Project
    reports: Path
    workers: int
    on_start: Callable[[Item], None]

    def wave(self, items: Sequence[Item]) -> Iterator[Made]:
        """Make some items, none of which waits for another."""
        from kpitools.publish.batch import run_all  # noqa: PLC0415 - loaded where something is to be made

        copies: dict[Item, tuple[Path, ...]] = {}
        for item in items:
            try:
                copies[item] = _kept(self.reports, item)
            except OSError as wrong:  # the earlier page cannot be kept: it stays
                yield Made(item, None, f"{item.page}: it cannot be kept before it is made anew ({wrong.strerror}).", 0)
        jobs = {id(job): (job, item) for item in copies for job in [_job(item, self.plan, self.project)]}
        asked = [job for job, _ in jobs.values()]
        started = lambda _, job: self.on_start(jobs[id(job)][1])  # noqa: E731
        for outcome in run_all(asked, self.reports, workers=self.workers, on_event=started):
            item = jobs[id(outcome.job)][1]
            failure = outcome.failure.replace(f"{self.reports}{os.sep}", "")  # it is kept, and no path of this machine
            if failure:
                self._failed(item, failure, copies[item])
            yield Made(item, outcome.page, failure, outcome.seconds)

    def _failed(self, item: Item, failure: str, copies: Sequence[Path]) -> None:
        """Leave the reason where the next plan finds it; where even that fails, the run has said it."""
        for copy in copies:
            copy.unlink(missing_ok=True)
        with suppress(ReportError):
            note = failure_note(self.reports, item.report, item.parameters(self.project))
            write_whole(note, f"{failure}\n")


def _kept(reports: Path, item: Item) -> tuple[Path, ...]:
    """Keep the page of an item that is published; return the copies."""
    from kpitools.publish.reports import keep_issue  # noqa: PLC0415 - loaded where something is to be made

    return keep_issue(reports / item.page) if item.page else ()


def _job(item: Item, plan: Plan, project: Project) -> "Job":
    """Tell a notebook what to show, and where it asks for it the day: a run past midnight is all of one day."""
    from kpitools.publish.batch import Job  # noqa: PLC0415

    notebook = find_notebook(item.report, project.folder)
    given = item.parameters(project)
    if any(parameter.name == "today" for parameter in parameters(notebook)):
        given["today"] = plan.today.isoformat()
    return Job(notebook, given)
