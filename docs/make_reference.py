"""Write the reference pages that follow from the code: `make docs`.

`kpis.md` comes from the catalogue, `tables.md` from the canonical tables, `commands.md` from the command line,
`systems.md` from the mapping files.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typer.main

from kpitools import schema
from kpitools.catalogue import KPIS
from kpitools.cli.commands import app
from kpitools.kpi import Kpi
from kpitools.present.languages import words
from kpitools.project.systems import Export, System
from kpitools.sources.systems import known_systems

FOLDER = Path(__file__).parent
MADE = "<!-- Made from the code by `make docs`: change the code, not this page. -->"
UNITS = {"share": "share (0 to 1)", "points": "points (-100 to 100)", "score": "score, on its own scale"}
DIRECTIONS = {
    "higher": "higher is better",
    "lower": "lower is better",
    "context": "depends on the context",
    "none": "neither",
}

MAPPING = """title = "Our telephone"
follows = "its maker's manual, version 7"

[[export]]                            # one a kind of file
name = "calls"
table = "contacts"
signature = ["Call no", ["Begin", "Début"]]   # headers that show it; a list: any one of its spellings
zone = "Europe/Paris"
checked = "our own export of March 2026"

[export.columns]                      # as [source.columns]; a list: the first that the file has
contact_id = "Call no"
started_at = ["Begin", "Début", ["Day", "Hour"]]   # within it, a list of two: a date and a time
team = "Group"

[export.constants]                    # hold where the file has no such column
channel = "phone"
direction = "inbound"

[export.rules]                        # the first rule that fits decides; also values, units, formats, spans
outcome = [
  { is = "answered", when = { State = ["ok", "taken*"] } },
  { is = "out_of_hours", when = { State = "lost", Reason = "closed" } },
  { is = "abandoned", when = { State = "lost" } },
]
"""


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    return {"kpis.md": kpis(), "tables.md": tables(), "commands.md": commands(), "systems.md": systems()}


def kpis() -> str:
    """Return the page of KPIs: all of them at a glance, then each in each of its definitions."""
    heads = ("KPI", "English", "French", "definition in use", "definitions", "table", "unit", "direction", "statistics")
    return _page(
        "KPIs",
        "Each KPI has one name, which is its key everywhere. Where practice differs, each way of counting is a\n"
        "definition with its own id; the first is the default. The id in use is printed beside every value, with the\n"
        "numbers that it was computed with. Shares are fractions, durations seconds. A denominator of zero gives no\n"
        "value, never 0. [Why this matters](definitions.md): the same calls are 70 % or 78 %.",
        "A project chooses under `[definitions]`, and a call for once:",
        '```toml\n[definitions]\nservice_level = { variant = "without_short_abandons", seconds = 30 }\n```',
        "```sh\nkpitools measure --kpi service_level --kpi service_level:of_answered\n```",
        "Documents 000 to 004, among the sources, are the French texts that the project began with.",
        "A published figure that names no definition is held against the default; where a project uses another, it\n"
        "compares in part at most, and the page says so.",
        _rows(heads, (_kpi(kpi) for kpi in KPIS.values())),
        *(part for kpi in KPIS.values() for part in _section(kpi)),
    )


def _kpi(kpi: Kpi) -> tuple[str, ...]:
    terms = (f"`{kpi.name}`", kpi.label, words("fr").text(kpi.label))
    in_use = (f"`{kpi.definition_id}`", str(max(1, len(kpi.variants))))
    return (*terms, *in_use, kpi.table, UNITS.get(kpi.unit, kpi.unit), DIRECTIONS[kpi.better],
            ", ".join(kpi.statistics))  # fmt: skip


def _section(kpi: Kpi) -> Iterable[str]:
    """Describe a KPI: each definition with what it counts, of what, what it leaves out and when to avoid it."""
    yield f"## {kpi.name}"
    yield f"{kpi.label} ({words('fr').text(kpi.label)}). {_made(kpi)}"
    for each in kpi.variants.values() or [kpi]:
        yield f"### `{each.definition_id}`"
        yield each.text
        yield "\n".join(f"- {head}: {said}" for head, said in _said(each, kpi))


def _made(kpi: Kpi) -> str:
    if kpi.declared_only:
        return "It comes as [figures](tables.md) that somebody else made; kpitools counts nothing."
    number = f"{len(kpi.variants)} definitions" if len(kpi.variants) > 1 else "One definition"
    return f"{number}, over the table `{kpi.table}`. The default is `{kpi.definition}`: {kpi.why}."


def _said(kpi: Kpi, default: Kpi) -> Iterable[tuple[str, str]]:
    """Give the parts of a definition with their heads; unit and direction only where they are not the default's."""
    yield "of", kpi.denominator or "nothing: it is a count"
    yield "counted", kpi.numerator
    yield "left out", kpi.exclusions
    yield "do not use it", f"where {kpi.avoid}" if not kpi.avoid.startswith("as ") else kpi.avoid
    if kpi.unit != default.unit:
        yield "unit", UNITS.get(kpi.unit, kpi.unit)
    if kpi.better != default.better:
        yield "direction", DIRECTIONS[kpi.better]
    if kpi.dated != default.dated:
        yield "period", f"by `{kpi.dated}`"
    yield "source", kpi.source


def tables() -> str:
    """Return the page of canonical tables: what `[source.columns]` and `[source.values]` may name."""
    parts = [part for table in schema.TABLES.values() for part in _table(table)]
    return _page(
        "Canonical tables",
        "Every export becomes rows of one of these tables. The names on the left are what `[source.columns]` of\n"
        "`kpitools.toml` maps your headers to. Instants are stored in UTC with the local date beside them, durations\n"
        "in seconds; ids of customers and advisers become pseudonyms; an empty cell is unknown, never zero. A column\n"
        "of your own becomes a segment under [`[source.segments]`](project-file.md#own-segments).",
        *parts,
    )


def _table(table: schema.Table) -> Iterable[str]:
    yield f"## `{table.name}`: a row is a {table.row}"
    stands_in = table.column(table.anchor).unless
    without = f" A list without it, where `{stands_in}` is there, is of no period." if stands_in else ""
    yield f"`{table.anchor}` decides which period a row belongs to.{without}"
    yield _rows(("column", "kind", "meaning"), (_column(column) for column in table.columns))
    for column in table.columns:
        if column.values:
            yield f"Values of `{column.name}`: " + ", ".join(f"`{value}`" for value in column.values) + "."
    yield "Added where it follows: " + ", ".join(f"`{name}`" for name in schema.DERIVED[table.name]) + "."


def _column(column: schema.Column) -> tuple[str, ...]:
    unless = f", unless `{column.unless}` is there" if column.unless else ""
    return f"`{column.name}`", column.kind, column.help + (f"; **required**{unless}" if column.required else "")


def systems() -> str:
    """Return the page of known systems: what each file is known by, what it gives, what was checked."""
    parts = [part for name, system in known_systems().items() for part in _system(name, system)]
    return _page(
        "Known systems",
        '`system = "NAME"` under `[[source]]` says all that the project file would otherwise say of an export. Which\n'
        "of a system's files each one is, its headers tell. What you add beneath (columns, values, constants, zone,\n"
        "segments) counts before the mapping. `kpitools init` proposes the system of a file that it knows.",
        '```toml\n[[source]]\nfiles = "calls/*.csv"\nsystem = "aircall"\n```',
        "**Checked** is what was held against a file that the system itself wrote. All else follows documents, and\n"
        "what they leave unclear is listed: compare the first figures with the system's own screen.",
        "A system that is not here, or one whose export has changed: put a mapping file into the folder `systems`\n"
        "beside `kpitools.toml`, as `systems/mytelephone.toml`, in the form of\n"
        "[those that kpitools has](../kpitools/sources/systems). One of the same name takes the place of ours.",
        f"```toml\n{MAPPING}```",
        *parts,
    )


def _system(name: str, system: System) -> Iterable[str]:
    yield f"## `{name}`: {system.title}"
    yield f"Follows {system.follows}."
    for export in system.export:
        yield from _export(export)


def _export(export: Export) -> Iterable[str]:
    yield f"### {export.name} → `{export.table}`"
    yield f"Known by {', '.join(' or '.join(f'`{one}`' for one in each) for each in export.signature)}."
    read = [*export.columns, *export.rules, *export.spans, *(f"{name} (figures)" for name in export.figures)]
    yield f"Gives {', '.join(f'`{column}`' for column in dict.fromkeys([*read, *export.constants]))}."
    yield f"Checked: {export.checked or 'nothing yet; it follows documentation only'}."
    if export.unchecked:
        yield "\n".join(f"- {said}" for said in export.unchecked)


def commands() -> str:
    """Return the page of commands, each with its arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = [part for name, command in group.commands.items() for part in _command(name, command)]
    return _page(
        "Commands",
        "`kpitools COMMAND --help` prints the same. Data goes to standard output, messages and progress to standard\n"
        "error. Exit codes: 0 done, 1 some reports failed, 2 something that you can mend, said in one line,\n"
        "75 another run is at work in the same folder.",
        *parts,
    )


def _command(name: str, command: Any) -> Iterable[str]:  # noqa: ANN401 - typer does not publish its types
    arguments = [argument for argument in command.params if not argument.opts[0].startswith("-")]
    yield f"## `kpitools {' '.join([name, *(_metavar(argument) for argument in arguments)])}`"
    yield str(command.help)
    yield _rows(("option", "meaning", "default"), (_parameter(parameter) for parameter in command.params))


def _metavar(argument: Any) -> str:  # noqa: ANN401 - typer does not publish its types
    return str(argument.name).upper() + ("..." if argument.nargs == -1 else "")


def _parameter(parameter: Any) -> tuple[str, ...]:  # noqa: ANN401 - typer does not publish its types
    names = parameter.opts if parameter.opts[0].startswith("-") else [_metavar(parameter)]
    default = "" if parameter.default in {None, False} else f"`{parameter.default}`"
    return " or ".join(f"`{name}`" for name in names), str(parameter.help), default


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
