"""What the project file may say of a column, by the column's kind."""

import math
import re
from collections.abc import Mapping
from typing import Any

from kpitools.errors import require_known
from kpitools.schema import TABLES, Column, Table, column_names

NUMBERS = ("number", "count", "duration")
TAKES = {
    "values": ("category", "text"),
    "constants": ("category", "text", *NUMBERS),
    "units": ("duration",),
    "formats": ("instant",),
    "rules": ("category", "text", "boolean", "number", "count"),
    "spans": ("duration",),
}
"""Which kinds of column each part of a source is about."""
TAKEN = (
    "kpi", "definition", "statistic", "unit", "period", "start", "end", "complete", "category", "value", "low", "high",
    "n", "numerator", "denominator", "excluded", "suppressed", "reason", "low_90", "high_90", "against", "kind",
    "reference_low", "reference_high", "reference_id", "comparable", "difference", "difference_low", "difference_high",
    "verdict", "why", "needed_n",
)  # fmt: skip
"""Columns of measurements and findings: a segment of that name could not stand beside them."""
_SEGMENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def check_segment(name: str) -> None:
    """Refuse a name for a segment of one's own that is no plain word, or that a column has already."""
    if not _SEGMENT.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a segment: write it in lower-case letters, digits and single '_'")
    of = next((table for table in TABLES if name in column_names(table)), None)
    if of is not None:
        raise ValueError(f"{name!r} is a column of {of} already: map it under [source.columns], or name it otherwise")
    if name in TAKEN:
        raise ValueError(f"{name!r} is a column of every measurement: give the segment another name")


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
