"""A person's word about a report stands in `comments.toml`: strictly read, and about the pages that it names."""

import pytest

from kpitools.errors import ProjectError
from kpitools.periods import Period
from kpitools.project.comments import load_comments

COMMENT = '[[comment]]\nperiod = "2026-10"\nby = "Ann"\non = 2026-11-03\ntext.fr = "Une panne."\n'
SIGNED = '[[sign_off]]\nperiod = "2026-10"\nby = "Paul"\non = 2026-11-04\n'
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def load(tmp_path):
    """Return what reads a text as the comments of a project."""

    def read(text):
        (tmp_path / "comments.toml").write_text(text, encoding="utf-8")
        return load_comments(tmp_path)

    return read


def test_without_the_file_nobody_says_anything(tmp_path):
    """No comment, no sign-off, and no fingerprint."""
    found = load_comments(tmp_path)
    assert (found.comment, found.sign_off, found.fingerprint) == ([], [], "")


@pytest.mark.parametrize(
    ("teams", "whole", "north", "south"),
    [("", 1, 0, 0), ('teams = "each"\n', 0, 1, 1), ('teams = ["Nord"]\n', 0, 1, 0), ('teams = "all"\n', 1, 0, 0)],
)
def test_an_entry_is_about_the_pages_that_it_names(load, teams, whole, north, south):
    """As in [[report]]: the page of all teams together, each team's, or those of some teams."""
    found = load(SIGNED + teams)
    counts = [len(found.about("periodic_report", OCTOBER, team).sign_off) for team in (None, "Nord", "Sud")]
    assert counts == [whole, north, south]
    assert found.about("periodic_report", Period.parse("2026-09"), None).sign_off == []
    assert found.about("team_review", OCTOBER, None).sign_off == []


def test_a_text_is_in_the_language_of_the_page_or_says_which(load):
    """The page's own language where it is there, else the one that is."""
    both = load(COMMENT + 'text.en = "A failure."\n').comment[0]
    assert both.said("en") == ("A failure.", "en")
    assert load(COMMENT).comment[0].said("en") == ("Une panne.", "fr")


def test_the_fingerprint_changes_with_what_is_said(load):
    """The same words have the same one; another word, or a sign-off, another."""
    marks = [load(text).fingerprint for text in (COMMENT, COMMENT, COMMENT.replace("panne", "grève"), COMMENT + SIGNED)]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (COMMENT.replace("text.fr", "text"), 'comment[1].text: name its language: text.fr = "..."'),
        (COMMENT.replace("text.fr", "text.de"), "comment[1].text.de: Input should be 'en' or 'fr'"),
        (COMMENT.replace("2026-10", "2026-13"), "comment[1].period: There is no month '2026-13'"),
        (SIGNED.replace("by =", "buy ="), "unknown key 'sign_off[1].buy'. Did you mean 'by'?"),
        (
            SIGNED.replace("2026-11-04", "2026-10-31"),
            "2026-10 ends on 2026-10-31: it cannot be signed off on 2026-10-31",
        ),
        (SIGNED.replace("2026-11-04", '"soon"'), "sign_off[1].on: Input should be a valid date"),
        ("[[sign_off]", "this is not valid TOML"),
    ],
)
def test_a_fault_is_said_with_its_place(load, text, says):
    """The message names the file, the entry, the key, and what would be right."""
    with pytest.raises(ProjectError) as wrong:
        load(text)
    assert says in str(wrong.value)
    assert "comments.toml" in str(wrong.value)
