"""Many reports in one go: each by itself, whole or absent, and nothing left behind."""

import json
import multiprocessing
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from kpitools.data import data_folder
from kpitools.publish import batch
from kpitools.publish.batch import KILLED, Job, run_all
from kpitools.simulate.example import write_example

linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forks of a warm process on Linux only")
OFTEN = Path(__file__).parent / "kill_often.py"
CELL = 'project: str = "."\nteam: str = ""\nlanguage: str = "en"'
DECLARES = """\
from IPython.display import display
page = {"language": language, "title": team, "period": "2026-06"}
display({"application/vnd.kpitools.page+json": page, "text/plain": ""}, raw=True)
display({"text/html": f"<p>{team}</p>"}, raw=True)
"""
LOOKS = """\
import json, os, random, sys
from pathlib import Path
import numpy as np, matplotlib as mpl, pandas as pd
fresh = [os.environ.get("LEFT"), getattr(pd, "left", None), mpl.rcParams["font.size"], "left" in globals(),
         os.getcwd(), sys.path.count("/left"), mpl.get_backend(), sys.argv[0]]
drawn = [random.random(), np.random.random()]
Path(f"seen-{team}.json").write_text(json.dumps([fresh, drawn, os.getpid(), os.getppid()]))
"""
LEAVES = """\
left = pd.left = os.environ["LEFT"] = "something"
mpl.rcParams["font.size"] = 77
sys.path.append("/left")
random.seed(1), np.random.seed(1)
os.chdir("/")
"""
WRONG = {
    "raises": ("1 / 0", "cell 4 ('1 / 0') raised ZeroDivisionError: division by zero"),
    "hangs": ("import time\ntime.sleep(600)", "a cell ran longer than 4 seconds"),
    "hogs": ("import re\nre.match('(a+)+$', 'a' * 64 + 'b')", "a cell ran longer than 4 seconds"),
    "exits": ("import os\nos._exit(0)", "the kernel died"),
    "eats": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel died (out of memory?)"),
    "overfills": ("all_of_it = bytearray(2**60)", "raised MemoryError. The run so far"),
}


@pytest.fixture
def job(write_notebook, tmp_path):
    """Return a function that makes the job of a team, of a notebook with these cells."""

    def make(team, *cells, name="sample"):
        notebook = write_notebook(CELL, DECLARES, *cells, name=name)
        return Job(notebook, {"project": str(tmp_path), "team": team, "language": "en"})

    return make


@pytest.fixture
def seen(job, tmp_path):
    """Return what three reports, of which each leaves traces behind, saw when they began."""
    teams = ("North", "South", "East")
    outcomes = list(run_all([job(team, LOOKS, LEAVES) for team in teams], tmp_path / "reports"))
    assert [outcome.failure for outcome in outcomes] == [""] * 3
    return [json.loads((tmp_path / f"seen-{team}.json").read_text()) for team in teams]


def test_one_report_sees_nothing_of_another(seen, tmp_path):
    """Variables, modules, chart settings, random numbers, environment, folder and path are fresh in each kernel."""
    clean = [None, None, 10.0, False, str(tmp_path), 0, "agg", "ipykernel_launcher"]
    fresh, drawn, processes, parents = zip(*seen, strict=True)
    assert [each[:7] for each in fresh] == [clean[:7]] * 3
    assert all(each[7].endswith(("ipykernel_launcher", "ipykernel_launcher.py")) for each in fresh)
    assert len({one for one, _ in drawn}) == len({other for _, other in drawn}) == 3
    assert len(set(processes)) == 3
    if sys.platform == "linux":
        assert len(set(parents)) == 1, "the kernels are no forks of one process"


def test_what_publishing_loads_builds_no_grammar():
    """Papermill is loaded, the grammar of web addresses neither is nor is it barred; garbage is collected again."""
    code = "import gc, sys; import kpitools.publish.publishing; print(gc.isenabled(), gc.get_freeze_count() > 0, "
    code += "'papermill.execute' in sys.modules, 'rfc3987_syntax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True", "False"]


def test_an_ordinary_kernel_makes_the_same_page(job, tmp_path, monkeypatch):
    """Where nothing is warm, a report runs in a process of its own, and the page is the same byte for byte."""
    (warm,) = run_all([job("North")], tmp_path / "warm")
    monkeypatch.setattr(batch, "warmed", lambda _: nullcontext({}))
    (own,) = run_all([job("North")], tmp_path / "own")
    assert own.page.read_bytes() == warm.page.read_bytes()


def test_a_page_is_the_same_alone_and_among_others(tmp_path):
    """Reports that share one reading of their project are, byte for byte, those that read it by themselves."""
    project = write_example(tmp_path / "project", 500)
    given = {"project": str(project), "period": "2026-06", "team": "Nord"}
    notebook = data_folder("notebooks") / "periodic_report.ipynb"
    french, english = (Job(notebook, {**given, "language": language}) for language in ("fr", "en"))
    together = list(run_all([french, english], tmp_path / "together", workers=2))
    (alone,) = run_all([english], tmp_path / "alone")
    pages = {outcome.job.parameters["language"]: outcome.page for outcome in together}
    assert [outcome.failure for outcome in (*together, alone)] == [""] * 3
    assert pages["en"].read_bytes() == alone.page.read_bytes()
    assert pages["fr"].read_bytes() != alone.page.read_bytes()


def test_what_goes_wrong_in_one_report_stops_no_other(job, tmp_path):
    """A notebook that raises, hangs, exits or is killed has one clear line and its evidence; the rest is published."""
    wrong = [job(name, cell, name=name) for name, (cell, _) in WRONG.items()]
    jobs = [wrong[0], job("North"), *wrong[1:], job("South")]
    made = {o.job.parameters["team"]: o for o in run_all(jobs, tmp_path / "out", workers=2, cell_seconds=4)}
    for name, (_, line) in WRONG.items():
        assert made[name].page is None
        assert "\n" not in made[name].failure
        assert line in made[name].failure
        assert list((tmp_path / "out" / "_failed").glob(f"{name}*.ipynb")), f"{name} left no evidence"
    assert sorted(path.stem for path in tmp_path.glob("out/*/*.html")) == ["sample-north.en", "sample-south.en"]
    assert made["South"].page.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_report_has_a_limit_of_its_own(job, tmp_path):
    """Cells that are each quick enough are stopped when together they are not."""
    slow = ["import time\ntime.sleep(1)"] * 20
    (outcome,) = run_all([job("North", *slow)], tmp_path / "out", cell_seconds=4, report_seconds=5)
    assert "the report ran longer than 5 seconds" in outcome.failure


@linux
@pytest.mark.parametrize("warm", [True, False])
def test_a_process_that_is_killed_is_replaced_and_takes_its_kernel_along(job, tmp_path, monkeypatch, *, warm):
    """The report that it made is told as failed; another process makes the rest; a kernel that hogs is gone too.

    So it is with an ordinary kernel, which cannot look whether anybody is there while it hogs.
    """
    if not warm:
        monkeypatch.setattr(batch, "warmed", lambda _: nullcontext({}))
    note = "import os, re\nfrom pathlib import Path\nPath('pid').write_text(str(os.getpid()))"
    hog = WRONG["hogs"][0]
    started = threading.Thread(target=kill_a_worker, args=[tmp_path / "pid"])
    started.start()
    first, second = run_all([job("North", note, hog, name="killed"), job("South")], tmp_path / "out")
    assert first.failure == f"killed: {KILLED}"
    assert second.page
    assert not runs((tmp_path / "pid").read_text())


def runs(pid):
    """Say whether a process is there, and not only its name until the system has noted its end."""
    with suppress(FileNotFoundError):
        return Path("/proc", pid, "stat").read_text(encoding="ascii").rpartition(") ")[2][0] != "Z"
    return False


def kill_a_worker(sign):
    """Kill the process that makes reports as soon as a file is there."""
    while not sign.is_file() or not sign.read_text():
        time.sleep(0.05)
    (worker,) = multiprocessing.active_children()
    worker.kill()


def test_a_folder_without_permission_is_said_in_one_line(job, tmp_path):
    """What stands in the way is a file here, which holds even for an administrator."""
    (tmp_path / "out").write_text("a file")
    (outcome,) = run_all([job("North")], tmp_path / "out")
    assert outcome.page is None
    assert "cannot be written: Not a directory." in outcome.failure


@linux
def test_a_full_disk_is_said_in_one_line_a_report(tmp_path):
    """No page is there in part, nothing lies beside it, and the index lists none."""
    start = f"ulimit -f 200; exec {sys.executable} {OFTEN} {tmp_path} --once"
    full = subprocess.run(["bash", "-c", start], capture_output=True, text=True, check=False)
    assert full.returncode == 1, full.stderr
    assert all("File too large" in line for line in full.stdout.splitlines())
    assert len(full.stdout.splitlines()) == 2
    reports = tmp_path / "reports"
    assert {path.name for path in reports.rglob("*") if path.is_file()} <= {".lock", ".index", "index.html"}
    assert "<td" not in (reports / "index.html").read_text(encoding="utf-8")


@linux
def test_kills_at_random_moments_leave_whole_pages_and_no_process(tmp_path):
    """Run, worker, warm process or kernel: whoever is killed, pages are whole or absent, and the next run completes.

    The script does it as often as one likes; here it is a few times.
    """
    script = Path(__file__).parent / "kill_often.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path, "--rounds", "2"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "2 kills" in done.stdout
