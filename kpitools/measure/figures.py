"""Figures that somebody else already added up, rolled up to periods: pooled by their denominators, never averaged.

A figure counts in the period that holds all its days; one that reaches beyond it is not split. Figures with the same
segments filled are one set (the total of every team, or each team apart): a cell takes the set that covers most of its
days, of several the one with the fewest segments, so that a total never counts beside its parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpitools.kpi import Kpi
from kpitools.measure.cells import Grid
from kpitools.measure.pooled import Pool
from kpitools.measure.suppress.figures import of_few
from kpitools.measure.tally import collected, columns_of, tally, to_engine
from kpitools.measure.view import NUMBERS, View, about, covered
from kpitools.project import Project

FIGURE = ("figure_id", "kpi", "start", "end", "date", "end_date", "value", "numerator", "denominator", "source",
          "entered_by", "entered_at")  # fmt: skip
"""What a figure is; every other column is a segment."""
MONTH = 31
"""Days; a figure of more says little of when the data begin and end."""


def figured(frame: Any, kpis: Sequence[Kpi], view: View, project: Project) -> pd.DataFrame:  # noqa: ANN401
    """Measure the KPIs of which there are figures; a row for each statistic, period and segment.

    `frame` is the table of figures, of any engine.
    """
    if view.team is not None and "team" not in columns_of(frame):
        return pd.DataFrame()
    every = collected(to_engine(frame))
    every["date"], every["end_date"] = (pd.to_datetime(every[name]) for name in ("date", "end_date"))
    if "channel" in every:
        every["channel"] = every["channel"].where(every["channel"] != "unknown")
    own = [(kpi, every[every["kpi"] == kpi.name]) for kpi in kpis]
    made = [_hidden(_rows(kpi, _of_team(rows, view.team), view), kpi, rows, view, project) for kpi, rows in own]
    return pd.concat(made, ignore_index=True) if any(map(len, made)) else pd.DataFrame()


def _of_team(figures: pd.DataFrame, team: str | None) -> pd.DataFrame:
    return figures if team is None else figures[figures["team"] == team]


def figured_kpis(frame: Any) -> frozenset[str]:  # noqa: ANN401 - a frame of any engine
    """Name the KPIs of which there are figures."""
    return frozenset(collected(to_engine(frame).select("kpi").group_by("kpi").agg())["kpi"])


def days_reached(table: str, frame: Any, *, whole: bool) -> pd.Series:  # noqa: ANN401 - a frame of any engine
    """Return the days that a table reaches; figures of more than a month count only where they are the `whole`."""
    if table != "figures":
        return tally(frame, [])["date"]
    return days_of(collected(to_engine(frame).select("date", "end_date")), None if whole else MONTH)


def days_of(figures: pd.DataFrame, longest: int | None = None) -> pd.Series:
    """Return every day that some figures cover; of those of at most `longest` days where it is given."""
    first, last = pd.to_datetime(figures["date"]), pd.to_datetime(figures["end_date"])
    short = np.ones(len(figures), dtype=bool) if longest is None else (last - first).dt.days <= longest
    spans = pd.DataFrame({"first": first, "last": last})[short].drop_duplicates()
    days = [pd.Series(pd.date_range(one, other)) for one, other in spans.itertuples(index=False)]
    return pd.concat(days, ignore_index=True).drop_duplicates() if days else pd.Series(dtype="datetime64[s]")


def _rows(kpi: Kpi, figures: pd.DataFrame, view: View) -> pd.DataFrame:
    """Measure one KPI from its figures; nothing where none has the segments that are asked for."""
    there = [figures[key].notna() if key in figures else pd.Series(data=False, index=figures.index) for key in view.by]
    figures = figures[np.logical_and.reduce(there)] if there else figures
    if figures.empty:
        return pd.DataFrame()
    grid = Grid.over(figures, view.by, view.periods)
    chosen = _Choice.of(figures, grid)
    cells = grid.frame(view.coverage, covered(days_of(figures)) or view.coverage, view.today)
    pool = Pool.over(kpi, figures[chosen.used], chosen.cell[chosen.used], grid)
    made = [
        pd.concat([cells, pool.numbers(statistic, chosen.left_out)], axis=1).assign(statistic=statistic)
        for statistic in kpi.statistics
    ]
    return about(pd.concat(made, ignore_index=True), kpi).assign(suppressed=False)


def _hidden(rows: pd.DataFrame, kpi: Kpi, figures: pd.DataFrame, view: View, project: Project) -> pd.DataFrame:
    """Hide the figures of too few people, with what would give them away; `figures` are those of every team."""
    if rows.empty or not kpi.people or project.privacy.minimum_group < 2:
        return rows
    small = of_few(rows, _apart(figures), view, project)
    rows.loc[small, list(NUMBERS)] = np.nan
    return rows.assign(suppressed=small, reason=rows["reason"].mask(small, "under_minimum_group"))


def _apart(figures: pd.DataFrame) -> list[pd.DataFrame]:
    """Part figures by the segments that they have filled."""
    parts = [figures[_sets(figures) == number] for number in np.unique(_sets(figures))]
    known = [name for name in figures.columns if name not in FIGURE]
    return [part[["date", "end_date", "denominator", *part[known].dropna(axis=1).columns]] for part in parts]


@dataclass(frozen=True, eq=False)
class _Choice:
    """The cell of each figure (-1 where it reaches beyond), which ones count, and how many a cell leaves out."""

    cell: NDArray[np.int64]
    used: NDArray[np.bool_]
    left_out: NDArray[np.float64]

    @classmethod
    def of(cls, figures: pd.DataFrame, grid: Grid) -> "_Choice":
        """Choose for each cell the set of figures that covers most of its days."""
        first, last = grid.place(figures), grid.place(figures.assign(date=figures["end_date"]))
        cell = np.where(first == last, first, -1)
        sets = _sets(figures)
        days = (figures["end_date"] - figures["date"]).dt.days.to_numpy() + 1
        inside = cell >= 0
        shape = (int(sets.max()) + 1, grid.size)
        covers, beyond = np.zeros(shape), np.zeros(shape)
        np.add.at(covers, (sets[inside], cell[inside]), days[inside])
        for number in np.flatnonzero(~inside).tolist():
            beyond[sets[number], _touched(figures.iloc[[number]], grid)] += 1
        best = np.argmax(np.where(covers > 0, covers + 1, (beyond > 0).astype(float)), axis=0)
        used = inside & (best[cell] == sets)
        return cls(cell, used, beyond[best, np.arange(grid.size)])


def _sets(figures: pd.DataFrame) -> NDArray[np.int64]:
    """Number the sets of figures by the segments that they have filled, those with the fewest first."""
    segments = [name for name in figures.columns if name not in FIGURE]
    filled = figures[segments].notna().to_numpy()
    order = {tuple(row): None for row in sorted(map(tuple, filled), key=lambda row: (sum(row), [not x for x in row]))}
    number = {row: place for place, row in enumerate(order)}
    return np.array([number[tuple(row)] for row in filled], dtype=np.int64)


def _touched(figure: pd.DataFrame, grid: Grid) -> NDArray[np.int64]:
    """Return the cells that some days of a figure lie in."""
    starts = np.array([period.start for period in grid.periods], dtype="datetime64[s]")
    ends = np.array([period.end for period in grid.periods], dtype="datetime64[s]")
    first, last = (figure[name].to_numpy(dtype="datetime64[s]")[0] for name in ("date", "end_date"))
    place = np.flatnonzero((starts <= last) & (ends >= first))
    return np.asarray(grid.series_of(figure)[0] * len(grid.periods) + place)


def instead_of_nothing(rows: pd.DataFrame, figures: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Put the figures of a KPI where there is no row of it: the two are never added up.

    A period with rows keeps them, whatever the figures say.
    """
    if figures.empty:
        return rows
    key = ["kpi", "definition", "statistic", "period", *by]
    rows = rows.assign(**{name: None for name in by if name not in rows})
    kpis = list(zip(figures["kpi"], figures["definition"], strict=True))
    mine = pd.Series(list(zip(rows["kpi"], rows["definition"], strict=True)), index=rows.index).isin(kpis)
    full = mine & ((rows["n"] > 0) | rows["suppressed"].astype(bool))
    shown = figures[~_among(figures, rows[full], key)]
    unmeasured = rows["reason"].astype(str).str.match("missing_|declared_only")
    replaced = mine & ~full & (unmeasured | _among(rows, shown, key))
    together = pd.concat([rows[mine & ~replaced], shown])
    together = together.sort_values(["kpi", "definition", "statistic", *by, "start"], kind="stable")
    return pd.concat([rows[~mine], together], ignore_index=True)


def _among(rows: pd.DataFrame, others: pd.DataFrame, key: list[str]) -> NDArray[np.bool_]:
    """Say which rows have the key of one of the others."""
    found = rows[key].merge(others[key].drop_duplicates(), how="left", on=key, indicator="_with")["_with"]
    return np.asarray(found == "both", dtype=bool)
