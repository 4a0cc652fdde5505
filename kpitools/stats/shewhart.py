"""Control charts of shares, rates and counts as other tools draw them: p, p', u, u', c, I, I', MR and t.

They serve to compare with those tools (qicharts2 0.8.1, equal to 1e-9) and to show why a p chart of thousands of
contacts a day calls every day special: its limits know no variation but that of counting. Laney's p' and u'
stretch them by `sigma_z`, the variation that there is between neighbouring points. Pictures, no verdicts.
Sources: Montgomery, Introduction to Statistical Quality Control (ch. 6 and 7); Laney 2002 (Quality Engineering 14:531);
Taylor 2017 for I'.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.intervals import Floats

Kind: TypeAlias = Literal["p", "p'", "u", "u'", "c", "i", "i'", "mr", "t"]
D2 = 1.128
"""Mean moving range of two normal values, in standard deviations, as qicharts2 rounds it."""
D4 = 3.267
"""Upper limit of a moving range, in mean moving ranges."""
WAITING_POWER = 3.6
"""Times between rare events are about normal after this root (Nelson 1994)."""
CEILING: dict[Kind, float] = {"p": 1.0, "p'": 1.0}
FLOORED: tuple[Kind, ...] = ("p", "p'", "u", "u'", "c", "mr", "t")


@dataclass(frozen=True, eq=False)
class Limits:
    """A chart, one entry a point: what is drawn, its centre and its limits at three standard deviations.

    `sigma_z` is how much more (or less) neighbouring points vary than counting explains; 1 for charts that do not ask.
    `outside` is strict; a missing point is not outside.
    """

    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    sigma_z: float
    outside: NDArray[np.bool_]


def chart(
    kind: Kind,
    values: ArrayLike,
    n: ArrayLike | None = None,
    *,
    base: ArrayLike | None = None,
    floor: float = 0.0,
    screen: bool = False,
) -> Limits:
    """Chart `values` in the order of time: hits or events of `n` for p and u charts, else the values themselves.

    `base` marks the points that the limits come from: the first 20, or all but one with a known cause. `floor` is the
    least `sigma_z` of p' and u'; the peer has none, so that points that agree better than chance narrow the limits:
    1 keeps those of p and u. `screen` leaves moving ranges of 3.267 means or more out, once. NaN is a gap.
    Raises ValueError for a kind that needs `n` without one, and for a time between events that is not above 0.
    """
    series = np.asarray(values, dtype=float)
    used = np.ones(series.size, dtype=bool) if base is None else np.asarray(base, dtype=bool)
    if kind[0] in "pu" or kind == "i'":
        if n is None:
            raise ValueError(f"A chart of kind {kind!r} needs the denominators `n`.")
        return _of_ratios(kind, series, np.asarray(n, dtype=float), used, floor=floor, screen=screen)
    if kind == "t":
        return _of_times(series, used, screen=screen)
    drawn = np.concatenate([[np.nan], np.abs(np.diff(series))])[: series.size] if kind == "mr" else series
    centre = float(np.nanmean(drawn[used]))
    reach = {"mr": (D4 - 1) * centre, "c": 3 * np.sqrt(max(centre, 0.0))}
    half = reach[kind] if kind in reach else 3 * _mean_range(drawn[used], screen=screen) / D2
    # The lower limit of a moving range is 0: its reach goes upward only.
    return _limits(kind, drawn, np.full(drawn.size, centre), np.full(drawn.size, half))


def _of_ratios(kind: Kind, values: Floats, n: Floats, used: NDArray[np.bool_], *, floor: float, screen: bool) -> Limits:
    counted = used & ~np.isnan(values) & ~np.isnan(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = values if kind == "i'" else values / n
        total = np.where(counted, values * n if kind == "i'" else values, 0.0).sum()
        centre = total / n[counted].sum()
        spread = np.sqrt((centre * (1 - centre) if kind[0] == "p" else centre) / n)
        if kind == "i'":
            spread = _weighted_deviation(drawn, n, screen=screen) / np.sqrt(n)
        # At 0 or 100 % on every day nothing varies: the limits are at the centre, where the peer has none.
        z = (drawn - centre) / np.where(spread > 0, spread, 1.0)
    sigma_z = max(_mean_range(z[used], screen=screen) / D2, floor) if kind in ("p'", "u'") else 1.0
    return _limits(kind, drawn, np.full(drawn.size, centre), 3 * sigma_z * spread, sigma_z)


def _weighted_deviation(values: Floats, n: Floats, *, screen: bool) -> float:
    """Estimate the standard deviation of one contact from neighbouring means of `n` each."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.sqrt(np.pi / 2) * np.abs(np.diff(values)) / np.sqrt(1 / n[:-1] + 1 / n[1:])
    kept = each[each < 3.2665 * np.nanmean(each)] if screen else each
    return float(np.nanmean(kept))


def _of_times(values: Floats, used: NDArray[np.bool_], *, screen: bool) -> Limits:
    if np.any(values <= 0):
        raise ValueError(f"A time between events is above 0, not {np.nanmin(values):g}.")
    rooted = chart("i", values ** (1 / WAITING_POWER), base=used, screen=screen)
    centre, lower, upper = (np.maximum(x, 0) ** WAITING_POWER for x in (rooted.centre, rooted.lower, rooted.upper))
    return Limits(values, centre, lower, upper, 1.0, rooted.outside)


def _mean_range(values: Floats, *, screen: bool) -> float:
    moving = np.abs(np.diff(values))
    moving = moving[~np.isnan(moving)]
    if screen and moving.size and moving.any():
        moving = moving[moving < D4 * moving.mean()]
    return float(moving.mean()) if moving.size else float("nan")


def _limits(kind: Kind, drawn: Floats, centre: Floats, half: Floats, sigma_z: float = 1.0) -> Limits:
    least = 0.0 if kind in FLOORED else -np.inf
    lower = np.maximum(centre - half, least)
    upper = np.minimum(centre + half, CEILING.get(kind, np.inf))
    if kind == "mr":
        lower = np.zeros_like(centre)
    rounding = 8 * np.finfo(float).eps * np.abs(centre)  # like values lie on the centre, not beside it
    return Limits(
        drawn, centre, lower, upper, sigma_z, np.asarray((drawn > upper + rounding) | (drawn < lower - rounding))
    )
