"""Contacts in which customer and service met, the ticket that each is about, and when the customer came back.

A contact belongs to the ticket whose number it carries. Else to one of the same customer: the last that was opened
before it, unless that was solved more than the days of the repeat window before; or one that was opened within an hour
after it began, for a call opens a ticket. Of the two, the one opened nearer to it in time; at equal distance the
earlier one.
"""

from dataclasses import dataclass

from kpitools import schema
from kpitools.sources import sql

MET = "outcome in ('answered', 'pending', 'unknown')"
"""A call that nobody answered is no exchange."""
OPENS_WITHIN = "interval '1 hour'"
"""How long after the beginning of a contact the ticket that it is about may be opened."""
NEEDED = frozenset({"direction", "outcome"})
_CODES = {column.name: column.values for column in schema.TABLES["contacts"].columns}
FOUND = "_how in ('number', 'customer')"
"""What tells the exchanges that belong to a ticket."""


@dataclass(frozen=True)
class Exchanges:
    """The columns of the contacts, the segments among them, the days of a repeat window, and whether there are tickets.

    `asked` says whether surveys ask about single contacts.
    """

    has: frozenset[str]
    segments: tuple[str, ...]
    days: float
    ticketed: bool
    asked: bool = False

    @property
    def usable(self) -> bool:
        """Say whether requests can be made of the contacts at all."""
        return self.has >= NEEDED and (self.numbered or self.persons)

    @property
    def persons(self) -> bool:
        """Say whether contacts have customers."""
        return "_customer_id" in self.has

    @property
    def numbered(self) -> bool:
        """Say whether some contacts carry the number of a request."""
        return "request_id" in self.has

    @property
    def chained(self) -> bool:
        """Say whether requests are made of the customers' contacts alone."""
        return self.persons and not self.numbered and not self.ticketed

    def met(self, *directions: str) -> str:
        """Return the SQL of the exchanges in some directions, with what requests need of them."""
        wanted = [
            "request_id",
            "_customer_id",
            *["resolved"] * ("resolved" in self.has),
            *["customer_id"] * self.ticketed,
        ]
        also = [name for name in wanted if name in self.has] + ["contact_id"] * self.asked
        also += ["outcome"] * ("resolved" in self.has) + ["direction"] * (len(directions) > 1)
        columns = ", ".join(dict.fromkeys([*self.segments, *also, "started_at", "date"]))
        told = ", ".join(f"'{direction}'" for direction in directions)
        return f"select {columns} from _contacts where {MET} and direction in ({told})"

    def inbound(self) -> str:
        """Return the SQL of the exchanges that the customer began."""
        return "select * from _linked where direction = 'inbound'" if self.ticketed else self.met("inbound")

    def linked(self) -> str:
        """Return the SQL of the exchanges with the number of their ticket, and in `_how` how it was found."""
        own = "m.request_id" if self.numbered else "null::varchar"
        number = f"{own} in (select request_id from _tickets)"
        found, someone = ("c.request_id", "m._customer_id is not null") if self.persons else ("null::varchar", "false")
        chosen = f" left join ({self._nearest()}) c using (_n)" if self.persons else ""
        rest = "m.* exclude (request_id)" if self.numbered else "m.*"
        rows = f"select *, row_number() over () as _n from ({self.met('inbound', 'outbound')})"
        return (
            f"with m as materialized ({rows}) "
            f"select {rest}, case when {number} then {own} else coalesce({found}, {own}) end as request_id, "
            f"case when {number} then 'number' when {found} is not null then 'customer' when {own} is not null then "
            f"'other_number' when {someone} then 'alone' else 'nobody' end as _how from m{chosen}"
        )

    def _nearest(self) -> str:
        """Return the SQL of the ticket nearest in time, for the exchanges of a known customer without its number."""
        told = (
            "m.request_id is null or m.request_id not in (select request_id from _tickets)" if self.numbered else "true"
        )
        mine = f"(select _n, _customer_id, started_at from m where _customer_id is not null and ({told}))"
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
    def tie(self) -> tuple[str, ...]:
        """What orders exchanges that begin at one instant: what they are, and not their place in a file."""
        return (*self.segments, *["resolved"] * ("resolved" in self.has))

    @property
    def chain(self) -> str:
        """The SQL of the window over a customer's exchanges about one type of request, where that is known."""
        typed = ['"request_type"'] * ("request_type" in self.has)
        tie = [name for name in self.tie if name not in typed]
        return f"partition by {', '.join(['_customer_id', *typed])} order by {', '.join(['started_at', *tie])}"

    def kinds(self) -> dict[str, str]:
        """Return the statements that make an enumeration of each segment, by its name.

        Sorting millions of exchanges moves every column: a number takes a third less time than a text.
        """
        made = {}
        for number, name in enumerate(self.segments):
            known = _CODES.get(name.strip('"'), ())
            found = f"select distinct {name}::varchar from _contacts where {name} is not null order by 1"
            codes = sql.texts(known) if known else found
            made[f"_kind_{number}"] = f"create type if not exists _kind_{number} as enum ({codes})"
        return made

    def gaps(self) -> str:
        """Return the SQL of the exchanges that belong to a customer and to no number, and where requests begin and end.

        `_gap` counts the days to the customer's next exchange about the same type of request, where that is known.
        """
        alone = " and _how = 'alone'" if self.ticketed else " and request_id is null" if self.numbered else ""
        coded = ", ".join(f"{name}::varchar::_kind_{number} as {name}" for number, name in enumerate(self.segments))
        rows = f"select *{f' replace ({coded})' if coded else ''} from ({self.inbound()})"
        return (
            f"select *, coalesce(date - lag(date) over w > {self.days:g}, true) as _starts, "
            f"coalesce(lead(date) over w - date > {self.days:g}, true) as _ends, lead(date) over w - date as _gap, "
            f"row_number() over w as _number "
            f"from ({rows}) where _customer_id is not null{alone} window w as ({self.chain})"
        )
