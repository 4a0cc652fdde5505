"""How much likelier a series is with a step or a drift than without: likelihoods averaged over what is not known.

Numbers in, logarithms out; `change` makes the verdict of them. All series of a batch share their times, so that
the calibration runs the very code that reports run.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kpitools.stats.autoregression import Floats, Whitened, whitened

STABLE_RHOS = (-0.2, 0.0, 0.2, 0.4, 0.6, 0.7)
"""Autocorrelations of a stable series that false alarms are held at."""
EDGE = 3
"""A step needs so many points on either side."""


@dataclass(frozen=True)
class Prior:
    """What is thought possible before the series is seen.

    `changed` are the autocorrelations of a series with a change and `odds` their probabilities, `stable` those without.
    `steps` is the probability of a step, the rest that of a drift over the whole series; `sizes` are standard
    deviations of the step, alike likely, and `drift` that of the drift, in standard deviations of the series.
    """

    changed: tuple[float, ...]
    odds: tuple[float, ...]
    stable: tuple[float, ...]
    steps: float
    sizes: tuple[float, ...]
    drift: float


VERDICT = Prior((0.0, 0.1, 0.2, 0.3, 0.4, 0.5), (0.5, *[0.1] * 5), STABLE_RHOS, 0.85, (1.0, 2.0), 2.0)
"""The prior of the change verdict."""
LOCATING = Prior(tuple(number / 10 for number in range(9)), (0.3, *[0.7 / 8] * 8), (), 0.85, (1.0, 2.0, 4.0), 4.0)
"""The prior that a change is located and sized by: large ones are not drawn in, slow series have a wider interval."""
_ANY = (*(number / 20 for number in range(19)), 0.97)
WANDERING = Prior(_ANY, (1 / len(_ANY),) * len(_ANY), _ANY, 0.5, (10.0,), 10.0)
"""The prior that autocorrelation is judged by: a large change is as likely as none, lest it be taken for wandering."""


@dataclass(frozen=True, eq=False)
class Model:
    """Every step and drift that a series of these times may hold, whitened.

    `changed` is how many of the whitened autocorrelations, the first, are those of a change. `place` names the
    component of each column: the first point of a step's later part, or -1 for the drift. `spread` is the
    variance of its size, `log_prior` (rho, component) its prior.
    """

    white: Whitened
    changed: int
    place: NDArray[np.int64]
    spread: Floats
    log_prior: Floats

    @property
    def narrowed(self) -> Floats:
        """The variance (rho, component) of a change's size once the series is seen, in those of the series."""
        return self.spread / (1 + self.spread * self.white.weight[: self.changed])


class Likelihoods(NamedTuple):
    """Of m series: log of prior times likelihood of each component, and what it says of the change's size.

    `changed`, `size` (mean of the change) and `left` (residual sum of squares) are (rho, m, component); `stable`
    is (rho, m), the log likelihood without a change.
    """

    changed: Floats
    stable: Floats
    size: Floats
    left: Floats


@lru_cache(maxsize=64)
def model(times: tuple[int, ...], season: int | None = None, prior: Prior = VERDICT) -> Model:
    """Lay out the components for points at these times; the prior of a step is highest in the middle."""
    at, kinds = np.array(times), len(prior.sizes)
    steps = np.arange(EDGE, at.size - EDGE + 1)
    middle = np.sqrt(steps * (at.size - steps))
    middle *= prior.steps / middle.sum() / kinds
    columns = [*[np.arange(at.size)[:, None] >= steps] * kinds, (at - at[0]) / (at[-1] - at[0])]
    return Model(
        whitened(at, np.array(prior.changed + prior.stable), np.column_stack(columns).astype(float), season),
        len(prior.changed),
        np.array([*np.tile(steps, kinds), -1]),
        np.square([*np.repeat(prior.sizes, steps.size), prior.drift]),
        np.log(np.outer(prior.odds, np.concatenate([*[middle] * kinds, [1 - prior.steps]]))),
    )


def likelihoods(series: Floats, given: Model) -> Likelihoods:
    """Reckon the likelihoods of (m, n) series; they keep the precision (float32 or 64) of the series.

    With the residual sum of squares R of df degrees and a change of prior variance v, in units of the series' own: the
    restricted likelihood is R ** (-df / 2), and R shrinks by u² v / (1 + v q) where u and q are the change's
    product with the residuals and its own square.
    """
    white, kind, many = given.white, series.dtype, given.changed
    residuals = white.residuals(series)
    total = np.square(residuals).sum(axis=2)
    product = np.matmul(residuals[:many], white.columns[:many].astype(kind))
    size = product * given.narrowed[:, None].astype(kind)
    left = total[:many, :, None] - product * size
    constant = given.log_prior + white.volume[:many, None] + 0.5 * np.log(given.narrowed / given.spread)
    changed = constant[:, None].astype(kind) - kind.type(white.df / 2) * np.log(left)
    stable = white.volume[many:, None].astype(kind) - kind.type(white.df / 2) * np.log(total[many:])
    return Likelihoods(changed, stable, size, left)


def ratios(found: Likelihoods) -> Floats:
    """Return for m series the (m, rho) likelihood of no change over the averaged likelihood of one."""
    top = found.changed.max(axis=(0, 2))
    averaged = top + np.log(np.exp(found.changed - top[:, None]).sum(axis=(0, 2)))
    return np.asarray(np.exp(found.stable - averaged).T)


def autocorrelation(series: Floats, times: tuple[int, ...], season: int | None = None) -> Floats:
    """Return for m series the posterior mean of the autocorrelation, whether they hold a change or not.

    It is 0 where one step or one drift leaves less than a hundredth of the variance: what does not vary
    beside a change has no autocorrelation to ask for.
    """
    found = likelihoods(series, model(times, season, WANDERING))
    top = found.changed.max(axis=(0, 2))
    stable = np.log(WANDERING.odds).astype(series.dtype)[:, None] + found.stable
    likely = np.exp(found.changed - top[:, None]).sum(axis=2) + np.exp(stable - top)
    mean = (likely * np.array(WANDERING.changed)[:, None]).sum(axis=0) / likely.sum(axis=0)
    clean = found.left[0].min(axis=1) < 0.01 * series.shape[1] * series.var(axis=1)
    return np.asarray(np.where(clean, 0.0, mean))


def clipped(series: Floats) -> Floats:
    """Pull points beyond 3 robust standard deviations (1.4826 MAD) in to there; where the MAD is 0, none."""
    middle = np.median(series, axis=-1, keepdims=True)
    reach = 3 * 1.4826 * np.median(np.abs(series - middle), axis=-1, keepdims=True)
    reach = np.where(reach > 0, reach, np.inf)
    return np.clip(series, middle - reach, middle + reach).astype(series.dtype)
