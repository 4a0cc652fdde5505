"""A cell's text before its meaning: clean, missing, kept as text."""

from functools import cache

_NO_WIDTH = "\u200b\u200e\u200f\u2060\ufeff"
_LOOKALIKES = str.maketrans(
    {"\u2212": "-", "\u2019": "'", "\u2032": "'", "\u2033": '"', **dict.fromkeys(_NO_WIDTH, "")}
)

_EXCEL_ERRORS = "#div/0! #value! #ref! #name? #null! #num! #n/a #na #valeur! #nom? #nul! #nombre!"
NOT_RECORDED = frozenset(
    {"", "?", "-", "--", "—", "–", "n/a", "<na>", "null", "(null)", "nan", "nat", "(blank)", "(vide)", "\\n"}  # noqa: RUF001
).union(_EXCEL_ERRORS.split())
"""What exports write for "nothing", in any column, in lower case."""

MISSING = NOT_RECORDED | {"na", "none", "nil", "nd", "n.d.", "n.a.", "n/d"}
"""The same with what means something where a column holds plain words: `NA` may be North America."""


class CellError(ValueError):
    """A cell that has no value of its kind; the message is a short reason without the cell's text."""


def clean(text: str) -> str:
    r"""Return the text without what the eye does not see: outer and doubled spaces, marks of no width.

    >>> clean("  1\u202f234  ")
    '1 234'
    """
    return " ".join(text.translate(_LOOKALIKES).split())


def is_missing(text: str) -> bool:
    """Say whether a cleaned text stands for "nothing recorded"."""
    return text.lower() in MISSING


@cache
def hints(hint: str | None) -> frozenset[str]:
    """Split a hint into its parts: `day first, Excel serial` says two things of one column."""
    return frozenset(part.strip().lower() for part in (hint or "").split(",") if part.strip())


def read_text(text: str) -> str | None:
    """Read a plain text: the outer spaces go, everything else stays."""
    kept = text.strip().strip(_NO_WIDTH)
    return None if kept.lower() in NOT_RECORDED else kept


def read_id(text: str) -> str | None:
    """Read an identifier, kept as it is written: `0012` is not `12`."""
    kept = text.strip().strip(_NO_WIDTH)
    return None if is_missing(kept) else kept
