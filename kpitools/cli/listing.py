"""`list`."""

from pathlib import Path
from typing import Any

from kpitools import project as projects
from kpitools.cli.output import Format, ListFormat, table, write_rows
from kpitools.errors import require_known

_KPI = ("kpi", "label", "definition", "others", "table", "unit", "better", "statistics", "measured", "meaning")
_SAID = ("numerator", "denominator", "exclusions", "avoid", "source", "why")
_BENCHMARK = ("id", "kpi", "statistic", "kind", "low", "high", "value", "share_of_panel", "unit", "channel", "year",
              "comparable", "source")  # fmt: skip


def show_list(what: str, folder: Path, form: ListFormat) -> None:
    """Print one of the lists."""
    made = {"kpis": _kpis, "benchmarks": _benchmarks, "systems": _systems, "notebooks": _notebooks}
    rows, columns = made[require_known(what, made, "list")](folder)
    if form is ListFormat.json:
        write_rows(rows, Format.json, None, ())
    else:
        table(rows, columns)


def _kpis(_: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from kpitools.catalogue import KPIS  # noqa: PLC0415

    rows = [
        {
            "kpi": kpi.name, "label": kpi.label, "definition": kpi.definition_id,
            "others": ", ".join(list(kpi.variants)[1:]) or None, "table": kpi.table, "unit": kpi.unit,
            "better": kpi.better, "statistics": ", ".join(kpi.statistics), "meaning": kpi.text,
            "measured": kpi.table == "figures" or not kpi.declared_only,
            "definitions": [_definition(each) for each in kpi.variants.values() or [kpi]],
        }
        for kpi in KPIS.values()
    ]  # fmt: skip
    return rows, _KPI


def _definition(kpi: Any) -> dict[str, Any]:  # noqa: ANN401 - a Kpi, whose module is not loaded for `--help`
    """Say all of one definition; `--kpi NAME:ID` and `variant` in the project file choose it by its id."""
    about = {"id": kpi.definition, "parameters": kpi.parameters, "unit": kpi.unit, "better": kpi.better}
    return about | {"meaning": kpi.text} | {name: getattr(kpi, name) for name in _SAID}


def _benchmarks(folder: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from kpitools.benchmarks import load  # noqa: PLC0415

    rows = [
        {name: getattr(figure, name, None) for name in _BENCHMARK}
        | {"source": figure.source.title, "year": figure.year or figure.source.year}
        for figure in load(extra=folder / "benchmarks")
    ]
    return rows, _BENCHMARK


def _systems(folder: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """List the systems, those of the project's folder included, with what was checked on a real export."""
    from kpitools.sources.systems import systems  # noqa: PLC0415

    root = folder if not (folder / projects.FILE).is_file() else projects.load(folder).folder
    rows: list[dict[str, Any]] = [
        {
            "system": name, "title": system.title, "export": export.name, "table": export.table,
            "checked": export.checked or "follows documentation only",
            "unchecked": list(export.unchecked), "signature": export.signature, "follows": system.follows,
        }
        for name, system in systems(root).items()
        for export in system.export
    ]  # fmt: skip
    said = {"system": "table", "title": "any table", "checked": "its columns are named under [source.columns]"}
    any_table = dict.fromkeys(rows[0]) | said
    return [any_table, *rows], ("system", "title", "export", "table", "checked")


def _notebooks(folder: Path) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from kpitools.publish.notebooks import list_notebooks  # noqa: PLC0415
    from kpitools.publish.parameters import parameters  # noqa: PLC0415

    root = folder if not (folder / projects.FILE).is_file() else projects.load(folder).folder
    rows = [
        {"notebook": name, "parameters": ", ".join(parameter.name for parameter in parameters(path))}
        for name, path in list_notebooks(root).items()
    ]
    return rows, ("notebook", "parameters")
