"""From `kpitools.toml` to a project; a fault is said in one line, with the nearest right name."""

import math
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kpitools.catalogue import KPIS
from kpitools.errors import ProjectError, UserError, require_known, suggest
from kpitools.project.parts import File, Project

FILE = "kpitools.toml"
_UNION = re.compile(r"(constrained-)?(str|int|float|list|dict|literal)(\[.*)?|\[key\]")
"""Steps that pydantic adds where a value may be of several types, or a key is at fault: no key of the file."""


def load(folder: Path | str = ".") -> Project:
    """Read the project file of a folder, or of the nearest folder above it.

    Raises `ProjectError` for a missing file, text that is no TOML, an unknown key or an impossible value; the message
    names the file, the key and what would be right.
    """
    path = find_file(Path(folder))
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as wrong:
        raise ProjectError(f"{path}: this is not valid TOML: {wrong}.") from None
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
        places = [place / FILE for place in (whole, *whole.parents)]
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
        raise ProjectError(f"{name}: {explain(wrong)}") from None
    except UserError as wrong:
        raise ProjectError(f"{name}: {wrong}") from None
    return Project(
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


def explain(wrong: ValidationError, model: type[BaseModel] = File) -> str:
    """Say one fault in one line: where, which value, what would be right; `model` is what the whole file holds.

    A misspelt key comes first, for it makes another one seem to be missing.
    """
    fault = min(wrong.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    place = _place(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key {place!r}. {suggest(str(fault['loc'][-1]), _known_keys(fault['loc'][:-1], model))}"
    if fault["type"] == "missing":
        return f"{place!r} is missing."
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    shown = "" if isinstance(fault["input"], dict | list) else f" (found {fault['input']!r})"
    return f"{place}: {said}{shown}" + ("" if said.endswith((".", "?", "!")) else ".")


def _place(steps: tuple[int | str, ...]) -> str:
    """Write a place as people count: the second source is `source[2]`."""
    text = ""
    for step in (step for step in steps if not _UNION.fullmatch(str(step))):
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _known_keys(steps: tuple[int | str, ...], model: Any) -> list[str]:  # noqa: ANN401 - what steps lead to
    """Return the keys that may stand where an unknown one was found."""
    for step in steps:
        if isinstance(step, str) and isinstance(model, type) and issubclass(model, BaseModel):
            model = _model_in(model.model_fields[step].annotation)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:  # noqa: ANN401 - an annotation may be anything
    inside = [part for part in getattr(annotation, "__args__", ()) if isinstance(part, type)]
    return inside[0] if inside else annotation
