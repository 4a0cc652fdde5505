"""Run a notebook by papermill and publish its page: whole, or not at all.

Parameters are checked before the run; a run that fails leaves the last good page where it is.
"""

import json
import logging
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from kpitools.errors import ReportError, UserError
from kpitools.publish.exporter import KPIReport
from kpitools.publish.files import write_whole
from kpitools.publish.kernels import START_SECONDS, ReportKernel
from kpitools.publish.limits import Clock, Limits
from kpitools.publish.page import refused, without_people
from kpitools.publish.parameters import check_parameters

logging.getLogger("papermill").addHandler(logging.NullHandler())  # it would speak on stderr; errors say it all


@dataclass(frozen=True, eq=False)
class Run:
    """An executed notebook, what it was told, and the folder in which it ran."""

    notebook: Path
    parameters: Mapping[str, str]
    folder: Path
    executed: NotebookNode

    def html(self, *, show_code: bool = False) -> str:
        """Return the page, with the code of each cell folded above what it shows where an analyst asks for it."""
        exporter = KPIReport(show_code=show_code)
        page, _ = exporter.from_notebook_node(self.executed, resources={"metadata": {"name": self.notebook.stem}})
        return str(page)

    def record(self) -> str:
        """Return the executed notebook, the record of how the page was made."""
        return without_paths(self.executed, self.notebook, self.folder)


@dataclass(frozen=True)
class Rendered:
    """A published report: its page, the executed notebook behind it, and what it was made from."""

    html: Path
    record: Path | None
    notebook: Path
    parameters: Mapping[str, str]


def run(notebook: Path, parameters: Mapping[str, str], failed: Path, limits: Limits | None = None) -> Run:
    """Run a notebook with these parameters, in the folder of its parameter `project`.

    It is told so (`project="."`), thus neither page nor record holds a path of this machine. `limits` begin now.

    Raises:
        ReportError: an unknown parameter (before the run), or a cell that failed: what a user can mend in its own
            words; else the cell, the error, and where the half-run notebook lies (`failed`).
    """
    check_parameters(notebook, parameters)
    folder, told = _working_folder(parameters)
    executed = _executed(notebook, told, folder, failed, (limits or Limits()).clock())
    executed.metadata.pop("widgets", None)  # what an analyst's controls showed when JupyterLab saved them
    if refused(executed):
        raise ReportError(refused(executed))
    return Run(notebook, told, folder, executed)


def render(notebook: Path, parameters: Mapping[str, str], html: Path, *, record: Path | None = None) -> Rendered:
    """Run a notebook with these parameters and write its page, and its record where one is wanted.

    Raises `ReportError` as `run` does; the half-run notebook of a failure lies in `_failed/` beside the page.
    """
    made = run(notebook, parameters, html.parent / "_failed" / f"{html.stem}.ipynb")
    page = made.html()
    if record:
        write_whole(record, made.record())
    return Rendered(write_whole(html, page), record, notebook, made.parameters)


def without_paths(nb: NotebookNode, notebook: Path, folder: Path) -> str:
    """Return the executed notebook as JSON that names no folder of this machine, no user and no adviser."""
    nb = without_people(nb)
    if "papermill" in nb.metadata:
        nb.metadata.papermill |= {"input_path": notebook.name, "output_path": None}
    text = str(nbformat.writes(nb))
    python = dict.fromkeys((sys.prefix, sys.base_prefix), "<python>")
    places = {tempfile.gettempdir(): "<temporary>", **python, str(Path.home()): "~", str(folder): "."}
    for place in sorted((p for p in places if Path(p) != Path(Path(p).anchor)), key=len, reverse=True):
        written = re.escape(json.dumps(place, ensure_ascii=False)[1:-1])
        text = re.sub(rf"(?<![\w.-]){written}(?![\w.-])", places[place], text)
    return text


def _working_folder(parameters: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    """Return the folder to run in, and the parameters as seen from there."""
    if "project" not in parameters:
        return Path.cwd(), dict(parameters)
    project = Path(parameters["project"]).resolve()
    if project.is_dir():
        return project, {**parameters, "project": "."}
    if project.is_file():
        return project.parent, {**parameters, "project": project.name}
    raise ReportError(f"There is no project {parameters['project']!r}: no such folder or file.")


def _executed(notebook: Path, parameters: Mapping[str, str], folder: Path, failed: Path, clock: Clock) -> NotebookNode:
    """Return the notebook as executed; where it fails, keep it at `failed` and say why in one line."""
    with tempfile.TemporaryDirectory(prefix="kpitools-") as scratch:
        half_run = Path(scratch) / "run.ipynb"
        try:
            return _run(notebook, parameters, folder, clock, half_run)
        except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
            if isinstance(error, PapermillExecutionError) and error.ename in _names(UserError):
                raise ReportError(error.evalue) from None
            if half_run.is_file():
                evidence = nbformat.read(half_run, as_version=4)
                write_whole(failed, without_paths(evidence, notebook, folder))
            raise ReportError(f"{notebook.stem}: {_reason(error, clock)}. The run so far: {failed}") from None


def _run(notebook: Path, parameters: Mapping[str, str], folder: Path, clock: Clock, half_run: Path) -> NotebookNode:
    """Let papermill run the notebook; braces in a path would be places to fill for it."""
    executed: NotebookNode = papermill.execute_notebook(
        _literally(notebook.resolve()),
        _literally(half_run),
        dict(parameters),
        kernel_name="python3",
        language="python",
        kernel_manager_class=ReportKernel,
        cwd=str(folder),
        progress_bar=False,
        start_timeout=START_SECONDS,
        timeout_func=clock.left,
    )
    return executed


def _literally(path: Path) -> str:
    return str(path).replace("{", "{{").replace("}", "}}")


def _reason(error: Exception, clock: Clock) -> str:
    """Say in one line what stopped the run."""
    if isinstance(error, CellTimeoutError):
        return clock.reason()
    if not isinstance(error, PapermillExecutionError):
        return "the kernel died (out of memory?)"
    said = ": ".join(filter(None, (error.ename, error.evalue.strip().split("\n")[0])))
    line = error.source.strip().split("\n")[0]
    return f"cell {error.exec_count} ({line!r}) raised {said}"


def _names(family: type[Exception]) -> set[str]:
    """Return the names of an exception and of all that descend from it."""
    return {family.__name__}.union(*(_names(child) for child in family.__subclasses__()))
