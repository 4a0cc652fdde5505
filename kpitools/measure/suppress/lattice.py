"""All that pages may publish of a KPI: every breakdown of segments, by week, month, quarter and year.

Whoever reads several pages may subtract one figure from another, so a cell is never looked at alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.stats.disclosure import Sums
from kpitools.stats.nested import Axis, Cells

PUBLISHED = ("week", "month", "quarter", "year", "fiscal_year")
"""Grains of reports; days are published only where they are asked for."""
_PIECE = "piece"
"""The days that a week and a month share. No page shows them, but they tie weeks to months."""
_NESTED = (("year", "quarter"), ("quarter", "month"), ("month", _PIECE), ("week", _PIECE), (_PIECE, "day"))

Breakdown: TypeAlias = frozenset[str]
"""The keys of some segments; without any, all together."""
Segment: TypeAlias = tuple[tuple[str, object], ...]
"""The keys and values of one segment."""
Times: TypeAlias = dict[str, list[tuple[str, Any]]]
"""For each grain, the period of each day: the grain and the period's first day."""


def breakdowns(keys: Sequence[str]) -> set[Breakdown]:
    """Return the breakdowns by some of the keys, or all, or none."""
    return {frozenset(some) for size in range(len(keys) + 1) for some in combinations(keys, size)}


@dataclass(frozen=True, eq=False)
class Lattice:
    """The cells of some breakdowns and periods; `segment` and `day` are the atoms that each row belongs to."""

    cells: Cells
    segment: NDArray[np.int64]
    day: NDArray[np.int64]

    @classmethod
    def over(cls, rows: pd.DataFrame, shown: Iterable[Breakdown], times: Times) -> "Lattice":
        """Lay out the cells of rows with `date` and the segments of the breakdowns; `times` has the dates in order."""
        ordered = sorted(shown, key=lambda keys: (len(keys), sorted(keys)))
        whole = frozenset[str]().union(*ordered)
        segment, finest = _numbered(segment_labels(rows, whole))
        atoms = {some: [tuple(pair for pair in label if pair[0] in some) for label in finest] for some in ordered}
        nested = [(few, more) for few in ordered for more in ordered if few < more and len(more - few) == 1]
        day = pd.factorize(rows["date"], sort=True)[0]
        return cls(Cells(Axis.of(atoms, nested), Axis.of(times, (*_NESTED, *_fiscal(times)))), segment, day)

    def of(self, shown: Iterable[Breakdown], grains: Sequence[str]) -> NDArray[np.bool_]:
        """Say which cells are of some breakdowns and of periods of some grains."""
        named = np.array([isinstance(label, tuple) and label[0] in grains for label in self.cells.second.labels])
        return np.outer(self.cells.first.nodes(shown), named).ravel()

    def sums(self) -> Sums:
        """Return how the cells add up."""
        return Sums(self.cells.sums())

    def counts(self, columns: Iterable[pd.Series]) -> NDArray[np.float64]:
        """Add columns of the rows up over every cell, a row a column."""
        values = (np.nan_to_num(column.to_numpy(dtype=float)) for column in columns)
        return np.array([self.cells.add_up(each, self.segment, self.day) for each in values])

    def place(self, rows: pd.DataFrame, keys: Sequence[str], grain: str) -> NDArray[np.int64]:
        """Return the cell of each row of measurements, by its segments and its `start`; -1 where there is none."""
        first, second = self.cells.first, self.cells.second
        segments = first.find(segment_labels(rows, keys))
        periods = second.find([(grain, start) for start in pd.to_datetime(rows["start"])])
        return np.where((segments < 0) | (periods < 0), -1, segments * second.size + periods)

    def taken_over(self, other: "Lattice", marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the cells here that are the marked ones of another lattice."""
        segments, periods = np.divmod(np.flatnonzero(marked), other.cells.second.size)
        first = self.cells.first.find([other.cells.first.labels[at] for at in segments])
        second = self.cells.second.find([other.cells.second.labels[at] for at in periods])
        found = np.zeros(self.cells.size, dtype=bool)
        found[first * self.cells.second.size + second] = True
        return found


def _fiscal(times: Times) -> list[tuple[str, str]]:
    """Say of which periods fiscal years are made: the longest of which each lies within one.

    A fiscal year that is a quarter so far is told by the quarter alone. Were both sums of months, hiding one would ask
    for several sums together, and so hide far more than the other.
    """
    if "fiscal_year" not in times:
        return []
    for grain in ("year", "quarter", "month"):
        if grain in times and len(set(zip(times[grain], times["fiscal_year"], strict=True))) == len(set(times[grain])):
            return [("fiscal_year", grain)]
    return []


def of_spans(spans: pd.DataFrame, *, fiscal_start: int | None = None, days: bool = False) -> Times:
    """Return the periods in which each span lies whole, from its day `first` to its `last`.

    Spans of the same periods are one piece, named by the shortest period that holds nothing else. A span that reaches
    beyond a period is of none of that grain: there its piece stands for it.
    """
    ends = [_each(calendar(spans[end], fiscal_start=fiscal_start, days=days), spans[end]) for end in ("first", "last")]
    within = {
        grain: [one if one == other else None for one, other in zip(*(end[grain] for end in ends), strict=True)]
        for grain in (*PUBLISHED, "day")
        if grain in ends[0]
    }
    alike = list(zip(*(labels for grain, labels in within.items() if grain != "day"), strict=True))
    named = {one: (_PIECE, one) for one in alike}
    for labels in reversed([labels for grain, labels in within.items() if grain != "day"]):
        holds = pd.Series(alike, dtype=object).groupby(pd.Series(labels, dtype=object)).agg(set)
        named |= {next(iter(held)): label for label, held in holds.items() if len(held) == 1}
    piece = [named[one] for one in alike]
    found = {grain: [own or part for own, part in zip(labels, piece, strict=True)] for grain, labels in within.items()}
    return {**found, _PIECE: piece}


def _each(times: Times, dates: pd.Series) -> Times:
    """Give the periods of every date, where `times` has those of each different one in order."""
    place = {day: at for at, day in enumerate(sorted(set(dates)))}
    return {grain: [labels[place[day]] for day in dates] for grain, labels in times.items()}


def segment_labels(rows: pd.DataFrame, keys: Iterable[str]) -> list[Segment]:
    """Name the segment of each row; not to be in any team is a segment too."""
    named = sorted(keys)
    columns = [rows[key].astype(object).where(rows[key].notna(), None) for key in named]
    return (
        [tuple(zip(named, values, strict=True)) for values in zip(*columns, strict=True)] if named else [()] * len(rows)
    )


def _numbered(labels: list[Segment]) -> tuple[NDArray[np.int64], list[Segment]]:
    """Number labels by their first occurrence."""
    number: dict[Segment, int] = {}
    codes = np.array([number.setdefault(label, len(number)) for label in labels], dtype=np.int64)
    return codes, list(number)


def calendar(dates: pd.Series, *, fiscal_start: int | None = None, days: bool = False) -> Times:
    """Return the periods in which each different date lies, earliest first.

    A week within one month is that month's piece; fiscal years are there where it is known in which month they start.
    """
    each = pd.DatetimeIndex(dates.drop_duplicates().sort_values())
    week = each - pd.to_timedelta(each.day_of_week, unit="D")
    codes = {"year": "Y", "quarter": "Q", "month": "M"}
    if fiscal_start is not None:
        codes["fiscal_year"] = f"Y-{_MONTHS[fiscal_start - 2]}"
    starts = {grain: each.to_period(code).start_time for grain, code in codes.items()} | {"week": week}
    starts |= {"day": each} if days else {}
    found: Times = {grain: [(grain, start) for start in of] for grain, of in starts.items()}
    whole = (week + pd.Timedelta(days=6)).to_period("M") == week.to_period("M")
    pieces = zip(whole, week, np.maximum(week, starts["month"]), strict=True)
    return found | {_PIECE: [("week", monday) if one else (_PIECE, start) for one, monday, start in pieces]}


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
