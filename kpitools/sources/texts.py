"""A text in UTF-8 to be read more than once: from its file as it lies there, or from memory where it was rewritten."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

_BLOCK = 1 << 18
"""Bytes; so many stay in the processor's cache."""


@dataclass(frozen=True)
class Text:
    """The bytes of a text, wherever they are."""

    source: Path | bytes

    def open(self, at: int = 0) -> BinaryIO:
        """Open it as a stream that starts at a byte, not counting a byte-order mark."""
        stream = io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")
        _start(stream, at)
        return stream

    def opened_by_arrow(self, at: int) -> pa.NativeFile:
        """Open it likewise for Arrow, whose threads then need not wait for the interpreter."""
        held = isinstance(self.source, bytes)
        stream = pa.BufferReader(self.source) if held else pa.OSFile(str(self.source))
        _start(stream, at)
        return stream

    def head(self, size: int) -> bytes:
        """Return its first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def blocks(self, at: int) -> Iterator[bytes]:
        """Yield it from a byte on, in blocks that end where a line does; one line is one block, however long it is."""
        with self.open(at) as stream:
            while block := stream.read(_BLOCK):
                yield block + stream.readline()


def _start(stream: BinaryIO | pa.NativeFile, at: int) -> None:
    """Go to a byte of a stream, behind its byte-order mark; a file that was saved again and again has several."""
    mark = codecs.BOM_UTF8
    while stream.read(len(mark)) == mark:
        at += len(mark)
    stream.seek(at)
