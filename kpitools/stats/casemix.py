"""Units with unlike work made comparable: what each shows, and what the whole would have shown with its cases.

Indirect standardisation: the level of every kind of case (`cell`: a channel, a type of request) over all units is
applied to each unit's own cases; the difference between what it shows and that is what its work does not explain. Cases
of one day are alike beyond chance, and days that all units share cancel; how much the others vary from day to day is
estimated over all units together (`days` has the same for a single series).
Source: Breslow and Day 1987, Statistical Methods in Cancer Research II, 2; Kish 1965 for the design effect.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpitools.stats.days import design_effect
from kpitools.stats.intervals import Floats


@dataclass(frozen=True, eq=False)
class Standardised:
    """One entry a unit: its cases, its level, the level expected of its cases, and two standard errors.

    `error` is that of `value - expected`, of which a unit is itself a part: NaN where all its cases are of a kind that
    no other unit has. `alone` is that of `value`, the expectation taken for known. `whole` is the level of all.
    """

    n: Floats
    value: Floats
    expected: Floats
    error: Floats
    alone: Floats
    whole: float

    @property
    def difference(self) -> Floats:
        """What a unit shows beyond what is expected of its cases."""
        return self.value - self.expected


def standardise(
    unit: ArrayLike, cell: ArrayLike, day: ArrayLike, *, n: ArrayLike, total: ArrayLike, squares: ArrayLike
) -> Standardised:
    """Standardise units from sums by day, unit and kind of case: count, sum of values, sum of squared values.

    `unit`, `cell` and `day` number each row's from 0. A share is a mean of noughts and ones: `total` and `squares` both
    are its hits.
    """
    at, kind, when = (np.asarray(x, dtype=np.int64) for x in (unit, cell, day))
    size, sums, second = (np.asarray(x, dtype=float) for x in (n, total, squares))
    shape = (at.max() + 1, kind.max() + 1)
    cases = _table(at, kind, size, shape)
    level, spread = _levels(kind, size, sums, second, shape[1])
    of = cases.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.bincount(at, weights=sums, minlength=shape[0]) / of
        expected, within = (cases @ x / of for x in (level, spread))
        others = (cases * (1 - cases / cases.sum(axis=0))) @ spread / of**2
    deff = _day_effect(at, when, size, sums - size * level[kind], within)
    error, alone = np.sqrt(others * deff), np.sqrt(within / of * deff)
    return Standardised(of, value, expected, np.where(error > 0, error, np.nan), alone, float(sums.sum() / size.sum()))


def _table(row: NDArray[np.int64], column: NDArray[np.int64], values: Floats, shape: tuple[int, int]) -> Floats:
    found = np.bincount(row * shape[1] + column, weights=values, minlength=shape[0] * shape[1])
    return found.astype(float).reshape(shape)


def _levels(kind: NDArray[np.int64], n: Floats, total: Floats, squares: Floats, count: int) -> tuple[Floats, Floats]:
    """Give the level of each kind of case over all units, and the variance of a case around it."""
    of, sums, second = (np.bincount(kind, weights=x, minlength=count) for x in (n, total, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.nan_to_num(sums / of)
        return level, np.nan_to_num(np.maximum(second / of - level**2, 0.0))


def _day_effect(unit: NDArray[np.int64], day: NDArray[np.int64], n: Floats, beyond: Floats, within: Floats) -> Floats:
    """Give each unit's design effect of days, from what it shows `beyond` expectation on each.

    Pooled moments as in `days`, after what all units have in common on a day is taken out.
    """
    shape = (within.size, int(day.max()) + 1)
    cases, apart = (_table(unit, day, x, shape) for x in (n, beyond))
    of, squared, worked = cases.sum(axis=1), (cases**2).sum(axis=1), (cases > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = apart - cases * np.nan_to_num(apart.sum(axis=0) / cases.sum(axis=0))
        apart = apart - cases * (apart.sum(axis=1) / of)[:, None]
        chi_square = np.nansum(np.where(cases > 0, apart**2 / cases, 0.0) / within[:, None])
        pairs = float(np.nansum(of - squared / of))
    freedom = float((worked - 1).clip(0).sum())
    left = max(freedom - (np.count_nonzero(cases.sum(axis=0)) - 1), 0.0)
    room = pairs * (left / freedom if freedom else 0.0) - left
    icc = np.clip((chi_square - left) / room, 0, 1) if room > 0 else 0.0
    return design_effect(of, squared, np.full(of.size, icc))
