"""Which local days the figures of each row cover."""

from datetime import date, timedelta

import pandas as pd

from kpitools.errors import SourceError
from kpitools.periods import Period
from kpitools.project import Source
from kpitools.sources.cells.text import clean
from kpitools.sources.named_periods import named_periods
from kpitools.sources.raw import RawTable
from kpitools.sources.typed import typed_rows

FIRST_YEAR = 1980
_NOT_OF_ROWS = ("value", "numerator", "denominator")


def placed_rows(raw: RawTable, source: Source, zone: str, today: date) -> pd.DataFrame:
    """Return the rows of a file: the days that their figures cover, their segments, their places and fates.

    A period (`2026-W41`, `octobre 2026`) covers its own days; else the last day is given, or follows from
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
    if "entered_at" in rows:
        _entered(rows, source.columns["entered_at"][0], _local(rows["entered_at"], own), today)
    return rows


def _texts(raw: RawTable, source: Source) -> list[str]:
    return [clean(str(cell or "")) for cell in raw.column(source.columns["start"][0]).to_pylist()]


def _named_periods(raw: RawTable, source: Source) -> dict[str, Period]:
    """Read the column of first days as periods; nothing where it does not hold any."""
    if len(source.columns["start"]) > 1 or raw.table is None:
        return {}
    return named_periods(_texts(raw, source))


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
        "start is after today": start > _limit(today),
    }
    for reason, wrong in tests.items():
        rows.loc[wrong & rows["_fate"].isna(), "_fate"] = reason


def _entered(rows: pd.DataFrame, header: str, day: pd.Series, today: date) -> None:
    """Set aside what was entered before its days began, for it stands in a wrong line, or after today."""
    tests = {"entered_at is before start": day < rows["date"], "entered_at is after today": day > _limit(today)}
    for reason, wrong in tests.items():
        hit = wrong & rows["_fate"].isna()
        rows.loc[hit, "_fate"], rows.loc[hit, "_column"] = reason, header
        rows.loc[hit, "_cell"] = day[hit].dt.strftime("%Y-%m-%d")


def _limit(today: date) -> pd.Timestamp:
    """The last day that may have begun: a day's grace is for clocks of other zones."""
    return pd.Timestamp(today + timedelta(days=1))
