"""Public holidays of a country, or of a region of it, as the `holidays` library knows them."""

from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

from kpitools.errors import require_known

_CODES = tuple(code for names in COUNTRIES.values() for code in names[1:])


def known_place(text: str) -> str:
    """Return `text` where it names a country (`FR`), or a region of one (`DE-BY`, `FR-Alsace`).

    Raises `UnknownNameError` for any other, with the nearest known one.
    """
    country, _, region = text.partition("-")
    require_known(country, _CODES, "country with known holidays:")
    if region:
        known = holidays.country_holidays(country)
        regions = [*known.subdivisions, *known.subdivisions_aliases]
        require_known(region, regions, f"region of {country} with known holidays:")
    return text


@lru_cache(maxsize=64)
def public_holidays(place: str, first: int, last: int) -> tuple[date, ...]:
    """Return the public holidays of a place from the year `first` to the year `last`.

    >>> [day.isoformat() for day in public_holidays("FR", 2026, 2026)][:3]
    ['2026-01-01', '2026-04-06', '2026-05-01']
    """
    country, _, region = place.partition("-")
    found = holidays.country_holidays(country, subdiv=region or None, years=range(first, last + 1))
    return tuple(sorted(day for day in found if first <= day.year <= last))
