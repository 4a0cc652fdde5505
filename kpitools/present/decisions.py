"""The page on decisions: what came of each in the KPIs that it was to move, with the picture that shows it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from math import isfinite, nan
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from kpitools.findings import Trend, review
from kpitools.findings.shapes import Baseline, Effect
from kpitools.kpi import Kpi
from kpitools.present import charts, dates
from kpitools.present.captions import Mark, place
from kpitools.present.effects import STATES
from kpitools.present.languages import N_, words
from kpitools.present.markup import Markup, Shown, joined, tag
from kpitools.present.numbers import between, decimals
from kpitools.present.pages import Page, asked
from kpitools.present.say import amounts
from kpitools.present.say.effects import effect
from kpitools.present.say.reasons import clearest, why
from kpitools.present.svg import INKS, STYLE, inline
from kpitools.present.view import View
from kpitools.present.yardsticks import extent
from kpitools.stats.rules import Signal

NOTEBOOK = "decision_impact"


class DecisionsPage(Page):
    """What came of the decisions up to one period, in one language; each method is what one cell shows."""

    report = NOTEBOOK

    def named(self, service: str, period: str) -> str:
        """Name the page after what it is about."""
        said, team = self.view.words, self.view.review.team
        if team:
            return said.text(
                "{service}, {team}: what decisions did ({period})", service=service, team=team, period=period
            )
        return said.text("{service}: what decisions did ({period})", service=service, period=period)

    def figures(self) -> list[dict[str, Any]]:
        """Return none: effects are no rows of `measure`."""
        return []

    def headline(self) -> Shown:
        """Return one sentence for each decision and KPI, the newest decision first."""
        return Shown(tag("ol", *(tag("li", said) for said in self.says()), class_="headline"))

    def says(self) -> list[str]:
        """Return the sentences of the headline."""
        found = [effect(self.view, one) for one in _newest_first(self.view)]
        return found or [self.view.words.text("The project file names no decision that was made by then.")]

    def pictures(self) -> Shown:
        """Return each decision with one picture a KPI, what the other teams did, and how much of it is mix."""
        found = groupby(_newest_first(self.view), key=lambda one: one.decision)
        parts = [part for _, group in found for part in _decision(self.view, list(group))]
        band = N_("Grey band: what the time before the decision makes usual, run on unchanged. Line 1: the decision.")
        return Shown(joined([tag("p", self.view.words.text(band), class_="note"), *parts] if parts else []))


def decisions_page(
    project: Path | str = ".",
    period: str | int = "",
    team: str | int = "",
    language: str = "en",
    today: date | str | None = None,
) -> DecisionsPage:
    """Judge the decisions made up to the end of a period and make the page on them; arguments and errors as for `page`.

    A team's page judges its own decisions, and those of the whole service in that team.
    """
    said, made = words(language), review(*asked(project, period, team, today))
    judged = dict.fromkeys(one.kpi for one in made.effects)
    return DecisionsPage(View(replace(made, kpis=tuple(made.project.kpi(name) for name in judged)), said))


def _newest_first(view: View) -> list[Effect]:
    return sorted(view.review.effects, key=lambda one: (-one.decision.date.toordinal(), view.said(one.decision.title)))


def _decision(view: View, group: list[Effect]) -> Iterator[Markup]:
    """Show one decision: its name and day, whose it was, then each KPI."""
    words, first = view.words, group[0]
    team = first.decision.team
    who = words.text("team {team}", team=team) if team else words.text("all teams")
    when = dates.day(words, first.decision.date)
    yield tag("h3", words.text("{title} ({date}, {team})", title=view.said(first.decision.title), date=when, team=who))
    yield tag("div", *(_kpi(view, one) for one in group), class_="charts")


def _kpi(view: View, one: Effect) -> Markup:
    """Show one KPI: what the headline says of it in full stands here in a word."""
    kpi = view.review.project.kpi(one.kpi)
    state = view.words.text(STATES[one.state])
    said = [f"{state[:1].upper()}{state[1:]}.", *_further(view, kpi, one)]
    parts = [tag("figcaption", " ".join(said))]
    if one.baseline is not None and sum(isfinite(value) for value in one.baseline.values) >= 2:
        parts.insert(0, draw(view, kpi, one, one.baseline))
    return tag("section", tag("h4", view.label(kpi)), tag("figure", *parts, class_="chart"))


def _further(view: View, kpi: Kpi, one: Effect) -> Iterator[str]:
    """Say what the other teams did meanwhile, and how much of a move is mix."""
    words = view.words
    if one.comparison is not None and isfinite(one.comparison.low):
        by, low, high = (
            amounts.signed(view, kpi, one.comparison._replace(value=value), one.before) for value in one.comparison
        )
        yield words.text(
            "Less what the other teams did meanwhile ({teams}), the difference is {by}, between {low} and {high} "
            "(95% interval).",
            teams=dates.listed(words, one.compared_with), by=by, low=low, high=high,
        )  # fmt: skip
    if one.state in ("changed_with", "changed_since") and (split := clearest(one.splits)) is not None:
        yield why(view, kpi, split)


def draw(view: View, kpi: Kpi, one: Effect, base: Baseline) -> Markup:
    """Return the frozen-baseline picture: what the weeks before the decision make usual, run on over those since."""
    name = f"decision-{one.decision.date}-{kpi.name.replace('_', '-')}"
    trend = _trend(kpi, base)
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=charts.SIZE)
        axes = figure.add_axes((0.1, 0.12, charts.RIGHT - 0.1, 0.78))
        charts.usual(axes, trend, centre=True)
        ink = {True: "better", False: "worse"}.get(one.better, "ink")  # type: ignore[arg-type]
        charts.points(axes, trend, INKS[ink])
        charts.scale(axes, view, kpi, extent(trend, ()))
        charts.periods(axes, view, trend)
        for at in place(trend, one.decision.date):
            charts.marks(axes, (Mark(at, 1, ""),))
            axes.plot((at, len(base.periods) - 1), (one.after, one.after), color=INKS[ink], linewidth=2.2)
        return inline(figure, name, _alternative(view, kpi, one, base))


def _trend(kpi: Kpi, base: Baseline) -> Trend:
    """Write a frozen baseline as the chart that charts draw."""
    n = len(base.periods)
    none, mean, lower, upper = ((value,) * n for value in (nan, base.mean, base.lower, base.upper))
    quiet: tuple[Signal, ...] = tuple("" for _ in range(n))
    return Trend(kpi.name, base.periods, base.values, none, none, mean, lower, upper, quiet, base.judged, (), None)


def _alternative(view: View, kpi: Kpi, one: Effect, base: Baseline) -> str:
    """Say in words what the picture shows."""
    words, low, high = view.words, base.lower, base.upper
    if not isfinite(low):
        return effect(view, one)
    said = words.text(
        "{kpi} from {first} to {last}; before the decision usually {range}.",
        kpi=view.label(kpi), first=dates.name(words, base.periods[0]), last=dates.name(words, base.periods[-1]),
        range=between(words, kpi.unit, low, high, decimals(kpi.unit, low, high)),
    )  # fmt: skip
    return f"{said} {effect(view, one)}"
