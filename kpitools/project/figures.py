"""What the project file may say of figures that somebody else already added up."""

from typing import Literal

from pydantic import BaseModel, model_validator

from kpitools.catalogue import KPIS
from kpitools.errors import require_known
from kpitools.kpi import Kpi, Mix
from kpitools.project.strict import STRICT, Said

Unit = Literal["seconds", "minutes", "hours", "milliseconds", "days", "hh:mm", "mm:ss", "percent"]
PARTS = ("kpi", "value", "numerator", "denominator")
"""The columns that a wide file, with a column a KPI, has under other names."""


class Figure(BaseModel):
    """Where a file has the figures of one KPI: the header of the value, or of numerator and denominator.

    A value may have a denominator too: how many calls, answers or requests it is over. `unit` is that of bare numbers.
    """

    model_config = STRICT

    value: Said | None = None
    numerator: Said | None = None
    denominator: Said | None = None
    unit: Unit | None = None

    @property
    def headers(self) -> list[str]:
        """The headers that it names."""
        return [header for header in (self.value, self.numerator, self.denominator) if header]

    @model_validator(mode="after")
    def _whole(self) -> "Figure":
        if (self.value is None) == (self.numerator is None):
            raise ValueError("name either the column of its value, or those of its numerator and denominator")
        if self.numerator is not None and self.denominator is None:
            raise ValueError("a numerator needs its denominator; a count is a value")
        return self


def check_unit(name: str, unit: Unit | None) -> None:
    """Refuse a unit that the figures of a KPI cannot have."""
    takes = {
        "share": ("percent",),
        "seconds": ("seconds", "minutes", "hours", "milliseconds", "days", "hh:mm", "mm:ss"),
    }
    allowed = takes.get(KPIS[name].unit, ())
    if unit is not None and unit not in allowed:
        raise ValueError(f"figures.{name}: a figure in {KPIS[name].unit} is not in {unit}")


def check_figures(table: str, figures: dict[str, Figure], every: str | None, given: set[str], fixed: object) -> None:
    """Refuse what a source of figures cannot mean, and figures in a source of rows; `given` are its columns."""
    if table != "figures":
        if figures or every:
            raise ValueError(f"figures and every belong to a source with table = 'figures', not {table!r}")
        return
    for name, figure in figures.items():
        check_unit(name, figure.unit)
        if not takes_figures(KPIS[name]):
            raise ValueError(f"figures cannot give {name}: it has a share for each category")
    twice = [part for part in PARTS if figures and part in given]
    if twice:
        raise ValueError(f"columns.{twice[0]} and [source.figures] say the same: keep one of them")
    if not figures and "value" not in given and not {"numerator", "denominator"} <= given:
        raise ValueError("a source of figures needs [source.figures], or the columns kpi and value")
    if isinstance(fixed, str):
        require_known(fixed, KPIS, "KPI")


def takes_figures(kpi: Kpi) -> bool:
    """Say whether a figure can stand for the KPI: one number a period."""
    return kpi.declared_only or not isinstance(kpi.expressions()[0], Mix)
