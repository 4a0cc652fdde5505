"""How long callers wait, and how long a contact takes an adviser."""

from kpitools.catalogue.bounds import UPWARDS
from kpitools.kpi import Mean, kpi
from kpitools.row import Row

OF_ANSWERED = "inbound calls within opening hours that a person answered, and whose wait is known"
NOT_ANSWERED = "calls that nobody answered: how long those callers would have waited nobody knows"
OF_HANDLED = "inbound contacts that were answered, and whose times are known"
NOT_HANDLED = "contacts that nobody answered, and outbound ones"
TOO_SHORT = "it is made a goal by itself: a short contact may be a rushed one"


@kpi(
    "Waiting time",
    on="contacts",
    unit="seconds",
    better="lower",
    definition="queue_of_answered",
    bounds=UPWARDS,
    numerator="the seconds from the queue to a person, ringing included",
    denominator=OF_ANSWERED,
    exclusions=NOT_ANSWERED,
    avoid="many callers give up: those who waited longest are not in it; read it beside the abandonment rate",
    source="Amazon Connect (average speed of answer), Aircall (time to answer)",
    why="the queue is what staffing changes; the phone menu is heard by everybody alike",
)
def wait_time(contact: Row) -> Mean:
    """Time that a caller waited for a person, over inbound calls that were answered; the phone menu is not counted."""
    answered = contact.offered & contact.answered
    return Mean(contact.wait_s, where=answered, quantiles=(0.5, 0.9), excluded=contact.offered & ~contact.answered)


@wait_time.variant(
    "without_ringing",
    numerator="the seconds in the queue, until a telephone rings",
    denominator=OF_ANSWERED,
    exclusions=NOT_ANSWERED,
    avoid="telephones ring long before somebody picks up: callers wait then too",
    source="systems that report the queue and the ringing apart",
)
def _(contact: Row) -> Mean:
    """Time that a caller waited in the queue, over inbound calls that were answered; ringing is not counted."""
    answered = contact.offered & contact.answered
    return Mean(contact.queue_s, where=answered, quantiles=(0.5, 0.9), excluded=contact.offered & ~contact.answered)


@wait_time.variant(
    "with_menu",
    numerator="the seconds from the start of the call to a person, in the phone menu too",
    denominator=OF_ANSWERED,
    exclusions=NOT_ANSWERED,
    avoid="callers choose something in the menu: that time is not lost to them",
    source="document 000; Aircall (the waiting time of its export)",
)
def _(contact: Row) -> Mean:
    """Time from the start of a call to a person, over inbound calls that were answered; the phone menu is counted."""
    answered = contact.offered & contact.answered
    whole = contact.ivr_s + contact.wait_s
    return Mean(whole, where=answered, quantiles=(0.5, 0.9), excluded=contact.offered & ~contact.answered)


@kpi(
    "Average talk time",
    on="contacts",
    unit="seconds",
    better="context",
    definition="talk_of_answered",
    bounds=UPWARDS,
    numerator="the seconds in conversation",
    denominator="inbound calls that a person answered, and whose talk time is known",
    exclusions="calls that nobody answered, outbound calls, other channels",
    avoid=TOO_SHORT,
    source="documents 000, 001; Amazon Connect (agent interaction time)",
    why="talk alone is what the documents call the duration of conversation",
)
def talk_time(contact: Row) -> Mean:
    """Time in conversation, over inbound calls that were answered; hold and wrap-up are not counted."""
    return Mean(contact.talk_s, where=contact.inbound_call & contact.answered)


@talk_time.variant(
    "with_hold",
    numerator="the seconds in conversation and on hold",
    denominator="inbound calls that a person answered, and whose talk time is known",
    exclusions="calls that nobody answered, outbound calls, other channels",
    avoid="the system's talk time holds the hold already: it would count twice",
    source="Vodia: talk time includes hold",
)
def _(contact: Row) -> Mean:
    """Time from a person's first word to the end of the call, hold included, over inbound calls answered."""
    return Mean(contact.talk_s + contact.hold_s, where=contact.inbound_call & contact.answered)


@kpi(
    "Average handling time",
    on="contacts",
    unit="seconds",
    better="context",
    definition="talk_hold_wrap_of_answered",
    bounds=UPWARDS,
    numerator="the seconds in conversation, on hold and in wrap-up",
    denominator=OF_HANDLED,
    exclusions=NOT_HANDLED,
    avoid=TOO_SHORT,
    source="documents 001, 002, 004; Amazon Connect (talk, hold and after-contact work)",
    why="it is the whole time that a contact takes an adviser, which staffing needs",
)
def handle_time(contact: Row) -> Mean:
    """Time that an adviser spends on a contact, over inbound contacts that were answered: talk, hold and wrap-up."""
    return Mean(contact.handle_s, where=contact.inbound & contact.answered)


@handle_time.variant(
    "without_hold",
    numerator="the seconds in conversation and in wrap-up",
    denominator=OF_HANDLED,
    exclusions=NOT_HANDLED,
    avoid="you plan staff: an adviser is busy while the caller is on hold",
    source="systems that do not measure hold",
)
def _(contact: Row) -> Mean:
    """Time that an adviser spends on a contact without hold, over inbound contacts that were answered."""
    return Mean(contact.talk_s + contact.wrap_s, where=contact.inbound & contact.answered)


@handle_time.variant(
    "without_wrap",
    numerator="the seconds in conversation and on hold",
    denominator=OF_HANDLED,
    exclusions=NOT_HANDLED,
    avoid="you plan staff: an adviser is busy after the call too",
    source="telephone systems, which do not see the work after the call",
)
def _(contact: Row) -> Mean:
    """Time that an adviser spends with a customer, over inbound contacts answered; wrap-up is not counted."""
    return Mean(contact.talk_s + contact.hold_s, where=contact.inbound & contact.answered)


@handle_time.variant(
    "with_wait",
    numerator="the seconds of waiting, conversation, hold and wrap-up",
    denominator=OF_HANDLED,
    exclusions=NOT_HANDLED,
    avoid="you compare it with other services: most leave the wait out",
    source="document 000: the wait and the time until the problem is solved",
)
def _(contact: Row) -> Mean:
    """Time from the queue to the end of the work on a contact, over inbound contacts that were answered."""
    return Mean(contact.wait_s + contact.handle_s, where=contact.inbound & contact.answered)
