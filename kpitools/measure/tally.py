"""The tally: additive sums of one table by local day and segment, from a single scan.

Two group-bys: the first sums over everything that the KPIs' masks can tell apart (codes and flags have few values),
the second asks the masks of these cells. So a condition is asked some thousand times, however many rows there are.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kpitools import schema
from kpitools.kpi import Cohort, Count, Kpi, Mean, Mix, People, Score, Share
from kpitools.periods import NO_DAY
from kpitools.row import columns_behind, with_predicates

SEPARATOR = "__"
"""Between a KPI and its part in a column of the tally; a dot would break on Spark."""


@dataclass(frozen=True)
class Part:
    """One additive sum: over the rows of `mask`, of what, and how it adds up.

    `what` is `rows` (their number), or the `n`, `total` or `squares` of the `value`, or the `min` or `max` of it.
    """

    name: str
    mask: nw.Expr
    what: str = "rows"
    value: nw.Expr | None = None

    @property
    def source(self) -> str:
        """The column of the cube that it sums."""
        return "rows" if self.value is None else f"{self.what} {self.value!r}"


def parts_of(kpi: Kpi) -> list[Part]:
    """Return the additive sums that a KPI needs; none for one whose persons or spells do not add up."""
    declared, _ = kpi.expressions()
    if isinstance(declared, People | Cohort):
        return []
    parts = [] if declared.excluded is None else [Part("excluded", declared.excluded)]
    match declared:
        case Share():
            parts += [Part("hits", declared.hits & declared.of), Part("n", declared.of)]
            parts += _pure_parts(declared, declared.of)
        case Count():
            parts += [Part("n", declared.where)]
        case Score():
            parts += [
                Part("up", declared.promoters & declared.of),
                Part("down", declared.detractors & declared.of),
                Part("n", declared.of),
                *_pure_parts(declared, declared.of),
            ]
        case Mean():
            parts += [Part(what, declared.where, what, declared.value) for what in ("n", "total", "squares")]
            parts += _pure_parts(declared, declared.where)
        case Mix(category=category):
            codes = schema.TABLES[kpi.table].column(category).values  # noqa: PD011 - no data frame
            parts += [Part(f"n_{code}", declared.where & (nw.col(category) == code)) for code in codes]
            parts += [Part("n", declared.where)]
    return parts


def part_names(kpis: Iterable[Kpi]) -> list[str]:
    """Name the columns that a tally has of some KPIs."""
    return [f"{kpi.key}{SEPARATOR}{part.name}" for kpi in kpis for part in parts_of(kpi)]


def _pure_parts(declared: Share | Mean | Score, of: nw.Expr) -> list[Part]:
    """Keep what shows whether unlike rows came together: the ends of what must be one value only, rows set apart."""
    ends = [Part(f"{how}_{name}", of, how, nw.col(name)) for name in declared.scale for how in ("min", "max")]
    return ends if declared.apart is None else [*ends, Part("apart", of & declared.apart)]


class Tallied(ABC):
    """A table whose sums are kept (`measure.stored`): it gives them by itself, and rows for what does not add up."""

    @abstractmethod
    def rows(self) -> Any:  # noqa: ANN401 - a frame of any engine
        """Return its rows."""

    @abstractmethod
    def only(self, equal: Mapping[str, str]) -> "Tallied":
        """Return what of it is of one segment."""

    @abstractmethod
    def sums(self, kpis: Sequence[Kpi], by: Sequence[str], dated: str) -> pd.DataFrame:
        """Return what `day_sums` gives of its rows."""


def to_engine(frame: Any) -> nw.LazyFrame[Any]:  # noqa: ANN401 - a frame of any engine
    """Take a frame of any engine; a NumPy-backed pandas frame becomes Arrow, so that missing means missing."""
    if isinstance(frame, Tallied):
        frame = frame.rows()
    if isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, preserve_index=False)
    given = nw.from_native(frame)
    return given if isinstance(given, nw.LazyFrame) else given.lazy()


def prepared(frame: Any, kpi: Kpi) -> nw.LazyFrame[Any]:  # noqa: ANN401 - a frame of any engine
    """Take the rows of a frame with all that a KPI's masks name: predicates, and conditions on fine columns."""
    rows = to_engine(frame)
    conditions = [made.alias(name) for name, made in kpi.conditions().items()]
    return with_predicates(rows.with_columns(*conditions) if conditions else rows, kpi.table)


def columns_of(frame: Any) -> frozenset[str]:  # noqa: ANN401 - a frame of any engine
    """Return the names of a frame's columns without reading its rows."""
    return frozenset(to_engine(frame).collect_schema().names())


def collected(frame: nw.LazyFrame[Any], *, coded: bool = False) -> pd.DataFrame:
    """Bring a result to pandas, with the same types whatever the engine; `coded` keeps texts as categories."""
    rows = frame.collect(backend="pyarrow").to_native()
    if not coded:
        columns = zip(rows.column_names, rows.itercolumns(), strict=True)
        rows = pa.table({n: c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for n, c in columns})
    found: pd.DataFrame = rows.to_pandas(date_as_object=False, strings_to_categorical=coded)
    return found


def tally(frame: Any, kpis: Iterable[Kpi], keys: Sequence[str] = (), *, every: str = "day") -> pd.DataFrame:  # noqa: ANN401
    """Sum the additive parts of some KPIs by local day (or month) and segment, in one scan.

    Returns a row for each day and combination of `keys`; a column `<kpi>__<part>` for each part. Sums by month
    (`every="month"`) need less memory, but carry nothing about how days differ, so no interval follows from them.
    """
    measured = list(kpis)
    by = ["date", *keys]
    dated = dict.fromkeys(kpi.dated for kpi in measured) or ["date"]
    if isinstance(frame, Tallied) and every == "day":
        sums = frame.sums
    else:
        sums = partial(day_sums, to_engine(frame), every=every)
    made = [sums([kpi for kpi in measured if kpi.dated == day], by, day) for day in dated]
    together = reduce(lambda one, other: one.merge(other, how="outer", on=by), made)
    return together.sort_values(by, ignore_index=True)


def day_sums(
    rows: nw.LazyFrame[Any], kpis: Sequence[Kpi], by: Sequence[str], dated: str, *, every: str = "day"
) -> pd.DataFrame:
    """Sum the parts of KPIs that one column of days places in periods, by `date` and segments."""
    wanted = [
        Part(name, part.mask, part.what, part.value)
        for kpi in kpis
        for name, part in zip(part_names([kpi]), parts_of(kpi), strict=True)
    ]
    day = nw.col(dated) if dated else nw.lit(NO_DAY)
    if every == "month":  # as a number: faster to group by than the month's first day
        day = (day.dt.year() - 1970) * 12 + day.dt.month() - 1
    cells = _cube(rows, kpis, {"date": day} | {key: nw.col(key) for key in by[1:]}, wanted)
    for table in {kpi.table for kpi in kpis}:
        cells = with_predicates(cells, table)
    sources = {name: f"c{number}" for number, name in enumerate(dict.fromkeys(part.source for part in wanted))}
    columns = [nw.when(part.mask).then(nw.col(sources[part.source])).alias(part.name) for part in wanted]
    sums = [getattr(nw.col(part.name), adds_by(part.name))().alias(part.name) for part in wanted]
    floats = [nw.col(part.name).cast(nw.Float64) for part in wanted]
    made = collected(cells.select(*by, *columns).group_by(*by).agg(*sums).select(*by, *floats))
    made = made[made["date"].notna()]
    days = made["date"].to_numpy("int64").astype("datetime64[M]") if every == "month" else pd.to_datetime(made["date"])
    return made.assign(date=days.astype("datetime64[s]"))


def _cube(
    rows: nw.LazyFrame[Any], kpis: Sequence[Kpi], by: Mapping[str, nw.Expr], wanted: Sequence[Part]
) -> nw.LazyFrame[Any]:
    """Sum values over all that the masks can tell apart, so that each mask is asked of a few cells and not of rows.

    The keys are those asked for and every column that a mask names: codes, flags, answers, and conditions on what is
    measured finely. Columns `c0`, `c1` ... hold the sums, in the order of the parts' sources.
    """
    named = {name for part in wanted for name in _COLUMN.findall(repr(part.mask))}
    named |= {name for part in wanted if part.what in ("min", "max") for name in _COLUMN.findall(repr(part.value))}
    has = frozenset(rows.collect_schema().names())
    codes = sorted({base for name in named for base in _bases(name, kpis)} & has - set(by))
    conditions = {name: made for kpi in kpis for name, made in kpi.conditions().items()}
    keys = dict(by) | {code: nw.col(code) for code in codes} | conditions
    values, sums = {}, []
    for number, part in enumerate({part.source: part for part in wanted}.values()):
        name, how = f"c{number}", _AGGREGATE.get(part.what, part.what)
        value = nw.lit(1) if part.value is None else part.value.cast(nw.Float64)
        values[name] = value * value if part.what == "squares" else value
        sums.append(getattr(nw.col(name), how)().alias(name))
    return rows.select(*[made.alias(name) for name, made in (keys | values).items()]).group_by(*keys).agg(*sums)


_AGGREGATE = {"rows": "count", "n": "count", "total": "sum", "squares": "sum"}
"""How each kind of part adds up over rows; the ends of a scale by their own names."""
_COLUMN = re.compile(r"col\((\w+)\)")


def _bases(name: str, kpis: Sequence[Kpi]) -> frozenset[str]:
    """Return the columns of the frame behind a column that a mask names: a predicate stands on others."""
    return frozenset().union(*(columns_behind(kpi.table, name) for kpi in kpis)) or frozenset({name})


def add_up(tallied: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Roll a tally up to fewer keys: counts and sums add, the ends of a scale are kept."""
    numbers = [name for name in tallied.columns if SEPARATOR in name]
    sums = {name: adds_by(name) for name in numbers}
    grouped = tallied.groupby(list(keys), dropna=False, sort=True, observed=True)
    return grouped.agg(sums).copy().reset_index()  # in one block: pandas warns of frames of a hundred and more


def adds_by(name: str) -> str:
    """Say how a column of a tally adds up: its sum, or the least or the greatest of it."""
    part = name.split(SEPARATOR, 1)[1]
    return next((how for how in ("min", "max") if part.startswith(f"{how}_")), "sum")


def filtered(frame: Any, **equal: str | None) -> Any:  # noqa: ANN401 - a frame of any engine
    """Keep the rows of one segment; a None leaves that segment open."""
    tests = [nw.col(name) == value for name, value in equal.items() if value is not None]
    if isinstance(frame, Tallied):
        return frame.only({name: value for name, value in equal.items() if value is not None})
    return to_engine(frame).filter(reduce(lambda a, b: a & b, tests)) if tests else frame
