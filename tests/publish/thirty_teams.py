"""A department of thirty teams: every page of a month in two languages, the index, and again with nothing to do.

`python tests/publish/thirty_teams.py` writes a simulated project to a temporary folder, runs `kpitools due` twice and
says what was found and how long each took. It ends with 1 where a page or a line of the index is missing.
"""

import csv
import random
import re
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

TEAMS = [f"Équipe {number:02}" for number in range(1, 31)]
PROJECT = """
[project]
name = "Thirty teams"
simulated = true
today = 2026-11-02

[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "begin"
team = "team"
outcome = "outcome"
wait_s = "wait"
[source.constants]
channel = "phone"
direction = "inbound"
[source.values.outcome]
answered = "answered"
abandoned = "abandoned"
[source.units]
wait_s = "seconds"

[[report]]
kpis = ["volume", "answer_rate", "wait_time"]
every = ["month"]
teams = "each"
catch_up = 1
"""


def write_project(folder: Path, months: int = 14) -> None:
    """Write calls of so many months up to October 2026, some fifty a team and month."""
    dice = random.Random(20261102)  # noqa: S311 - calls, not secrets
    last = datetime(2026, 10, 31, 18)
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "begin", "team", "outcome", "wait"])
        for number in range(50 * months * len(TEAMS)):
            begin = last - timedelta(minutes=dice.randrange(months * 30 * 24 * 60))
            outcome = "answered" if dice.random() < 0.85 else "abandoned"
            out.writerow([number, begin.isoformat(" "), TEAMS[number % 30], outcome, round(dice.expovariate(1 / 40))])
    (folder / "kpitools.toml").write_text(PROJECT, encoding="utf-8")


def run(folder: Path) -> tuple[float, str]:
    """Run `kpitools due` and return its seconds and what it said last."""
    began = time.monotonic()
    command = [sys.executable, "-m", "kpitools", "due", "--project", str(folder), "--jobs", "2"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return time.monotonic() - began, done.stderr.strip().splitlines()[-1]


def main() -> int:
    """Make all pages, look for each in the index, and run again."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_project(folder)
        for _ in range(2):
            print("{:.1f} s: {}".format(*run(folder)))  # noqa: T201
        wanted = {
            f"2026-10/periodic_report-equipe-{team[-2:]}.{language}.html" for team in TEAMS for language in ("fr", "en")
        }
        pages = {path.relative_to(folder / "reports").as_posix() for path in (folder / "reports").glob("*/*.html")}
        index = (folder / "reports" / "index.html").read_text(encoding="utf-8")
        linked = set(re.findall(r'href="([^"#]+/[^"#]+)"', index))
        print(f"{len(pages)} pages, {len(linked)} in the index, of {len(wanted)}")  # noqa: T201
    return 0 if pages == linked == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
