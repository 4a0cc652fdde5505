"""What is packed: a gzip, or a zip of text files, each unpacked within limits."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kpitools.errors import SourceError

GZIP = b"\x1f\x8b"
LARGEST, SMALL, RATIO = 4 << 30, 256 << 20, 250
"""Bytes that may come of one file: what is small, at any rate; else so many times what it takes packed."""
DAMAGED = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error, UnicodeDecodeError, IndexError)
"""What is raised where a zip archive is not as it should be."""


def allowed(packed: int) -> int:
    """Return how many bytes may come of a packed file; exports shrink to a tenth, a bomb to a thousandth.

    >>> allowed(1000) == SMALL, allowed(10**9) == LARGEST
    (True, True)
    """
    return min(LARGEST, max(SMALL, RATIO * packed))


def unpacked_head(head: bytes) -> bytes:
    """Return the first bytes of a gzip's content, or what is given where it begins as no gzip does."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, len(head))
    except zlib.error:
        return b""  # damaged: the reader says so


def gunzipped(data: bytes, path: Path) -> bytes:
    """Return what a gzip holds.

    Raises:
        SourceError: It is damaged or cut off, or holds more than is allowed.
    """
    limit = allowed(len(data))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            found = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise SourceError(f"{path}: the gzip is damaged or cut off. Export it again.") from None
    if len(found) > limit:
        raise _too_large(path)
    return found


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file in a zip archive, by name; what a system adds of its own is skipped.

    Raises:
        SourceError: The archive is damaged, cut off, protected, or holds more than is allowed, or nothing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            kept = sorted((one for one in archive.infolist() if _is_export(one)), key=lambda one: one.filename)
            if sum(one.file_size for one in kept) > allowed(path.stat().st_size):
                raise _too_large(path)
            if not kept:
                raise SourceError(f"{path}: there is no file in the archive.")
            for one in kept:
                yield one.filename, archive.read(one)  # never more than the size that was declared and summed up
    except DAMAGED:
        raise SourceError(f"{path}: the zip archive is damaged or cut off. Export it again.") from None
    except RuntimeError:
        raise SourceError(f"{path}: the archive is protected by a password. Pack it without one.") from None


def _is_export(one: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(one.filename)
    return not one.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith(".")


def _too_large(path: Path) -> SourceError:
    return SourceError(f"{path}: unpacked, it would be far larger than an export is. Unpack it yourself and look.")
