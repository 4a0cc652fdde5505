"""The index of the reports: `index.html` in the project's first language, `index.<language>.html` in the others."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kpitools import __version__
from kpitools.project import Project
from kpitools.project.manifests import Published, published
from kpitools.publish.batch import elsewhere
from kpitools.publish.files import write_whole
from kpitools.publish.lock import alone

PATIENCE = 20
"""Seconds to wait for another run."""
MARK = ".index"
"""A text beside the index that says what it was made of."""


def write_index(reports: Path, project: Project, pages: Sequence[Published]) -> list[Path]:
    """Write the index of a folder of reports, made of what their manifests tell; return its pages.

    Where it would be as it is, nothing is written. Each page appears whole or not at all, that of the first language
    last: who opens `index.html` finds the others.
    """
    spoken, mark = list(project.about.languages), _mark(project, pages)
    own = {language: _page(reports, project, language) for language in reversed(spoken)}
    known = (reports / MARK).read_text(encoding="utf-8") if (reports / MARK).is_file() else ""
    if known == mark and all(page.is_file() for page in own.values()):
        return []
    written = [write_whole(page, elsewhere(_html, project, pages, language, spoken)) for language, page in own.items()]
    write_whole(reports / MARK, mark)
    return written


def refresh_index(reports: Path, project: Project) -> list[Path]:
    """Write the index of a folder of reports as its manifests now tell; wait for another run that is at work there.

    Raises `BusyError` where that takes long: the other run writes the index at its end.
    """
    with alone(reports, seconds=PATIENCE):
        return write_index(reports, project, published(reports)[0])


def _page(reports: Path, project: Project, language: str) -> Path:
    return reports / ("index.html" if language == project.about.languages[0] else f"index.{language}.html")


def _mark(project: Project, pages: Sequence[Published]) -> str:
    """Return a text that is another one where the index would be."""
    told = [(page.page, page.title, page.headline, page.language, page.team, str(page.period)) for page in pages]
    said = repr((__version__, project.about.name, project.about.languages, project.about.simulated, told))
    return hashlib.sha256(said.encode()).hexdigest()


def _html(project: Project, pages: Sequence[Published], language: str, spoken: Sequence[str]) -> str:
    """Return the index in a language: the page of a notebook that says nothing else, so that it has the same shell."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output  # noqa: PLC0415

    from kpitools.present.archive import index, title  # noqa: PLC0415
    from kpitools.present.languages import words  # noqa: PLC0415
    from kpitools.publish.exporter import KPIReport  # noqa: PLC0415
    from kpitools.publish.page import PAGE  # noqa: PLC0415

    said = words(language)
    others = {each: _page(Path(), project, each).name for each in spoken if each != language}
    content = index(said, project, pages, others)
    shown = [{PAGE: {"language": language, "title": title(said, project)}}, {"text/html": str(content)}]
    cell = new_code_cell(outputs=[new_output("display_data", data=data) for data in shown])
    html, _ = KPIReport().from_notebook_node(new_notebook(cells=[cell]))
    return str(html)
