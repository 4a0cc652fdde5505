"""Why a total changed: what each factor contributes, exactly, whatever the order in which they are thought to act.

A mean over groups is the groups' weights times their own means. Its change is split into what the weights moved (mix)
and what the groups' own means moved (performance): Kitagawa 1955 for one grouping, Das Gupta 1993 (US Census
P23-186) for several factors, which is Shapley's value of each. The parts add up to the change.
"""

from collections.abc import Callable, Sequence
from itertools import chain, combinations
from math import factorial
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from kpitools.stats.intervals import Floats

Total: TypeAlias = Callable[..., ArrayLike]


class Parts(NamedTuple):
    """What each category contributes, categories along the last axis; both together sum to the change."""

    mix: Floats
    performance: Floats


def kitagawa(n_before: ArrayLike, total_before: ArrayLike, n_after: ArrayLike, total_after: ArrayLike) -> Parts:
    """Split the change of `total / n` over categories (the last axis) into mix and performance, category by category.

    A category's mix is centred on the overall level: it says which categories moved the whole by growing or shrinking.
    One that is absent on one side is taken to have its level of the other side, so that all its change is mix.
    """
    size, total = (
        np.stack(np.broadcast_arrays(*pair)).astype(float)
        for pair in ((n_before, n_after), (total_before, total_after))
    )
    weight, level = _weights_and_levels(size, total)
    centre = (weight * level).sum(axis=-1, keepdims=True).mean(axis=0)
    mix = (weight[1] - weight[0]) * (level.mean(axis=0) - centre)
    return Parts(mix, (level[1] - level[0]) * weight.mean(axis=0))


def _weights_and_levels(size: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Give weights and levels of both sides (the first axis); an absent category has the level of the other side."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weight, level = size / size.sum(axis=-1, keepdims=True), total / size
    level = np.where(np.isnan(level), level[::-1], level)
    return weight, np.nan_to_num(level)


def standardised(total: Total, before: Sequence[ArrayLike], after: Sequence[ArrayLike]) -> list[tuple[Floats, Floats]]:
    """Give for each factor the total before and after if only that factor had changed, the others averaged over both.

    `total` makes it from the factors, given in order. The differences are what the factors contribute; they add up to
    the whole change.
    """
    count = len(before)
    made = {
        chosen: np.asarray(total(*((after if i in chosen else before)[i] for i in range(count))), dtype=float)
        for chosen in _subsets(range(count))
    }
    found = []
    for factor in range(count):
        others = [(s, _weight(len(s), count)) for s in made if factor not in s]
        low = sum(w * made[s] for s, w in others)
        high = sum(w * made[s | {factor}] for s, w in others)
        found.append((np.asarray(low), np.asarray(high)))
    return found


def _subsets(of: Sequence[int]) -> list[frozenset[int]]:
    return [frozenset(s) for s in chain.from_iterable(combinations(of, size) for size in range(len(of) + 1))]


def _weight(chosen: int, count: int) -> float:
    """Give in what part of all orders exactly these come before the factor in question."""
    return factorial(chosen) * factorial(count - 1 - chosen) / factorial(count)


def structure(counts: ArrayLike, dimensions: int) -> list[Floats]:
    """Write the weight of each cell of a cross-table (the last `dimensions` axes) as a product, a factor a dimension.

    Each factor averages the dimension's share given every set of the others, geometrically (Das Gupta 1993, ch. 5), so
    that none is taken first. A cell without cases has the factors 0.
    """
    cells = np.asarray(counts, dtype=float)
    axes = list(range(cells.ndim - dimensions, cells.ndim))
    logs = {}
    with np.errstate(divide="ignore"):
        for kept in _subsets(axes):
            logs[kept] = np.log(cells.sum(axis=tuple(a for a in axes if a not in kept), keepdims=True))
    found = []
    for axis in axes:
        with np.errstate(invalid="ignore"):
            steps = [_weight(len(s), dimensions) * (logs[s | {axis}] - logs[s]) for s in logs if axis not in s]
        found.append(np.where(cells > 0, np.exp(sum(steps)), 0.0))
    return found


def split_over(
    n_before: ArrayLike, total_before: ArrayLike, n_after: ArrayLike, total_after: ArrayLike, *, dimensions: int
) -> list[Floats]:
    """Split the change of `total / n` over a cross-table into the mix of each dimension, and performance last.

    Cell by cell first (`kitagawa`); then each cell's change of weight is parted among the dimensions (Das Gupta 1993,
    ch. 5).
    """
    size, sums = (
        np.stack([np.asarray(side, dtype=float) for side in pair])
        for pair in ((n_before, n_after), (total_before, total_after))
    )
    flat = (*size.shape[: size.ndim - dimensions], -1)
    weight, level = (x.reshape(size.shape) for x in _weights_and_levels(size.reshape(flat), sums.reshape(flat)))
    before, after = (structure(side, dimensions) for side in size)
    axes = tuple(range(-dimensions, 0))
    mean = level.mean(axis=0)
    made = standardised(lambda *factors: np.prod(factors, axis=0), before, after)
    mixes = [((high - low) * mean).sum(axis=axes) for low, high in made]
    return [*mixes, ((level[1] - level[0]) * weight.mean(axis=0)).sum(axis=axes)]
