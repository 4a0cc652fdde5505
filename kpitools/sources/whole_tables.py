"""What follows from all rows of a table, or of another one: whether somebody bought before, whether a call sold."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet


def completed(queries: Mapping[str, str], columns: Mapping[str, AbstractSet[str]]) -> dict[str, str]:
    """Return the SQL of the tables with what follows from whole tables; `columns` are those that each has already."""
    made = dict(queries)
    if "orders" in made:
        made["orders"] = with_bought_before(made["orders"])
    has, told = columns.get("contacts", frozenset()), columns.get("orders", frozenset())
    if "contact_id" in has & told and "sale" not in has:
        made["contacts"] = with_sale(made["contacts"], queries["orders"])
    return made


def with_bought_before(orders: str) -> str:
    """Return the SQL of orders that says of each whether its customer has an earlier one in the data.

    What was bought before the data begin is not known: the first months show fewer than there were.
    """
    first = "min(ordered_at) over (partition by customer_id)"
    return f"select *, ordered_at > {first} as bought_before from ({orders})"


def with_sale(contacts: str, orders: str) -> str:
    """Return the SQL of contacts that says which led to an order; unknown outside the days that the orders reach."""
    reached = f"date between (select min(date) from ({orders})) and (select max(date) from ({orders}))"
    sold = f"contact_id in (select contact_id from ({orders}) where contact_id is not null)"
    return f"select *, case when {reached} then {sold} end as sale from ({contacts})"
