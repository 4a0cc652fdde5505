"""A KPI over time: an XmR chart, and where its newest point lies among what the earlier ones make usual."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan, nan
from typing import Literal, TypeAlias

import pandas as pd

from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Event
from kpitools.stats.rules import Signal, signals
from kpitools.stats.xmr import outside_usual, xmr

Newest: TypeAlias = Literal["outside_high", "outside_low", "usual", "too_short"]
LEAST = 12
"""Earlier points needed before the newest one is judged."""


@dataclass(frozen=True)
class Trend:
    """The main statistic of a KPI, one entry a period, oldest first; NaN is a gap.

    `judged` says whether a point takes part in the chart: its period is complete and touches no day to leave out.
    `mean`, `lower` and `upper` are the centre and the natural process limits (NaN where there are none yet); they
    start afresh at the `restarts`, and those of the newest stretch come from the points before the newest one, so that
    the chart shows the limits that judge it. `flags` names the signal of each point (`stats.rules`), "" for none.
    `newest` is None where the newest period itself is not judged; "too_short" with fewer than 12 earlier points.
    """

    kpi: str
    periods: tuple[Period, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    flags: tuple[Signal, ...]
    judged: tuple[bool, ...]
    restarts: tuple[Period, ...]
    newest: Newest | None


def trend(history: pd.DataFrame, kpi: Kpi, events: Iterable[Event] = ()) -> Trend:
    """Chart the main statistic of `kpi` from its measure rows of one grain and one segment.

    A period that is not complete, or that touches days which an event leaves out, is shown and takes no part. A restart
    begins new limits with the first period that starts on its day or later; a period in which it falls is part old,
    part new, and takes no part either.
    """
    rows = history[(history["kpi"] == kpi.name) & (history["statistic"] == kpi.statistic)].sort_values("start")
    periods = tuple(Period.parse(text) for text in rows["period"])
    values = _floats(rows["value"])
    events = tuple(events)
    judged = tuple(
        complete and not isnan(value) and not _broken(period, events)
        for complete, value, period in zip(rows["complete"], values, periods, strict=True)
    )
    restarts = _restarts(periods, events)
    series = [value if used else nan for value, used in zip(values, judged, strict=True)]
    chart = _charts(series, restarts, kpi)
    return Trend(
        kpi=kpi.name,
        periods=periods,
        values=values,
        low=_floats(rows["low"]),
        high=_floats(rows["high"]),
        mean=chart[0],
        lower=chart[1],
        upper=chart[2],
        flags=chart[3],
        judged=judged,
        restarts=tuple(periods[place] for place in restarts),
        newest=_newest(series[restarts[-1] if restarts else 0 :], kpi),
    )


def _floats(column: pd.Series) -> tuple[float, ...]:
    return tuple(float(value) for value in pd.to_numeric(column).to_numpy(dtype=float, na_value=nan))


def _broken(period: Period, events: Sequence[Event]) -> bool:
    """Whether the period touches a day that an event leaves out, or is split by a restart."""
    return any(
        event.start <= period.end and period.start <= (event.end or event.start)
        if event.effect == "leave out"
        else period.start < event.start <= period.end
        for event in events
    )


def _restarts(periods: Sequence[Period], events: Sequence[Event]) -> list[int]:
    """Give the places, in order, of the periods with which limits start afresh."""
    dates = [event.start for event in events if event.effect == "restart"]
    found = {next((i for i, period in enumerate(periods) if period.start >= day), 0) for day in dates}
    return sorted(found - {0})


Lines: TypeAlias = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[Signal, ...]]


def _charts(series: Sequence[float], restarts: Sequence[int], kpi: Kpi) -> Lines:
    """Chart each stretch by itself, the last one with the limits of the points before its newest."""
    mean: list[float] = []
    lower: list[float] = []
    upper: list[float] = []
    flags: list[Signal] = []
    for first, end in pairwise([0, *restarts, len(series)]):
        size = end - first
        fix = size - 1 if end == len(series) and size > 2 else None
        chart = xmr(series[first:end], fix=fix, bounds=kpi.bounds)
        mean += chart.mean.tolist()
        lower += chart.lower.tolist()
        upper += chart.upper.tolist()
        flags += signals(chart)
    return tuple(mean), tuple(lower), tuple(upper), tuple(flags)


def _newest(stretch: Sequence[float], kpi: Kpi) -> Newest | None:
    """Place the newest point of the running stretch among the earlier ones."""
    if not stretch or isnan(stretch[-1]):
        return None
    usual = outside_usual(stretch[:-1], stretch[-1], bounds=kpi.bounds, least=LEAST)
    if usual is None:
        return "too_short"
    places: dict[str, Newest] = {"above": "outside_high", "below": "outside_low"}
    return places.get(usual.position, "usual")
