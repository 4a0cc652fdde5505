"""The commands and their help."""

from pathlib import Path
from typing import Annotated

import typer

from kpitools.cli.output import Format, ListFormat
from kpitools.errors import UserError

app = typer.Typer(
    name="kpitools",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _named(team: str | None) -> str | None:
    if team is not None and not team.strip():
        raise UserError("--team is empty. Name the team, or leave it out for all teams together.")
    return team


ProjectOption = Annotated[Path, typer.Option("--project", help="Folder that holds kpitools.toml.")]
KpiOption = Annotated[
    list[str] | None, typer.Option("--kpi", help="A KPI, or kpi:definition; may be given several times. Default: all.")
]
EveryOption = Annotated[str, typer.Option("--every", help="day, week, month, quarter, year or fiscal_year.")]
ByOption = Annotated[list[str] | None, typer.Option("--by", help="A segment: team, channel, request_type or your own.")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="2026-10-05, 2026-W41, 2026-10, 2026-Q4 or 2026.")]
TeamOption = Annotated[str | None, typer.Option("--team", callback=_named, help="One team. Default: all together.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the rows.")]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file. Default: standard output.")]


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        from kpitools import __version__  # noqa: PLC0415

        typer.echo(f"kpitools {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Customer-service KPIs from your exports: measured, compared with the industry, reported."""


@app.command()
def init(
    files: Annotated[list[Path], typer.Argument(help="Your exports (CSV, Excel, Parquet, JSON), or their folder.")],
    project: ProjectOption = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace a kpitools.toml that is there already.")] = False,
) -> None:
    """Recognise exports and write kpitools.toml. What was understood, assumed and is missing is said."""
    from kpitools.cli.starting import start  # noqa: PLC0415

    start(files, project, force=force)


@app.command()
def check(
    project: ProjectOption = Path(),
    set_aside: Annotated[
        Path | None, typer.Option("--set-aside", help="Write the rows that could not be used to this file, raw.")
    ] = None,
    form: Annotated[ListFormat, typer.Option("--format", help="How to write the accounts.")] = ListFormat.table,
) -> None:
    """Read everything and account for every row. Read = used + excluded + set aside."""
    from kpitools.cli.measuring import show_accounts  # noqa: PLC0415

    show_accounts(project, set_aside, form)


@app.command()
def measure(
    project: ProjectOption = Path(),
    kpi: KpiOption = None,
    every: EveryOption = "month",
    by: ByOption = None,
    period: PeriodOption = None,
    team: TeamOption = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Print the numbers that reports show. Value, interval and n, for each KPI, period and segment."""
    from kpitools.cli.measuring import show_measurements  # noqa: PLC0415

    show_measurements(project, kpi, every, by or [], period, team, form, output)


@app.command()
def compare(
    project: ProjectOption = Path(),
    period: PeriodOption = None,
    every: EveryOption = "month",
    team: TeamOption = None,
    form: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Print the findings that reports show. Each KPI is held against the past, the industry, targets, other teams."""
    from kpitools.cli.measuring import show_findings  # noqa: PLC0415

    show_findings(project, period, every, team, form, output)


@app.command()
def report(
    project: ProjectOption = Path(),
    notebook: Annotated[
        str, typer.Option("--notebook", help="A notebook: see kpitools list notebooks.")
    ] = "periodic_report",
    every: EveryOption = "month",
    period: PeriodOption = None,
    team: TeamOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="fr or en. Default: the project's languages.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder of the reports. Default: reports/ of the project.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", help="name=value for a notebook of your own.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many pages are made at a time.")] = 1,
    show_code: Annotated[bool, typer.Option("--show-code", help="With each cell's code, folded.")] = False,
) -> None:
    """Render a report. Without --period, of the last closed one that the data reach to its end."""
    from kpitools.cli.reporting import write_reports  # noqa: PLC0415

    asked = (project, notebook, every, period, team, language, output, parameter or [], jobs)
    raise typer.Exit(write_reports(*asked, show_code=show_code))


@app.command()
def due(
    project: ProjectOption = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how every report stands, and make none.")] = False,
    today: Annotated[str | None, typer.Option("--today", help="As if it were this day: 2026-11-02.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many pages are made at a time.")] = 1,
    reissue: Annotated[
        bool, typer.Option("--reissue", help="Make outdated pages anew, too; the earlier ones are kept.")
    ] = False,
    form: Annotated[ListFormat, typer.Option("--format", help="How to write the list.")] = ListFormat.table,
) -> None:
    """Make every report that is due, and the index. Due is what has closed and settled and is not published yet."""
    from kpitools.cli.due import publish_due  # noqa: PLC0415

    raise typer.Exit(publish_due(project, today, jobs, form, dry_run=dry_run, reissue=reissue))


@app.command(name="list")
def list_(
    what: Annotated[str, typer.Argument(help="kpis, benchmarks, systems or notebooks.")],
    project: ProjectOption = Path(),
    form: Annotated[ListFormat, typer.Option("--format", help="How to write the list.")] = ListFormat.table,
) -> None:
    """List the KPIs, benchmarks, systems or notebooks that there are."""
    from kpitools.cli.listing import show_list  # noqa: PLC0415

    show_list(what, project, form)


@app.command()
def entry(
    kpis: Annotated[list[str], typer.Argument(metavar="KPI...", help="The KPIs of which staff write the figures.")],
    year: Annotated[int, typer.Option("--year", help="Its weeks (of the ISO year) or months are the lines.")],
    project: ProjectOption = Path(),
    team: TeamOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="fr or en. Default: the project's first language.")
    ] = None,
    every: Annotated[str, typer.Option("--every", help="A line a week or a month.")] = "week",
    output: Annotated[
        Path | None, typer.Option("--output", help="The workbook, .xlsx. Default: entry-YEAR in the project's folder.")
    ] = None,
) -> None:
    """Write an Excel workbook that staff fill in by hand. kpitools init reads it back."""
    from kpitools.cli.entering import write_entry  # noqa: PLC0415

    write_entry(project, kpis, output, year=year, every=every, team=team, language=language)


@app.command()
def example(
    folder: Annotated[Path, typer.Argument(help="A new folder, or one that an earlier example was written to.")],
    contacts: Annotated[int, typer.Option("--contacts", help="Contacts a month.")] = 6000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same files.")] = 20261122,
) -> None:
    """Write a simulated project with planted effects. Its truth.json says which."""
    from kpitools.cli.starting import write_example_project  # noqa: PLC0415

    write_example_project(folder, contacts, seed)


@app.command()
def purge(
    project: ProjectOption = Path(),
    before: Annotated[
        str | None, typer.Option("--before", help="The first day to keep, as 2023-11-01. Default: by keep_months.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without being asked.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be deleted, and delete nothing.")] = False,
    form: Annotated[ListFormat, typer.Option("--format", help="How to write the list.")] = ListFormat.table,
) -> None:
    """Delete what is from before a day, after showing it. Exports, rows set aside or saved, and executed notebooks."""
    from kpitools.cli.purging import purge_old  # noqa: PLC0415

    raise typer.Exit(purge_old(project, before, form, yes=yes, dry_run=dry_run))


@app.command()
def lab(project: ProjectOption = Path()) -> None:
    """Open the analyst's notebooks in JupyterLab."""
    from kpitools.cli.exploring import open_lab  # noqa: PLC0415

    raise typer.Exit(open_lab(project))


@app.command()
def new(
    what: Annotated[str, typer.Argument(help="What to start: notebook.")],
    name: Annotated[str, typer.Argument(help="Its name, such as board_report.")],
    project: ProjectOption = Path(),
    template: Annotated[
        str, typer.Option("--from", help="The notebook to start from: see kpitools list notebooks.")
    ] = "periodic_report",
) -> None:
    """Start a report notebook of your own from another. It is listed, run and published like the others."""
    from kpitools.cli.exploring import start_notebook  # noqa: PLC0415

    start_notebook(what, name, project, template)
