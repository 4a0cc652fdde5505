"""KPIs that count the same people: what one shows, another must not hide."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kpitools.kpi import Kpi
from kpitools.measure.parts import SEPARATOR


def linked(days: pd.DataFrame, kpis: Sequence[Kpi]) -> list[set[str]]:
    """Return the groups of KPIs, by their keys, of which one prints the number of people that another is about.

    A response rate prints how many answered, and so the n of the score beside it. They are found by their day sums,
    which are then the same on every day and in every segment.
    """
    about = {kpi.key: _bytes(days[f"{kpi.key}{SEPARATOR}n"]) for kpi in kpis}
    printed = {kpi.key: _printed(days, kpi.key) for kpi in kpis}
    groups: list[set[str]] = []
    for key, mine in about.items():
        near = {key} | {other for other, its in about.items() if its in printed[key] or mine in printed[other]}
        touching = [group for group in groups if group & near]
        groups = [group for group in groups if not group & near] + [near.union(*touching)]
    return groups


def _printed(days: pd.DataFrame, key: str) -> set[bytes]:
    """Return every number of people, day by day, that a page on a KPI tells: n, each part, their sum and difference."""
    n = days[f"{key}{SEPARATOR}n"].fillna(0)
    parts = [days[name].fillna(0) for name in days if str(name).startswith(f"{key}{SEPARATOR}") and _counts(str(name))]
    told = [n, *parts, *(n - part for part in parts), *(n + part for part in parts)]
    return {_bytes(each) for each in told} - {_bytes(n * 0)}


def _counts(name: str) -> bool:
    part = name.split(SEPARATOR, 1)[1]
    return part in ("hits", "up", "down", "excluded") or part.startswith("n_")


def _bytes(numbers: pd.Series) -> bytes:
    return bytes(np.nan_to_num(numbers.to_numpy(dtype=float)).tobytes())
