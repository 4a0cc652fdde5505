"""The documents say what the program does: no key, KPI, command or option is missing or invented."""

import importlib.util
import re
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from kpitools import project
from kpitools.catalogue import KPIS
from kpitools.cli.commands import app
from kpitools.project import parts

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "reports/README.md", ROOT / "examples/README.md"])
COMMANDS = typer.main.get_command(app).commands
KEY_ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| .+ \|$", re.MULTILINE)


def script(name):
    """Load a script that writes pages of the documentation."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference():
    """The script that writes the reference pages."""
    return script("make_reference")


@pytest.fixture(scope="module")
def sections():
    """The tables of keys in docs/project-file.md, by the heading that they stand under."""
    _, *parts = re.split(r"^## `\[+(\w+)\]+`$", (DOCS / "project-file.md").read_text("utf-8"), flags=re.MULTILINE)
    return {name: dict(KEY_ROW.findall(text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def as_toml(value):
    """Write a default as the project file would, and nothing where there is none."""
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, int) else f"`{value!r}`".replace("'", '"')


def keys(model):
    """Return each key of a part of the project file with its default."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return {
        name: "required" if field.is_required() else as_toml(field.get_default(call_default_factory=True))
        for name, field in fields.items()
        if field.default is PydanticUndefined or not isinstance(field.default, BaseModel)
    }


def blocks(page):
    """Return the lines of a page's code blocks that are commands."""
    text = "\n".join(re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
    return [line.split("#")[0].strip() for line in text.splitlines()]


def test_the_reference_pages_are_current(reference):
    """docs/kpis.md, tables.md and commands.md are what `make docs` writes from this code."""
    for name, text in reference.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"docs/{name} is out of date: make docs"


def test_the_page_on_definitions_is_current():
    """docs/definitions.md is what kpitools measures, and its figure shows the same seven values."""
    made = script("make_definitions")
    page = (DOCS / "definitions.md").read_text(encoding="utf-8")
    assert page == made.page(), "docs/definitions.md is out of date: make docs"
    picture = made.FIGURE.read_text(encoding="utf-8")
    for _, value, *_ in made.shares():
        assert f"{value:.1f} %" in picture


def test_every_kpi_has_its_terms_in_both_languages(reference):
    """docs/kpis.md gives each KPI's English and French term and the id of its definition."""
    page = reference.kpis()
    for kpi in KPIS.values():
        assert f"| `{kpi.name}` | {kpi.label} | {reference.words('fr').text(kpi.label)} |" in page
        assert kpi.declared_only or f"`{kpi.definition_id}`" in page


def test_every_part_of_the_project_file_is_described(sections):
    """Each block that kpitools.toml may hold has a section of its own, and no other has one."""
    assert set(sections) == set(parts.File.model_fields)


@pytest.mark.parametrize("part", [name for name in parts.File.model_fields if name != "definitions"])
def test_every_key_of_the_project_file_is_described_with_its_default(part, sections):
    """The table of a block names exactly the keys that are accepted there, each with its true default."""
    model = {**{name: getattr(project, name.capitalize(), None) for name in sections}, "project": parts.About}[part]
    assert sections[part] == keys(model)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself(command):
    """Every command, argument and option has a help text."""
    assert COMMANDS[command].help
    assert [one.name for one in COMMANDS[command].params if not one.help] == []


def test_the_commands_of_the_documents_exist():
    """Each `kpitools` line in a code block names a command that exists, with options that it has."""
    lines = [(page.name, line) for page in PAGES for line in blocks(page)]
    called = [(page, line.split()[1:]) for page, line in lines if line.startswith("kpitools ")]
    assert called
    for page, (name, *rest) in called:
        assert name in COMMANDS, f"{page}: kpitools {name}"
        options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert {word for word in rest if word.startswith("-")} <= options, f"{page}: kpitools {name} {rest}"


def test_the_make_targets_of_the_documents_exist():
    """Each `make` line in a code block names a target of the Makefile, and the README has the two that matter."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    lines = {page: [line.split() for line in blocks(page) if line.startswith("make ")] for page in PAGES}
    assert {word for each in lines.values() for line in each for word in line[1:]} <= targets
    assert lines[ROOT / "README.md"][:2] == [["make", "report"], ["make", "test"]]


def test_links_between_documents_lead_somewhere():
    """Every relative link in a document leads to a file of the repository."""
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_every_decision_is_in_the_index():
    """Each record of docs/decisions has a number of its own, and stands in their index under its own title."""
    records = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "decisions").glob("[0-9]*.md")}
    index = (DOCS / "decisions/README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[\d{4}\]\((.+?)\) (.+)$", index, re.MULTILINE)
    assert sorted(listed) == sorted((name, text.splitlines()[0].removeprefix("# ")) for name, text in records.items())
    assert len({name[:4] for name in records}) == len(records)


def test_the_tests_that_documents_name_exist():
    """Each test that a page names is in its file, and each trap of definitions has one or says why it cannot arise."""
    named = {
        (page.name, test)
        for page in PAGES
        for test in re.findall(r"`(tests/[\w/]+\.py(?:::\w+)+)`", page.read_text("utf-8"))
    }
    for page, test in sorted(named):
        path, *names = test.split("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^ *def {names[-1]}\(", text, re.MULTILINE), f"{page}: {test}"
    traps = re.findall(r"^\| (\d+) \|.*\| (.*)\| (.*)\|$", (DOCS / "traps.md").read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, *_ in traps] == list(range(1, 25))
    assert all("tests/" in test or "cannot arise" in treated for _, treated, test in traps)
