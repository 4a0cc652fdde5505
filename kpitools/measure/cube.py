"""The cube: rows summed over all that the masks of KPIs tell apart, and the parts of KPIs added up from it.

Two group-bys: the first sums rows over the codes that masks name (they have few values), the second asks the masks of
these cells. So a condition is asked some thousand times, however many rows there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from kpitools import schema
from kpitools.kpi import Kpi
from kpitools.measure.parts import SEPARATOR, Part, adds_by, parts_of
from kpitools.row import columns_behind, with_predicates

VALUES = (True, False, None)
"""What a flag may be."""


def summed(rows: nw.LazyFrame[Any], kpis: Sequence[Kpi], by: Mapping[str, nw.Expr]) -> nw.LazyFrame[Any]:
    """Sum the parts of some KPIs over the rows of a table: a row for each of `by`, a column `<kpi>__<part>` each."""
    parts = [replace(part, name=f"{kpi.key}{SEPARATOR}{part.name}") for kpi in kpis for part in parts_of(kpi)]
    tables = sorted({kpi.table for kpi in kpis})
    conditions = {name: made for kpi in kpis for name, made in kpi.conditions().items()}
    flags = {name: flag for name, flag in _counted_flags(parts, tables, conditions).items() if flag not in by}
    known = {name: nw.col(name) for name in rows.collect_schema().names()} | conditions
    named = {base for part in parts for name in part.names - {*flags.values()} for base in _bases(name, tables)}
    keys = dict(by) | {name: made for name, made in known.items() if name in named - {*by}}
    sources = _sources(parts, {flag: known[flag] for flag in sorted({*flags.values()})})
    places = {source: f"c{number}" for number, source in enumerate(sources)}
    columns = keys | {places[source]: value for source, (value, _) in sources.items()}
    sums = [getattr(nw.col(places[source]), how)().alias(places[source]) for source, (_, how) in sources.items()]
    cells = rows.select(*[made.alias(name) for name, made in columns.items()]).group_by(*keys).agg(*sums)
    return _added(reduce(with_predicates, tables, cells), parts, flags, places, list(by))


def _counted_flags(parts: Sequence[Part], tables: Sequence[str], conditions: Collection[str]) -> dict[str, str]:
    """Return the flag that a part turns on, for parts where a count of its values in each cell is enough.

    That costs less than one more key. A flag is a key where the sum of a value, a predicate or a part with a second
    flag turns on it too.
    """
    columns = [column for table in tables for column in schema.TABLES[table].columns]
    known = {column.name for column in columns if column.kind == "boolean"} | {*conditions}
    turning = {part.name: part.names & known for part in parts}
    keys = {base for part in parts for name in part.names - known for base in _bases(name, tables)}
    keys = keys.union(*(turning[part.name] for part in parts if part.value is not None or len(turning[part.name]) > 1))
    return {name: flag for name, flags in turning.items() for flag in flags - keys}


def _sources(parts: Sequence[Part], flags: Mapping[str, nw.Expr]) -> dict[str, tuple[nw.Expr, str]]:
    """Return what the cube sums of each row, and how: the sources of the parts, and the values of flags."""
    sources = {"rows": (nw.lit(1), "count")} | {part.source: part.summed for part in parts}
    for flag, made in flags.items():
        sources |= {f"known {flag}": (made, "count"), f"true {flag}": (made.cast(nw.Float64), "sum")}
    return sources


def _added(
    cells: nw.LazyFrame[Any],
    parts: Sequence[Part],
    flags: Mapping[str, str],
    places: Mapping[str, str],
    by: Sequence[str],
) -> nw.LazyFrame[Any]:
    """Add up the cells that each part's mask says yes to; of a flag, as many of their rows as have its value."""
    plain = [part for part in parts if part.name not in flags]
    turned = [(part, flags[part.name]) for part in parts if part.name in flags]
    columns = {part.name: [part.name] for part in plain}
    if plain:
        asked = [nw.when(part.mask).then(nw.col(places[part.source])).alias(part.name) for part in plain]
        cells = cells.with_columns(*asked)
    for value in VALUES if turned else ():
        cells = cells.with_columns(*[nw.lit(value, nw.Boolean).alias(flag) for flag in sorted({*flags.values()})])
        asked = [
            nw.when(part.mask).then(_having(flag, value, places)).alias(f"{part.name}{SEPARATOR}{value}")
            for part, flag in turned
        ]
        cells = cells.with_columns(*asked)
    columns |= {part.name: [f"{part.name}{SEPARATOR}{value}" for value in VALUES] for part, _ in turned}
    sums = [getattr(nw.col(name), adds_by(name))().alias(name) for names in columns.values() for name in names]
    floats = {name: [nw.col(made).cast(nw.Float64) for made in names] for name, names in columns.items()}
    totals = [reduce(add, floats[part.name]).alias(part.name) for part in parts]
    return cells.group_by(*by).agg(*sums).select(*by, *totals)


def _having(flag: str, value: bool | None, places: Mapping[str, str]) -> nw.Expr:  # noqa: FBT001 - a flag's value
    """Return how many rows of a cell have a value of a flag."""
    rows, known, true = (nw.col(places[name]) for name in ("rows", f"known {flag}", f"true {flag}"))
    return {True: true, False: known - true, None: rows - known}[value]


def _bases(name: str, tables: Collection[str]) -> frozenset[str]:
    """Return the columns of the tables behind a column that a mask names: a predicate stands on others."""
    return frozenset().union(*(columns_behind(table, name) for table in tables))
