"""The records of a delimited text, counted apart from the reader that loads them.

A reader that meets an unclosed quote swallows every row up to the next quote, and some say nothing. So the
records are counted here from line ends and quotes alone, and the quotes are held against the grammar (a quote
opens at the start of a field or just after one that closed, and closes at the end of a field or just before
one that opens). Where count or grammar fail, `mend` reads the text record by record and sets aside the lines
that fit no record.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpitools.sources.raw import SetAside

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]
_CR, _LF = 13, 10
_BLOCK = 1 << 18


@dataclass(frozen=True)
class Index:
    """Where the records of a text start."""

    lines: Places
    """The physical line of each record that is not blank."""
    blank: int
    sound: bool
    """Whether every quote opens and closes as the grammar says."""
    broken: bool
    """Whether a record goes on behind a line end, in quotes."""


def index(data: bytes, start: int, separator: str, quote: str, first_line: int) -> Index:
    """Count the records of a text from its byte `start` on, which is on line `first_line`."""
    octets = np.frombuffer(data, np.uint8)[start:]
    returns, quoted = data.find(b"\r", start) >= 0, data.find(quote.encode(), start) >= 0
    quotes = _Quotes(octets, separator, quote) if quoted else None
    found, outside = [], []
    for at in range(0, len(octets), _BLOCK):  # a block stays in the processor's cache from one step to the next
        ends = np.flatnonzero(_line_ends(octets, at, returns=returns))
        outside.append(quotes.outside(at, ends) if quotes else np.ones(len(ends), bool))
        found.append(ends + at)
    ends, true = np.concatenate([np.empty(0, np.int64), *found]), np.concatenate([np.empty(0, bool), *outside])
    starts = np.concatenate(([0], ends[true] + 1))
    lines = np.concatenate(([0], np.flatnonzero(true) + 1)) + first_line
    starts, lines = (starts[:-1], lines[:-1]) if starts[-1] == len(octets) else (starts, lines)
    empty = np.isin(octets[starts], (_CR, _LF)) if len(starts) else np.empty(0, bool)
    sound = quotes is None or quotes.sound
    return Index(lines[~empty], int(empty.sum()), sound, broken=not true.all())


def _line_ends(octets: Octets, at: int, *, returns: bool) -> Flags:
    """Say which bytes of a block are the last of a line end: LF, CR LF, or CR alone."""
    block = octets[at : at + _BLOCK]
    ends: Flags = block == _LF
    if returns:
        alone = block == _CR
        following = octets[at + 1 : at + 1 + _BLOCK]
        alone[: len(following)] &= following != _LF
        ends |= alone
    return ends


class _Quotes:
    """The quotes of a text, block by block: what lies outside them, and whether they stand where they may."""

    def __init__(self, octets: Octets, separator: str, quote: str) -> None:
        self._octets, self._quote, self._open, self._misplaced = octets, ord(quote), 0, False
        self._beside = np.zeros(256, bool)
        self._beside[[ord(separator), ord(quote), _CR, _LF]] = True

    def outside(self, at: int, places: Places) -> Flags:
        """Say which places in the next block are outside quotes."""
        quotes = np.flatnonzero(self._octets[at : at + _BLOCK] == self._quote)
        before = np.searchsorted(quotes, places) + self._open
        opens, closes = quotes[self._open :: 2], quotes[1 - self._open :: 2]
        lead = min(at, 1)  # the byte before the block; at either end of the text a quote is its own neighbour
        window = self._octets[at - lead : at + _BLOCK + 1]
        for quoting, step in ((opens, lead - 1), (closes, lead + 1)):
            neighbours = window.take(quoting + step, mode="clip")
            self._misplaced |= not self._beside[neighbours].all()
        self._open = (self._open + len(quotes)) % 2
        return np.equal(before % 2, 0)

    @property
    def sound(self) -> bool:
        """Whether every quote opens and closes as the grammar says, once all blocks were seen."""
        return not (self._open or self._misplaced)


@dataclass(frozen=True)
class Mended:
    """The records of a broken text that can be used, and those that cannot."""

    data: bytes
    lines: list[int]
    set_aside: tuple[SetAside, ...]
    blank: int


def mend(data: bytes, separator: str, quote: str, width: int, first_line: int) -> Mended:
    """Read a text record by record: the good ones joined again, the others with their line and reason.

    A field is quoted, or it does not start with a quote; a record has `width` fields. Where a record is not
    good, only its first line goes, so that an unclosed quote takes no other row with it.
    """
    grammar = _Grammar(separator, quote, width)
    kept: list[bytes] = []
    lines: list[int] = []
    aside: list[SetAside] = []
    at, line, blank = 0, first_line, 0
    while at < len(data):
        piece, reason = grammar.next(data, at)
        if not piece.strip():
            blank += 1
        elif reason:
            aside.append(SetAside(line, reason, piece.decode("utf-8", "replace").rstrip("\r\n")))
        else:
            kept.append(piece if piece.endswith((b"\n", b"\r")) else piece + b"\n")
            lines.append(line)
        at, line = at + len(piece), line + len(_LINE_END.findall(piece))
    return Mended(b"".join(kept), lines, tuple(aside), blank)


_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")


class _Grammar:
    """What a record looks like; the patterns are atomic, so that no text makes them slow."""

    def __init__(self, separator: str, quote: str, width: int) -> None:
        s, q = re.escape(separator.encode()), re.escape(quote.encode())
        one = rb"(?>%b(?:[^%b\0]|%b%b)*+%b|(?!%b)[^%b\r\n\0]*+)" % (q, q, q, q, q, q, s)
        end = rb"(?:\r\n|\n|\r|\Z)"
        self._good = re.compile(rb"%b(?:%b%b){%d}%b" % (one, s, one, width - 1, end))
        self._any = re.compile(rb"%b(?:%b%b)*+%b" % (one, s, one, end))
        self._quoted = re.compile(rb"%b[^%b]*+%b" % (q, q, q))
        self._separator, self._width = separator.encode(), width

    def next(self, data: bytes, at: int) -> tuple[bytes, str]:
        """Return the next record and no reason, or the next line and why it is no record."""
        if found := self._good.match(data, at):
            return found[0], _encoding_fault(found[0])
        whole = _LINE.match(data, at)
        line = whole[0] if whole else data[at:]
        return line, self._fault(line, self._any.match(data, at))

    def _fault(self, line: bytes, other: re.Match[bytes] | None) -> str:
        """Say why a line starts no good record."""
        if b"\0" in line:
            return "a NUL byte: the file may be half written"
        if other is None or len(other[0]) > len(line):
            return "a quote that is not closed, or inside a quoted field"
        fields = self._quoted.sub(b"", line).count(self._separator) + 1
        return f"{fields} fields where the header has {self._width}"


def _encoding_fault(piece: bytes) -> str:
    """Say where a record is not UTF-8 like the rest of its file."""
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return "not in the encoding of the rest of the file"
    return ""
