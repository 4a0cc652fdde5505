"""The house holds: imports point down only, each library has its room, and starting up loads nothing heavy."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kpitools"
ROOMS = (
    "__main__", "cli", "explore", "publish", "entry", "present", "findings", "measure", "sources",
    "project", "benchmarks", "simulate", "catalogue", "written",
    "kpi", "row", "schema", "stats", "calendar", "periods", "public_holidays", "zones", "data", "faults", "errors",
    "__init__",
)  # fmt: skip
"""From the roof to the ground: a room imports from itself and from rooms further down."""

ONLY_IN = {
    "papermill": {"publish"}, "nbconvert": {"publish"}, "nbclient": {"publish"}, "nbformat": {"publish"},
    "babel": {"present"}, "matplotlib": {"present"}, "seaborn": {"present"},
    "typer": {"cli"}, "rich": {"cli"}, "ipywidgets": {"explore"},
    "python_calamine": {"sources"}, "openpyxl": {"entry"},
    "pydantic": {"project", "benchmarks", "faults"},
    "scipy": {"stats"}, "holidays": {"public_holidays", "simulate"},
}  # fmt: skip
"""Libraries that one room hides from the others."""

LANGUAGE_MODULES = {"languages", "messages", "numbers", "dates"}
"""The modules of `present` that know languages; the others ask them."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def room_of(path: Path) -> str:
    """Return the room of a module: its folder in the package, or its own name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted name of every import, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides its room"
            inside = node.module == "kpitools"
            yield from ((node.lineno, f"kpitools.{n.name}" if inside else str(node.module)) for n in node.names)


def target_room(name: str) -> str:
    """Return the room that `kpitools.<name>...` lies in; what the package itself holds lies on the ground."""
    part = name.split(".")[1] if "." in name else "__init__"
    return part if (PACKAGE / part).is_dir() or (PACKAGE / f"{part}.py").is_file() else "__init__"


def found(path: Path, line: int, name: str) -> str:
    """Say where an import stands."""
    return f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}"


def test_every_module_has_a_room():
    """No module lies outside the house: a new room gets its floor here first."""
    assert {room_of(path) for path in MODULES} <= set(ROOMS)


def test_contributors_are_shown_every_room():
    """The table of rooms in CONTRIBUTING.md has each of them, and no other."""
    rows = re.findall(r"^\| (`.+`) \|", (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(re.findall(r"\w+", " ".join(rows))) == sorted(set(ROOMS) - {"__main__", "__init__"})


def test_imports_point_down():
    """No room imports from one above it."""
    floor = {room: number for number, room in enumerate(ROOMS)}
    upward = [
        found(path, line, name)
        for path in MODULES
        for line, name in imports(path)
        if name.split(".")[0] == "kpitools" and floor[target_room(name)] < floor[room_of(path)]
    ]
    assert upward == []


def test_a_library_stays_in_its_room():
    """What only one room should know, such as papermill or Babel, is imported nowhere else."""
    strays = [
        found(path, line, name)
        for path in MODULES
        for line, name in imports(path)
        if room_of(path) not in ONLY_IN.get(name.split(".")[0], ROOMS)
    ]
    assert strays == []


def test_only_language_modules_know_babel():
    """Inside `present`, charts and tables ask for a word, a number or a date; they never format one themselves."""
    users = {path.stem for path in MODULES for _, name in imports(path) if name.split(".")[0] == "babel"}
    assert users <= LANGUAGE_MODULES


@pytest.mark.parametrize("module", ["kpitools", "kpitools.errors", "kpitools.cli"])
def test_importing_is_light(module):
    """A program that only starts, or prints its help, has loaded no data, chart or notebook library."""
    heavy = {"pandas", "numpy", "duckdb", "pyarrow", "scipy", "matplotlib", "seaborn", "papermill", "nbconvert"}
    code = f"import sys, {module}; print(*{heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_is_light():
    """`kpitools --help` is shown without loading a data, chart or notebook library."""
    code = (
        "import sys; from kpitools.cli import main; main(['report', '--help']);"
        "print('LOADED', *{'pandas', 'duckdb', 'pyarrow', 'seaborn', 'papermill', 'nbconvert'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "LOADED"
