"""Numbers, shares and yes or no."""

import math
import re

from kpitools.sources.cells.text import CellError, clean, hints, is_missing

_CURRENCY = r"(?:€|\$|£|¥|EUR|USD|GBP|CHF|CAD)"
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?) ?{_CURRENCY}? ?(?P<digits>[0-9.,' ]*[0-9][.,]?(?:e[+-]?[0-9]+)?) ?{_CURRENCY}?", re.IGNORECASE
)
_EXPONENT = re.compile(r"(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)e[+-]?[0-9]+", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[.,' ])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")

TRUE = frozenset({"true", "t", "yes", "y", "oui", "o", "vrai", "v", "1", "1.0", "x", "✓", "✔", "☑"})
FALSE = frozenset({"false", "f", "no", "n", "non", "faux", "0", "0.0", "✗", "✘", "☐"})


def read_number(text: str, hint: str | None = None) -> float | None:
    """Read a number as people and programs write it.

    Spaces (also no-break ones), apostrophes, commas or points may group three digits; a currency may stand
    at either end. `1,234` alone has two meanings: it is refused unless the hint says `decimal comma` or
    `decimal point`. Where only one reading is possible (`12,5`), the hint is not needed and not used.

    Raises:
        CellError: The text is no number, or could be two.
    """
    shown = clean(text)
    if is_missing(shown):
        return None
    return amount(shown, hint)


def amount(shown: str, hint: str | None = None) -> float:
    """Read a cleaned text that must be a number; `read_number` says how."""
    found = _AMOUNT.fullmatch(shown)
    if not found:
        raise CellError("not a number")
    digits = _plain(found["digits"].strip(), hints(hint))
    value = float(found["sign"] + digits)
    if not math.isfinite(value):
        raise CellError("a number too large")
    return value


def _plain(digits: str, hint: frozenset[str]) -> str:
    """Return the digits with a decimal point and without groups."""
    if _EXPONENT.fullmatch(digits):
        return digits.replace(",", ".")
    if _AMBIGUOUS.fullmatch(digits):
        return _settle(digits, hint)
    whole, mark, fraction = _split(digits)
    if _GROUPED.fullmatch(whole) and mark not in whole:
        whole = re.sub(r"[.,' ]", "", whole)
    if re.fullmatch("[0-9]*", whole) and re.fullmatch("[0-9]*", fraction):
        return f"{whole or '0'}.{fraction or '0'}"
    raise CellError("digits are not grouped by three")


def _split(digits: str) -> tuple[str, str, str]:
    """Cut at the decimal mark: the last point or comma, unless it only repeats the one that groups."""
    at = max(digits.rfind("."), digits.rfind(","))
    if at < 0 or digits.count(digits[at]) > 1:
        return digits, "none", ""
    return digits[:at], digits[at], digits[at + 1 :]


def _settle(digits: str, hint: frozenset[str]) -> str:
    """Read one mark before exactly three digits: a thousand or a thousandth, as the column shows."""
    decimal = "," if "decimal comma" in hint else "." if "decimal point" in hint else None
    if decimal is None:
        raise CellError("a thousand or a decimal mark: nothing in the column shows which")
    return digits.replace(decimal, ".") if decimal in digits else re.sub("[.,]", "", digits)


def read_share(text: str, hint: str | None = None) -> float | None:
    """Read a share as a fraction from 0 to 1: `94 %`, `0.94`, or `94` where the hint says `percent`.

    Raises:
        CellError: No number, or outside 0 to 100 %.
    """
    shown = clean(text)
    if is_missing(shown):
        return None
    signed = shown.endswith("%")
    if signed:  # a grouped percentage would be beyond 100 %: a mark can only be the decimal one
        hint = "decimal comma" if "," in shown else "decimal point"
    per_cent = signed or "percent" in hints(hint)
    value = amount(shown.removesuffix("%").strip(), hint)
    if 1 < value <= 100 and not per_cent:
        raise CellError("a share above 1 without its per-cent sign")
    if value < 0 or value > (100 if per_cent else 1):
        raise CellError("a share outside 0 to 100 %")
    return value / 100 if per_cent else value


def read_boolean(text: str) -> bool | None:
    """Read yes or no in French or English, 1 or 0, or a cross.

    Raises:
        CellError: Neither yes nor no.
    """
    shown = clean(text).lower()
    if is_missing(shown):
        return None
    if shown in TRUE:
        return True
    if shown in FALSE:
        return False
    raise CellError("neither yes nor no")
