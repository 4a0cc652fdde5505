"""Rows of measurements as they are written: their columns, and JSON and CSV that are the same everywhere."""

import csv
import io
import json
from typing import Any

from kpitools import schema

COLUMNS = (
    "kpi", "definition", "statistic", "unit", "period", "start", "end", "complete", *schema.SEGMENTS,
    "category", "value", "low", "high", "n", "numerator", "denominator", "excluded", "suppressed", "reason",
)  # fmt: skip
"""A row of the output, in order; segments that were not asked for are absent.

`category` is null where a KPI has none. `low_90` and `high_90` follow.
"""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_json(rows: list[dict[str, Any]]) -> str:
    """Write records as one JSON array, a row a line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"


def to_csv(rows: list[dict[str, Any]]) -> str:
    """Write records as CSV; a text that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _inert(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _inert(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
