"""The panel's tables: the rows behind a figure, and the other ways of counting it, in the analyst's language."""

from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.measure.behind import Behind
from kpitools.measure.rows import records
from kpitools.present import dates
from kpitools.present.codes import CHANNELS, VERDICTS, WHY
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


def apart_table(answer: "Answer", name: str, rows: pd.DataFrame) -> Markup:
    """Return a figure apart by a segment or by day: value, interval, cases, change; never ranked."""
    words, unit = answer.desk.words, answer.kpi.unit
    heads = [segment_name(words, name), *(words.text(head) for head in (N_("Value"), N_("Cases"), N_("Change")))]
    body = (_apart_row(row, name, words, unit, answer) for row in records(rows))
    caption = words.text("{kpi} by {segment}", kpi=answer.title(), segment=heads[0].lower())
    return table("apart", caption, heads, body, numbers=(1, 2, 3))


def _apart_row(row: dict[str, Any], name: str, words: Words, unit: str, answer: "Answer") -> Markup:
    head = tag("th", segment_value(words, name, row[name]), scope="row")
    if row["value"] is None:
        return tag("tr", head, tag("td", reason(answer.view, row["reason"]), colspan=3))
    moved: list[object] = []
    if row["difference_low"] is not None:
        low, high = row["difference_low"], row["difference_high"]
        sure = low > 0 or high < 0
        said = difference(words, unit, row["difference"], low, high)
        moved = [tag("strong", said) if sure else said]
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
    said = CHANGES.get(str(row["change"]))
    change = words.text(said, to=row["to"]) if said else words.text("{what}: {to}", what=row["change"], to=row["to"])
    value, low, high = (row[name] for name in ("value", "low", "high"))
    if not isinstance(value, float) or isnan(value):
        return [change, reason(answer.view, str(row["reason"] or "no_rows")), "", "", ""]
    shown: list[object] = [level(words, unit, value, low, high)]
    if isinstance(low, float) and isinstance(high, float):
        shown.append(tag("small", between(words, unit, low, high, decimals(unit, low, high))))
    moved = difference(words, unit, float(row["difference"]), low, high)
    return [change, joined(shown), moved, number(words, float(row["n"])), _verdict(row, words)]


def _verdict(row: dict[str, Any], words: Words) -> Markup:
    """Say the verdict, or why there is none, and of which figure."""
    if row["against"] is None:
        return Markup("")
    said = VERDICTS.get(str(row["verdict"])) or WHY[str(row["why"])]
    if row["verdict"] == "undetermined":
        said = WHY.get(str(row["why"]), said)
    return joined([words.text(said), tag("small", str(row["against"]))])
