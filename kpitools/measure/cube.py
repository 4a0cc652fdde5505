"""The cube: rows summed over all that the masks of KPIs tell apart, and the parts of KPIs added up from it.

Two group-bys: the first sums rows over the codes that masks name (they have few values), the second asks the masks of
these cells. So a condition is asked some thousand times, however many rows there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class _Flag:
    """A flag whose values are counted in each cell, in place of grouping by it: where it is known, and where true."""

    name: str
    known: Part
    true: Part

    @classmethod
    def of(cls, name: str, made: nw.Expr, known: nw.Expr) -> "_Flag":
        """Make a flag of its expression; it is known just where `known` is, which may be counted for a mean already."""
        everywhere = nw.lit(value=True)
        return cls(name, Part("known", everywhere, "n", known), Part("true", everywhere, "total", made))

    def rows(self, value: bool | None, places: Mapping[str, str]) -> nw.Expr:  # noqa: FBT001 - a flag's value
        """Return how many rows of a cell have a value of the flag."""
        rows, known, true = (nw.col(places[name]) for name in (_ROWS.source, self.known.source, self.true.source))
        return {True: true, False: known - true, None: rows - known}[value]


_ROWS = Part("rows", nw.lit(value=True))


def summed(rows: nw.LazyFrame[Any], kpis: Sequence[Kpi], by: Mapping[str, nw.Expr]) -> nw.LazyFrame[Any]:
    """Sum the parts of some KPIs over the rows of a table: a row for each of `by`, a column `<kpi>__<part>` each."""
    parts = [replace(part, name=f"{kpi.key}{SEPARATOR}{part.name}") for kpi in kpis for part in parts_of(kpi)]
    tables = sorted({kpi.table for kpi in kpis})
    conditions = {name: made for kpi in kpis for name, made in kpi.conditions().items()}
    compared = {name: column for kpi in kpis for name, column in kpi.compared().items()}
    turning = {name: flag for name, flag in _counted_flags(parts, tables, conditions).items() if flag not in by}
    known = {name: nw.col(name) for name in rows.collect_schema().names()} | conditions
    named = {base for part in parts for name in part.names - {*turning.values()} for base in _bases(name, tables)}
    keys = dict(by) | {name: made for name, made in known.items() if name in named - {*by}}
    flags = {flag: _Flag.of(flag, known[flag], known[compared.get(flag, flag)]) for flag in sorted({*turning.values()})}
    asked = [_ROWS, *parts, *(part for flag in flags.values() for part in (flag.known, flag.true))]
    sources = {part.source: part.summed for part in asked}
    places = {source: f"c{number}" for number, source in enumerate(sources)}
    columns = keys | {places[source]: value for source, (value, _) in sources.items()}
    sums = [getattr(nw.col(places[source]), how)().alias(places[source]) for source, (_, how) in sources.items()]
    cells = rows.select(*[made.alias(name) for name, made in columns.items()]).group_by(*keys).agg(*sums)
    turned = {part: flags[flag] for part, flag in turning.items()}
    return _added(reduce(with_predicates, tables, cells), parts, turned, places, list(by))


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


def _added(
    cells: nw.LazyFrame[Any],
    parts: Sequence[Part],
    flags: Mapping[str, _Flag],
    places: Mapping[str, str],
    by: Sequence[str],
) -> nw.LazyFrame[Any]:
    """Add up the cells that each part's mask says yes to; of a flag, as many of their rows as have its value."""
    plain, turned = ([part for part in parts if (part.name in flags) is counted] for counted in (False, True))
    columns = {part.name: [part.name] for part in plain}
    columns |= {part.name: [f"{part.name}{SEPARATOR}{value}" for value in VALUES] for part in turned}
    step: list[nw.Expr] = [nw.when(part.mask).then(nw.col(places[part.source])).alias(part.name) for part in plain]
    for value in VALUES if turned else ():  # each step asks of the value before, and sets the next
        step += [nw.lit(value, nw.Boolean).alias(name) for name in sorted({flag.name for flag in flags.values()})]
        cells = cells.with_columns(*step)
        rows = {part.name: flags[part.name].rows(value, places) for part in turned}
        step = [nw.when(part.mask).then(rows[part.name]).alias(f"{part.name}{SEPARATOR}{value}") for part in turned]
    cells = cells.with_columns(*step) if step else cells
    sums = [getattr(nw.col(name), adds_by(name))().alias(name) for names in columns.values() for name in names]
    floats = {name: [nw.col(made).cast(nw.Float64) for made in names] for name, names in columns.items()}
    totals = [reduce(add, floats[part.name]).alias(part.name) for part in parts]
    return cells.group_by(*by).agg(*sums).select(*by, *totals)


def _bases(name: str, tables: Collection[str]) -> frozenset[str]:
    """Return the columns of the tables behind a column that a mask names: a predicate stands on others."""
    return frozenset().union(*(columns_behind(table, name) for table in tables))
