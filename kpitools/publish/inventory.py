"""What the data of a project hold, taken once and kept until the data change: `reports/.data`.

A plan of what is due needs the days and teams of the data and which published figures they no longer give; where no
file has changed since these were found, nothing is read again.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpitools import __version__
from kpitools.errors import ReportError
from kpitools.periods import Coverage, Period
from kpitools.project import FILE, Project
from kpitools.project.manifests import Published
from kpitools.project.named import files_of
from kpitools.publish.files import fingerprint, write_whole

if TYPE_CHECKING:
    from kpitools.sources import Tables

STATE = ".data"


@dataclass(frozen=True)
class Inventory:
    """The days that the data reach, and for each team (`""`: all) the periods in which it has rows.

    `outdated` names, for a page, the KPIs of which the data now give another figure, behind the fingerprint of the
    figures on the page.
    """

    coverage: Coverage
    rows: Mapping[str, frozenset[str]]
    outdated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def teams(self) -> list[str]:
        """The teams that the data name."""
        return sorted(team for team in self.rows if team)

    def other_now(self, page: Published) -> tuple[str, ...]:
        """Name the KPIs of a published page of which the data now give another figure."""
        mark, *kpis = self.outdated.get(page.page, ("",))
        return tuple(kpis) if mark == _mark(page) else ()


def take(
    project: Project, reports: Path, pages: Sequence[Published], grains: Iterable[str], *, keep: bool = True
) -> Inventory:
    """Return the inventory of a project's data: the one that is kept where nothing has changed, else a new one.

    Raises `UserError` where the data cannot be read. A new one is kept, unless that is not to be (`keep`) or fails.
    """
    wanted = sorted({*grains, *(page.period.grain for page in pages if page.period)})
    kept = _kept(reports)
    files = _files(project, kept.get("files", {}))
    inputs = {"kpitools": __version__, "grains": wanted, "hashes": {name: each[-1] for name, each in files.items()}}
    if files and inputs == kept.get("inputs"):
        return _read(kept["inventory"])
    found = _taken(project, pages, wanted)
    if keep:
        with suppress(ReportError):
            text = json.dumps({"files": files, "inputs": inputs, "inventory": _written(found)})
            write_whole(reports / STATE, f"{_digest(text)}\n{text}")
    return found


def _kept(reports: Path) -> dict[str, Any]:
    """Return what was kept: a digest and then JSON, so that what is damaged is told from it; else nothing."""
    try:
        mark, _, text = (reports / STATE).read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return {}
    return dict(json.loads(text)) if mark == _digest(text) else {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _files(project: Project, before: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Describe each file that is read: size, time, SHA-256; one whose size and time are as before is not read for it.

    Nothing where rows come from elsewhere: what a query would give is not known before it is asked.
    """
    if not all(source.files for source in project.sources):
        return {}
    found: dict[str, list[Any]] = {}
    for path in (project.folder / FILE, *(path for source in project.sources for path in files_of(project, source))):
        name, stat = os.path.relpath(path, project.folder), path.stat()
        *known, mark = before.get(name, [""])
        seen = [stat.st_size, stat.st_mtime_ns]
        found[name] = [*seen, mark if known == seen else fingerprint(path)]
    return found


def _taken(project: Project, pages: Sequence[Published], grains: Sequence[str]) -> Inventory:
    from kpitools.measure import require_coverage  # noqa: PLC0415 - only where something has changed
    from kpitools.sources import read  # noqa: PLC0415 - only where something has changed

    tables = read(project)
    coverage = require_coverage(tables)
    rows: dict[str, set[str]] = {"": set()}
    for team, first, last in _days(tables):
        within = _periods(first, last, grains, project.calendar.fiscal_year_starts)
        rows[""] |= within
        rows.setdefault(team or "", set()).update(within)
    outdated = dict(_outdated(project, tables, pages))
    return Inventory(coverage, {team: frozenset(periods) for team, periods in rows.items()}, outdated)


def _days(tables: "Tables") -> Iterator[tuple[str | None, date, date]]:
    """Give the different teams and days (of a figure its first and last day) of all tables."""
    for name in tables:
        columns = tables[name].columns
        if "date" in columns and name != "customers":
            team = "team" if "team" in columns else "null"
            last = "end_date" if "end_date" in columns else "date"
            yield from tables[name].select(f"{team}, date, {last}").distinct().fetchall()


def _periods(first: date, last: date, grains: Sequence[str], fiscal_start: int | None) -> set[str]:
    """Name the periods that hold all days from the first to the last."""
    found = (Period.containing(first, grain, fiscal_start) for grain in grains)
    return {str(period) for period in found if last <= period.end}


def _outdated(project: Project, tables: "Tables", pages: Sequence[Published]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the pages that the data now contradict, each with its mark and the KPIs concerned."""
    from kpitools.findings.last import defined, differ  # noqa: PLC0415 - only where something has changed

    for grain in sorted({page.period.grain for page in pages if page.period and page.figures}):
        mine = [page for page in pages if page.period and page.period.grain == grain and page.figures]
        now = _measured(project, tables, mine, grain)
        for page in mine:
            others = dict.fromkeys(
                figure["kpi"]
                for figure in page.figures
                if page.definitions.get(figure["kpi"]) == defined(project.kpi(figure["kpi"]))
                and differ(figure["value"], now.get((page.team, str(page.period), *_which(figure))))
            )
            if others:
                yield page.page, (_mark(page), *others)


def _measured(
    project: Project, tables: "Tables", pages: Sequence[Published], grain: str
) -> dict[tuple[str, str, str, str, str], Any]:
    """Return the figures as the data give them now, by team, period, KPI, statistic and category."""
    from kpitools.measure import measure  # noqa: PLC0415 - only where something has changed
    from kpitools.measure.rows import records  # noqa: PLC0415

    kpis = list(dict.fromkeys(figure["kpi"] for page in pages for figure in page.figures))
    asked = partial(measure, tables, project, kpis=kpis, every=grain, today=project.today())
    parts = [asked().assign(team="")] + ([asked(by=("team",))] if any(page.team for page in pages) else [])
    rows = (row for part in parts for row in records(part))
    return {(row["team"], row["period"], *_which(row)): row["value"] for row in rows}


def _which(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    """Say which of a page's figures it is: KPI, statistic, and category where it is one of a mix."""
    return figure["kpi"], figure["statistic"], figure.get("category") or ""


def _mark(page: Published) -> str:
    return _digest(repr(page.figures))[:16]


def _written(found: Inventory) -> dict[str, Any]:
    reach = found.coverage
    days = [reach.first.isoformat(), reach.last.isoformat(), reach.gap, sorted(reach.closed)]
    rows = {team: sorted(periods) for team, periods in found.rows.items()}
    return {"coverage": days, "rows": rows, "outdated": found.outdated}


def _read(kept: Mapping[str, Any]) -> Inventory:
    first, last, gap, closed = kept["coverage"]
    reach = Coverage(date.fromisoformat(first), date.fromisoformat(last), gap, frozenset(closed))
    rows = {team: frozenset(periods) for team, periods in kept["rows"].items()}
    return Inventory(reach, rows, {page: tuple(said) for page, said in kept["outdated"].items()})
