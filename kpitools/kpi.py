"""What a KPI is: a declaration over one canonical table, and what comes of it.

A declaration is a function from a row to a `Share`, `Mean`, `Score`, `Count`, `Mix`, `People` or `Cohort`, written in
Narwhals expressions, so that one text runs on every engine. The function's name is the key, its docstring the
definition that reports print; what it returns says what is tallied and which interval fits.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import narwhals as nw

from kpitools import schema
from kpitools.errors import require_known
from kpitools.row import Row

BETTER = ("higher", "lower", "context", "none")
UNITS = (
    "share", "seconds", "contacts", "requests", "points", "score", "visits", "channels", "customers", "reasons",
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """The part `hits` of the rows `of`; Wilson's interval, widened where days vary more than chance.

    `scale` and `apart` as for a mean.
    """

    hits: nw.Expr
    of: nw.Expr
    excluded: nw.Expr | None = None
    scale: tuple[str, ...] = ()
    apart: nw.Expr | None = None


@dataclass(frozen=True)
class Mean:
    """The mean of `value` over the rows `where`, with the quantiles that stand beside it.

    `skewed` marks durations and counts: small samples take a studentised bootstrap, and very small ones no
    interval. `scale` names the columns that must hold one value only: scores on two scales are never pooled, nor are
    rows where `apart` holds with rows where it does not.
    """

    value: nw.Expr
    where: nw.Expr
    quantiles: tuple[float, ...] = ()
    skewed: bool = True
    excluded: nw.Expr | None = None
    scale: tuple[str, ...] = ()
    apart: nw.Expr | None = None


@dataclass(frozen=True)
class Score:
    """100 x (promoters - detractors) / of: points from -100 to 100; `scale` and `apart` as for a mean."""

    promoters: nw.Expr
    detractors: nw.Expr
    of: nw.Expr
    excluded: nw.Expr | None = None
    scale: tuple[str, ...] = ()
    apart: nw.Expr | None = None


@dataclass(frozen=True)
class Count:
    """How many rows are `where`: a full count, so no interval."""

    where: nw.Expr
    excluded: nw.Expr | None = None


@dataclass(frozen=True)
class Mix:
    """The part of each value of a column with a closed list of values among the rows `where`: a share a category."""

    category: str
    where: nw.Expr
    excluded: nw.Expr | None = None


@dataclass(frozen=True)
class People:
    """The part of the different persons with a row `of` who have a row `hits`; `who` is the column of persons.

    Persons do not add up over periods: it takes a further pass.
    """

    who: str
    hits: nw.Expr
    of: nw.Expr
    excluded: nw.Expr | None = None


@dataclass(frozen=True)
class Cohort:
    """Of the spells that ran when a period began, the part that ended in it (`kept`: that did not).

    A spell runs from the local day in the column `start` to the one in `end`, which is empty while it lasts.
    """

    start: str
    end: str
    kept: bool = False


Declaration = Share | Mean | Score | Count | Mix | People | Cohort

STATISTIC = {
    Share: "share", Mean: "mean", Score: "score", Count: "count", Mix: "share", People: "share", Cohort: "share",
}  # fmt: skip
QUANTILE_NAMES = {0.5: "median", 0.8: "p80", 0.9: "p90", 0.95: "p95"}


@dataclass(frozen=True)
class Kpi:
    """One KPI of the catalogue, in one definition.

    `parameters` are what a project may set in `[definitions]`, with their defaults; `declare` makes the
    expressions; a KPI that is only named so far (`declared_only`) cannot be measured yet. `dated` is the column of
    local days that places a row in a period; empty for what a list without dates says, of no period. `variants`
    holds every definition by its id, the default one first. Cases are `people` where they are persons, and their groups
    may be too small to show. Each definition says its meaning (`text`), `numerator`, `denominator`,
    `exclusions`, when to `avoid` it, its `source`, and `why` the default is the default.
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
    numerator: str = ""
    denominator: str = ""
    exclusions: str = ""
    avoid: str = ""
    source: str = ""
    why: str = ""
    dated: str = "date"
    statistic: str = "share"
    quantiles: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)
    people: bool = False
    variants: dict[str, "Kpi"] = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> str:
        """What tells this definition's columns in a tally from those of the KPI's other definitions."""
        default = next(iter(self.variants), self.definition)
        return self.name if self.definition == default else f"{self.name}_{self.definition}"

    def variant(self, definition: str, **about: Any) -> Callable[[Callable[..., Declaration]], "Kpi"]:  # noqa: ANN401
        """Declare another definition of the same KPI: the decorated function's docstring is its meaning.

        `about` are the fields that differ: `numerator`, `denominator`, `exclusions`, `avoid`, `source`, `better` ...
        """

        def declare(function: Callable[..., Declaration]) -> Kpi:
            reset: dict[str, Any] = {"numerator": "", "exclusions": "", "avoid": "", "why": "", "people": False}
            own = reset | about
            text = inspect.getdoc(function) or ""
            made = replace(
                self, definition=definition, text=text, declare=function, parameters=_parameters(function), **own
            )
            self.variants[definition] = _described(made)
            return self.variants[definition]

        return declare

    def defined(self, definition: str) -> "Kpi":
        """Return the KPI in another of its definitions; an unknown one is refused with the nearest."""
        known = self.variants or {self.definition: self}  # a KPI that comes as figures only has the one that it names
        return known[require_known(definition, known, f"definition of {self.name}")]

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
        made, row = self._made()
        named = (getattr(made, name, None) for name in ("category", "who", "start", "end"))
        dated = {self.dated} - {"date", ""}
        return made, frozenset({*row.used, *getattr(made, "scale", ()), *(name for name in named if name), *dated})

    def conditions(self) -> dict[str, nw.Expr]:
        """Return the conditions on finely measured columns that the masks name, and what each is made of."""
        return self._made()[1].conditions

    def compared(self) -> dict[str, str]:
        """Return the column of each of these conditions that is unknown just where its column is."""
        return self._made()[1].compared

    def _made(self) -> tuple[Declaration, Row]:
        if self.declare is None:
            raise ValueError(f"{self.name} is declared only: it has no expressions yet")
        row = Row(self.table)
        return self.declare(row, **self.parameters), row


CATALOGUE: dict[str, Kpi] = {}
"""Every KPI by name, in the order of declaration; `catalogue` fills it."""


def kpi(
    label: str,
    *,
    on: str,
    unit: str,
    better: str,
    definition: str = "",
    measured: bool = True,
    **about: Any,  # noqa: ANN401 - the fields of `Kpi` that describe it
) -> Callable[[Callable[..., Declaration | None]], Kpi]:
    """Declare a KPI in its default definition: the function's name is its key, its docstring the definition.

    With `measured=False` it is only a name that benchmarks and targets may cite: it cannot be measured yet.
    `about` may give `numerator`, `denominator`, `exclusions`, `avoid`, `source`, `why`, `dated`, `statistic`, and
    `bounds`, the range that no value leaves.
    """
    require_known(on, schema.TABLES, "table")
    require_known(unit, UNITS, "unit")
    require_known(better, BETTER, "direction")

    def declare(function: Callable[..., Declaration | None]) -> Kpi:
        made = _described(Kpi(
            name=function.__name__, label=label, table=on, unit=unit, better=better, definition=definition,
            text=inspect.getdoc(function) or "", declare=function if measured else None,  # type: ignore[arg-type]
            parameters=_parameters(function), **about,
        ))  # fmt: skip
        if measured:
            made.variants[definition] = made
        CATALOGUE[made.name] = made
        return made

    return declare


def _parameters(function: Callable[..., Any]) -> dict[str, float]:
    found = inspect.signature(function).parameters.items()
    return {name: parameter.default for name, parameter in found if parameter.kind is parameter.KEYWORD_ONLY}


def _described(made: Kpi) -> Kpi:
    """Add what the returned expressions say: the statistic and the quantiles beside it."""
    if made.declared_only:
        return made
    expressions, _ = made.expressions()
    assert isinstance(expressions, get_args(Declaration))  # noqa: S101
    quantiles = tuple(QUANTILE_NAMES[p] for p in getattr(expressions, "quantiles", ()))
    people = made.people or made.table in schema.PEOPLE or isinstance(expressions, People)
    return replace(made, statistic=STATISTIC[type(expressions)], quantiles=quantiles, people=people)
