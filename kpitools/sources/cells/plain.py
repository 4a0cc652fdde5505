"""The plain forms that fill most columns, read a column at a time.

Each form is a pattern so narrow that a cast cannot fail or differ from the scalar parser; what does not fit it
is left to the scalar parser. A test holds that both agree.
"""

from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import zones
from kpitools.sources.cells.instants import PER_SECOND
from kpitools.sources.cells.text import MISSING, NOT_RECORDED, hints

Part = tuple[pa.Array, pa.Array]
"""Which texts fit, and the values of those alone."""
Form = Callable[[pa.Array], Part]
"""What reads the texts that have a form."""

_DAYS = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIMES = r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_LEAP = r"(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
_DATE = rf"(?:(?:19|20|21)[0-9]{{2}}-{_DAYS}|{_LEAP})"
_LOCAL = rf"^{_DATE}(?:{_TIMES})?$"
_STATED = rf"^{_DATE}{_TIMES}(?:Z|[+-](?:0[0-9]|1[0-3])(?::?[0-5][0-9])?)$"
_TAILS = {
    r" (?:UTC|GMT)$": "Z",
    r"([0-9]) ([+-][0-9]{2}:?[0-9]{2})$": r"\1\2",
    r"(\.[0-9]{6})[0-9]{1,3}(Z?|[+-][0-9]{2}:?[0-9]{2})$": r"\1\2",
}
_TAIL = "|".join(_TAILS)
_ORDERS = {
    "day first": (r"^([0-9]{2})([-/.])([0-9]{2})[-/.]([0-9]{4})", r"\4-\3-\1"),
    "month first": (r"^([0-9]{2})([-/.])([0-9]{2})[-/.]([0-9]{4})", r"\4-\1-\3"),
}
_WHOLE, _NUMBER = r"^(?:0|[1-9][0-9]{0,14})$", r"^-?(?:0|[1-9][0-9]{0,11})(?:\.(?:[0-9]{1,2}|[0-9]{4,6}))?$"
_SECONDS = r"^(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,2})?$"  # less than a third of the longest duration
_CLOCK = r"^[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]$"
_WORDS = r"^[!-~](?:[ -~]*[!-~])?$"


def instants(texts: pa.Array, hint: str | None, zone: str) -> Part:
    """Read ISO timestamps, local or with their offset, and numeric dates of four-digit years in the column's order."""
    iso = texts
    for order in _ORDERS.keys() & hints(hint):
        pattern, ordered = _ORDERS[order]
        same = pc.match_substring_regex(texts, r"^[0-9]{2}(?:-[0-9]{2}-|/[0-9]{2}/|\.[0-9]{2}\.)[0-9]{4}")
        iso = pc.if_else(same, pc.replace_substring_regex(texts, pattern, ordered), texts)
    if pc.any(pc.match_substring_regex(iso, _TAIL)).as_py():
        for tail, plainly in _TAILS.items():
            iso = pc.replace_substring_regex(iso, tail, plainly)
    local = pc.match_substring_regex(iso, _LOCAL)
    if pc.all(local).as_py():
        return local, zones.localise(iso.cast(zones.NAIVE), zone)
    stated = pc.match_substring_regex(iso, _STATED)
    if pc.all(stated).as_py():
        return stated, iso.cast(zones.AWARE)
    there = zones.localise(iso.filter(local).cast(zones.NAIVE), zone)
    return _together((local, there), (stated, iso.filter(stated).cast(zones.AWARE)))


def _together(one: Part, other: Part) -> Part:
    """Return which texts fit one of two forms, and the values of both in the order of the texts."""
    values = pa.concat_arrays([one[1], other[1]])
    return pc.or_(one[0], other[0]), values.take(in_order(one[0], other[0]))


def in_order(*parts: pa.Array) -> pa.Array:
    """Return where each text stands when those of one part come behind those of another; a part is a mask of texts."""
    return pc.sort_indices(pa.concat_arrays([pc.indices_nonzero(mask) for mask in parts]))


def counts(texts: pa.Array, per_second: int) -> Part:
    """Read what was counted since 1970."""
    fits = pc.match_substring_regex(texts, rf"^[1-6][0-9]{{{8 + len(str(per_second))}}}$")  # up to the year 2191
    micro = pc.multiply(texts.filter(fits).cast(pa.int64()), 1_000_000 // per_second)
    return fits, micro.cast(zones.AWARE)


def numbers(texts: pa.Array) -> Part:
    """Read plain numbers with a decimal point; not those with three decimals, which may be thousands."""
    fits = pc.match_substring_regex(texts, _NUMBER)
    return fits, texts.filter(fits).cast(pa.float64())


def durations(texts: pa.Array, hint: str | None) -> Part:
    """Read `h:mm:ss`; where the column counts seconds also these, whole or with a point before one or two digits."""
    clock = pc.match_substring_regex(texts, _CLOCK)
    plainly = hints(hint) - {"decimal point"} == {"seconds"}
    bare = pc.and_(pc.match_substring_regex(texts, _SECONDS), plainly)
    return _together((clock, _of_clock(texts.filter(clock))), (bare, texts.filter(bare).cast(pa.float64())))


def _of_clock(texts: pa.Array) -> pa.Array:
    """Add up hours, minutes and seconds."""
    hours, minutes, seconds = (
        pc.utf8_slice_codeunits(texts, *part).cast(pa.float64()) for part in ((0, -6), (-5, -3), (-2, None))
    )
    return pc.add(pc.multiply(hours, 3600.0), pc.add(pc.multiply(minutes, 60.0), seconds))


def words(missing: frozenset[str]) -> Form:
    """Return the reader of printable texts that stand for themselves."""

    def read(texts: pa.Array) -> Part:
        known = pc.is_in(pc.ascii_lower(texts), pa.array(sorted(missing)))
        fits = pc.and_(pc.match_substring_regex(texts, _WORDS), pc.invert(known))
        return fits, texts.filter(fits)

    return read


def readers(kind: str, hint: str | None, zone: str) -> list[Form]:
    """Return the readers of the plain forms of a kind."""
    counted = [partial(counts, per_second=rate) for name, rate in PER_SECOND.items() if name in hints(hint)]
    forms: dict[str, list[Form]] = {
        "instant": [*counted, partial(instants, hint=hint, zone=zone)],
        "number": [numbers],
        "duration": [partial(durations, hint=hint)],
        "id": [words(MISSING)],
        "text": [words(NOT_RECORDED)],
    }
    return forms.get(kind, [])
