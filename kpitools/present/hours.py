"""When calls go unanswered, as a table of half-hours and weekdays: each cell says its share, its shade repeats it."""

from math import isnan
from typing import Any

from kpitools.findings.hours import LEAST, Hours
from kpitools.present import dates
from kpitools.present.languages import Words
from kpitools.present.markup import Markup, table, tag
from kpitools.present.numbers import number
from kpitools.present.view import View, records

DARKEST = 40
"""Percent of ink in the darkest cell: its text stays readable in both themes."""


def heat(view: View, found: Hours | None) -> Markup:
    """Return the share of unanswered calls by half-hour and weekday; a cell of few calls says only how few."""
    words = view.words
    if found is None:
        return tag("p", words.text("The data do not say at what time of day calls came."), class_="note")
    cells = {(row["half_hour"], row["weekday"]): row for row in records(found.cells)}
    days = sorted({day for _, day in cells})
    halves = range(min(half for half, _ in cells), max(half for half, _ in cells) + 1)
    names = dates.weekdays(words)
    heads = [words.text("From"), *(names[day - 1] for day in days)]
    worst = max((row["unanswered"] for row in cells.values() if not isnan(row["unanswered"])), default=0.0)
    rows = (
        tag("tr", tag("th", dates.clock(words, half), scope="row"),
            *(_cell(words, cells.get((half, day)), worst, heads[1 + place]) for place, day in enumerate(days)))
        for half in halves
    )  # fmt: skip
    caption = words.text(
        "Unanswered calls, of {n} offered, by half-hour and weekday; "
        "in brackets the number of calls where under {least}",
        n=number(words, found.offered), least=LEAST,
    )  # fmt: skip
    return table("heat", caption, heads, rows, numbers=range(1, len(heads)))


def _cell(words: Words, row: dict[str, Any] | None, worst: float, head: str) -> Markup:
    """Write the share, shaded by how it stands to the worst; or in brackets how many calls there were."""
    if row is None:
        return tag("td", data_label=head)
    share, offered = row["unanswered"], row["offered"]
    if isnan(share):
        return tag("td", tag("small", f"({number(words, offered)})"), data_label=head, class_="number")
    ink = round(DARKEST * share / worst) if worst else 0
    shade = f"background:color-mix(in srgb, var(--worse) {ink}%, transparent)"
    said = words.text("{number}%", number=number(words, 100 * share))
    return tag("td", said, style=shade, data_label=head, class_="number")
