"""What kpitools says, in each of its languages: English in the code is the key, gettext catalogues hold the rest.

A further language is one more catalogue, `locale/<language>/LC_MESSAGES/kpitools.po` with its compiled `.mo`; no code
changes. Typography (narrow no-break spaces, guillemets) stands in the translations themselves. Nothing
touches the process's own locale.
"""

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale

from kpitools.errors import require_known

SOURCE = "en"
FOLDER = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message that is translated later, where it is shown."""
    return message


@dataclass(frozen=True, eq=False)
class Words:
    """One language: its messages, and the locale that writes its numbers and dates."""

    language: str
    catalogue: NullTranslations

    @property
    def locale(self) -> Locale:
        """The locale of Babel: which one stands in the catalogue, as it is a choice of each language."""
        return Locale.parse(self.context("locale", "en_GB"))

    def text(self, message: str, **values: object) -> str:
        """Say a message; `values` fill its named places."""
        return self._found(message).format(**values) if values else self._found(message)

    def has(self, message: str) -> bool:
        """Say whether a message can be said in this language; the language of the code says them all."""
        return self.language == SOURCE or self._found(message) != message

    def plural(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Say a message in the form that `number` takes in this language."""
        return self.catalogue.ngettext(one, many, number).format(**values)

    def context(self, context: str, message: str, **values: object) -> str:
        """Say a message that has another form in that context, such as a KPI as the subject of a sentence."""
        found = self.catalogue.pgettext(context, message)
        return found.format(**values) if values else found

    def _found(self, message: str) -> str:
        return self.catalogue.gettext(message) if message else ""  # gettext keeps its header under ""


def languages() -> tuple[str, ...]:
    """Return every language that there is, the one of the code first."""
    return (SOURCE, *sorted(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/kpitools.mo")))


@cache
def words(language: str) -> Words:
    """Return a language; one that does not exist is refused with the nearest.

    Raises:
        UnknownNameError: there is no catalogue of that language.
    """
    require_known(language, languages(), "language")
    if language == SOURCE:
        return Words(language, NullTranslations())
    with (FOLDER / language / "LC_MESSAGES" / "kpitools.mo").open("rb") as compiled:
        return Words(language, GNUTranslations(compiled))


def shell(language: str) -> dict[str, str]:
    """Return what every page says around its content; a language that there is none of is said in English."""
    known, given = languages(), language.partition("-")[0]
    said = words(given if given in known else SOURCE)
    return {
        "skip": said.text("Skip to content"),
        "code": said.text("Code"),
        "footer": said.text("This page is a single file: it loads nothing and runs no script."),
    }


def plural(language: str, one: str, many: str, n: int) -> str:
    """Say a message in the form that the number `n` takes in a language.

    >>> plural("en", "{n} day", "{n} days", 1)
    '1 day'
    """
    return words(language).plural(one, many, n, n=n)
