"""One measured task in a process of its own: `python task.py NAME FOLDER` prints a line of JSON.

CPU is the process's own around the work, after the imports; the peak of memory is that of the whole process.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from duckdb import DuckDBPyRelation

from kpitools.catalogue import find, measurable
from kpitools.kpi import Count, Declaration, Kpi, Mean, Share
from kpitools.measure import measure, tally
from kpitools.measure.cells import Grid
from kpitools.measure.values import Values
from kpitools.periods import span
from kpitools.project import load
from kpitools.row import Row
from kpitools.sources import read

SEGMENTS = ("team", "channel")

SAME = {
    "all": lambda row: Count(row.inbound | ~row.inbound),
    "answer": lambda row: Share(hits=row.answered, of=row.inbound),
    "in_time": lambda row: Count(row.inbound & row.answered & row.at_most("wait_s", 20)),
    "wait": lambda row: Mean(row.wait_s, where=row.answered),
    "talk": lambda row: Mean(row.talk_s, where=row.answered),
    "handle": lambda row: Mean(row.handle_s, where=row.answered),
    "transferred": lambda row: Count(row.transferred),
    "self_service": lambda row: Count(row.self_service),
    "digital": lambda row: Count(~row.phone & ~(row.channel == "letter")),
}
"""The reference's fourteen columns as declarations, which the catalogue does not have in this form."""

COLUMNS = {
    "n": "all__n", "inbound": "answer__n", "answered": "answer__hits", "in_time": "in_time__n",
    "wait": "wait__total", "wait2": "wait__squares", "talk": "talk__total", "talk2": "talk__squares",
    "talks": "talk__n", "handle": "handle__total", "handle2": "handle__squares",
    "transferred": "transferred__n", "self_service": "self_service__n", "digital": "digital__n",
}  # fmt: skip
"""Which part of the tally each of the reference's columns is."""


def declared(name: str, declare: Callable[[Row], Declaration]) -> Kpi:
    """Make a KPI of a declaration, without entering it into the catalogue."""
    return Kpi(name, name, "contacts", "contacts", "none", name, "", declare)


def same(folder: Path) -> pd.DataFrame:
    """Read, map and tally the reference's own columns."""
    kpis = [declared(name, declare) for name, declare in SAME.items()]
    summed = tally(read(load(folder))["contacts"], kpis, SEGMENTS, every="month")
    return summed.rename(columns={part: column for column, part in COLUMNS.items()})


def catalogue(folder: Path) -> pd.DataFrame:
    """Read, map and tally every additive KPI of contacts that the data allow."""
    contacts = read(load(folder))["contacts"]
    return tally(contacts, allowed(contacts), SEGMENTS, every="month")


def allowed(contacts: DuckDBPyRelation) -> list[Kpi]:
    """Return the KPIs of contacts whose columns are there."""
    return [kpi for kpi in measurable() if kpi.table == "contacts" and kpi.expressions()[1] <= set(contacts.columns)]


def everything(folder: Path) -> pd.DataFrame:
    """Read and map the contacts; tally them, take the percentiles, and follow each customer over the repeat window."""
    project = load(folder)
    tables = read(project)
    contacts, kpis = tables["contacts"], allowed(tables["contacts"])
    made = tally(contacts, kpis, SEGMENTS, every="month")
    months = span(made["date"].min().date(), made["date"].max().date(), "month")
    grid = Grid.over(made, SEGMENTS, months)
    for kpi in (kpi for kpi in kpis if kpi.quantiles):
        values = Values.of(contacts, kpi, grid)
        sys.stderr.write(f"{kpi.name}: {[float(np.nansum(values.quantile(p))) for p in (0.5, 0.9)]}\n")
    window = find("first_contact_resolution:no_contact_of_type_within")
    return tally(tables["requests"], [window], SEGMENTS, every="month")


def months(folder: Path) -> pd.DataFrame:
    """Measure every KPI of the catalogue by month: requests made of contacts, percentiles, intervals and all."""
    project = load(folder)
    return measure(read(project), project, every="month")


TASKS = {"same": same, "catalogue": catalogue, "everything": everything, "months": months}


def main(name: str, folder: Path) -> None:
    """Run a task once and print what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = TASKS[name](folder)
    line = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - wall, "rows": len(found)}
    if name == "same":
        line["sums"] = {column: float(found[column].sum()) for column in COLUMNS}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line["peak_mb"] = peak / (1024**2 if sys.platform == "darwin" else 1024)
    sys.stdout.write(json.dumps(line))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
