"""An export whose headers are our own names of columns, as somebody prepares who has read the reference of tables."""

from collections.abc import Sequence

from kpitools import schema
from kpitools.sources.recognise.match import ENOUGH, Match, shape
from kpitools.sources.recognise.profile import Profile

TABLES = ("contacts", "requests", "surveys", "customers", "orders", "messages")
_JUDGED = ("instant", "duration", "number", "count", "boolean")
"""Kinds of columns whose cells must bear out their header."""
_SCALED = {"score", "scale_min", "scale_max"}
"""What answers need besides the columns that are always required."""


def named(profiles: Sequence[Profile]) -> tuple[str, dict[str, Match]] | None:
    """Return the one table whose columns most headers name, with these columns; None where no table is.

    Two tables share names, and where the headers fit both alike the other evidence decides.
    """
    found = {table: columns for table in TABLES if (columns := _columns(profiles, schema.TABLES[table]))}
    most = max(map(len, found.values()), default=0)
    best = [table for table, columns in found.items() if len(columns) == most]
    return (best[0], found[best[0]]) if len(best) == 1 else None


def _columns(profiles: Sequence[Profile], table: schema.Table) -> dict[str, Match]:
    """Return the columns of a table that headers name, none where they do not make the table."""
    headers = {profile.name.strip().lower(): profile for profile in profiles}
    ours = [column for column in table.columns if column.name in headers]
    there = {column.name for column in ours}
    needed = {table.anchor} | (_SCALED if table.name == "surveys" else set())
    effort = "kind" in there and "ces" in headers["kind"].counts and "polarity" not in there
    if not needed <= there or table.lacking(there) or 3 * len(there) < 2 * len(profiles) or effort:
        return {}
    filled = {column.name: headers[column.name] for column in ours if headers[column.name].filled}
    told = {name: shape(one, table.name, table.column(name)) for name, one in filled.items()}
    if not needed <= filled.keys() or any(told[c.name] < ENOUGH for c in ours if c.kind in _JUDGED and c.name in told):
        return {}
    return {name: Match(name, one, 1.0, 1.0) for name, one in filled.items()}
