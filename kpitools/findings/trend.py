"""A KPI over time: an XmR chart, and where its newest point lies among what the earlier ones make usual."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan, nan
from typing import Literal, TypeAlias

import pandas as pd

from kpitools.findings.series import floats, series
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

    >>> made = trend(work.ask("answer_rate", "month", "2026-09").rows, work.project.kpi("answer_rate"))
    >>> made.newest, round(made.lower[-1], 2), round(made.upper[-1], 2)
    ('usual', 0.82, 0.92)
    """
    rows = history[(history["kpi"] == kpi.name) & (history["statistic"] == kpi.statistic)].sort_values("start")
    taken = series(history, kpi, events)
    used = [value if judged else nan for value, judged in zip(taken.values, taken.judged, strict=True)]
    chart = _charts(used, taken.restarts, kpi)
    return Trend(
        kpi=kpi.name,
        periods=taken.periods,
        values=taken.values,
        low=floats(rows["low"]),
        high=floats(rows["high"]),
        mean=chart[0],
        lower=chart[1],
        upper=chart[2],
        flags=chart[3],
        judged=taken.judged,
        restarts=tuple(taken.periods[place] for place in taken.restarts),
        newest=_newest(used[taken.restarts[-1] if taken.restarts else 0 :], kpi),
    )


Lines: TypeAlias = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[Signal, ...]]


def _charts(used: Sequence[float], restarts: Sequence[int], kpi: Kpi) -> Lines:
    """Chart each stretch by itself, the last one with the limits of the points before its newest."""
    mean: list[float] = []
    lower: list[float] = []
    upper: list[float] = []
    flags: list[Signal] = []
    for first, end in pairwise([0, *restarts, len(used)]):
        size = end - first
        fix = size - 1 if end == len(used) and size > 2 else None
        chart = xmr(used[first:end], fix=fix, bounds=kpi.bounds)
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
