"""Which local days the figures of each row cover."""

import re
from datetime import date, timedelta

import pandas as pd

from kpitools.errors import PeriodError, SourceError
from kpitools.periods import Period
from kpitools.project import Source
from kpitools.sources.cells.text import clean, is_missing
from kpitools.sources.raw import RawTable
from kpitools.sources.typed import typed_rows

FIRST_YEAR = 1980
_NOT_OF_ROWS = ("value", "numerator", "denominator")
_PERIOD = re.compile(r"(FY)?\d{4}(-(W\d\d|\d\d|Q[1-4]))?")
"""A week, month, quarter or year in ISO writing: it says itself which days it covers."""


def placed_rows(raw: RawTable, source: Source, zone: str, today: date) -> pd.DataFrame:
    """Return the rows of a file: the days that their figures cover, their segments, their places and fates.

    A period in ISO writing (`2026-W41`, `2026-10`) covers its own days; else the last day is given, or follows from
    `every`. Raises `SourceError` where nothing says it.
    """
    named = _named_periods(raw, source)
    left_out = {*_NOT_OF_ROWS, *(("start", "end") if named else ())}
    kept = {name: headers for name, headers in source.columns.items() if name not in left_out}
    if not named and raw.rows and "end" not in source.columns and source.every is None:
        raise SourceError(
            f'{raw.path.name}: nothing says how many days a figure covers. Add every = "day" (or week, month, '
            f"quarter, year) to the source, or name the column of the last day under [source.columns]: end."
        )
    own = source.zone or zone
    rows: pd.DataFrame = typed_rows(raw, source.model_copy(update={"columns": kept}), own).to_pandas()
    rows = rows.rename(columns={"_why": "_fate"}).astype({"_column": object, "_cell": object, "_fate": object})
    if "channel" in rows:
        rows["channel"] = rows["channel"].where(rows["channel"] != "unknown")
    if named:
        periods = pd.Series([named.get(text) for text in _texts(raw, source)], dtype=object)
        rows["date"] = pd.to_datetime(periods.map(lambda one: one.start, na_action="ignore"))
        rows["end_date"] = pd.to_datetime(periods.map(lambda one: one.end, na_action="ignore"))
    else:
        rows["date"] = _local(rows["start"], own)
        rows["end_date"] = _local(rows["end"], own) if "end" in rows else _ends(rows["date"], source.every or "day")
    _fates(rows, source, today)
    return rows


def _texts(raw: RawTable, source: Source) -> list[str]:
    return [clean(str(cell or "")) for cell in raw.column(source.columns["start"][0]).to_pylist()]


def _named_periods(raw: RawTable, source: Source) -> dict[str, Period]:
    """Read the column of first days as periods in ISO writing; nothing where some cell is none."""
    if len(source.columns["start"]) > 1 or raw.table is None:
        return {}
    found: dict[str, Period] = {}
    for text in sorted({text for text in _texts(raw, source) if not is_missing(text)}):
        if not _PERIOD.fullmatch(text):
            return {}
        try:
            found[text] = Period.parse(text)
        except PeriodError:
            return {}
    return found


def _local(instants: pd.Series, zone: str) -> pd.Series:
    """Return the local day of each instant."""
    local: pd.Series = instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return local


def _ends(starts: pd.Series, every: str) -> pd.Series:
    """Return the last day of what begins on each day; a month, quarter or year that does not begin there has none."""
    if every in ("day", "week"):
        return starts + pd.Timedelta(days=0 if every == "day" else 6)
    periods = {day: Period.containing(day.date(), every) for day in starts.dropna().unique()}
    ends = {day: period.end for day, period in periods.items() if period.start == day.date()}
    return pd.to_datetime(starts.map(ends))


def _fates(rows: pd.DataFrame, source: Source, today: date) -> None:
    """Set aside the rows whose days cannot be: none, turned round, before there were any or after today."""
    start, end = rows["date"], rows["end_date"]
    tests = {
        "no start": start.isna(),
        f"start is not the first day of a {source.every}": start.notna() & end.isna() & (source.every is not None),
        "no end": end.isna(),
        "end is before start": end < start,
        f"start is before {FIRST_YEAR}": start.dt.year < FIRST_YEAR,
        "start is after today": start > pd.Timestamp(today + timedelta(days=1)),
    }
    for reason, wrong in tests.items():
        rows.loc[wrong & rows["_fate"].isna(), "_fate"] = reason
