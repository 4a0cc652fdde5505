"""Where the reports of a project lie, how their files are called, and the manifest beside each page."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpitools.errors import PeriodError, ReportError
from kpitools.periods import Period

REPORTS = "reports"
"""The folder of the reports, beside the project file."""
EARLIER = "_earlier"
"""Below the folder of a period: the pages that were issued before, numbered."""
FAILED = "_failed"
"""The folder of what became of reports that could not be made: the half-run notebook, and the reason as a text."""
LONGEST = 80
"""Characters of a name within a file's name: file systems take 255 bytes for all of it."""
USUAL = frozenset({"project", "period", "team", "language", "today"})
"""What every report is told. A page that is told more, as of one adviser, stands beside the one that is not."""
FIGURES = ".figures.json"
"""How the file of a report's figures ends, which is no manifest."""


@dataclass(frozen=True)
class Published:
    """A page in a folder of reports, as its manifest tells of it.

    `page` is its place within the folder. What the notebook did not say is empty; `figures` are rows of `measure`;
    `further` is what it was told beyond the usual, by the names of the parameters.
    """

    page: str
    notebook: str
    team: str
    language: str
    period: Period | None
    title: str
    headline: tuple[str, ...]
    today: str
    comments: str
    figures: tuple[Mapping[str, Any], ...]
    definitions: Mapping[str, Any]
    further: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, Period | None, str]:
        """What it is a report of: notebook, team, period, language."""
        return self.notebook, self.team, self.period, self.language


def published(reports: Path) -> tuple[list[Published], list[str]]:
    """Return the pages of a folder of reports by their manifests, in the order of their names, and what is wrong.

    A manifest that is damaged, or whose page is missing or another than it says, is named in one line and left out.
    """
    found, wrong = [], []
    for path in sorted((*reports.glob("*.json"), *reports.glob("*/*.json"))):
        if path.name.startswith(".") or path.name.endswith(FIGURES):
            continue
        try:
            found.append(_tell(path, reports))
        except ReportError as fault:
            wrong.append(str(fault))
    return found, wrong


def _tell(path: Path, reports: Path) -> Published:
    content = read_manifest(path)
    page = path.with_name(f"{path.stem}.html")
    try:
        given = content["parameters"]
        size = next(file["bytes"] for file in content["files"] if file["name"] == page.name)
        told = Published(
            page=page.relative_to(reports).as_posix(),
            notebook=content["notebook"]["name"],
            team=str(given.get("team", "")),
            language=str(content.get("language") or given.get("language", "")),
            period=read_period(str(content.get("period") or given.get("period", ""))),
            title=str(content.get("title") or page.stem),
            headline=tuple(map(str, content.get("headline", ()))),
            today=str(content.get("today", "")),
            comments=str(content.get("comments", "")),
            figures=tuple(content.get("figures", ())),
            definitions=dict(content.get("definitions", {})),
            further=_further(given),
        )
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError):
        raise ReportError(f"{path}: the manifest is damaged: the report counts as not published.") from None
    if not page.is_file() or page.stat().st_size != size:
        raise ReportError(f"{path}: the page beside it is missing, or not the one that it tells of.")
    return told


def read_period(text: str) -> Period | None:
    """Read a period; None for a text that is none."""
    with suppress(PeriodError):
        return Period.parse(text)
    return None


def report_stem(notebook: str, parameters: Mapping[str, str]) -> str:
    """Make the name of a report's files from what its notebook is told.

    >>> report_stem("adviser_review", {"period": "2026-10", "team": "Nord", "adviser": "3f2a", "language": "fr"})
    'adviser_review-nord-adviser-3f2a.fr'
    """
    further = (f"{name} {told}" for name, told in _further(parameters))
    return file_stem(notebook, parameters.get("team", ""), parameters.get("language", ""), *further)


def _further(parameters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(told)) for name, told in sorted(parameters.items()) if name not in USUAL and told)


def file_stem(notebook: str, team: str, language: str, *further: str) -> str:
    """Make the name of a file about a team, or a report of one.

    >>> file_stem("periodic_report", "Équipe Nord", "fr")
    'periodic_report-equipe-nord.fr'
    """
    parts = [_plain(part) for part in (notebook, team, *further) if part]
    return "-".join(parts) + (f".{language}" if language else "")


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9_]+", "-", ascii_text).strip("-") or "x" + text.encode().hex()[:16]
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def failure_note(reports: Path, notebook: str, parameters: Mapping[str, str]) -> Path:
    """Name the text in which the reason of a failed attempt stands; the half-run notebook lies beside it."""
    stem, period = report_stem(notebook, parameters), parameters.get("period", "")
    return reports / FAILED / (f"{period}-{stem}.txt" if period else f"{stem}.txt")


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a report.

    Raises:
        ReportError: it cannot be read, is cut off, or is none of kpitools; one line that names it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise ReportError(f"{path}: the manifest cannot be read ({wrong.strerror}).") from None
    except ValueError:
        raise ReportError(f"{path}: the manifest is damaged: the report counts as not published.") from None
    if not isinstance(content, dict) or "kpitools" not in content:
        raise ReportError(f"{path}: this is no manifest of kpitools. Move it elsewhere.")
    return content


def issues(page_json: Path) -> list[Path]:
    """Return the manifests of the pages that were issued before this one, the first issue first."""
    kept = (page_json.parent / EARLIER).glob(f"{page_json.stem}.*.json")
    numbered = {path: path.name.removeprefix(f"{page_json.stem}.").removesuffix(".json") for path in kept}
    return sorted((path for path, n in numbered.items() if n.isdigit()), key=lambda path: int(numbered[path]))
