"""Report notebooks of the analyst's own: started from a template, and grown by a cell at a time."""

import re
from pathlib import Path

import nbformat

from kpitools.errors import ReportError
from kpitools.publish.files import write_whole
from kpitools.publish.notebooks import find_notebook
from kpitools.publish.parameters import parameters

NAME = re.compile(r"[A-Za-z0-9][\w-]*")
LANGUAGE = re.compile(r'^(language\b.*?= *)"\w*"', re.MULTILINE)
NEEDED = ("project", "period", "team", "language")


def new_notebook(name: str, project: Path, template: str = "periodic_report") -> Path:
    """Start a notebook of one's own in the project's `notebooks/`, as a copy of another; return its path.

    It is listed, run by papermill and published like those that came with kpitools.

    Raises:
        ReportError: no name of a notebook, one that exists already, or no such template.
    """
    stem = name.removesuffix(".ipynb")
    if not NAME.fullmatch(stem):
        raise ReportError(f"{name!r} cannot name a notebook: letters, digits, - and _ only, such as 'board_report'.")
    source, own = find_notebook(template, project), project / "notebooks" / f"{stem}.ipynb"
    if own.exists():
        raise ReportError(f"{own} is there already: choose another name, or change that one.")
    return write_whole(own, source.read_text(encoding="utf-8"))


def own_copy(name: str, project: Path, language: str = "en") -> Path:
    """Return the analyst's own copy of a notebook (`notebooks/my_<name>.ipynb`), made where there is none yet.

    A new one begins in the language given; the analyst may change that in its first cell.
    """
    own = project / "notebooks" / f"my_{name}.ipynb"
    if own.is_file():
        return own
    notebook = nbformat.read(new_notebook(own.stem, project, name), as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = LANGUAGE.sub(rf'\g<1>"{language}"', cell.source)
    return write_whole(own, nbformat.writes(notebook) + "\n")


def add_cell(name: str, project: Path, code: str, text: str = "") -> Path:
    """Append a code cell, under a heading where there is a `text`, to a notebook of the project's own.

    A notebook that does not exist yet is started from the periodic report. The last cell of a report says
    who made it; the new one is put before it where that is so.

    Raises:
        ReportError: the notebook has no parameters `project`, `period`, `team` and `language` to be asked with.
    """
    path = project / "notebooks" / f"{name.removesuffix('.ipynb')}.ipynb"
    if not path.is_file():
        path = new_notebook(name, project)
    lacking = set(NEEDED) - {parameter.name for parameter in parameters(path)}
    if lacking:
        raise ReportError(f"{path.name} has no parameter {min(lacking)!r}: no cell of kpitools can run in it.")
    notebook = nbformat.read(path, as_version=4)
    added = [nbformat.v4.new_markdown_cell(f"## {text}")] if text else []
    added.append(nbformat.v4.new_code_cell(code))
    place = len(notebook.cells) - (1 if "provenance" in "".join(notebook.cells[-1].source) else 0)
    notebook.cells[place:place] = added
    return write_whole(path, nbformat.writes(notebook) + "\n")
