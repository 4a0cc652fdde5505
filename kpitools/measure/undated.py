"""What a list without dates says is of no period: it is counted on a day that stands for none, which is taken away.

So it is tallied, broken down and suppressed as everything else is.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kpitools import schema
from kpitools.measure.tally import columns_of
from kpitools.periods import NO_DAY


def lists(tables: Mapping[str, Any]) -> list[str]:
    """Name the tables whose rows have no date."""
    return [name for name, frame in tables.items() if "date" not in columns_of(frame)]


def without_period(rows: pd.DataFrame) -> pd.DataFrame:
    """Return measurements without a period, and not complete, where they are of the day that stands for none."""
    undated = rows["start"] <= NO_DAY
    if not undated.any():
        return rows
    taken = {name: rows[name].astype(object).where(~undated, None) for name in ("period", "start", "end")}
    return rows.assign(**taken, complete=rows["complete"] & ~undated)


def no_dates(tables: Mapping[str, Any]) -> str:
    """Say in one line what would give tables without dates their periods; empty where every table has them."""
    lacking = [
        f"{name}.{table.anchor} ({table.column(table.anchor).help}: a date in each row)"
        for name in lists(tables)
        for table in [schema.TABLES[name]]
    ]
    return f"The exports have no dates, so there is no period. Missing: {', '.join(lacking)}." if lacking else ""
