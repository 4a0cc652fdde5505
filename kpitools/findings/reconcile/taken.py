"""Rows of a canonical table as a pandas frame: only what is compared leaves the engine."""

from collections.abc import Collection
from typing import Any

import narwhals as nw
import pandas as pd

from kpitools.measure.tally import collected, columns_of, filtered, to_engine
from kpitools.periods import Period


def taken(
    frame: Any,  # noqa: ANN401 - a frame of any engine
    columns: Collection[str],
    period: Period | None = None,
    team: str | None = None,
) -> pd.DataFrame:
    """Return those of the columns that a table has, over the rows of a period and a team; unknown durations are NaN."""
    rows = to_engine(frame if team is None else filtered(frame, team=team))
    if period is not None:
        rows = rows.filter(nw.col("date") >= period.start, nw.col("date") <= period.end)
    return collected(rows.select(*sorted({*columns} & columns_of(rows))))
