"""Rows of measurements as plain records, so that every output writes one and the same number."""

import math
from datetime import date
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as dictionaries: unknown is None, dates are ISO text, whole counts stay as they are.

    A column of instants keeps their time of day.
    """
    for name in frame.select_dtypes("datetime"):
        if (frame[name].dt.normalize() < frame[name]).any():
            frame = frame.assign(**{str(name): frame[name].dt.strftime("%Y-%m-%d %H:%M:%S")})
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value
