"""The few rows of the call lists that cannot be used, put in on purpose and recorded exactly.

All of them are additional rows: without them the call lists hold every simulated call once.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kpitools.simulate.exports import CALL_HEADERS, Export

DELIVERED_TWICE = 12
BAD_DATES = ("31/02/2025", "2025-13-45", "32/10/2025")
NEGATIVE = ("-00:01:05", "-00:00:07")


@dataclass(frozen=True)
class Dirt:
    """One row that cannot be used: its file and physical line (1 is the header), and what is wrong with it."""

    file: str
    line: int
    kind: str
    contact_id: str
    column: str
    value: str


@dataclass(frozen=True)
class _Spoilt:
    """A row to be put in somewhere."""

    kind: str
    text: str
    column: str = ""
    value: str = ""


def soil(files: dict[str, Export], rng: np.random.Generator) -> tuple[dict[str, Export], list[dict[str, Any]]]:
    """Return the call lists with the unusable rows in them, and a record of each of those."""
    names = list(files)
    records: list[Dirt] = []
    spoilt = _spoilt_rows(files[names[1]].lines)
    chosen = rng.integers(1, len(names), len(spoilt))
    soiled = dict(files)
    for place, name in enumerate(names):
        extra = [row for row, where in zip(spoilt, chosen, strict=True) if where == place]
        if place == len(names) - 1:
            extra += [_Spoilt("duplicate", line) for line in files[names[-2]].lines[-DELIVERED_TWICE:]]
        soiled[name], found = _insert(name, files[name], extra, rng)
        records += found
    return soiled, [asdict(record) for record in records]


def _spoilt_rows(lines: list[str]) -> list[_Spoilt]:
    """Make the unusable rows from plain answered calls, each with an id of its own and without a ticket."""
    plain = [line for line in lines if '"' not in line and ";Décroché;" in line and ";Entrant;" in line]
    kinds = [("unreadable_date", "Date", value) for value in BAD_DATES]
    kinds += [("negative_duration", "Conversation", value) for value in NEGATIVE]
    kinds += [("short_row", "", ""), ("short_row", "", ""), ("unclosed_quote", "Commentaire", '"rappeler demain')]
    rows = []
    for number, (kind, column, value) in enumerate(kinds):
        cells = plain[number % len(plain)].split(";")
        cells[0], cells[CALL_HEADERS.index("N° ticket")] = f"A9{number:06d}", ""
        if column:
            cells[CALL_HEADERS.index(column)] = value
        rows.append(_Spoilt(kind, ";".join(cells[:6] if kind == "short_row" else cells), column, value))
    return rows


def _insert(name: str, export: Export, extra: list[_Spoilt], rng: np.random.Generator) -> tuple[Export, list[Dirt]]:
    """Put rows between a file's rows; the second delivery of a row stands wherever chance puts it."""
    places = np.sort(rng.integers(0, len(export.lines) + 1, len(extra)))
    lines, records, at = [], [], 0
    for row, place in zip(extra, places.tolist(), strict=True):
        lines += export.lines[at:place]
        at = place
        lines.append(row.text)
        contact_id = row.text.split(";")[0]
        records.append(Dirt(name, len(lines) + 1, row.kind, contact_id, row.column, row.value))
    return Export(export.header, lines + export.lines[at:]), records
