"""Why KPIs changed: how much came of who asked for what (the mix), how much of how well each was served."""

from collections.abc import Iterator
from math import isnan

from kpitools.findings.shapes import Part, Split, Term
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.present import dates
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import level
from kpitools.present.say import amounts
from kpitools.present.say.reasons import category, dimension, reason
from kpitools.present.state import state
from kpitools.present.view import View


def whys(view: View) -> Markup:
    """Return for each KPI that changed what its change is made of; nothing where none can be taken apart."""
    changed = [kpi for kpi in view.review.kpis if state(view, kpi).code in ("better", "worse", "moved")]
    parts = [joined(_kpi(view, kpi, splits)) for kpi in changed if (splits := view.review.splits.get(kpi.name))]
    if not parts:
        return Markup("")
    words = view.words
    meant = words.text(
        "The mix is who asked for what; the levels are how well each was served. Both together are the whole change."
    )
    return joined([tag("p", meant), *parts])


def _kpi(view: View, kpi: Kpi, splits: tuple[Split, ...]) -> Iterator[Markup]:
    words, first = view.words, splits[0]
    yield tag("h3", view.label(kpi))
    yield tag("p", reason(view, kpi) or words.text("The data do not tell mix and levels apart."))
    span = [_span(view, stretch) for stretch in (first.before, first.after)]
    caption = words.text("{kpi}: {before}, then {after}", kpi=view.label(kpi), before=span[0], after=span[1])
    heads = [words.text("Taken apart"), words.text("Change"), words.text("From the mix"), words.text("From the levels")]
    rows = [_row(view, kpi, split) for split in splits]
    parts = table("parts", caption, heads, rows, numbers=(1, 2, 3))
    terms = (_terms(view, kpi, split) for split in splits if split.terms)
    yield tag("details", tag("summary", words.text("{kpi}: the terms", kpi=view.label(kpi))), parts, *terms)


def _span(view: View, stretch: tuple[Period, Period]) -> str:
    first, last = (dates.name(view.words, one) for one in stretch)
    return first if first == last else view.words.text("{first} to {last}", first=first, last=last)


def _row(view: View, kpi: Kpi, split: Split) -> Markup:
    parts = (split.difference, split.mix, split.performance)
    cells = (tag("td", amounts.cell(view, kpi, part), class_="number") for part in parts)
    return tag("tr", tag("th", _capital(dimension(view, split.dimension)), scope="row"), *cells)


def _terms(view: View, kpi: Kpi, split: Split) -> Markup:
    """Return each category: its part of the cases and its own level, before and after."""
    words = view.words
    heads = [words.text("Category"), words.text("Part of the cases"), words.text("Its level"),
             words.text("From the mix"), words.text("From the levels")]  # fmt: skip
    label = words.text("{kpi} {by}", kpi=view.label(kpi), by=dimension(view, split.dimension))
    rows = [_term(view, kpi, split, term) for term in split.terms]
    return table("parts", label, heads, rows, numbers=(1, 2, 3, 4))


def _term(view: View, kpi: Kpi, split: Split, term: Term) -> Markup:
    words = view.words
    shares = [level(words, "share", part) for part in (term.share_before, term.share_after)]
    levels = [words.text("no value") if isnan(part) else amounts.levels(view, kpi, part, part, split.difference)[0]
              for part in (term.value_before, term.value_after)]  # fmt: skip
    moved = [words.text("{before} → {after}", before=a, after=b) for a, b in (shares, levels)]
    parts = [amounts.signed(view, kpi, Part(part, split.difference.low, split.difference.high))
             for part in (term.mix, term.performance)]  # fmt: skip
    named = category(view, split.dimension, term.category)
    return tag("tr", tag("th", named, scope="row"), *(tag("td", cell, class_="number") for cell in (*moved, *parts)))


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
