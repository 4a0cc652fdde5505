"""A KPI as a series of periods: which points take part in a verdict, and on which scale they are compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Event
from kpitools.stats.intervals import critical_value

Floats = NDArray[np.float64]
AMOUNTS = ("seconds", "contacts", "requests", "visits", "channels", "customers", "reasons")
"""Units of durations and counts: they vary in proportion to their level, so they are compared as logarithms."""
LEAST_AMOUNT = 0.5
"""What is less (no contact at all, say) counts as this much, for want of a logarithm of zero."""


@dataclass(frozen=True)
class Series:
    """The main statistic of a KPI, one entry a period, oldest first; NaN is a gap.

    `judged` says whether a point takes part in verdicts: it has a value, its period is complete, touches no day
    that an event leaves out, and is not split by a restart. `restarts` are the places with which levels start afresh,
    `errors` the standard errors of the values, as their intervals tell them; NaN where there is none.
    """

    kpi: Kpi
    periods: tuple[Period, ...]
    values: tuple[float, ...]
    judged: tuple[bool, ...]
    restarts: tuple[int, ...] = ()
    errors: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Points:
    """The judged points of a series since its last restart, on the scale on which they are compared.

    `y` is the value itself, its logarithm for an amount, and for a full count, which follows the seasons, the
    logarithm of its ratio to the same week (month, day) of the year before. `raw` is in the KPI's unit, and so is its
    standard `error`, NaN where none is known. `place` counts periods, those that are left out too.
    """

    periods: tuple[Period, ...]
    place: tuple[int, ...]
    raw: Floats
    y: Floats
    log: bool
    error: Floats

    @property
    def grain(self) -> str:
        """Of which grain the periods are, empty where there is none."""
        return self.periods[0].grain if self.periods else ""

    @property
    def spaced(self) -> Floats:
        """The values of `y` at their distance in time, NaN where a period is left out."""
        if not self.place:
            return np.empty(0)
        found = np.full(self.place[-1] - self.place[0] + 1, nan)
        found[np.array(self.place) - self.place[0]] = self.y
        return found

    def nearest(self, spaced: int) -> int:
        """Return which point stands at an index of `spaced`."""
        return self.place.index(spaced + self.place[0])

    def upto(self, last: Period, most: int) -> "Points":
        """Return the points up to a period, the newest `most` of them."""
        return self.at([i for i, period in enumerate(self.periods) if period.end <= last.end][-most:])

    def at(self, places: Sequence[int]) -> "Points":
        """Return the points at some places."""
        chosen = list(places)
        periods, place = tuple(self.periods[i] for i in chosen), tuple(self.place[i] for i in chosen)
        return Points(periods, place, self.raw[chosen], self.y[chosen], self.log, self.error[chosen])

    def level(self, places: slice) -> float:
        """Return the mean level of some points in the KPI's unit; of amounts the geometric mean, a typical one."""
        raw = self.raw[places]
        if not raw.size:
            return nan
        return float(np.exp(np.log(np.maximum(raw, LEAST_AMOUNT)).mean()) if self.log else raw.mean())

    def size(self, step: float, after: float) -> float:
        """Turn a step of `y` that led to the level `after` into a difference in the KPI's unit."""
        return after * -float(np.expm1(-step)) if self.log else step


def series(history: pd.DataFrame, kpi: Kpi, events: Iterable[Event] = ()) -> Series:
    """Take the main statistic of `kpi` from its measure rows of one grain and one segment."""
    rows = history[(history["kpi"] == kpi.name) & (history["statistic"] == kpi.statistic)].sort_values("start")
    periods = tuple(Period.parse(text) for text in rows["period"])
    values = floats(rows["value"])
    events = tuple(events)
    judged = tuple(
        bool(complete) and not isnan(value) and not _broken(period, events)
        for complete, value, period in zip(rows["complete"], values, periods, strict=True)
    )
    return Series(kpi, periods, values, judged, _restarts(periods, events), _errors(rows))


def _errors(rows: pd.DataFrame) -> tuple[float, ...]:
    """Return the standard error that half of each 95 % interval is a multiple of."""
    if not {"low", "high"} <= {*rows.columns}:
        return (nan,) * len(rows)
    wide = np.array(floats(rows["high"])) - np.array(floats(rows["low"]))
    return tuple((wide / 2 / critical_value(0.95)).tolist())


def points(of: Series) -> Points:
    """Return the points on which a verdict may rest."""
    log = of.kpi.unit in AMOUNTS
    first = of.restarts[-1] if of.restarts else 0
    known = {period: value for period, value, judged in zip(of.periods, of.values, of.judged, strict=True) if judged}
    chosen = [(period, known[period]) for period in of.periods[first:] if period in known]
    scaled = [(period, value, _scaled(value, log=log)) for period, value in chosen]
    if of.kpi.statistic == "count":
        earlier = {period: known.get(before) for period, _ in chosen if (before := period.year_before()) is not None}
        scaled = [
            (period, value, y - _scaled(was, log=log))
            for period, value, y in scaled
            if (was := earlier.get(period)) is not None
        ]
    raw = np.array([value for _, value, _ in scaled], dtype=float)
    y = np.array([y for _, _, y in scaled], dtype=float)
    periods = tuple(period for period, _, _ in scaled)
    counted = {period: number for number, period in enumerate(of.periods)}
    place = tuple(counted[period] for period in periods)
    error = np.array([of.errors[i] if of.errors else nan for i in place], dtype=float)
    return Points(periods, place, raw, y, log, error)


def _scaled(value: float, *, log: bool) -> float:
    return float(np.log(max(value, LEAST_AMOUNT))) if log else value


def floats(column: pd.Series) -> tuple[float, ...]:
    """Return a column of numbers, NaN where there is none."""
    return tuple(float(value) for value in pd.to_numeric(column).to_numpy(dtype=float, na_value=nan))


def _broken(period: Period, events: Sequence[Event]) -> bool:
    """Whether the period touches a day that an event leaves out, or is split by a restart."""
    return any(
        event.start <= period.end and period.start <= (event.end or event.start)
        if event.effect == "leave out"
        else period.start < event.start <= period.end
        for event in events
    )


def _restarts(periods: Sequence[Period], events: Sequence[Event]) -> tuple[int, ...]:
    """Give the places, in order, of the periods with which levels start afresh."""
    dates = [event.start for event in events if event.effect == "restart"]
    found = {next((i for i, period in enumerate(periods) if period.start >= day), 0) for day in dates}
    return tuple(sorted(found - {0}))
