"""How long a CSV takes to become canonical tables, beside DuckDB's strict read of the same file.

`python text.py FOLDER`, where FOLDER holds `contacts.parquet`, has both read it in fresh processes that take turns,
and prints what `docs/speed.md` says of it. The CSV is written beside the Parquet when it is not there.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import duckdb

from kpitools.project import from_mapping
from kpitools.sources import read

GOAL = 1.5
WAYS = ("strict", "kpitools")


def main() -> None:
    """Measure one way in this process, or all in others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", choices=WAYS, help="this way only, once, in this process: a line of JSON")
    given = parser.parse_args()
    if given.way:
        sys.stdout.write(json.dumps({"strict": strict, "kpitools": canonical}[given.way](given.folder)) + "\n")
    else:
        sys.stdout.write(section(rounds(given.folder, given.rounds)))


def rounds(folder: Path, count: int) -> dict[str, list[dict[str, float]]]:
    """Return the seconds and CPU of each way, by round."""
    if not (folder / "contacts.csv").exists():
        duckdb.sql(f"copy (from '{folder / 'contacts.parquet'}') to '{folder / 'contacts.csv'}'")
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(count):
        for way, lines in found.items():
            command = [sys.executable, __file__, folder, "--way", way]
            lines.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return found


def strict(folder: Path) -> dict[str, float]:
    """Read the file into a table, by its types, as DuckDB does it by itself."""
    kinds = duckdb.sql(f"describe from '{folder / 'contacts.parquet'}'").fetchall()
    columns = ", ".join(f"'{kind[0]}': '{kind[1]}'" for kind in kinds)
    text = f"read_csv('{folder / 'contacts.csv'}', strict_mode = true, columns = {{{columns}}})"
    with duckdb.connect() as connection:
        return timed(lambda: connection.execute(f"create table x as from {text}"))


def canonical(folder: Path) -> dict[str, float]:
    """Read the file into kpitools' tables."""
    content = tomllib.loads((Path(__file__).parent / "kpitools.toml").read_text(encoding="utf-8"))
    content["source"] = [{**content["source"][0], "files": "contacts.csv"}]
    project = from_mapping(content, folder)
    return timed(lambda: len(read(project)["contacts"]))


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Return what a task took of the clock and of the processors."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def section(found: dict[str, list[dict[str, float]]]) -> str:
    """Write what was found."""
    middle = {
        way: {key: statistics.median(line[key] for line in lines) for key in lines[0]} for way, lines in found.items()
    }
    ratios = {key: middle["kpitools"][key] / middle["strict"][key] for key in ("seconds", "cpu")}
    said = {key: f"{ratio:.2f} ({'met' if ratio <= GOAL else '**missed**'})" for key, ratio in ratios.items()}
    values = {f"{way}_{key}": f"{value:.2f}" for way, line in middle.items() for key, value in line.items()}
    return TEMPLATE.format(
        rounds=len(found["strict"]), cores=os.cpu_count(), goal=GOAL, cpu=said["cpu"], wall=said["seconds"], **values
    )


TEMPLATE = """
## Reading text

A CSV of a million contacts, medians of {rounds} fresh processes that take turns:

| way | CPU s | wall s |
|---|---|---|
| DuckDB's strict read into a table, given every type, on {cores} cores | {strict_cpu} | {strict_seconds} |
| kpitools: every cell checked, records counted apart, canonical tables | {kpitools_cpu} | {kpitools_seconds} |

Of the strict read: {cpu} of its CPU, {wall} of its wall clock, goal at most {goal}.
"""

if __name__ == "__main__":
    main()
