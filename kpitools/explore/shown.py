"""The panel's tables: the rows behind a figure, and the other ways of counting it, in the analyst's language."""

from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.benchmarks import Benchmark
from kpitools.explore.apart import sure
from kpitools.measure.behind import Behind
from kpitools.measure.rows import records
from kpitools.present import dates, industry
from kpitools.present.codes import CHANNELS, KINDS, PARAMETERS, VERDICTS, WHY
from kpitools.present.data import meant
from kpitools.present.languages import N_, Words
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import between, decimals, difference, level, number
from kpitools.present.scorecard import reason

if TYPE_CHECKING:
    from kpitools.explore.answer import Answer

ROLES = {
    "numerator": N_("in the numerator"),
    "denominator": N_("in the denominator only"),
    "promoter": N_("promoter"),
    "passive": N_("passive"),
    "detractor": N_("detractor"),
    "counted": N_("counted"),
    "excluded": N_("left out"),
}
CHANGES = {
    "as_asked": N_("as asked"),
    "definition": N_("definition {to}"),
    "weekends": N_("without Saturdays and Sundays"),
}
WITHOUT = N_("without {segment}: {value}")
SEGMENTS = {
    "team": N_("Team"),
    "channel": N_("Channel"),
    "request_type": N_("Type of request"),
    "day": N_("Day"),
}
"""How the segments that every project knows are called; one of the project's own has the name that it has there."""


def spaced(made: Markup) -> Markup:
    """Set small print apart from what it is about where no style of a page does so, as in a notebook."""
    return Markup(str(made).replace("<small", " <small"))


def segment_name(words: Words, name: str) -> str:
    """Name a segment."""
    return words.text(SEGMENTS[name]) if name in SEGMENTS else name


def segment_value(words: Words, name: str, value: str) -> str:
    """Name a value of a segment: channels have words, days are said, the rest is text of the user's."""
    if name == "channel":
        return words.text(CHANNELS[value])
    return dates.weekday(words, date.fromisoformat(value)) if name == "day" else value


def figure_name(answer: "Answer", figure: Benchmark) -> str:
    """Name a published figure: its level and kind, whose it is, of which year, and of which sector."""
    words, view = answer.desk.words, answer.view
    kind = words.text(KINDS[figure.kind])
    said = words.text("{level} ({kind})", level=industry.about(view, figure), kind=kind)
    about = figure.segment.get(words.language) if figure.segment else None
    return ", ".join(filter(None, (said, industry.source(view, figure), about)))


def apart_table(answer: "Answer", name: str, rows: pd.DataFrame, among: int) -> Markup:
    """Return a figure apart by a segment or by day: value, cases, change; never ranked.

    A change is marked where it is more than chance makes of any of `among`.
    """
    words = answer.desk.words
    heads = [segment_name(words, name), *(words.text(head) for head in (N_("Value"), N_("Cases"), N_("Change")))]
    body = (_apart_row(row, name, answer, among) for row in records(rows))
    caption = words.text("{kpi} by {segment}", kpi=answer.title(), segment=heads[0].lower())
    return table("apart", caption, heads, body, numbers=(1, 2, 3))


def _apart_row(row: dict[str, Any], name: str, answer: "Answer", among: int) -> Markup:
    words, unit = answer.desk.words, answer.kpi.unit
    head = tag("th", segment_value(words, name, row[name]), scope="row")
    if row["value"] is None:
        return tag("tr", head, tag("td", reason(answer.view, row["reason"]), colspan=3))
    moved: list[object] = []
    if row["difference_low"] is not None:
        said = difference(words, unit, row["difference"], row["difference_low"], row["difference_high"])
        moved = [tag("strong", said) if sure(row, among) else said]
    value = [level(words, unit, row["value"], row["low"], row["high"])]
    cells = (value, [number(words, row["n"])], moved)
    return tag("tr", head, *(tag("td", joined(cell), class_="number") for cell in cells))


def behind_table(found: Behind, words: Words) -> Markup:
    """Return the rows behind a figure as a table, with how many there are."""
    rows = records(found.rows)
    heads = list(found.rows.columns)
    body = (
        tag("tr", *(tag("td", _cell(words, name, row[name])) for name in heads))
        for row in rows
    )  # fmt: skip
    caption = words.text("{shown} of {n} rows", shown=number(words, len(rows)), n=number(words, found.total))
    return table("behind", caption, heads, body)


def _cell(words: Words, name: str, value: object) -> str:
    if name == "counts_as":
        return words.text(ROLES[str(value)])
    return "" if value is None else str(value)


def what_if_table(ways: pd.DataFrame, answer: "Answer") -> Markup:
    """Return the ways of counting side by side: value, interval, difference, verdict."""
    words, unit = answer.desk.words, answer.kpi.unit
    heads = [words.text(head) for head in (N_("Counted"), N_("Value"), N_("Difference"), N_("Cases"), N_("Industry"))]
    made = table("what-if", words.text("The same rows, counted otherwise"), heads, (
        tag("tr", *(tag("td", cell, class_="number" if place in (1, 2, 3) else None)
                    for place, cell in enumerate(_row(row, answer, unit))))
        for row in records(ways)
    ), numbers=(1, 2, 3))  # fmt: skip
    return spaced(made)


def _row(row: dict[str, Any], answer: "Answer", unit: str) -> list[object]:
    words = answer.desk.words
    change = _changed(row, answer)
    value, low, high = (row[name] for name in ("value", "low", "high"))
    if not isinstance(value, float) or isnan(value):
        return [change, reason(answer.view, str(row["reason"] or "no_rows")), "", "", ""]
    shown: list[object] = [level(words, unit, value, low, high)]
    if isinstance(low, float) and isinstance(high, float):
        shown.append(tag("small", between(words, unit, low, high, decimals(unit, low, high))))
    by = float(row["difference"])
    moved = difference(words, unit, by, by, by)  # of the same rows: exact
    return [change, joined(shown), moved, number(words, float(row["n"])), _verdict(row, answer)]


def _changed(row: dict[str, Any], answer: "Answer") -> Markup:
    """Say what is counted otherwise, and of another definition what it means."""
    words, change, to = answer.desk.words, str(row["change"]), str(row["to"])
    if change in SEGMENTS or change in answer.desk.segments:
        return joined(
            [words.text(WITHOUT, segment=segment_name(words, change), value=segment_value(words, change, to))]
        )
    if change in PARAMETERS:
        return joined([words.text(PARAMETERS[change], value=to)])
    other = tag("small", meant(words, answer.kpi.variants[to])) if change == "definition" else None
    return joined([words.text(CHANGES[change], to=to), other])


def _verdict(row: dict[str, Any], answer: "Answer") -> Markup:
    """Say the verdict, or why there is none, and of which figure."""
    words, figure = answer.desk.words, answer.view.benchmark(row["against"])
    if figure is None:
        return Markup("")
    said = VERDICTS.get(str(row["verdict"])) or WHY[str(row["why"])]
    if row["verdict"] == "undetermined":
        said = WHY.get(str(row["why"]), said)
    return joined([words.text(said), tag("small", figure_name(answer, figure))])
