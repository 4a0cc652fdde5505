"""A frame of a notebook (pandas, Polars, DuckDB, PyArrow) as rows of a source: only the columns that are needed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from kpitools.errors import SourceError, suggest
from kpitools.project import Source
from kpitools.sources.database import wanted
from kpitools.sources.excel import Cell, spell
from kpitools.sources.raw import RawTable

_DAY = 86_400_000_000
"""Microseconds."""


def check_frames(frames: Mapping[str, Any], sources: Iterable[Source]) -> None:
    """Refuse a frame that no source names."""
    named = [source.frame for source in sources if source.frame]
    for name in frames:
        if name not in named:
            raise SourceError(f"No source has frame = {name!r}. {suggest(name, named)}")


def read_frame(source: Source, frames: Mapping[str, Any]) -> RawTable:
    """Return the rows of the frame that a source names.

    Raises:
        SourceError: No frame of that name was handed over, or what was is none, has no row, or lacks a column.
    """
    name = source.names[0]
    if source.frame is None or source.frame not in frames:
        raise SourceError(
            f"The project reads the {name}, which only Python can hand over: "
            f"kpitools.read(project, frames={{{source.frame!r}: ...}})."
        )
    table = _arrow(frames[source.frame], source, name)
    if table.num_rows == 0:
        raise SourceError(f"{name}: there are columns, and no row under them.")
    return RawTable(path=Path(name), columns=tuple(table.column_names), rows_read=table.num_rows, table=table)


def _arrow(given: Any, source: Source, name: str) -> pa.Table:  # noqa: ANN401 - whatever the notebook holds
    """Return the needed columns of a frame as Arrow."""
    try:
        frame = _frame(given, name)
        needed = wanted(source, list(map(str, frame.collect_schema().names())), name)
        chosen = frame.select(needed)
    except nw.exceptions.NarwhalsError as fault:
        raise SourceError(f"{name}: {' '.join(str(fault).split())}") from None
    whole = chosen.collect("pyarrow") if isinstance(chosen, nw.LazyFrame) else chosen
    return pa.table({header: _column(whole[header]) for header in needed})


def _frame(given: Any, name: str) -> Any:  # noqa: ANN401 - whatever the notebook holds
    try:
        return nw.from_native(given)
    except TypeError:
        raise SourceError(
            f"{name}: {type(given).__name__} is no frame. Hand over one of pandas, Polars, DuckDB or PyArrow."
        ) from None


def _column(column: nw.Series[Any]) -> pa.ChunkedArray | pa.Array:
    """Return one column; objects of several types in one, as a spreadsheet leaves them, are spelt as a sheet's are."""
    try:
        return _spans(column.to_arrow())
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        cells = zip(column, column.is_null(), strict=True)
        return pa.array([None if missing else _text(cell) for cell, missing in cells], pa.string())


def _spans(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Return the intervals of a database as spans of time, its months of 30 days as PostgreSQL counts them."""
    if not pa.types.is_interval(column.type):
        return column
    spans = [
        None if one is None else (30 * one.months + one.days) * _DAY + one.nanoseconds // 1000
        for one in column.to_pylist()
    ]
    return pa.array(spans, pa.duration("us"))


def _text(cell: Any) -> str:  # noqa: ANN401 - whatever the notebook holds
    """Write one object as text."""
    plain = cell.item() if hasattr(cell, "item") else cell
    return spell(plain) if isinstance(plain, Cell) else str(plain)
