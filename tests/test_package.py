"""What is published: the wheel works by itself, and no file holds what belongs to somebody else."""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOREIGN = re.compile(
    r"/(work|farm|root|home|Users)/\w|[A-Z]:\\\\?Users|pypi\.org/(?!project/)|pythonhosted\.org|registry\.npmjs|"
    r"deb\.debian\.org"
)
"""Paths of one machine, and hosts from which packages are downloaded."""


@pytest.fixture(scope="module")
def tracked():
    """Every file that git keeps."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy has no git history to list its files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def names(folder, pattern):
    """Return the names of the files in a folder."""
    return {path.name for path in folder.glob(pattern)}


def test_the_wheel_brings_notebooks_and_benchmarks(unpacked):
    """Every notebook and benchmark of the repository travels in the wheel."""
    data = unpacked / "kpitools" / "_data"
    assert names(data / "notebooks", "*.ipynb") == names(ROOT / "notebooks", "*.ipynb") != set()
    assert names(data / "benchmarks", "*.toml") == names(ROOT / "benchmarks", "*.toml") != set()


def test_the_wheel_brings_all_that_the_package_holds(unpacked):
    """No template, translation, style sheet or word list of the package stays behind."""

    def held(package):
        paths = (path.relative_to(package) for path in package.rglob("*") if path.is_file())
        return {path for path in paths if path.parts[0] != "_data" and "__pycache__" not in path.parts}

    assert held(unpacked / "kpitools") == held(ROOT / "kpitools")
    assert {path.suffix for path in held(unpacked / "kpitools")} >= {".mo", ".j2", ".css", ".toml"}


def test_the_wheel_works_outside_the_repository(unpacked, tmp_path):
    """An installed kpitools finds its own notebooks and benchmarks, with no repository, make or git at hand."""
    code = (
        "import kpitools, sys; from kpitools.cli import main; print(kpitools.__file__);"
        "sys.exit(main(['list', 'notebooks']) or main(['list', 'benchmarks', '--format', 'json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(unpacked))
    assert "periodic_report" in done.stdout
    assert "bva-2016" in done.stdout


def test_the_wheel_offers_its_command_and_its_exporter(unpacked):
    """Installing brings the command `kpitools` and, to nbconvert, the exporter `kpireport`."""
    (entries,) = unpacked.glob("*.dist-info/entry_points.txt")
    lines = entries.read_text(encoding="utf-8").splitlines()
    assert "kpitools = kpitools.cli:main" in lines
    assert any(line.startswith("kpireport = ") for line in lines)


def distribution(name):
    """Return a distribution's name as packaging compares it."""
    return re.split(r"[^\w.-]", name, maxsplit=1)[0].lower().replace("_", "-")


def test_every_library_that_is_imported_is_declared():
    """What the package imports stands in pyproject.toml itself, not by the grace of another dependency."""
    found = set()
    for path in (ROOT / "kpitools").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    known = packages_distributions()
    needed = {distribution(known[name][0]) for name in found - sys.stdlib_module_names - {"kpitools"}}
    declared = {distribution(need) for need in METADATA["project"]["dependencies"]}
    assert needed <= declared
    assert declared - needed == {"jupyterlab", "tzdata"}, "a program, and data: nothing else is unused"


def test_every_runtime_dependency_has_its_reason():
    """Each library that kpitools stands on is named in a record of `docs/decisions/`."""
    records = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs/decisions").glob("*.md"))
    declared = {distribution(need) for need in METADATA["project"]["dependencies"]}
    assert {name for name in declared if f"`{name}`" not in records} == set()


def test_the_lock_holds_every_dependency_with_its_hash():
    """Each dependency is locked to one version with hashes, and the lock names no address."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", lock, flags=re.MULTILINE))
    locked = {distribution(block.split("==")[0]): "--hash=sha256:" in block for block in blocks}
    needed = [*METADATA["project"]["dependencies"], *METADATA["dependency-groups"]["dev"]]
    assert {distribution(need) for need in needed} - set(locked) == set()
    assert all(locked.values())
    assert "://" not in lock


def test_no_tracked_file_names_a_machine_or_a_registry(tracked):
    """No path of one machine and no package registry's host stands in a file that is published."""
    found = []
    for path in tracked:
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_no_notebook_holds_results(tracked):
    """Notebooks are kept as text to run: no output, no execution count."""
    for path in (path for path in tracked if path.suffix == ".ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells), path.name


def test_no_file_from_beside_the_repository_is_copied_into_it(tracked):
    """What lies beside the repository, such as other people's data, is read there and never copied in."""
    beside = ROOT / ".." / "shared"
    if not beside.is_dir():
        pytest.skip("there is no ../shared beside this repository")
    own = {hashlib.sha256(path.read_bytes()).hexdigest() for path in tracked if path.stat().st_size}
    others = (path for path in beside.rglob("*") if path.is_file())
    assert [path.name for path in others if hashlib.sha256(path.read_bytes()).hexdigest() in own] == []
