"""Simulated series that hold no change: what a stable KPI may look like."""

from collections.abc import Callable

import numpy as np

Play = Callable[[np.random.Generator, int, int], np.ndarray]


def gaussian(rng: np.random.Generator, shape: tuple[int, int], rho: float = 0.0, kind: type = np.float64) -> np.ndarray:
    """Return normal series of variance 1 whose neighbours correlate with `rho`."""
    noise = rng.standard_normal(shape, dtype=kind)
    if not rho:
        return noise
    apart = np.abs(np.subtract.outer(np.arange(shape[1]), np.arange(shape[1])))
    return noise @ np.linalg.cholesky(rho**apart).T.astype(kind)
