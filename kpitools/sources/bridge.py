"""One customer under several numbers: a file that holds customer number, telephone and address bridges the tools."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from kpitools.sources.identities import CUSTOMERS

BRIDGE = "_bridge"
PREFIX = "_"
"""Begins the columns by which rows are matched: ids as they are written, which no table shows."""


def bridge_sql(customers: str, has: AbstractSet[str]) -> str:
    """Return the SQL of every telephone number and address of exactly one customer, with that customer.

    What two customers share (a switchboard, a household) tells neither, and is nobody's here.
    """
    aliases = [
        f"select cast(_{alias} as varchar) as alias, cast(_customer_id as varchar) as person, customer_id from "
        f"({customers}) where _{alias} is not null"
        for alias in ("phone", "email")
        if alias in has
    ]
    return (
        f"select alias, any_value(person) as person, any_value(customer_id) as customer_id "
        f"from ({' union all '.join(aliases)}) group by alias having count(distinct person) = 1"
    )


def bridged(rows: str) -> str:
    """Return the SQL of rows that have their customer's own number where the bridge knows the one they came with."""
    return (
        f"select t.* replace (coalesce(b.person, cast(t._customer_id as varchar)) as _customer_id, "
        f"coalesce(b.customer_id, t.customer_id) as customer_id) "
        f"from ({rows}) t left join {BRIDGE} b on b.alias = cast(t._customer_id as varchar)"
    )


def shown(columns: Iterable[str]) -> str:
    """Return the SQL that leaves out the columns by which rows are matched."""
    hidden = [f"{PREFIX}{name}" for name in CUSTOMERS if f"{PREFIX}{name}" in columns]
    return f"* exclude ({', '.join(hidden)})" if hidden else "*"
