"""How long all verdicts of a page take: `python verdicts.py` prints a line of JSON.

The simulated example's page: ten KPIs, 26 months, five channels, four teams, two decisions with three KPIs. Reading and
summing up are done beforehand; measured is what comes after, in CPU seconds of this process: changes of level of
the service and of each team, effects of decisions, mix against performance, charts' limits, benchmarks, targets.
The first time, matrices that every series of one length shares are made; then they are at hand.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kpitools import project as projects
from kpitools.benchmarks import latest, load
from kpitools.findings.choice import choose_kpis
from kpitools.findings.compare import compare, with_effects
from kpitools.findings.over_time import explained, measured_weeks, over_time
from kpitools.findings.trend import trend
from kpitools.measure import measure
from kpitools.periods import Period
from kpitools.simulate import write_example
from kpitools.sources import read

TIMES = 5
PERIOD, TODAY = Period.parse("2026-10"), date(2026, 11, 20)


def main() -> None:
    """Write an example, measure it, and judge it some times."""
    with TemporaryDirectory() as folder:
        project = projects.load(write_example(Path(folder) / "example"))
        tables = read(project)
        kpis = [project.kpi(name) for name in choose_kpis(project)]
        asked = {"kpis": [kpi.name for kpi in kpis], "today": TODAY}
        history = measure(tables, project, every="month", **asked)
        channels = measure(tables, project, by=("channel",), period=PERIOD, **asked)
        about = {"period": PERIOD, "team": None}
        weeks = measured_weeks(tables, project, kpis, history, today=TODAY, **about)
        why = explained(tables, project, kpis)
        for team in (None, *(decision.team for decision in project.decisions)):
            why(kpis[0], (PERIOD.previous(), PERIOD.previous()), (PERIOD, PERIOD), team)  # summed up once, as measured
        figures = latest(load())

        def judge() -> int:
            over = over_time(weeks, project, kpis, why=why, **about)
            found = compare(history, project, figures, channels=channels, levels=over.levels, **about)
            found = with_effects(found, history, over.effects, PERIOD, None)
            return len([trend(history, kpi, project.events) for kpi in kpis]) + len(found)

        seconds = [timed(judge) for _ in range(TIMES)]
    sys.stdout.write(json.dumps({"first": seconds[0], "cpu": float(np.median(seconds[1:]))}) + "\n")


def timed(work: object) -> float:
    """Return the CPU seconds of a piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
