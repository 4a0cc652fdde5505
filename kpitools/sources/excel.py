"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as tables of text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import python_calamine as calamine

from kpitools.errors import SourceError, suggest
from kpitools.sources.entered import CODES, as_filled, header_line
from kpitools.sources.headers import find_header, unique_names
from kpitools.sources.raw import RawTable

Cell = int | float | str | bool | time | date | datetime | timedelta
_HEADER_WITHIN = 30


def read_excel(path: Path, sheet: str | None = None) -> RawTable:
    """Read a sheet; every cell becomes the text of its value, in ISO form for dates and times.

    Args:
        path: The workbook.
        sheet: The sheet's name; without it, the first that holds a table.

    Raises:
        SourceError: No such sheet, no table in any, or the workbook is damaged or protected.
    """
    with _readable(path):
        return _read(path, sheet)


def _read(path: Path, sheet: str | None) -> RawTable:
    """Read the sheet that is asked for, else the first that holds a table."""
    workbook = calamine.load_workbook(str(path))
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise SourceError(f"{path}: there is no sheet {sheet!r}. {suggest(sheet, names)}")
    for name in [sheet] if sheet is not None else names:
        found = workbook.get_sheet_by_name(name)
        rows = _cells(found)
        line = header_line(rows)
        if line is not None and found.end is not None:
            return _table(path, name, as_filled(rows, line, _codes(workbook)), (line, found.end[0]), ())
        header = find_header(rows[:_HEADER_WITHIN])
        if header is not None and found.end is not None and found.end[0] > header:
            others = ", ".join(repr(other) for other in names if other != name and sheet is None)
            said = (f"Sheet {name!r} is read; not read: {others}.",) if others else ()
            return _table(path, name, rows, (header, found.end[0]), said)
    where = f"sheet {sheet!r} has" if sheet is not None else "no sheet has"
    raise SourceError(f"{path}: {where} a header with rows under it. Sheets: {', '.join(names)}.")


def _cells(sheet: calamine.CalamineSheet) -> list[list[str]]:
    """Return the text of each cell; below the first row, a cell merged over several rows holds for all of them."""
    rows = [[spell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1] if left == right else ():
            row[left] = rows[top][left]
    return rows


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets, in their order."""
    with _readable(path):
        return list(calamine.load_workbook(str(path)).sheet_names)


def _codes(workbook: calamine.CalamineWorkbook) -> dict[str, str]:
    """Return what the drop-downs of an entry workbook offer, each with its code."""
    if CODES not in workbook.sheet_names:
        return {}
    rows = workbook.get_sheet_by_name(CODES).to_python()
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1}


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Refuse a workbook that is protected or damaged; its sheets show that only when they are read."""
    try:
        yield
    except calamine.PasswordError:
        raise SourceError(f"{path}: the workbook is protected by a password. Save it without one.") from None
    except (calamine.CalamineError, OSError) as fault:
        raise SourceError(f"{path}: the workbook cannot be read ({fault}). Save it again as .xlsx.") from None


def spell(cell: Cell) -> str:
    """Write a cell's value as text that can be read in one way only.

    >>> [spell(12.0), spell(1.234), spell(timedelta(hours=30)), spell(date(2021, 9, 1))]
    ['12', '1.2340', '30:00:00', '2021-09-01']
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, timedelta):
        return _span(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()


def _number(value: float) -> str:
    """Write a whole number as an id would be; a point before three digits gets a fourth: it groups nothing."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value))
    return text + "0" if len(text.partition(".")[2]) == 3 and "e" not in text else text


def _span(span: timedelta) -> str:
    """Write a duration as h:mm:ss with as many hours as it takes."""
    sign = "-" if span < timedelta() else ""
    seconds, micro = divmod(abs(span) // timedelta(microseconds=1), 1_000_000)
    fraction = f".{micro:06d}" if micro else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _table(path: Path, sheet: str, rows: list[list[str]], ends: tuple[int, int], said: tuple[str, ...]) -> RawTable:
    """Build the table of the rows between the header and the sheet's last row, empty ones counted apart."""
    header, last = ends
    width = max((place + 1 for row in rows[header:] for place, cell in enumerate(row) if cell), default=0)
    columns, notes = unique_names(rows[header][:width], width)
    filled = [(number, row) for number, row in enumerate(rows[header + 1 :], start=header + 2) if any(row)]
    blank = sum(not any(row) for row in rows[header + 1 :])
    return RawTable(
        path=path,
        columns=columns,
        rows_read=last - header - blank,
        table=pa.table(
            [pa.array([row[place] for _, row in filled], pa.string()) for place in range(width)], names=list(columns)
        ),
        lines=pa.array([number for number, _ in filled], pa.int64()),
        blank=blank,
        sheet=sheet,
        notes=(*said, *notes),
    )
