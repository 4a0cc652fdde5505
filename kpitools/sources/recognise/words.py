"""What headers and codes say, in French and English: the words of `words.toml` and how they are matched."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

INCLUSIVE = re.compile(r"(?<=[a-zà-ÿ]{3})(?:\(es?\)(?:s|\(s\))?|[·•‧]es?(?:[·•‧]s)?\b)")
"""How French writes both genders: `satisfait(e)`, `conseiller·e·s`."""


@cache
def words() -> dict[str, Any]:
    """Return the content of `words.toml`."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def tokens(text: str) -> list[str]:
    """Split a header or a code into words: lower case, no accents, `AvgTalk` and `avg_talk` alike.

    >>> tokens("Durée_dAttente (sec)")
    ['duree', 'd', 'attente', 'sec']
    """
    split = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ][a-zà-ÿ])|(?<=[a-zà-ÿ])(?=[A-Z]{2,}\b)", " ", text)
    plain = unicodedata.normalize("NFD", INCLUSIVE.sub("", split.lower()))
    return re.findall(r"[a-z]+|[0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def stem(word: str) -> str:
    """Return a word without the endings of French gender and of the plural, alike in both languages."""
    return re.sub(r"[es]+$", "", word) if len(word) > 3 else word


@cache
def _fillers() -> frozenset[str]:
    return frozenset(words()["fillers"]["words"])


@cache
def _unit_words() -> dict[str, str]:
    return {word: unit for unit, spellings in words()["units"].items() for word in spellings}


@cache
def stems(text: str, *, units: bool = True) -> frozenset[str]:
    """Return the words of a text that carry meaning, as stems; `units=False` leaves out the names of units."""
    said = tokens(text)
    kept = [word for word in said if word not in _fillers()]
    bare = kept if units else [word for word in _without_unit(said) if word in kept]
    return frozenset(stem(word) for word in bare or kept or said)


def _without_unit(said: list[str]) -> list[str]:
    """Leave out the names of units, and the "in" before one."""
    units = _unit_words()
    return [
        word
        for word, following in pairwise([*said, ""])
        if not word.isdigit() and word not in units and not (word == "in" and following in units)
    ]


def unit_of(header: str) -> str | None:
    """Return the unit of time that a header names, where it names one.

    >>> unit_of("Speed of answer in seconds")
    'seconds'
    """
    found = {_unit_words()[word] for word in tokens(header) if word in _unit_words()}
    return found.pop() if len(found) == 1 else None


def scale_of(header: str) -> tuple[int, int] | None:
    """Return the scale that a header names: `Note (1-5)`, `CSAT /10`, `sur 5`."""
    plain = " ".join(header.lower().replace("à", "-").split())
    if found := re.search(r"\b([01]) ?(?:-|to|–|\.\.) ?(10|[3-9]|100)\b", plain):  # noqa: RUF001 - an en dash
        return int(found[1]), int(found[2])
    return None


def top_of(header: str) -> int | None:
    """Return the highest answer where a header names that alone: `CSAT /5`, `note sur 7`, `out of 5`."""
    found = re.search(r"(?:/|\bsur|\bout of) ?([3-9]|10|20|100)\b", header.lower())
    return int(found[1]) if found else None


@cache
def _narrowing(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words()["narrowing"][name])


def bounded(header: str, phrase: str = "") -> bool:
    """Say whether a header counts a part of what its phrase says: "answered in 20 s", "resolved at first contact"."""
    amounts = (first.isdigit() and second in _unit_words() for first, second in pairwise(tokens(header)))
    return any(amounts) or bool(_narrowing("flags") & (stems(header) - stems(phrase)))


def denies(header: str) -> int | None:
    """Return the place of the word that a header denies, among its words that carry meaning: 1 in "non répondu".

    A last "(yes/no)", or "or not", denies nothing.
    """
    said = _carrying(header)
    found = [place for place, word in enumerate(said[:-1]) if word in _DENIALS and "oui" not in said]
    return found[-1] + 1 if found else None


def _carrying(header: str) -> list[str]:
    return [word for word in tokens(header) if word not in _fillers()]


_DENIALS = ("not", "non", "pas", "sans", "never", "jamais")  # a "No" is more often a number


@dataclass(frozen=True)
class Heard:
    """How well a header says something: a score from 0 to 1, and whether that had to be assumed."""

    score: float = 0.0
    assumed: bool = False
    word: str = ""


@cache
def hear(header: str, phrases: tuple[str, ...], *, ranked: bool = True) -> Heard:
    """Say how well a header fits a list of phrases, the best of which stands first (where they are `ranked`).

    A header that is the phrase fits fully; one that holds more words fits less, the more words it holds, and not at
    all where one of them narrows it.
    """
    narrowing = _narrowing("words") & stems(header)
    outside = stems(re.sub(r"\(.*?\)|\[.*?\]", " ", header) or header, units=False)
    squeezed = "".join(tokens(header))
    best = Heard()
    for said in (outside, stems(header, units=False)):
        for place, phrase in enumerate(phrases):
            heard = _fit(said, squeezed, phrase, 1 - 0.3 * ranked * place / len(phrases))
            if heard.score and not narrowing <= stems(phrase):
                continue
            best = max(best, heard, key=lambda one: one.score)
    return best


def _fit(said: frozenset[str], squeezed: str, phrase: str, weight: float) -> Heard:
    whole, assumed = phrase[0] in "=?", phrase[0] == "?"
    meant = stems(phrase.lstrip("=?"), units=False)
    if said == meant or squeezed == phrase.lstrip("=?").replace(" ", ""):
        return Heard(weight, assumed, phrase)
    if whole or not meant <= said:
        return Heard()
    return Heard(weight * (0.5 + 0.4 * len(meant) / len(said)), assumed, phrase)


def phrases(section: str, name: str, column: str | None = None) -> tuple[str, ...]:
    """Return the phrases of a section of `words.toml`, an empty list where it has none."""
    found = words()[section].get(name, {})
    return tuple(found if column is None else found.get(column, ()))


def says(header: str, wanted: Iterable[str]) -> bool:
    """Say whether a header or file name holds one of some words."""
    return bool(stems(header) & {stem(word) for word in wanted})


def flag(column: str, header: str) -> dict[bool, str] | None:
    """Return what yes and no mean as a category, under a header that says so: answered, missed, not resolved.

    One that denies something else ("resolved without a transfer") says neither.
    """
    denied = denies(header)
    for sense in words()["flags"].get(column, ()):
        if says(header, sense["words"]):
            turned = denied is not None and says(_carrying(header)[denied], sense["words"])
            meant = {not turned: sense["yes"], turned: sense["no"]}
            return meant if turned or denied is None else None
    return None


_BEFORE = re.compile(r"(?i)(?<=\w) +(?:before|avant)\b")
MOST_WORDS = 6
"""A text of more words is no code."""


@cache
def code(column: str, text: str) -> str | None:
    """Return the canonical value that a code of an export means: "Appel décroché" is `answered`.

    What follows a "before" did not happen: who hung up before being answered was not answered. Of two
    values that fit alike the first counts: those that end well are listed last ("answered by voicemail").
    """
    text = _BEFORE.split(text)[0]
    said = stems(text)
    if len(said) > MOST_WORDS:
        return None
    squeezed = "".join(tokens(text))
    negated = set(tokens(text)) & set(words()["fillers"]["negations"])
    best, size = None, 0.0
    for value, spellings in words()["codes"].get(column, {}).items():
        for spelling in (value, *spellings):
            meant = stems(spelling)
            if len(squeezed) > 1 and squeezed == "".join(tokens(spelling)):  # `WhatsApp` is whatsapp
                return str(value)
            letter = max(map(len, meant)) == 1  # an `E` is incoming, the one of "E-mail" is not
            if meant <= said and (meant == said or not letter) and negated <= set(tokens(spelling)):
                fit = len(meant) + (0.5 if meant == said else 0)
                best, size = (value, fit) if fit > size else (best, size)
    return best
