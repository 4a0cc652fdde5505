"""Telephone numbers and e-mail addresses, normalised so that two systems' ways of writing one can be matched."""

import re

from kpitools.sources.cells.text import CellError, clean, is_missing

COUNTRIES = {
    "FR": ("33", "0"), "BE": ("32", "0"), "CH": ("41", "0"), "LU": ("352", ""), "DE": ("49", "0"), "GB": ("44", "0"),
    "ES": ("34", ""), "IT": ("39", ""), "PT": ("351", ""), "NL": ("31", "0"), "IE": ("353", "0"), "US": ("1", "1"),
    "CA": ("1", "1"), "MA": ("212", "0"), "DZ": ("213", "0"), "TN": ("216", ""),
}  # fmt: skip
"""The code of a country and the digit that is dialled before a number inside it (ITU-T E.164 and E.123)."""

ZONES = {
    "Europe/Paris": "FR", "Europe/Brussels": "BE", "Europe/Zurich": "CH", "Europe/Luxembourg": "LU",
    "Europe/Berlin": "DE", "Europe/London": "GB", "Europe/Madrid": "ES", "Europe/Rome": "IT", "Europe/Lisbon": "PT",
    "Europe/Amsterdam": "NL", "Europe/Dublin": "IE", "Africa/Casablanca": "MA", "Africa/Algiers": "DZ",
    "Africa/Tunis": "TN",
}  # fmt: skip
"""The country whose clocks a time zone shows, among those whose numbers are known."""

_NATIONAL = {
    "1": r"[2-9][0-9]{2}[2-9][0-9]{6}",
    "31": r"[1-9][0-9]{8}",
    "32": r"[1-9][0-9]{7,8}",
    "33": r"[1-9][0-9]{8}",
    "34": r"[5-9][0-9]{8}",
    "41": r"[1-9][0-9]{8}",
    "44": r"[1-9][0-9]{8,9}",
    "212": r"[5-8][0-9]{8}",
    "216": r"[2-9][0-9]{7}",
    "351": r"[2-9][0-9]{8}",
}
"""The form of a number inside its country, where kpitools knows it."""

COMPLETE = r"\+(?:" + "|".join(f"{code}{form}" for code, form in _NATIONAL.items()) + ")"
"""A number that is written as it is to be kept already."""

_WITHHELD = re.compile(
    r"anony\w*|priv(?:ate|é|e)?|unknown\w*|inconnue?|masqu\w*|hidden|restricted|blocked|withheld|unavailable|cach[ée]|"
    r"(?:num[ée]ro |appel |appelant )?(?:masqu[ée]|inconnu|priv[ée]|anonyme|cach[ée]|secret)|"
    r"unknown caller|no caller id|not available|(?:private|withheld|hidden|unknown) number|"
    r"\+(?:266696687|7378742833|2562533|8656696|86282452253)"
)
"""What stands for a caller who withholds the number: words, and some of them as a telephone's keys spell them."""

_EMAIL = re.compile(r"(?=.{3,254}$)[^\s@<>(),;:\"\[\]]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")


def is_dialled(shown: str, country: str | None) -> bool:
    """Say whether a text is written as one dials or prints a telephone number, and not as a customer number may be."""
    if re.match(r"\+|00|tel:|sips?:", shown):
        return True
    if country is None or not re.fullmatch(r"[0-9(][0-9 ./()-]+", shown):
        return False
    code, trunk = COUNTRIES[country]
    return (trunk == "0" and shown.startswith("0")) or (
        code in _NATIONAL and shown.startswith(code if trunk == "0" else "")
    )


def is_withheld(shown: str) -> bool:
    """Say whether a text, in lower case, stands for a caller who withholds the number."""
    return _WITHHELD.fullmatch(shown) is not None


def read_phone(text: str, hint: str | None = None) -> str | None:
    """Read a telephone number as E.164; the hint is the country where national numbers are at home, as `FR`.

    A caller who withheld the number ("Anonyme") has none.

    Raises:
        CellError: No number, a short code, or a national number without its country.
    """
    shown = re.sub(r"^(?:tel|sips?):", "", clean(text).lower()).split("@")[0]
    if is_missing(shown) or is_withheld(shown):
        return None
    if not re.fullmatch(r"(?:\+|00)?[0-9 ./()-]+", shown):
        raise CellError("not a telephone number")
    written = shown.replace("(0)", "")
    digits = re.sub("[^0-9]", "", written)
    if written.startswith("+"):
        return _international(digits)
    if digits.startswith("00"):
        return _international(digits[2:])
    return _national(digits, hint)


def _national(digits: str, country: str | None) -> str:
    """Complete a number that is written as inside its country, or with the code but without its plus."""
    if country is None or country.upper() not in COUNTRIES:
        raise CellError("a national telephone number without its country")
    code, trunk = COUNTRIES[country.upper()]
    form = re.compile(_NATIONAL.get(code, "[0-9]{6,12}"))
    for candidate in (digits.removeprefix(trunk), digits, digits.removeprefix(code)):
        if form.fullmatch(candidate):
            return _international(code + candidate)
    raise CellError("not a telephone number of its country")


def _international(digits: str) -> str:
    """Check the length that E.164 allows, and the national part where its form is known."""
    if not re.fullmatch("[1-9][0-9]{7,14}", digits):
        raise CellError("not a telephone number")
    for code, form in _NATIONAL.items():
        if digits.startswith(code) and not re.fullmatch(form, digits.removeprefix(code)):
            raise CellError("not a telephone number of its country")
    return "+" + digits


def read_email(text: str) -> str | None:
    """Read an e-mail address in lower case, also out of `Name <address>` or `mailto:`.

    Raises:
        CellError: No address.
    """
    shown = clean(text).lower()
    if is_missing(shown):
        return None
    framed = re.fullmatch(r"[^<>]*<([^<>]+)>", shown)
    address = (framed[1] if framed else shown).removeprefix("mailto:")
    if not _EMAIL.fullmatch(address) or ".." in address or address.startswith("."):
        raise CellError("not an e-mail address")
    return address
