"""Figures on trial: of which KPIs there are any, and the first of them as written and as read."""

from dataclasses import replace

from kpitools.project import Project, Source
from kpitools.sources.accounts import masked
from kpitools.sources.figure_cells import FIGURE, PARTS, figures_in
from kpitools.sources.raw import RawTable
from kpitools.sources.recognise.model import Sample
from kpitools.sources.tables import Tables


def figured_kpis(tables: Tables | None) -> tuple[str, ...]:
    """Name the KPIs of which there are figures."""
    if tables is None or "figures" not in tables:
        return ()
    return tuple(name for (name,) in tables["figures"].select("kpi").distinct().order("kpi").fetchall())


def first_figures(raw: RawTable, project: Project, source: Source, rows: int) -> Sample:
    """Return the first rows of a file of figures, and the first figures that are read of them."""
    private = set(source.columns.get("entered_by", ()))
    parts = [figure.model_dump(include=set(PARTS), exclude_none=True).values() for figure in source.figures.values()]
    headers = dict.fromkeys(h for names in (*source.columns.values(), *parts) for h in names)
    columns = [raw.column(header).slice(0, rows).to_pylist() for header in headers]
    written = [
        tuple(masked("" if cell is None else str(cell), private=header in private) for cell in cells)
        for header, cells in zip(headers, columns, strict=True)
    ]
    today = project.today()
    _, found = figures_in(_head(raw, rows), source, project.about.timezone, today)
    read = found[found["_fate"].isna()].sort_values(["_row", "kpi"]).head(rows)[list(FIGURE)]
    for name in ("date", "end_date"):
        read[name] = read[name].astype("datetime64[s]").dt.strftime("%Y-%m-%d")
    texts = read.astype(object).where(read.notna(), "").itertuples(index=False, name=None)
    return Sample(
        tuple(headers), tuple(zip(*written, strict=True)), FIGURE, tuple(tuple(map(str, row)) for row in texts)
    )


def _head(raw: RawTable, rows: int) -> RawTable:
    if raw.table is None or raw.lines is None:
        return raw
    table = raw.table.slice(0, rows)
    return replace(raw, table=table, lines=raw.lines.slice(0, rows), rows_read=table.num_rows, set_aside=())
