"""How the page reaches its verdicts, in the few sentences that a sceptic asks for."""

from kpitools.present.languages import N_
from kpitools.present.markup import Markup, tag
from kpitools.present.view import View

SAID = (
    N_("An interval of 95% holds the true value in 19 of 20 cases; where days differ more than chance would, it is "
       "wider. No value shows more digits than its interval bears, and no verdict is read off a value alone."),
    N_("A change is said where the level over many weeks differs by more than its own variation: a KPI that does not "
       "change is said to have changed in one page of a hundred at most, and is put on watch in one of twenty. The "
       "earliest and the latest start that are given hold the true one nine times in ten."),
    N_("The grey band of a chart is what earlier periods make usual; a diamond is a point outside it."),
    N_("A team is within a published range only where its whole 90% interval is, above or below it where its 95% "
       "interval is outside; else it is too close to tell."),
    N_("The effect of a decision is said where the level moved with it and such moves were rare at earlier dates; "
       "other causes at the same time cannot be told apart from it."),
    N_("The outlook of a target is a forecast from the weeks since the level last changed: on course where nine "
       "forecasts in ten reach it, missed where nine in ten do not, else at risk."),
)  # fmt: skip


def method(view: View) -> Markup:
    """Return how verdicts are reached, one paragraph a question."""
    return tag("ul", *(tag("li", view.words.text(said)) for said in SAID), class_="method")
