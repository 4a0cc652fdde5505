"""The scorecard: performance and satisfaction side by side, each KPI with its past, its yardstick and its target.

Tables are written here and not by great-tables: every cell needs its `data-label` (a phone shows each row as a
card), its exact value in a `data` element, row headers, a caption and languages, and of great-tables' own output
only the `td` would stay once its style sheet is taken away. All tables of the package use `markup.table`.
"""

from collections import Counter
from collections.abc import Sequence

from kpitools.kpi import Kpi
from kpitools.present import captions, dates, industry
from kpitools.present.codes import COUNTED, KINDS, LOOKS, REASONS, SHORT, WHY
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.moved import ICONS, moved, stepless
from kpitools.present.numbers import between, decimals, level, number, stated
from kpitools.present.say.goals import Goal, goals
from kpitools.present.spark import sparkline
from kpitools.present.state import state
from kpitools.present.view import Compared, Measured, View

SAID = ("talk_time", "handle_time")
"""Durations whose name says already that they are means."""
OF_ALL = {
    "contacts": N_("{n} of {all} contacts count"),
    "requests": N_("{n} of {all} requests can be judged"),
}
"""Of how many rows a value is, by the table of its KPI; of surveys the response rate says it."""
NONE = {
    "contacts": N_("none of {all} contacts counts"),
    "requests": N_("none of {all} requests can be judged yet"),
}
"""Why there is no value where rows are there and none of them counts."""
WITHIN = {"seconds": N_("within {value} s"), "hours": N_("within {value} h")}
"""What a share of what is done in time leaves open, by the parameter of its definition."""
LAST = 13
"""Points of a small line: a year and the same month before it."""


def summary(view: View) -> Markup:
    """Return one line that counts: how many KPIs do better or worse, how many targets are reached or missed."""
    words = view.words
    states: Counter[str] = Counter(state(view, kpi).code for kpi in view.review.kpis)
    looks: Counter[str] = Counter(goal.look for kpi in view.review.kpis for goal in goals(view, kpi))
    kpis = [words.plural("{n} KPI:", "{n} KPIs:", states.total(), n=states.total())]
    kpis += [_counted(view, code, states[code], code) for code in ICONS if states[code]]
    targets = [words.plural("{n} target:", "{n} targets:", looks.total(), n=looks.total())]
    targets += [_counted(view, look, looks[look], _look_class(look)) for look in LOOKS if looks[look]]
    halves = [tag("span", Markup(" ").join(half)) for half in (kpis, targets) if len(half) > 1]
    return tag("p", Markup(" ").join(halves), class_="tally")


def _counted(view: View, code: str, n: int, kind: str) -> Markup:
    return tag("span", view.words.text(COUNTED[code], n=n), class_=f"verdict-{kind}")


def _look_class(look: str) -> str:
    classes = {"reached": "better", "on_course": "better", "missed": "worse", "set_to_miss": "worse"}
    return "unknown" if look == "unclear" else classes.get(look, "watch")


def scorecard(view: View, *, linked: bool = True) -> Markup:
    """Return the scorecard of all KPIs of the review; `linked` to the sections of the KPIs, where the page has them."""
    words, review = view.words, view.review
    heads = [
        words.text("KPI"), dates.brief(words, review.period), words.text("Change"), words.text("Over time"),
        words.text("Industry"),
    ]  # fmt: skip
    if any(goals(view, kpi) for kpi in review.kpis):
        heads.append(words.text("Target"))
    groups = (
        (words.text("Performance"), view.performance, ""),
        (words.text("What customers say"), view.satisfaction, words.text("There are no survey answers to show.")),
    )
    rows: list[Markup] = []
    for name, kpis, otherwise in groups:
        if not kpis and not otherwise:
            continue
        rows.append(tag("tr", tag("th", name, colspan=len(heads), scope="rowgroup"), class_="group"))
        rows += [_row(view, kpi, heads, linked=linked) for kpi in kpis]
        if not kpis and otherwise:
            rows.append(tag("tr", tag("td", otherwise, colspan=len(heads))))
    return table("scorecard", _caption(view), heads, rows)


def _caption(view: View) -> str:
    caption = view.words.text(
        "{period} against the past, the industry and the targets; below each value, its 95% interval",
        period=dates.title(view.words, view.review.period),
    )
    said = (each[:1].upper() + each[1:] for each in (caption, stepless(view)) if each)
    return ". ".join(said)


def _row(view: View, kpi: Kpi, heads: Sequence[str], *, linked: bool) -> Markup:
    key = kpi.name.replace("_", "-")
    found = state(view, kpi)
    name = tag("a", view.label(kpi), href=f"#kpi-{key}") if linked else view.label(kpi)
    cells = [
        tag("td", value(view, kpi, view.measured(kpi)), class_="value", data_label=heads[1]),
        tag("td", moved(view, kpi, found), class_=f"change verdict-{found.code}", data_label=heads[2]),
        tag("td", _spark(view, kpi), class_="spark", data_label=heads[3]),
        tag("td", _industry(view, kpi), class_="yardstick", data_label=heads[4]),
    ]
    if len(heads) > 5:
        mine = joined(_goal(view, goal) for goal in goals(view, kpi))
        cells.append(tag("td", mine, class_="target", data_label=heads[5]))
    return tag("tr", tag("th", name, _about(view, kpi), scope="row"), *cells)


def _about(view: View, kpi: Kpi) -> Markup | None:
    """Say what a name leaves open: a mean, the scale of a score, how many answered, how many count."""
    mean = kpi.statistic == "mean" and kpi.unit == "seconds" and kpi.name not in SAID
    within = [view.words.text(said, value=f"{kpi.parameters[name]:g}") for name, said in WITHIN.items()
              if kpi.unit == "share" and name in kpi.parameters]  # fmt: skip
    parts = [view.words.text("mean") if mean else view.scale(kpi), *within, _response(view, kpi), _counting(view, kpi)]
    said = " \N{MIDDLE DOT} ".join(part for part in parts if part)
    return tag("small", said) if said else None


def _counting(view: View, kpi: Kpi) -> str:
    """Say of how many rows a value is, where others had to be left out: requests too young, contacts not answered."""
    now, words = view.measured(kpi), view.words
    if now.value is None or not now.excluded or kpi.table not in OF_ALL:
        return ""
    return words.text(OF_ALL[kpi.table], n=number(words, now.n), all=number(words, now.n + now.excluded))


def value(view: View, kpi: Kpi, now: Measured) -> Markup:
    """Return a value with its interval below, the value to twelve digits as data; or why there is none."""
    words = view.words
    if now.value is None:
        return tag("small", _missing(view, kpi, now))
    shown = tag("data", level(words, kpi.unit, now.value, now.low, now.high), value=f"{now.value:.12g}")
    if now.low is None or now.high is None:
        why = tag("small", reason(view, now.reason)) if now.reason else None
        return joined((shown, why))
    interval = between(words, kpi.unit, now.low, now.high, decimals(kpi.unit, now.low, now.high))
    return shown + tag("small", interval, class_="interval")


def _missing(view: View, kpi: Kpi, now: Measured) -> str:
    """Say why there is no value; rows that are there but do not count are no want of data."""
    if now.reason == "no_rows" and now.excluded and kpi.table in NONE:
        return view.words.text(NONE[kpi.table], all=number(view.words, now.excluded))
    return reason(view, now.reason)


def _response(view: View, kpi: Kpi) -> str:
    """Say how many of those asked answered: a score is worth no more than its response rate."""
    words, found = view.words, view.response(kpi)
    if found is None:
        return ""
    if found.value is None:
        return words.text("how many did not answer is not known")
    said = level(words, "share", found.value, found.low, found.high)
    return words.text("{share} of {n} asked answered", share=said, n=number(words, found.n))


def reason(view: View, code: str | None) -> str:
    """Say why a value is missing."""
    return view.words.text(REASONS[(code or "no_rows").partition(":")[0]])


def _spark(view: View, kpi: Kpi) -> Markup:
    trend = view.review.trends.get(kpi.name)
    if trend is None:
        return Markup("")
    shown = trend.values[-LAST:]
    if sum(value == value for value in shown) < 2:  # noqa: PLR0124 - NaN is not itself
        return Markup("")
    title = captions.brief(view, kpi, trend, LAST)
    return sparkline(shown, title, hollow=not trend.judged[-1])


def _industry(view: View, kpi: Kpi) -> Markup:
    """Return the verdict against one figure of each kind: kind, level, source and year."""
    found = industry.shown(view, kpi)[:2]
    if not found:
        why = _no_figure(view, kpi)
        return tag("small", view.words.text(why)) if why else Markup("")
    figures = [view.benchmark(held.id) for held in found]
    cited = list(dict.fromkeys(industry.source(view, figure) for figure in figures if figure is not None))
    if any(figure is not None and figure.comparable == "partly" for figure in figures):
        cited.append(view.words.text("compares in part"))
    return joined([*(_figure(view, held) for held in found), tag("small", " · ".join(cited))])


def _no_figure(view: View, kpi: Kpi) -> str:
    """Say why no figure is held against a KPI that has a value: the period is not complete, or none compares."""
    whys = {held.why for held in view.compared(kpi, "benchmark")}
    if view.measured(kpi).value is None:
        return ""
    return WHY["incomplete"] if "incomplete" in whys else N_("no comparable figure")


def _figure(view: View, held: Compared) -> Markup:
    words, figure = view.words, view.benchmark(held.id)
    if figure is None or held.verdict is None:
        return Markup("")
    return tag(
        "span",
        words.text(
            "{level} ({kind}): {verdict}",
            verdict=industry.verdict(view, held),
            level=industry.about(view, figure),
            kind=words.text(SHORT.get(figure.kind, KINDS[figure.kind])),
        ),
    )


def _goal(view: View, goal: Goal) -> Markup:
    """Return a target with its day, how it looks, whose it is, and how many more cases would tell."""
    words, said = view.words, stated(view.words, goal.kpi.unit, goal.value)
    if goal.by is not None:
        other_year = goal.by.year != view.review.period.end.year
        said = words.text("{target} by {date}", target=said, date=dates.short(words, goal.by, year=other_year))
    unclear = WHY.get(goal.held.why or "") if goal.look == "unclear" else None
    look = tag("span", words.text(unclear or LOOKS[goal.look]), class_=f"verdict-{_look_class(goal.look)}")
    more = industry.enough(view, goal.held) if goal.look == "unclear" else ""
    need = tag("small", more) if more else None
    owner = tag("small", goal.owner) if goal.owner else None
    return joined((tag("span", said), look, owner, need))
