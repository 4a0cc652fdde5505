"""How many contacts found their ticket, and how many could not be matched."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Matching:
    """The contacts in which customer and service met, by how each found its request.

    `by_number` carry the number of a ticket that is there, `by_customer` were found by customer and time. Of the rest,
    `alone` have a customer and belong to no ticket, `other_number` carry a number that no ticket has, and `nobody`
    have neither: a withheld number, or none. `tickets_met` is how many of the `tickets` have a contact.
    """

    contacts: int
    by_number: int
    by_customer: int
    alone: int
    other_number: int
    nobody: int
    tickets: int
    tickets_met: int

    @property
    def unmatched(self) -> int:
        """Contacts that belong to no ticket."""
        return self.contacts - self.by_number - self.by_customer

    def __str__(self) -> str:
        """Say it in one line, as `kpitools check` does."""
        return (
            f"{self.contacts} contacts and {self.tickets} tickets: {self.by_number} matched by ticket number, "
            f"{self.by_customer} by customer and time; {self.unmatched} not matched ({self.alone} of a customer "
            f"without a ticket then, {self.other_number} with the number of no ticket, {self.nobody} of nobody known)"
        )


def matching(connection: duckdb.DuckDBPyConnection) -> Matching:
    """Count the contacts in `_linked` and the tickets in `_tickets`."""
    ways = "number", "customer", "alone", "other_number", "nobody"
    counted = ", ".join(f"count(*) filter (_how = '{way}')" for way in ways)
    met = "(select count(distinct request_id) from _linked where _how in ('number', 'customer'))"
    asked = f"select count(*), {counted}, (select count(*) from _tickets), {met} from _linked"
    return Matching(*connection.sql(asked).fetchall()[0])
