"""What may be said of a KPI's move in one sentence; in doubt, nothing is."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from kpitools.findings.trend import Trend
from kpitools.kpi import Kpi

Change: TypeAlias = Literal["better", "worse", "moved", "usual", "unknown"]


def claim(kpi: Kpi, trend: Trend, previous: Mapping[str, Any] | None) -> Change:
    """Say whether a KPI got better or worse ("moved", where neither direction is better), or varies as usual.

    A move is claimed only where two things agree: the newest point lies outside the limits of the earlier ones, and
    the 95 % interval of its difference from the period before (`previous`, a row of `compare`) excludes zero on
    the same side. A full count has no interval: its difference is exact. Anything else that is not usual is unknown:
    too short a series, a period that is not whole, or a point as far out as the one before it.
    """
    if trend.newest == "usual":
        return "usual"
    if trend.newest not in ("outside_high", "outside_low") or previous is None:
        return "unknown"
    up = trend.newest == "outside_high"
    if _moved(previous) != ("above" if up else "below"):
        return "unknown"
    if kpi.better not in ("higher", "lower"):
        return "moved"
    return "better" if up == (kpi.better == "higher") else "worse"


def _moved(previous: Mapping[str, Any]) -> str | None:
    if previous["statistic"] != "count":
        return previous["verdict"]  # type: ignore[no-any-return]
    exact = {True: "above", False: "below"}
    whole = previous["why"] == "no_interval" and previous["difference"] != 0
    return exact[previous["difference"] > 0] if whole else None
