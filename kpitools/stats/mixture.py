"""Averages of Student's t distributions: what is known of a size when the model behind it is not known for certain."""

from typing import NamedTuple

import numpy as np
from scipy import special

from kpitools.stats.autoregression import Floats
from kpitools.stats.intervals import Estimate

_STEPS, _CLOSE = 60, 1e-9
"""Newton's steps towards a quantile, at most, and how close in probability is close enough."""
_ENOUGH = 0.9995
"""The share of the weight, the heaviest first, that the quantiles are worked out from."""


class Mixture(NamedTuple):
    """Student's t distributions of one `df`, each with its mean, scale and weight."""

    weight: Floats
    mean: Floats
    scale: Floats
    df: int

    def below(self, value: float | Floats) -> Floats:
        """Give the probability below one value or several."""
        standard = (np.asarray(value)[..., None] - self.mean) / self.scale
        return np.asarray((self.weight * special.stdtr(self.df, standard)).sum(axis=-1))

    def density(self, value: Floats) -> Floats:
        """Give the density at several values."""
        standard = (value[..., None] - self.mean) / self.scale
        constant = special.gamma((self.df + 1) / 2) / special.gamma(self.df / 2) / np.sqrt(self.df * np.pi)
        each = constant * (1 + standard**2 / self.df) ** (-(self.df + 1) / 2)
        return np.asarray((self.weight / self.scale * each).sum(axis=-1))

    def estimate(self, level: float = 0.95) -> Estimate:
        """Give the mean with the interval that leaves out as much on either side."""
        low, high = self._heaviest().quantiles(np.array([(1 - level) / 2, (1 + level) / 2]))
        return Estimate(np.asarray((self.weight * self.mean).sum()), low, high)

    def quantiles(self, sought: Floats) -> Floats:
        """Find where the probability below is as sought: Newton's steps, halving where one would leave the bracket."""
        reach = np.abs(special.stdtrit(self.df, sought)).max() * self.scale
        low = np.full(sought.size, (self.mean - reach).min())
        high = np.full(sought.size, (self.mean + reach).max())
        value = (low + high) / 2
        for _ in range(_STEPS):
            off = self.below(value) - sought
            if np.abs(off).max() < _CLOSE:
                break
            low, high = np.where(off < 0, value, low), np.where(off < 0, high, value)
            newton = value - off / np.maximum(self.density(value), 1e-300)
            value = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        return np.asarray(value)

    def _heaviest(self) -> "Mixture":
        order = np.argsort(self.weight)[::-1]
        kept = order[: np.searchsorted(self.weight[order].cumsum(), _ENOUGH * self.weight.sum()) + 1]
        weight = self.weight[kept] / self.weight[kept].sum()
        return Mixture(weight, self.mean[kept], self.scale[kept], self.df)
