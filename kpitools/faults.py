"""What pydantic finds wrong in a file that a person writes, said in one line."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from kpitools.errors import suggest

_UNION = re.compile(r"(constrained-)?(str|int|float|list|dict|literal)(\[.*)?|\[key\]")
"""Steps that pydantic adds where a value may be of several types, or a key is at fault: no key of the file."""


def explain(wrong: ValidationError, model: type[BaseModel]) -> str:
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
    return (f"{place}: " if place else "") + f"{said}{shown}" + ("" if said.endswith((".", "?", "!")) else ".")


def _place(steps: tuple[int | str, ...]) -> str:
    """Write a place as people count: the second source is `source[2]`."""
    text = ""
    for step in (step for step in steps if not _UNION.fullmatch(str(step))):
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _known_keys(steps: tuple[int | str, ...], model: Any) -> list[str]:  # noqa: ANN401 - what steps lead to
    """Return the keys that may stand where an unknown one was found."""
    for step in steps:
        if model and step in model.model_fields:  # else it is a place in a list, or a key of the user's own
            model = _model_in(model.model_fields[step].annotation)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_in(annotation: Any) -> Any:  # noqa: ANN401 - an annotation may be anything
    """Return the model that an annotation holds, however deep; None where it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((one for part in getattr(annotation, "__args__", ()) if (one := _model_in(part))), None)
