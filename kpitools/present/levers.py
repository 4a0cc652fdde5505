"""Questions to start from, for KPIs that need one: what the field's documents name as levers, and no more than that.

They are questions because the data do not say which lever would work here.
"""

from collections.abc import Iterator

from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, tag
from kpitools.present.say.goals import goals
from kpitools.present.state import state
from kpitools.present.view import View

REACH = (
    N_("At which half-hours do calls go unanswered, and are there as many advisers then as calls come in?"),
    N_("Could customers be called back at peaks instead of waiting?"),
    N_("Which simple requests could customers settle themselves: customer area, questions and answers, virtual agent?"),
    N_("Would a partner take the peaks that the team cannot?"),
)
SOLVE = (
    N_("Which types of request bring customers back, and does the knowledge base answer them?"),
    N_("Do advisers see the customer's earlier contacts, whatever the channel?"),
    N_("Does the phone menu, or the form, send customers to the right people at once?"),
    N_("Which training would help: on which requests do advisers differ most?"),
    N_("Is a short call rewarded more than a solved request?"),
)
REPLY = (
    N_("At which hours do messages wait, and who answers them then?"),
    N_("Which replies could a knowledge base or a template make ready?"),
    N_("Do customers know how long a reply takes, channel by channel?"),
)
PLEASE = (
    N_("What do customers who are not satisfied write?"),
    N_("Are low answers about the wait, about the answer itself, or about having to come back?"),
    N_("Do those who waited, or came back, answer lower than the others?"),
)
KEEP = (
    N_("After which requests do customers leave?"),
    N_("Do customers who leave come back more often, wait longer or answer lower before they do?"),
)
LEVERS = {
    **dict.fromkeys(("answer_rate", "abandonment_rate", "handled_rate", "service_level", "wait_time"), REACH),
    **dict.fromkeys(("first_contact_resolution", "contacts_per_request", "resolution_rate", "resolution_time"), SOLVE),
    **dict.fromkeys(("first_reply_time", "replied_in_time"), REPLY),
    **dict.fromkeys(("csat", "nps", "ces"), PLEASE),
    **dict.fromkeys(("churn_rate", "retention_rate", "repurchase_rate", "reengagement_rate"), KEEP),
}
"""The questions by KPI."""


def levers(view: View) -> Markup:
    """Return the questions for KPIs that do worse, fall short of others or of their target; nothing where none does."""
    found: dict[tuple[str, ...], list[tuple[Kpi, list[str]]]] = {}
    for kpi in view.review.kpis:
        why = list(_needs(view, kpi))
        if why and kpi.name in LEVERS:
            found.setdefault(LEVERS[kpi.name], []).append((kpi, why))
    if not found:
        return Markup("")
    said = view.words.text("Questions to start from. The data do not say which of these would help here.")
    return joined([tag("p", said), *(_group(view, kpis, asked) for asked, kpis in found.items())])


def _group(view: View, kpis: list[tuple[Kpi, list[str]]], asked: tuple[str, ...]) -> Markup:
    words = view.words
    heads = [words.text("{kpi} ({reason})", kpi=view.label(kpi), reason=dates.listed(words, why)) for kpi, why in kpis]
    items = (tag("li", words.text(question)) for question in asked)
    return tag("h3", dates.listed(words, heads)) + tag("ul", *items)


def _needs(view: View, kpi: Kpi) -> Iterator[str]:
    """Say why a KPI needs a lever: each reason is a verdict of the page."""
    words = view.words
    if state(view, kpi).asks:
        yield words.text("it does worse")
    if any(industry.side(kpi, held) == "worse" for held in industry.shown(view, kpi)):
        yield words.text("it falls short of a published figure")
    if any(goal.short for goal in goals(view, kpi)):
        yield words.text("its target is missed or at risk")
