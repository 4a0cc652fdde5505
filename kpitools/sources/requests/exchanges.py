"""Contacts in which customer and service met: which ticket each belongs to, and when the customer came back.

A contact belongs to the ticket whose number it carries. Else to one of the same customer: the last that was opened
before it, unless that was closed more than `days` before; or one that was opened within an hour after it began, for a
call opens a ticket. Of the two, the one opened nearer to it in time; at equal distance the earlier one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MET = "outcome in ('answered', 'pending', 'unknown')"
"""A call that nobody answered is no exchange."""
OPENS_WITHIN = "interval '1 hour'"
"""How long after the beginning of a contact the ticket that it is about may be opened."""
NEEDED = frozenset({"direction", "outcome"})
FOUND = "_how in ('number', 'customer')"
"""What tells the exchanges that belong to a ticket."""


@dataclass(frozen=True)
class Exchanges:
    """What the contacts of a project have: the columns, the segments among them, and the days of a repeat window."""

    has: frozenset[str]
    segments: tuple[str, ...]
    days: float
    ticketed: bool
    """Whether there are tickets."""

    @property
    def usable(self) -> bool:
        """Say whether requests can be made of the contacts at all."""
        return self.has >= NEEDED and bool(self.has & {"request_id", "_customer_id"})

    @property
    def persons(self) -> bool:
        """Say whether contacts have customers."""
        return "_customer_id" in self.has

    @property
    def numbered(self) -> bool:
        """Say whether some contacts belong to a request by its number."""
        return self.ticketed or "request_id" in self.has

    def met(self, directions: str) -> str:
        """Return the SQL of the exchanges in some directions, with what requests need of them."""
        wanted = ["request_id", "_customer_id", "contact_id", "resolved", *["customer_id"] * self.ticketed]
        also = [name for name in wanted if name in self.has]
        columns = _listed([*self.segments, *also, "direction", "outcome", "started_at", "date"])
        return f"select {columns} from _contacts where {MET} and direction in ({directions})"

    def linked(self) -> str:
        """Return the SQL of the exchanges with the number of their ticket, and in `_how` how it was found."""
        own = "m.request_id" if "request_id" in self.has else "null::varchar"
        number = f"{own} in (select request_id from _tickets)"
        found = "c.request_id" if self.persons else "null::varchar"
        someone = "m._customer_id is not null" if self.persons else "false"
        chosen = f" left join ({self._nearest()}) c using (_n)" if self.persons else ""
        rest = "m.* exclude (request_id)" if "request_id" in self.has else "m.*"
        both = self.met("'inbound', 'outbound'")
        return (
            f"with m as materialized (select *, row_number() over () as _n from ({both})) "
            f"select {rest}, case when {number} then {own} else coalesce({found}, {own}) end as request_id, "
            f"case when {number} then 'number' when {found} is not null then 'customer' when {own} is not null then "
            f"'other_number' when {someone} then 'alone' else 'nobody' end as _how from m{chosen}"
        )

    def _nearest(self) -> str:
        """Return the SQL of the ticket nearest in time, for the exchanges of a known customer without its number."""
        elsewhere = (
            " and (m.request_id is null or m.request_id not in (select request_id from _tickets))"
            if "request_id" in self.has
            else ""
        )
        mine = f"(select _n, _customer_id, started_at from m where _customer_id is not null{elsewhere})"
        tickets = (
            "(select cast(_customer_id as varchar) as who, created_at, min(request_id) as request_id, "
            "arg_min(_until, request_id) as until from _tickets where _customer_id is not null group by all)"
        )
        join = f"from {mine} e asof join {tickets} t on cast(e._customer_id as varchar) = t.who and e.started_at"
        before = f"select _n, request_id, started_at - created_at as away, 0 as later {join} >= t.created_at"
        after = f"select _n, request_id, created_at - started_at as away, 1 as later {join} <= t.created_at"
        return (
            f"select _n, arg_min(request_id, (away, later)) as request_id from "
            f"({before} where started_at <= coalesce(until, 'infinity') union all "
            f"{after} where created_at <= started_at + {OPENS_WITHIN}) group by _n"
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells requests apart: the number, else the customer, and the type of request where it is known."""
        person = [name for name in ("_customer_id", "request_type") if self.persons and name in self.has]
        if not self.numbered:
            return tuple(person)
        return ("request_id", *(f"case when request_id is null then {name} end" for name in person))

    @property
    def order(self) -> str:
        """The order of a customer's exchanges; what begins at one instant comes in an order that no file decides."""
        tie = [name for name in (*self.segments, "resolved") if name in (*self.segments, *self.has)]
        return f"order by started_at{f', hash({_listed(tie)})' if tie else ''}"

    def gaps(self) -> str:
        """Return the SQL of the inbound exchanges that belong to some request, with where requests begin and end.

        `_gap` counts the days to the next exchange of the same request or, without a number, of the same customer
        about the same type of request.
        """
        given = "from _linked where direction = 'inbound'" if self.ticketed else self.met("'inbound'")
        known = ["request_id is not null"] * self.numbered + ["_customer_id is not null"] * self.persons
        apart = f"> {self.days:g}" if not self.numbered else f"> case when request_id is null then {self.days:g} end"
        return (
            f"select *, coalesce(date - lag(date) over w {apart}, lag(date) over w is null) as _starts, "
            f"coalesce(lead(date) over w - date {apart}, lead(date) over w is null) as _ends, "
            f"lead(date) over w - date as _gap from ({given}) where {' or '.join(known)} "
            f"window w as (partition by {', '.join(self.keys)} {self.order})"
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
