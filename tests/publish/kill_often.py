"""Kill a run of reports, or one of its processes, at random moments; look at what is left and run on.

`python kill_often.py FOLDER --rounds 100` exits with 1 and says what was wrong: a page that is not whole, a process or
a temporary folder that is left, an index that leads nowhere, or a run after the kills that does not complete. Linux.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from kpitools.project import from_mapping
from kpitools.publish.batch import Job, run_all
from kpitools.publish.files import write_whole
from kpitools.publish.index import refresh_index

MARK = "KPITOOLS_KILLED_AT_RANDOM"
TEAMS = ("North", "South")
WHOM = ("run", "worker", "kernel", "warm")
CELLS = 3
"""Two of its own, and the parameters that were given."""
LONGEST = 9.0
"""Seconds after the start of a run until which it is killed."""
PARAMETERS = 'project: str = "."\nteam: str = ""\nlanguage: str = "en"'
SHOWS = """\
import time
import pandas as pd
from IPython.display import display
page = {"language": language, "title": team, "period": "2026-06"}
display({"application/vnd.kpitools.page+json": page, "text/plain": ""}, raw=True)
display({"text/html": "<p>" + team * 100_000 + "</p>"}, raw=True)
time.sleep(0.2)
"""


def main() -> int:
    """Run once, or start and kill such runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--once", action="store_true", help="run once, and kill nobody")
    given = parser.parse_args()
    write(given.folder)
    if given.once:
        return publish(given.folder)
    chance = random.Random()  # noqa: S311 - moments, not secrets
    faults = []
    for _ in range(given.rounds):
        whom, moment = chance.choice(WHOM), chance.uniform(0, LONGEST)
        said = [f"{whom} killed after {moment:.2f} s: {fault}" for fault in kill(given.folder, whom, moment, chance)]
        sys.stderr.writelines(f"{line}\n" for line in said)
        faults += said
    faults += [] if start(given.folder).wait() == 0 else ["the run after all kills did not complete"]
    faults += look(given.folder, complete=True)
    sys.stdout.write(f"{given.rounds} kills, {len(faults)} faults {faults}\n")
    return 1 if faults else 0


def publish(folder: Path) -> int:
    """Publish a page for each team, and the index; return 1 where one failed."""
    jobs = [Job(folder / "sample.ipynb", {"project": str(folder), "team": team}) for team in TEAMS]
    failures = [outcome.failure for outcome in run_all(jobs, folder / "reports", workers=2) if outcome.failure]
    sys.stdout.writelines(f"{failure}\n" for failure in failures)
    refresh_index(folder / "reports", from_mapping({"project": {"languages": ["en"]}}, folder))
    return int(bool(failures))


def write(folder: Path) -> None:
    """Write the notebook."""
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new_code_cell(SHOWS)]
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    write_whole(folder / "sample.ipynb", nbformat.writes(new_notebook(cells=cells)))


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a run whose processes can be told from all others."""
    own = {**os.environ, MARK: str(folder), "TMPDIR": str(folder / "tmp")}
    return subprocess.Popen([sys.executable, __file__, folder, "--once"], env=own, stdout=subprocess.DEVNULL)


def kill(folder: Path, whom: str, moment: float, chance: random.Random) -> list[str]:
    """Kill somebody at a moment, wait for the end, and say what is wrong."""
    run = start(folder)
    time.sleep(moment)
    found = [run.pid] if whom == "run" else roles(folder, run.pid)[whom]
    with suppress(ProcessLookupError, IndexError):
        os.kill(chance.choice(found), signal.SIGKILL)
    run.wait()
    return look(folder, complete=False)


def look(folder: Path, *, complete: bool) -> list[str]:
    """Say what is wrong with what is left: processes, temporary folders, pages, the index."""
    until = time.monotonic() + 60  # who is importing looks up when it is done
    while (left := marked(folder)) and time.monotonic() < until:
        time.sleep(0.1)
    faults = [f"process {pid} is left: {command(pid)}" for pid in left]
    pages = sorted((folder / "reports").glob("*/*.html"))
    faults += [f"{page.name} is not whole" for page in pages if not whole(page)]
    listed = links(folder / "reports" / "index.html")
    faults += [f"the index leads to {link}, which is not there" for link in listed - {*map(str, pages)}]
    if complete:
        faults += [] if len(pages) == len(TEAMS) == len(listed) else [f"{len(pages)} pages, {len(listed)} in the index"]
        faults += [f"{path.name} is left" for path in (folder / "tmp").glob("kpitools*")]
    return faults


def whole(page: Path) -> bool:
    """Say whether a page has its end, and its record beside it is a notebook."""
    record = json.loads(page.with_suffix(".ipynb").read_text(encoding="utf-8"))
    return page.read_text(encoding="utf-8").rstrip().endswith("</html>") and len(record["cells"]) == CELLS


def links(index: Path) -> set[str]:
    """Return the pages that the index leads to; none where there is none, the index itself where it is not whole."""
    if not index.is_file():
        return set()
    html = index.read_text(encoding="utf-8")
    found = {str(index.parent / link) for link in re.findall(r'href="([^"#]+/[^"#]+)"', html)}
    return found if html.rstrip().endswith("</html>") else {str(index)}


def marked(folder: Path) -> list[int]:
    """Return the processes of runs in this folder."""
    return [pid for pid in processes() if f"{MARK}={folder}".encode() in read(pid, "environ")]


def roles(folder: Path, run: int) -> dict[str, list[int]]:
    """Return who is who among the processes of a run."""
    parents = {
        pid: int(read(pid, "stat").rpartition(b")")[2].split()[1]) for pid in marked(folder) if read(pid, "stat")
    }
    first = [pid for pid, parent in parents.items() if parent == run]
    warm = [pid for pid in first if "kpitools.publish.warm" in command(pid)]
    others = [pid for pid in first if "forkserver" in command(pid)]
    return {
        "warm": warm,
        "kernel": [pid for pid, parent in parents.items() if parent in warm],
        "worker": [pid for pid, parent in parents.items() if parent in others],
    }


def processes() -> list[int]:
    """Return all processes."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def command(pid: int) -> str:
    """Return the command line of a process."""
    return read(pid, "cmdline").replace(b"\0", b" ").decode()


def read(pid: int, what: str) -> bytes:
    """Read what the system tells of a process; nothing of one that is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/{what}").read_bytes()
    return b""


if __name__ == "__main__":
    sys.exit(main())
