"""What the points' own sampling errors bear of a change: one that the luck of the draw explains is not claimed.

The change verdict takes its noise from the series alone. Where weeks happen to scatter less than so many cases can, it
would take for a change what lies within the intervals of the weeks themselves.
"""

import numpy as np

from kpitools.findings.series import Floats, Points
from kpitools.stats.change import LEVELS, Change
from kpitools.stats.intervals import critical_value


def borne(points: Points, found: Change, among: int = 1) -> bool:
    """Say whether the cases of the points bear a change that is called changed.

    The difference of the levels before and after (of a drift, its slope) is held against the standard error that the
    intervals of the points give it, at the level of the verdict. Where points have no interval nothing speaks against.
    """
    if not np.isfinite(points.error).all():
        return True
    weights = _contrast(points, found)
    size, error = abs(float(weights @ points.raw)), float(np.linalg.norm(weights * points.error))
    return size > error * float(critical_value(1 - dict(LEVELS)["changed"] / among))


def _contrast(points: Points, found: Change) -> Floats:
    """Return what each point weighs in the change: in the difference of two means, or in a slope."""
    place: Floats = np.array(points.place, dtype=float)
    if found.gradual or found.since is None:
        return np.asarray(place - place.mean())
    after = np.arange(len(place)) >= points.nearest(found.since)
    return np.asarray(np.where(after, 1 / after.sum(), -1 / (~after).sum()))
