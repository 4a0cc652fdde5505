"""Both languages are complete: held to the messages in the code and in the catalogue, not to a list of words."""

import ast
import json
import re
import string
from pathlib import Path

import pytest

from kpitools import catalogue, kpi, schema
from kpitools.benchmarks import load
from kpitools.data import data_folder
from kpitools.findings.compare import WHY as COMPARE_WHY
from kpitools.present import codes, messages, tables
from kpitools.present.languages import languages, plural, words
from kpitools.sources.canonical import EXCLUDED

NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
OTHERS = [language for language in languages() if language != "en"]


def forms(said):
    """Return the forms of a message: one, or its singular and plural."""
    return tuple(said) if isinstance(said, tuple | list) else (said,)


def places(said):
    """Return the named places of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(said) if name}


def test_french_is_there():
    """English is the language of the code; every other has a compiled catalogue."""
    assert languages() == ("en", "fr")


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_lacks_its_translation(language):
    """No message of the code, and no label, definition or denominator of a KPI, is missing, empty or doubtful."""
    assert list(messages.missing(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_message(language):
    """What is filled in is the same in each language, and in each plural form."""
    for message in messages.read(language):
        if message.id and message.context not in ("date", "first of a month", "month", "quarter"):
            wanted = places(forms(message.id)[-1])
            assert all(places(said) <= wanted and wanted - places(said) <= {"n"} for said in forms(message.string))


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_text(language):
    """The .mo that travels with kpitools says what the .po says."""
    place = messages.FOLDER / language / "LC_MESSAGES" / "kpitools.mo"
    assert place.read_bytes() == messages.compiled(messages.read(language))


def test_every_message_in_the_code_is_found():
    """What is said with a constant text in `present` is in the catalogue: an independent look at the syntax trees."""
    template = {(m.context, forms(m.id)[0]) for m in messages.template()}
    for path in Path(messages.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("text", "plural", "N_"):
                assert (None, node.args[0].value) in template, (path.name, node.args[0].value)


def test_every_code_has_its_words():
    """Each closed code of other rooms is worded: verdicts, reasons, channels, statistics, units, parameters."""
    assert set(codes.CHANNELS) == set(schema.CHANNELS)
    assert set(codes.WHY) == set(COMPARE_WHY)
    assert set(codes.EXCLUDED) == set(EXCLUDED)
    assert set(codes.BETTER) == set(kpi.BETTER)
    used = {name for one in catalogue.KPIS.values() for name in one.parameters}
    assert used <= set(codes.PARAMETERS)
    assert {figure.kind for figure in load()} <= set(codes.KINDS)
    assert set(tables.SIDE_BY_SIDE) <= set(codes.KINDS)


def test_french_typography():
    """High punctuation and per cent follow a narrow no-break space, guillemets are closed, apostrophes are curved."""
    for message in messages.read("fr"):
        for said in forms(message.string):
            if not message.id or message.context in ("locale", "first of a month", "date", "month", "quarter"):
                continue
            bare = re.sub(r"\{[^}]*\}", "x", said)
            assert not re.search(rf"[^{NARROW}][;:!?%»]", bare.replace(f"{NO_BREAK}»", f"{NARROW}»")), said
            assert "'" not in bare, said
            assert '"' not in bare, said
            assert "  " not in bare, said


def test_french_typography_of_notebooks():
    """What a notebook says in French itself has the narrow spaces of the catalogue, so that no sign stands alone."""
    for path in sorted(data_folder("notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for said in ("".join(c["source"]) for c in cells if "lang-fr" in c["metadata"].get("tags", ())):
            assert not re.search(r"[ \u00a0][;:!?%»]|«[ \u00a0]", said), (path.name, said)


def test_plural_forms_follow_the_language():
    """French has no plural for 0, English has."""
    assert plural("en", "{n} day", "{n} days", 0) == "0 days"
    assert plural("fr", "{n} day", "{n} days", 0) == "0 jour"
    assert plural("fr", "{n} day", "{n} days", 2) == "2 jours"


def test_the_words_of_the_team_are_kept():
    """Terms that French teams use, as the project's list of words has them."""
    fr = words("fr").text
    assert fr("Answer rate") == "Taux de décroché"
    assert fr("First-contact resolution") == "Résolution au premier contact"
    assert fr("accepted by customers") == "accepté par les clients"
    assert words("fr").context("subject", "First-contact resolution") == "La résolution au premier contact"
    assert fr("a text that is no message") == "a text that is no message"
