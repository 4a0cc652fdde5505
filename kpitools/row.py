"""A row of a canonical table as a declaration sees it: columns, and named conditions on them, as expressions."""

import re
from collections.abc import Callable
from typing import Any

import narwhals as nw

from kpitools import schema
from kpitools.errors import require_known


class Row:
    """A row of a canonical table inside a declaration: its columns and predicates, as expressions.

    `used` collects the columns that were asked for, so that a KPI knows what an export must bring; `conditions` what
    was asked of finely measured columns; `compared` the column of each that is unknown just where its column is.
    """

    def __init__(self, table: str) -> None:
        """Stand for one row of `table`."""
        self._table = table
        self._made: dict[str, nw.Expr] = {}
        self.used: set[str] = set()
        self.conditions: dict[str, nw.Expr] = {}
        self.compared: dict[str, str] = {}

    def at_most(self, column: str, limit: float) -> nw.Expr:
        """Say whether a finely measured column (a duration) is at most `limit`; unknown where the column is.

        Masks ask this way, and not `row.wait_s <= 20`, because the tally groups by all that its masks can tell apart:
        a condition has two values, a duration thousands.
        """
        return self._condition(f"{column}_at_most_{limit:g}", getattr(self, column) <= limit, column)

    def at_least(self, column: str, limit: float) -> nw.Expr:
        """Say whether a finely measured column is at least `limit`; unknown where the column is."""
        return self._condition(f"{column}_at_least_{limit:g}", getattr(self, column) >= limit, column)

    def known(self, column: str) -> nw.Expr:
        """Say whether a finely measured column has a value; masks ask this way for the same reason."""
        return self._condition(f"{column}_known", ~getattr(self, column).is_null())

    @property
    def asked(self) -> frozenset[str]:
        """The predicates and columns that were asked for, with those that they are made of."""
        return frozenset(self._made)

    def _condition(self, name: str, made: nw.Expr, compared: str = "") -> nw.Expr:
        name = re.sub(r"\W", "_", name)
        self.conditions[name] = made
        self.compared |= {name: compared} if compared else {}
        return nw.col(name)

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
        "abandoned": lambda row: row.outcome == "abandoned",
        "in_menu": lambda row: (row.outcome == "abandoned_in_menu") | (row.outcome == "contained"),
        "closed": lambda row: row.out_of_hours | (row.outcome == "out_of_hours"),
        "queued": lambda row: row.inbound_call & ~(row.outcome == "unknown") & ~row.in_menu,
        "offered": lambda row: row.queued & ~row.closed,
    },
    "requests": {
        "solved": lambda row: (row.status == "solved") | (row.status == "closed"),
        "written": lambda row: (row.channel == "email") | (row.channel == "web_form"),
    },
    "surveys": {
        "answered": lambda row: row.status == "answered",
        "csat": lambda row: row.kind == "csat",
        "nps": lambda row: row.kind == "nps",
        "ces": lambda row: row.kind == "ces",
        "of_relation": lambda row: row.touchpoint == "relation",
        "of_contact": lambda row: (row.touchpoint == "contact") | (row.touchpoint == "request"),
    },
    "customers": {},
    "orders": {},
    "messages": {},
    "advisers": {},
    "figures": {},
}
"""Named conditions on a row. Category columns are never null at the door, so none of these is null.

One that is made of others follows them.
"""
_PREDICATE = "is_"
"""Begins the name of a predicate's column."""


def with_predicates(rows: nw.LazyFrame[Any], table: str) -> nw.LazyFrame[Any]:
    """Add the predicates of a table that its columns allow, each as a column: declarations stand on these.

    One that is made of others comes a step after them, so that an engine makes each condition once, however many KPIs
    ask for it.
    """
    has = frozenset(rows.collect_schema().names())
    step: dict[str, nw.Expr] = {}
    for name, predicate in PREDICATES[table].items():
        row = Row(table)
        made = predicate(row)
        if step.keys() & row.asked:
            rows, step = rows.with_columns(*step.values()), {}
        if row.used <= has:
            step[name] = made.alias(_PREDICATE + name)
    return rows.with_columns(*step.values()) if step else rows


def columns_behind(table: str, column: str) -> frozenset[str]:
    """Return the columns of a canonical table that a column of its masks stands on: those of a predicate, or itself."""
    predicate = column.removeprefix(_PREDICATE)
    if predicate == column or predicate not in PREDICATES[table]:
        return frozenset({column})
    row = Row(table)
    getattr(row, predicate)
    return frozenset(row.used)
