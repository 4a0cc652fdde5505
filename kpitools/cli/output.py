"""What commands print: data to stdout, messages and progress to stderr."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from kpitools.errors import UserError


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class ListFormat(StrEnum):
    """How a list is written."""

    table = "table"
    json = "json"


def say(message: str) -> None:
    """Print a message."""
    print(message, file=sys.stderr)  # noqa: T201


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done: a spinner on a terminal, nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.status import Status  # noqa: PLC0415

    with Status(what, console=Console(stderr=True)) as status:
        yield lambda detail: status.update(f"{what}: {detail}")


def write_rows(
    rows: list[dict[str, Any]], form: Format, output: Path | None, columns: Sequence[str], title: str = ""
) -> None:
    """Write rows to a file or stdout; `columns` are those that a table shows."""
    from kpitools.written import to_csv, to_json  # noqa: PLC0415

    if form is Format.parquet:
        _write_parquet(rows, output)
        return
    if form is Format.table:
        if output:
            raise UserError(f"A table is for reading: write {output} with --format csv, json or parquet.")
        table(rows, columns, title)
        return
    text = to_csv(rows) if form is Format.csv else to_json(rows)
    if output:
        with writing(output):
            output.write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)


def _write_parquet(rows: list[dict[str, Any]], output: Path | None) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    if output is None and sys.stdout.isatty():
        raise UserError("Parquet is not for a terminal: add --output FILE.")
    made = pa.Table.from_pylist(rows)
    if output is None:
        pq.write_table(made, sys.stdout.buffer)
        return
    with writing(output):
        pq.write_table(made, str(output))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line why a file cannot be written."""
    try:
        yield
    except OSError as wrong:
        reason = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        raise UserError(f"{path} cannot be written: {reason}.") from None


def table(rows: list[dict[str, Any]], columns: Sequence[str], title: str = "") -> None:
    """Print rows as a table; columns that are empty throughout are left out."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = [name for name in columns if any(row.get(name) is not None for row in rows)]
    made = Table(title=title or None, title_justify="left", header_style="bold")
    for name in shown:
        numeric = any(isinstance(row.get(name), int | float) and not isinstance(row.get(name), bool) for row in rows)
        made.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*[Text(cell(row.get(name))) for name in shown])
    console = Console()
    width = None if console.is_terminal else 240
    Console(width=width).print(made)


def cell(value: object) -> str:
    """Write a value for a table: numbers to six digits, yes and no, nothing for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
