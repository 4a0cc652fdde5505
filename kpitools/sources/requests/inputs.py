"""What requests are made of, and the statements that make them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kpitools.sources import sql
from kpitools.sources.requests import answers
from kpitools.sources.requests.exchanges import Exchanges
from kpitools.sources.requests.from_contacts import FromContacts
from kpitools.sources.requests.from_tickets import FromTickets


@dataclass(frozen=True)
class Inputs:
    """The columns that each table has (those by which rows are matched included), and the rules of the project.

    `days` is the repeat window, `segments` are the names of the segments among the columns of contacts, `last_day` is
    the SQL of the last day of the data, `opening_hours` says whether the project gives any.
    """

    columns: Mapping[str, AbstractSet[str]]
    segments: tuple[str, ...]
    days: float
    last_day: str
    opening_hours: bool = False

    @property
    def exchanges(self) -> Exchanges:
        """The contacts, as far as requests are concerned."""
        has = frozenset(self.columns.get("contacts", ()))
        ticketed = "requests" in self.columns
        return Exchanges(has, tuple(map(sql.name, self.segments)), self.days, ticketed)

    def steps(self) -> dict[str, str]:
        """Return the statements that make the table of requests, by the name of what each makes, in their order.

        They are for when requests are first asked for: that takes longer than all else, and not every KPI needs them.
        Where neither tickets nor contacts allow requests there are none.
        """
        each, surveys = self.exchanges, frozenset(self.columns.get("surveys", ()))
        answered = answers.Answers(surveys)
        own = frozenset(self.columns.get("requests", ()))
        made: dict[str, str] = {}
        parts = []
        if each.usable:
            made |= {"_linked": each.linked()} if each.ticketed else {}
            made["_exchanges"] = each.gaps()
            parts.append(FromContacts(each, answered, self.last_day, state="status" in own).query())
        if each.ticketed:
            messages = frozenset(self.columns.get("messages", ()))
            tickets = FromTickets(each, answered, messages, own, self.last_day, opening_hours=self.opening_hours)
            made["_ticket_requests"] = tickets.query()
            parts.append("from _ticket_requests")
        found = {name: f"create table if not exists {name} as {query}" for name, query in made.items()}
        return {**found, "requests": f"create view if not exists requests as {sql.union(parts)}"} if parts else {}
