"""What the tables of the project file share: how strictly they are read, and kinds of text."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field


def _as_list(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    return [value] if isinstance(value, str) else value


STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=True)
"""An unknown key is refused, `true` is no 1, and what was read never changes."""

Said = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[str], BeforeValidator(_as_list)]
Names = Annotated[list[Said], BeforeValidator(_as_list), Field(min_length=1)]
