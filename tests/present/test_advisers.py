"""The page on advisers: opt-in with a purpose, a week at least, no ranking, and names on the page alone."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pytest

from kpitools.cli import main
from kpitools.errors import ProjectError, ReportError, SourceError
from kpitools.findings.advisers import adviser_review
from kpitools.present.advisers import AdvisersPage, advisers_page
from kpitools.present.languages import words
from kpitools.present.markup import plain
from kpitools.present.pages import PAGE
from kpitools.present.view import View
from kpitools.project import from_mapping, load
from kpitools.publish.render import without_paths
from kpitools.sources.advisers import adviser_names

TOML = """
[project]
name = "Support"
timezone = "Europe/Paris"
today = 2026-07-15
languages = ["en"]
[[source]]
files = "tickets.csv"
table = "requests"
columns = { request_id = "id", created_at = "opened", solved_at = "solved", adviser_id = "who", team = "team" }
[privacy]
advisers = true
purpose = { en = "Coaching, each with their lead", fr = "Accompagnement de chacun" }
who_is_who = "../people/who.csv"
[[report]]
notebook = "adviser_review"
kpis = ["resolution_rate"]
"""
PEOPLE = {
    "a1": "Zoé Quidam",
    "a2": "Élise Tartempion",
    "a3": "Bob <b>Machin</b>",
    "a4": "Dupont, Anne",
    "a5": "Eve Truc",
}
"""Who is who of five of the seven advisers of Nord."""
SMALL = 3


def tickets():
    """Make the tickets of May and June: of Nord's seven advisers six solve 80 %, a6 only half; a7 has three in June."""
    chance, rows = random.Random(5), []  # noqa: S311 - the same tickets each time
    for number in range(61):
        day = date(2026, 5, 1) + timedelta(days=number)
        for who in ("a1", "a2", "a3", "a4", "a5", "a6"):
            for _ in range(3 if who == "a5" else 4):
                solved = f"{day} 15:00" if chance.random() < (0.5 if who == "a6" else 0.8) else ""
                rows.append((f"T{len(rows)}", f"{day} 09:00", solved, who, "Nord"))
    rows += [(f"S{n}", f"2026-06-1{n} 09:00", "", "a7", "Nord") for n in range(SMALL)]
    return rows + [(f"U{n}", "2026-06-12 09:00", "2026-06-12 10:00", "b1", "Sud") for n in range(9)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project that allows figures of single advisers, the file of names beside its folder."""
    base = tmp_path_factory.mktemp("office")
    for name in ("support", "people"):
        (base / name).mkdir()
    (base / "support" / "kpitools.toml").write_text(TOML, encoding="utf-8")
    with (base / "support" / "tickets.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "opened", "solved", "who", "team"), *tickets()])
    with (base / "people" / "who.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name"), *PEOPLE.items()])
    return base / "support"


@pytest.fixture(scope="module")
def project(folder):
    """That project, loaded."""
    return load(folder)


@pytest.fixture(scope="module")
def found(project):
    """What is found of Nord in June."""
    return adviser_review(project, "2026-06", "Nord")


@pytest.fixture(scope="module")
def names(project):
    """The names by pseudonym."""
    return adviser_names(project)


@pytest.fixture(params=["en", "fr"])
def page(request, found, names):
    """The page of June in each language."""
    return AdvisersPage(found, View(found.review, words(request.param)), names)


def pseudonym(names, who):
    """Return the pseudonym of somebody who is named."""
    return next(one for one, name in names.items() if name == PEOPLE[who])


def test_the_purpose_stands_first_and_that_it_is_no_ranking(page):
    """In the page's own language; with the smallest group that is shown."""
    said = repr(page.purpose())
    stated = {"en": "Coaching, each with their lead", "fr": "Accompagnement de chacun"}
    assert stated[page.view.words.language] in said.splitlines()[0]
    told = {"en": ("no ranking", "fewer than 5"), "fr": ("classement", "moins de 5")}
    assert all(each in said for each in told[page.view.words.language])


def rows(page):
    """Read the table of a page: what its rows say of each adviser, in their order."""
    parts = str(page.advisers().html).split("<tbody>")[1].split("<tr>")[1:]
    return [(plain(part.split("</th>")[0]).strip(), plain(part.split("</th>")[1])) for part in parts]


def test_advisers_stand_by_their_shown_names(page):
    """É with E, whatever the values; who is in no file of names has a pseudonym of four digits; markup is text."""
    shown = [name for name, _ in rows(page)]
    others = sorted(name for name in shown if name not in PEOPLE.values())
    assert len(shown) == 7
    assert len(others) == 2
    assert all(len(name.split()[-1]) == 4 for name in others)
    named = ["Bob <b>Machin</b>", "Dupont, Anne", "Élise Tartempion", "Eve Truc", "Zoé Quidam"]
    assert [name for name in shown if name in named] == named
    assert "<b>Machin" not in str(page.advisers().html)


def test_who_solves_less_is_marked_and_nobody_small_shown(found, names):
    """Of five who can be compared a6 alone lies beyond 95 %; three cases are hidden, and the next fewest with them."""
    peers = found.peers["resolution_rate"].peers
    hidden = {peer.name for peer in peers if peer.why == "under_minimum_group"}
    unnamed = {peer.name for peer in peers} - set(names)
    assert hidden & set(names) == {pseudonym(names, "a5")}
    assert {peer.name for peer in peers if peer.why == "worth_a_look" or peer.place == "below"} == unnamed - hidden
    assert len(hidden) == len(unnamed) == 2
    shown = dict(rows(AdvisersPage(found, View(found.review, words("en")), names)))
    small = [said for said in shown.values() if "the group is too small" in said]
    assert len(small) == 2
    assert not any(letter.isdigit() for said in small for letter in said)


def test_one_adviser_alone_shows_nobody_else(found, names):
    """Asked for by the pseudonym: their row, their point and the limits; no other name, no other number of cases."""
    view = View(found.review, words("en"))
    one = pseudonym(names, "a3")
    alone = AdvisersPage(found, view, names, one[:6])
    assert [name for name, _ in rows(alone)] == [PEOPLE["a3"]]
    content = plain(str(alone.advisers().html))
    assert not any(name in content for who, name in PEOPLE.items() if who != "a3")
    assert not any(alone.short[name] in content for name in alone.short if name != one)
    with pytest.raises(ReportError, match="No single adviser is 'xyz'"):
        AdvisersPage(found, view, names, "xyz")


def test_the_funnel_says_who_lies_beyond_its_limits(page, found):
    """The alternative text counts the points drawn and names exactly those beyond the 95 % limits of the table."""
    peers = found.peers["resolution_rate"].peers
    drawn = [peer for peer in peers if peer.why != "under_minimum_group"]
    far = [page.shown(peer.name) for peer in drawn if peer.place in ("above", "below") or peer.why == "worth_a_look"]
    title = plain(str(page.advisers().html).split("<title")[1].split("</title>")[0].split(">", 1)[1])
    assert f" {len(drawn)} point" in title
    assert far
    assert [name for name in map(page.shown, page.short) if name in title] == far


def test_refused_without_opt_in_for_a_day_or_without_a_team(folder, project):
    """Each with one line that says what would be right."""
    with pytest.raises(ReportError, match="a week at least"):
        advisers_page(folder, "2026-06-12", "Nord")
    with pytest.raises(ReportError, match="name one of Nord, Sud"):
        advisers_page(folder, "2026-06")
    closed = project.model_copy(update={"privacy": project.privacy.model_copy(update={"advisers": False})})
    with pytest.raises(ReportError, match="advisers = true"):
        adviser_review(closed, "2026-06", "Nord")


def test_a_week_is_long_enough(project):
    """Week 24 of June has its own comparison."""
    assert "resolution_rate" in adviser_review(project, "2026-W24", "Nord").peers


def test_opt_in_needs_a_purpose_and_a_file_elsewhere(tmp_path):
    """The project file is refused where it states no purpose, and where the names would lie in the project's folder."""
    with pytest.raises(ProjectError, match="need a stated purpose"):
        from_mapping({"privacy": {"advisers": True}}, tmp_path)
    for inside in ("who.csv", "sub/../who.csv", str(tmp_path / "people" / "who.csv")):
        with pytest.raises(ProjectError, match="lies in the project's folder"):
            from_mapping({"privacy": {"who_is_who": inside}}, tmp_path)
    assert from_mapping({"privacy": {"who_is_who": "../who.csv"}}, tmp_path).who_is_who == tmp_path.parent / "who.csv"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,person\n1,Ann\n", "must name the columns: id,name"),
        (b"id;name\n a1 ;Ann\nA1;Bob\n", "line 3: this id has another name"),
        ("id,name\n1,Zo\xe9\n".encode("latin-1"), "must be UTF-8"),
        (None, "there is no such file"),
    ],
)
def test_a_file_of_names_that_cannot_be_used(tmp_path, content, said):
    """The message says what is wrong and where, and names nobody."""
    who = tmp_path / "who.csv"
    if content is not None:
        who.write_bytes(content)
    project = from_mapping({"privacy": {"who_is_who": "../who.csv"}}, tmp_path / "project")
    with pytest.raises(SourceError, match=said) as refused:
        adviser_names(project)
    assert not any(name in str(refused.value) for name in ("Ann", "Bob", "Zo"))


def test_names_stand_on_the_page_and_nowhere_else(folder, capfd):
    """Of all files of the published report only the HTML names anybody; no raw id is in any, and the log says none."""
    assert main(["report", "--project", str(folder), "--notebook", "adviser_review", "--period", "2026-06",
                 "--team", "Nord"]) == 0  # fmt: skip
    made = [path for path in (folder / "reports").rglob("*") if path.is_file()]
    assert {path.suffix for path in made} >= {".html", ".ipynb", ".csv", ".json"}
    surnames = ("Quidam", "Tartempion", "Machin", "Dupont", "Truc")
    for path in made:
        content = path.read_text(encoding="utf-8")
        expected = surnames if path.name == "adviser_review-nord.en.html" else ()
        assert tuple(name for name in surnames if name in content) == expected, path.name
    said = "".join(capfd.readouterr())
    assert not any(name in said for name in surnames)


def test_what_is_kept_of_a_run_names_nobody(page):
    """A record, and a half-run notebook, of a page that may name people keep its code and none of its output."""
    cell = nbformat.v4.new_code_cell("report.advisers()")
    cell.outputs = [
        nbformat.v4.new_output("display_data", data={PAGE: {"personal": page.personal}}),
        nbformat.v4.new_output("execute_result", data={"text/html": str(page.advisers().html)}),
    ]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    kept = without_paths(notebook, Path("adviser_review.ipynb"), Path("somewhere"))
    assert "report.advisers()" in kept
    assert "Quidam" in nbformat.writes(notebook)
    assert "Quidam" not in kept
