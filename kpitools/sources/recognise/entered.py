"""Workbooks that `kpitools entry` wrote: they say themselves what they are."""

from collections.abc import Sequence

from kpitools.sources.entered import SIGNATURE, figures_in_columns
from kpitools.sources.raw import RawTable
from kpitools.sources.recognise.model import Proposal, Understood

_COLUMNS = {
    "start": SIGNATURE,
    "team": "team",
    "channel": "channel",
    "entered_by": "entered_by",
    "entered_at": "entered_on",
}


def proposal(raws: Sequence[RawTable]) -> Proposal:
    """Return the source that filled workbooks with the same columns give."""
    columns = raws[0].columns
    there = {name: header for name, header in _COLUMNS.items() if header in columns}
    said = "a workbook of kpitools entry"
    figures = figures_in_columns(columns)
    read = {*there.values(), *(header for parts in figures.values() for header in parts.values())}
    return Proposal(
        files=tuple(raw.path for raw in raws),
        table="figures",
        columns=tuple(Understood(name, (header,), said) for name, header in there.items()),
        decisions=(),
        not_used=tuple(column for column in columns if column not in read),
        figures=figures,
    )
