"""Fit the null weights of the change verdict: `make calibrate TOPICS=weights`, about fifteen minutes of one core.

For every n from 10 to 60, 100,000 Gaussian AR(1) series at each of the six autocorrelations of a stable series, clipped
as the verdict clips. The weights are those at which no more than 5 (1) % are called changed at any of them.
Written as they come, so that a stop loses nothing.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from calibrate.cell import SEED
from calibrate.series import BLOCK, gaussian

from kpitools.stats.evidence import STABLE_RHOS, clipped, likelihoods, model, ratios
from kpitools.stats.weights import FILE, LEVELS, SIZES

SERIES = 100_000
ROUNDS = 1500


def fit_all(series: int = SERIES) -> None:
    """Fit every n and write the package's data."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))["n"] if FILE.is_file() else {}
    for n in SIZES:
        kept[str(n)] = {"series": series, **fit(n, series)}
        lines = ",\n".join(f'"{n}": {json.dumps(kept[str(n)])}' for n in SIZES if str(n) in kept)
        FILE.write_text(f'{{"seed": {SEED}, "rho": {list(STABLE_RHOS)}, "n": {{\n{lines}\n}}}}\n', encoding="utf-8")
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
    return {str(level): [round(float(value), 4) for value in solve(found, level)] for level in LEVELS}


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
    mean = np.zeros_like(logs)
    for number in range(ROUNDS):
        logs = np.clip(logs + step(number) * (rates(found, logs) / level - 1), -8, 8)
        mean += logs * (number >= ROUNDS // 2) / (ROUNDS - ROUNDS // 2)
    low, high = mean - 1, mean + 1
    for _ in range(30):
        middle = (low + high) / 2
        if rates(found, middle).max() > level:
            low = middle
        else:
            high = middle
    return high


def step(number: int) -> float:
    """Return how far the weights go in a round: ever less."""
    return 0.3 / (1 + number / 200)


def rates(found: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return the share of series called changed at each true autocorrelation."""
    return (found @ np.exp(logs).astype(found.dtype) < 1).mean(axis=1)
