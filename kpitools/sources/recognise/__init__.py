"""Recognise exports: what each file is, what its columns mean, and what only a person can say."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from kpitools.errors import SourceError
from kpitools.sources.entered import is_entered
from kpitools.sources.files import open_raw
from kpitools.sources.raw import RawTable
from kpitools.sources.recognise.decide import Asked
from kpitools.sources.recognise.entered import proposal
from kpitools.sources.recognise.known import known
from kpitools.sources.recognise.model import Proposal, Question, Recognised, Sample, Understood
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.propose import Export, propose
from kpitools.sources.recognise.trial import trial
from kpitools.sources.recognise.write import project_toml

__all__ = ["Proposal", "Question", "Recognised", "Sample", "Understood", "recognise"]


def recognise(
    paths: Sequence[Path], folder: Path, *, today: date | None = None, answers: Mapping[str, str] | None = None
) -> Recognised:
    """Say what exports are and write the project file that reads them; nothing is written to disk.

    Args:
        paths: The exports. Files with the same columns are one source.
        folder: Where the project file is to stand; files within it are named relative to it.
        today: The day of reading, before which all dates of an export lie.
        answers: Choices made by a person, by the `key` of the question.

    Raises:
        SourceError: A file cannot be read, or none of them is recognised; the message names the columns that were
            found and what each table needs.
    """
    if not paths:
        raise SourceError("No file is named. Name your exports: kpitools init FILES...")
    proposals: list[Proposal] = []
    unknown: dict[str, str] = {}
    for raws in _groups(paths):
        if is_entered(raws[0].columns):
            proposals.append(proposal(raws))
            continue
        if whole := known(raws, folder):
            proposals.append(whole)
            continue
        place = raws[0].path.name
        asked = Asked(place, answers or {}, today or date.today())  # noqa: DTZ011 - a local day is meant
        found = propose(Export(tuple(raw.path for raw in raws), _profiles(raws), asked))
        proposals += found
        if not found:
            unknown |= {raw.path.name: _not_recognised(raw) for raw in raws}
    if not proposals:
        raise SourceError(" ".join(unknown.values()))
    return trial(proposals, project_toml(proposals, folder), folder, unknown, answers or {})


def _groups(paths: Sequence[Path]) -> list[list[RawTable]]:
    """Open the files and put those with the same columns together."""
    groups: dict[tuple[str, ...], list[RawTable]] = {}
    for path in dict.fromkeys(Path(path) for path in paths):
        raw = open_raw(path)
        groups.setdefault(raw.columns, []).append(raw)
    return list(groups.values())


def _profiles(raws: Sequence[RawTable]) -> list[Profile]:
    return [Profile(name, _joined([raw.column(name) for raw in raws])) for name in raws[0].columns]


def _joined(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Put the columns of several files together; as text where their types differ."""
    same = len({part.type for part in parts}) == 1
    texts = parts if same else [part.cast(pa.string()) for part in parts]
    return pa.chunked_array([chunk for part in texts for chunk in part.chunks], texts[0].type)


NEEDS = {
    "contacts": "a date, and one of: an answered flag, a wait, a talk time",
    "requests": "a ticket number and the date of its creation",
    "surveys": "a score (NPS, satisfaction) and a date",
    "customers": "a customer number, the day when the customer came, and that of leaving or of the commitment's end; "
    "or, in a list without dates, whether the customer left",
    "orders": "an order number or an amount, a customer number and a date",
    "messages": "a ticket number, a date, and who wrote: customer, adviser or bot",
    "figures": "a row a day, week or month (not an hour), or one a team: its date, the contacts offered and answered",
}


def _not_recognised(raw: RawTable) -> str:
    """Say what was found in a file that is taken for nothing, and what would have been needed."""
    shown = ", ".join(raw.columns[:40])
    needs = "; ".join(f"{table}: {need}" for table, need in NEEDS.items())
    return f"{raw.path.name}: nothing is recognised. Its columns: {shown}. Needed are, for {needs}."
