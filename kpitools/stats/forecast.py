"""Where a series will stand some steps ahead: a level and a drift, with errors that follow each other.

The errors are first-order autoregressive; their correlation is not estimated but integrated out over a grid, each value
weighted by its restricted likelihood, so that what is not known of it widens the forecast. For one correlation
the forecast is the best linear unbiased one of a line with correlated errors (Goldberger 1962), and Student's t
with n - 2 degrees of freedom.
"""

import numpy as np
from numpy.typing import ArrayLike

from kpitools.stats.autoregression import Floats
from kpitools.stats.mixture import Mixture

RHOS = np.arange(-0.30, 0.951, 0.05)
LEAST = 10
"""Points below which no drift is told from chance."""


def forecast(at: ArrayLike, values: ArrayLike, ahead: ArrayLike) -> Mixture | None:
    """Forecast the mean of the points at the steps `ahead` from those at the steps `at`.

    Returns t distributions, one for each correlation. Gaps between steps are allowed. None for fewer than ten points,
    and for a series that lies on one line: what never varied says nothing of how far it may.
    """
    x, y, future = (np.asarray(given, dtype=float) for given in (at, values, ahead))
    if x.size < LEAST:
        return None
    line = np.column_stack([np.ones_like(x), x - x.mean()])
    if np.linalg.lstsq(line, y)[1].sum() <= 1e-18 * max(float(y @ y), 1e-300):
        return None
    target = np.array([1.0, future.mean() - x.mean()])
    parts = np.array([_one(rho, x, y, future, line, target) for rho in RHOS])
    weight = np.exp(parts[:, 2] - parts[:, 2].max())
    return Mixture(weight / weight.sum(), parts[:, 0], parts[:, 1], x.size - 2)


def _one(  # noqa: PLR0917 - the parts of one linear model
    rho: float, x: Floats, y: Floats, future: Floats, line: Floats, target: Floats
) -> tuple[float, float, float]:
    """Give mean, scale and restricted log-likelihood for one correlation."""
    own, across, new = (_correlation(rho, a, b) for a, b in ((x, x), (x, future), (future, future)))
    inverse = np.linalg.inv(own)
    information = line.T @ inverse @ line
    beta = np.linalg.solve(information, line.T @ inverse @ y)
    rest = y - line @ beta
    df = x.size - 2
    squares = float(rest @ inverse @ rest)
    toward = across.mean(axis=1) @ inverse
    left = target - toward @ line
    variance = float(new.mean() - toward @ across.mean(axis=1) + left @ np.linalg.solve(information, left))
    likelihood = -0.5 * (np.linalg.slogdet(own)[1] + np.linalg.slogdet(information)[1] + df * np.log(squares))
    return float(target @ beta + toward @ rest), float(np.sqrt(squares / df * variance)), float(likelihood)


def _correlation(rho: float, a: Floats, b: Floats) -> Floats:
    steps = np.abs(a[:, None] - b[None, :])
    found: Floats = np.sign(rho) ** steps * np.abs(rho) ** steps
    return found
