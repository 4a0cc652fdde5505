"""Simulated series: what a stable KPI may look like, and the changes that are put on it."""

from collections.abc import Callable, Iterator

import numpy as np

Process = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
"""Gives (series, points) of a stable KPI, of variance 1 where it is a normal one."""
BLOCK = 500
"""Series that are judged at a time: what a processor's cache holds."""


def gaussian(rng: np.random.Generator, shape: tuple[int, int], rho: float = 0.0, kind: type = np.float64) -> np.ndarray:
    """Return normal series of variance 1 whose neighbours correlate with `rho`."""
    noise = rng.standard_normal(shape, dtype=kind)
    if not rho:
        return noise
    apart = np.abs(np.subtract.outer(np.arange(shape[1]), np.arange(shape[1])))
    return noise @ np.linalg.cholesky(rho**apart).T.astype(kind)


def autoregressive(rho: float) -> Process:
    """Return normal series whose neighbours correlate with `rho`."""
    return lambda rng, shape: gaussian(rng, shape, rho)


def lognormal(rho: float = 0.0) -> Process:
    """Return durations with a log-spread of 0.5, judged as they are."""
    return lambda rng, shape: np.exp(0.5 * gaussian(rng, shape, rho))


def student(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return values with the long tails of Student's t of 3 degrees of freedom."""
    return rng.standard_t(3, shape)


def binomial(contacts: int, day_sd: float) -> Process:
    """Return shares of 0.85 whose own level moves from one period to the next by a standard deviation."""

    def play(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
        level = np.clip(0.85 + day_sd * rng.standard_normal(shape), 0, 1)
        return rng.binomial(contacts, level) / contacts

    return play


def wandering(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return random walks."""
    return rng.standard_normal(shape).cumsum(axis=1)


STABLE: dict[str, Process] = {
    "independent": autoregressive(0),
    "AR(1) 0.3": autoregressive(0.3),
    "AR(1) 0.6": autoregressive(0.6),
    "log-normal": lognormal(),
    "Student's t, 3 df": student,
    "shares, days differ": binomial(300, 0.02),
}
"""The processes that the limits on false alarms hold for."""
HARDER: dict[str, Process] = {
    "AR(1) -0.3": autoregressive(-0.3),
    "AR(1) 0.8": autoregressive(0.8),
    "log-normal AR(1) 0.3": lognormal(0.3),
    "shares of 40": binomial(40, 0.02),
    "random walk": wandering,
}
"""Processes outside of what is promised; measured so that it is known."""


def blocks(process: Process, rng: np.random.Generator, series: int, points: int) -> Iterator[np.ndarray]:
    """Yield so many series, a block at a time, each about 0."""
    for start in range(0, series, BLOCK):
        found = process(rng, (min(BLOCK, series - start), points))
        yield found - found.mean(axis=1, keepdims=True)
