"""Known systems: the export of each, in the shape that its vendor documents, becomes the canonical rows beside it."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from kpitools.sources import read
from kpitools.sources.systems import known_systems

SAMPLES = Path(__file__).parent / "systems"
EXPECTED = sorted(SAMPLES.glob("*.expected.csv"))
NAMES = sorted(known_systems(), key=len, reverse=True)


def sample_of(expected):
    """Return the export beside its expected rows; two tables may be expected of one file."""
    stem = expected.name.removesuffix(".expected.csv").partition("@")[0]
    return next(path for path in SAMPLES.glob(f"{stem}.*") if not path.name.endswith(".expected.csv"))


def system_of(path):
    """Return the system whose name the file's name begins with."""
    return next(name for name in NAMES if path.name.startswith(f"{name}_"))


def shown(value):
    """Write a value as the expected rows have it: nothing for null, no needless decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_an_export_is_read_as_expected(make_project, path):
    """Every column given beside the sample has the value that a person expects, row by row."""
    sample = sample_of(path)
    source = f'[[source]]\nfiles = "{sample.as_posix()}"\nsystem = "{system_of(sample)}"\n'
    tables = read(make_project(source + "[privacy]\nminimum_group = 1\n"))
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        expected, columns = [tuple(row.values()) for row in reader], reader.fieldnames
    table = path.name.removesuffix(".expected.csv").partition("@")[2]
    relation = tables[table or next(iter(tables.accounts)).table]
    found = [tuple(map(shown, row)) for row in relation.select(", ".join(f'"{c}"' for c in columns)).fetchall()]
    assert sorted(found) == sorted(expected)
