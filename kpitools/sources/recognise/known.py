"""Exports of known systems: their headers tell, and nothing else has to be proposed."""

from collections.abc import Sequence
from pathlib import Path

from kpitools.errors import SourceError
from kpitools.project import from_mapping
from kpitools.sources.raw import RawTable
from kpitools.sources.reader import read
from kpitools.sources.recognise.model import Proposal
from kpitools.sources.systems import fitting, systems


def known(raws: Sequence[RawTable], folder: Path) -> Proposal | None:
    """Return the source of files whose headers are those of a known system's export; None where they are nobody's.

    Nor is it proposed where the files cannot be read so, because something has to be decided first.
    """
    headers = raws[0].columns
    candidates = [
        (export, name, system)
        for name, system in systems(folder).items()
        if system.proposed
        for export in fitting(system, headers)
    ]
    if not candidates:
        return None
    chosen, name, system = max(candidates, key=lambda found: len(found[0].signature))
    fed = [export.table for export, other, _ in candidates if other == name]
    files = tuple(raw.path for raw in raws)
    if not _readable([path.resolve().as_posix() for path in files], name, folder):
        return None
    shown = ", ".join(next((h for h in headers if h in each), each[0]) for each in chosen.signature)
    evidence = f"{system.title}, {chosen.name}: known by the columns {shown}"
    return Proposal(files, ", ".join(dict.fromkeys(fed)), (), (), (), system=name, evidence=evidence)


def _readable(files: list[str], system: str, folder: Path) -> bool:
    try:
        read(from_mapping({"source": [{"files": files, "system": system}]}, folder))
    except SourceError:
        return False
    return True
