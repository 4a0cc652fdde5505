"""The canonical tables of a project, and the balance of their sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import duckdb

from kpitools.periods import Coverage
from kpitools.sources.accounts import Account
from kpitools.sources.balance import remarked
from kpitools.sources.requests.matching import Matching, matching

MONTH = 31
"""Days; a figure of more says little of when the data begin and end."""


@dataclass(frozen=True, eq=False)
class Tables(Mapping[str, duckdb.DuckDBPyRelation]):
    """The canonical tables by name (`contacts`, `requests`, `surveys`), those that the sources give.

    Each is a DuckDB relation: `tables["contacts"].df()` is its pandas frame. `accounts` has one balance a source.
    """

    connection: duckdb.DuckDBPyConnection = field(repr=False)
    names: tuple[str, ...]
    balances: tuple[tuple[Account, str], ...] = field(repr=False)
    """The account of each source as its rows were read, and the SQL of those in use."""
    later: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The statements that make what is only made when it is first asked for, in their order."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """The SQL of every source's rows, by table."""

    def __getitem__(self, name: str) -> duckdb.DuckDBPyRelation:
        """Return one table."""
        if name not in self.names:
            raise KeyError(name)
        if name in self.later:
            self._make(name)
        return self.connection.sql(f"from {name}")

    def _make(self, name: str) -> None:
        """Make a table that is made late, and what it stands on."""
        for made, statement in self.later.items():
            self.connection.execute(statement)
            if made == name:
                return

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the tables."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self.names)

    @cached_property
    def matching(self) -> Matching | None:
        """How many contacts found their ticket; None where there are no tickets, or no contacts to match with them."""
        if "_linked" not in self.later:
            return None
        self._make("_linked")
        return matching(self.connection)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """One balance a source; what is odd about rows in use is looked up when it is first asked for."""
        return tuple(
            remarked(self.connection, account, part, self.parts) if part else account for account, part in self.balances
        )

    @cached_property
    def coverage(self) -> Coverage | None:
        """The local days that the tables together reach.

        A customer may have come years before anything else was recorded: their beginnings count only where there is
        nothing else. A figure covers all its days; one of more than a month counts only where there is nothing else.
        """
        recorded = [name for name in self.names if name != "customers"] or self.names
        days = [day for name in recorded for day in self._days(name, whole=len(recorded) == 1)]
        return Coverage.of(day for day in days if day is not None)

    def _days(self, name: str, *, whole: bool) -> list[date]:
        """Return the days that one table reaches."""
        query = f"select date from {name}"
        if "date" not in self[name].columns:
            return []
        if name == "figures":
            covered = "unnest(generate_series(date, end_date, interval 1 day))::date as date"
            query = f"select {covered} from {name} where {str(whole).lower()} or end_date - date <= {MONTH}"
        return [row[0] for row in self.connection.sql(f"select distinct date from ({query})").fetchall()]
