"""Every KPI, declared once in each of its definitions: the function's name is the key, the docstring the meaning.

A room a theme; the order in which they stand here is that of lists and reports. The names are those of the source
documents (`docs/kpis.md` has the French terms). Where practice differs, each way of counting is a definition with its
own id, and the default says why it is; a denominator that the documents leave open is the project's choice.
"""

from kpitools.catalogue import (  # noqa: I001 - the order of reports
    calls,
    levels,
    durations,
    resolution,
    requests,
    replies,
    surveys,
    effort,
    response,
    business,
    figures,
)
from kpitools.errors import require_known
from kpitools.kpi import CATALOGUE, Kpi

__all__ = [
    "KPIS", "business", "calls", "durations", "effort", "figures", "find", "levels", "measurable", "replies",
    "requests", "resolution", "response", "surveys",
]  # fmt: skip

KPIS = CATALOGUE


def find(name: str) -> Kpi:
    """Return a KPI by name; an unknown one is refused with the nearest known one.

    `name:definition` chooses one of its definitions:

    >>> find("answer_rate:with_out_of_hours").definition_id
    'with_out_of_hours'
    """
    key, chosen, definition = name.partition(":")
    found = KPIS[require_known(key, KPIS, "KPI")]
    return found.defined(definition) if chosen else found


def measurable() -> tuple[Kpi, ...]:
    """Return the KPIs that can be measured, in the order of the catalogue."""
    return tuple(kpi for kpi in KPIS.values() if not kpi.declared_only)
