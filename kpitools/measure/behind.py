"""From a figure down to the rows behind it: which contacts or requests it counts, and as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any

import narwhals as nw
import pandas as pd

from kpitools import schema
from kpitools.errors import UserError, require_known
from kpitools.kpi import Cohort, Count, Kpi, Mean, Mix, People, Score, Share
from kpitools.measure.tally import collected, columns_of, prepared
from kpitools.measure.view import why_not

ROLES = {
    "numerator": "counts in the numerator and in the denominator",
    "denominator": "counts in the denominator only",
    "promoter": "a promoter's answer",
    "passive": "an answer that is neither a promoter's nor a detractor's",
    "detractor": "a detractor's answer",
    "counted": "its value is one of those that are averaged or counted",
    "excluded": "left out by the definition",
}
"""The closed list of `counts_as`, the reason why each row counts."""

AT_MOST = 1000
"""Rows shown of those behind a figure, unless more are asked for."""


@dataclass(frozen=True, eq=False)
class Behind:
    """The rows behind a figure, as far as they are shown, and how many there are of each role."""

    rows: pd.DataFrame
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many rows there are behind the figure, shown or not, those that are left out among them."""
        return sum(self.counts.values())


def behind(
    frame: Any,  # noqa: ANN401 - a frame of any engine
    kpi: Kpi,
    days: tuple[date, date] | None = None,
    segments: Mapping[str, str] | None = None,
    *,
    role: str | None = None,
    at_most: int = AT_MOST,
) -> Behind:
    """Fetch the rows of a canonical table that a figure counts, each with the reason why it counts.

    Args:
        frame: the KPI's canonical table.
        kpi: the KPI in the definition that the figure has.
        days: first and last local day; None for all, as a list without dates has it.
        segments: what the rows must hold: a team, a channel ...
        role: only rows of this role (`ROLES`).
        at_most: how many rows to show; the counts are of all.

    Returns:
        `rows`: `counts_as`, then the columns of the table that have a value, in the order of days and ids.

    Raises:
        UserError: the table lacks a column that the KPI needs, or the KPI does not count rows of a period.
    """
    declared, _ = kpi.expressions()
    if isinstance(declared, Cohort):
        raise UserError(f"{kpi.name} counts spells that run through a period: no row of the period stands behind it.")
    lacking = why_not(kpi, columns_of(frame), set(segments or {}))
    if lacking:
        raise UserError(f"{kpi.name} cannot be measured here ({lacking}): no row stands behind it.")
    wanted = prepared(frame, kpi).filter(*_tests(kpi, days, segments or {}), *_about(kpi, days, columns_of(frame)))
    marked = wanted.with_columns(_role(declared).alias("counts_as")).filter(~nw.col("counts_as").is_null())
    found = collected(marked.group_by("counts_as").agg(nw.len().alias("n")).sort("counts_as"))
    counts = {str(name): int(n) for name, n in zip(found["counts_as"], found["n"], strict=True)}
    if role is not None:
        require_known(role, ROLES, "role of rows")
    mine = marked if role is None else marked.filter(nw.col("counts_as") == role)
    key, places = schema.TABLES[kpi.table].key, _places(kpi, marked)
    if key in places:  # other columns are fetched for the first rows alone: of a long file few are read
        first = collected(mine.select(*places).sort(*places, nulls_last=True).head(at_most))
        mine = mine.filter(nw.col(key).is_in(first[key].tolist()))
    rows = collected(mine.select(*_columns(kpi, marked)).sort(*places, nulls_last=True).head(at_most))
    return Behind(rows.dropna(axis="columns", how="all"), counts)


def _places(kpi: Kpi, rows: nw.LazyFrame[Any]) -> list[str]:
    """Name the columns by which rows are ordered: their day, their instant, their id; or all where there is no id."""
    table, has = schema.TABLES[kpi.table], rows.collect_schema().names()
    rest = () if table.key in has else _columns(kpi, rows)
    return [name for name in dict.fromkeys((kpi.dated, table.anchor, table.key, *rest)) if name in has]


def _columns(kpi: Kpi, rows: nw.LazyFrame[Any]) -> list[str]:
    """Name the columns that are shown: id, day and instant first, pseudonyms last, none that only masks stand on."""
    table, has = schema.TABLES[kpi.table], rows.collect_schema().names()
    persons = [column.name for column in table.columns if column.kind == "pseudonym"]
    rest = [name for name in schema.column_names(kpi.table) if name not in persons]
    shown = dict.fromkeys(("counts_as", table.key, "date", table.anchor, *rest, *persons))
    return [name for name in shown if name in has]


def _tests(kpi: Kpi, days: tuple[date, date] | None, segments: Mapping[str, str]) -> list[nw.Expr]:
    equal = [nw.col(name) == value for name, value in segments.items()]
    if days is None or not kpi.dated:
        return equal or [nw.lit(value=True)]
    return [*equal, nw.col(kpi.dated) >= days[0], nw.col(kpi.dated) <= days[1]]


def _about(kpi: Kpi, days: tuple[date, date] | None, has: frozenset[str]) -> list[nw.Expr]:
    """Bound the instants behind local days by what any clock on earth shows: a file's statistics know instants.

    Row groups of other months are then not read, though the days themselves are worked out.
    """
    anchor = schema.TABLES[kpi.table].anchor
    if days is None or kpi.dated != "date" or anchor not in has:
        return []
    first, last = (datetime.combine(day, time.min) for day in days)
    return [nw.col(anchor) >= first - timedelta(days=1), nw.col(anchor) < last + timedelta(days=2)]


def _role(declared: Share | Mean | Score | Count | Mix | People) -> nw.Expr:
    """Name the role of a row; null where the figure is not about it. The first that holds counts."""
    match declared:
        case Share() | People():
            roles = [("numerator", declared.hits & declared.of), ("denominator", declared.of)]
        case Score():
            roles = [("promoter", declared.promoters & declared.of), ("detractor", declared.detractors & declared.of)]
            roles += [("passive", declared.of)]
        case Mean():
            roles = [("counted", declared.where & ~declared.value.is_null())]
        case _:
            roles = [("counted", declared.where)]
    if declared.excluded is not None:
        roles.append(("excluded", declared.excluded))
    nothing = nw.lit(None, nw.String)
    return reduce(lambda rest, role: nw.when(role[1]).then(nw.lit(role[0])).otherwise(rest), reversed(roles), nothing)
