"""Workbooks that `kpitools entry` wrote and staff filled in: how they say what their columns are.

A hidden row names each column in signs that are the same in every language; the first of them is the signature. A
hidden sheet holds the codes of what the drop-downs offer. So a workbook in French reads back without guessing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from kpitools.catalogue import KPIS
from kpitools.kpi import Kpi

SIGNATURE = "kpitools.entry.1"
"""Names the first column, the ISO week or month of each line, and says that kpitools wrote the sheet."""
CODES = "kpitools"
"""The hidden sheet of codes: what a drop-down offers, then what it means."""
GIVEN = (SIGNATURE, "line", "first_day", "team")
"""The columns that are filled from the start: a line with nothing else is empty."""
FILLED = ("channel", "entered_by", "entered_on", "remark")
"""The columns to be filled besides the figures."""
_WITHIN = 30
_PARTS = ("value", "numerator", "denominator")


def column_name(kpi: str, part: str, unit: str | None = None) -> str:
    """Name the column of a KPI's part; `unit` is that of its bare numbers, where it is not the KPI's own.

    >>> column_name("resolution_time", "value", "hours")
    'resolution_time.value.hours'
    """
    return ".".join(name for name in (kpi, part, unit) if name)


def is_entered(columns: Sequence[str]) -> bool:
    """Say whether columns are those of a workbook that `kpitools entry` wrote."""
    return bool(columns) and columns[0] == SIGNATURE


def figures_in_columns(columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return each KPI with the column of each part, and the unit of bare numbers where a column says one."""
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        kpi, part, unit = (*column.split("."), "", "")[:3]
        if kpi in KPIS and part in _PARTS:
            found.setdefault(kpi, {})[part] = column
            found[kpi] |= {"unit": unit} if unit else {}
    return found


def header_line(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the hidden row that names the columns; none in other workbooks."""
    return next((place for place, row in enumerate(rows[:_WITHIN]) if row and row[0] == SIGNATURE), None)


def as_filled(rows: Sequence[Sequence[str]], header: int, codes: Mapping[str, str]) -> list[list[str]]:
    """Return the rows with empty lines emptied of what stood in them from the start, and codes for what they mean."""
    names = rows[header]
    free = [place for place, name in enumerate(names) if name and name not in GIVEN]
    chosen = [place for place, name in enumerate(names) if name == "channel"]
    made = [list(row) for row in rows[: header + 1]]
    for row in rows[header + 1 :]:
        filled = any(row[place].strip() for place in free)
        line = list(row) if filled else [""] * len(row)
        for place in chosen:
            line[place] = codes.get(line[place].strip(), line[place])
        made.append(line)
    return made


def faults_of_entry(made: pd.DataFrame, kpi: Kpi, parts: Collection[str]) -> Iterator[tuple[str, str, pd.Series]]:
    """Give what does not add up in a line that staff filled in: the part, the reason, and where it is so."""
    counted = [part for part in parts if part != "value" or kpi.statistic == "count"]
    for part in counted:
        yield part, "not a whole number", made[part].notna() & (made[part] % 1 != 0)
    if "denominator" in parts:
        main = "value" if "value" in parts else "numerator"
        said = "a number of cases without their figure" if main == "value" else "a denominator without its numerator"
        yield "denominator", said, made["denominator"].notna() & made[main].isna()
