"""What a KPI is: a declaration over one canonical table, and what comes of it.

A declaration is a function from a row to a `Share`, `Mean`, `Score` or `Count`, written in Narwhals
expressions, so that one text runs on every engine. The function's name is the key, its docstring the
definition that reports print; what it returns says what is tallied and which interval fits.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import narwhals as nw

from kpitools import schema
from kpitools.errors import require_known

BETTER = ("higher", "lower", "context", "none")
UNITS = (
    "share", "seconds", "contacts", "requests", "points", "score", "visits", "channels", "customers", "reasons",
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """The part `hits` of the rows `of`; Wilson's interval, widened where days vary more than chance."""

    hits: nw.Expr
    of: nw.Expr
    excluded: nw.Expr | None = None


@dataclass(frozen=True)
class Mean:
    """The mean of `value` over the rows `where`, with the quantiles that stand beside it.

    `skewed` marks durations and counts: small samples take a studentised bootstrap, and very small ones no
    interval. `scale` names the columns that must hold one value only: scores on two scales are never pooled.
    """

    value: nw.Expr
    where: nw.Expr
    quantiles: tuple[float, ...] = ()
    skewed: bool = True
    excluded: nw.Expr | None = None
    scale: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """100 x (promoters - detractors) / of: points from -100 to 100."""

    promoters: nw.Expr
    detractors: nw.Expr
    of: nw.Expr
    excluded: nw.Expr | None = None
    scale: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """How many rows are `where`: a full count, so no interval."""

    where: nw.Expr
    excluded: nw.Expr | None = None


Declaration = Share | Mean | Score | Count

STATISTIC = {Share: "share", Mean: "mean", Score: "score", Count: "count"}
QUANTILE_NAMES = {0.5: "median", 0.8: "p80", 0.9: "p90", 0.95: "p95"}


class Row:
    """A row of a canonical table inside a declaration: its columns and predicates, as expressions.

    `used` collects the columns that were asked for, so that a KPI knows what an export must bring.
    """

    def __init__(self, table: str) -> None:
        """Stand for one row of `table`."""
        self._table = table
        self._made: dict[str, nw.Expr] = {}
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> nw.Expr:
        """Return a predicate (`inbound`, `answered` ...) or a column; an unknown name is refused."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._made:
            predicates = PREDICATES[self._table]
            if name in predicates:
                predicates[name](self)  # for the columns that it uses
                self._made[name] = nw.col(_PREDICATE + name)
            else:
                known = (*schema.column_names(self._table), *predicates)
                self.used.add(require_known(name, known, f"column of {self._table}"))
                self._made[name] = nw.col(name)
        return self._made[name]


PREDICATES: dict[str, dict[str, Callable[[Any], nw.Expr]]] = {
    "contacts": {
        "inbound": lambda row: row.direction == "inbound",
        "outbound": lambda row: row.direction == "outbound",
        "phone": lambda row: row.channel == "phone",
        "answered": lambda row: row.outcome == "answered",
        "inbound_call": lambda row: row.inbound & row.phone,
        "offered": lambda row: row.inbound_call & ~row.out_of_hours & ~(row.outcome == "unknown"),
    },
    "requests": {
        "solved": lambda row: (row.status == "solved") | (row.status == "closed"),
    },
    "surveys": {
        "answered": lambda row: row.status == "answered",
        "csat": lambda row: row.kind == "csat",
        "nps": lambda row: row.kind == "nps",
    },
}
"""Named conditions on a row. Category columns are never null at the door, so none of these is null.

One that is made of others follows them.
"""
_PREDICATE = "is_"
"""Begins the name of a predicate's column."""


def with_predicates(rows: nw.LazyFrame[Any], table: str) -> nw.LazyFrame[Any]:
    """Add the predicates of a table that its columns allow, each as a column: declarations stand on these.

    One after the other, so that an engine makes each condition once, however many KPIs ask for it.
    """
    has = frozenset(rows.collect_schema().names())
    for name, predicate in PREDICATES[table].items():
        row = Row(table)
        made = predicate(row)
        if row.used <= has:
            rows = rows.with_columns(made.alias(_PREDICATE + name))
    return rows


@dataclass(frozen=True)
class Kpi:
    """One KPI of the catalogue, in one definition.

    `parameters` are what a project may set in `[definitions]`, with their defaults; `declare` makes the
    expressions; a KPI that is only named so far (`declared_only`) cannot be measured yet.
    """

    name: str
    label: str
    table: str
    unit: str
    better: str
    definition: str
    text: str
    declare: Callable[..., Declaration] | None
    parameters: dict[str, float] = field(default_factory=dict)
    denominator: str = ""
    statistic: str = "share"
    quantiles: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)

    @property
    def declared_only(self) -> bool:
        """Say whether the KPI is named, but cannot be measured yet."""
        return self.declare is None

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics that `measure` gives, the main one first."""
        return (self.statistic, *self.quantiles)

    @property
    def definition_id(self) -> str:
        """The exact variant in use, with its parameters, as reports print it."""
        inside = ", ".join(f"{name}={value:g}" for name, value in sorted(self.parameters.items()))
        return f"{self.definition}({inside})" if inside else self.definition

    def with_parameters(self, **given: float) -> "Kpi":
        """Return the same KPI with other parameters; an unknown one is refused."""
        for name in given:
            require_known(name, self.parameters, f"parameter of {self.name}")
        return replace(self, parameters={**self.parameters, **given})

    def expressions(self) -> tuple[Declaration, frozenset[str]]:
        """Return what the declaration makes, for rows `with_predicates`, and the columns that it needs."""
        if self.declare is None:
            raise ValueError(f"{self.name} is declared only: it has no expressions yet")
        row = Row(self.table)
        made = self.declare(row, **self.parameters)
        return made, frozenset({*row.used, *getattr(made, "scale", ())})


CATALOGUE: dict[str, Kpi] = {}
"""Every KPI by name, in the order of declaration; `catalogue` fills it."""


def kpi(
    label: str,
    *,
    on: str,
    unit: str,
    better: str,
    definition: str = "",
    denominator: str = "",
    statistic: str = "share",
    bounds: tuple[float | None, float | None] = (None, None),
    measured: bool = True,
) -> Callable[[Callable[..., Declaration | None]], Kpi]:
    """Declare a KPI: the decorated function's name is its key, its docstring its definition.

    With `measured=False` it is only a name that benchmarks and targets may cite: it cannot be measured yet.
    `denominator` says in words what is divided by; `bounds` is the range that no value leaves.
    """
    require_known(on, [*schema.TABLES, "customers", "orders", "figures"], "table")
    require_known(unit, UNITS, "unit")
    require_known(better, BETTER, "direction")

    def declare(function: Callable[..., Declaration | None]) -> Kpi:
        parameters = {
            name: parameter.default
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        made = Kpi(
            name=function.__name__, label=label, table=on, unit=unit, better=better, definition=definition,
            text=inspect.getdoc(function) or "", declare=function if measured else None,  # type: ignore[arg-type]
            parameters=parameters, denominator=denominator, statistic=statistic, bounds=bounds,
        )  # fmt: skip
        CATALOGUE[made.name] = _described(made)
        return CATALOGUE[made.name]

    return declare


def _described(made: Kpi) -> Kpi:
    """Add what the returned expressions say: the statistic and the quantiles beside it."""
    if made.declared_only:
        return made
    expressions, _ = made.expressions()
    assert isinstance(expressions, get_args(Declaration))  # noqa: S101
    quantiles = tuple(QUANTILE_NAMES[p] for p in getattr(expressions, "quantiles", ()))
    return replace(made, statistic=STATISTIC[type(expressions)], quantiles=quantiles)
