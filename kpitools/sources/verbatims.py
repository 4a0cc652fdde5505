"""What customers wrote, without what says who they or the advisers are.

A name is found where a column of people holds it, or where a form of address or an introduction stands before it.
Another name stays: this makes texts fit to be read by the team, not anonymous.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import partial

import pyarrow as pa

MASK = "•••"

_HIDDEN = [
    re.compile(pattern)
    for pattern in (
        r"(?<!\S)\S*@\S*",  # an address, or somebody's name on a network
        r"(?i:\b(?:https?://|www\.)\S+)",
        r"(?i:(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|fr|net|org|eu|io|be|ch|ca|uk|de)\b(?:/\S*)?)",
        r"(?i:\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?\b)",  # an IBAN
        r"\+?\d(?:[\s.()/-]{0,3}\d){5,}",  # telephone, card, customer or order number
        r"(?:\bM\.|(?i:\b(?:mme|mlle|mr|mrs|ms|dr)\b\.?))\s*[^\W\d_][\w'-]*(?:\s+[A-ZÀ-Þ][\w'-]+)*",
        r"(?i:\b(?:monsieur|madame|mademoiselle|miss|m'appelle|my name is|nom est))(?:\s+[A-ZÀ-Þ][\w'-]*)+",
    )
]
_CURLED = "\N{RIGHT SINGLE QUOTATION MARK}"
_WORD = re.compile(r"[^\W\d_]{3,}")


def scrubbed(texts: pa.Array, people: Iterable[str]) -> pa.Array:
    """Return texts with addresses, numbers and names masked; `people` is what the columns of people hold.

    A mask covers the form of address with the name, so that nothing tells a man from a woman.
    """
    clean = partial(scrub, names=names_of(people))
    return pa.array([None if text is None else clean(text) for text in texts.to_pylist()], pa.string())


def scrub(text: str, names: frozenset[str] = frozenset()) -> str:
    """Mask what says who somebody is.

    >>> scrub("Mme Durand (06 12 34 56 78) a rappelé Léa", names_of(["Léa Petit"]))
    '••• (•••) a rappelé •••'
    """
    text = text.replace(_CURLED, "'")
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    for pattern in _HIDDEN:
        plain = pattern.sub(MASK, plain)
    return _WORD.sub(lambda word: MASK if _folded(word[0]) in names else word[0], plain)


def names_of(people: Iterable[str]) -> frozenset[str]:
    """Return the words of names, without case and accents; a text with digits is a number or a code."""
    named = (text for text in people if not any(sign.isdigit() for sign in text))
    return frozenset(_folded(word) for text in named for word in _WORD.findall(text))


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
