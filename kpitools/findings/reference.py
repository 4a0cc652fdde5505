"""One estimate held against one reference: an earlier estimate, a band or a threshold.

The verdict comes from the intervals (`stats.band`), never from the values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any

import numpy as np

from kpitools.stats.band import Band, Bounds, judge, needed_n
from kpitools.stats.intervals import Estimate, difference


@dataclass(frozen=True)
class Measured:
    """What a comparison needs of a measurement.

    `counted` marks a full count: it has no interval, so it is higher or lower, and no verdict is owed.
    """

    value: float
    interval95: Bounds
    interval90: Bounds
    n: float
    complete: bool = True
    counted: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Measured":
        """Take it from a row of `measure`."""
        value, low, high, low90, high90, n = (
            number(row[name]) for name in ("value", "low", "high", "low_90", "high_90", "n")
        )
        return cls(value, (low, high), (low90, high90), n, bool(row["complete"]), row["statistic"] == "count")


@dataclass(frozen=True)
class Held:
    """What a comparison says; the fields are columns of `compare`, NaN or None where there is nothing to say.

    `difference` is value minus reference; from a band it is the distance to the nearer bound, 0 within. Its bounds are
    those of a 95 % interval; a band or threshold counts as exactly known.
    """

    reference_low: float = nan
    reference_high: float = nan
    difference: float = nan
    difference_low: float = nan
    difference_high: float = nan
    verdict: str | None = None
    why: str | None = None
    needed_n: float = nan


def against_estimate(now: Measured, before: Measured | None) -> Held:
    """Hold an estimate against an earlier, independent one of the same thing.

    Below or above where the 95 % interval of the difference (MOVER, `stats.intervals.difference`) excludes zero;
    else undetermined: two estimates are never shown to be equal.
    """
    if before is None or isnan(before.value):
        return Held(why="no_reference")
    held = Held(reference_low=before.value, reference_high=before.value)
    if isnan(now.value):
        return replace(held, why="no_value")
    if not (now.complete and before.complete):
        return replace(held, difference=now.value - before.value, why="incomplete")
    if now.counted:
        return replace(held, difference=now.value - before.value, why="no_interval")
    value, low, high = (float(part) for part in difference(_estimate(now), _estimate(before)))
    found = judge((low, high), None, Band(0.0, 0.0))
    why = "no_interval" if found.detail == "no_interval" else "no_information" if found.detail else None
    return replace(held, difference=value, difference_low=low, difference_high=high, verdict=found.place, why=why)


def against_band(now: Measured, band: Band, *, no_verdict: str | None = None) -> Held:
    """Hold an estimate against a band, or a threshold (one side open); `no_verdict` says why none may be given.

    A period that is not whole is not judged: what is missing of it is no random part. Where the reference speaks of
    something else than the estimate, not even a difference is given.
    """
    held = Held(
        reference_low=nan if band.low is None else band.low, reference_high=nan if band.high is None else band.high
    )
    if isnan(now.value) or no_verdict not in (None, "no_direction"):
        return replace(held, why=no_verdict or "no_value")
    value, low, high = _distance(now, band)
    held = replace(held, difference=value, difference_low=low, difference_high=high)
    unjudged = no_verdict or ("no_interval" if now.counted else None if now.complete else "incomplete")
    if unjudged:
        return replace(held, why=unjudged)
    found = judge(now.interval95, now.interval90, band)
    further = needed_n(now.value, now.n, now.interval95, now.interval90, band)
    return replace(held, verdict=found.place, why=found.detail or None, needed_n=float(further or nan))


def _distance(now: Measured, band: Band) -> tuple[float, float, float]:
    """Give the distance to the nearer bound with its interval; 0 within a band, whose bounds then say nothing."""
    sides = [side for side in (band.low, band.high) if side is not None]
    if len(sides) == 2 and sides[0] < now.value < sides[1]:
        return 0.0, nan, nan
    nearer = min(sides, key=lambda side: abs(now.value - side))
    low, high = now.interval95
    return now.value - nearer, low - nearer, high - nearer


def _estimate(measured: Measured) -> Estimate:
    return Estimate(*(np.asarray(part) for part in (measured.value, *measured.interval95)))


def number(value: Any) -> float:  # noqa: ANN401 - a cell of a frame: a number, None or pandas.NA
    """Read a cell as a number; NaN where it has none."""
    try:
        return float(value)
    except TypeError:
        return nan
