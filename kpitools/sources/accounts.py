"""The balance of a source: rows read = used + excluded + set aside, each with its reason."""

import re
from dataclasses import dataclass, field
from typing import Any

from kpitools.sources.raw import RawRows
from kpitools.sources.remedies import remedy

_DATE = r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{2,4}(?!\d| \d\d(?!:))"
_PRIVATE = re.compile(rf"[^\s@]+@[^\s@]+|(?<![\d:/-])(?!{_DATE})\+?\d(?:[\s.()-]{{0,2}}\d){{8,}}")
"""An address, or a long number that is no date."""


@dataclass(frozen=True)
class Problem:
    """A row that could not be used: where it stands, what is wrong, and what would mend it.

    `cell` is its place in a workbook, as `Semaines!D14`, or in a list of JSON; empty in other files. `value` is fit to
    be shown: what may name a person is masked. `raw`, the cell's text, and `record`, the text of a line that could not
    be cut into cells, are not, and stay within `sources`.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    raw: str = field(default="", repr=False, compare=False)
    record: str = field(default="", repr=False, compare=False)
    cell: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        place = self.cell or f"line {self.line}"
        column = f", column {self.column!r}" if self.column else ""
        value = f" {self.value!r}:" if self.value else ""
        mend = f". {self.remedy}" if self.remedy else ""
        return f"{self.file}, {place}{column}:{value} {self.reason}{mend}"

    @property
    def remedy(self) -> str:
        """What would mend it; empty where the reason says so itself."""
        return remedy(self.reason)


@dataclass(frozen=True)
class LeftOut:
    """A file of several that could not be read, so that its rows are not known: the others of its source are used.

    `reason` is `unreadable`, `other_columns`, `not_understood` or `half_written`. `said` is the whole message, which
    may hold what stands in the file: it is for the one who reads the files, not for a page.
    """

    file: str
    reason: str
    said: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.file!r} is left out, with all its rows: {self.said}"


@dataclass(frozen=True)
class Account:
    """What became of the rows of one source.

    `excluded` rows are understood, and left out for a reason that the project's definitions give (a duplicate, an
    unanswered survey); rows that are `set_aside` could not be understood. `assumed` says what the project file had to
    assume about this source. Of the rows that are used, `alike` have no id and are equal to another in all that is
    read of them; `orphans` name, by column, a row of another table that no export has. Files that are left out count
    nowhere: they are named in `files_left_out`.
    """

    source: str
    table: str
    files: int
    read: int
    used: int
    excluded: dict[str, int]
    set_aside: dict[str, int]
    problems: tuple[Problem, ...] = ()
    blank: int = 0
    notes: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    alike: int = 0
    orphans: dict[str, int] = field(default_factory=dict)
    files_left_out: tuple[LeftOut, ...] = ()
    raw: tuple[RawRows, ...] = field(default=(), repr=False, compare=False)
    """The rows of the problems as they stand in the files, in the same order."""

    def __post_init__(self) -> None:
        """Hold the balance; a gap is a defect of kpitools, never the user's fault."""
        out = sum(self.excluded.values()) + sum(self.set_aside.values())
        if self.read != self.used + out:
            raise RuntimeError(f"{self.source}: {self.read} rows read, {self.used} used and {out} left out.")

    def foremost(self) -> str:
        """Return the reason for which most rows are set aside, with their number and the first of them."""
        reason, count = max(self.set_aside.items(), key=lambda item: item[1])
        shown = next((str(problem) for problem in self.problems if problem.reason == reason), reason)
        return f"{count} for one reason: {shown}"

    def balance(self) -> dict[str, Any]:
        """Return the counts alone, as every output writes them: no row, no name."""
        names = ("source", "table", "files", "read", "used", "excluded", "set_aside", "blank", "alike", "orphans")
        left_out = [{"file": one.file, "reason": one.reason} for one in self.files_left_out]
        return {name: getattr(self, name) for name in names} | {"files_left_out": left_out}


def masked(text: str, *, private: bool) -> str:
    """Return a cell's text as a message may show it: short, and without what may name a person.

    >>> masked("jean@example.org 12", private=False)
    '••• 12'
    """
    if private and text:
        return "•••"
    shown = _PRIVATE.sub("•••", " ".join(text.split()))
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
