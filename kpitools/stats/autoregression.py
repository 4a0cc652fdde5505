"""Regression on a series whose neighbours are alike (AR(1)): whitened exactly for an autocorrelation, with gaps."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]

CYCLES = 8
"""From how many cycles on each place of the cycle has a mean of its own; below, one wave stands for the season."""


@dataclass(frozen=True, eq=False)
class Whitened:
    """What turns a series into independent residuals, one matrix for each autocorrelation.

    `project` (rho, n, n) whitens, at a marginal variance of 1, and takes out level and season. `columns` (rho, n, c)
    are the columns of interest, so treated, and `weight` (rho, c) their sums of squares. `volume` (rho) is the constant
    of the restricted likelihood, as a logarithm, `df` the residual degrees of freedom before any column, and `season`
    (n, n) takes out the shape of the season alone.
    """

    project: Floats
    columns: Floats
    weight: Floats
    volume: Floats
    df: int
    season: Floats

    def residuals(self, series: Floats) -> Floats:
        """Return the (rho, m, n) residuals of (m, n) series."""
        return np.asarray(np.matmul(series, self.project.astype(series.dtype).transpose(0, 2, 1)))

    def seasonless(self, series: Floats) -> Floats:
        """Return series without the season's shape, as least squares have it."""
        return np.asarray(series @ self.season.astype(series.dtype))


def whitened(times: NDArray[np.int64], rhos: Floats, columns: Floats, season: int | None = None) -> Whitened:
    """Whiten for each of `rhos` what is observed at whole `times`, each more than the last.

    Two points g apart correlate with rho ** g, so a missing point costs itself only. Source: Prais and Winsten 1954;
    restricted likelihood, Harville 1974.
    """
    n, power = times.size, np.diff(times)
    carried = rhos[:, None] ** power
    scale = 1 / np.sqrt(1 - carried**2)
    whiten = np.zeros((rhos.size, n, n))
    at = np.arange(1, n)
    whiten[:, 0, 0] = 1
    whiten[:, at, at] = scale
    whiten[:, at, at - 1] = -carried * scale
    fixed = nuisance(times, season)
    basis, triangle = np.linalg.qr(whiten @ fixed)
    project = whiten - basis @ (basis.transpose(0, 2, 1) @ whiten)
    freed = project @ columns
    shape = fixed[:, 1:] - fixed[:, 1:].mean(axis=0)
    diagonal = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    return Whitened(
        project,
        freed,
        (freed**2).sum(axis=1),
        np.log(scale).sum(axis=1) - np.log(diagonal).sum(axis=1),
        n - basis.shape[2],
        np.eye(n) - shape @ np.linalg.pinv(shape),
    )


def nuisance(times: NDArray[np.int64], season: int | None) -> Floats:
    """Return the columns that are taken out of everything: the level and, with a `season` of so many points, its shape.

    Times are counted from 0. A mean for each place of the cycle where there are eight cycles, else one wave: a mean for
    each of twelve months would take the power.
    """
    level = np.ones((times.size, 1))
    if season is None:
        return level
    if season < 3:
        raise ValueError(f"A season has three points or more, not {season}.")
    if times[-1] >= CYCLES * season - 1:
        return np.hstack([level, (times[:, None] % season == np.unique(times % season)[1:]).astype(float)])
    angle = 2 * np.pi * times[:, None] / season
    return np.hstack([level, np.cos(angle), np.sin(angle)])
