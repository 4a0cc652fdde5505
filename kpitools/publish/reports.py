"""A standing report in its place: `reports/<period>/`, with its record, figures and manifest beside the page."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from kpitools.measure.rows import to_csv
from kpitools.publish.archive import write_manifest
from kpitools.publish.files import write_whole
from kpitools.publish.page import read_page
from kpitools.publish.render import Rendered, run

LONGEST = 80
"""Characters of a name within a file's name: file systems take 255 bytes for all of it."""


def publish(notebook: Path, parameters: Mapping[str, str], reports: Path) -> Path:
    """Run a report and write it whole: page, executed notebook, figures (CSV) and manifest; return the page.

    The period that the notebook declares names the folder, so that "the last closed month" finds its place. The page
    itself is written last: where it is, all that belongs to it is there too.
    Raises `ReportError` as `render` does.
    """
    stem = file_stem(notebook.stem, parameters.get("team", ""), parameters.get("language", ""))
    made = run(notebook, parameters, reports / "_failed" / f"{stem}.ipynb")
    html, page = made.html(), read_page(made.executed)
    place = reports / page.period / stem
    record = write_whole(place.with_name(f"{stem}.ipynb"), made.record())
    files = [write_whole(place.with_name(f"{stem}.csv"), to_csv(list(page.figures)))] if page.figures else []
    written = write_whole(place.with_name(f"{stem}.html"), html)
    rendered = Rendered(written, record, notebook, made.parameters)
    write_manifest(rendered, place.with_name(f"{stem}.json"), files, page.accounts)
    return written


def file_stem(notebook: str, team: str, language: str) -> str:
    """Make the name of a report's files.

    >>> file_stem("periodic_report", "Équipe Nord", "fr")
    'periodic_report-equipe-nord.fr'
    """
    parts = [_plain(part) for part in (notebook, team) if part]
    return "-".join(parts) + (f".{language}" if language else "")


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9_]+", "-", ascii_text).strip("-") or "x" + text.encode().hex()[:16]
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
