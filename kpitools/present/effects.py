"""What the decisions did: a table of each decision and each KPI that it was to move, with how sure that is."""

from itertools import groupby
from math import isnan

from kpitools.findings.shapes import Effect
from kpitools.present import dates
from kpitools.present.codes import NO_EFFECT
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import level
from kpitools.present.say import amounts
from kpitools.present.view import View

STATES = {
    "changed_with": N_("moved with the decision"),
    "changed_since": N_("moved since the decision"),
    "none_shown": N_("no effect shown"),
    "too_early": N_("too early to tell"),
    "not_measured": N_("not measured"),
}


def effects(view: View) -> Markup:
    """Return each decision with what came after it in the KPIs that it was to move; nothing where there is none."""
    known = {kpi.name for kpi in view.review.kpis}
    mine = [one for one in view.review.effects if one.kpi in known and one.decision.date <= view.review.period.end]
    mine.sort(key=lambda one: (-one.decision.date.toordinal(), view.said(one.decision.title)))
    parts = [_decision(view, list(group)) for _, group in groupby(mine, key=lambda one: one.decision)]
    if not parts:
        return Markup("")
    said = view.words.text(
        "Held against the course before the decision and, for one team's decision, against the other teams. An effect "
        "that is not shown is not proved to be none: the interval says how large it may still be."
    )
    return joined([tag("p", said), *parts])


def _decision(view: View, group: list[Effect]) -> Markup:
    words, first = view.words, group[0]
    when = dates.day(words, first.decision.date)
    who = words.text("team {team}", team=first.decision.team) if first.decision.team else words.text("all teams")
    caption = words.text("{title} ({date}, {team})", title=view.said(first.decision.title), date=when, team=who)
    heads = [words.text("KPI"), words.text("Before"), words.text("Since"), words.text("Difference"),
             words.text("Against other teams"), words.text("What can be said")]  # fmt: skip
    return table("effects", caption, heads, [_row(view, one) for one in group], numbers=(1, 2, 3, 4))


def _row(view: View, one: Effect) -> Markup:
    words, kpi = view.words, view.review.project.kpi(one.kpi)
    way = {True: "better", False: "worse"}.get(one.better) if one.state == "changed_with" else None  # type: ignore[arg-type]
    why = [words.text(NO_EFFECT[one.why])] if one.why in NO_EFFECT else []
    if one.state == "changed_with" and one.placebo == 0:
        why.append(words.text("no earlier date had as large a move"))
    elif one.state in ("changed_with", "changed_since") and not isnan(one.placebo):
        share = level(words, "share", one.placebo)
        why.append(words.text("as large a move at {share} of earlier dates", share=share))
    numbers = _numbers(view, one)
    return tag(
        "tr", tag("th", view.label(kpi), scope="row"), *(tag("td", cell, class_="number") for cell in numbers),
        tag("td", tag("span", words.text(STATES[one.state]), class_=f"verdict-{way or 'usual'}"),
            *(tag("small", text) for text in why)),
    )  # fmt: skip


def _numbers(view: View, one: Effect) -> list[Markup]:
    """Return the levels before and since, their difference, and the difference in differences."""
    kpi = view.review.project.kpi(one.kpi)
    if isnan(one.before) or isnan(one.after):
        return [Markup("")] * 4
    levels = [Markup("{}").format(text) for text in amounts.levels(view, kpi, one.before, one.after, one.size)]
    parts = [Markup("") if part is None or isnan(part.value) else amounts.cell(view, kpi, part, one.before)
             for part in (one.size, one.comparison)]  # fmt: skip
    return [*levels, *parts]
