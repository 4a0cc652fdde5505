"""From `kpitools.toml` to a project; a fault is said in one line, with the nearest right name."""

import math
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kpitools.catalogue import KPIS
from kpitools.errors import ProjectError, UserError, require_known
from kpitools.faults import explain
from kpitools.project.parts import File, Project

FILE = "kpitools.toml"


def load(folder: Path | str = ".") -> Project:
    """Read the project file of a folder, or of the nearest folder above it.

    Raises `ProjectError` for a missing file, text that is no TOML, an unknown key or an impossible value; the message
    names the file, the key and what would be right.

    >>> load(folder).kpi("answer_rate").definition_id
    'answered_of_offered'
    """
    path = find_file(Path(folder))
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as wrong:
        twice = " It stands there twice: keep one." if str(wrong).startswith("Cannot") else ""
        raise ProjectError(f"{path}: this is not valid TOML: {wrong}.{twice}") from None
    except UnicodeDecodeError as wrong:
        raise ProjectError(f"{path}: the file must be UTF-8: byte {wrong.start} is not.") from None
    except OSError as wrong:
        raise ProjectError(f"{path}: the file cannot be read: {wrong.strerror}.") from None
    return from_mapping(content, path.parent, str(path))


def find_file(folder: Path) -> Path:
    """Return the project file of a folder, or the nearest above it, so that a notebook in a subfolder finds it."""
    if folder.suffix == ".toml":
        places = [folder]
    else:
        whole = folder.resolve()
        places = [place / FILE for place in (whole, *(whole.parents if whole.is_dir() else ()))]
    for place in places:
        if place.is_file():
            return place
    raise ProjectError(f"There is no project file {folder / FILE}. Make one from your exports: kpitools init FILES...")


def from_mapping(content: dict[str, Any], folder: Path, name: str = FILE) -> Project:
    """Make a project of what a project file holds."""
    try:
        read = File.model_validate(content)
        _check_definitions(read.definitions)
    except ValidationError as wrong:
        raise ProjectError(f"{name}: {explain(wrong, File)}") from None
    except UserError as wrong:
        raise ProjectError(f"{name}: {wrong}") from None
    project = Project(
        folder=folder.resolve(),
        about=read.project,
        sources=tuple(read.source),
        calendar=read.calendar,
        definitions=read.definitions,
        targets=tuple(read.target),
        decisions=tuple(read.decision),
        events=tuple(read.event),
        reports=tuple(read.report),
        privacy=read.privacy,
    )
    if project.who_is_who is not None and project.who_is_who.is_relative_to(project.folder):
        raise ProjectError(
            f"{name}: privacy.who_is_who: {read.privacy.who_is_who!r} lies in the project's folder, which others are "
            "given. Names of advisers stay outside: keep the file in a folder of your own."
        )
    return project


def _check_definitions(definitions: dict[str, dict[str, Any]]) -> None:
    for name, given in definitions.items():
        kpi = KPIS[require_known(name, KPIS, "KPI")]
        parameters = dict(given)
        if "variant" in parameters:
            kpi = kpi.defined(str(parameters.pop("variant")))
        kpi.with_parameters(**parameters)
        for key, value in parameters.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
                raise ProjectError(f"definitions.{name}.{key}: {value!r} must be a number, zero or more.")
