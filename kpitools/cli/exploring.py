"""`lab` and `new`: the analyst's own notebooks."""

import subprocess
import sys
from pathlib import Path

from kpitools import project as projects
from kpitools.cli.output import say
from kpitools.errors import require_known

NOTEBOOK, GUIDED = "explore", "getting_started"


def open_lab(folder: Path) -> int:
    """Open JupyterLab on the project, in a copy of the notebook for exploring that the analyst may change.

    A copy of the guided notebook lies beside it. Both begin in the project's first language.
    """
    from kpitools.publish.own import own_copy  # noqa: PLC0415

    project = projects.load(folder)
    language = project.about.languages[0]
    notebook, guided = (own_copy(name, project.folder, language) for name in (NOTEBOOK, GUIDED))
    say(f"JupyterLab opens {notebook} in your browser; end it with Ctrl+C.")
    say(f"New to it? {guided.name}, in the same folder, leads through it in ten minutes.")
    root = f"--ServerApp.root_dir={project.folder}"
    place = f"--LabApp.default_url=/lab/tree/{notebook.relative_to(project.folder).as_posix()}"
    return subprocess.call([sys.executable, "-m", "jupyterlab", root, place])  # noqa: S603 - our own arguments


def start_notebook(what: str, name: str, folder: Path, template: str) -> None:
    """Start a report notebook of the analyst's own, and say how to run it."""
    from kpitools.publish.own import new_notebook  # noqa: PLC0415

    require_known(what, ("notebook",), "thing to start")
    made = new_notebook(name, projects.load(folder).folder, template)
    say(f"Written: {made}")
    say(f"Change it in JupyterLab (kpitools lab), and run it: kpitools report --notebook {made.stem}")
