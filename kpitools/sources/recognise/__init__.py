"""Recognise exports: what each file is, what its columns mean, and what only a person can say."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from kpitools.errors import SourceError
from kpitools.sources.entered import is_entered
from kpitools.sources.raw import RawTable
from kpitools.sources.recognise.alike import Alike, alike
from kpitools.sources.recognise.decide import Asked
from kpitools.sources.recognise.entered import proposal
from kpitools.sources.recognise.known import known
from kpitools.sources.recognise.model import Proposal, Question, Recognised, Sample, Understood
from kpitools.sources.recognise.nearest import NEEDS, nearest
from kpitools.sources.recognise.patterns import expanded
from kpitools.sources.recognise.propose import Export, propose
from kpitools.sources.recognise.totals import doubt
from kpitools.sources.recognise.trial import trial
from kpitools.sources.recognise.write import project_toml

__all__ = ["Proposal", "Question", "Recognised", "Sample", "Understood", "recognise"]


def recognise(
    paths: Sequence[Path], folder: Path, *, today: date | None = None, answers: Mapping[str, str] | None = None
) -> Recognised:
    """Say what exports are and write the project file that reads them; nothing is written to disk.

    Args:
        paths: The exports, folders of them, or patterns. Files with the same columns are one source.
        folder: Where the project file is to stand; files within it are named relative to it.
        today: The day of reading, before which all dates of an export lie.
        answers: Choices made by a person, by the `key` of the question.

    Raises:
        SourceError: A file is not there, none can be read, or none is recognised; the message names the columns that
            were found and what each table needs.
    """
    if not paths:
        raise SourceError("No file is named. Name your exports: kpitools init FILES...")
    proposals: list[Proposal] = []
    given = expanded(paths)
    groups, unknown = alike(given)
    for group in groups:
        day = today or date.today()  # noqa: DTZ011 - a local day is meant
        found = _proposed(group, Asked(group.place, answers or {}, day), folder)
        proposals += [each for one in found for each in group.each(one)]
        if not found:
            named = {_name(path, raw, group): raw for path, raw in group.tables}
            unknown |= {name: _not_recognised(name, raw, _doubt(group)) for name, raw in named.items()}
    if not proposals:
        raise SourceError(" ".join(unknown.values()))
    kept = _without_totals(proposals)
    for one in proposals:
        if one not in kept:
            name = f"{one.files[0].name}, {one.sheet}"
            unknown[name] = f"{name}: not read, as it adds up what another sheet has row by row."
    return trial(kept, project_toml(kept, given, folder), folder, unknown, answers or {})


def _proposed(group: Alike, asked: Asked, folder: Path) -> tuple[Proposal, ...]:
    """Return what tables with the same columns are taken for."""
    if is_entered(group.columns):
        return (proposal(group.raws),)
    if whole := known(group, folder):
        return (whole,)
    return propose(Export(group.files, group.profiles(), asked, group.named))


def _without_totals(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Leave out the sheets that add up the rows of another sheet of their workbook."""
    rows = {path for one in proposals if one.sheet and one.table != "figures" for path in one.files}
    return [one for one in proposals if one.table != "figures" or not rows & set(one.files)]


def _name(path: Path, raw: RawTable, group: Alike) -> str:
    """Name a table by its file, and by its sheet where that is not the only one."""
    return path.name if group.sheets == ("",) else f"{path.name}, {raw.sheet}"


def _doubt(group: Alike) -> str:
    """Say what keeps the tables from being taken for what they come closest to."""
    return doubt(group.profiles()) or nearest(group.profiles())


def _not_recognised(name: str, raw: RawTable, why: str) -> str:
    """Say what was found in a file that is taken for nothing, and what would have been needed."""
    shown = ", ".join(raw.columns[:40])
    needs = "; ".join(f"{table}: {need}" for table, need in NEEDS.items())
    asked = why or f"Needed are, for {needs}."
    return f"{name}: nothing is recognised. Its columns: {shown}. {asked}"
