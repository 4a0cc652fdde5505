"""What came of each decision in the KPIs that it was to move: changed with it, changed since, or no effect shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan, nan

import numpy as np

from kpitools.catalogue import KPIS
from kpitools.findings.series import Floats, Points, Series, series
from kpitools.findings.shapes import Baseline, Effect, Part, Split, State
from kpitools.findings.weeks import Weeks, pooled, recent
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Decision, Project
from kpitools.stats.change import change
from kpitools.stats.effect import Direction, effect
from kpitools.stats.effect import Effect as Tested
from kpitools.stats.xmr import xmr

BEFORE, AFTER = 52, 26
"""Weeks looked at before and after a decision: a year before it, half a year since, lest later changes come in."""
SURE = 0.05
"""The level of the test; over the KPIs of one decision it is Holm's."""
DIRECTION: dict[str, Direction] = {"higher": "higher", "lower": "lower"}
STATES: dict[str, tuple[State, str | None]] = {
    "changed_with": ("changed_with", None),
    "changed_since": ("changed_since", "jumps_before"),
    "none_shown": ("none_shown", None),
    "too_early": ("too_early", "too_few_after"),
    "too_few_before": ("not_measured", "too_few_before"),
    "constant": ("not_measured", "no_variation"),
}
"""What the test of one series says, and why, in the words of `shapes`."""

Why = Callable[[Kpi, tuple[Period, Period], tuple[Period, Period], str | None], tuple[Split, ...]]


@dataclass(frozen=True)
class Subject:
    """One decision and one of its KPIs: the series of the team it was made for, and what to compare it with."""

    decision: Decision
    kpi: Kpi
    team: str | None
    series: Series | None
    others: Series | None = None
    compared_with: tuple[str, ...] = ()


def effects(
    weeks: Weeks, project: Project, decisions: Iterable[Decision], *, period: Period, team: str | None, why: Why
) -> tuple[Effect, ...]:
    """Judge decisions, oldest first, in each KPI that they were to move.

    A decision is judged in the team that it was made for; one of the whole service in what the page is about.
    `why` splits a difference into mix and performance.
    """
    found: list[Effect] = []
    for decision in sorted(decisions, key=lambda each: each.date):
        subjects = [_subject(weeks, project, decision, name, team) for name in dict.fromkeys(decision.kpis)]
        judged = [_judged(subject, period) for subject in subjects]
        found += [_explained(each, project.kpi(each.kpi), why) for each in _holm(judged)]
    return tuple(found)


def _subject(weeks: Weeks, project: Project, decision: Decision, name: str, team: str | None) -> Subject:
    kpi, whose = project.kpi(name), decision.team or team
    own = weeks.own if whose == team else weeks.teams.get(whose or "", {})
    others = tuple(sorted(set(weeks.teams) - {whose})) if decision.team is not None else ()
    compared = series(pooled(weeks.rows, others, kpi), kpi, project.events) if others else None
    return Subject(decision, kpi, whose, own.get(name), compared, others)


def _judged(subject: Subject, period: Period) -> Effect:
    """Judge one KPI by itself: the p-value of its move in the declared direction, and how rare such a move was."""
    blank = Effect(subject.decision, subject.kpi.name, subject.team, "not_measured", "no_values")
    if subject.series is None or not any(subject.series.judged):
        return blank
    points, cut = _around(recent(subject.series, period, len(subject.series.periods)), subject.decision.date)
    counted = replace(
        blank, n_before=cut, n_after=len(points.periods) - cut, baseline=_baseline(subject.series, points, cut, period)
    )
    found = _tested(points, points.y, cut, subject.kpi)
    state, why = STATES[found.state]
    if state in ("too_early", "not_measured"):
        return replace(counted, state=state, why=why)
    after = points.level(slice(cut, None))
    size = _part(points, found, after)
    comparison = _comparison(subject, points, cut)
    if state == "changed_with" and comparison is not None and comparison.p >= SURE:
        state, why = "changed_since", "others_too"
    return replace(
        counted, state=state, why=why, after=after, size=size, p=found.p, placebo=found.placebo,
        before=after - size.value if subject.kpi.statistic == "count" else points.level(slice(cut)),
        comparison=_part(points, comparison, after) if comparison else None,
        before_too=state in ("changed_with", "changed_since") and _under_way(points, cut, found.size),
        compared_with=subject.compared_with if comparison else (),
    )  # fmt: skip


def _tested(points: Points, y: Floats, cut: int, kpi: Kpi) -> Tested:
    """Test the level of some points from the `cut`-th on, in the direction that is better for the KPI."""
    at = points.place[cut] - points.place[0] if cut < len(points.place) else y.size
    return effect(replace(points, y=y).spaced, at, DIRECTION.get(kpi.better))


def _under_way(points: Points, cut: int, size: float) -> bool:
    """Say whether the level had moved the same way before the decision already: then part of its move may be that."""
    earlier = change(points.at(list(range(cut))).spaced)
    return earlier.level in ("changed", "watch") and earlier.size * size > 0


def _part(points: Points, found: Tested, after: float) -> Part:
    return Part(*(points.size(step, after) for step in (found.size, found.size_low, found.size_high)))


def _around(points: Points, day: date) -> tuple[Points, int]:
    """Take the periods wholly before and wholly after a day, and where the later ones begin."""
    before = [i for i, period in enumerate(points.periods) if period.end < day][-BEFORE:]
    after = [i for i, period in enumerate(points.periods) if period.start >= day][:AFTER]
    return points.at([*before, *after]), len(before)


def _comparison(subject: Subject, points: Points, cut: int) -> Tested | None:
    """Test how much more the team moved than the others together; None where they have too few weeks in common."""
    if subject.others is None:
        return None
    theirs = recent(subject.others, points.periods[-1], len(subject.others.periods))
    known = dict(zip(theirs.periods, theirs.y, strict=True))
    apart = points.y - np.array([known.get(period, nan) for period in points.periods])
    found = _tested(points, apart, cut, subject.kpi)
    return None if isnan(found.p) else found


def _holm(judged: Sequence[Effect]) -> Iterator[Effect]:
    """Correct the p-values of one decision's KPIs for their number (Holm 1979), and say which show no effect."""
    tested = sorted((each for each in judged if not isnan(each.p)), key=lambda each: each.p)
    corrected, least = {}, 0.0
    for place, each in enumerate(tested):
        least = max(least, min(1.0, each.p * (len(tested) - place)))
        corrected[each.kpi] = least
    for each in judged:
        yield _concluded(replace(each, p=corrected[each.kpi]), KPIS[each.kpi].better) if each.kpi in corrected else each


def _concluded(found: Effect, better: str) -> Effect:
    """Say whether the move was for the better; one that is not shown may still surely be for the worse."""
    sign = {"higher": 1, "lower": -1}.get(better, 0)
    if found.p < SURE:
        return replace(found, better=True if sign else None)
    best = max(sign * found.size.low, sign * found.size.high)
    return replace(found, state="none_shown", why=None, better=False if best < 0 else None)


def _baseline(of: Series, points: Points, cut: int, period: Period) -> Baseline:
    """Freeze what the periods before the decision make usual, and run it on over those after it."""
    first = points.periods[0].start if points.periods else period.end
    shown = [i for i, each in enumerate(of.periods) if first <= each.start and each.end <= period.end]
    chart = xmr(points.raw[:cut], bounds=of.kpi.bounds) if cut > 1 else None
    lines = (nan, nan, nan) if chart is None else (chart.mean[0], chart.lower[0], chart.upper[0])
    return Baseline(
        tuple(of.periods[i] for i in shown), tuple(of.values[i] for i in shown), tuple(of.judged[i] for i in shown),
        *(float(line) for line in lines),
    )  # fmt: skip


def _explained(found: Effect, kpi: Kpi, why: Why) -> Effect:
    """Add how much of a move is mix: whether other customers came, or the same were served otherwise."""
    if found.baseline is None or not found.n_before or not found.n_after:
        return found
    day, periods = found.decision.date, found.baseline.periods
    before = [each for each in periods if each.end < day]
    after = [each for each in periods if each.start >= day][:AFTER]
    return replace(found, splits=why(kpi, (before[0], before[-1]), (after[0], after[-1]), found.team))
