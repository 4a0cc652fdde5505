"""Why a KPI changed: who asked (mix), or how well each was served (performance), along one segment or several.

Exact: the two add up to the difference (Kitagawa 1955; several dimensions by Das Gupta 1993). The intervals come from
resampled days, because the cases of one day are alike beyond chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from kpitools.findings.segments import SegmentDays
from kpitools.findings.shapes import Part, Split, Term
from kpitools.periods import Period
from kpitools.stats.decompose import Parts, kitagawa, split_over
from kpitools.stats.intervals import Floats, critical_value

Stretch: TypeAlias = tuple[Period, Period]
RESAMPLES = 400
SEED = 1955
LEAST_DAYS = 7
"""Fewer days on either side say too little about how days vary: no interval."""


@dataclass(frozen=True)
class JointSplit:
    """Why a KPI differs between two stretches of time, along several dimensions at once.

    `mixes` has the part of each of the `dimensions`, in their order; with `performance` they add up to `difference`.
    """

    kpi: str
    dimensions: tuple[str, ...]
    before: Stretch
    after: Stretch
    difference: Part
    mixes: tuple[Part, ...]
    performance: Part


def split(days: SegmentDays, dimension: str, before: Stretch, after: Stretch) -> Split | None:
    """Split a KPI's difference along one dimension; None where a side has no case, or all cases are of one category.

    The terms are left out where a category is in some week a group too small to be shown: the other weeks, which pages
    show, would tell it.
    """
    names, cubes = _cubes(days, [dimension], before, after)
    if not cubes or len(names[0]) < 2:
        return None
    found, drawn = kitagawa(*_added_up(cubes)), kitagawa(*_resampled(cubes))
    mix, performance = (float(part.sum()) for part in found)
    spread = [part.sum(axis=-1) for part in drawn]
    total, mixed, performed = _with_intervals(
        [mix + performance, mix, performance], [spread[0] + spread[1], *spread], cubes
    )
    terms = () if _small(days, dimension, before, after) else _terms(names[0], cubes, found)
    return Split(days.kpi.name, dimension, before, after, total, mixed, performed, terms)


def joint(days: SegmentDays, dimensions: Sequence[str], before: Stretch, after: Stretch) -> JointSplit | None:
    """Split a KPI's difference into the mix of each dimension, and performance; None where a side is empty."""
    _, cubes = _cubes(days, dimensions, before, after)
    if not cubes:
        return None
    found, drawn = (split_over(*made, dimensions=len(dimensions)) for made in (_added_up(cubes), _resampled(cubes)))
    values = [float(x) for x in found]
    total, *mixes, performance = _with_intervals([sum(values), *values], [np.sum(drawn, axis=0), *drawn], cubes)
    return JointSplit(days.kpi.name, tuple(dimensions), before, after, total, tuple(mixes), performance)


class Cube(NamedTuple):
    """Cases and their totals on one side, by day (the first axis) and category of each dimension."""

    n: Floats
    total: Floats


Four: TypeAlias = tuple[Floats, Floats, Floats, Floats]


def _cubes(
    days: SegmentDays, keys: Sequence[str], before: Stretch, after: Stretch
) -> tuple[list[list[str]], tuple[Cube, Cube] | None]:
    """Name the categories of each dimension and lay both sides out by them; None where a side has no case."""
    sides = [days.between(*stretch) for stretch in (before, after)]
    names = [sorted({str(name) for side in sides for name in side[key]}) for key in keys]
    if any(side.empty for side in sides):
        return names, None
    first, second = (_cube(side, keys, names) for side in sides)
    return names, (first, second)


def _cube(rows: pd.DataFrame, keys: Sequence[str], names: Sequence[Sequence[str]]) -> Cube:
    day, dates = pd.factorize(rows["date"])
    at = [pd.Index(known).get_indexer(pd.Index(rows[key].astype(str))) for key, known in zip(keys, names, strict=True)]
    shape = (len(dates), *(len(known) for known in names))
    place, size = np.ravel_multi_index((day, *at), shape), int(np.prod(shape))
    n, total = (
        np.bincount(place, weights=rows[name].to_numpy(dtype=float), minlength=size).astype(float).reshape(shape)
        for name in ("n", "total")
    )
    return Cube(n, total)


def _added_up(cubes: tuple[Cube, Cube]) -> Four:
    (n_before, before), (n_after, after) = cubes
    return n_before.sum(axis=0), before.sum(axis=0), n_after.sum(axis=0), after.sum(axis=0)


def _resampled(cubes: tuple[Cube, Cube]) -> Four:
    """Add up days drawn with replacement, a resample a row; the same days give the same draws."""
    rng = np.random.default_rng(SEED)
    sizes = [len(cube.n) for cube in cubes]
    first, second = (rng.multinomial(size, np.full(size, 1 / size), RESAMPLES).astype(float) for size in sizes)
    (n_before, before), (n_after, after) = cubes
    drawn = ((first, n_before), (first, before), (second, n_after), (second, after))
    one, two, three, four = (np.tensordot(counts, values, axes=1) for counts, values in drawn)
    return one, two, three, four


def _with_intervals(values: Sequence[float], drawn: Sequence[Floats], cubes: Sequence[Cube]) -> list[Part]:
    """Add 95 % intervals: Student's t on the spread of the resamples, which is short of one day's worth.

    The degrees of freedom are Welch's for days that vary alike: 7 days held against 200 are known no better than 7.
    """
    days = np.array([len(cube.n) for cube in cubes])
    least = int(days.min())
    if least < LEAST_DAYS:
        return [Part(value) for value in values]
    df = (1 / days).sum() ** 2 / (1 / days**2 / (days - 1)).sum()
    reach = float(critical_value(0.95, df)) * np.sqrt(least / (least - 1))
    halves = [float(reach * np.nanstd(spread, ddof=1)) for spread in drawn]
    return [Part(value, value - half, value + half) for value, half in zip(values, halves, strict=True)]


def _small(days: SegmentDays, dimension: str, *sides: Stretch) -> bool:
    """Say whether a category is a small group in some week of one of the sides."""
    rows = pd.concat([days.between(*side) for side in sides])
    weekly = rows.groupby([dimension, rows["date"].dt.to_period("W")])["n"].sum()
    return bool((weekly < days.minimum).any())  # rows without a case are not among them


def _terms(names: Sequence[str], cubes: Sequence[Cube], found: Parts) -> tuple[Term, ...]:
    size, total = (np.array([cube[which].sum(axis=0) for cube in cubes]) for which in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = np.concatenate([size / size.sum(axis=1, keepdims=True), total / size, np.array(found)])
    return tuple(Term(name, *(float(x) for x in column)) for name, column in zip(names, columns.T, strict=True))
