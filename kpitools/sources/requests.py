"""Requests: how many contacts each took, and whether it is old enough to judge."""

from kpitools.sources import sql

EXCHANGE = "direction = 'inbound' and outcome in ('answered', 'pending', 'unknown')"
"""A contact in which customer and service met; a call that nobody answered is no exchange."""


def with_contacts(tickets: str, contacts: str | None, has: set[str], last_day: str) -> str:
    """Return the SQL of requests from tickets, with the contacts that carry their number.

    A ticket without any contact of that number keeps an unknown count: it is not known to have taken none.
    """
    age = f"date_diff('day', date, {last_day}) as observed_days"
    if contacts is None or "contacts" in has:
        return f"select *, {age} from ({tickets})"
    counted = f"select request_id, count(*)::double as contacts from ({contacts}) where {EXCHANGE} group by request_id"
    return f"select t.*, c.contacts, {age} from ({tickets}) t left join ({counted}) c using (request_id)"


def from_contacts(contacts: str, has: set[str], key: str, days: float, last_day: str) -> str:
    """Return the SQL of requests derived from contacts, where there are no tickets.

    By the number of the request where the contacts carry one; else a customer's contacts (about one type of request,
    where that is known) belong together until `days` days pass without any. The request counts as resolved when no
    further contact came within those days, which is known only once they have passed. It has no `status`: nobody said
    that it was solved, so there is no resolution rate.
    """
    same = f"{key}, request_type" if key == "customer_id" and "request_type" in has else key
    segments = [name for name in ("team", "channel", "request_type") if name in has]
    met = f"select * from ({contacts}) where {EXCHANGE} and {key} is not null"
    gap = f"date_diff('day', lag(date) over (partition by {same} order by started_at), date)"
    numbered = f"select *, case when {gap} <= {days:g} then 0 else 1 end as _new from ({met})"
    so_far = f"over (partition by {same} order by started_at rows unbounded preceding)"
    chained = f"select *, sum(_new) {so_far} as _chain from ({numbered})"
    whole = f"{same}, _chain" if key == "customer_id" else key
    first = ", ".join(f"arg_min({name}, started_at) as {name}" for name in segments)
    resolved = f"date_diff('day', max(date), {last_day}) >= {days:g}"
    return (
        f"select min(started_at) as created_at, min(date) as date, count(*)::double as contacts, "
        f"{resolved} as resolved, false as reopened, date_diff('day', min(date), {last_day}) as observed_days, "
        f"{sql.text('contacts')} as source"
        f"{', ' + first if first else ''} from ({chained if key == 'customer_id' else met}) group by {whole}"
    )
