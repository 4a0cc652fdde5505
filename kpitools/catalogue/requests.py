"""What requests take, how many are resolved, how long that lasts, and why customers come back."""

from functools import reduce
from operator import or_

from kpitools.catalogue.bounds import SHARE, UPWARDS
from kpitools.catalogue.calls import COUNT
from kpitools.catalogue.resolution import TOO_YOUNG, old_enough, share_of
from kpitools.kpi import Count, Mean, Mix, Share, kpi
from kpitools.row import Row
from kpitools.schema import DIGITAL_CHANNELS

OF_RESOLVED = "resolved requests old enough to judge"
OPEN = "requests too young to judge, not resolved yet, or whose contacts nobody counted"
OF_SOLVED = "requests solved in the period whose solving time is known"


@kpi(
    "Contacts per request",
    on="requests",
    unit="contacts",
    better="lower",
    definition="inbound_of_resolved",
    bounds=UPWARDS,
    numerator="inbound contacts about them",
    denominator=OF_RESOLVED,
    exclusions=OPEN,
    avoid="contacts carry no request and no customer: they cannot be put together",
    source="document 003, which does not say what it counts",
    why="what the customer had to do is what the customer minds",
)
def contacts_per_request(request: Row, *, days: float = 7) -> Mean:
    """Inbound contacts that a request took until it was resolved, over resolved requests old enough to judge."""
    judged = request.resolved & old_enough(request, days)
    return Mean(request.contacts, where=judged, excluded=~judged)


@contacts_per_request.variant(
    "both_directions",
    numerator="inbound and outbound contacts about them",
    denominator=OF_RESOLVED,
    exclusions=OPEN,
    avoid="the service calls back on purpose: that counts as a burden",
    source="usual where a ticket lists every call about it",
)
def _(request: Row, *, days: float = 7) -> Mean:
    """Contacts that a request took, whoever began them, over resolved requests old enough to judge."""
    judged = request.resolved & old_enough(request, days)
    return Mean(request.contacts + request.outbound_contacts, where=judged, excluded=~judged)


@contacts_per_request.variant(
    "with_adviser_replies",
    numerator="inbound contacts about them, and the advisers' public replies",
    denominator=OF_RESOLVED,
    exclusions=OPEN,
    avoid="calls and tickets are both exported: a call noted as a reply counts twice",
    source="usual where a helpdesk counts the messages of a thread",
)
def _(request: Row, *, days: float = 7) -> Mean:
    """Exchanges that a request took, advisers' replies among them, over resolved requests old enough to judge."""
    judged = request.resolved & old_enough(request, days)
    return Mean(request.contacts + request.replies, where=judged, excluded=~judged)


@kpi(
    "Resolution rate",
    on="requests",
    unit="share",
    better="higher",
    definition="resolved_of_opened",
    bounds=SHARE,
    numerator="those of them that the helpdesk has resolved by now",
    denominator="requests old enough to judge",
    exclusions=TOO_YOUNG + ", or of unknown state",
    avoid="you mean the first contact: this one does not ask how many it took",
    source="document 004, which names it only",
    why="a request opened this morning is not unresolved, it has not had its time yet",
)
def resolution_rate(request: Row, *, days: float = 7) -> Share:
    """Requests that the helpdesk has resolved by now, of all requests old enough to judge."""
    return share_of(request.solved, old_enough(request, days) & ~(request.status == "unknown"))


@resolution_rate.variant(
    "adviser_flag_of_contacts",
    table="contacts",
    numerator="those of them that the adviser marked as resolved",
    denominator="inbound contacts that a person answered, of which the adviser said yes or no",
    exclusions="inbound contacts that nobody answered, or of which nobody said",
    avoid="you mean the first contact: nobody knows whether the customer had come before",
    source="usual practice: a flag set after the contact",
)
def _(contact: Row) -> Share:
    """Inbound contacts that the adviser called resolved, of those answered where the adviser said so or not."""
    told = contact.inbound & contact.answered & ~contact.resolved.is_null()
    return Share(hits=told & contact.resolved, of=told, excluded=contact.inbound & ~told)


@kpi(
    "Resolution time",
    on="requests",
    unit="seconds",
    better="lower",
    definition="clock_by_day_solved",
    bounds=UPWARDS,
    dated="solved_date",
    numerator="the seconds from opening to the last solving, around the clock",
    denominator=OF_SOLVED,
    exclusions="requests that are not solved, which are in no period",
    avoid="a backlog is cleared: old requests make that month look slow",
    source="Zendesk (full resolution time)",
    why="by the day of solving every request counts once, and those still open flatter nothing",
)
def resolution_time(request: Row) -> Mean:
    """Time from a request's opening to its last solving, over the requests solved in the period."""
    return Mean(request.resolution_s, where=request.solved, quantiles=(0.5, 0.9))


@resolution_time.variant(
    "opening_hours_by_day_solved",
    numerator="the seconds from opening to the last solving, within opening hours",
    denominator=OF_SOLVED,
    exclusions="requests that are not solved, which are in no period",
    avoid="you say what customers live through: they wait at night too",
    source="Zendesk (business hours)",
)
def _(request: Row) -> Mean:
    """Time within opening hours from a request's opening to its last solving, over requests solved in the period."""
    return Mean(request.resolution_open_s, where=request.solved, quantiles=(0.5, 0.9))


@resolution_time.variant(
    "clock_by_day_opened",
    dated="date",
    numerator="the seconds from opening to the last solving, around the clock",
    denominator="requests opened in the period that are solved by now",
    exclusions="requests that are not solved yet",
    avoid="the period is recent: its slow requests are still open, and the mean flatters",
    source="Intercom (by the day a conversation began)",
)
def _(request: Row) -> Mean:
    """Time from a request's opening to its last solving, over the requests opened in the period and solved by now."""
    return Mean(request.resolution_s, where=request.solved, quantiles=(0.5, 0.9), excluded=~request.solved)


@kpi(
    "Requests closed",
    on="requests",
    unit="requests",
    better="context",
    definition="by_day_closed",
    bounds=UPWARDS,
    dated="closed_date",
    numerator="requests whose day of closing lies in the period",
    denominator=COUNT,
    exclusions="requests that are not closed, which are in no period",
    avoid="it is made a goal by itself: easy requests close fast",
    source="document 004: tickets treated by day, week, month",
    why="closing is the last state that a helpdesk gives",
)
def requests_closed(request: Row) -> Count:
    """Requests closed in the period."""
    return Count(where=~request.closed_date.is_null())


@requests_closed.variant(
    "by_day_solved",
    dated="solved_date",
    numerator="requests whose day of last solving lies in the period",
    exclusions="requests that are not solved, which are in no period",
    avoid="it is made a goal by itself: easy requests are solved fast",
    source="helpdesks that close by rule some days after solving",
)
def _(request: Row) -> Count:
    """Requests solved in the period, whether the helpdesk has closed them since or not."""
    return Count(where=~request.solved_date.is_null())


@kpi(
    "Digital share",
    on="requests",
    unit="share",
    better="context",
    definition="digital_of_known_channel",
    bounds=SHARE,
    numerator="those of them that came by e-mail, web form, chat, messaging, social network or self-care",
    denominator="requests whose channel is known",
    exclusions="requests of unknown channel",
    avoid="calls are no requests of the export: the share is then of the helpdesk alone",
    source="document 001",
    why="the document counts requests, not contacts",
)
def digital_rate(request: Row) -> Share:
    """Share of requests treated through digital channels."""
    digital = reduce(or_, (request.channel == name for name in DIGITAL_CHANNELS))
    return share_of(digital, ~(request.channel == "unknown"))


@kpi(
    "Reasons for contacting again",
    on="contacts",
    unit="share",
    better="context",
    definition="of_known_reason",
    bounds=SHARE,
    numerator="those of them with each reason",
    denominator="further contacts whose reason was noted",
    exclusions="contacts without a reason noted",
    avoid="reasons are noted for a few contacts only: they may be the unusual ones",
    source="document 003 (BVA)",
    why="a reason that nobody noted is not known, and is no reason of its own",
)
def repeat_reasons(contact: Row) -> Mix:
    """Share of each reason among additional contacts for one request."""
    unknown = contact.repeat_reason == "unknown"
    return Mix("repeat_reason", where=~unknown, excluded=unknown)
