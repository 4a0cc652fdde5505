"""Asterisk's queue_log as a table: the lines that belong to one call become one row.

A line is `epoch|call id|queue|agent|EVENT|...`. A call enters a queue, perhaps several after each other, and is
connected, given up, or let go by the queue. Lines of the queues' own (agents who log in, pauses, restarts) are no
calls: they are counted, and said.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kpitools.errors import SourceError
from kpitools.sources.encodings import read_bytes, to_utf8
from kpitools.sources.raw import Dialect, RawTable, SetAside

COLUMNS = ("call id", "first queue", "last queue", "caller", "entered at", "connected at", "ended at", "agent",
           "end event", "wait", "ring", "talk", "transferred", "lines")  # fmt: skip
LINE = re.compile(rb"\d{9,11}(?:\.\d+)?\|[^|\r\n]*\|[^|\r\n]*\|[^|\r\n]*\|[A-Z]+(?:\||\r?$)", re.MULTILINE)
_NO_CALL = {"NONE", "REALTIME", "MANAGER", "CLI", ""}
_WAITED = {"ABANDON": 2, "EXITWITHTIMEOUT": 2, "EXITWITHKEY": 3, "EXITEMPTY": 2}
"""Where each way of leaving a queue unanswered has the seconds waited, among the event's own fields."""
_TALKED = {"COMPLETEAGENT": 1, "COMPLETECALLER": 1, "BLINDTRANSFER": 3, "ATTENDEDTRANSFER": 3, "TRANSFER": 3}
"""Where each way of ending a conversation has the seconds talked; a transfer that links two calls names both first."""
_TRANSFERS = ("BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER")
_ENDS = {*_WAITED, *_TALKED}


def is_queue_log(head: bytes) -> bool:
    """Say whether a file begins as a queue_log does."""
    return bool(LINE.match(head))


@dataclass
class _Call:
    """What is known of a call so far."""

    number: int
    cells: dict[str, str]
    wait: float = 0.0
    lines: int = 0


def read_queue_log(path: Path, content: bytes | None = None) -> RawTable:
    """Read a queue_log into a row a call, in the order in which calls enter.

    `content` is its bytes where they are not on disk as such.
    A line that is none, and one of a call whose entry is not in the file, is set aside with its place. Raises
    `SourceError` where the file holds no call.
    """
    data, encoding = to_utf8(read_bytes(path) if content is None else content)
    calls: dict[str, _Call] = {}
    aside: list[SetAside] = []
    others: Counter[str] = Counter()
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        cells = line.split("|")
        if not line.strip():
            continue
        if len(cells) < 5 or not cells[0].replace(".", "", 1).isdecimal():
            aside.append(SetAside(number, "no line of a queue_log", line))
        elif cells[1] in _NO_CALL:
            others[cells[4]] += 1
        elif cells[1] not in calls and cells[4] != "ENTERQUEUE":
            if cells[4] in _ENDS or cells[4] == "CONNECT":
                aside.append(SetAside(number, "a call that entered its queue before this file begins", line))
            else:
                others[cells[4]] += 1
        else:
            _take(calls.setdefault(cells[1], _Call(number, dict.fromkeys(COLUMNS, ""))), cells)
    if not calls:
        raise SourceError(f"{path}: no call enters a queue in this queue_log, and so there are no rows.")
    return _table(path, calls, aside, others, encoding, closed=data.endswith((b"\n", b"\r")))


def _take(call: _Call, cells: Sequence[str]) -> None:
    """Add one line to what is known of its call."""
    at, identity, queue, agent, event, *more = cells
    told = call.cells
    call.lines += 1
    if event == "ENTERQUEUE":
        told.update({"end event": "", "last queue": queue, "call id": identity})
        told["first queue"] = told["first queue"] or queue
        told["entered at"] = told["entered at"] or at
        told["caller"] = told["caller"] or _part(more, 1)
    elif event == "CONNECT":
        call.wait += _number(more, 0)
        first = {"connected at": at, "agent": agent, "ring": _part(more, 2), "wait": f"{call.wait:g}"}
        told.update({} if told["connected at"] else first)
        told["end event"] = event
    elif event in _ENDS:
        _end(call, event, at, more)


def _end(call: _Call, event: str, at: str, more: Sequence[str]) -> None:
    """Close the call, until it enters another queue."""
    told = call.cells
    told.update({"end event": event, "ended at": at})
    if event in _TALKED:
        place = _TALKED[event] + (_part(more, 0) == "LINK")
        told["talk"] = f"{float(told['talk'] or 0) + _number(more, place):g}"
    elif not told["connected at"]:
        call.wait += _number(more, _WAITED[event])
        told["wait"] = f"{call.wait:g}"
    if event in _TRANSFERS:
        told["transferred"] = "true"


def _part(more: Sequence[str], place: int) -> str:
    """Return one of the event's own fields, nothing where it is not there."""
    return more[place].strip() if place < len(more) else ""


def _number(more: Sequence[str], place: int) -> float:
    """Return one of the event's own fields as a number of seconds, zero where it is none."""
    text = _part(more, place)
    return float(text) if text.isdecimal() else 0.0


def _table(
    path: Path, calls: dict[str, _Call], aside: list[SetAside], others: Counter[str], encoding: str, *, closed: bool
) -> RawTable:
    rows = [call.cells | {"lines": str(call.lines), "transferred": call.cells["transferred"] or "false"}
            for call in calls.values()]  # fmt: skip
    made = sum(call.lines for call in calls.values())
    said = [f"{made} lines of the log are {len(calls)} calls."]
    if others:
        told = ", ".join(f"{event} {count}" for event, count in sorted(others.items()))
        said.append(f"{sum(others.values())} lines are of no call: {told}.")
    return RawTable(
        path=path,
        columns=COLUMNS,
        rows_read=len(rows) + len(aside),
        table=pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}),
        lines=pa.array([call.number for call in calls.values()], pa.int64()),
        set_aside=tuple(aside),
        dialect=Dialect("|", encoding, "", 0, "decimal point"),
        notes=tuple(said),
        closed=closed,
    )
