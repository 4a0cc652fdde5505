"""How long the analyst waits: `python explore.py FOLDER` prints a line of JSON, in seconds of the clock.

The project of the speed measurements lies on the desk and was asked once. Then: another team of a KPI that was
asked (`again`), a KPI that was not (`other`), the same view asked of the tables directly (`direct`), and the rows
behind a figure (`behind`).
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kpitools import project as projects
from kpitools.explore import desk
from kpitools.measure import measure
from kpitools.sources import read


def main() -> None:
    """Ask, and say how long each answer took."""
    folder = Path(sys.argv[1])
    project = projects.load(folder)
    work = desk(folder)
    team, other = work.values("team")[:2]
    work.ask("answer_rate", "month", team=team, channel="phone").sentence()
    direct = {"kpis": ["service_level"], "every": "month", "by": ("team", "channel")}
    made = {
        "again": timed(lambda: work.ask("answer_rate", "month", team=other, channel="phone").sentence()),
        "other": timed(lambda: work.ask("service_level", "month", team=other, channel="phone").sentence()),
        "behind": timed(lambda: work.ask("answer_rate", "month", team=other, channel="phone").behind()),
        "direct": timed(lambda: measure(read(project), project, **direct)),
    }
    sys.stdout.write(json.dumps(made) + "\n")


def timed(work: Callable[[], object]) -> float:
    """Return the wall seconds of a piece of work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def section(lines: list[dict[str, float]]) -> str:
    """Write what was found in some processes."""
    middle = {name: statistics.median(line[name] for line in lines) for name in lines[0]}
    goals = {"again": SELECTION, "other": SELECTION, "behind": BEHIND}
    told = {name: "met" if middle[name] <= goal else "**missed**" for name, goal in goals.items()}
    rows = "\n".join(
        f"| {NAMES[name]} | {seconds:.2f} | {f'{goals[name]}: {told[name]}' if name in goals else 'none'} |"
        for name, seconds in middle.items()
    )
    return TEMPLATE.format(rows=rows, rounds=len(lines))


SELECTION, BEHIND = 0.2, 1.0
NAMES = {
    "again": "another team",
    "other": "another KPI",
    "behind": "the contacts behind a figure",
    "direct": "the view of that other KPI, measured directly: `measure(read(project), project, ...)`",
}
TEMPLATE = """
## Exploring

The ten million contacts on the analyst's desk, after the first answer; wall clock, medians of {rounds} processes:

| choice | s | goal, at most |
|---|---|---|
{rows}
"""

if __name__ == "__main__":
    main()
