"""The index is made of the manifests, in each language of the project, and written only when it changes."""

import re
from types import SimpleNamespace

import pytest

from kpitools.periods import Period
from kpitools.project import from_mapping
from kpitools.project.manifests import Published
from kpitools.publish.index import write_index

HOSTILE = '<script>alert("x")</script> & {{ 7*7 }} \N{RIGHT-TO-LEFT OVERRIDE}'


def page(
    period="2026-10", team="Nord", language="fr", headline="Rien de neuf.", *, notebook="periodic_report", adviser=""
):
    """Make what a manifest tells of a page."""
    name = f"{period}/{notebook}-{team.lower() or 'all'}{adviser}.{language}.html"
    title, said = f"Title of {notebook}", (headline,) if headline else ()
    further = (("adviser", adviser),) if adviser else ()
    at = Period.parse(period)
    return Published(name, notebook, team, language, at, title, said, "2026-11-02", "", (), {}, further)


@pytest.fixture
def project(tmp_path):
    """Load a project of two languages, French first."""
    return from_mapping({"project": {"name": "Service client", "languages": ["fr", "en"]}}, tmp_path)


@pytest.fixture
def index(project, tmp_path):
    """Write the index of some pages and return its texts by language."""

    def make(*pages):
        write_index(tmp_path, project, pages)
        return SimpleNamespace(
            fr=(tmp_path / "index.html").read_text(encoding="utf-8"),
            en=(tmp_path / "index.en.html").read_text(encoding="utf-8"),
        )

    return make


def links(html):
    """Return the pages that an index links to, in order."""
    return re.findall(r'href="([^"#]+/[^"#]+)"', html)


def test_every_page_is_listed_the_newest_period_first(index):
    """Periods by their end, and within one the whole service before its teams; the reader's language stands first."""
    pages = [page(p, t, said) for p in ("2026-09", "2026-10") for t in ("", "Sud", "Nord") for said in ("en", "fr")]
    found = index(*pages)
    first = [link for link in links(found.fr) if link.endswith("fr.html")][:6]
    assert [link.split("-", 2)[1:] for link in first] == [
        ["10/periodic_report", f"{team}.fr.html"] for team in ("all", "nord", "sud")
    ] + [["09/periodic_report", f"{team}.fr.html"] for team in ("all", "nord", "sud")]
    assert set(links(found.fr)) == set(links(found.en)) == {each.page for each in pages}
    assert found.fr.index("Octobre 2026") < found.fr.index("Septembre 2026")


def test_each_language_has_its_own_index_and_knows_the_other(index):
    """Each says its own things in its own language alone; a link leads to the other."""
    found = index(page(), page(language="en", headline="No news."))
    assert '<html lang="fr">' in found.fr
    assert 'href="index.en.html" lang="en"' in found.fr
    assert "Rien de neuf." in found.fr
    assert "No news." not in found.fr
    assert '<html lang="en">' in found.en
    assert 'href="index.html" lang="fr"' in found.en
    assert "No news." in found.en


def test_several_reports_of_a_period_are_named_by_their_titles(index):
    """Never by the name of a notebook; the page of one adviser is a report of its own beside the team's."""
    found = index(*(page(notebook=name) for name in ("periodic_report", "adviser_review"))).fr
    assert "<small>Title of adviser_review</small>" in found
    assert "<small>" not in index(page()).fr
    both = index(page(notebook="adviser_review"), page(notebook="adviser_review", adviser="3f2a")).fr
    assert "<small>Title of adviser_review · 3f2a</small>" in both
    assert len(re.findall("<tr><th scope=.row", both)) == 2


def test_a_page_that_is_not_in_the_language_is_marked(index):
    """A French page in the English index: its headline says that it is French."""
    assert '<span lang="fr">Rien de neuf.</span>' in index(page()).en


def test_what_stands_in_a_manifest_is_text(index):
    """Names of teams and headlines are shown, never run; there is no script and one h1."""
    html = index(page(team="Nord"), page(team="Sud", headline=HOSTILE)).fr
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert html.count("<h1") == 1
    assert "default-src 'none'" in html
    assert "49" not in re.sub(r"<style>.*</style>", "", html, flags=re.DOTALL)


def test_an_empty_archive_has_an_index_too(index):
    """It says that there is no report yet."""
    assert "Il n\N{RIGHT SINGLE QUOTATION MARK}y a pas encore de rapport." in index().fr


def test_nothing_is_written_where_nothing_changed(project, tmp_path):
    """The second time no file is touched; a new headline, and an index that is gone, write it again."""
    pages = [page()]
    assert len(write_index(tmp_path, project, pages)) == 2
    assert write_index(tmp_path, project, pages) == []
    assert len(write_index(tmp_path, project, [page(headline="Autre chose.")])) == 2
    (tmp_path / "index.html").unlink()
    assert len(write_index(tmp_path, project, [page(headline="Autre chose.")])) == 2


def test_the_first_language_is_written_last(project, tmp_path):
    """Whoever opens index.html finds the others that it links to."""
    assert [path.name for path in write_index(tmp_path, project, [page()])] == ["index.en.html", "index.html"]
