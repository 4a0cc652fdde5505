"""First-contact resolution: eight ways to know whether one contact was enough."""

import narwhals as nw

from kpitools.catalogue.bounds import SHARE
from kpitools.kpi import Share, kpi
from kpitools.row import Row

OLD_ENOUGH = "requests that are old enough to judge"
TOO_YOUNG = "requests too young to judge"


def share_of(hits: nw.Expr, of: nw.Expr) -> Share:
    """Make the share; every other request is left out, and counted as such."""
    return Share(hits=of & hits, of=of, excluded=~of)


def old_enough(request: Row, days: float) -> nw.Expr:
    """Say whether so many days have passed since the request; after exactly so many it is old enough."""
    return request.at_least("observed_days", days)


def without_further_contact(request: Row, column: str, days: float) -> Share:
    """Make the share of requests after which no contact came within some days, as one column of gaps says."""
    again = request.known(column) & request.at_most(column, days)
    return share_of(~again, old_enough(request, days) & request.customer_known)


@kpi(
    "First-contact resolution",
    on="requests",
    unit="share",
    better="higher",
    definition="one_contact_within",
    bounds=SHARE,
    numerator="those of them that are resolved, took a single contact and were not reopened",
    denominator="requests old enough to judge whose contacts are known",
    exclusions=TOO_YOUNG + ", or whose contacts nobody counted",
    avoid="a second ticket is opened when a customer comes back: it counts as another request",
    source="documents 000 to 003; call-centre practice of a repeat window of seven days",
    why="the ticket is what the team itself takes for one request, and seven days are what the field waits",
)
def first_contact_resolution(request: Row, *, days: float = 7) -> Share:
    """Requests resolved with a single inbound contact and not reopened, of all requests old enough to judge."""
    of = old_enough(request, days) & ~request.contacts.is_null()
    return share_of(request.resolved & (request.contacts == 1) & ~request.reopened, of)


@first_contact_resolution.variant(
    "no_contact_of_customer_within",
    numerator="those of them after whose first contact the customer did not come back within the days",
    denominator=OLD_ENOUGH + ", of known customers",
    exclusions=TOO_YOUNG + ", or of unknown customers",
    avoid="customers often come about several things: a new matter counts as a failure",
    source="call-centre practice: repeat calls of one number, whatever about",
)
def _(request: Row, *, days: float = 7) -> Share:
    """Requests after which the same customer did not get in touch again about anything, of those old enough."""
    return without_further_contact(request, "next_contact_days", days)


@first_contact_resolution.variant(
    "no_contact_of_type_within",
    numerator="those of them after whose first contact the customer did not come back about the same type of request",
    denominator=OLD_ENOUGH + ", of known customers",
    exclusions=TOO_YOUNG + ", or of unknown customers",
    avoid="advisers choose the type of request freely: the same problem gets another one",
    source="call-centre practice: the same issue within the window",
)
def _(request: Row, *, days: float = 7) -> Share:
    """Requests after which the same customer did not come back about the same type of request, of those old enough."""
    return without_further_contact(request, "next_same_type_days", days)


@first_contact_resolution.variant(
    "across_tools",
    numerator="those of them that are resolved and took one exchange in all: a call, or a message",
    denominator="requests old enough to judge whose exchanges are known",
    exclusions=TOO_YOUNG + ", or whose exchanges nobody counted",
    avoid="calls and tickets cannot be matched: an unmatched call is missing from the request",
    source="document 000: calls correlated with tickets; one-contact resolution over all channels (SQM)",
)
def _(request: Row, *, days: float = 7) -> Share:
    """Requests resolved with one exchange, calls and messages of every tool together, of those old enough to judge."""
    called, wrote = request.contacts, request.customer_messages
    no_call, no_message = called.is_null() | (called == 0), wrote.is_null() | (wrote == 0)
    once = ((called == 1) & no_message) | ((wrote == 1) & no_call)
    of = old_enough(request, days) & ~(called.is_null() & wrote.is_null())
    return share_of(request.resolved & once & ~request.reopened, of)


@first_contact_resolution.variant(
    "one_touch",
    numerator="those of them that the helpdesk marks as resolved by one reply",
    denominator="solved requests that are old enough, with the helpdesk's mark",
    exclusions=TOO_YOUNG + ", not solved, or without the mark",
    avoid="customers call as well: the helpdesk does not see it",
    source="Zendesk (one-touch tickets)",
)
def _(request: Row, *, days: float = 7) -> Share:
    """Solved requests that the helpdesk itself marks as resolved by one reply, of all solved ones."""
    return share_of(request.one_touch, old_enough(request, days) & request.solved & ~request.one_touch.is_null())


@first_contact_resolution.variant(
    "one_reply",
    numerator="those of them with exactly one public reply that were not reopened",
    denominator="solved requests that are old enough, whose replies are counted",
    exclusions=TOO_YOUNG + ", not solved, or whose replies nobody counted",
    avoid="advisers send a first reply to say that they look into it",
    source="dbt models for Zendesk (one public comment)",
)
def _(request: Row, *, days: float = 7) -> Share:
    """Solved requests that took one public reply of an adviser and were not reopened, of all solved ones."""
    of = old_enough(request, days) & request.solved & ~request.replies.is_null()
    return share_of((request.replies == 1) & ~request.reopened, of)


@first_contact_resolution.variant(
    "adviser_flag",
    numerator="those of them that the adviser of the first contact marked as resolved",
    denominator="requests whose adviser said yes or no",
    exclusions="requests whose adviser said nothing",
    avoid="advisers are judged by it: they learn to say yes",
    source="usual practice: a flag set after the contact",
)
def _(request: Row) -> Share:
    """Requests that the adviser of the first contact called resolved, of those where the adviser said so or not."""
    return share_of(request.adviser_resolved, ~request.adviser_resolved.is_null())


@first_contact_resolution.variant(
    "survey",
    people=True,
    numerator="those of them whose customer said that it was resolved",
    denominator="requests whose customer answered the question",
    exclusions="requests whose customer was not asked or did not answer",
    avoid="few customers answer: read it beside the response rate",
    source="SQM: only the customer's own word compares between companies",
)
def _(request: Row) -> Share:
    """Requests that the customer called resolved in a survey, of those where the customer answered."""
    return share_of(request.survey_resolved, ~request.survey_resolved.is_null())
