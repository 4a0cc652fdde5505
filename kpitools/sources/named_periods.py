"""Weeks, months, quarters and years as summaries write them: `2026-W41`, `octobre 2026`, `S41 2026`, `T4 2026`."""

import re
from collections.abc import Iterable

from kpitools.errors import PeriodError
from kpitools.periods import Period
from kpitools.sources.cells import CellError, parse
from kpitools.sources.cells.text import clean, is_missing

FEW = 0.2
"""The share of texts that may be no periods (a total at the foot); one always may."""

_ISO = re.compile(r"(?:FY)?\d{4}(?:-(?:W\d\d|\d\d|Q[1-4]))?")
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WEEK = r"(?:w|wk|week|s|sem|semaine|cw|kw)\.? ?(?P<week>\d{1,2})"
_QUARTER = r"(?:q|t|trim|trimestre) ?(?P<quarter>[1-4])"
_NUMBERED = [
    re.compile(form)
    for part in (_WEEK, _QUARTER, r"(?P<month>0?[1-9]|1[0-2])")
    for form in (rf"{_YEAR}[-/. ]?{part}", rf"{part}[-/. ]+{_YEAR}")
]
_MONTH = re.compile(r"(?P<name>[^\W\d_]{3,9})\.?[-/ ]+(?P<year>(?:19|20)?\d\d)")
_month = parse("date")


def named_periods(texts: Iterable[str | None]) -> dict[str, Period]:
    """Return the period that each text names; nothing where they are not periods."""
    shown = {text for cell in texts if not is_missing(text := clean(str(cell or "")))}
    found = {text: period for text in sorted(shown) if (period := period_of(text))}
    others = len(shown) - len(found)
    return found if others < len(found) and others <= max(1, FEW * len(shown)) else {}


def period_of(text: str) -> Period | None:
    """Return the period that a text names, None where it names none.

    >>> str(period_of("S5 2026")), str(period_of("févr.-26")), str(period_of("T1 2026")), period_of("05/02/2026")
    ('2026-W05', '2026-02', '2026-Q1', None)
    """
    try:
        if _ISO.fullmatch(text):
            return Period.parse(text)
        lowered = text.lower()
        for form in _NUMBERED:
            if found := form.fullmatch(lowered):
                return Period.parse(_iso(found.groupdict()))
        if found := _MONTH.fullmatch(lowered):
            first = _month(f"1 {found['name']} {found['year']}")
            return Period.parse(f"{first:%Y-%m}")
    except (PeriodError, CellError):
        pass
    return None


def _iso(parts: dict[str, str | None]) -> str:
    """Write the parts of a week, quarter or month as ISO does."""
    if week := parts.get("week"):
        return f"{parts['year']}-W{int(week):02d}"
    quarter = parts.get("quarter")
    return f"{parts['year']}-Q{quarter}" if quarter else f"{parts['year']}-{int(parts['month'] or 0):02d}"
