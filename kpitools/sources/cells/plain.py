"""The plain forms that fill most columns, read a column at a time.

Each form is a pattern so narrow that a cast cannot fail or differ from the scalar parser; what does not fit it
is left to the scalar parser. A test holds that both agree.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import zones
from kpitools.sources.cells.text import MISSING, NOT_RECORDED, hints

Part = tuple[pa.Array, pa.Array]
"""Which texts fit, and the values of those alone."""

_DAYS = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIMES = r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_LEAP = r"(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
_DATE = rf"(?:(?:19|20|21)[0-9]{{2}}-{_DAYS}|{_LEAP})"
_LOCAL = rf"^{_DATE}(?:{_TIMES})?$"
_UTC = rf"^{_DATE}{_TIMES}Z$"
_ORDERS = {
    "day first": (r"^([0-9]{2})([-/.])([0-9]{2})[-/.]([0-9]{4})", r"\4-\3-\1"),
    "month first": (r"^([0-9]{2})([-/.])([0-9]{2})[-/.]([0-9]{4})", r"\4-\1-\3"),
}
_WHOLE, _NUMBER = r"^(?:0|[1-9][0-9]{0,14})$", r"^-?(?:0|[1-9][0-9]{0,11})(?:\.(?:[0-9]{1,2}|[0-9]{4,6}))?$"
_SECONDS = r"^(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,2})?$"  # less than a third of the longest duration
_WORDS = r"^[!-~](?:[ -~]*[!-~])?$"


def instants(texts: pa.Array, hint: str | None, zone: str) -> Part:
    """Read ISO timestamps, local or with `Z`, and numeric dates of four-digit years in the column's order."""
    iso = texts
    for order in _ORDERS.keys() & hints(hint):
        pattern, ordered = _ORDERS[order]
        same = pc.match_substring_regex(texts, r"^[0-9]{2}(?:-[0-9]{2}-|/[0-9]{2}/|\.[0-9]{2}\.)[0-9]{4}")
        iso = pc.if_else(same, pc.replace_substring_regex(texts, pattern, ordered), texts)
    local = pc.match_substring_regex(iso, _LOCAL)
    if pc.all(local).as_py():
        return local, zones.localise(iso.cast(zones.NAIVE), zone)
    utc = pc.match_substring_regex(iso, _UTC)
    there = zones.localise(iso.filter(local).cast(zones.NAIVE), zone)
    with_z = iso.filter(utc).cast(zones.AWARE)
    fits = pc.or_(local, utc)
    values = pa.concat_arrays([there, with_z])
    places = pa.concat_arrays([_places(local), _places(utc)])
    return fits, values.take(pc.sort_indices(places))


def _places(mask: pa.Array) -> pa.Array:
    return pc.indices_nonzero(mask)


def numbers(texts: pa.Array) -> Part:
    """Read plain numbers with a decimal point; not those with three decimals, which may be thousands."""
    fits = pc.match_substring_regex(texts, _NUMBER)
    return fits, texts.filter(fits).cast(pa.float64())


def seconds(texts: pa.Array, hint: str | None) -> Part:
    """Read bare seconds, whole or with a decimal point before one or two digits."""
    plainly = hints(hint) - {"decimal point"} == {"seconds"}
    fits = pc.match_substring_regex(texts, _SECONDS) if plainly else pc.equal(texts, "0 s")
    return fits, texts.filter(fits).cast(pa.float64())


def words(missing: frozenset[str]) -> Callable[[pa.Array], Part]:
    """Return the reader of printable texts that stand for themselves."""

    def read(texts: pa.Array) -> Part:
        known = pc.is_in(pc.ascii_lower(texts), pa.array(sorted(missing)))
        fits = pc.and_(pc.match_substring_regex(texts, _WORDS), pc.invert(known))
        return fits, texts.filter(fits)

    return read


def reader(kind: str, hint: str | None, zone: str) -> Callable[[pa.Array], Part] | None:
    """Return the reader of the plain forms of a kind, where it has any."""
    readers: dict[str, Callable[[pa.Array], Part]] = {
        "instant": lambda texts: instants(texts, hint, zone),
        "number": numbers,
        "id": words(MISSING),
        "text": words(NOT_RECORDED),
    }
    if kind == "duration" and hints(hint) - {"decimal point"} == {"seconds"}:
        return lambda texts: seconds(texts, hint)
    return readers.get(kind)
