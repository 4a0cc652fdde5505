"""Fit the null weights of the change verdict: `python -m calibrate weights`, about ten minutes of one core.

For every n from 10 to 60, 100,000 Gaussian AR(1) series at each of the six autocorrelations of a stable series, clipped
as the verdict clips. The weights are those at which no more than a share of them is called changed at any
autocorrelation; the share is a little below the level, lest a process that is not quite normal pass the level itself.
Written as they come, so that a stop loses nothing.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from calibrate.cell import SEED
from calibrate.series import BLOCK, gaussian

from kpitools.stats.evidence import STABLE_RHOS, clipped, likelihoods, model, ratios
from kpitools.stats.weights import FILE, SIZES

SERIES = 100_000
ROUNDS = 700
SIFT = 100
"""After so many rounds the series whose verdict cannot turn any more are set apart."""
SHARES = {0.05: 0.048, 0.01: 0.009, 0.001: 0.0009}
"""Levels, and the share of false alarms that the weights are fitted to."""


def fit_all(series: int = SERIES, file: Path = FILE) -> None:
    """Fit every n and write the package's data."""
    kept = json.loads(file.read_text(encoding="utf-8"))["n"] if file.is_file() else {}
    for n in SIZES:
        kept[str(n)] = {"series": series, **fit(n, series)}
        lines = ",\n".join(f'"{n}": {json.dumps(kept[str(n)])}' for n in SIZES if str(n) in kept)
        file.write_text(f'{{"seed": {SEED}, "rho": {list(STABLE_RHOS)}, "n": {{\n{lines}\n}}}}\n', encoding="utf-8")
        sys.stdout.write(f"{n} {kept[str(n)]}\n")
        sys.stdout.flush()


def fit(n: int, series: int) -> dict[str, Any]:
    """Return the logarithms of the weights at one n for each level."""
    rng = np.random.default_rng([SEED, n])
    found = np.stack(
        [
            np.concatenate(
                [ratios(likelihoods(block, model(tuple(range(n))))) for block in stable(rng, n, rho, series)]
            )
            for rho in STABLE_RHOS
        ]
    )
    return {str(level): [round(float(value), 4) for value in solve(found, share)] for level, share in SHARES.items()}


def stable(rng: np.random.Generator, n: int, rho: float, series: int) -> Iterator[np.ndarray]:
    """Yield series without a change, some at a time."""
    for start in range(0, series, BLOCK):
        yield clipped(gaussian(rng, (min(BLOCK, series - start), n), rho, np.float32))


def solve(found: np.ndarray, level: float) -> np.ndarray:
    """Find the log weights of (rho, series, rho) ratios at which the rate at each true rho is `level` or less.

    A weight rises while there are too many false alarms at its own autocorrelation, and falls where there are fewer
    (Elliott, Mueller and Watson 2015). What the last round leaves is taken off all weights alike.
    """
    logs = np.full(len(STABLE_RHOS), -1.0)
    part = Part(found)
    for number in range(ROUNDS):
        if number in {SIFT, 2 * SIFT}:
            part = Part(found, logs)
        logs = np.clip(logs + step(number) * (part.rates(logs) / level - 1), -8, 8)
    whole = Part(found)
    low, high = logs - 1, logs + 1
    for _ in range(25):
        middle = (low + high) / 2
        if whole.rates(middle).max() > level:
            low = middle
        else:
            high = middle
    return high


def step(number: int) -> float:
    """Return how far the weights go in a round: ever less."""
    return 0.3 / (1 + number / 200)


class Part:
    """The series whose verdict may still turn; of the others, how many are called changed is counted once."""

    def __init__(self, found: np.ndarray, logs: np.ndarray | None = None) -> None:
        """Keep the series whose evidence is within a factor of 4 of what decides at these weights; without, all."""
        evidence = np.ones(found.shape[:2]) if logs is None else found @ np.exp(logs).astype(found.dtype)
        near = (evidence > 0.25) & (evidence < 4)
        self.series = found.shape[1]
        self.always = (evidence <= 0.25).sum(axis=1)
        self.near, self.rho = found[near], np.nonzero(near)[0]

    def rates(self, logs: np.ndarray) -> np.ndarray:
        """Return the share of series called changed at each true autocorrelation."""
        called = self.near @ np.exp(logs).astype(self.near.dtype) < 1
        return (self.always + np.bincount(self.rho[called], minlength=self.always.size)) / self.series
