"""Exports of known systems: their headers tell, and nothing else has to be proposed."""

from pathlib import Path

from kpitools.errors import SourceError
from kpitools.project import from_mapping
from kpitools.sources.reader import read
from kpitools.sources.recognise.alike import Alike
from kpitools.sources.recognise.model import Proposal
from kpitools.sources.systems import fitting, systems


def known(group: Alike, folder: Path) -> Proposal | None:
    """Return the source of tables whose headers are those of a known system's export; None where they are nobody's.

    Nor is it proposed where the files cannot be read so, because something has to be decided first.
    """
    headers = group.columns
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
    if not _readable(group, name, folder):
        return None
    shown = ", ".join(next((h for h in headers if h in each), each[0]) for each in chosen.signature)
    evidence = f"{system.title}, {chosen.name}: known by the columns {shown}"
    return Proposal(group.files, ", ".join(dict.fromkeys(fed)), (), (), (), system=name, evidence=evidence)


def _readable(group: Alike, system: str, folder: Path) -> bool:
    source = {"files": [path.resolve().as_posix() for path in group.files], "system": system}
    try:
        read(from_mapping({"source": [source | ({"sheet": group.sheets[0]} if group.sheets[0] else {})]}, folder))
    except SourceError:
        return False
    return True
