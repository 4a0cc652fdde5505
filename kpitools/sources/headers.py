"""Where a table's header stands, and names that are there once each."""

import re
from collections import Counter
from collections.abc import Sequence

_VALUE = re.compile(
    r"(?!(?:19|20)[0-9]{2}$)[-+]?[0-9]+(?:[.,][0-9]+)?%?|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*|[0-9]{1,2}:[0-9]{2}.*"
)


def find_header(records: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the header among the first records: the first that names most columns.

    A title above the table fills one or two cells of many. A record with numbers or dates in it (other than a
    year) where another has them is data: then the file has no header, and the answer is None.

    >>> find_header([["From", "2024-01-01", "2024-01-31"], ["id", "team", "start"], ["7", "North", "2024-01-02"]])
    1
    """
    least = max(1, 0.6 * usual_width(records))
    wide = [place for place, record in enumerate(records) if sum(bool(cell.strip()) for cell in record) >= least]
    values = [_values(records[place]) for place in wide]
    for place, here in zip(wide, values, strict=True):
        if not here or values.count(here) > 1:
            return None if here else place
    return None


def _values(record: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the cells that are numbers or dates."""
    return tuple(place for place, cell in enumerate(record) if _VALUE.fullmatch(cell.strip()))


def usual_width(records: Sequence[Sequence[str]]) -> int:
    """Return the number of cells that most records have (the larger where two are as frequent)."""
    widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def unique_names(header: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a name for each column, each there once, and what had to be said about them.

    Empty cells of a header beyond the rows' width are no columns.

    >>> unique_names(["id", "", "id"], 3)[0]
    ('id', 'column 2', 'id (2)')
    """
    names: list[str] = []
    notes: list[str] = []
    named = max((place for place, cell in enumerate(header, start=1) if cell.strip()), default=0)
    for place in range(max(width, named)):
        written = " ".join(header[place].split()) if place < len(header) else ""
        name = free_name(written or f"column {place + 1}", names)
        if not written:
            notes.append(f"Column {place + 1} has no name: it is called {name!r}.")
        elif name != written:
            notes.append(f"Two columns are called {written!r}: the one in place {place + 1} is called {name!r}.")
        names.append(name)
    return tuple(names), tuple(notes)


def free_name(name: str, taken: Sequence[str]) -> str:
    """Return the name, numbered where it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
