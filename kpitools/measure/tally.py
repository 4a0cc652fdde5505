"""The tally: additive sums of one table by local day and segment, from a single scan."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kpitools.kpi import Kpi
from kpitools.measure.cube import summed
from kpitools.measure.parts import SEPARATOR, adds_by
from kpitools.periods import NO_DAY
from kpitools.row import with_predicates


class Tallied(ABC):
    """A table whose sums are kept (`measure.stored`): it gives them by itself, and rows for what does not add up."""

    @abstractmethod
    def rows(self) -> Any:  # noqa: ANN401 - a frame of any engine
        """Return its rows."""

    @abstractmethod
    def only(self, equal: Mapping[str, str]) -> "Tallied":
        """Return what of it is of one segment."""

    @abstractmethod
    def once(self, about: tuple[object, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made
        """Return what is made of its rows; `about` names it, and it is made once."""

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
    day = nw.col(dated) if dated else nw.lit(NO_DAY)
    if every == "month":  # as a number: faster to group by than the month's first day
        day = (day.dt.year() - 1970) * 12 + day.dt.month() - 1
    made = collected(summed(rows, kpis, {"date": day} | {key: nw.col(key) for key in by[1:]}))
    made = made[made["date"].notna()]
    days = made["date"].to_numpy("int64").astype("datetime64[M]") if every == "month" else pd.to_datetime(made["date"])
    return made.assign(date=days.astype("datetime64[s]"))


def add_up(tallied: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Roll a tally up to fewer keys: counts and sums add, the ends of a scale are kept."""
    numbers = [name for name in tallied.columns if SEPARATOR in name]
    sums = {name: adds_by(name) for name in numbers}
    grouped = tallied.groupby(list(keys), dropna=False, sort=True, observed=True)
    return grouped.agg(sums).copy().reset_index()  # in one block: pandas warns of frames of a hundred and more


def filtered(frame: Any, **equal: str | None) -> Any:  # noqa: ANN401 - a frame of any engine
    """Keep the rows of one segment; a None leaves that segment open."""
    tests = [nw.col(name) == value for name, value in equal.items() if value is not None]
    if isinstance(frame, Tallied):
        return frame.only({name: value for name, value in equal.items() if value is not None})
    return to_engine(frame).filter(reduce(lambda a, b: a & b, tests)) if tests else frame
