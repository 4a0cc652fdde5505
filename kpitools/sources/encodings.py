"""The bytes of a text file as UTF-8, whatever they were written in."""

import codecs
from pathlib import Path

from kpitools.sources.packed import GZIP, gunzipped

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, unpacked where it is a gzip.

    Raises:
        SourceError: The gzip is damaged or cut off, or holds more than is allowed.
    """
    data = path.read_bytes()
    return gunzipped(data, path) if data.startswith(GZIP) else data


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """Return the text in UTF-8 without a mark, and the encoding found.

    A byte-order mark decides; else UTF-16 shows by a zero in every second byte, and UTF-8 by being valid.
    Where it is not, the more frequent decides: as many valid characters as broken ones are UTF-8 with
    damaged rows, which stay as they are, else the file is of Windows' or ISO's Western alphabet.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _rewritten(data[len(mark) :], encoding)
    head = data[:2000]
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 3 and head[first::2].count(0) > 0.4 * len(head) and head[1 - first :: 2].count(0) == 0:
            return _rewritten(data, encoding)
    return _rewritten(data, _judged(data))


def is_plain(data: bytes) -> bool:
    """Say whether bytes are valid UTF-8 without a NUL, as a text is that nothing has to be done about."""
    return _is_utf8(data) and b"\0" not in data


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _judged(data: bytes) -> str:
    """Say which one-byte-compatible encoding fits best."""
    if _is_utf8(data):
        return "utf-8"
    kept = data.decode("utf-8", "ignore")
    sound = len(kept) - len(kept.encode("ascii", "ignore"))
    broken = len(data.decode("utf-8", "surrogateescape")) - len(kept)
    return "utf-8" if sound >= broken else _western(data)


def _western(data: bytes) -> str:
    """Return Windows' alphabet, or ISO's where a byte has no letter in the former."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _rewritten(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the text in UTF-8; half a character at the end of a file that is cut off shows as such."""
    return data if encoding == "utf-8" else data.decode(encoding, "replace").encode(), encoding
