"""Write the simulated example as a project folder: exports, `kpitools.toml`, `truth.json` and a notice."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from kpitools.errors import UserError
from kpitools.simulate import exports, truth
from kpitools.simulate.department import Department, simulate
from kpitools.simulate.dirt import soil
from kpitools.simulate.world import FIRST_DAY, LAST_DAY, TEAMS

FILES = Path(__file__).with_name("files")
"""What is not simulated: the project file, and the notice that all is."""
FEWEST = 500
"""Contacts a month below which four teams over 26 months are no service any more."""


def write_example(
    folder: Path, contacts_per_month: int = 6000, seed: int = 20261122, *, overwrite: bool = False
) -> Path:
    """Write a complete simulated project and return its folder.

    Four teams, 26 months up to the end of October 2026, about `contacts_per_month` contacts a month. The same
    size and seed give the same bytes. `truth.json` holds what was planted: see `kpitools.simulate.truth`.

    A folder that holds such an example is written anew, unless its `kpitools.toml` was edited since; then only
    with `overwrite`.

    Raises:
        UserError: Too few contacts, a negative seed, or a folder that holds something else.
    """
    folder = Path(folder)
    if contacts_per_month < FEWEST:
        raise UserError(f"{contacts_per_month} contacts a month are too few for four teams: ask for {FEWEST} or more.")
    if seed < 0:
        raise UserError(f"The seed {seed} is negative: give 0 or a positive whole number.")
    _require_free(folder, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    # Written first, so that a folder left half-written is still known as an example.
    _write_json(folder / "truth.json", {"simulated": True, "complete": False})
    department = simulate(contacts_per_month, seed)
    files, dirty = _write_exports(folder, department, np.random.default_rng([seed, len(TEAMS) + 1]))
    project = (FILES / "kpitools.toml").read_text(encoding="utf-8")
    _write_text(folder / "kpitools.toml", project)
    notice = (FILES / "README.txt").read_text(encoding="utf-8")
    _write_text(folder / "README.txt", notice.format(contacts_per_month=contacts_per_month, seed=seed))
    _write_json(folder / "truth.json", {
        "simulated": True, "complete": True, "seed": seed, "contacts_per_month": contacts_per_month,
        "first_day": FIRST_DAY.isoformat(), "last_day": LAST_DAY.isoformat(),
        "planted": truth.planted(department), "counts": truth.counts(department), "files": files, "dirty": dirty,
        "project_sha256": sha256(project.encode()).hexdigest(),
    })  # fmt: skip
    return folder


def _require_free(folder: Path, *, overwrite: bool) -> None:
    """Refuse a file, a folder with anything but an example in it, and an example whose project was edited."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    known = _read_truth(folder / "truth.json")
    if not known.get("simulated"):
        raise UserError(f"{folder} is not empty and holds no simulated example: name a new or an empty folder.")
    project = folder / "kpitools.toml"
    edited = project.exists() and sha256(project.read_bytes()).hexdigest() != known.get("project_sha256")
    if edited and known.get("complete") and not overwrite:
        raise UserError(f"{project} was edited since it was written: keep it, or allow overwriting.")


def _read_truth(path: Path) -> dict[str, Any]:
    """Return what a folder's truth file says, or nothing where it is no such file."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_exports(
    folder: Path, department: Department, rng: np.random.Generator
) -> tuple[dict[str, dict[str, int]], list[dict[str, Any]]]:
    """Write the raw files; return the rows of each, all and usable, and the unusable rows."""
    lists, dirty = soil(exports.calls(department, rng), rng)
    texts = lists | {"tickets.csv": exports.tickets(department), "surveys.csv": exports.surveys(department)}
    forms = {"tickets.csv": ("utf-8", "\n"), "surveys.csv": ("utf-8-sig", "\n")}
    for name, export in texts.items():
        exports.write(folder / name, export, *forms.get(name, ("cp1252", "\r\n")))
    rows = {name: len(export.lines) for name, export in texts.items()}
    written = exports.messages(department)
    exports.write_parquet(folder / "messages" / "contacts.parquet", written)
    rows["messages/contacts.parquet"] = written.num_rows
    spoilt = {name: sum(row["file"] == name for row in dirty) for name in rows}
    return {name: {"rows": n, "usable": n - spoilt[name]} for name, n in rows.items()}, dirty


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _write_json(path: Path, value: dict[str, Any]) -> None:
    _write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
