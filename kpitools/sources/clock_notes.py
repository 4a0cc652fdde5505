"""How many rows have a time that the clocks showed twice or never: said, for a rule decides what is meant."""

from datetime import datetime, timedelta
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.project import Source
from kpitools.sources.cells import CellError, clock_changes, decide_date_order, parse
from kpitools.sources.cells.zones import AWARE, NAIVE
from kpitools.sources.raw import RawTable
from kpitools.zones import changes

HOUR = timedelta(hours=1)


def clock_notes(raw: RawTable, source: Source, rows: pa.Table, zone: str) -> tuple[str, ...]:
    """Return what to say of the times that place the rows of a file; nothing where each text has one meaning.

    Looked at are the texts around changes of the clock alone, and those that state their offset are left out.
    """
    anchor = source.canonical.anchor
    headers = source.headers.get(anchor, [])
    texts = [raw.column(header) for header in headers]
    if zone == "UTC" or not texts or rows[anchor].type != AWARE or any(not pa.types.is_string(t.type) for t in texts):
        return ()
    near = _near(rows[anchor].cast(NAIVE), zone)
    if near is None:
        return ()
    cells = [" ".join(parts) for parts in zip(*(column.filter(near).to_pylist() for column in texts), strict=True)]
    order = source.formats.get(anchor) or decide_date_order(pa.array(cells)) or decide_date_order(texts[0])
    twice, never = clock_changes(pa.array([_local(cell, order) for cell in cells], NAIVE), zone)
    said = [f"{twice} rows have a {anchor} that the clocks showed twice: the first is taken."] * bool(twice)
    late = f"{never} rows have a {anchor} that the clocks skipped: it is read as if they had not been put forward."
    return (*said, *[late] * bool(never))


def _near(instants: pa.ChunkedArray, zone: str) -> pa.ChunkedArray | None:
    """Say which instants lie within an hour of a change of the clock; None where there is no change."""
    ends = pc.min_max(instants).as_py()
    if ends["min"] is None:
        return None
    found = [at for at, _ in changes(zone, ends["min"], ends["max"])[1:]]
    around = [pc.and_(pc.greater_equal(instants, at - HOUR), pc.less(instants, at + HOUR)) for at in found]
    return pc.fill_null(reduce(pc.or_, around), False) if around else None  # noqa: FBT003 - Arrow's own signature


def _local(text: str, order: str | None) -> datetime | None:
    """Return the local time of a text; None for one that states its offset, or that was not read."""
    try:
        read = parse("instant", order)(text)
    except CellError:
        return None
    return read if isinstance(read, datetime) and read.tzinfo is None else None
