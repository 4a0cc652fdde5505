"""From the files to benchmarks; every refusal says file, figure, key, value and what would be right."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kpitools.benchmarks.model import Benchmark, Figure, Source
from kpitools.data import data_folder
from kpitools.errors import BenchmarkError, suggest
from kpitools.faults import explain

Model = TypeVar("Model", bound=BaseModel)
TABLES = ("source", "defaults", "figure")


def load(folder: Path | None = None, extra: Path | None = None, this_year: int | None = None) -> tuple[Benchmark, ...]:
    """Read every benchmark, in the order of file names and of the figures in them.

    Args:
        folder: the published figures; by default those that travel with kpitools.
        extra: a project's own folder of the same form; one that does not exist holds nothing.
        this_year: figures of a later year are refused; by default the clock's year.

    Raises:
        BenchmarkError: a file says something unknown or impossible; the text says file, key and value.

    >>> "easiware-2016-handled-aimed" in [figure.id for figure in load() if figure.speaks_of("answer_rate")]
    True
    """
    now = this_year or datetime.now(tz=UTC).year
    folders = [(folder or data_folder("benchmarks"), False)] + ([(extra, True)] if extra else [])
    files = [(path, own) for place, own in folders for path in sorted(place.glob("*.toml"))]
    keys: dict[str, str] = {}
    ids: dict[str, str] = {}
    read: list[Benchmark] = []
    for path, own in files:
        where = f"{path.parent.name}/{path.name}"
        for benchmark in _file(path, where, own=own, this_year=now):
            _once(benchmark.id, ids, where, f"figure id {benchmark.id!r}")
            read.append(benchmark)
        _once(read[-1].source.key, keys, where, f"source key {read[-1].source.key!r}")
    _check_attained(read, ids)
    return tuple(read)


def _file(path: Path, where: str, *, own: bool, this_year: int) -> Iterator[Benchmark]:
    source_cells, defaults, figures = _tables(path, where)
    context = {"language": source_cells.get("language"), "this_year": this_year}
    source = _checked(Source, source_cells, f"{where}, [source]", context)
    for number, cells in enumerate(figures, start=1):
        place = f"{where}, figure {cells.get('id', number)!r}"
        figure = _checked(Figure, {**defaults, **cells}, place, context)
        yield Benchmark(**{**dict(figure), "year": figure.year or source.year, "source": source, "own": own})


def _tables(path: Path, where: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BenchmarkError(f"{where} is no TOML file in UTF-8: {wrong}.") from None
    for name in content:
        if name not in TABLES:
            raise BenchmarkError(f"{where}: there is no table {name!r}. {suggest(name, TABLES)}")
    source, defaults, figures = (content.get("source"), content.get("defaults", {}), content.get("figure"))
    shaped = isinstance(figures, list) and all(isinstance(table, dict) for table in (source, defaults, *figures))
    if not (shaped and figures):
        raise BenchmarkError(f"{where}: a benchmark file has one [source], then [[figure]] for each figure.")
    return source, defaults, figures  # type: ignore[return-value]  # the lines above saw to it


def _checked(model: type[Model], cells: dict[str, Any], where: str, context: dict[str, Any]) -> Model:
    try:
        return model.model_validate(cells, context=context)
    except ValidationError as wrong:
        raise BenchmarkError(f"{where}: {explain(wrong, model)}") from None


def _once(name: str, seen: dict[str, str], where: str, what: str) -> None:
    if name in seen:
        raise BenchmarkError(f"{where}: the {what} stands in {seen[name]} already; each has its own.")
    seen[name] = where


def _check_attained(read: list[Benchmark], ids: dict[str, str]) -> None:
    """Refuse a figure that is attained of nothing known, or of what is no level of its KPI."""
    by_id = {benchmark.id: benchmark for benchmark in read}
    for benchmark in (b for b in read if b.of):
        where, of = (
            f"{ids[benchmark.id]}, figure {benchmark.id!r}: of = {benchmark.of!r}",
            by_id.get(benchmark.of or ""),
        )
        if of is None:
            raise BenchmarkError(f"{where} is the id of no figure. {suggest(benchmark.of or '', by_id)}")
        if of.kpi != benchmark.kpi or not of.has_level:
            raise BenchmarkError(f"{where} is no level of {benchmark.kpi} that somebody could reach.")
