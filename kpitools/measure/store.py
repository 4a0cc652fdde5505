"""A project is read once: its tables keep their sums, and where many reports are made of it, they share one reading.

The first report to need them writes the tables into a folder of the run, the others read them there. Customers are
pseudonyms in it; ids of contacts and what customers wrote are left out.
"""

import hashlib
import io
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from filelock import FileLock

from kpitools import __version__, schema
from kpitools.catalogue import find, measurable
from kpitools.kpi import Kpi
from kpitools.measure.stored import Kept, Stored
from kpitools.measure.tally import columns_of
from kpitools.measure.view import why_not
from kpitools.periods import Coverage
from kpitools.project import Project
from kpitools.project.named import files_of
from kpitools.sources import Account, read, sql
from kpitools.sources.systems import resolved

STORE = "KPITOOLS_STORE"
"""The environment variable that names the folder which the reports of one run share."""
_ABOUT = "about.pickle"
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Store(Mapping[str, Stored]):
    """The canonical tables of a project, which keep their sums; wherever tables are asked for, a store may be given.

    It has the `accounts` and the `coverage` of the tables.
    """

    tables: Mapping[str, Any]
    project: Project
    kept: Kept = field(default_factory=Kept)
    frames: dict[str, Stored] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Stored:
        """Return one table."""
        if name not in self.frames:
            frame = self.tables[name]
            has = columns_of(frame)
            mine = [self.project.kpi(kpi.name) for kpi in measurable() if kpi.table == name]
            known = {kpi.key: kpi for kpi in mine if not why_not(kpi, has, set())}
            self.frames[name] = Stored(name, frame, known, self.kept)
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the tables."""
        return iter(self.tables)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self.tables)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """One balance a source."""
        return tuple(getattr(self.tables, "accounts", ()))

    @cached_property
    def coverage(self) -> Coverage | None:
        """The local days that the tables together reach."""
        return getattr(self.tables, "coverage", None)


def opened(project: Project) -> Store:
    """Read a project, unless another report of the same run has done so already.

    Raises what `sources.read` raises.
    """
    folder = _folder(project)
    if folder is None:
        return Store(read(project), project)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            _write(project, folder)
    return Store(_Written(folder), project, Kept(folder))


def shared(project: Project, about: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Return what another report of the same run has made of the project already; else make it.

    So the French and the English page of a team need one review. `about` names it; it must be made of the project, its
    data, and what `about` says, and of nothing else.
    """
    folder = _folder(project)
    if folder is None:
        return make()
    path = folder.with_name(f"{folder.name}-{_digest(about)}.pickle")
    with FileLock(f"{path}.lock"):
        if path.is_file():
            return pickle.loads(path.read_bytes())  # type: ignore[no-any-return] # noqa: S301 - our own
        made = make()
        content = io.BytesIO()
        _Pickler(content).dump(made)
        path.with_suffix(".part").write_bytes(content.getvalue())
        path.with_suffix(".part").rename(path)
    return made


class _Pickler(pickle.Pickler):
    """KPIs are written by their names: what declares them is code."""

    def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - as `pickle` wants it
        if isinstance(obj, Kpi) and obj.declare:
            return _kpi, (f"{obj.name}:{obj.definition}", obj.parameters)
        return NotImplemented


def _kpi(name: str, parameters: dict[str, float]) -> Kpi:
    return find(name).with_parameters(**parameters)


def _folder(project: Project) -> Path | None:
    """Return the folder that the reports of this run share for the project as it is now; None where they share none."""
    place = os.environ.get(STORE)
    return Path(place) / _fingerprint(project) if place else None


def _fingerprint(project: Project) -> str:
    """Name what changes with the data, the project file, the day and the version of kpitools."""
    files = [path for source in resolved(project).sources for path in files_of(project, source)]
    files += sorted((project.folder / "benchmarks").glob("*"))
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return _digest((project, seen, project.today(), __version__))


def _digest(about: object) -> str:
    return hashlib.sha256(repr(about).encode()).hexdigest()[:24]


def _write(project: Project, folder: Path) -> None:
    """Write the tables of a project, all of them or none."""
    tables, beside = read(project), folder.with_suffix(".part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    for name, rows in tables.items():
        columns = ", ".join(sql.name(column) for column in rows.columns if _wanted(name, column))
        rows.select(columns).write_parquet(str(beside / f"{name}.parquet"))
    (beside / _ABOUT).write_bytes(pickle.dumps((tables.names, tables.accounts, tables.coverage)))
    beside.rename(folder)


def _wanted(table: str, column: str) -> bool:
    """Say whether a column may be of use to a KPI: ids of rows and verbatims are of none, unless one names them."""
    kinds = {each.name: each.kind for each in schema.TABLES[table].columns}
    return (kinds.get(column) != "id" and column != "verbatim") or column in _named(table)


@cache
def _named(table: str) -> frozenset[str]:
    definitions = [each for kpi in measurable() if kpi.table == table for each in (kpi, *kpi.variants.values())]
    return frozenset().union(*(kpi.expressions()[1] for kpi in definitions))


class _Written(Mapping[str, duckdb.DuckDBPyRelation]):
    """Tables that were written, as `sources.read` gave them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names, self.accounts, self.coverage = pickle.loads((folder / _ABOUT).read_bytes())  # noqa: S301 - our own
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set threads = 1")

    def __getitem__(self, name: str) -> duckdb.DuckDBPyRelation:
        if name not in self.names:
            raise KeyError(name)
        return self.connection.read_parquet(str(self.folder / f"{name}.parquet"))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
