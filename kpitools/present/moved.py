"""How a KPI has moved, in a cell of the scorecard: its state, and the step from the period before."""

from kpitools.kpi import Kpi
from kpitools.present import dates
from kpitools.present.codes import CHANGES, WHY
from kpitools.present.markup import Markup, joined, tag
from kpitools.present.say.amounts import step
from kpitools.present.say.changes import begun
from kpitools.present.state import State
from kpitools.present.view import View

ICONS = {
    "better": "\N{CHECK MARK}",
    "worse": "!",
    "moved": "\N{LEFT RIGHT ARROW}",
    "watch": "\N{WHITE DIAMOND}",
    "usual": "\N{WHITE CIRCLE}",
    "unknown": "?",
}
"""A sign for each state."""


def moved(view: View, kpi: Kpi, found: State) -> Markup:
    """Return the sign and the word with since when, and the step from the period before: never a colour alone."""
    words = view.words
    icon = tag("span", ICONS[found.code], class_="icon", aria_hidden="true")
    parts = [tag("span", icon, " ", words.text(CHANGES[found.code]))]
    if found.shift is not None:
        parts.append(tag("small", begun(view, found.shift)))
    by = _step(view, kpi)
    return joined([*parts, tag("small", by) if by else None])


def _step(view: View, kpi: Kpi) -> str:
    """Say the step from the period before, or why there is none where that is not so of all KPIs."""
    words = view.words
    if why := _no_step(view, kpi):
        return "" if stepless(view) else why
    if not step(view, kpi):
        return ""
    before, now = view.review.period.previous(), view.review.period
    name = dates.brief(words, before, year=before.start.year != now.start.year)
    return words.text("{by} from {period}", by=step(view, kpi), period=name)


def _no_step(view: View, kpi: Kpi) -> str:
    """Say why there is no step; of a period that is open the page has said so, of one without a value its cell."""
    held, words = view.earlier(kpi), view.words
    if held is None:
        return words.text("no earlier value")
    if held.why == "incomplete" and view.review.complete:
        return words.text("the period before is not complete")
    return words.text(WHY[held.why]) if held.why == "no_reference" else ""


def stepless(view: View) -> str:
    """Say why no KPI has a step, where it is the same for all of several: said once, below the table."""
    whys = {_no_step(view, kpi) for kpi in view.review.kpis}
    return whys.pop() if len(whys) == 1 and len(view.review.kpis) > 1 else ""
