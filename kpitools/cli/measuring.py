"""`check`, `measure` and `compare`."""

from pathlib import Path
from typing import Any

from kpitools import project as projects
from kpitools.cli.output import Format, ListFormat, cell, progress, say, table, write_rows
from kpitools.errors import UserError
from kpitools.project import Project
from kpitools.project.named import files_of
from kpitools.sources import Account, Tables, read
from kpitools.sources.aside import require_free, write_set_aside

_BALANCE = ("source", "files", "read", "used", "excluded", "set aside")
_MEASURED = (
    "kpi", "definition", "statistic", "unit", "period", "complete", "team", "channel", "request_type",
    "category", "value", "low", "high", "n", "excluded", "reason",
)  # fmt: skip
_FOUND = (
    "kpi", "statistic", "period", "team", "channel", "value", "against", "reference_id", "kind", "reference_low",
    "reference_high", "difference", "difference_low", "difference_high", "verdict", "why", "needed_n",
)  # fmt: skip


def opened(folder: Path, output: Path | None = None) -> tuple[Project, Tables]:
    """Load a project and read its sources, showing which file is being read.

    Raises `UserError` where `output` is one of the project's own files: it would be lost.
    """
    project = projects.load(folder)
    if output:
        own = [projects.find_file(folder), *(path for source in project.sources for path in files_of(project, source))]
        if output.resolve() in {path.resolve() for path in own}:
            raise UserError(f"{output} is what the project is read from: write to another file.")
    with progress("Reading") as tell:
        return project, read(project, tell)


def show_accounts(folder: Path, set_aside: Path | None, form: ListFormat) -> None:
    """Print one line a source, then each problem with its place and remedy."""
    if set_aside:
        require_free(set_aside)
    _, tables = opened(folder, set_aside)
    if set_aside:
        written = write_set_aside(tables.accounts, set_aside)
        say(f"{written} rows set aside: {set_aside} (raw data: only you can read it)")
    if form is ListFormat.json:
        write_rows([_account(account) for account in tables.accounts], Format.json, None, ())
        return
    table([_line(account) for account in tables.accounts], _BALANCE)
    for account in tables.accounts:
        for problem in account.problems[:20]:
            say(str(problem))
        if len(account.problems) > 20:
            say(f"{account.source}: {len(account.problems) - 20} more. All of them: kpitools check --set-aside FILE")
        for note in account.notes:
            say(f"{account.source}: {note}")
    if tables.matching:
        say(str(tables.matching))


def _line(account: Account) -> dict[str, Any]:
    return {
        "source": account.source,
        "files": account.files,
        "read": account.read,
        "used": account.used,
        "excluded": _reasons(account.excluded),
        "set aside": _reasons(account.set_aside),
    }


def _reasons(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    inside = ", ".join(f"{n} {reason.replace('_', ' ')}" for reason, n in counts.items())
    return f"{total} ({inside})" if counts else "0"


def _account(account: Account) -> dict[str, Any]:
    problems = [
        {
            "file": p.file,
            "line": p.line,
            "cell": p.cell or None,
            "column": p.column,
            "value": p.value,
            "reason": p.reason,
            "remedy": p.remedy or None,
        }
        for p in account.problems
    ]
    said = {"notes": list(account.notes), "assumed": list(account.assumed), "problems": problems}
    return account.balance() | said


def _say_set_aside(tables: Tables) -> None:
    """Say of each source how many of its rows no number holds, where there are any."""
    for account in tables.accounts:
        if aside := sum(account.set_aside.values()):
            say(
                f"{account.source}: {aside} of {account.read} rows are set aside and count nowhere, "
                f"{account.foremost()} (all of them: kpitools check)"
            )


def show_measurements(  # noqa: PLR0917 - one argument an option of the command
    folder: Path, kpis: list[str] | None, every: str, by: list[str], period: str | None, team: str | None,
    form: Format, output: Path | None,
) -> None:  # fmt: skip
    """Print the measurements."""
    from kpitools.findings.choice import require_team  # noqa: PLC0415
    from kpitools.measure import COLUMNS, measure, with_own  # noqa: PLC0415
    from kpitools.measure.rows import records  # noqa: PLC0415
    from kpitools.measure.store import Store  # noqa: PLC0415

    project, tables = opened(folder, output)
    store = Store(tables, project)  # the sums that pages are made of: the same number to its last digit
    require_team(team, store, project)
    keys = list(dict.fromkeys(key.strip() for text in by for key in text.split(",")))
    names = [name.strip() for text in kpis for name in text.split(",")] if kpis else None
    found = measure(store, project, kpis=names, every=every, by=keys, period=period, team=team)
    _say_set_aside(tables)
    shown = [name for name in with_own(COLUMNS, project) if name in found.columns]
    parted = bool(found["category"].notna().any())
    columns = [name for name in with_own(_MEASURED, project) if parted or name != "category"]
    write_rows(records(found[shown]), form, output, columns)


def show_findings(  # noqa: PLR0917 - one argument an option of the command
    folder: Path, period: str | None, every: str, team: str | None, form: Format, output: Path | None
) -> None:
    """Print the findings of one period."""
    from kpitools.findings.review import review_tables  # noqa: PLC0415
    from kpitools.findings.team import with_peers  # noqa: PLC0415
    from kpitools.measure.rows import records  # noqa: PLC0415
    from kpitools.measure.store import Store  # noqa: PLC0415

    project, tables = opened(folder, output)
    store = Store(tables, project)
    made = review_tables(store, project, period, team, grain=every)
    _say_set_aside(tables)
    write_rows(records(with_peers(made, store)), form, output, _FOUND, cell(f"{project.about.name}, {made.period}"))
