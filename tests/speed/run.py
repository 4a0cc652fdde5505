"""Measure kpitools' own speed and write `docs/speed.md`: `make speed`. It fails nothing.

Every task runs in a fresh process, the tasks taking turns, so that a busy minute of the machine falls on all alike.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import explore
import text as delimited

import reports

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "speed.md"
LIBRARIES = ("duckdb", "narwhals", "pandas", "pyarrow", "numpy")
TOLERANCE = 1e-9
CPU_GOAL, ALL_GOAL, MEMORY_GOAL, START_GOAL, VERDICT_GOAL = 0.9, 1.15, 1.5, 0.3, 1.0
TEXT_ROWS = 1_000_000
PARTS = ("additive", "quantiles", "fcr")
"""The measurements of the reference that all KPIs of contacts together are held against."""

Line = dict[str, Any]


def main() -> None:
    """Make the data where they are absent, run the rounds, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder with speed/generate.py")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "speed", help="where the contacts are kept")
    parser.add_argument("--contacts", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    speed = given.shared / "speed"
    if not (speed / "reference.py").is_file():
        sys.exit(f"{speed}: generate.py and reference.py are not there. Name their folder: --shared FOLDER")
    folder = contacts(speed, given.cache / str(given.contacts), given.contacts)
    tasks = {
        "reference": [speed / "reference.py", folder, "additive"],
        "warm": [HERE / "warm.py", speed / "reference.py", folder, "additive"],
        "same": [HERE / "task.py", "same", folder],
        "catalogue": [HERE / "task.py", "catalogue", folder],
        "whole": [speed / "reference.py", folder, *PARTS],
        "everything": [HERE / "task.py", "everything", folder],
    }
    before = load_average()
    lines: dict[str, list[Line]] = {name: [] for name in (*tasks, "months")}
    for number in range(given.rounds):
        for name, command in tasks.items():
            lines[name].append(task(command))
            sys.stderr.write(f"round {number + 1}, {name}: {lines[name][-1]['cpu']:.2f} s CPU\n")
    lines["months"] = [task([HERE / "task.py", "months", folder]) for _ in range(min(3, given.rounds))]
    lines["page"] = [task([HERE / "verdicts.py"]) for _ in range(min(3, given.rounds))]
    text = page(given.contacts, lines, starts(given.rounds), (before, load_average()))
    million = contacts(speed, given.cache / str(TEXT_ROWS), TEXT_ROWS)
    text += delimited.section(delimited.rounds(million, given.rounds))
    text += explore.section([task([HERE / "explore.py", folder]) for _ in range(min(3, given.rounds))])
    if sys.platform == "linux":
        made = reports.rounds(given.cache / "example", min(2, given.rounds))
        text += reports.section(made, reports.idle(given.cache / "thirty"))
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def contacts(speed: Path, folder: Path, count: int) -> Path:
    """Return the folder of the generated contacts, with the project file that maps them."""
    if not (folder / "contacts.parquet").is_file():
        sys.stderr.write(f"Generating {count:,} contacts in {folder} ...\n")
        subprocess.run([sys.executable, speed / "generate.py", str(count), folder], check=True)
    shutil.copyfile(HERE / "kpitools.toml", folder / "kpitools.toml")
    return folder


def task(command: list[Any]) -> Line:
    """Run one task in a fresh process and return its line: cpu, seconds, peak_mb, and sums where it has them."""
    done = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True)
    line: Line = json.loads(done.stdout.splitlines()[-1])
    parts = [line.pop(name) for name in PARTS if name in line]
    summed = {key: sum(part[key] for part in parts) for key in ("cpu", "seconds") if parts}
    return {**(parts[0] if parts else {}), **summed, **line}


def starts(rounds: int) -> dict[str, list[float]]:
    """Return how long starting takes, in seconds of wall clock, by command."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "import kpitools": ["-c", "import kpitools"],
        "kpitools --help": ["-m", "kpitools", "--help"],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            found[name].append(time.perf_counter() - began)
    return {name: seconds[1:] for name, seconds in found.items()}  # the first round fills the disk's cache


def load_average() -> str:
    """Return how busy the machine is, as the system tells it."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def page(count: int, lines: dict[str, list[Line]], begun: dict[str, list[float]], load: tuple[str, str]) -> str:
    """Write the page."""
    judging = page_verdicts(lines.pop("page"))
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return TEMPLATE.format(
        count=f"{count:,}", rounds=len(lines["same"]), day=date.today().isoformat(),  # noqa: DTZ011
        cores=os.cpu_count(), python=platform.python_version(), system=platform.system(), versions=versions,
        before=load[0], after=load[1], table="\n".join(rows(lines)), verdict="\n".join(verdicts(lines)),
        warm=" and ".join(f"{ratio(lines, name, 'cpu', 'warm'):.2f}" for name in ("same", "catalogue")),
        sums=same_sums(lines), starts="\n".join(start_rows(begun)), start_goal=START_GOAL, judging=judging,
    )  # fmt: skip


NAMES = {
    "reference": "`reference.py additive`: SQL by hand over the raw file",
    "warm": "the same, pandas imported before it",
    "same": "kpitools: the reference's columns, declared as KPIs",
    "catalogue": "kpitools: the catalogue's additive KPIs of contacts",
    "whole": "`reference.py additive quantiles fcr`",
    "everything": "kpitools: all KPIs of contacts, percentiles and the repeat window included",
    "months": "kpitools: `measure`, every KPI by month",
}


def rows(lines: dict[str, list[Line]]) -> list[str]:
    """Give one row a task: CPU and wall clock (minimum, median, maximum), peak memory."""
    return [
        f"| {NAMES[name]} | {spread([line['cpu'] for line in found])} | {spread([line['seconds'] for line in found])} "
        f"| {statistics.median(line['peak_mb'] for line in found):.0f} |"
        for name, found in lines.items()
    ]


def verdicts(lines: dict[str, list[Line]]) -> list[str]:
    """Hold the medians against the goals, and say which is missed."""
    held = (("same", "reference", CPU_GOAL), ("catalogue", "reference", CPU_GOAL), ("everything", "whole", ALL_GOAL))
    said = []
    for name, against, goal in held:
        cpu, memory = (ratio(lines, name, key, against) for key in ("cpu", "peak_mb"))
        told = judged(memory, MEMORY_GOAL) if against == "reference" else "none set"
        said.append(f"| {NAMES[name]} | {cpu:.2f} | {judged(cpu, goal)} | {memory:.2f} | {told} |")
    return said


def ratio(lines: dict[str, list[Line]], name: str, key: str, against: str = "reference") -> float:
    """Return a task's median over the reference's."""
    medians = [statistics.median(line[key] for line in lines[which]) for which in (name, against)]
    return medians[0] / medians[1]


def judged(value: float, goal: float) -> str:
    """Say whether a goal is met."""
    return f"at most {goal}: {'met' if value <= goal else '**missed**'}"


def page_verdicts(found: list[Line]) -> str:
    """Say what all verdicts of a page cost once it is measured, the first time and then."""
    first, then = (statistics.median(line[key] for line in found) for key in ("first", "cpu"))
    return f"{first:.2f} s CPU, {then:.2f} s for the next page of the process ({judged(first, VERDICT_GOAL)})"


def same_sums(lines: dict[str, list[Line]]) -> str:
    """Say whether both give the same sums; that they do not would make every other number here worthless."""
    wanted, found = lines["reference"][0]["sums"], lines["same"][0]["sums"]
    apart = max(abs(found[name] - value) / max(abs(value), 1) for name, value in wanted.items())
    said = "the same" if apart <= TOLERANCE else "**NOT the same**"
    return f"All {len(wanted)} sums are {said} (largest relative difference {apart:.0e})."


def start_rows(begun: dict[str, list[float]]) -> list[str]:
    """Give one row a command."""
    return [f"| `{name}` | {spread(seconds)} |" for name, seconds in begun.items()]


def spread(values: list[float]) -> str:
    """Write minimum, median and maximum."""
    return " / ".join(f"{value:.2f}" for value in (min(values), statistics.median(values), max(values)))


TEMPLATE = """# Speed

<!-- Made by `make speed` (tests/speed/run.py): run it again, do not edit. -->

Measured on {day}: {count} simulated contacts in one Parquet file, {cores} cores, {system}, Python {python}; {versions}.
Load of the machine before and after: {before}, {after}. Each task ran in {rounds} fresh processes (`measure` in up to
three), the tasks taking turns. CPU is that of the process around the work, imports excluded; memory the peak of the
whole process. kpitools' own reading, checking and mapping of the file are part of its cost.

| task | CPU s: min / median / max | wall s: min / median / max | peak MB |
|---|---|---|---|
{table}

Against the reference, medians:

| task | CPU ratio | goal | memory ratio | goal |
|---|---|---|---|---|
{verdict}

{sums}

What the numbers hold:

- The reference imports pandas inside its measured work, kpitools before it: the second row is the reference without
  that import. Against it the CPU ratios are {warm}.
- kpitools checks that no id occurs twice and that every code is known, which the reference does not.
- kpitools computes with one thread, so that the last digit of a sum is the same in every run; the reference takes all
  cores, so that its wall clock is up to {cores} times shorter on a quiet machine.
- All KPIs: the same tally, the median and the 90th percentile of the wait, and the share of requests after which the
  same customer did not come back about the same type within seven days.
- `measure` also derives requests from contacts, fetches every wait for its percentiles, and bounds each value.

## Verdicts

All verdicts of a page of the simulated example (10 KPIs, 26 months, 5 channels, 4 teams, 2 decisions), once its numbers
are measured: changes of level of the service and of each team, effects of decisions, mix against performance, limits
of charts, benchmarks, targets: {judging}.

## Starting

| command | wall s: min / median / max |
|---|---|
{starts}

Goal for `kpitools --help`: {start_goal} s.
"""

if __name__ == "__main__":
    main()
