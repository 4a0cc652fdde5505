"""Many reports, and one, against the plain commands: CPU and wall clock of everything that they start.

`python reports.py FOLDER --rounds 2` makes eight reports (four teams, two languages) of the simulated example in two
ways that take turns: a loop of the commands `papermill` and `jupyter nbconvert`, and kpitools with two jobs; then one
report by `kpitools report` and by the two commands; then `kpitools due` where all of sixty reports are published. Linux
only: orphans are counted.
"""

import argparse
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kpitools.data import data_folder
from kpitools.publish.batch import Job, run_all

sys.path.append(str(Path(__file__).parents[1] / "publish"))
import thirty_teams

TEAMS = ("Nord", "Sud", "Est", "Ouest")
LANGUAGES = ("fr", "en")
PERIOD = "2026-06"
NOTEBOOK = data_folder("notebooks") / "periodic_report.ipynb"
BIN = Path(sys.executable).parent
PR_SET_CHILD_SUBREAPER = 36
QUIET = {"MPLBACKEND": "agg", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def main() -> None:
    """Measure, or do one of the ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--way", choices=WAYS)
    given = parser.parse_args()
    if given.way:
        WAYS[given.way](given.folder)
        return
    sys.stdout.write(section(rounds(given.folder, given.rounds), idle(given.folder.with_name("thirty"))))


def rounds(folder: Path, count: int) -> list[dict[str, Any]]:
    """Do everything in turns; return a line for each way and round."""
    if not (folder / "kpitools.toml").is_file():
        subprocess.run([BIN / "kpitools", "example", folder], check=True)
    made = []
    for number in range(count):
        for way in WAYS:
            made.append({"round": number, "way": way, **measured(way, folder)})
            sys.stderr.write(json.dumps(made[-1]) + "\n")
    return made


def idle(folder: Path) -> list[float]:
    """Make sixty reports of thirty teams where they are not there yet; return how long `kpitools due` then takes."""
    if not (folder / "kpitools.toml").is_file():
        folder.mkdir(exist_ok=True)
        thirty_teams.write_project(folder)
    thirty_teams.run(folder)
    ran = [thirty_teams.run(folder) for _ in range(5)]
    if not all(said.startswith("Nothing to do: 60 published") for _, said in ran):
        sys.exit(f"There was something to do: {ran}")
    return [seconds for seconds, _ in ran]


def section(lines: list[dict[str, Any]], again: list[float]) -> str:
    """Write the part of the page on speed: CPU and wall clock of each way, and what ours takes of the plain one's."""

    def typical(way: str, what: str) -> float:
        return statistics.median(line[what] for line in lines if line["way"] == way)

    table = [f"| {NAMES[way]} | {typical(way, 'cpu'):.1f} | {typical(way, 'wall'):.1f} |" for way in WAYS]
    held = []
    for way, against, what, goal in GOALS:
        ratio = typical(way, what) / typical(against, what)
        held.append(f"| {NAMES[way]} | {what} | {ratio:.2f} | {goal}: {'met' if ratio <= goal else '**missed**'} |")
    low, middle, high = min(again), statistics.median(again), max(again)
    goal = "met" if middle <= IDLE_GOAL else "**missed**"
    idle = f"{low:.2f} / {middle:.2f} / {high:.2f} s (goal: {IDLE_GOAL} s: {goal})"
    many = max(line["round"] for line in lines) + 1
    return TEMPLATE.format(rounds=many, table="\n".join(table), held="\n".join(held), idle=idle)


def loop(folder: Path) -> None:
    """Make eight reports by the plain commands."""
    for team in TEAMS:
        for language in LANGUAGES:
            plain(folder, team, language)


def batch(folder: Path) -> None:
    """Make the same by kpitools, two at a time."""
    given = {"project": str(folder), "period": PERIOD}
    asked = [{**given, "team": team, "language": language} for team in TEAMS for language in LANGUAGES]
    outcomes = run_all([Job(NOTEBOOK, one) for one in asked], folder / "reports", workers=2)
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    if failures:
        sys.exit("\n".join(failures))


def one_plain(folder: Path) -> None:
    """Make one report by the plain commands."""
    plain(folder, "", "fr")


def one(folder: Path) -> None:
    """Make one report by `kpitools report`."""
    asked = [BIN / "kpitools", "report", "--project", folder, "--period", PERIOD, "--language", "fr"]
    subprocess.run([*asked, "--output", folder / "reports"], check=True, capture_output=True)


def plain(folder: Path, team: str, language: str) -> None:
    """Run the notebook by papermill, then make the page by nbconvert."""
    out = folder / "plain" / f"{team}.{language}.ipynb"
    out.parent.mkdir(exist_ok=True)
    given = {"project": folder, "period": PERIOD, "team": team, "language": language}
    told = [part for name, value in given.items() for part in ("-r", name, str(value))]
    both = (
        [BIN / "papermill", NOTEBOOK, out, *told, "--no-progress-bar", "-k", "python3"],
        [BIN / "jupyter", "nbconvert", "--to", "kpireport", out],
    )
    for command in both:
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **QUIET})


NAMES = {
    "loop": "eight reports: a loop of `papermill` and `jupyter nbconvert`",
    "batch": "eight reports: kpitools, two jobs",
    "one plain": "one report: `papermill`, then `jupyter nbconvert`",
    "one": "one report: `kpitools report`",
}
IDLE_GOAL = 1
GOALS = (("batch", "loop", "cpu", 0.40), ("batch", "loop", "wall", 0.30), ("one", "one plain", "cpu", 0.90))
TEMPLATE = """
## Reports

Eight reports (four teams, two languages) and one of the simulated example, everything that they start counted: medians
of the rounds that take turns ({rounds}).

| way | CPU s | wall s |
|---|---|---|
{table}

| way | of what | of the plain commands | goal, at most |
|---|---|---|---|
{held}

Thirty teams, two languages, every report of the month published: `kpitools due` finds that there is nothing to do in
(wall: min / median / max) {idle}.
"""

WAYS = {"loop": loop, "batch": batch, "one plain": one_plain, "one": one}


def measured(way: str, folder: Path) -> dict[str, float]:
    """Do something in a fresh process; return what it and all its descendants took."""
    shutil.rmtree(folder / "reports", ignore_errors=True)
    shutil.rmtree(folder / "plain", ignore_errors=True)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, __file__, folder, "--way", way], check=True)
    wall = time.perf_counter() - began
    while done:
        try:
            os.wait()  # whoever outlived its parent
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": sum(after[:2]) - sum(before[:2]), "wall": wall, "pages": len([*folder.glob("*/**/*.html")])}


if __name__ == "__main__":
    main()
