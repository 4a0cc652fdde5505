"""A private folder for one run, gone when it ends; what a killed run left is removed by the next one."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "kpitools-run-"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that its owner alone can enter."""
    place = Path(tempfile.gettempdir())
    _sweep(place)
    folder = place / f"{_PREFIX}{secrets.token_hex(6)}"
    with FileLock(_lock(folder)):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    _lock(folder).unlink(missing_ok=True)


def _sweep(place: Path) -> None:
    """Remove the folders whose runs are over: nobody holds their locks."""
    for lock in place.glob(f"{_PREFIX}*.lock"):
        with suppress(Timeout, OSError), FileLock(lock, timeout=0):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def _lock(folder: Path) -> Path:
    return folder.with_suffix(".lock")
