"""When calls go unanswered: by half-hour and weekday, on the clock of the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from kpitools.kpi import Share
from kpitools.measure.tally import collected, columns_of, filtered, prepared
from kpitools.periods import Period
from kpitools.project import Project

KPI = "answer_rate"
LEAST = 10
"""Calls from which on a cell has a share; of fewer, one call more or less would change it by over ten points."""


@dataclass(frozen=True, eq=False)
class Hours:
    """Calls offered and unanswered; `cells` has a row for each weekday (1: Monday) and half-hour (0 to 47) with calls.

    `unanswered` is a share, NaN where fewer than `LEAST` calls were offered.
    """

    cells: pd.DataFrame

    @property
    def offered(self) -> int:
        """How many calls there were in all."""
        return int(self.cells["offered"].sum())


def hours(tables: Mapping[str, Any], project: Project, period: Period, team: str | None = None) -> Hours | None:
    """Count the calls of the answer rate by weekday and half-hour; None where there are none, or no time of day."""
    kpi, frame = project.kpi(KPI), tables.get("contacts")
    if frame is None or not {*kpi.expressions()[1], "started_at", "date"} <= columns_of(frame):
        return None
    declared, _ = kpi.expressions()
    assert isinstance(declared, Share)  # noqa: S101 - it is a share in each of its definitions
    rows = prepared(filtered(frame, team=team), kpi)
    wanted = rows.filter(declared.of, nw.col("date") >= period.start, nw.col("date") <= period.end)
    found = collected(wanted.select("started_at", (declared.hits & declared.of).alias("answered")))
    return Hours(_cells(found, project.about.timezone)) if len(found) else None


def _cells(calls: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Add calls up by the weekday and half-hour of the local clock, whatever the season."""
    begun = pd.to_datetime(calls["started_at"])
    begun = (begun.dt.tz_localize("UTC") if begun.dt.tz is None else begun).dt.tz_convert(zone)
    place = {"weekday": begun.dt.weekday + 1, "half_hour": begun.dt.hour * 2 + begun.dt.minute // 30}
    counted = pd.DataFrame({**place, "answered": calls["answered"].astype(bool)})
    cells = counted.groupby(["weekday", "half_hour"])["answered"].agg(offered="size", answered="sum").reset_index()
    share = 1 - cells["answered"] / cells["offered"]
    return cells.assign(unanswered=share.where(cells["offered"] >= LEAST))
