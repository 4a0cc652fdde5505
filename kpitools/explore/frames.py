"""Any frame of kpitools shown well: numbers by their unit and in the reader's language, nothing more than they bear."""

from typing import Any

import pandas as pd

from kpitools.measure.rows import records
from kpitools.present import markup
from kpitools.present.languages import Words, words
from kpitools.present.markup import Shown, tag
from kpitools.present.numbers import difference, level, number

LEVELS = ("value", "low", "high", "low_90", "high_90", "reference_low", "reference_high", "before")
DIFFERENCES = ("difference", "difference_low", "difference_high")
COUNTS = ("n", "numerator", "denominator", "excluded", "needed_n")


def table(rows: pd.DataFrame, caption: str = "", language: str = "en", unit: str = "") -> Shown:
    """Show the rows of `measure`, `compare`, `what_if` or any frame as a table.

    Args:
        rows: a row each; `value` and its bounds are written by the `unit` that the rows name, or by the one given.
        caption: what the table shows.
        language: whose separators and signs.
        unit: the unit of all rows that name none: share, seconds, points, score ...

    Columns that are empty in every row are left out. What a cell holds is text, never markup.

    >>> table(pd.DataFrame({"kpi": ["answer_rate"], "value": [0.8213], "n": [1200]}), "Calls", unit="share")
    Calls
    kpi | value | n
    answer_rate | 82% | 1,200
    """
    said = words(language)
    kept = rows.dropna(axis="columns", how="all")
    heads = [str(name) for name in kept.columns]
    kinds = {name: "number" if kept[name].dtype.kind in "iuf" else None for name in kept.columns}
    body = (
        tag("tr", *(tag("td", _cell(said, str(name), row, unit), class_=kind) for name, kind in kinds.items()))
        for row in records(kept)
    )
    numbers = [place for place, kind in enumerate(kinds.values()) if kind]
    return Shown(markup.table("frame", caption, heads, body, numbers=numbers))


def _cell(said: Words, name: str, row: dict[str, Any], unit: str) -> str:
    """Write one cell; a value without a unit keeps its own digits."""
    cell, known = row[name], str(row.get("unit") or unit)
    if cell is None:
        return ""
    if name in COUNTS:
        return number(said, cell)
    if known and name in LEVELS:
        return level(said, known, cell, row.get("low"), row.get("high"))
    if known and name in DIFFERENCES:
        return difference(said, known, cell, row.get("low"), row.get("high"))
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
