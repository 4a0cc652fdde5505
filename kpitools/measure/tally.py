"""The tally: additive sums of one table by local day and segment, from a single scan.

Steps, because no other form runs on every engine: the predicates become columns, of these the masks of all KPIs,
then one group-by sums them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kpitools.kpi import Count, Declaration, Kpi, Mean, Score, Share, with_predicates

SEPARATOR = "__"
"""Between a KPI and its part in a column of the tally; a dot would break on Spark."""


@dataclass(frozen=True)
class Part:
    """One additive sum: the column to make of each row, and how it adds up (`count`, `sum`, `min`, `max`)."""

    name: str
    column: nw.Expr
    how: str = "sum"


def one(mask: nw.Expr) -> nw.Expr:
    """Make a column that is 1 where the mask holds, so that its sum counts the mask (wide, lest it overflow)."""
    return mask.cast(nw.Int64)


def mean_column(mean: Mean) -> nw.Expr:
    """Make the column of the values that a mean is over; null where the row does not count."""
    return nw.when(mean.where).then(mean.value.cast(nw.Float64))


def parts_of(declared: Declaration) -> list[Part]:
    """Return the additive sums that a declaration needs."""
    parts = [] if declared.excluded is None else [Part("excluded", one(declared.excluded))]
    match declared:
        case Share():
            parts += [Part("hits", one(declared.hits & declared.of)), Part("n", one(declared.of))]
        case Count():
            parts += [Part("n", one(declared.where))]
        case Score():
            parts += [
                Part("up", one(declared.promoters)),
                Part("down", one(declared.detractors)),
                Part("n", one(declared.of)),
                *_scale_parts(declared.scale, declared.of),
            ]
        case Mean():
            value = mean_column(declared)
            parts += [
                Part("n", value, "count"),
                Part("total", value),
                Part("squares", value * value),
                *_scale_parts(declared.scale, declared.where),
            ]
    return parts


def _scale_parts(columns: Sequence[str], where: nw.Expr) -> list[Part]:
    """Keep the lowest and highest of what must be one value only, to see whether it is."""
    scales = [(column, nw.when(where).then(nw.col(column).cast(nw.Float64))) for column in columns]
    return [Part(f"{how}_{column}", value, how) for column, value in scales for how in ("min", "max")]


def to_engine(frame: Any) -> nw.LazyFrame[Any]:  # noqa: ANN401 - a frame of any engine
    """Take a frame of any engine; a NumPy-backed pandas frame becomes Arrow, so that missing means missing."""
    if isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, preserve_index=False)
    given = nw.from_native(frame)
    return given if isinstance(given, nw.LazyFrame) else given.lazy()


def columns_of(frame: Any) -> frozenset[str]:  # noqa: ANN401 - a frame of any engine
    """Return the names of a frame's columns without reading its rows."""
    return frozenset(to_engine(frame).collect_schema().names())


def collected(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Bring a small result to pandas, with the same types whatever the engine."""
    found: pd.DataFrame = frame.collect(backend="pyarrow").to_native().to_pandas(date_as_object=False)
    return found


def tally(frame: Any, kpis: Iterable[Kpi], keys: Sequence[str] = (), *, every: str = "day") -> pd.DataFrame:  # noqa: ANN401
    """Sum the additive parts of some KPIs by local day (or month) and segment, in one scan.

    Returns a row for each day and combination of `keys`; a column `<kpi>__<part>` for each part. Sums by month
    (`every="month"`) need less memory, but carry nothing about how days differ, so no interval follows from them.
    """
    measured = list(kpis)
    wanted = [
        Part(f"{kpi.name}{SEPARATOR}{part.name}", part.column, part.how)
        for kpi in measured
        for part in parts_of(kpi.expressions()[0])
    ]
    same = {part.name: f"{part.how} {part.column!r}" for part in wanted}
    once = {same[part.name]: part for part in reversed(wanted)}
    by = ["date", *keys]
    day = nw.col("date") if every == "day" else nw.col("date").dt.truncate("1mo")
    rows = to_engine(frame)
    for table in {kpi.table for kpi in measured}:
        rows = with_predicates(rows, table)
    parted = rows.select(day.alias("date"), *keys, *[part.column.alias(part.name) for part in once.values()])
    sums = [getattr(nw.col(part.name), part.how)().alias(part.name) for part in once.values()]
    floats = [nw.col(part.name).cast(nw.Float64) for part in once.values()]
    made = collected(parted.group_by(*by).agg(*sums).select(*by, *floats))
    columns = {part.name: made[once[same[part.name]].name] for part in wanted}
    days = {"date": pd.to_datetime(made["date"]).astype("datetime64[s]"), **{key: made[key] for key in keys}}
    return pd.DataFrame({**days, **columns}).sort_values(by, ignore_index=True)


def add_up(tallied: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Roll a tally up to fewer keys: counts and sums add, the ends of a scale are kept."""
    numbers = [name for name in tallied.columns if SEPARATOR in name]
    how = {name: _how(name) for name in numbers}
    grouped = tallied.groupby(list(keys), dropna=False, sort=True, observed=True)
    return grouped.agg(how).reset_index()


def _how(name: str) -> str:
    part = name.split(SEPARATOR, 1)[1]
    return next((how for how in ("min", "max") if part.startswith(f"{how}_")), "sum")


def filtered(frame: Any, **equal: str | None) -> Any:  # noqa: ANN401 - a frame of any engine
    """Keep the rows of one segment; a None leaves that segment open."""
    tests = [nw.col(name) == value for name, value in equal.items() if value is not None]
    return to_engine(frame).filter(reduce(lambda a, b: a & b, tests)) if tests else frame
