"""A trial of the proposed project file: it is loaded and read, and what comes of it is reported."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from kpitools import schema
from kpitools.catalogue import measurable
from kpitools.kpi import Kpi
from kpitools.project import Project, Source, from_mapping
from kpitools.project.named import files_of
from kpitools.row import with_predicates
from kpitools.sources.accounts import Account, masked
from kpitools.sources.files import first_table
from kpitools.sources.made import asked, with_made
from kpitools.sources.reader import read
from kpitools.sources.recognise.figured import figured_kpis, first_figures
from kpitools.sources.recognise.model import Proposal, Question, Recognised, Sample
from kpitools.sources.recognise.words import says, words
from kpitools.sources.recognise.write import can_be_read
from kpitools.sources.systems import resolved
from kpitools.sources.tables import Tables
from kpitools.sources.typed import typed_rows

MOST_SET_ASIDE = 0.2
"""A mapping that sets aside more of the rows is not proposed without a word."""
KEEP, LEAVE_OUT = "keep", "leave out"
ROWS_SHOWN, ROWS_JUDGED = 10, 1000


def trial(
    proposals: Sequence[Proposal], toml: str, folder: Path, unknown: dict[str, str], answers: Mapping[str, str]
) -> Recognised:
    """Read the files through the project file, and say which rows and KPIs that gives."""
    project = from_mapping(tomllib.loads(toml), folder)
    ready = _without_open_dates(project, proposals)
    tables = read(ready) if ready.sources else None
    accounts = tables.accounts if tables else ()
    questions = [question for one in proposals for question in one.questions]
    questions += [question for account in accounts if (question := _too_many_set_aside(account))]
    figured = figured_kpis(tables)
    unfigured = [project.kpi(kpi.name) for kpi in measurable() if kpi.name not in figured]
    missing = {kpi.name: why for kpi in unfigured if (why := _lacking(kpi, tables))}
    return Recognised(
        toml=toml,
        sources=tuple(proposals),
        questions=tuple(one for one in dict.fromkeys(questions) if answers.get(one.key) not in (KEEP, LEAVE_OUT)),
        accounts=accounts,
        kpis=tuple(dict.fromkeys((*(kpi.name for kpi in measurable() if kpi.name not in missing), *figured))),
        missing=missing,
        sample=tuple(_sample(ready, source.without("verbatim")) for source in resolved(ready).sources),
        not_recognised=unknown,
    )


def _without_open_dates(project: Project, proposals: Sequence[Proposal]) -> Project:
    """Leave out the sources whose dates nobody can read yet."""
    readable = [one for one in proposals if can_be_read(one)]
    kept = [
        source
        for source, one in zip(project.sources, readable, strict=True)
        if not any("[source.formats]" in question.line for question in one.questions)
    ]
    return project.model_copy(update={"sources": tuple(kept)})


def _too_many_set_aside(account: Account) -> Question | None:
    """Ask whether a file was understood at all, where many of its rows cannot be used."""
    aside = sum(account.set_aside.values())
    if aside <= max(1, MOST_SET_ASIDE * account.read):  # one may be a total at the foot
        return None
    text = f"{account.source}: {aside} of {account.read} rows would be set aside, {account.foremost()}"
    return Question(
        f"{account.source}:set aside", text, "# mend [source.columns] or [source.values] of this source", (KEEP,)
    )


def _lacking(kpi: Kpi, tables: Tables | None) -> str:
    """Return what a KPI lacks: a canonical column, or rows of its kind; empty where it can be measured."""
    if tables is None or kpi.table not in tables:
        if kpi.table == "requests" and tables and "contacts" in tables:
            has = set(tables["contacts"].columns)
            needed = ("outcome", "direction") if has & {"customer_id", "request_id"} else ("customer_id",)
            return f"contacts.{next((name for name in needed if name not in has), 'customer_id')}"
        return f"{kpi.table}.{schema.TABLES[kpi.table].anchor}"
    relation = tables[kpi.table]
    expressions, used = kpi.expressions()
    lacking = sorted(used - set(relation.columns))
    if lacking:
        return f"{kpi.table}.{lacking[0]}"
    counted: Any = getattr(expressions, "of", getattr(expressions, "where", None))
    if counted is None:  # spells: each of them counts
        return ""
    conditions = [made.alias(name) for name, made in kpi.conditions().items()]
    frame = nw.from_native(relation)
    rows = with_predicates(frame.with_columns(*conditions) if conditions else frame, kpi.table).filter(counted)
    if rows.select(nw.len()).collect().item() == 0:
        return f"{kpi.table}: no such rows"
    return ""


def _sample(project: Project, source: Source) -> Sample:
    """Return the first rows of a source, as written and as read."""
    raw = first_table(files_of(project, source)[0], source.sheet)
    headers = tuple(dict.fromkeys((*(header for names in source.columns.values() for header in names), *asked(source))))
    table = schema.TABLES[source.table]
    if source.table == "figures":
        return first_figures(raw, project, source, ROWS_SHOWN)
    private = {h for name, names in source.columns.items() if table.column(name).kind == "pseudonym" for h in names}
    private |= {header for header in headers if says(header, words()["fillers"]["personal"])}
    first = pa.table({header: raw.column(header).slice(0, ROWS_JUDGED) for header in headers})
    written = [_texts(first[header], private=header in private) for header in headers]
    few = replace(raw, table=first, lines=None, rows_read=first.num_rows, set_aside=())
    zone = project.about.timezone
    rows = typed_rows(with_made(few, source, zone), source, zone)
    names = (*source.columns, *source.rules, *source.spans, *source.constants)
    hidden = {name for name in names if set(source.columns.get(name, ())) & private}
    as_read = [_texts(rows[name], private=name in hidden) for name in names]
    return Sample(headers, _rows(written), names, _rows(as_read))


def _texts(column: Any, *, private: bool) -> list[str]:  # noqa: ANN401 - an Arrow column
    cells = column.slice(0, ROWS_SHOWN).to_pylist()
    return ["" if cell is None else masked(str(cell), private=private) for cell in cells]


def _rows(columns: Sequence[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(zip(*columns, strict=True))
