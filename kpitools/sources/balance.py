"""What became of the rows of one source: the account, with the place of every row that was set aside."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import duckdb
import pyarrow.compute as pc

from kpitools import schema
from kpitools.project import Source
from kpitools.sources import sql
from kpitools.sources.accounts import Account, LeftOut, Problem, masked
from kpitools.sources.canonical import EXCLUDED
from kpitools.sources.raw import RawRows, RawTable
from kpitools.sources.twins import Twin

IDENTICAL = "identical_file"
"""Why the rows of a file that is given again are excluded."""

JOINS = {
    "contacts": {"request_id": "requests"},
    "surveys": {"contact_id": "contacts", "request_id": "requests"},
    "orders": {"contact_id": "contacts"},
    "messages": {"request_id": "requests"},
}
"""Which columns name a row of another table."""


@dataclass(frozen=True)
class Balance:
    """The files of one source, those given again, and the table in which its rows have their fates."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    raws: Sequence[RawTable]
    twins: Sequence[Twin]
    name: str
    left_out: Sequence[LeftOut] = ()

    def account(self, counts: Counter[str]) -> Account:
        """Return the account, given how many rows are left out for each reason."""
        unread = [(raw, aside) for raw in self.raws for aside in raw.set_aside]
        aside = Counter({reason: n for reason, n in counts.items() if reason not in EXCLUDED})
        apart, raw_rows = self._problems() if aside else ([], [])
        aside.update(row.reason for _, row in unread)
        again = {IDENTICAL: sum(twin.rows for twin in self.twins)} if self.twins else {}
        total = sum(raw.rows_read for raw in self.raws)
        return Account(
            source=f"{', '.join(self.source.names)} → {self._what()}",
            table=self.source.table,
            files=len(self.raws) + len(self.twins),
            read=total + sum(again.values()),
            used=total - sum(counts.values()) - len(unread),
            excluded={reason: counts[reason] for reason in EXCLUDED if counts[reason]} | again,
            set_aside=dict(sorted(aside.items())),
            problems=(*(_unread(raw, row.line, row.reason, row.text) for raw, row in unread), *apart),
            blank=sum(raw.blank for raw in self.raws),
            notes=(*(note for raw in self.raws for note in raw.notes), *map(str, self.twins), *map(str, self.left_out)),
            assumed=tuple(self.source.assumed),
            files_left_out=tuple(self.left_out),
            raw=tuple(raw_rows),
        )

    def _what(self) -> str:
        """Name the table, and of answers to one question what was asked: a file may hold several."""
        kind = self.source.fixed.get("kind")
        return f"{self.source.table}: {kind}" if kind else self.source.table

    def _problems(self) -> tuple[list[Problem], list[RawRows]]:
        """Return where the rows that were set aside stand, and the rows themselves, both file by file."""
        found = self.connection.sql(
            f"select _file, _row, _line, coalesce(_column, ''), coalesce(_cell, ''), _fate from {self.name} "
            f"where _fate is not null and _fate not in ({sql.texts(EXCLUDED)}) order by _file, _line"
        ).fetchall()
        private = self._private()
        problems = [
            Problem(
                self.raws[n].path.name,
                line,
                column,
                masked(cell, private=private(n, column, cell)),
                reason,
                cell,
                cell=self.raws[n].place(column, line),
            )
            for n, _, line, column, cell, reason in found
        ]
        rows: dict[int, list[int]] = {}
        for n, row, *_ in found:
            rows.setdefault(n, []).append(row)
        return problems, [RawRows.of(self.raws[n], numbers) for n, numbers in rows.items()]

    def _private(self) -> Callable[[int, str, str], bool]:
        """Return the test whether a cell may name a person: by its column, or as one of that file's names.

        Where a row has slipped, a name stands in the column of something else.
        """
        table = schema.TABLES[self.source.table]
        headers = {h for c in table.columns if c.kind == "pseudonym" for h in self.source.columns.get(c.name, [])}

        @cache
        def names(file: int) -> frozenset[str]:
            texts = (pc.unique(self.raws[file].column(header)).to_pylist() for header in headers)
            return frozenset(str(text).strip().lower() for column in texts for text in column)

        return lambda file, column, cell: column in headers or cell.strip().lower() in names(file)


def _unread(raw: RawTable, line: int, reason: str, text: str) -> Problem:
    return Problem(raw.path.name, line, "", "", reason, record=text, cell=raw.place("", line))


def remarked(
    connection: duckdb.DuckDBPyConnection, account: Account, part: str, parts: Mapping[str, Sequence[str]]
) -> Account:
    """Return an account that also says what is odd about rows in use: equal ones, and ones that join nothing.

    `part` is the SQL of the source's rows, `parts` that of every source's by table.
    """
    alike = _alike(connection, part, schema.TABLES[account.table].key)
    orphans = {
        column: n
        for column, table in JOINS.get(account.table, {}).items()
        if (n := _orphans(connection, part, column, parts.get(table, ()), schema.TABLES[table].key))
    }
    said = [f"{alike} rows without an id are equal to an earlier row in all that is read; they are kept."] * bool(alike)
    said += [f"{n} rows name a {column} that no row in use has; they are kept." for column, n in orphans.items()]
    return replace(account, alike=alike, orphans=orphans, notes=(*account.notes, *said))


def _alike(connection: duckdb.DuckDBPyConnection, part: str, key: str) -> int:
    """Count the rows without an id that are equal to an earlier one."""
    unnamed = f" where {key} is null" if key in connection.sql(part).columns else ""
    columns = ", ".join(sql.name(column) for column in connection.sql(part).columns)
    groups = f"select count(*) as n {part}{unnamed} group by {columns}"
    counted = f"select coalesce(sum(n - 1), 0)::bigint from ({groups})"
    return int(connection.sql(counted).fetchall()[0][0])


def _orphans(connection: duckdb.DuckDBPyConnection, part: str, column: str, others: Sequence[str], key: str) -> int:
    """Count the rows whose `column` names a row that no export has; none where that cannot be told."""
    told = [other for other in others if key in connection.sql(other).columns]
    if not told or len(told) < len(others) or column not in connection.sql(part).columns:
        return 0
    known = sql.union(f"select {key} as {column} {other}" for other in told)
    joined = f"select count(*) from (select {column} {part}) anti join ({known}) using ({column})"
    return int(connection.sql(f"{joined} where {column} is not null").fetchall()[0][0])
