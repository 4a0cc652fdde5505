"""One number on every engine, and only constructs that every engine has."""

import ast
import inspect
import textwrap
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest

from kpitools import catalogue, kpi, row
from kpitools.measure import cohorts, cube, measure, parts, people, values
from kpitools.measure.tally import to_engine
from kpitools.project import load
from kpitools.simulate import write_example
from kpitools.sources import read

NUMBERS = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator", "excluded"]
HOME = Path(catalogue.__file__)
MODULES = [
    kpi.__file__,
    row.__file__,
    cube.__file__,
    parts.__file__,
    inspect.getfile(to_engine),
    *HOME.parent.glob("*.py"),
]
PORTABLE = {
    "agg", "alias", "cast", "collect", "collect_schema", "col", "count", "filter", "from_native", "group_by",
    "is_null", "lazy", "lit", "max", "min", "month", "select", "sum", "then", "to_native", "truncate", "when",
    "with_columns", "year",
}  # fmt: skip
"""What was found to give equal values on DuckDB, Polars, pandas, PyArrow and PySpark; `dt.truncate` by month only."""
TYPES = {"Expr", "LazyFrame", "Boolean", "Float64", "Int64", "dt"}
"""Names of Narwhals that are no computation, and the way to the one on dates."""


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A small simulated project and its canonical tables in Arrow."""
    folder = write_example(tmp_path_factory.mktemp("example") / "project", contacts_per_month=500)
    project = load(folder)
    tables = read(project)
    return project, {name: tables[name].to_arrow_table() for name in tables}, tables


def as_numpy(table):
    """Return a pandas frame as it was before Arrow: floats with NaN, objects with None."""
    frame = pd.DataFrame({name: table[name].to_pandas() for name in table.column_names})
    texts = frame.select_dtypes(include=["string", "object"]).columns
    return frame.astype(dict.fromkeys(texts, object)).astype(object).where(frame.notna(), None).infer_objects()


ENGINES = {
    "polars": pl.from_arrow,
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),
    "pandas on NumPy": as_numpy,
    "pandas on Arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "pyarrow": lambda table: table,
}


@pytest.fixture(scope="module")
def on_duckdb(example):
    """All measurements by quarter and team, from DuckDB."""
    project, _, tables = example
    return measure(tables, project, every="quarter", by=["team"])


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_measurements(example, on_duckdb, engine):
    """All KPIs by quarter and team: texts equal, numbers to a relative 1e-9, the unknown unknown alike."""
    project, tables, _ = example
    found = measure(
        {name: ENGINES[engine](table) for name, table in tables.items()}, project, every="quarter", by=["team"]
    )
    words = [column for column in found if column not in NUMBERS]
    pd.testing.assert_frame_equal(found[words], on_duckdb[words])
    np.testing.assert_allclose(found[NUMBERS], on_duckdb[NUMBERS], rtol=1e-9)


def test_missing_means_missing_on_numpy_too(project_of):
    """An answered call whose wait is NaN is judged nowhere, as it is where it is null."""
    frame = pd.DataFrame({
        "date": pd.to_datetime(["2026-03-02"] * 3), "direction": "inbound", "channel": "phone", "outcome": "answered",
        "out_of_hours": False, "wait_s": [10.0, 50.0, np.nan],
    })  # fmt: skip
    found = measure({"contacts": frame}, project_of(), kpis=["service_level"]).iloc[0]
    assert (found["value"], found["n"], found["excluded"]) == (0.5, 2, 1)


def computations(source):
    """Return the attributes that some code takes of Narwhals' expressions and frames, with their lines."""
    tree = ast.parse(source)
    ours = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "nw":
            yield node.attr, node.lineno
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr not in ours and called.attr in EXPRESSION:
            yield called.attr, node.lineno


EXPRESSION = {name for thing in (nw.Expr, nw.LazyFrame) for name in dir(thing) if not name.startswith("_")}
"""Every method of an expression or a frame."""
NOT_NARWHALS = {"items", "explode", "join", "replace"}
"""Methods that texts and pandas have by the same name, and that no expression of ours uses."""


CODE = {"/".join(Path(path).parts[-2:]): Path(path).read_text(encoding="utf-8") for path in MODULES}
FETCHING = {"Values.of": values.Values.of, "people": people.seen, "cohorts": cohorts.counted}
CODE |= {name: textwrap.dedent(inspect.getsource(function)) for name, function in FETCHING.items()}
"""What touches a frame of any engine; the rest of those modules is NumPy."""


@pytest.mark.parametrize("name", CODE)
def test_only_portable_constructs_are_used(name):
    """Declarations, the tally and the further pass use only what was seen to work on Spark as well."""
    strange = [found for found in computations(CODE[name]) if found[0] not in PORTABLE | TYPES | NOT_NARWHALS]
    assert not strange


def test_the_check_for_portable_constructs_sees_a_strange_one():
    """A rolling mean and a text put together would be noticed."""
    found = computations("nw.col('x').rolling_mean(3)\nnw.concat_str('x')")
    assert {name for name, _ in found} == {"col", "rolling_mean", "concat_str"}
