"""The cells of a file of figures: a row a figure with its KPI in a column, or a column a KPI."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kpitools.catalogue import KPIS
from kpitools.errors import SourceError, require_known, suggest
from kpitools.kpi import Kpi
from kpitools.project import Source
from kpitools.project.figures import takes_figures
from kpitools.sources.cells import decide_decimal, decide_duration_unit, parse_column
from kpitools.sources.entered import faults_of_entry, is_entered
from kpitools.sources.figure_days import placed_rows
from kpitools.sources.raw import RawTable

PARTS = ("value", "numerator", "denominator")
FIGURE = ("kpi", "date", "end_date", *PARTS)
"""What a figure is, besides its segments: the local days that it covers, and its numbers in the KPI's unit."""


@dataclass(frozen=True, eq=False)
class _Entry:
    """One KPI of a file: the rows that have it, the header of each of its parts, the unit of bare numbers."""

    kpi: Kpi
    rows: pd.DataFrame
    headers: Mapping[str, str]
    unit: str | None

    def hint(self, part: str, texts: pa.ChunkedArray, decimal: str | None) -> tuple[str, str]:
        """Say how the cells of a part are read: their kind, and what the column was found to be."""
        kind, evidence = "number", [decide_decimal(texts) or decimal]
        if part == "value" and self.kpi.statistic == "share":
            kind, evidence = "share", [*evidence, self.unit]
        elif part != "denominator" and self.kpi.unit == "seconds":
            unit = (self.unit or "seconds").replace("days", "excel day fraction")
            kind, evidence = "duration", [*evidence, decide_duration_unit(texts) or unit]
        return kind, ", ".join(said for said in evidence if said)


def figures_in(raw: RawTable, source: Source, zone: str, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a file with their places and fates, and its figures, each with the number of its row.

    A fate is the reason why a row or figure cannot be used; it is null so far for the others.
    """
    for name, figure in source.figures.items():
        for header in figure.model_dump(include=set(PARTS), exclude_none=True).values():
            require_known(header, raw.columns, f"column (for {name}) in {raw.path.name}:", SourceError)
    rows = placed_rows(raw, source, zone, today)
    if not source.figures:
        _name_kpis(rows)
    found = [_figures(raw, entry, zone) for entry in _entries(source, rows)]
    nothing = rows[:0].assign(**dict.fromkeys([*PARTS, "kpi"]))
    return rows, pd.concat([nothing, *found], ignore_index=True) if found else nothing


def _name_kpis(rows: pd.DataFrame) -> None:
    """Say of each row whose KPI is none what is wrong with it."""
    for name in rows["kpi"].dropna().unique():
        if name not in KPIS or not takes_figures(KPIS[name]):
            hint = suggest(name, KPIS) if name not in KPIS else "It has a share for each category."
            wrong = (rows["kpi"] == name) & rows["_fate"].isna()
            said = "is no known KPI" if name not in KPIS else "is a KPI that no figure gives"
            rows.loc[wrong, ["_cell", "_fate"]] = [name, f"{said}. {hint}"]
    rows.loc[rows["kpi"].isna() & rows["_fate"].isna(), "_fate"] = "no kpi"


def _entries(source: Source, rows: pd.DataFrame) -> Iterator[_Entry]:
    for name, figure in source.figures.items():
        headers = figure.model_dump(include=set(PARTS), exclude_none=True)
        yield _Entry(KPIS[name], rows, headers, figure.unit)
    if not source.figures:
        headers = {part: source.columns[part][0] for part in PARTS if part in source.columns}
        for name in rows.loc[rows["_fate"].isna(), "kpi"].unique():
            yield _Entry(KPIS[name], rows[rows["kpi"] == name], headers, None)


def _figures(raw: RawTable, entry: _Entry, zone: str) -> pd.DataFrame:
    """Read the figures of one KPI; a row without any gives none."""
    made = entry.rows.assign(kpi=entry.kpi.name, **dict.fromkeys(PARTS, np.nan))
    faults: list[tuple[str, np.ndarray[Any, Any]]] = []
    texts = {part: raw.column(header).take(pa.array(made["_row"])) for part, header in entry.headers.items()}
    for part, cells in texts.items():
        kind, hint = entry.hint(part, cells, raw.dialect.decimal if raw.dialect else None)
        values, reasons = parse_column(cells, kind, hint or None, zone)
        made[part] = values.to_numpy(zero_copy_only=False).astype(float)
        faults.append((part, np.array(reasons.to_pylist(), dtype=object)))
    wrongs = list(_impossible(made, entry.kpi))
    wrongs += faults_of_entry(made, entry.kpi, texts) if is_entered(raw.columns) else []
    faults += [(part, np.array([said if one else None for one in wrong], dtype=object)) for part, said, wrong in wrongs]
    for part, said in faults:
        new = made["_fate"].isna().to_numpy() & pd.notna(said)
        shown = np.array(texts.get(part, pa.array([""] * len(made))).to_pylist(), dtype=object)
        made.loc[new, "_column"] = entry.headers.get(part, "")
        made.loc[new, "_cell"] = [str(cell) for cell in shown[new]]
        made.loc[new, "_fate"] = said[new]
    main = "value" if "value" in entry.headers and made["value"].notna().any() else "numerator"
    there = made[main].notna() | made["_fate"].notna()
    return made[there]


def _impossible(made: pd.DataFrame, kpi: Kpi) -> Iterator[tuple[str, str, pd.Series]]:
    """Give what no figure of a KPI can be: the part that shows it, the reason, and where it is so."""
    value, numerator, denominator = (made[part] for part in PARTS)
    yield "denominator", "a negative number", denominator < 0
    if kpi.statistic != "score":
        yield "numerator", "a negative number", numerator < 0
    yield "numerator", "a numerator without its denominator", numerator.notna() & denominator.isna()
    if kpi.statistic == "share":
        yield "numerator", "numerator above its denominator", numerator > denominator
    scale = 100 if kpi.unit == "points" else 1
    ratio = value.where(value.notna(), scale * numerator / denominator.where(denominator > 0))
    low, high = kpi.bounds
    outside = (ratio < (-np.inf if low is None else low)) | (ratio > (np.inf if high is None else high))
    yield "value" if value.notna().any() else "numerator", f"no {kpi.name} can be that", outside
