"""Averages of Student's t distributions: what is known of a size when the model behind it is not known for certain."""

from typing import NamedTuple

import numpy as np
from scipy import special

from kpitools.stats.autoregression import Floats
from kpitools.stats.intervals import Estimate

_HALVINGS = 45
"""Halvings of a bracket in search of a quantile: to 1e-13 of its width."""


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

    def estimate(self, level: float = 0.95) -> Estimate:
        """Give the mean with the interval that leaves out as much on either side."""
        kept = self.weight > 1e-4 * self.weight.max()
        weight = self.weight[kept] / self.weight[kept].sum()
        likely = Mixture(weight, self.mean[kept], self.scale[kept], self.df)
        sought = np.array([(1 - level) / 2, (1 + level) / 2])
        reach = special.stdtrit(self.df, (1 + level) / 2) * likely.scale
        low = np.full(2, (likely.mean - reach).min())
        high = np.full(2, (likely.mean + reach).max())
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            under = likely.below(middle) < sought
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return Estimate(np.asarray((self.weight * self.mean).sum()), low[0], high[1])
