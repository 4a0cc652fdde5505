"""A text in the languages that it exists in."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo


@dataclass(frozen=True)
class Text:
    """A text in one or more languages, as pairs of language and text."""

    by_language: tuple[tuple[str, str], ...]

    def found(self, language: str) -> tuple[str, str]:
        """Return the text in `language`, or the first there is, and the language that it is in."""
        spoken = language if language in dict(self.by_language) else self.by_language[0][0]
        return dict(self.by_language)[spoken], spoken

    def get(self, language: str) -> str:
        """Return the text in `language`; one that exists in another only is marked with that language.

        >>> Text((("fr", "moitié"),)).get("fr"), Text((("fr", "moitié"),)).get("en")
        ('moitié', 'moitié [fr]')
        """
        text, spoken = self.found(language)
        return text if spoken == language else f"{text} [{spoken}]"


def _as_text(given: Any, info: ValidationInfo) -> Text:  # noqa: ANN401 - whatever TOML holds
    """Read `{ en = "...", fr = "..." }`, or plain text, which is in the language of the source."""
    if isinstance(given, Text):
        return given
    spoken: dict[Any, Any] = given if isinstance(given, dict) else {(info.context or {}).get("language"): given}
    for language, text in spoken.items():
        if not (isinstance(language, str) and len(language) == 2 and isinstance(text, str) and text.strip()):
            raise ValueError('is no text; "..." or { en = "...", fr = "..." } is right')
    if not spoken:
        raise ValueError("is empty")
    return Text(tuple(spoken.items()))


Words = Annotated[Text, BeforeValidator(_as_text)]
