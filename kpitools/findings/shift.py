"""The one verdict on whether a KPI's level changed: since when, by how much, and whether for the better."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kpitools.findings.sampling import borne
from kpitools.findings.series import Points, Series
from kpitools.findings.shapes import Shift
from kpitools.findings.weeks import Weeks, recent
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.stats.change import Change, change

YEAR = 12
"""Months of a cycle: monthly figures may have a season, which is taken out first; of weeks there are too few."""
CLOSE = 0.5
"""Correlation of neighbouring points from which the interval of the size is too narrow (`docs/method.md`)."""


def shift(of: Series, last: Period, *, team: str | None = None, among: int = 1) -> Shift:
    """Judge the points of a series up to the period `last`.

    `among` is the number of series among which this one is looked at: of so many stable ones together no more are
    called changed than of one.
    """
    points = recent(of, last)
    found = change(points.spaced, season=YEAR if points.grain == "month" else None, among=among)
    if found.level == "changed" and not borne(points, found, among):
        found = replace(found, level="watch")
    blank = Shift(of.kpi.name, team, points.grain or last.grain, found.level, found.why or None, found.n)
    if found.level == "none" and of.kpi.statistic == "count" and sum(of.judged) > found.n:
        return replace(blank, why="no_year_before")
    return _described(blank, found, points, of.kpi) if blank.shown else blank


def _described(blank: Shift, found: Change, points: Points, kpi: Kpi) -> Shift:
    """Say since when and by how much; a drift is that from the level of the first fifth of all points to the last's."""
    start, first, end = _dates(found, points)
    edge = _edge(found.n)
    part = _between_edges(points, edge) if found.gradual else 1.0
    after = points.level(slice(-edge, None) if found.gradual else slice(start, None))
    before = points.level(slice(edge) if found.gradual else slice(start))
    size, low, high = (points.size(part * step, after) for step in (found.size, found.size_low, found.size_high))
    return replace(
        blank,
        better=(found.size > 0) == (kpi.better == "higher") if kpi.better in ("higher", "lower") else None,
        since=points.periods[start],
        since_from=points.periods[first],
        since_to=points.periods[end],
        before=after - size if kpi.statistic == "count" else before,
        after=after,
        size=size,
        size_low=low,
        size_high=high,
        gradual=found.gradual,
        about=found.rho >= CLOSE,
    )


def _dates(found: Change, points: Points) -> tuple[int, int, int]:
    """Give the point with which the change began, and the first and last with which it may have begun."""
    if found.gradual:
        return 0, 0, found.n - 1
    spaced = (found.since, found.since_low, found.since_high)
    return tuple(points.nearest(place) for place in spaced if place is not None)  # type: ignore[return-value]


def _edge(n: int) -> int:
    return max(3, n // 5)


def _between_edges(points: Points, edge: int) -> float:
    """Give the part of a drift over all points that lies between the middles of the first and the last of them."""
    place = np.array(points.place)
    return float((place[-edge:].mean() - place[:edge].mean()) / (place[-1] - place[0]))


def shifts(weeks: Weeks, last: Period) -> dict[str, Shift]:
    """Judge each KPI of what the page is about."""
    return {name: shift(of, last) for name, of in weeks.own.items()}


def team_shifts(weeks: Weeks, last: Period, whole: Mapping[str, Shift]) -> tuple[Shift, ...]:
    """Name the teams whose level changed, on the page of the whole service.

    Where the service itself has changed (`whole`), each team is asked by itself whether it was part of it. Where it has
    not, a team must stand out among all series of all teams, so that the page cries wolf no oftener for having teams.
    """
    every = sum(len(own) for own in weeks.teams.values())
    found = (
        shift(of, last, team=team, among=1 if whole[name].level == "changed" else every)
        for team, own in weeks.teams.items()
        for name, of in own.items()
    )
    return tuple(each for each in found if each.level == "changed")


def stretches(found: Shift, of: Series, last: Period) -> tuple[tuple[Period, Period], tuple[Period, Period]]:
    """Name the first and last period of the level before a change, and of the one after it."""
    periods = recent(of, last).periods
    edge = _edge(len(periods))
    if found.gradual or found.since is None:
        return (periods[0], periods[edge - 1]), (periods[-edge], periods[-1])
    start = periods.index(found.since)
    return (periods[0], periods[start - 1]), (periods[start], periods[-1])


def since(of: Series, last: Period, found: Shift) -> Points:
    """Return the points of a level that still lasts: those since its last step, else all."""
    points = recent(of, last)
    if not found.shown or found.gradual or found.since is None:
        return points
    return points.at([i for i, period in enumerate(points.periods) if period >= found.since])


def levels(weeks: Weeks, last: Period, found: Mapping[str, Shift]) -> dict[str, Points]:
    """Return for each KPI the points since its level last changed."""
    return {name: since(of, last, found[name]) for name, of in weeks.own.items()}
