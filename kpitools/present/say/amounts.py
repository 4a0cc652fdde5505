"""How much something moved, in the words that every sentence and table shares."""

from math import isfinite

from kpitools.findings.shapes import Part
from kpitools.kpi import Kpi
from kpitools.present.markup import Markup, tag
from kpitools.present.numbers import decimals, difference, level, number, relative, spread
from kpitools.present.view import View


def step(view: View, kpi: Kpi, against: str = "previous") -> str:
    """Write the difference from an earlier period: -5.8 pts, -40 s, a count in percent; nothing where there is none."""
    held = view.earlier(kpi, against)
    if held is None or held.difference is None or held.why == "incomplete":
        return ""
    if kpi.statistic == "count" and held.before:
        return relative(view.words, held.difference, held.before)
    return difference(view.words, kpi.unit, held.difference, held.difference_low, held.difference_high)


def signed(view: View, kpi: Kpi, part: Part, before: float = 0.0) -> str:
    """Write a difference with its sign, a count in percent of what it was `before`."""
    if kpi.statistic == "count" and before:
        return relative(view.words, part.value, before)
    return difference(view.words, kpi.unit, part.value, *_ends(part))


def between(view: View, kpi: Kpi, part: Part, before: float = 0.0) -> tuple[str, str] | None:
    """Write both ends of how large a rise or fall is, as its interval allows.

    None without an interval, and where it holds zero: then neither a rise nor a fall lies between its ends.
    """
    if not (isfinite(part.low) and isfinite(part.high)) or part.low < 0 < part.high:
        return None
    low, high = sorted((abs(part.low), abs(part.high)))
    if kpi.statistic == "count" and before:
        return relative(view.words, low, before).lstrip("+"), relative(view.words, high, before).lstrip("+")
    digits = decimals(kpi.unit, low, high)
    if kpi.unit in ("score", "contacts") and round(low, digits) == 0 < low:
        return number(view.words, low, digits + 1), number(view.words, high, digits + 1)
    return spread(view.words, kpi.unit, low, high)


def levels(view: View, kpi: Kpi, before: float, after: float, size: Part) -> tuple[str, str]:
    """Write two levels with the digits that the interval of their difference bears; one more where they look alike."""
    low, high = _ends(size)
    written = [level(view.words, kpi.unit, value, low, high) for value in (before, after)]
    if written[0] == written[1] and before != after and kpi.unit in ("score", "contacts"):
        written = [number(view.words, value, decimals(kpi.unit, low, high) + 1) for value in (before, after)]
    return written[0], written[1]


def cell(view: View, kpi: Kpi, part: Part, before: float = 0.0) -> Markup:
    """Return a difference with its interval below, for a table."""
    shown = tag("span", signed(view, kpi, part, before))
    if not (isfinite(part.low) and isfinite(part.high)):
        return shown
    ends = [signed(view, kpi, Part(end, part.low, part.high), before) for end in (part.low, part.high)]
    return shown + tag("small", view.words.text("{low} to {high}", low=ends[0], high=ends[1]))


def _ends(part: Part) -> tuple[float | None, float | None]:
    return (part.low, part.high) if isfinite(part.low) and isfinite(part.high) else (None, None)
