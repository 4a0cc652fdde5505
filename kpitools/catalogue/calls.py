"""How many get in touch, and how many of those who call reach a person."""

import narwhals as nw

from kpitools.catalogue.bounds import SHARE, UPWARDS
from kpitools.kpi import Count, Share, kpi
from kpitools.row import Row

OFFERED = "inbound calls that reached the queue within opening hours"
NOT_OFFERED = "calls out of hours, calls that ended in the phone menu, calls whose outcome is unknown"
ANSWERED = "those of them that a person answered"
COUNT = ""
"""A count is divided by nothing."""


def short_abandon(contact: Row, seconds: float) -> nw.Expr:
    """Say whether a caller gave up within some seconds; one whose wait is unknown is not known to have."""
    return contact.abandoned & contact.known("wait_s") & contact.at_most("wait_s", seconds)


@kpi(
    "Contacts",
    on="contacts",
    unit="contacts",
    better="none",
    definition="inbound_and_outbound",
    bounds=UPWARDS,
    numerator="contacts that a customer or the service began",
    denominator=COUNT,
    exclusions="contacts between colleagues, and those of which nobody knows who began them",
    avoid="you ask how many customers want something: outbound contacts are work, not demand",
    source="document 001",
    why="the source counts both directions",
)
def volume(contact: Row) -> Count:
    """Inbound and outbound contacts of every channel; internal ones are left out."""
    met = contact.inbound | contact.outbound
    return Count(where=met, excluded=~met)


@volume.variant(
    "inbound_only",
    numerator="contacts that a customer began",
    exclusions="all others: the service began them, colleagues did, or nobody knows who",
    avoid="you plan the work of advisers: outbound contacts take their time too",
    source="usual in workforce planning: the load is what arrives",
)
def _(contact: Row) -> Count:
    """Contacts that customers began, of every channel."""
    return Count(where=contact.inbound, excluded=~contact.inbound)


@kpi(
    "Answer rate",
    on="contacts",
    unit="share",
    better="higher",
    definition="answered_of_offered",
    bounds=SHARE,
    numerator=ANSWERED,
    denominator=OFFERED,
    exclusions=NOT_OFFERED,
    avoid="the export leaves out calls that were given up: the rate is then too high",
    source="documents 000, 001, 002; Genesys Cloud (answered of offered); the French regulator leaves the menu out too",
    why="it counts the callers whom the service could have answered, and no others",
)
def answer_rate(contact: Row) -> Share:
    """Inbound calls that a person answered, of all inbound calls offered within opening hours."""
    return Share(contact.offered & contact.answered, contact.offered, excluded=contact.inbound_call & ~contact.offered)


@answer_rate.variant(
    "with_out_of_hours",
    numerator=ANSWERED,
    denominator="inbound calls that reached the queue, whether the service was open or not",
    exclusions="calls that ended in the phone menu, calls whose outcome is unknown",
    avoid="you compare services with different opening hours",
    source="usual where an export knows no opening hours",
)
def _(contact: Row) -> Share:
    """Inbound calls that a person answered, of all inbound calls that reached the queue at any hour."""
    return Share(contact.queued & contact.answered, contact.queued, excluded=contact.inbound_call & ~contact.queued)


@answer_rate.variant(
    "without_short_abandons",
    numerator=ANSWERED,
    denominator="inbound calls that reached the queue within opening hours, less those soon given up",
    exclusions="calls given up within the short time, calls out of hours or of unknown outcome, calls in the menu",
    avoid="the export has no wait for calls given up: the result is then that of the default",
    source="Genesys Cloud (short abandons), 3CX, Vonage",
)
def _(contact: Row, *, short_seconds: float = 6) -> Share:
    """Inbound calls that a person answered, of those offered; a caller who gave up at once is not counted."""
    of = contact.offered & ~short_abandon(contact, short_seconds)
    return Share(of & contact.answered, of, excluded=contact.inbound_call & ~of)


@answer_rate.variant(
    "with_menu",
    numerator=ANSWERED,
    denominator="inbound calls within opening hours, those given up in the phone menu included",
    exclusions="calls out of hours, calls whose outcome is unknown, calls that the menu itself served",
    avoid="the menu sends callers elsewhere on purpose: they count as lost",
    source="Zendesk Talk counts calls given up in the menu",
)
def _(contact: Row) -> Share:
    """Inbound calls that a person answered, of all calls within opening hours that the phone menu did not serve."""
    of = contact.offered | (contact.inbound_call & ~contact.closed & (contact.outcome == "abandoned_in_menu"))
    return Share(of & contact.answered, of, excluded=contact.inbound_call & ~of)


@kpi(
    "Calls handled",
    on="contacts",
    unit="share",
    better="higher",
    definition="answered_of_offered",
    bounds=SHARE,
    numerator=ANSWERED,
    denominator=OFFERED,
    exclusions=NOT_OFFERED,
    avoid="you quote it beside the answer rate: it is the same number",
    source="document 003, which does not define it",
    why="the source says calls handled and no more: the answer rate is the nearest thing that is defined",
)
def handled_rate(contact: Row) -> Share:
    """Calls that a person answered, of calls offered; the source does not define it, and it may be the answer rate."""
    return Share(contact.offered & contact.answered, contact.offered, excluded=contact.inbound_call & ~contact.offered)


@handled_rate.variant(
    "answered_of_received",
    numerator=ANSWERED,
    denominator="all inbound calls that came in",
    exclusions="calls whose outcome is unknown",
    avoid="calls come in while the service is closed: nobody could handle them",
    source="French contact-centre usage: calls treated of calls received",
)
def _(contact: Row) -> Share:
    """Calls that a person answered, of all inbound calls that came in, at any hour and in the phone menu too."""
    of = contact.inbound_call & ~(contact.outcome == "unknown")
    return Share(of & contact.answered, of, excluded=contact.inbound_call & ~of)


@kpi(
    "Abandonment rate",
    on="contacts",
    unit="share",
    better="lower",
    definition="abandoned_of_offered",
    bounds=SHARE,
    numerator="those of them that the caller gave up in the queue",
    denominator=OFFERED,
    exclusions=NOT_OFFERED,
    avoid="the system writes voicemail or a call-back asked for as a call given up",
    source="document 000; Genesys Cloud; Amazon Connect (a call-back asked for is not given up)",
    why="voicemail, call-backs and calls turned away are other outcomes: only giving up is abandonment",
)
def abandonment_rate(contact: Row) -> Share:
    """Inbound calls that the caller gave up in the queue, of all inbound calls offered within opening hours."""
    return Share(contact.offered & contact.abandoned, contact.offered, excluded=contact.inbound_call & ~contact.offered)


@abandonment_rate.variant(
    "without_short_abandons",
    numerator="those of them that the caller gave up in the queue after the short time",
    denominator="inbound calls that reached the queue within opening hours, less those soon given up",
    exclusions="calls given up within the short time, calls out of hours or of unknown outcome, calls in the menu",
    avoid="the export has no wait for calls given up: the result is then that of the default",
    source="Google Contact Center AI, Genesys Cloud",
)
def _(contact: Row, *, short_seconds: float = 6) -> Share:
    """Inbound calls that the caller gave up after more than a few seconds, of all others offered."""
    of = contact.offered & ~short_abandon(contact, short_seconds)
    return Share(of & contact.abandoned, of, excluded=contact.inbound_call & ~of)


@abandonment_rate.variant(
    "with_menu",
    numerator="those of them that the caller gave up, in the queue or in the phone menu",
    denominator="inbound calls within opening hours, those given up in the phone menu included",
    exclusions="calls out of hours, calls whose outcome is unknown, calls that the menu itself served",
    avoid="callers leave the menu because it told them what they wanted to know",
    source="Zendesk Talk",
)
def _(contact: Row) -> Share:
    """Inbound calls that the caller gave up in the queue or in the phone menu, of all calls within opening hours."""
    in_menu = contact.inbound_call & ~contact.closed & (contact.outcome == "abandoned_in_menu")
    of = contact.offered | in_menu
    return Share((contact.offered & contact.abandoned) | in_menu, of, excluded=contact.inbound_call & ~of)


@abandonment_rate.variant(
    "unanswered_of_offered",
    numerator="those of them that nobody answered, whatever became of them",
    denominator=OFFERED,
    exclusions=NOT_OFFERED,
    avoid="many callers ask for a call-back or leave a message: they count as given up",
    source="document 000: one less the answer rate",
)
def _(contact: Row) -> Share:
    """Inbound calls that nobody answered, of all inbound calls offered: the answer rate's complement."""
    return Share(contact.offered & ~contact.answered, contact.offered, excluded=contact.inbound_call & ~contact.offered)
