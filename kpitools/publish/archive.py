"""The manifest beside a report: what it was made from, so that it can be made again."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from kpitools import __version__
from kpitools.publish.files import fingerprint, write_whole
from kpitools.publish.page import Page
from kpitools.publish.render import Rendered
from kpitools.schema import SEGMENTS
from kpitools.written import COLUMNS

FIGURE = ("kpi", "definition", "statistic", "category", "unit", "value", "low", "high", "n")
"""What a manifest keeps of each figure of a page: enough for the next report to say what is different."""


def write_manifest(rendered: Rendered, path: Path, files: Iterable[Path] = (), page: Page | None = None) -> Path:
    """Write the manifest of a report at `path`.

    `files` are others that belong to it, such as its CSV; `page` is what the notebook said of itself.
    """
    made = [rendered.html, *([rendered.record] if rendered.record else []), *files]
    content = manifest(rendered, made, page or Page("", ""))
    return write_whole(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def manifest(rendered: Rendered, made: Iterable[Path], page: Page) -> dict[str, Any]:
    """Return versions, notebook, parameters, what the page says and its files; no time and no path of this machine."""
    said = {"language": page.language, "title": page.title, "period": page.period}
    return {
        "kpitools": __version__,
        "notebook": {"name": rendered.notebook.stem, "sha256": fingerprint(rendered.notebook)},
        "parameters": dict(rendered.parameters),
        **{name: text for name, text in said.items() if text},
        **page.told,
        "figures": [{name: row.get(name) for name in FIGURE} for row in page.figures if _whole(row)],
        "accounts": list(page.accounts),
        "python": ".".join(map(str, sys.version_info[:3])),
        "packages": package_versions(),
        "files": [{"name": path.name, "bytes": path.stat().st_size, "sha256": fingerprint(path)} for path in made],
    }


def _whole(row: Mapping[str, Any]) -> bool:
    """Say whether a figure is of all that the page is about, and of no segment of it."""
    named = (name for name in row if name in SEGMENTS or name not in (*COLUMNS, "low_90", "high_90"))
    return not any(row[name] for name in named)


def package_versions() -> dict[str, str]:
    """Return the versions of the packages on which kpitools stands, as installed here."""
    try:
        needed = requires("kpitools") or []
    except PackageNotFoundError:  # run from a folder that was never installed
        return {}
    names = {re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in needed if "extra ==" not in need}
    return {name: version(name) for name in sorted(names, key=str.lower)}
