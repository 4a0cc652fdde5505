"""What was recognised: sources with their evidence, questions that only a person can answer, a sample."""

from dataclasses import dataclass, field
from pathlib import Path

from kpitools.project.rules import Rule
from kpitools.sources.accounts import Account

SNAPSHOT = "snapshot_without_dates"
"""What is assumed of a list of customers that says who left, and not when."""


@dataclass(frozen=True)
class Question:
    """A choice that decides a number and that the file does not show.

    `key` names it in the answers given to `recognise`; `line` is what to add to the project file, with the first of
    the `choices` (each a text as TOML has it, without quotes) as the example.
    """

    key: str
    text: str
    line: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What a column says beyond its header: an entry of the project file, what was assumed, what is open."""

    units: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str | float] = field(default_factory=dict)
    values: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    rules: dict[str, list[Rule]] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    held_back: tuple[str, ...] = ()
    """Columns that must not be read before a question is answered."""
    evidence: str = ""


@dataclass(frozen=True)
class Understood:
    """One canonical column: the headers that it is read from, and why."""

    column: str
    headers: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class Sample:
    """The first rows as the file has them and as they are read; what may name a person is masked."""

    headers: tuple[str, ...]
    raw: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    read: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Proposal:
    """One `[[source]]` to be: which files, taken for which table, and how each column is read."""

    files: tuple[Path, ...]
    table: str
    columns: tuple[Understood, ...]
    decisions: tuple[Decision, ...]
    not_used: tuple[str, ...]
    figures: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of a source of figures: the header of each part of each KPI, and the unit of bare numbers."""
    sheet: str = ""
    """Which sheet of a workbook, where others are read otherwise; `*` for all of them."""
    by_sheet: str = ""
    """Which segment the sheets of a workbook tell apart, where each has the same days."""
    every: str = ""
    """Of a source of figures: how long a figure covers from its first day, where no column says it."""
    system: str = ""
    """The known system that wrote the files and says all the rest, with the headers that show it as `evidence`."""
    evidence: str = ""

    @property
    def assumed(self) -> tuple[str, ...]:
        """The ids of what was assumed, each once."""
        return tuple(dict.fromkeys(name for decision in self.decisions for name in decision.assumed))

    @property
    def undated(self) -> bool:
        """Whether the rows are a list as it stood, without a date."""
        return SNAPSHOT in self.assumed

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that are open."""
        return tuple(question for decision in self.decisions for question in decision.questions)

    @property
    def held_back(self) -> frozenset[str]:
        """The columns that must not be read yet."""
        return frozenset(name for decision in self.decisions for name in decision.held_back)


@dataclass(frozen=True)
class Recognised:
    """What `kpitools init` has to say: the project file to write, and all that a person should see first."""

    toml: str
    sources: tuple[Proposal, ...]
    questions: tuple[Question, ...]
    accounts: tuple[Account, ...]
    kpis: tuple[str, ...]
    missing: dict[str, str]
    sample: tuple[Sample, ...]
    not_recognised: dict[str, str]
    """Files that are taken for nothing, each with the reason."""
