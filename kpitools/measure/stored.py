"""A table whose day sums are kept, by segment: further additive views scan no rows."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from filelock import FileLock
from pyarrow import feather

from kpitools.kpi import Kpi
from kpitools.measure.parts import adds_by, part_names
from kpitools.measure.tally import Tallied, collected, columns_of, day_sums, filtered, to_engine
from kpitools.sources import sql

USUAL = ("team", "channel")
"""Segments that nearly every view asks for: by them, the sums of all KPIs of a table are kept at once."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Sums by what they are of: in memory, and in a folder where several processes share them."""

    folder: Path | None = None
    cubes: dict[str, pa.Table] = field(default_factory=dict)
    others: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def get(self, about: tuple[object, ...], make: Callable[[], pd.DataFrame]) -> pa.Table:
        """Return some sums; they are made where nobody has made them yet."""
        name = hashlib.sha256(repr(about).encode()).hexdigest()[:24]
        if name not in self.cubes:
            path = self.folder / f"{name}.arrow" if self.folder else None
            self.cubes[name] = _shared(path, make) if path else _arrow(make())
        return self.cubes[name]


def _shared(path: Path, make: Callable[[], pd.DataFrame]) -> pa.Table:
    with FileLock(f"{path}.lock"):
        if not path.is_file():
            beside = path.with_suffix(".part")
            feather.write_feather(_arrow(make()), str(beside), compression="uncompressed")
            beside.replace(path)
    return feather.read_table(str(path), memory_map=True)


def _arrow(sums: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(sums, preserve_index=False)


@dataclass(frozen=True, eq=False)
class Stored(Tallied):
    """One canonical table; `known` are the KPIs that the project measures of it, `equal` the segment that is left."""

    name: str
    frame: Any
    known: Mapping[str, Kpi]
    kept: Kept
    equal: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Any:  # noqa: ANN401 - a frame of any engine
        """Return the rows themselves, for what does not add up."""
        return filtered(self.frame, **self.equal)

    def only(self, equal: Mapping[str, str]) -> "Stored":
        """Return the same table with the rows of one segment."""
        return replace(self, equal={**self.equal, **equal})

    def once(self, about: tuple[object, ...], make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made
        """Return what is made of its rows; `about` names it, and it is made once."""
        name = (self.name, *self.equal.items(), *about)
        if name not in self.kept.others:
            self.kept.others[name] = make()
        return self.kept.others[name]

    def sums(self, kpis: Sequence[Kpi], by: Sequence[str], dated: str) -> pd.DataFrame:
        """Return what `day_sums` gives of the rows.

        A KPI in a definition that the project does not use, and further segments, are summed when they are asked for.
        """
        asked = {*by[1:], *self.equal}
        usual = tuple(key for key in USUAL if key in columns_of(self.frame))
        more = tuple(sorted(asked - set(usual)))
        alone = more or any(self.known.get(kpi.key) != kpi for kpi in kpis)
        summed = list(kpis) if alone else [kpi for kpi in self.known.values() if kpi.dated == dated]
        level = ["date", *usual, *more]
        about = (self.name, dated, level, [(kpi.key, kpi.definition_id) for kpi in summed])
        cube = self.kept.get(about, lambda: day_sums(to_engine(self.frame), summed, level, dated))
        return _rolled_up(cube, by, part_names(kpis), self.equal)


def _rolled_up(cube: pa.Table, by: Sequence[str], parts: Sequence[str], equal: Mapping[str, str]) -> pd.DataFrame:
    """Add sums up over what is not asked for; with one thread, so that each run adds in the same order."""
    keys = ", ".join(sql.name(key) for key in by)
    sums = "".join(f", {adds_by(part)}({sql.name(part)}) as {sql.name(part)}" for part in parts)
    where = " and ".join(["true", *(f"{sql.name(key)} = {sql.text(value)}" for key, value in equal.items())])
    query = f"select {keys}{sums} from cube where {where} group by {keys}"  # noqa: S608 - names and texts are quoted
    with _connection().cursor() as cursor:
        cursor.register("cube", cube)
        return collected(to_engine(cursor.sql(query)))


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    return connection
