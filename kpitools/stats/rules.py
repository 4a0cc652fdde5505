"""The signals of an XmR chart: four rules, what they mean for the KPI, and whether a target is within reach.

The rules are those of Making Data Count as NHSRplotthedots 0.2.2 reckons them: a point outside the limits; 7 points
that rise, or fall, each strictly; 2 of 3 points near the same limit; 7 points on the same side of the mean.
A stable series of 24 points shows at least one of them in about a fifth of cases (`docs/method.md`): they invite
a look, they are no verdict.
"""

from typing import Literal, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.xmr import Chart

Flags: TypeAlias = NDArray[np.bool_]
Signal: TypeAlias = Literal[
    "above_upper",
    "below_lower",
    "rising",
    "falling",
    "two_of_three_above",
    "two_of_three_below",
    "shift_above",
    "shift_below",
    "",
]
Better: TypeAlias = Literal["higher", "lower"] | None
Meaning: TypeAlias = Literal["improvement", "concern", "neutral_high", "neutral_low", "common"]
Assurance: TypeAlias = Literal["consistent_pass", "consistent_fail", "inconsistent"]

RUN = 7
"""Points in a trend or a shift."""
UP: frozenset[Signal] = frozenset({"above_upper", "rising", "two_of_three_above", "shift_above"})


def signals(chart: Chart) -> list[Signal]:
    """Name the signal of each point, "" for none; where several hold, outside, trend, 2 of 3, shift in this order.

    Rules never reach across a restart of the limits. A gap is stepped over; in the mode of the peer it breaks a run.
    """
    found: list[Signal] = [""] * chart.values.size
    for number in np.unique(chart.group):
        here = chart.group == number
        if chart.mode != "nhs-plotthedots":
            here &= ~np.isnan(chart.values)
        places = np.flatnonzero(here)
        for place, signal in zip(places, _of_group(chart, places), strict=True):
            found[place] = signal
    return found


def _of_group(chart: Chart, places: NDArray[np.int64]) -> list[Signal]:
    values, side = chart.values[places], chart.side[places]
    rising, falling = trends(values, as_peer=chart.mode == "nhs-plotthedots")
    shift, close = shifts(side), two_of_three(side, chart.near[places])
    outside, above = chart.outside[places], side > 0
    by_rank: list[tuple[Signal, Flags]] = [
        ("above_upper", outside & above),
        ("below_lower", outside & ~above),
        ("rising", rising),
        ("falling", falling),
        ("two_of_three_above", close & above),
        ("two_of_three_below", close & ~above),
        ("shift_above", shift & above),
        ("shift_below", shift & ~above),
    ]
    return [next((name for name, flags in by_rank if flags[i]), "") for i in range(places.size)]


def _covered(complete: Flags, width: int, size: int) -> Flags:
    """Flag every point of every complete window; `complete` has one entry for each window's start."""
    flagged = np.zeros(size, dtype=bool)
    for start in np.flatnonzero(complete):
        flagged[start : start + width] = True
    return flagged


def _windows(values: NDArray[np.generic], width: int) -> NDArray[np.generic]:
    return sliding_window_view(values, width) if values.size >= width else np.empty((0, width), values.dtype)


def trends(values: ArrayLike, *, as_peer: bool = False) -> tuple[Flags, Flags]:
    """Flag the points of 7 that rise, and of 7 that fall; a tie ends a run.

    A point that ends one run and begins another belongs to the later one. The peer names a point's direction by
    its difference from a neighbour, so the last point of a rise that another trend follows after a tie is called
    falling there; `as_peer` does the same.
    """
    y = np.asarray(values, dtype=float)
    steps = _windows(np.sign(np.diff(y)), RUN - 1)
    up, down = (_covered(np.all(steps == sign, axis=1), RUN, y.size) for sign in (1, -1))
    before, after = np.zeros(y.size), np.zeros(y.size)
    before[1:], after[:-1] = np.diff(y), np.diff(y)
    either = up | down
    if as_peer:
        followed = np.append(either[1:], False)[: y.size] & either
        rises = np.where(followed, after, before) > 0
    else:
        rises = np.where(up & down, after > 0, up)
    return either & rises, either & ~rises


def shifts(side: ArrayLike) -> Flags:
    """Flag the points of 7 in a row on the same side of the mean; one exactly on the mean ends a run."""
    sides = np.asarray(side, dtype=np.int64)
    windows = _windows(sides, RUN)
    return _covered(np.abs(windows.sum(axis=1)) == RUN, RUN, sides.size)


def two_of_three(side: ArrayLike, near: ArrayLike) -> Flags:
    """Flag the points near a limit where 3 in a row lie on one side of the mean and at least 2 of them near.

    A point outside the limits is not near; the third point of such a window is not flagged.
    """
    sides, close = np.asarray(side, dtype=np.int64), np.asarray(near, dtype=bool)
    together = np.abs(_windows(sides, 3).sum(axis=1)) == 3
    enough = _windows(close, 3).sum(axis=1) >= 2
    return np.asarray(_covered(together & enough, 3, sides.size) & close)


def meaning(signal: Signal, better: Better) -> Meaning:
    """Say what a signal means for a KPI of which higher, lower or neither (None) is better."""
    if signal == "":
        return "common"
    up = signal in UP
    if better is None:
        return "neutral_high" if up else "neutral_low"
    return "improvement" if up == (better == "higher") else "concern"


def assurance(lower: float, upper: float, target: float | None, better: Better) -> Assurance | None:
    """Say whether a series within these limits meets its target always, never or now and then.

    A target on a limit counts as now and then. None without a target, a direction or limits.
    """
    if target is None or better is None or np.isnan(lower) or np.isnan(upper):
        return None
    if lower <= target <= upper:
        return "inconsistent"
    return "consistent_pass" if (target < lower) == (better == "higher") else "consistent_fail"
