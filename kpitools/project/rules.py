"""What the project file may say where no one column holds a value: rules over several, spans between two instants."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from kpitools.errors import require_known
from kpitools.project.strict import STRICT, Names, Said, Texts
from kpitools.schema import Table

ANY = "*"
"""Stands for any text that is there."""


class Rule(BaseModel):
    """One rule of several, the first of which that fits decides: the value, and what each column must hold for it.

    `""` is an empty cell, `"*"` any text that is there, and a `*` within a text any further text: `"Closed*"`. Capitals
    make no difference; a rule without conditions fits every row.
    """

    model_config = STRICT

    value: Annotated[str, Field(alias="is")]
    when: dict[Said, Texts] = {}


class Span(BaseModel):
    """The time between two instants of a row; of several columns, the first that is filled counts."""

    model_config = STRICT

    start: Annotated[Names, Field(alias="from")]
    end: Annotated[Names, Field(alias="to")]


def check_rules(table: Table, rules: Mapping[str, list[Rule]]) -> None:
    """Refuse a rule that gives a value that its column cannot hold."""
    for name, given in rules.items():
        column = table.column(name)
        for rule in given:
            if column.values and rule.value:
                require_known(rule.value, column.values, f"value of {table.name}.{name}")


def made(column: str) -> str:
    """Return the header under which a column that rules or a span make stands beside those of the file."""
    return f"{column} (made)"
