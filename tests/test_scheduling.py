"""The recipes of docs/scheduling.md: what they start exists, and the programs that read them take them."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer.main

from kpitools.cli.commands import app
from kpitools.publish.parameters import check_parameters

PAGE = (Path(__file__).parents[1] / "docs" / "scheduling.md").read_text(encoding="utf-8")
PROGRAM = "/opt/kpitools/bin/kpitools"


def blocks(kind):
    """Return the code blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def parsed(command):
    """Let the command line itself read a command, without running it; return what it understood."""
    program, name, *options = shlex.split(command)
    assert Path(program).name == "kpitools"
    return typer.main.get_command(app).commands[name].make_context(name, options).params


def test_each_command_of_the_page_is_one():
    """Every line that starts kpitools is understood by its command line."""
    lines = re.findall(r"\b(kpitools (?:due|report|purge)(?: --[^`\"\n#]*)?)", PAGE)
    assert len(lines) > 8
    assert all(parsed(line) is not None for line in lines)


def test_the_cron_line_runs_every_morning():
    """Five fields, then the command."""
    (line,) = [line for line in blocks("cron")[0].splitlines() if PROGRAM in line]
    minute, hour, *days, command = line.split(maxsplit=5)
    assert (int(minute), int(hour), days) == (30, 6, ["*", "*", "*"])
    assert parsed(command)["jobs"] == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path):
    """`systemd-analyze verify` finds nothing wrong with service and timer, nor with the time of day."""
    service, timer = blocks("ini")
    parsed(re.search("ExecStart=(.*)", service)[1])
    (tmp_path / "kpitools.service").write_text(service.replace(PROGRAM, sys.executable), encoding="utf-8")
    (tmp_path / "kpitools.timer").write_text(timer, encoding="utf-8")
    units = [str(tmp_path / f"kpitools.{kind}") for kind in ("service", "timer")]
    for command in (["verify", *units], ["calendar", re.search("OnCalendar=(.*)", timer)[1]]):
        done = subprocess.run(["systemd-analyze", *command], capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_workflow_keeps_what_was_published():
    """GitHub's file is YAML; it runs one at a time, makes what is due and keeps the reports for the next run."""
    workflow = pytest.importorskip("yaml").safe_load(blocks("yaml")[0])
    steps = workflow["jobs"]["due"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert workflow["concurrency"]
    assert parsed(runs[1])["jobs"] == 2
    assert "git add --force reports" in runs[2]


@pytest.fixture
def airflow(monkeypatch):
    """Stand in for Airflow, which is not installed here: operators that remember what they were given."""
    made = []

    class Dag:
        def __init__(self, name, **options):
            made.append((name, options))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    class Operator:
        def __init__(self, **options):
            made.append((options.pop("task_id"), options))

        def __rshift__(self, after):
            return after

    names = ["airflow", "airflow.providers.papermill.operators.papermill", "airflow.providers.standard.operators.bash"]
    for name in {".".join(whole.split(".")[: n + 1]) for whole in names for n in range(whole.count(".") + 1)}:
        module = ModuleType(name)
        module.__dict__.update(DAG=Dag, PapermillOperator=Operator, BashOperator=Operator, __path__=[])
        monkeypatch.setitem(sys.modules, name, module)
    return made


def test_airflow_is_given_what_the_notebook_knows(airflow):
    """The batch is one task that skips when busy; the other form runs our notebook with parameters that it has."""
    for block in blocks("python"):
        exec(compile(block, "scheduling.md", "exec"), {})  # noqa: S102 - our own page
    tasks = dict(airflow)
    assert tasks["due"]["skip_on_exit_code"] == 75
    assert parsed(tasks["due"]["bash_command"])["jobs"] == 2
    run = tasks["run_Nord"]
    check_parameters(Path(run["input_nb"]), run["parameters"])
    assert run["output_nb"] in tasks["page_Nord"]["bash_command"]
    assert tasks["kpitools_due"]["catchup"] is False


@pytest.mark.parametrize("clock", ["cron", "A systemd timer", "GitHub Actions", "Airflow"])
def test_each_recipe_says_what_follows_a_missed_night(clock):
    """The section of each clock says so in bold."""
    section = re.search(rf"^## {clock}\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)[1]
    assert section.count("**After a missed night**") == 1
