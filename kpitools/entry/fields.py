"""Which numbers staff are asked for: for a share how many of how many, else the figure and over how many cases."""

from dataclasses import dataclass

from kpitools.kpi import Kpi
from kpitools.present.languages import N_
from kpitools.sources.entered import column_name

_UNITS = {
    "whole": N_("whole number"),
    "seconds": N_("seconds"),
    "hours": N_("hours"),
    "points": N_("points from -100 to 100"),
    "score": N_("number, on your own scale"),
    "number": N_("number"),
}
_HOURS = 3600
_LONG = ("requests",)
"""Tables whose durations are hours and days, not seconds."""


@dataclass(frozen=True)
class Field:
    """One column of numbers: the part of which KPI, what to write there, in which unit, within which bounds.

    `what` and `unit` are messages in English. `written` is the unit of bare numbers where it is not the KPI's own.
    """

    kpi: Kpi
    part: str
    what: str
    unit: str
    whole: bool
    low: float | None = None
    high: float | None = None
    written: str | None = None

    @property
    def name(self) -> str:
        """The name of the column in every language."""
        return column_name(self.kpi.name, self.part, self.written)


def fields_of(kpi: Kpi) -> tuple[Field, ...]:
    """Return what is asked for a KPI: out of how many first, for the other number is a part of that."""
    of = Field(kpi, "denominator", kpi.denominator or N_("out of how many"), _UNITS["whole"], whole=True, low=0)
    if kpi.statistic == "share":
        hits = kpi.numerator or N_("how many of them")
        return of, Field(kpi, "numerator", hits, _UNITS["whole"], whole=True, low=0)
    if kpi.statistic == "count":
        return (Field(kpi, "value", kpi.numerator or kpi.label, _UNITS["whole"], whole=True, low=0),)
    return _mean(kpi), of


def _mean(kpi: Kpi) -> Field:
    """Return what is asked for a mean or a score; long durations are written in hours."""
    hours = kpi.unit == "seconds" and kpi.table in _LONG
    unit = "hours" if hours else kpi.unit if kpi.unit in _UNITS else "number"
    low, high = (bound if bound is None or not hours else bound / _HOURS for bound in kpi.bounds)
    what = kpi.label if kpi.statistic == "score" else N_("mean")
    return Field(kpi, "value", what, _UNITS[unit], whole=False, low=low, high=high, written="hours" if hours else None)
