"""The additive sums that a KPI is made of: over which rows, of what, and how they add up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import narwhals as nw

from kpitools import schema
from kpitools.kpi import Cohort, Count, Kpi, Mean, Mix, People, Score, Share

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

    @property
    def summed(self) -> tuple[nw.Expr, str]:
        """What is summed of each row into that column, and how."""
        if self.value is None:
            return nw.lit(1), "count"
        value = self.value.cast(nw.Float64)
        return value * value if self.what == "squares" else value, _AGGREGATE.get(self.what, self.what)

    @property
    def names(self) -> frozenset[str]:
        """The columns and predicates that tell its rows apart; what it takes the ends of is one of them."""
        asked = [self.mask, *([self.value] if self.what in ("min", "max") else [])]
        return frozenset(name for expression in asked for name in _COLUMN.findall(repr(expression)))


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
            codes = schema.TABLES[kpi.table].column(category).values
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


def adds_by(name: str) -> str:
    """Say how a column of a tally adds up: its sum, or the least or the greatest of it."""
    part = name.split(SEPARATOR, 1)[1]
    return next((how for how in ("min", "max") if part.startswith(f"{how}_")), "sum")


_COLUMN = re.compile(r"col\((\w+)\)")
_AGGREGATE = {"n": "count", "total": "sum", "squares": "sum"}
"""How each kind of part adds up over rows; the ends of a scale by their own names."""
