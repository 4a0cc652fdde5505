"""The figures that a vendor's screen shows, held against ours in every definition: which one is it?

Every definition of a KPI, over a grid of its parameters, is measured from the rows of the days that each figure
covers, in one scan. The one that agrees with most figures is the vendor's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from kpitools.catalogue import KPIS
from kpitools.findings.reconcile.rules import Flags, Floats
from kpitools.findings.reconcile.taken import taken
from kpitools.kpi import Cohort, Count, Kpi, Mean, Mix, People, Score, Share
from kpitools.measure.parts import SEPARATOR
from kpitools.measure.tally import columns_of, filtered, tally
from kpitools.measure.view import why_not
from kpitools.periods import Period
from kpitools.project import Project

GRID = {
    "seconds": (10, 15, 20, 25, 30, 40, 45, 60, 90, 120, 180),
    "short_seconds": (3, 5, 6, 10),
    "hours": (1, 2, 4, 8, 12, 24, 48, 72),
    "days": (1, 2, 3, 5, 7, 10, 14, 30),
}
"""The values of each parameter that vendors set; the project's own come on top."""
COARSEST = {"share": 0.01, "seconds": 60.0}
"""What a screen may round to, by unit; other units are rounded to one."""
FINEST = 1e-6
SLACK = 1e-9


@dataclass(frozen=True)
class Candidate:
    """One definition with its parameters: with how many figures it agrees, and how far it lies off in the mean."""

    kpi: Kpi
    agree: int
    gap: float
    mean: float


@dataclass(frozen=True)
class Rate:
    """The figures of one KPI against ours.

    Of `figures`, `without` cover days of which there are no rows. `theirs` is the mean of the others, `step` what they
    are rounded to. `best` is the definition that agrees with most, `own` the project's; `alike` are further ones that
    agree with as many, so that these figures do not tell them from the best.
    """

    kpi: Kpi
    figures: int
    without: int
    theirs: float
    step: float
    best: Candidate
    own: Candidate
    alike: tuple[Candidate, ...]

    @property
    def compared(self) -> int:
        """The figures that have rows to be held against."""
        return self.figures - self.without

    @property
    def fits(self) -> bool:
        """Whether the best definition gives most of the figures: else it is the nearest, and not the vendor's."""
        return 2 * self.best.agree > self.compared


def rates(
    tables: Mapping[str, Any], project: Project, period: Period | None = None, team: str | None = None
) -> tuple[Rate, ...]:
    """Compare the figures of a project with what its rows say; empty where it has not both."""
    if "figures" not in tables:
        return ()
    segments = set(project.segments) & columns_of(tables["figures"])
    named = {"kpi", "date", "end_date", "value", "numerator", "denominator", *segments}
    figures = taken(tables["figures"], named, period, team)
    if period is not None:
        figures = figures[pd.to_datetime(figures["end_date"]) <= pd.Timestamp(period.end)]
    if "channel" in figures:
        figures["channel"] = figures["channel"].where(figures["channel"] != "unknown")
    if {"numerator", "denominator"} <= set(figures):
        figures["value"] = figures["value"].fillna(
            figures["numerator"] / figures["denominator"].where(figures["denominator"] > 0)
        )
    figures = figures[figures["value"].notna()]
    made = (_rate(tables, project, str(name), rows, team) for name, rows in figures.groupby("kpi", sort=False))
    return tuple(rate for rate in made if rate is not None)


def _rate(
    tables: Mapping[str, Any], project: Project, name: str, figures: pd.DataFrame, team: str | None
) -> Rate | None:
    """Compare the figures of one KPI; None where no rows allow any of its definitions."""
    own = project.kpi(name)
    if own.declared_only or own.table == "figures" or own.table not in tables:
        return None
    rows = filtered(tables[own.table], team=team)
    has = columns_of(rows)
    segments = set(project.segments) & set(figures.columns)
    whole = sorted(segments if own.people else segments - has)
    figures = figures[figures[whole].isna().all(axis=1)]
    keys = sorted(segments & has & set(figures.columns[figures.notna().any()]))
    able = [kpi for kpi in _definitions(own) if not why_not(kpi, has, set(keys))]
    # A small group of a team could be worked out from the figures of the others.
    asked = [kpi for kpi in able if team is None or not kpi.people]
    if not asked or figures.empty:
        return None
    days = tally(rows, [_apart(kpi, n) for n, kpi in enumerate(asked)], keys)
    ours, counts = _measured(days, asked, figures, keys)
    people = np.array([kpi.people for kpi in asked])
    ours[people & (counts < project.privacy.minimum_group)] = np.nan
    known = ~np.isnan(ours).all(axis=1)
    theirs = figures["value"].to_numpy(dtype=float)[known]
    if not theirs.size:
        return None
    step = _step(theirs, own.unit)
    held = [_candidate(kpi, ours[known, n], theirs, step) for n, kpi in enumerate(asked)]
    return _chosen(own, held, len(figures), theirs, step)


def _definitions(own: Kpi) -> Iterator[Kpi]:
    """Give every definition that rows add up to, the project's own first, with every value of its parameters."""
    additive = [
        kpi for kpi in KPIS[own.name].variants.values() if not isinstance(kpi.expressions()[0], Mix | People | Cohort)
    ]
    for kpi in sorted(additive, key=lambda one: one.definition != own.definition):
        values = (
            dict.fromkeys((own.parameters.get(name, given), *GRID.get(name, (given,))))
            for name, given in kpi.parameters.items()
        )
        for chosen in product(*values):
            yield kpi.with_parameters(**dict(zip(kpi.parameters, chosen, strict=True)))


def _apart(kpi: Kpi, number: int) -> Kpi:
    """Give a definition a name of its own in a tally, where those with other parameters stand beside it."""
    return replace(kpi, definition=f"{kpi.definition}_{number}")


def _measured(days: pd.DataFrame, asked: list[Kpi], figures: pd.DataFrame, keys: list[str]) -> tuple[Floats, Floats]:
    """Measure each definition over the days and the segment of each figure: a row a figure, a column a definition.

    Returns the values, and how many rows each is over.
    """
    spans = zip(*(pd.to_datetime(figures[name]) for name in ("date", "end_date")), strict=True)
    inside = np.array([_inside(days, figures.iloc[row], keys, span) for row, span in enumerate(spans)], dtype=float)
    parts = [_parts(days, _apart(kpi, n)) for n, kpi in enumerate(asked)]
    above, below = (inside @ np.column_stack(side) for side in zip(*parts, strict=True))
    counts = np.array([isinstance(kpi.expressions()[0], Count) for kpi in asked])
    with np.errstate(divide="ignore", invalid="ignore"):
        made = np.where(below > 0, np.where(counts, above, above / below), np.nan)
    return np.asarray(made, dtype=float), np.asarray(below, dtype=float)


def _inside(days: pd.DataFrame, figure: pd.Series, keys: list[str], covers: tuple[Any, Any]) -> Flags:
    """Say which rows of a tally are of the days and the segment of a figure."""
    inside = days["date"].between(*covers)
    for key in keys:
        if isinstance(figure[key], str):
            inside &= days[key].eq(figure[key]).fillna(value=False).astype(bool)
    return np.asarray(inside, dtype=bool)


def _parts(days: pd.DataFrame, kpi: Kpi) -> tuple[Floats, Floats]:
    """Return what a definition divides, and by what, for each row of a tally."""

    def part(name: str) -> Floats:
        return days[f"{kpi.key}{SEPARATOR}{name}"].fillna(0).to_numpy(dtype=float)

    match kpi.expressions()[0]:
        case Share():
            return part("hits"), part("n")
        case Mean():
            return part("total"), part("n")
        case Score():
            return 100 * (part("up") - part("down")), part("n")
        case _:
            return part("n"), part("n")


def _candidate(kpi: Kpi, ours: Floats, theirs: Floats, step: float) -> Candidate:
    """Hold a definition against the figures; they may be rounded, or cut off."""
    gap = ours - theirs
    with np.errstate(invalid="ignore"):
        rounded = np.abs(gap) <= step / 2 + SLACK
        cut = (gap >= -SLACK) & (gap < step)
    known = ~np.isnan(gap)
    mean = float(ours[known].mean()) if known.any() else np.nan
    return Candidate(
        kpi, int(max(rounded.sum(), cut.sum())), float(np.abs(gap[known]).mean()) if known.any() else np.inf, mean
    )


def _chosen(own: Kpi, held: list[Candidate], figures: int, theirs: Floats, step: float) -> Rate:
    """Choose the definition that agrees with most figures, else lies nearest; the project's own where equally good."""
    place = {id(one): number for number, one in enumerate(held)}

    def order(one: Candidate) -> tuple[float, ...]:
        same = sum(one.kpi.parameters.get(name) != value for name, value in own.parameters.items())
        gap = 0.0 if one.agree == theirs.size else one.gap
        return (-one.agree, gap, same, place[id(one)])

    ranked = sorted(held, key=order)
    best = ranked[0]
    alike = tuple(one for one in ranked[1:] if order(one)[:2] == order(best)[:2])
    mine = next((one for one in held if one.kpi.definition_id == own.definition_id), best)
    return Rate(own, figures, figures - theirs.size, float(theirs.mean()), step, best, mine, alike)


def _step(values: Floats, unit: str) -> float:
    """Return what figures are rounded to: the coarsest step that all of them are multiples of."""
    step = COARSEST.get(unit, 1.0)
    while step > FINEST and np.any(
        np.abs(values / step - np.round(values / step)) > 1e-6 * np.maximum(1, np.abs(values / step))
    ):
        step = {60.0: 1.0}.get(step, step / 10)
    return step
