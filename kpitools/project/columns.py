"""What the project file may say of a column, by the column's kind."""

import math
from collections.abc import Mapping
from typing import Any

from kpitools.errors import require_known
from kpitools.schema import Column, Table

NUMBERS = ("number", "count", "duration")
TAKES = {
    "values": ("category", "text"),
    "constants": ("category", "text", *NUMBERS),
    "units": ("duration",),
    "formats": ("instant",),
}
"""Which kinds of column each part of a source is about."""


def check_part(table: Table, part: str, given: Mapping[str, Any]) -> None:
    """Refuse an unknown column, one to which the part does not apply, and a value that the column cannot hold."""
    for name, said in given.items():
        column = table.column(name)
        if column.kind not in TAKES.get(part, (column.kind,)):
            raise ValueError(f"{part} says nothing about {name}: it is for columns of {', '.join(TAKES[part])}")
        if part == "constants":
            check_constant(column, said)
        if part == "values":
            check_codes(table, column, said)


def check_constant(column: Column, value: object) -> None:
    """Refuse a value that stands for every row and that the column cannot hold."""
    if column.kind in NUMBERS:
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
        if not math.isfinite(number) or (number < 0 and column.kind != "number"):
            raise ValueError(f"constants.{column.name} must be a number, not {value!r}")
    elif not isinstance(value, str) or not value.strip():
        raise ValueError(f"constants.{column.name} must be a text, not {value!r}")
    elif column.values:
        require_known(value, column.values, f"value of {column.name}")


def check_codes(table: Table, column: Column, codes: Mapping[str, list[str]]) -> None:
    """Refuse a canonical value that is none, and a text of the export that would mean two of them."""
    meant: dict[str, str] = {}
    for code, texts in codes.items():
        if column.values:
            require_known(code, column.values, f"value of {table.name}.{column.name}")
        for text in texts:
            other = meant.setdefault(text.strip().lower(), code)
            if other != code:
                raise ValueError(f"values.{column.name}: {text!r} cannot mean both {other!r} and {code!r}")
