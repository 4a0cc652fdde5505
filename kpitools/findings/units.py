"""Which teams or advisers a comparison is of: their cases by day and kind, who is hidden, who can be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.errors import ReportError, require_known
from kpitools.findings.segments import UNKNOWN, SegmentDays, segment_days
from kpitools.kpi import Kpi, Mean, Share
from kpitools.measure import measure
from kpitools.periods import Period
from kpitools.project import Project
from kpitools.stats.casemix import Standardised, standardise

UNITS = ("team", "adviser_id")
MIX = ("channel", "request_type")
"""What units' cases differ by, where the table has it: neither is of the unit's making."""
LEAST_EXPECTED = 5
"""Hits, and misses, that a unit's cases must let expect before a share is judged."""
LEAST_SKEWED, LEAST_VALUES = 100, 20
"""Values that a unit must have before a mean of durations, or another, is judged."""


@dataclass(frozen=True)
class Who:
    """Whom to compare: teams, or advisers (of one `team`), those in `order` first and the others by name."""

    unit: str = "team"
    team: str | None = None
    order: tuple[str, ...] = ()

    def refuse(self, project: Project) -> None:
        """Refuse another unit, and advisers where the project's privacy does not allow them (`ReportError`)."""
        require_known(self.unit, UNITS, "unit to compare", ReportError)
        if self.unit == "adviser_id" and not project.privacy.advisers:
            raise ReportError(
                "This project does not show advisers. Where it may, say so under [privacy]: advisers = true."
            )


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a comparison, one entry a unit and period of `made`: all units of the first period first."""

    kpi: Kpi
    names: tuple[str, ...]
    hidden: frozenset[str]
    mix: tuple[str, ...]
    made: Standardised

    def why(self, at: int) -> str | None:
        """Say why an entry is not compared; None where it is."""
        made = self.made
        if made.n[at] == 0 or not self._enough(made.n[at], made.expected[at]):
            return "too_few"
        return "nothing_in_common" if isnan(made.error[at]) else None

    def judged(self) -> NDArray[np.bool_]:
        """Say which entries have cases enough to be compared, of kinds that others have too."""
        return np.array([self.why(at) is None for at in range(self.made.n.size)], dtype=bool)

    def _enough(self, n: float, expected: float) -> bool:
        match self.kpi.expressions()[0]:
            case Share():
                return bool(n * min(expected, 1 - expected) >= LEAST_EXPECTED)
            case Mean(skewed=True):
                return bool(n >= LEAST_SKEWED)
            case _:
                return bool(n >= LEAST_VALUES)


def units(tables: Mapping[str, Any], project: Project, kpi: Kpi, periods: Sequence[Period], who: Who) -> Units | None:
    """Sum the cases of each unit in each period and standardise them; None for fewer than two units."""
    who.refuse(project)
    found = segment_days(tables, project, [kpi], (who.unit, *MIX), who.team).get(kpi.name)
    if found is None or who.unit not in found.keys:
        return None
    rows = pd.concat([found.between(p, p).assign(at=number) for number, p in enumerate(periods)], ignore_index=True)
    rows = rows[rows[who.unit] != UNKNOWN]
    seen = sorted({str(name) for name in rows[who.unit]})
    if len(seen) < 2:
        return None
    names = tuple(dict.fromkeys([*(name for name in who.order if name in seen), *seen]))
    mix = tuple(key for key in MIX if key in found.keys and len(rows[key].unique()) > 1)
    made = _standardised(rows.assign(unit=rows[who.unit].astype(str)), names, mix, len(periods))
    if who.unit == "team":
        return Units(kpi, names, _hidden_teams(tables, project, found, periods), mix, made)
    few = _hidden_advisers(made.n.reshape(len(periods), -1), project.privacy.minimum_group)
    return Units(kpi, names, frozenset(n for n, hide in zip(names, few, strict=True) if hide), mix, made)


def _standardised(rows: pd.DataFrame, names: Sequence[str], mix: Sequence[str], periods: int) -> Standardised:
    place = pd.Index(names).get_indexer(pd.Index(rows["unit"])) + len(names) * rows["at"].to_numpy()
    cell = rows.groupby(list(mix), sort=False).ngroup().to_numpy() if mix else np.zeros(len(rows), dtype=np.int64)
    # A unit without a case in a period keeps its place, with nothing in it.
    absent = np.setdiff1d(np.arange(periods * len(names)), place)
    nothing = np.zeros(absent.size, dtype=np.int64)
    day = pd.factorize(rows["date"])[0]
    n, total, squares = (np.append(rows[name].to_numpy(dtype=float), nothing) for name in ("n", "total", "squares"))
    at, kind, when = (np.append(x, y) for x, y in ((place, absent), (cell, nothing), (day, nothing)))
    return standardise(at, kind, when, n=n, total=total, squares=squares)


def _hidden_teams(
    tables: Mapping[str, Any], project: Project, days: SegmentDays, periods: Sequence[Period]
) -> frozenset[str]:
    """Name the teams that are hidden everywhere else too, in one of the periods."""
    if days.minimum <= 1:
        return frozenset()
    rows = pd.concat([measure(tables, project, kpis=[days.kpi], by=("team",), period=period) for period in periods])
    return frozenset(rows.loc[rows["suppressed"].astype(bool), "team"].astype(str))


def _hidden_advisers(cases: NDArray[np.float64], least: int) -> NDArray[np.bool_]:
    """Say which advisers have too few cases in a period; a single one could be worked out, so another goes with it."""
    small: NDArray[np.bool_] = (cases < least) & (cases > 0)
    for period, few in enumerate(small):
        others = np.where(few | (cases[period] == 0), np.inf, cases[period])
        if few.sum() == 1 and np.isfinite(others).any():
            few[others.argmin()] = True
    return np.asarray(small.any(axis=0), dtype=bool)
