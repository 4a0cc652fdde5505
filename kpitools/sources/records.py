"""The records of a delimited text, counted apart from the reader that loads them.

A reader that meets an unclosed quote swallows every row up to the next quote, and some say nothing. So the
records are counted here from line ends and quotes alone, and the quotes are held against the grammar (a quote
opens at the start of a field or just after one that closed, and closes at the end of a field or just before
one that opens). Where count or grammar fail, `mend` reads the text record by record and sets aside the lines
that fit no record.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpitools.sources.encodings import is_plain
from kpitools.sources.raw import SetAside

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]
_CR, _LF = 13, 10


@dataclass(frozen=True)
class Index:
    """Where the records of a text start."""

    lines: Places
    """The physical line of each record that is not blank."""
    blank: int
    sound: bool
    """Whether the text is UTF-8 without a NUL, and every quote opens and closes as the grammar says."""
    broken: bool
    """Whether a record goes on behind a line end, in quotes."""
    closed: bool
    """Whether the last line ends with a line end."""


def index(blocks: Iterable[bytes], separator: str, quote: str, first_line: int) -> Index:
    """Count the records of a text that comes in blocks of whole lines, the first of which is `first_line`."""
    count = _Count(separator, quote, first_line)
    for block in blocks:  # each stays in the processor's cache from one step to the next
        count.add(block)
    lines = np.concatenate([np.empty(0, np.int64), *count.lines])
    return Index(lines, count.blank, count.sound and count.quotes.sound, count.broken, count.closed)


class _Count:
    """The records of the blocks seen so far."""

    def __init__(self, separator: str, quote: str, first_line: int) -> None:
        self.lines: list[Places] = []
        self.blank, self.sound, self.broken, self.closed = 0, True, False, True
        self.quotes = _Quotes(separator, quote)
        self._line, self._begins = first_line, True

    def add(self, block: bytes) -> None:
        """Count the records that start in the next block."""
        octets = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(_line_ends(octets, returns=b"\r" in block))
        outside = self.quotes.outside(block, octets, ends)
        starts, lines = ends[outside] + 1, np.flatnonzero(outside) + 1
        if self._begins:
            starts, lines = np.concatenate(([0], starts)), np.concatenate(([0], lines))
        self._begins = bool(len(starts)) and starts[-1] == len(block)
        if self._begins:
            starts, lines = starts[:-1], lines[:-1]
        first = octets[starts]
        filled = (first != _LF) & (first != _CR)
        self.lines.append(lines[filled] + self._line)
        self._line += len(ends)
        self.blank += int(np.count_nonzero(~filled))
        self.broken |= not outside.all()
        self.sound &= is_plain(block)
        self.closed = block.endswith((b"\n", b"\r"))


def _line_ends(octets: Octets, *, returns: bool) -> Flags:
    """Say which bytes of a block are the last of a line end: LF, CR LF, or CR alone."""
    ends: Flags = octets == _LF
    if returns:
        alone = octets == _CR
        alone[:-1] &= ~ends[1:]
        ends |= alone
    return ends


class _Quotes:
    """The quotes of a text, block by block: what lies outside them, and whether they stand where they may."""

    def __init__(self, separator: str, quote: str) -> None:
        self._quote, self._open, self._misplaced = quote.encode(), 0, False
        self._beside = np.zeros(256, bool)
        self._beside[[ord(separator), ord(quote), _CR, _LF]] = True

    def outside(self, block: bytes, octets: Octets, places: Places) -> Flags:
        """Say which places in the next block are outside quotes."""
        if self._quote not in block:
            return np.full(len(places), not self._open)
        quotes = np.flatnonzero(octets == ord(self._quote))
        before = np.searchsorted(quotes, places) + self._open
        opens, closes = quotes[self._open :: 2], quotes[1 - self._open :: 2]
        for neighbours in (opens - 1, closes + 1):  # at either end of a block a quote is its own neighbour
            self._misplaced |= not self._beside[octets.take(neighbours, mode="clip")].all()
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
        if not piece.strip(_NOTHING):
            blank += 1
        elif reason:
            aside.append(SetAside(line, reason, piece.decode("utf-8", "replace").rstrip("\r\n")))
        else:
            kept.append(piece if piece.endswith((b"\n", b"\r")) else piece + b"\n")
            lines.append(line)
        at, line = at + len(piece), line + len(_LINE_END.findall(piece))
    return Mended(b"".join(kept), lines, tuple(aside), blank)


_NOTHING = b" \t\r\n\f\v" + codecs.BOM_UTF8
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
