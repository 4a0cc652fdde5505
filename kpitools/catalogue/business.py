"""What the service does for the business: self-care, sales, customers kept and lost."""

from kpitools.catalogue.bounds import SHARE, UPWARDS
from kpitools.catalogue.calls import COUNT
from kpitools.kpi import Cohort, Count, People, Share, kpi
from kpitools.row import Row

AT_START = "customers at the start of the period"
LISTED = "customers of the list of whom it is known whether they left"
UNNOTED = "customers of whom the list does not say it"
SNAPSHOTS = "exports of customer lists with a flag for those who left"
JOINED = "customers who came during the period, and left in it perhaps"


@kpi(
    "Transfers to self-care",
    on="contacts",
    unit="share",
    better="context",
    definition="contacts_sent",
    bounds=SHARE,
    numerator="those of them sent to means that need no person",
    denominator="inbound contacts of which that is known",
    exclusions="contacts of which nobody noted it",
    avoid="it is made a goal by itself: a customer sent away may come back",
    source="document 001, which says customers",
    why="contacts add up over periods and teams, customers do not",
)
def selfcare_transfer_rate(contact: Row) -> Share:
    """Share of inbound contacts sent to means that need no person: customer area, FAQ, community, virtual agent."""
    of = contact.inbound & ~contact.self_service.is_null()
    return Share(of & contact.self_service, of, excluded=contact.inbound & ~of)


@selfcare_transfer_rate.variant(
    "customers_sent",
    numerator="those of them sent at least once to means that need no person",
    denominator="customers with an inbound contact of which that is known",
    exclusions="contacts of unknown customers, or of which nobody noted it",
    avoid="you add up weeks: a customer of two weeks counts in both",
    source="document 001",
)
def _(contact: Row) -> People:
    """Share of customers sent to means that need no person at least once in the period."""
    of = contact.inbound & ~contact.self_service.is_null()
    return People("customer_id", hits=of & contact.self_service, of=of, excluded=contact.inbound & ~of)


@kpi(
    "Channel promotion",
    on="advisers",
    unit="share",
    better="context",
    definition="advisers_seen_presenting",
    bounds=SHARE,
    numerator="those of them who were seen to present the other channels at least once",
    denominator="advisers who were observed",
    exclusions="observations that do not say",
    avoid="advisers are observed unequally often: who is observed more is seen more",
    source="document 001",
    why="the document counts advisers",
)
def channel_promotion_rate(observation: Row) -> People:
    """Share of advisers who present the other channels to the customer."""
    of = ~observation.presents_channels.is_null()
    return People("adviser_id", hits=of & observation.presents_channels, of=of, excluded=~of)


@channel_promotion_rate.variant(
    "observations",
    numerator="those of them in which the other channels were presented",
    denominator="observations that say so or not",
    exclusions="observations that do not say",
    avoid="a few advisers make up most observations",
    source="mystery calls and call monitoring",
)
def _(observation: Row) -> Share:
    """Share of observed contacts in which the adviser presented the other channels."""
    of = ~observation.presents_channels.is_null()
    return Share(of & observation.presents_channels, of, excluded=~of)


@kpi(
    "Conversion",
    on="contacts",
    unit="share",
    better="higher",
    definition="sales_of_contacts",
    bounds=SHARE,
    numerator="those of them that ended in an additional sale",
    denominator="contacts with customers of which that is known",
    exclusions="contacts between colleagues, contacts of which nobody noted it",
    avoid="it is made a goal by itself in a service for complaints: it makes every contact a sale",
    source="documents 001, 002",
    why="the documents name no denominator: every contact with a customer is a chance, whoever began it",
)
def conversion_rate(contact: Row) -> Share:
    """Contacts that end in an additional sale, of all contacts."""
    met = contact.inbound | contact.outbound
    of = met & ~contact.sale.is_null()
    return Share(of & contact.sale, of, excluded=met & ~of)


@conversion_rate.variant(
    "number_of_sales",
    unit="contacts",
    bounds=UPWARDS,
    numerator="contacts that ended in an additional sale",
    denominator=COUNT,
    exclusions="contacts between colleagues",
    avoid="you compare teams of different size",
    source="document 004",
)
def _(contact: Row) -> Count:
    """Contacts that end in an additional sale: how many there are."""
    return Count(where=(contact.inbound | contact.outbound) & contact.sale)


@kpi(
    "Churn",
    on="customers",
    unit="share",
    better="lower",
    definition="lost_of_customers_at_start",
    bounds=SHARE,
    numerator="those of them who left during it",
    denominator=AT_START,
    exclusions=JOINED,
    avoid="periods differ in length: a year loses more than a month",
    source="document 002 (a share)",
    why="only who was a customer at the start could be kept through the period",
)
def churn_rate(customer: Row) -> Cohort:  # noqa: ARG001 - a cohort names its columns
    """Customers lost over a period, of the customers at its start."""
    return Cohort("date", "end_date")


@churn_rate.variant(
    "customers_lost",
    unit="customers",
    dated="end_date",
    bounds=UPWARDS,
    numerator="customers whose last day lies in the period",
    denominator=COUNT,
    exclusions="customers who are still there, who are in no period",
    avoid="you compare periods with different numbers of customers",
    source="document 004 (a number)",
)
def _(customer: Row) -> Count:
    """Customers lost over a period: how many there are, those who came during it included."""
    return Count(where=~customer.end_date.is_null())


@churn_rate.variant(
    "lost_of_customers_listed",
    dated="",
    numerator="those of them who left, whenever that was",
    denominator=LISTED,
    exclusions=UNNOTED,
    avoid="the dates are known: a list says neither since when it counts losses nor over how long",
    source=SNAPSHOTS,
)
def _(customer: Row) -> Share:
    """Customers lost, of all customers of a list without dates: one share, of no period."""
    of = ~customer.left.is_null()
    return Share(of & customer.left, of, excluded=~of)


@kpi(
    "Retention",
    on="customers",
    unit="share",
    better="higher",
    definition="kept_of_customers_at_start",
    bounds=SHARE,
    numerator="those of them who were still there at its end",
    denominator=AT_START,
    exclusions=JOINED,
    avoid="periods differ in length: a month keeps more than a year",
    source="document 004",
    why="new customers do not make up for lost ones",
)
def retention_rate(customer: Row) -> Cohort:  # noqa: ARG001 - a cohort names its columns
    """Customers kept over a period, of the customers at its start."""
    return Cohort("date", "end_date", kept=True)


@retention_rate.variant(
    "kept_of_customers_listed",
    dated="",
    numerator="those of them who have not left",
    denominator=LISTED,
    exclusions=UNNOTED,
    avoid="the dates are known: a list says neither since when it counts losses nor over how long",
    source=SNAPSHOTS,
)
def _(customer: Row) -> Share:
    """Customers kept, of all customers of a list without dates: one share, of no period."""
    of = ~customer.left.is_null()
    return Share(of & ~customer.left, of, excluded=~of)


@kpi(
    "Repurchase",
    on="orders",
    unit="share",
    better="higher",
    definition="bought_before_of_buyers",
    bounds=SHARE,
    numerator="those of them who had bought before",
    denominator="customers who bought in the period",
    exclusions="orders of which no earlier one could be known",
    avoid="the export begins late: first orders in it may be none",
    source="document 001, which names it only",
    why="who does not buy is in no export of orders: buyers are the customers that it knows",
)
def repurchase_rate(order: Row) -> People:
    """Customers who buy again, of all customers who bought in the period."""
    of = ~order.bought_before.is_null()
    return People("customer_id", hits=of & order.bought_before, of=of, excluded=~of)


@kpi(
    "Re-engagement",
    on="customers",
    unit="share",
    better="higher",
    definition="renewed_of_due",
    bounds=SHARE,
    dated="commitment_date",
    numerator="those of them who committed again",
    denominator="customers whose commitment ran out in the period",
    exclusions="customers of whom nobody noted it, customers without a commitment, who are in no period",
    avoid="customers commit again long before the end: they are in the period in which it would have ended",
    source="document 001, which names it only",
    why="who is bound for another year had nothing to decide",
)
def reengagement_rate(customer: Row) -> Share:
    """Customers who commit again, of the customers whose commitment runs out in the period."""
    of = ~customer.renewed.is_null()
    return Share(of & customer.renewed, of, excluded=~of)
