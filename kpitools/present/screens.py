"""The figures of a vendor's screen beside ours, in words: which definition gives them."""

from math import ceil, log10

from kpitools.findings.reconcile import Candidate, Rate
from kpitools.present import dates
from kpitools.present.data import meant
from kpitools.present.languages import Words
from kpitools.present.markup import Markup, table, tag
from kpitools.present.numbers import duration, level, number
from kpitools.present.view import View

MOST = 3
"""Further definitions that are named where figures do not tell them apart."""


def rates_table(view: View, rates: tuple[Rate, ...]) -> Markup:
    """Return the vendor's figures beside ours, with the definition that fits them best."""
    words = view.words
    heads = (
        words.text("KPI"), words.text("The vendor's figures"), words.text("By the definition of this project"),
        words.text("By the definition that fits best"), words.text("What the vendor counts"),
    )  # fmt: skip
    caption = words.text(
        "Figures of the vendor's screen, and which definition gives them; means over the figures compared"
    )
    return table("industry", caption, heads, [_rate(view, rate, heads) for rate in rates])


def _rate(view: View, rate: Rate, heads: tuple[str, ...]) -> Markup:
    words = view.words
    compared = words.plural("{n} figure", "{n} figures", rate.compared, n=number(words, rate.compared))
    without = words.plural(
        "{n} more has no rows here", "{n} more have no rows here", rate.without, n=number(words, rate.without)
    )
    notes = [tag("small", compared), tag("small", without) if rate.without else None]
    meaning = [tag("span", meant(words, rate.best.kpi)), tag("small", rate.best.kpi.definition_id), _alike(words, rate)]
    return tag(
        "tr",
        tag("th", view.label(rate.kpi), scope="row"),
        tag("td", tag("span", shown(words, rate, rate.theirs)), *notes, data_label=heads[1], class_="ours"),
        *(
            tag("td", *_fit(words, rate, one), data_label=head)
            for one, head in ((rate.own, heads[2]), (rate.best, heads[3]))
        ),
        tag("td", *meaning, data_label=heads[4]),
    )


def _fit(words: Words, rate: Rate, one: Candidate) -> tuple[Markup, Markup]:
    agree = words.text("{agree} of {n} agree", agree=number(words, one.agree), n=number(words, rate.compared))
    return tag("span", shown(words, rate, one.mean)), tag("small", agree)


def _alike(words: Words, rate: Rate) -> Markup | None:
    """Name other definitions that these figures do not tell from the best."""
    if not rate.alike:
        return None
    named = [one.kpi.definition_id for one in rate.alike[:MOST]]
    more = len(rate.alike) - len(named)
    named += [words.plural("{n} more", "{n} more", more, n=more)] if more else []
    return tag("small", words.text("As good a fit: {definitions}", definitions=dates.listed(words, named)))


def shown(words: Words, rate: Rate, value: float) -> str:
    """Write a value with as many decimals as the vendor's figures have, and at least those that people read."""
    if rate.kpi.unit == "seconds":
        return duration(words, value)
    if rate.kpi.unit != "share":
        return level(words, rate.kpi.unit, value)
    decimals = min(2, max(0, ceil(-log10(100 * rate.step) - 1e-9)))
    return words.text("{number}%", number=number(words, 100 * value, max(1, decimals)))
