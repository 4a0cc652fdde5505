"""The XmR chart: what a series usually does, judged by how much neighbouring points differ.

Limits lie 2.66 mean moving ranges either side of the mean (Shewhart; Wheeler and Chambers 1992). Tools
differ in detail, so each way of reckoning has a name (`MODES`); the signals read off a chart are in `rules`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import fsum
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.intervals import Floats

Mode: TypeAlias = Literal["kpitools", "nhs-plotthedots", "qicharts2"]
Scale: TypeAlias = Literal["linear", "log", "sqrt"]

MODES: dict[Mode, tuple[float, bool]] = {
    "kpitools": (2.66, True),
    "nhs-plotthedots": (2.66, True),
    "qicharts2": (3 / 1.128, False),
}
"""Mean moving ranges from the mean to a limit, and whether unusual moving ranges are left out."""
SCREEN = 3.267
"""A moving range of this many mean moving ranges is unusual: left out, once, from the mean moving range."""
TRIAL = 13
"""Limits from fewer points than this are trial limits, to be shown as such."""
SCALES: dict[Scale, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "linear": (np.positive, np.positive),
    "log": (np.log, np.exp),
    "sqrt": (np.sqrt, lambda root: np.maximum(root, 0.0) ** 2),
}


@dataclass(frozen=True, eq=False)
class Chart:
    """An XmR chart, one entry a point.

    `group` counts the stretches with limits of their own. `side` is the sign of value - mean, `outside` and `near`
    (beyond two thirds of the way to a limit, not outside) where the point lies; all three are taken before limits
    are clipped or scaled back. A missing value has side 0 and is neither outside nor near. Limits are NaN for a
    group without two neighbouring points. `trial` marks groups of fewer than 13 points.
    """

    values: Floats
    group: NDArray[np.int64]
    mean: Floats
    lower: Floats
    upper: Floats
    moving_range: Floats
    side: NDArray[np.int64]
    outside: NDArray[np.bool_]
    near: NDArray[np.bool_]
    trial: NDArray[np.bool_]
    mode: Mode


def xmr(
    values: ArrayLike,
    *,
    screen: bool | None = None,
    fix: int | None = None,
    restart: Iterable[int] = (),
    limit_constant: float | None = None,
    bounds: tuple[float | None, float | None] = (None, None),
    scale: Scale = "linear",
    mode: Mode = "kpitools",
) -> Chart:
    """Chart `values` in the order of time; NaN is a gap.

    `restart` gives the positions at which limits start afresh, `fix` takes the limits of each such stretch from its
    first points only. `bounds` clips limits to what the KPI can be (0 to 1 for a share). Skewed durations want
    `scale="log"` (values above 0), counts "sqrt". `screen` and `limit_constant` stand for those of `mode`.
    Raises ValueError for values that the scale has no place for, and for a `fix` under 2.

    "kpitools" differs from "nhs-plotthedots" (NHSRplotthedots 0.2.2) where that one fails: a constant series has limits
    at its mean, not none, and a gap is stepped over by the rules. "qicharts2" has its 3 / 1.128, unscreened.
    """
    series = np.asarray(values, dtype=float)
    _refuse(series, fix, scale)
    forth, back = SCALES[scale]
    scaled, group = forth(series), _groups(series.size, restart)
    constant = MODES[mode][0] if limit_constant is None else limit_constant
    screened = MODES[mode][1] if screen is None else screen
    mean, range_ = _centre_and_range(scaled, group, fix, screen=screened, mode=mode)
    outside = _beyond(scaled, mean, constant * range_)
    floor, ceiling = (-np.inf if bounds[0] is None else bounds[0], np.inf if bounds[1] is None else bounds[1])
    return Chart(
        values=series,
        group=group,
        mean=back(mean),
        lower=np.clip(back(mean - constant * range_), floor, ceiling),
        upper=np.clip(back(mean + constant * range_), floor, ceiling),
        moving_range=_moving_range(series, group),
        side=np.nan_to_num(np.sign(scaled - mean)).astype(np.int64),
        outside=outside,
        near=~outside & _beyond(scaled, mean, 2 * (constant / 3) * range_),
        trial=_points(series, group, mode)[group] < TRIAL,
        mode=mode,
    )


def _refuse(series: Floats, fix: int | None, scale: Scale) -> None:
    if fix is not None and fix < 2:
        raise ValueError(f"Limits need at least 2 points, not {fix}.")
    unfit = series <= 0 if scale == "log" else series < 0
    if scale != "linear" and np.any(unfit):
        raise ValueError(f"The {scale} scale has no place for {np.nanmin(series):g}.")


def _groups(size: int, restart: Iterable[int]) -> NDArray[np.int64]:
    starts = np.zeros(size, dtype=np.int64)
    starts[list(restart)] = 1
    return np.cumsum(starts)


def _points(series: Floats, group: NDArray[np.int64], mode: Mode) -> NDArray[np.int64]:
    """Count the points of each group; the peer counts its gaps too."""
    counted = group if mode == "nhs-plotthedots" else group[~np.isnan(series)]
    return np.bincount(counted, minlength=int(group.max(initial=0)) + 1)


def _moving_range(series: Floats, group: NDArray[np.int64]) -> Floats:
    """Give each point's distance from the one before; NaN after a gap and where limits start afresh."""
    moving = np.full(series.size, np.nan)
    moving[1:] = np.where(group[1:] == group[:-1], np.abs(np.diff(series)), np.nan)
    return moving


def _centre_and_range(
    scaled: Floats, group: NDArray[np.int64], fix: int | None, *, screen: bool, mode: Mode
) -> tuple[Floats, Floats]:
    """Give each point its group's mean and mean moving range."""
    mean, range_ = np.full((2, scaled.size), np.nan)
    for number in np.unique(group):
        here = group == number
        base = scaled[here][:fix]
        mean[here] = _mean(base[~np.isnan(base)])
        range_[here] = _mean_range(base, screen=screen, flat=np.nan if mode == "nhs-plotthedots" else 0.0)
    return mean, range_


def _mean(points: Floats) -> float:
    if points.size == 0:
        return float("nan")
    # Rounding must not put the mean of like values beside them: each would then lie "above".
    return float(points[0]) if np.ptp(points) == 0 else fsum(points) / points.size


def _mean_range(base: Floats, *, screen: bool, flat: float) -> float:
    """Average the moving ranges, without the unusual ones where `screen` says so; `flat` where all are 0."""
    moving = np.abs(np.diff(base))
    moving = moving[~np.isnan(moving)]
    if screen and moving.size:
        moving = moving[moving < SCREEN * moving.mean()]
        if moving.size == 0:
            return flat
    return _mean(moving)


def _beyond(scaled: Floats, mean: Floats, reach: Floats) -> NDArray[np.bool_]:
    """Whether a point lies strictly further than `reach` from the mean; a missing one does not."""
    return np.asarray((scaled > mean + reach) | (scaled < mean - reach))


@dataclass(frozen=True)
class Usual:
    """Where the newest value lies against what the earlier ones make usual."""

    low: float
    high: float
    position: Literal["below", "within", "above"]


def outside_usual(
    history: ArrayLike,
    newest: float,
    *,
    scale: Scale = "linear",
    bounds: tuple[float | None, float | None] = (None, None),
    least: int = 12,
) -> Usual | None:
    """Say whether `newest` lies outside the limits of the points before it; None with fewer than `least` of them.

    The newest point takes no part in the limits that judge it: one that did would widen them.
    """
    earlier = np.asarray(history, dtype=float)
    if np.count_nonzero(~np.isnan(earlier)) < least or np.isnan(newest):
        return None
    chart = xmr(np.append(earlier, newest), fix=earlier.size, scale=scale, bounds=bounds)
    low, high = float(chart.lower[-1]), float(chart.upper[-1])
    if np.isnan(low):
        return None
    if not chart.outside[-1]:
        return Usual(low, high, "within")
    return Usual(low, high, "above" if chart.side[-1] > 0 else "below")
