"""Many reports in one go: each in a kernel of its own, several at a time, and none stops the others."""

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any

from kpitools.errors import UserError
from kpitools.publish.limits import Limits
from kpitools.publish.scratch import private_folder
from kpitools.publish.warm import warmed

GRACE = 60
"""Seconds beyond a report's limit after which its process is killed; by then it should have given up by itself."""
KILLED = "its process was killed (out of memory?)"
STORE = "KPITOOLS_STORE"
"""As `measure.store` has it, which is not loaded here: the folder in which the project is read for the first report."""
_USUAL = Limits()


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook, the parameters that it is given, and whether its page shows the code, folded."""

    notebook: Path
    parameters: Mapping[str, str]
    show_code: bool = False


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
    cell_seconds: float = _USUAL.cell,
    report_seconds: float = _USUAL.report,
    on_event: Callable[[str, Job], None] = lambda _event, _job: None,
) -> Iterator[Outcome]:
    """Publish reports below `reports`, at most `workers` at a time, and give each outcome as soon as it is there.

    They are started in the order of `jobs`, but of two languages of one report, the second begins after the first
    where others wait. `on_event` is told "started" with each job that begins. A cell or a report that takes longer than
    its limit fails; no failure stops the rest. Who stops listening stops the run.
    """
    waiting = deque(jobs)
    if not waiting:
        return
    with private_folder() as folder, warmed(folder) as kernels:
        own = {"TMPDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder), **kernels}
        own |= {STORE: str(folder)} if len(waiting) > 1 else {}
        hire = partial(_Worker, reports, Limits(cell_seconds, report_seconds), own)
        staff = _Staff(hire, min(workers, len(waiting)))
        try:
            while waiting or staff.busy:
                while waiting and staff.free:
                    job = _next(waiting, [worker.job for worker in staff.busy])
                    waiting.remove(job)
                    on_event("started", job)
                    staff.give(job)
                yield from staff.outcomes()
        finally:
            staff.dismiss()


def _next(waiting: deque[Job], busy: list[Job]) -> Job:
    """Return the first job, but rather than another language of a report under way the next one: that waits for it."""
    under_way = [{**job.parameters, "language": ""} for job in busy]
    return next((job for job in waiting if {**job.parameters, "language": ""} not in under_way), waiting[0])


def elsewhere(function: Callable[..., str], *given: object) -> str:
    """Call a function in a process that has loaded what pages need, so that this one need not.

    Raises `UserError` as the function does.
    """
    if sys.platform != "linux":
        return function(*given)
    mine, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_tell, args=(theirs, function, given), daemon=True)
    with _no_main_module():
        process.start()
    theirs.close()
    try:
        found = mine.recv()
    except EOFError:
        raise UserError(KILLED) from None
    if isinstance(found, UserError):
        raise found
    return str(found)


def _tell(connection: Connection, function: Callable[..., str], given: tuple[object, ...]) -> None:
    try:
        connection.send(function(*given))
    except UserError as wrong:
        connection.send(wrong)


class _Staff:
    """The processes that publish; one that is gone is replaced when there is work for it."""

    def __init__(self, hire: Callable[[], "_Worker"], size: int) -> None:
        self.hire, self.size = hire, size
        self.idle: list[_Worker] = []
        self.busy: list[_Worker] = []

    @property
    def free(self) -> bool:
        """Whether another job can begin."""
        return len(self.busy) < self.size

    def give(self, job: Job) -> None:
        """Begin a job."""
        worker = self.idle.pop() if self.idle else self.hire()
        self.busy.append(worker)
        worker.begin(job)

    def outcomes(self) -> Iterator[Outcome]:
        """Wait for some jobs to end."""
        nearest = min(worker.left for worker in self.busy)
        ready = wait([worker.connection for worker in self.busy], timeout=max(nearest, 0))
        for worker in [each for each in self.busy if each.connection in ready or each.left <= 0]:
            outcome = worker.outcome()
            self.busy.remove(worker)
            if worker.process.is_alive():
                self.idle.append(worker)
            yield outcome

    def dismiss(self) -> None:
        """End all processes."""
        for worker in (*self.idle, *self.busy):
            worker.stop()


_CONTEXT: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
_CONTEXT.set_forkserver_preload(["kpitools.publish.publishing"])


class _Worker:
    """One process that publishes a report at a time, and can be killed without harm to the others."""

    def __init__(self, reports: Path, limits: Limits, environment: Mapping[str, str]) -> None:
        self.limits = limits
        self.connection, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_work, args=(theirs, reports, limits, environment), daemon=True)
        with _no_main_module():
            self.process.start()
        theirs.close()

    def begin(self, job: Job) -> None:
        """Hand the job over."""
        self.job, self.began = job, time.monotonic()
        with suppress(BrokenPipeError):  # it is dead, as `outcome` will say
            self.connection.send(job)

    @property
    def left(self) -> float:
        """How many seconds it has before it is killed."""
        return self.began + self.limits.report + GRACE - time.monotonic()

    def outcome(self) -> Outcome:
        """Say what became of the job; whoever has not answered by now is killed."""
        name = self.job.notebook.stem
        try:
            if self.connection.poll():
                page, failure = self.connection.recv()
            else:
                page, failure = None, f"{name}: it did not end within {self.limits.report + GRACE:g} seconds"
                self.stop()
        except (EOFError, ConnectionResetError):
            page, failure = None, f"{name}: {KILLED}"
            self.stop()
        return Outcome(self.job, page, failure, time.monotonic() - self.began)

    def stop(self) -> None:
        """End the process; the warm one then ends its kernel."""
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Hide the script that is running: a new process would import it, and run it again where it has no guard."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _work(connection: Connection, reports: Path, limits: Limits, environment: Mapping[str, str]) -> None:
    """Publish one report after another, until nobody asks for more."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the run, which ends this
    os.environ.update(environment)
    tempfile.tempdir = None
    with suppress(EOFError, OSError):
        while True:
            connection.send(_published(connection.recv(), reports, limits))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _published(job: Job, reports: Path, limits: Limits) -> tuple[Path | None, str]:
    """Return the page, or why there is none."""
    from kpitools.publish.reports import publish  # noqa: PLC0415 - in this process alone

    try:
        return publish(job.notebook, job.parameters, reports, limits, show_code=job.show_code), ""
    except UserError as wrong:
        return None, _one_line(str(wrong))
    except Exception as wrong:  # noqa: BLE001 - a defect in one report is none of the others
        return None, _one_line(f"{job.notebook.stem}: {type(wrong).__name__}: {wrong}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
