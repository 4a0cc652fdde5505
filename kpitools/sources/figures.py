"""Figures that somebody else already added up: a row of a file may hold those of several KPIs.

The rows of the file are accounted for, not its figures: a row with an impossible figure is set aside whole.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any, TypeAlias

import duckdb
import pandas as pd

from kpitools import schema
from kpitools.project import Project, Source
from kpitools.sources import sql
from kpitools.sources.figure_cells import FIGURE, PARTS, figures_in
from kpitools.sources.pseudonyms import pseudonym_sql
from kpitools.sources.raw import RawTable

PLACE = ("_file", "_row", "_line", "_column", "_cell", "_fate")
"""What the account of a source asks of each row of its files."""
ENTERED = ("entered_by", "entered_at")
"""Who entered a figure, and when."""


def make_figures(
    connection: duckdb.DuckDBPyConnection,
    project: Project,
    number: int,
    raws: Sequence[RawTable],
    *,
    earlier: str,
    secret: bytes,
) -> tuple[str, str, Counter[str]]:
    """Read the figures of a project's source into two tables: its rows with their fates, and the figures in use.

    `earlier` is the SQL of the figures of earlier sources, `secret` the key of the pseudonyms of those who entered
    figures. Returns the names of both tables, and how many rows are left out for each reason. Raises `SourceError` for
    a column that is not there, and where nothing says how long a figure covers.
    """
    source = project.sources[number]
    today = project.today()
    before = connection.sql(earlier).df() if earlier else pd.DataFrame(columns=list(FIGURE))
    rows, figures = read_figures(raws, source, project.about.timezone, today, before)
    name, part = f"_rows_{number}", f"_part_{number}"
    for table, frame in ((name, rows), (part, figures.assign(source=source.names[0]))):
        connection.register("_given", frame)
        columns = ", ".join(_typed(column, secret) for column in frame.columns)
        connection.execute(f"create table {table} as select {columns} from _given")
        connection.unregister("_given")
    return name, part, Counter(rows["_fate"].dropna())


def beside_rows(connection: duckdb.DuckDBPyConnection, project: Project, part: str) -> list[str]:
    """Say of which KPIs another source has rows: these count, and their figures only where there are none."""
    tables = {source.table for source in project.sources} - {"figures"}
    tables |= {"requests"} if "contacts" in tables else set()
    found = connection.sql(f"select distinct kpi from {part} order by kpi").fetchall()
    both = [name for (name,) in found if project.kpi(name).table in tables]
    return [f"Figures of {', '.join(both)} count only in periods without rows of these KPIs."] * bool(both)


def _typed(column: str, secret: bytes) -> str:
    """Return the SQL of a column with its type, which a frame without rows does not tell."""
    kinds = {"value": "double", "numerator": "double", "denominator": "double", "date": "date", "end_date": "date",
             "entered_at": "timestamp", "_file": "bigint", "_row": "bigint", "_line": "bigint"}  # fmt: skip
    if column == "entered_by":
        return f"{pseudonym_sql(sql.name(column), secret)} as {sql.name(column)}"
    return f"cast({sql.name(column)} as {kinds.get(column, 'varchar')}) as {sql.name(column)}"


def read_figures(
    raws: Sequence[RawTable], source: Source, zone: str, today: date, earlier: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of some files with their fates (null where a row is used), and the figures of rows in use.

    A figure has the columns of `FIGURE` and its segments; no two of one KPI and segment cover the same day, those of
    `earlier` included. A row that gives the same figures again is a duplicate.
    """
    segments = segments_of(source)
    read = [figures_in(raw, source, zone, today) for raw in raws]
    rows = pd.concat([rows.assign(_file=n) for n, (rows, _) in enumerate(read)], ignore_index=True)
    figures = pd.concat([found.assign(_file=n) for n, (_, found) in enumerate(read)], ignore_index=True)
    figures = figures.merge(rows[["_file", "_row"]].reset_index(names="_id"), on=["_file", "_row"])
    figures = figures.sort_values("_id", kind="stable", ignore_index=True)
    wrong = figures[figures["_fate"].notna()].drop_duplicates("_id").set_index("_id")
    new = wrong.index[rows.loc[wrong.index, "_fate"].isna()]
    for column in ("_column", "_cell", "_fate"):
        rows.loc[new, column] = wrong.loc[new, column]
    figures = figures[rows.loc[figures["_id"], "_fate"].isna().to_numpy()]
    rows.loc[rows["_fate"].isna() & ~rows.index.isin(figures["_id"]), "_fate"] = "no_figure"
    for row, fate in _again(figures, earlier, segments):
        rows.loc[row, "_fate"] = fate
    used = rows.loc[figures["_id"], "_fate"].isna().to_numpy()
    kept = [*FIGURE, *segments, *(name for name in ENTERED if name in figures)]
    return rows[list(PLACE)], figures.loc[used, kept].reset_index(drop=True)


def segments_of(source: Source) -> list[str]:
    """Name the segments that a source of figures has, its own among them."""
    given = {*source.headers, *source.fixed}
    return [name for name in (*schema.SEGMENTS, *source.segments) if name in given]


def _again(figures: pd.DataFrame, earlier: pd.DataFrame, segments: list[str]) -> list[tuple[Hashable, str]]:
    """Find the rows whose figures cover days that an earlier figure of the same KPI and segments covers."""
    covered: dict[Hashable, _Covered] = {}
    for row in _keyed(earlier, segments):
        covered.setdefault(row[0], _Covered()).add(*row[1:])
    found: list[tuple[Hashable, str]] = []
    for number, group in figures.groupby("_id", sort=True):
        keyed = _keyed(group, segments)
        fates = [covered.setdefault(row[0], _Covered()).fate(*row[1:]) for row in keyed]
        told = [(fate, row[0][0]) for fate, row in zip(fates, keyed, strict=True) if fate]
        if told and len(told) == len(keyed) and all(fate == "duplicate" for fate, _ in told):
            found.append((number, "duplicate"))
        elif told:
            other = next((kpi for fate, kpi in told if fate != "duplicate"), told[0][1])
            found.append((number, f"another figure of {other} covers these days"))
        else:
            for row in keyed:
                covered[row[0]].add(*row[1:])
    return found


Span: TypeAlias = tuple[pd.Timestamp, pd.Timestamp]
Numbers: TypeAlias = tuple[float | None, ...]


def _keyed(figures: pd.DataFrame, segments: list[str]) -> list[tuple[tuple[Any, ...], Span, Numbers]]:
    """Return the KPI and segments of each figure, the days that it covers, and its numbers."""
    here = figures.reindex(columns=["kpi", *segments]).astype(object)
    keys = here.where(here.notna(), None).itertuples(index=False, name=None)
    spans = zip(pd.to_datetime(figures["date"]), pd.to_datetime(figures["end_date"]), strict=True)
    parts = figures[list(PARTS)].astype(object)
    numbers = parts.where(parts.notna(), None).itertuples(index=False, name=None)
    return list(zip(keys, spans, numbers, strict=True))


class _Covered:
    """The days that the figures of one KPI and segment cover, none of them twice."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.numbers: dict[Span, Numbers] = {}

    def fate(self, span: Span, numbers: Numbers) -> str:
        """Say whether a figure is there already (`duplicate`), or covers some of the days (`overlap`)."""
        if self.numbers.get(span) == numbers:
            return "duplicate"
        place = bisect_right(self.spans, span)
        before = place > 0 and self.spans[place - 1][1] >= span[0]
        after = place < len(self.spans) and self.spans[place][0] <= span[1]
        return "overlap" if before or after else ""

    def add(self, span: Span, numbers: Numbers) -> None:
        """Take a figure in."""
        insort(self.spans, span)
        self.numbers[span] = numbers
