"""The scorecard: performance and satisfaction side by side, each KPI with its past, its yardstick and its target.

Tables are written here and not by great-tables: every cell needs its `data-label` (a phone shows each row as a
card), its exact value in a `data` element, row headers, a caption and languages, and of great-tables' own output
only the `td` would stay once its style sheet is taken away. All tables of the package use `table`.
"""

from collections.abc import Iterable, Sequence

from kpitools.kpi import Kpi
from kpitools.present import captions, dates, industry
from kpitools.present.codes import CHANGES, KINDS, REASONS, WHY
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, tag
from kpitools.present.numbers import between, decimals, level, number, stated
from kpitools.present.say import step
from kpitools.present.spark import sparkline
from kpitools.present.view import Compared, Measured, View

ICONS = {
    "better": "\N{CHECK MARK}",
    "worse": "!",
    "moved": "\N{LEFT RIGHT ARROW}",
    "usual": "\N{WHITE CIRCLE}",
    "unknown": "?",
}
CLASSES = {"better": "better", "worse": "worse", "moved": "moved", "usual": "usual", "unknown": "undetermined"}
TARGETS = {
    "better": N_("reached"),
    "met": N_("reached"),
    "worse": N_("missed"),
    "undetermined": N_("cannot tell"),
}
NOT_YET = N_("not yet reached")
LAST = 13
"""Points of a small line: a year and the same month before it."""


def table(kind: str, caption: str, heads: Sequence[str], rows: Iterable[Markup], numbers: Iterable[int] = ()) -> Markup:
    """Return a table with its caption and column headers; `numbers` are the columns of numbers."""
    right = set(numbers)
    cells = [
        tag("th", head, scope="col", class_="number" if place in right else None) for place, head in enumerate(heads)
    ]
    body = tag("tbody", *rows)
    return tag("table", tag("caption", caption), tag("thead", tag("tr", *cells)), body, class_=kind)


def scorecard(view: View) -> Markup:
    """Return the scorecard of all KPIs of the review."""
    words, review = view.words, view.review
    since = words.text("Change from {period}", period=dates.brief(words, review.period.previous()))
    heads = [
        words.text("KPI"), dates.brief(words, review.period), since, words.text("Over time"),
        words.text("Industry"),
    ]  # fmt: skip
    if any(view.compared(kpi, "target") for kpi in review.kpis):
        heads += [words.text("Target"), words.text("Owner")]
    groups = (
        (words.text("Performance"), view.performance, ""),
        (words.text("What customers say"), view.satisfaction, words.text("There are no survey answers to show.")),
    )
    rows: list[Markup] = []
    for name, kpis, otherwise in groups:
        if not kpis and not otherwise:
            continue
        rows.append(tag("tr", tag("th", name, colspan=len(heads), scope="rowgroup"), class_="group"))
        rows += [_row(view, kpi, heads) for kpi in kpis]
        if not kpis and otherwise:
            rows.append(tag("tr", tag("td", otherwise, colspan=len(heads))))
    caption = words.text(
        "{period} against the past, the industry and the targets; below each value, its 95% interval",
        period=dates.title(words, review.period),
    )
    return table("scorecard", caption[:1].upper() + caption[1:], heads, rows)


def _row(view: View, kpi: Kpi, heads: Sequence[str]) -> Markup:
    key = kpi.name.replace("_", "-")
    change = view.review.change(kpi.name)
    target, owner = _targets(view, kpi)
    name = tag("a", view.label(kpi), href=f"#kpi-{key}")
    mean = kpi.statistic == "mean" and kpi.unit == "seconds"
    more = tag("small", view.words.text("mean") if mean else view.scale(kpi)) if mean or view.scale(kpi) else None
    cells = [
        tag("td", value(view, kpi, view.measured(kpi)), _response(view, kpi), class_="value", data_label=heads[1]),
        tag("td", _change(view, kpi, change), class_=_change_class(view, kpi, change), data_label=heads[2]),
        tag("td", _spark(view, kpi), class_="spark", data_label=heads[3]),
        tag("td", _industry(view, kpi), data_label=heads[4]),
    ]
    if len(heads) > 5:
        cells.append(tag("td", target, class_="target", data_label=heads[5]))
        cells.append(tag("td", owner, class_="owner", data_label=heads[6]))
    return tag("tr", tag("th", name, more, scope="row"), *cells)


def value(view: View, kpi: Kpi, now: Measured) -> Markup:
    """Return a value with its interval below, the exact value as data; or why there is none."""
    words = view.words
    if now.value is None:
        return tag("small", reason(view, now.reason))
    shown = tag("data", level(words, kpi.unit, now.value, now.low, now.high), value=repr(now.value))
    if now.low is None or now.high is None:
        why = tag("small", reason(view, now.reason)) if now.reason else None
        return joined((shown, why))
    interval = between(words, kpi.unit, now.low, now.high, decimals(kpi.unit, now.low, now.high))
    return shown + tag("small", interval, class_="interval")


def _response(view: View, kpi: Kpi) -> Markup | None:
    """Say how many of those asked answered: a score is worth no more than its response rate."""
    words, found = view.words, view.response(kpi)
    if found is None:
        return None
    if found.value is None:
        return tag("small", words.text("how many did not answer is not known"))
    said = level(words, "share", found.value, found.low, found.high)
    return tag("small", words.text("{share} of {n} asked answered", share=said, n=number(words, found.n)))


def reason(view: View, code: str | None) -> str:
    """Say why a value is missing."""
    name, _, column = (code or "no_rows").partition(":")
    return view.words.text(REASONS[name], column=column)


def _change_class(view: View, kpi: Kpi, change: str) -> str:
    """Keep a short step on one line; a sentence that says why there is none may wrap."""
    return f"verdict-{CLASSES[change]}" + ("" if _not_compared(view, kpi) else " change")


def _not_compared(view: View, kpi: Kpi) -> str | None:
    held = view.previous(kpi)
    return held.why if held is not None and held.why in ("no_reference", "incomplete", "no_value") else None


def _change(view: View, kpi: Kpi, change: str) -> Markup:
    """Return the icon, the step and the word: never a colour or a sign alone."""
    words, why = view.words, _not_compared(view, kpi)
    if why:
        return tag("small", words.text(WHY[why]))
    icon = tag("span", ICONS[change], class_="icon", aria_hidden="true")
    return tag("span", icon, " ", step(view, kpi)) + tag("small", words.text(CHANGES[change]))


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
    found = industry.shown(view, kpi)
    if not found:
        return tag("small", view.words.text("no comparable figure"))
    return joined(_figure(view, held) for held in found[:2])


def _figure(view: View, held: Compared) -> Markup:
    words, figure = view.words, view.benchmark(held.id)
    if figure is None or held.verdict is None:
        return Markup("")
    said = words.text(
        "{level} ({kind}): {verdict}",
        verdict=industry.verdict(view, held),
        level=industry.about(view, figure),
        kind=words.text(KINDS[figure.kind]),
    )
    return tag("span", said) + tag("small", industry.cited(view, figure))


def _targets(view: View, kpi: Kpi) -> tuple[Markup, Markup]:
    """Return the targets with their state, and their owners."""
    words, said, owners = view.words, [], []
    for held in view.compared(kpi, "target"):
        target = industry.target(view, kpi, held)
        if target is None or held.channel is not None:
            continue
        goal = stated(words, kpi.unit, target.value)
        if target.by is not None:
            goal = words.text("{target} by {date}", target=goal, date=dates.short(words, target.by))
        side = industry.side(kpi, held)
        unclear = WHY.get(held.why or "") if side == "undetermined" else None
        due = target.by is None or target.by <= view.review.period.end
        state = words.text(unclear or (TARGETS[side] if due or side != "worse" else NOT_YET))
        mark = {"worse": "worse", "better": "better", "met": "better"}.get(side, "undetermined")
        said += [tag("span", goal), tag("small", state, class_=f"verdict-{mark}")]
        more = industry.needed(view, held)
        if more:
            said.append(tag("small", words.text("about {n} more cases would tell", n=number(words, more))))
        owners.append(target.owner)
    return joined(said), joined(tag("span", owner) for owner in dict.fromkeys(owners) if owner)
