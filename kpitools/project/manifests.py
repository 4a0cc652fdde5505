"""Where the reports of a project lie, how their files are called, and the manifest beside each page."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from kpitools.errors import ReportError

REPORTS = "reports"
"""The folder of the reports, beside the project file."""
EARLIER = "_earlier"
"""Below the folder of a period: the pages that were issued before, numbered."""
LONGEST = 80
"""Characters of a name within a file's name: file systems take 255 bytes for all of it."""


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
        raise ReportError(f"{path}: the manifest is damaged. Delete it: the report is then made again.") from None
    if not (isinstance(content, dict) and "kpitools" in content and isinstance(content.get("parameters"), dict)):
        raise ReportError(f"{path}: this is no manifest of kpitools. Move it elsewhere.")
    return content


def issues(page_json: Path) -> list[Path]:
    """Return the manifests of the pages that were issued before this one, the first issue first."""
    kept = (page_json.parent / EARLIER).glob(f"{page_json.stem}.*.json")
    numbered = {path: path.name.removeprefix(f"{page_json.stem}.").removesuffix(".json") for path in kept}
    return sorted((path for path, n in numbered.items() if n.isdigit()), key=lambda path: int(numbered[path]))
