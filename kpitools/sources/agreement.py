"""What the files of one source tell about each other: a day's export may not show how its dates and numbers are meant.

Where a file leaves open whether 03/04 is in March or April, or whether 1,234 is more than a thousand, the others of
its source decide, if they agree.
"""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from kpitools.project import Source
from kpitools.sources.cells import decide_date_order
from kpitools.sources.cells.evidence import ORDERS
from kpitools.sources.raw import RawTable

_HEAD = 1000
"""Rows of a file that show its days: those of hundreds of files need not be gone through twice."""


def agreed(raws: Sequence[RawTable], source: Source) -> list[tuple[RawTable, Source]]:
    """Return each file with its source as it is to be read: completed by what the other files show."""
    if len(raws) < 2:
        return [(raw, source) for raw in raws]
    decimals = {raw.dialect.decimal for raw in raws if raw.dialect} - {None}
    mark = decimals.pop() if len(decimals) == 1 else None
    formats = _formats(raws, source)
    return [
        (_with_decimal(raw, mark), source.model_copy(update={"formats": own}))
        for raw, own in zip(raws, formats, strict=True)
    ]


def _with_decimal(raw: RawTable, mark: str | None) -> RawTable:
    if raw.dialect is None or raw.dialect.decimal or mark is None:
        return raw
    return replace(raw, dialect=replace(raw.dialect, decimal=mark))


def _formats(raws: Sequence[RawTable], source: Source) -> list[dict[str, str]]:
    """Return the order of dates in each file, where it shows it or all others that do agree."""
    formats: list[dict[str, str]] = [dict(source.formats) for _ in raws]
    for column, header in _dates(source).items():
        there = [raw.table[header] if raw.table is not None and header in raw.columns else None for raw in raws]
        found = [None if dates is None else decide_date_order(dates) for dates in there]
        if "day first" in found and _together(there) == "year first":  # 21-03-05 alone looks like a day of 2005
            found = ["year first"] * len(raws)
        told = {order for each in found if each for order in each.split(", ") if order in ORDERS}
        common = told.pop() if len(told) == 1 else None
        for own, order in zip(formats, found, strict=True):
            if known := order or common:
                own[column] = known
    return formats


def _together(columns: Sequence[pa.ChunkedArray | None]) -> str | None:
    """Return the order that the first dates of all files show."""
    heads = [dates.slice(0, _HEAD).cast(pa.string()) for dates in columns if dates is not None]
    return decide_date_order(pa.chunked_array([chunk for head in heads for chunk in head.chunks], pa.string()))


def _dates(source: Source) -> dict[str, str]:
    """Return the header of each column of dates of which the project file does not say the order."""
    columns = {column.name: column for column in source.canonical.columns}
    return {
        name: headers[0]
        for name, headers in source.columns.items()
        if columns[name].kind == "instant" and name not in source.formats
    }
