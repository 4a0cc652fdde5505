"""What a cell says: the text or typed value of an export, read as a value of its kind.

The scalar parsers (`parse`) are the truth; `parse_column` gives the same for a whole column.
"""

from kpitools.sources.cells.columns import TYPES, Parsed, each_once, parse_column
from kpitools.sources.cells.evidence import (
    decide_date_order,
    decide_decimal,
    decide_duration_unit,
    shows_other_order,
)
from kpitools.sources.cells.scalar import KINDS, parse
from kpitools.sources.cells.text import CellError
from kpitools.sources.cells.zones import clock_changes, localise, to_utc

__all__ = [
    "KINDS",
    "TYPES",
    "CellError",
    "Parsed",
    "clock_changes",
    "decide_date_order",
    "decide_decimal",
    "decide_duration_unit",
    "each_once",
    "localise",
    "parse",
    "parse_column",
    "shows_other_order",
    "to_utc",
]
