"""What of an executed notebook is published: its language and title, and the cells that are for readers."""

import copy
import re
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from kpitools.errors import ReportError

CONTROL = "application/vnd.jupyter.widget-view+json"
"""The media type of what acts only where a kernel runs."""
PAGE = "application/vnd.kpitools.page+json"
"""The media type by which a notebook declares its page: {"language": ..., "title": ..., "description": ...}.

A report also says its `period` (ISO text), its `figures` (rows of `measure`), which are written beside the page, and
its `accounts` (the balance of every source), which stand in the manifest, as does what else it tells (`TOLD`).
"""
TOLD = ("today", "complete", "data", "headline", "verdicts", "definitions", "comments")
"""What a manifest repeats as the notebook said it: `present.declared` explains each."""

NOT_FOR_READERS = {"parameters", "injected-parameters", "aside", "remove_cell"}
PERSONAL = "personal"
"""What a page declares that may name people."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Page:
    """Language (a BCP 47 tag), title and description of a page; the period, figures and accounts of a report.

    `told` is what it says of itself besides, for its manifest.
    """

    language: str
    title: str
    description: str = ""
    period: str = ""
    figures: tuple[dict[str, Any], ...] = ()
    accounts: tuple[dict[str, Any], ...] = ()
    told: dict[str, Any] = field(default_factory=dict)


def read_page(nb: NotebookNode, otherwise: str = "") -> Page:
    """Return the page that the notebook declares; without one, English under the name of the notebook.

    The first output of media type `PAGE` counts.

    Raises:
        ReportError: the declared language is no language tag.
    """
    declared: dict[str, Any] = next((output.data[PAGE] for output in outputs(nb) if PAGE in output.get("data", {})), {})
    language = str(declared.get("language") or "en")
    if not LANGUAGE.fullmatch(language):
        raise ReportError(f"The notebook declares the language {language!r}. Right would be 'fr' or 'en'.")
    title = str(declared.get("title") or nb.metadata.get("title") or otherwise)
    described, period = (str(declared.get(name) or "") for name in ("description", "period"))
    figures, accounts = (tuple(declared.get(name) or ()) for name in ("figures", "accounts"))
    told = {name: declared[name] for name in TOLD if name in declared}
    return Page(language, title, described, period, figures, accounts, told)


def without_people(nb: NotebookNode) -> NotebookNode:
    """Return a notebook as its record keeps it: where its page may name people, without what its cells showed."""
    if not any(output.get("data", {}).get(PAGE, {}).get(PERSONAL) for output in outputs(nb)):
        return nb
    kept = copy.deepcopy(nb)
    for cell in kept.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return kept


def refused(nb: NotebookNode) -> str:
    """Return the sentence in which a notebook says that there is no page; empty where there is one."""
    return next(
        (out.data[PAGE]["refused"] for out in outputs(nb) if "refused" in out.get("data", {}).get(PAGE, {})), ""
    )


def published_cells(nb: NotebookNode, language: str) -> NotebookNode:
    """Return a copy of the notebook with the cells that readers of `language` see.

    Left out: cells tagged as parameters, `aside` or `remove_cell`; cells tagged `lang-xx` for another language; and
    controls, such as a panel, that do nothing where no kernel runs.

    Raises:
        ReportError: a cell of the notebook failed; half a report is none.
    """
    for output in outputs(nb):
        if output.output_type == "error":
            raise ReportError(f"A cell of the notebook failed ({output.ename}): there is nothing to publish.")
    shown = copy.deepcopy(nb)
    shown.cells = [cell for cell in shown.cells if _for_readers(cell, language.partition("-")[0])]
    for cell in shown.cells:
        cell.outputs = [out for out in cell.get("outputs", []) if not {PAGE, CONTROL} & out.get("data", {}).keys()]
    return shown


def outputs(nb: NotebookNode) -> list[NotebookNode]:
    """Return all outputs of a notebook, in reading order."""
    return [output for cell in nb.cells for output in cell.get("outputs", [])]


def _for_readers(cell: NotebookNode, language: str) -> bool:
    tags = set(cell.metadata.get("tags", []))
    languages = {tag.removeprefix("lang-") for tag in tags if tag.startswith("lang-")}
    return not tags & NOT_FOR_READERS and (not languages or language in languages)
