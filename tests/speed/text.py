"""How long a CSV takes to become canonical tables, beside DuckDB's strict read of the same file.

`python text.py FOLDER`, where FOLDER holds `contacts.parquet`, prints a line of JSON for each: wall clock and CPU in
seconds. The CSV is written beside it when it is not there.
"""

import json
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from kpitools.project import from_mapping
from kpitools.sources import read

ROUNDS = 3


def main(folder: Path) -> None:
    """Measure both, taking turns, and print each round."""
    text, parquet = folder / "contacts.csv", folder / "contacts.parquet"
    if not text.exists():
        duckdb.sql(f"copy (from '{parquet}') to '{text}'")
    kinds = duckdb.sql(f"describe from '{parquet}'").fetchall()
    columns = ", ".join(f"'{kind[0]}': '{kind[1]}'" for kind in kinds)
    content = tomllib.loads((Path(__file__).parent / "kpitools.toml").read_text(encoding="utf-8"))
    content["source"] = [{**content["source"][0], "files": "contacts.csv"}]
    project = from_mapping(content, folder)
    for _ in range(ROUNDS):
        timed("strict", lambda: strict(text, columns))
        timed("kpitools", lambda: len(read(project)["contacts"]))


def strict(text: Path, columns: str) -> None:
    """Read the file into a table, by its types, as DuckDB does it by itself."""
    with duckdb.connect() as connection:
        connection.execute(f"create table x as from read_csv('{text}', strict_mode = true, columns = {{{columns}}})")


def timed(name: str, work: Callable[[], Any]) -> None:
    """Print what a task took."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps({"task": name, **took}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
