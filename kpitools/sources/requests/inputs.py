"""What requests are made of, and the statements that make them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kpitools.sources import sql
from kpitools.sources.requests.answers import Answers
from kpitools.sources.requests.exchanges import Exchanges
from kpitools.sources.requests.from_contacts import FromContacts
from kpitools.sources.requests.from_tickets import FromTickets
from kpitools.sources.requests.returns import with_returns


@dataclass(frozen=True)
class Inputs:
    """The columns that each table has (those by which rows are matched included), and the rules of the project.

    `days` is the repeat window, `segments` are the names of the segments among the columns of contacts, `reaching` is
    the table whose last day is that of the data, `opening_hours` says whether the project gives any, `wanted` are the
    columns of requests that the definitions in use stand on.
    """

    columns: Mapping[str, AbstractSet[str]]
    segments: tuple[str, ...]
    days: float
    reaching: str
    opening_hours: bool = False
    wanted: AbstractSet[str] = frozenset()

    def steps(self) -> dict[str, str]:
        """Return the statements that make the table of requests, by the name of what each makes, in their order.

        They are for when requests are first asked for: that takes longer than all else, and not every KPI needs them.
        Where neither tickets nor contacts allow requests there are none.
        """
        contacts, own, messages, surveys = (self._has(name) for name in ("contacts", "requests", "messages", "surveys"))
        answered = Answers(surveys)
        segments, asked = tuple(map(sql.name, self.segments)), answered.by("contact_id", contacts)
        each = Exchanges(contacts, segments, self.days, "requests" in self.columns, asked)
        made: dict[str, str] = {}
        parts: list[str] = []
        day = "(select day from _last_day)"
        if each.usable:
            made |= {"_linked": each.linked()} if each.ticketed else {}
            made |= {"_gaps": each.gaps()} if each.persons else {}
            parts = FromContacts(each, answered, day, state="status" in own).queries()
        if each.ticketed:
            tickets = FromTickets(each, answered, messages, own, day, opening_hours=self.opening_hours)
            parts.append(tickets.query())
        if not parts:
            return {}
        made = {"_last_day": f"select max(date) as day from {self.reaching}", **made}
        found = each.kinds() if "_gaps" in made else {}
        found |= {name: f"create table if not exists {name} as {query}" for name, query in made.items()}
        if each.chained:
            return {**found, "requests": f"create view if not exists requests as {sql.union(parts)}"}
        nothing = "null::timestamp as _first, null::date as _first_day, null::varchar as _customer_id where false"
        whole = f"create table if not exists _requests as {sql.union([*parts, f'select {nothing}'])}"
        typed = "request_type" in contacts and ("request_type" in own or not each.ticketed)
        returned = with_returns("_requests", each, typed=typed, wanted=self.wanted)
        return {**found, "_requests": whole, "requests": returned}

    def _has(self, table: str) -> frozenset[str]:
        return frozenset(self.columns.get(table, ()))
