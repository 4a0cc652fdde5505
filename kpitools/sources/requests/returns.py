"""When the customer came back: the days from the first contact of a request to the next exchange of its customer."""

from collections.abc import Container

from kpitools.sources.requests.exchanges import MET, Exchanges


def with_returns(requests: str, exchanges: Exchanges, *, typed: bool, wanted: Container[str]) -> str:
    """Return the statement that makes the requests, with the days to the next exchange, of any type and of the same.

    The days run from the first contact, or from the opening where no contact is known. Where contacts carry numbers and
    there are no tickets, there may be millions: then only the columns `wanted` by a definition in use are made.
    """
    followed = exchanges.usable and exchanges.persons
    keys: dict[str, tuple[str, ...]] = {"next_contact_days": ()} if followed else {}
    keys |= {"next_same_type_days": ("request_type",)} if followed and typed else {}
    kept = {name: same for name, same in keys.items() if exchanges.ticketed or name in wanted}
    columns = [f"{name}.day - coalesce(r._first_day, r.date) as {name}" for name in kept]
    joins = [f"left join ({_later(requests, exchanges, kept[name])}) {name} on {name}._id = r._id" for name in kept]
    if exchanges.numbered and not exchanges.ticketed and "outbound_contacts" in wanted:
        joins.append(f"left join ({_outbound()}) o on o.request_id = r.request_id")
        columns.append("case when r.request_id is not null then coalesce(o.n, 0) end as outbound_contacts")
    shown = ", ".join(["r.* exclude (_first, _first_day, _id, _customer_id)", *columns])
    made = f"select {shown} from (select *, rowid as _id from {requests}) r {' '.join(joins)}"
    return f"create {'table' if joins else 'view'} if not exists requests as {made}"


def _outbound() -> str:
    told = f"{MET} and direction = 'outbound' and request_id is not null"
    return f"select request_id, count(*)::double as n from _contacts where {told} group by request_id"


def _later(requests: str, exchanges: Exchanges, same: tuple[str, ...]) -> str:
    """Return the SQL of the day of the customer's next exchange, alike in some columns, by request."""
    columns = ", ".join(["cast(_customer_id as varchar) as who", *same, "started_at", "date"])
    later = f"select {columns} from ({exchanges.inbound()}) where _customer_id is not null"
    first = "coalesce(_first, created_at) as first"
    mine = f"select rowid as _id, cast(_customer_id as varchar) as who, {', '.join([*same, first])} from {requests}"
    alike = " and ".join(f"r.{name} = n.{name}" for name in ("who", *same))
    return (
        f"select r._id as _id, any_value(n.date) as day from ({mine}) r asof join ({later}) n "
        f"on {alike} and r.first < n.started_at group by r._id"
    )
