"""One run at a time in a folder of reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kpitools.errors import BusyError, ReportError

LOCK = ".lock"


@contextmanager
def alone(reports: Path, seconds: float = 0) -> Iterator[None]:
    """Hold a folder of reports, which is made where there is none; wait for it at most so many seconds.

    The lock is the operating system's, and gone with the process that holds it.

    Raises:
        BusyError: another run holds it.
        ReportError: the folder cannot be made or written to.
    """
    lock = FileLock(reports / LOCK, timeout=seconds)
    try:
        reports.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BusyError(f"{reports}: another run is at work there. Try again when it is done.") from None
    except OSError as wrong:
        raise ReportError(f"{reports}: the folder of the reports cannot be written ({wrong.strerror}).") from None
    try:
        yield
    finally:
        lock.release()
