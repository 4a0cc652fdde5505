"""The sheet that staff fill in, before anybody draws it: its lines, its columns, and where each stands."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from kpitools.entry.fields import Field, fields_of
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.sources.entered import FILLED, GIVEN

GRAINS = ("week", "month")
TITLE, HELP, GROUP, HEAD, UNIT, NAMES, FIRST = range(1, 8)
"""The rows of the sheet; `NAMES` is hidden and says what the columns are, the first line to be filled is `FIRST`."""


@dataclass(frozen=True)
class Sheet:
    """What one sheet asks for, of whom, and when."""

    fields: tuple[Field, ...]
    lines: tuple[Period, ...]
    team: str | None

    @classmethod
    def of(cls, kpis: tuple[Kpi, ...], year: int, every: str, team: str | None) -> "Sheet":
        """Lay out the sheet of some KPIs for all weeks (of the ISO year) or months of a year."""
        return cls(tuple(field for kpi in kpis for field in fields_of(kpi)), periods_of(year, every), team)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each column, from the first."""
        given = GIVEN if self.team else GIVEN[:-1]
        return (*given, FILLED[0], *(field.name for field in self.fields), *FILLED[1:])

    @property
    def last(self) -> int:
        """The row of the last line."""
        return FIRST + len(self.lines) - 1

    def letter(self, name: str) -> str:
        """Return the letters of a column."""
        return str(get_column_letter(self.names.index(name) + 1))

    def other(self, field: Field) -> str | None:
        """Return the letters of the column that goes with a field; none where it stands alone."""
        found = [one for one in self.fields if one.kpi.name == field.kpi.name and one.part != field.part]
        return self.letter(found[0].name) if found else None


def periods_of(year: int, every: str) -> tuple[Period, ...]:
    """Return all weeks of an ISO year, or all months of a year.

    >>> [str(period) for period in periods_of(2026, "week")][::52]
    ['2026-W01', '2026-W53']
    """
    period = Period.parse(f"{year}-W01" if every == "week" else f"{year}-01")
    following = f"{year + 1}-W01" if every == "week" else f"{year + 1}-01"
    made = []
    while str(period) != following:
        made.append(period)
        period = period.next()
    return tuple(made)
