"""Every KPI, declared once: the function's name is its key, the docstring the definition that reports print.

The names are those of the source documents (`docs/kpis.md` has the French terms). Where practice differs, the
definition in use has an id; a denominator that the documents leave open is the project's choice and said so.
"""

from kpitools.errors import require_known
from kpitools.kpi import CATALOGUE, Count, Kpi, Mean, Row, Score, Share, kpi

KPIS = CATALOGUE
SHARE = (0.0, 1.0)
DURATION = (0.0, None)


@kpi(
    "Contacts",
    on="contacts",
    unit="contacts",
    better="none",
    definition="inbound_and_outbound",
    bounds=DURATION,
)
def volume(contact: Row) -> Count:
    """Inbound and outbound contacts of every channel; internal ones are left out."""
    return Count(where=contact.inbound | contact.outbound, excluded=contact.direction == "internal")


@kpi(
    "Answer rate", on="contacts", unit="share", better="higher", definition="answered_of_offered",
    denominator="inbound calls within opening hours", bounds=SHARE,
)  # fmt: skip
def answer_rate(contact: Row) -> Share:
    """Inbound calls that a person answered, of all inbound calls offered within opening hours."""
    return Share(
        hits=contact.offered & contact.answered,
        of=contact.offered,
        excluded=contact.inbound_call & ~contact.offered,
    )


@kpi(
    "Service level", on="contacts", unit="share", better="higher", definition="answered_in_time_of_offered",
    denominator="inbound calls within opening hours", bounds=SHARE,
)  # fmt: skip
def service_level(contact: Row, *, seconds: float = 20) -> Share:
    """Inbound calls answered within a set number of seconds, of all inbound calls offered within opening hours."""
    in_time = contact.at_most("wait_s", seconds)
    timed = ~contact.answered | ~in_time.is_null()  # an answered call without its wait cannot be judged
    return Share(
        hits=contact.offered & contact.answered & in_time,
        of=contact.offered & timed,
        excluded=contact.inbound_call & ~(contact.offered & timed),
    )


@kpi(
    "Waiting time",
    on="contacts",
    unit="seconds",
    better="lower",
    definition="queue_of_answered",
    bounds=DURATION,
)
def wait_time(contact: Row) -> Mean:
    """Time that a caller waited for a person, over inbound calls that were answered; the phone menu is not counted."""
    answered = contact.offered & contact.answered
    return Mean(contact.wait_s, where=answered, quantiles=(0.5, 0.9), excluded=contact.offered & ~contact.answered)


@kpi(
    "Average talk time",
    on="contacts",
    unit="seconds",
    better="context",
    definition="talk_of_answered",
    bounds=DURATION,
)
def talk_time(contact: Row) -> Mean:
    """Time in conversation, over inbound calls that were answered; hold and wrap-up are not counted."""
    return Mean(contact.talk_s, where=contact.inbound_call & contact.answered)


@kpi(
    "Average handling time", on="contacts", unit="seconds", better="context",
    definition="talk_hold_wrap_of_answered", bounds=DURATION,
)  # fmt: skip
def handle_time(contact: Row) -> Mean:
    """Time that an adviser spends on a contact, over inbound contacts that were answered: talk, hold and wrap-up."""
    return Mean(contact.handle_s, where=contact.inbound & contact.answered)


@kpi(
    "First-contact resolution",
    on="requests",
    unit="share",
    better="higher",
    definition="one_contact_within",
    denominator="requests old enough to judge",
    bounds=SHARE,
)
def first_contact_resolution(request: Row, *, days: float = 7) -> Share:
    """Requests resolved with a single inbound contact and not reopened, of all requests old enough to judge."""
    judged = (request.observed_days >= days) & ~request.contacts.is_null()
    return Share(
        hits=judged & request.resolved & (request.contacts == 1) & ~request.reopened,
        of=judged,
        excluded=~judged,
    )


@kpi(
    "Contacts per request",
    on="requests",
    unit="contacts",
    better="lower",
    definition="inbound_of_resolved",
    denominator="resolved requests old enough to judge",
    bounds=DURATION,
)
def contacts_per_request(request: Row, *, days: float = 7) -> Mean:
    """Inbound contacts that a request took until it was resolved, over resolved requests old enough to judge."""
    judged = request.resolved & (request.observed_days >= days)
    return Mean(request.contacts, where=judged, excluded=~judged)


@kpi(
    "Resolution rate",
    on="requests",
    unit="share",
    better="higher",
    definition="resolved_of_opened",
    denominator="requests old enough to judge",
    bounds=SHARE,
)
def resolution_rate(request: Row, *, days: float = 7) -> Share:
    """Requests that the helpdesk has resolved by now, of all requests old enough to judge."""
    judged = (request.observed_days >= days) & ~(request.status == "unknown")
    return Share(hits=judged & request.solved, of=judged, excluded=~judged)


@kpi("Satisfaction", on="surveys", unit="score", better="higher", definition="mean_on_own_scale")
def csat(survey: Row) -> Mean:
    """Mean answer to the satisfaction question, on its own scale; answers on two scales are never pooled."""
    return Mean(
        survey.score,
        where=survey.csat & survey.answered,
        skewed=False,
        excluded=survey.csat & ~survey.answered,
        scale=("scale_min", "scale_max"),
    )


@kpi(
    "Net Promoter Score",
    on="surveys",
    unit="points",
    better="higher",
    definition="promoters_less_detractors",
    bounds=(-100, 100),
)
def nps(survey: Row) -> Score:
    """Share of promoters (9 or 10) less share of detractors (6 or less), in points from -100 to +100."""
    asked = survey.nps & survey.answered
    return Score(
        promoters=asked & (survey.score >= 9),
        detractors=asked & (survey.score <= 6),
        of=asked,
        excluded=survey.nps & ~survey.answered,
        scale=("scale_min", "scale_max"),
    )


@kpi("Abandonment rate", on="contacts", unit="share", better="lower", bounds=SHARE, measured=False)
def abandonment_rate() -> None:
    """Inbound calls that the caller gave up before a person answered, of all inbound calls offered."""


@kpi("Calls handled", on="contacts", unit="share", better="higher", bounds=SHARE, measured=False)
def handled_rate() -> None:
    """Calls handled, of calls offered; the source does not define it, and it may be the answer rate."""


@kpi(
    "First reply time",
    on="requests",
    unit="seconds",
    better="lower",
    statistic="mean",
    bounds=DURATION,
    measured=False,
)
def first_reply_time() -> None:
    """Time from a request's creation to the first reply by a person; bots and automatic replies never count."""


@kpi(
    "Reasons for contacting again",
    on="requests",
    unit="share",
    better="context",
    bounds=SHARE,
    measured=False,
)
def repeat_reasons() -> None:
    """Share of each reason among additional contacts for one request."""


@kpi("Effort", on="surveys", unit="score", better="lower", statistic="mean", measured=False)
def ces() -> None:
    """Mean answer to the effort question, on its own scale; less effort is better."""


@kpi("Transfers to self-care", on="contacts", unit="share", better="context", bounds=SHARE, measured=False)
def selfcare_transfer_rate() -> None:
    """Share of customers sent to means that need no person: customer area, FAQ, community, virtual agent."""


@kpi("Digital share", on="requests", unit="share", better="context", bounds=SHARE, measured=False)
def digital_rate() -> None:
    """Share of requests treated through digital channels."""


@kpi("Channel promotion", on="contacts", unit="share", better="context", bounds=SHARE, measured=False)
def channel_promotion_rate() -> None:
    """Share of advisers who present the other channels to the customer."""


@kpi("Churn", on="customers", unit="share", better="lower", bounds=SHARE, measured=False)
def churn_rate() -> None:
    """Customers lost over a period, of the customers at its start."""


@kpi("Retention", on="customers", unit="share", better="higher", bounds=SHARE, measured=False)
def retention_rate() -> None:
    """Customers kept over a period, of the customers at its start."""


@kpi("Conversion", on="contacts", unit="share", better="higher", bounds=SHARE, measured=False)
def conversion_rate() -> None:
    """Contacts that end in an additional sale, of all contacts."""


@kpi("Repurchase", on="customers", unit="share", better="higher", bounds=SHARE, measured=False)
def repurchase_rate() -> None:
    """Customers who buy again, of all customers."""


@kpi("Re-engagement", on="customers", unit="share", better="higher", bounds=SHARE, measured=False)
def reengagement_rate() -> None:
    """Customers who commit again, of all customers."""


@kpi(
    "Requests closed",
    on="requests",
    unit="requests",
    better="context",
    statistic="count",
    bounds=DURATION,
    measured=False,
)
def requests_closed() -> None:
    """Requests closed in the period."""


@kpi(
    "Site visits",
    on="figures",
    unit="visits",
    better="context",
    statistic="count",
    bounds=DURATION,
    measured=False,
)
def site_visits() -> None:
    """Visits to the site or its help pages, as figures from a web analytics tool."""


@kpi(
    "Channels offered",
    on="figures",
    unit="channels",
    better="context",
    statistic="count",
    bounds=DURATION,
    measured=False,
)
def channels_offered() -> None:
    """Number of channels that customers may use; a practice, not a level to reach."""


def find(name: str) -> Kpi:
    """Return a KPI by name; an unknown one is refused with the nearest known one."""
    return KPIS[require_known(name, KPIS, "KPI")]


def measurable() -> tuple[Kpi, ...]:
    """Return the KPIs that can be measured, in the order of the catalogue."""
    return tuple(kpi for kpi in KPIS.values() if not kpi.declared_only)
