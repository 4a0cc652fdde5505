"""Every message that a catalogue must hold, found in the code itself and not in a list kept by hand.

For translators: `python -m kpitools.present.messages fr` brings `locale/fr/LC_MESSAGES/kpitools.po` up to date and
compiles it; a new language starts the same way. What has no translation yet is listed.
"""

import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kpitools.catalogue import KPIS
from kpitools.present.languages import FOLDER, SOURCE

PACKAGE = Path(__file__).parents[1]
CALLS = {"text": None, "N_": None, "plural": (1, 2), "context": ((1, "c"), 2), "CellError": None}
"""Which calls hold messages, and which of their arguments; `CellError` says why a cell cannot be read."""
ROOMS = ("present", "entry", "explore", "sources/cells")
"""Where messages stand."""

SAID = ("numerator", "denominator", "exclusions", "avoid", "why")
"""What a definition says of itself beside its text; its source names publications and is not translated."""


@cache
def template() -> Catalog:
    """Return all messages: those in the code, and what the KPIs of the catalogue say of themselves."""
    catalogue = Catalog(charset="utf-8", project="kpitools", version="1")
    for path in (path for room in ROOMS for path in sorted(PACKAGE.glob(f"{room}/**/*.py"))):
        for _, found, _, context in extract_from_file("python", path, keywords=CALLS):
            catalogue.add(found, context=context)
    for kpi in KPIS.values():
        catalogue.add(kpi.label)
        catalogue.add(kpi.label, context="subject")
        for defined in (kpi, *kpi.variants.values()):
            for said in (defined.text, *(getattr(defined, part) for part in SAID)):
                if said:
                    catalogue.add(said)
    return catalogue


@cache
def known() -> frozenset[str]:
    """Return the English of every message without a context."""
    return frozenset(form for message in template() if not message.context for form in _forms(message.id))


def english_only_messages(language: str) -> frozenset[str]:
    """Return the English messages that another language says otherwise: a page in it holds none of them."""
    translated = read(language)
    same = {form for message in translated for form in _forms(message.string)}
    return known() - same - {""}


def missing(language: str) -> Iterator[str]:
    """Name the messages that a language lacks: not there, empty, or marked as doubtful."""
    translated = read(language)
    for message in template():
        found = translated.get(message.id, message.context)
        if message.id and (found is None or found.fuzzy or not all(_forms(found.string))):
            yield _forms(message.id)[0]


def read(language: str) -> Catalog:
    """Read the catalogue of a language."""
    path = FOLDER / language / "LC_MESSAGES" / "kpitools.po"
    return read_po(BytesIO(path.read_bytes()), locale=language) if path.is_file() else Catalog(locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it; doubtful translations are left out."""
    made = BytesIO()
    write_mo(made, catalogue, use_fuzzy=False)
    return made.getvalue()


def update(language: str) -> list[str]:
    """Bring a catalogue up to date with the code, compile it, and return what is still missing."""
    catalogue = read(language)
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = (
        "# What kpitools says, in another language than English. Brought up to date by `messages.py`."
    )
    catalogue.project, catalogue.version, catalogue.last_translator = "kpitools", "1", "kpitools"
    catalogue.language_team, catalogue.msgid_bugs_address = language, "none"
    place = FOLDER / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "kpitools.po").open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, omit_header=False)
    (place / "kpitools.mo").write_bytes(compiled(catalogue))
    return list(missing(language))


def _forms(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, tuple | list) else (str(said),)


if __name__ == "__main__":
    for one in sys.argv[1:] or [SOURCE]:
        for lacking in update(one):
            sys.stdout.write(f"{one}: {lacking}\n")
