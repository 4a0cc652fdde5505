"""Service level: calls answered in time. Five ways to count the calls given up, up to eight points apart."""

import narwhals as nw

from kpitools.catalogue.bounds import SHARE
from kpitools.catalogue.calls import OFFERED, short_abandon
from kpitools.kpi import Share, kpi
from kpitools.row import Row

IN_TIME = "those of them that a person answered within the set number of seconds"
UNJUDGED = "calls out of hours, in the phone menu or of unknown outcome; answered calls whose wait is unknown"
NO_WAIT = "the export has no wait for calls given up: the result is then that of the default"


def judged(contact: Row, seconds: float) -> nw.Expr:
    """Say which offered calls can be judged: an answered call without its wait cannot."""
    return contact.offered & (~contact.answered | ~contact.at_most("wait_s", seconds).is_null())


def answered_in_time(contact: Row, seconds: float) -> nw.Expr:
    """Say which calls were answered in time; one that waited exactly so long was."""
    return judged(contact, seconds) & contact.answered & contact.at_most("wait_s", seconds)


def share_in_time(contact: Row, hits: nw.Expr, of: nw.Expr) -> Share:
    """Make the share; every other inbound call is left out, and counted as such."""
    return Share(hits=hits, of=of, excluded=contact.inbound_call & ~of)


@kpi(
    "Service level",
    on="contacts",
    unit="share",
    better="higher",
    definition="answered_in_time_of_offered",
    bounds=SHARE,
    numerator=IN_TIME,
    denominator=OFFERED,
    exclusions=UNJUDGED,
    avoid="many callers give up within a second or two: they count against the service",
    source="document 001; 3CX, Genesys Cloud without its switches",
    why="the strictest: every caller who was offered counts, and nothing that a threshold could hide is left out",
)
def service_level(contact: Row, *, seconds: float = 20) -> Share:
    """Inbound calls answered within a set number of seconds, of all inbound calls offered within opening hours."""
    return share_in_time(contact, answered_in_time(contact, seconds), judged(contact, seconds))


@service_level.variant(
    "without_short_abandons",
    numerator=IN_TIME,
    denominator="inbound calls that reached the queue within opening hours, less those soon given up",
    exclusions="calls given up within the short time, and all that the default leaves out",
    avoid=NO_WAIT,
    source="Genesys Cloud (short abandons left out), Vonage",
)
def _(contact: Row, *, seconds: float = 20, short_seconds: float = 6) -> Share:
    """Inbound calls answered in time, of those offered; a caller who gave up at once is not counted."""
    of = judged(contact, seconds) & ~short_abandon(contact, short_seconds)
    return share_in_time(contact, answered_in_time(contact, seconds), of)


@service_level.variant(
    "without_early_abandons",
    numerator=IN_TIME,
    denominator="inbound calls that reached the queue within opening hours, less those given up in time",
    exclusions="calls given up within the set number of seconds, and all that the default leaves out",
    avoid=NO_WAIT,
    source="Genesys Cloud, with abandons before the threshold left out",
)
def _(contact: Row, *, seconds: float = 20) -> Share:
    """Inbound calls answered in time, of those offered; a caller who gave up within that time is not counted."""
    of = judged(contact, seconds) & ~short_abandon(contact, seconds)
    return share_in_time(contact, answered_in_time(contact, seconds), of)


@service_level.variant(
    "early_abandons_count",
    numerator="those of them that were answered, given up or turned into a call-back within the set number of seconds",
    denominator=OFFERED,
    exclusions=UNJUDGED,
    avoid="you want to know whether callers were served: here giving up soon is a success",
    source="Amazon Connect (removed from the queue in time), Talkdesk",
)
def _(contact: Row, *, seconds: float = 20) -> Share:
    """Inbound calls that left the queue in time, answered or given up, of all those offered within opening hours."""
    left = contact.abandoned | (contact.outcome == "callback_requested")
    early = contact.offered & left & contact.known("wait_s") & contact.at_most("wait_s", seconds)
    return share_in_time(contact, answered_in_time(contact, seconds) | early, judged(contact, seconds))


@service_level.variant(
    "of_answered",
    numerator=IN_TIME,
    denominator="inbound calls within opening hours that a person answered",
    exclusions="calls that nobody answered, and all that the default leaves out",
    avoid="calls are given up: this one does not see them, and rises when callers despair",
    source="Aircall (time to answer of answered calls)",
)
def _(contact: Row, *, seconds: float = 20) -> Share:
    """Inbound calls answered in time, of the inbound calls that were answered at all."""
    return share_in_time(contact, answered_in_time(contact, seconds), judged(contact, seconds) & contact.answered)
