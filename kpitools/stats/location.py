"""Since when a changed series is at its new level, and by how much it moved."""

from typing import NamedTuple

import numpy as np

from kpitools.stats.autoregression import Floats
from kpitools.stats.evidence import LOCATING, Likelihoods, Model, clipped, likelihoods, model
from kpitools.stats.mixture import Mixture

DATE_LEVEL = 0.9
"""What the set of dates that are named covers."""


class Where(NamedTuple):
    """The likeliest first point at the new level, the ends of the smallest 90 % set, how far, and whether it drifts."""

    since: int
    since_low: int
    since_high: int
    size: Mixture
    gradual: bool


def locate(series: Floats, times: tuple[int, ...], season: int | None = None) -> Where:
    """Say since when and by how much a changed series without its season moved.

    Outliers are judged against the level on their own side of the likeliest date: against the middle of the whole,
    all points of a large late step are outliers, and the interval of its size would miss it. The size is that of a
    step, or of the whole drift, whichever is likelier.
    """
    given = model(times, season, LOCATING)
    first = int(_begins(_likely(likelihoods(clipped(series)[None], given)), given).argmax())
    middle = np.where(np.arange(series.size) < first, np.median(series[:first]), np.median(series[first:]))
    found = likelihoods((middle + clipped(series - middle))[None], given)
    likely = _likely(found)
    begins = _begins(likely, given)
    order = np.argsort(begins)[::-1]
    named = order[: np.searchsorted(begins[order].cumsum(), DATE_LEVEL * begins.sum()) + 1]
    scale = np.sqrt(found.left[:, 0] / given.white.df * given.narrowed)
    drifts = bool(likely[:, given.place < 0].sum() > 0.5)
    kind = (given.place < 0) == drifts
    weight, mean, spread = (part[:, kind].ravel() for part in (likely, found.size[:, 0], scale))
    size = Mixture(weight / weight.sum(), mean, spread, given.white.df)
    return Where(int(order[0]), int(named.min()), int(named.max()), size, drifts)


def _likely(found: Likelihoods) -> Floats:
    """Return the probability (rho, component) of each way to have changed."""
    likely = np.exp(found.changed[:, 0] - found.changed[:, 0].max())
    return np.asarray(likely / likely.sum())


def _begins(likely: Floats, given: Model) -> Floats:
    """Return the probability that a step begins at each point; drifts have no beginning."""
    steps = given.place >= 0
    return np.asarray(np.bincount(given.place[steps], likely.sum(axis=0)[steps]), dtype=float)
