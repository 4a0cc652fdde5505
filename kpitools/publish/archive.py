"""The manifest beside a report: what it was made from, so that it can be made again."""

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from kpitools import __version__
from kpitools.publish.files import write_whole
from kpitools.publish.render import Rendered


def write_manifest(
    rendered: Rendered, path: Path, files: Iterable[Path] = (), accounts: Iterable[dict[str, Any]] = ()
) -> Path:
    """Write the manifest of a report at `path`.

    `files` are others that belong to it, such as its CSV; `accounts` say what became of the rows of each source.
    """
    made = [rendered.html, *([rendered.record] if rendered.record else []), *files]
    return write_whole(path, json.dumps(manifest(rendered, made, accounts), ensure_ascii=False, indent=1) + "\n")


def manifest(rendered: Rendered, made: Iterable[Path], accounts: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return versions, notebook, parameters, accounts and files of a report; no time and no path of this machine."""
    return {
        "kpitools": __version__,
        "notebook": {"name": rendered.notebook.stem, "sha256": fingerprint(rendered.notebook)},
        "parameters": dict(rendered.parameters),
        "accounts": list(accounts),
        "python": ".".join(map(str, sys.version_info[:3])),
        "packages": package_versions(),
        "files": [{"name": path.name, "bytes": path.stat().st_size, "sha256": fingerprint(path)} for path in made],
    }


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_versions() -> dict[str, str]:
    """Return the versions of the packages on which kpitools stands, as installed here."""
    try:
        needed = requires("kpitools") or []
    except PackageNotFoundError:  # run from a folder that was never installed
        return {}
    names = {re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in needed if "extra ==" not in need}
    return {name: version(name) for name in sorted(names, key=str.lower)}
