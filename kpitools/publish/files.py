"""Files that appear whole or not at all, and what tells one from another."""

import hashlib
import os
import tempfile
from pathlib import Path

from kpitools.errors import ReportError


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a text or bytes so that a reader of `path` sees the old file or the new one, never a part; return the path.

    Raises `ReportError` where the file, or a folder above it, cannot be written.
    """
    try:
        return _write(path, content if isinstance(content, bytes) else content.encode())
    except OSError as wrong:
        raise ReportError(f"{path} cannot be written: {wrong.strerror}.") from None


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # a temporary file is its owner's alone; a report is for those who may see its folder
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
