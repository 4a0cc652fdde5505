"""The bytes of a text file as UTF-8, whatever they were written in."""

import codecs
from pathlib import Path

from kpitools.sources.packed import gunzipped

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, unpacked where it is a gzip.

    Raises:
        SourceError: The gzip is damaged or cut off, or holds more than is allowed.
    """
    data = path.read_bytes()
    return gunzipped(data, path) if data.startswith(b"\x1f\x8b") else data


def to_utf8(data: bytes) -> tuple[bytes, str, bool]:
    """Return the text in UTF-8 without a mark, the encoding found, and whether all of it is valid.

    A byte-order mark decides; else UTF-16 shows by a zero in every second byte, and UTF-8 by being valid.
    Where it is not, the more frequent decides: many valid characters with a few broken ones are UTF-8 with
    damaged rows, else the file is of Windows' or ISO's Western alphabet.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return (body, *_judged(body)) if encoding == "utf-8" else (_transcoded(body, encoding), encoding, True)
    head = data[:2000]
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 3 and head[first::2].count(0) > 0.4 * len(head) and head[1 - first :: 2].count(0) == 0:
            return _transcoded(data, encoding), encoding, True
    encoding, valid = _judged(data)
    return (data, encoding, valid) if encoding == "utf-8" else (_transcoded(data, encoding), encoding, True)


def _judged(data: bytes) -> tuple[str, bool]:
    """Say which one-byte-compatible encoding fits, and whether without fault."""
    if data.isascii():
        return "utf-8", True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        kept = data.decode("utf-8", "ignore")
        sound = len(kept) - len(kept.encode("ascii", "ignore"))
        broken = len(data.decode("utf-8", "surrogateescape")) - len(kept)
        return ("utf-8", False) if sound > broken else (_western(data), True)
    return "utf-8", True


def _western(data: bytes) -> str:
    """Return Windows' alphabet, or ISO's where a byte has no letter in the former."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _transcoded(data: bytes, encoding: str) -> bytes:
    """Return the text in UTF-8; half a character at the end of a file that is cut off shows as such."""
    return data.decode(encoding, "replace").encode()
