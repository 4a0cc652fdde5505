"""What holds of the page of every notebook, in both languages: axe-core finds nothing, nor do we what it misses."""

import json
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from audit import OVERFLOW, UNFOLD, axe, looks, publish, violations, window

from kpitools.data import data_folder
from kpitools.project import load
from kpitools.publish.index import refresh_index

NOTEBOOKS = sorted(path.stem for path in data_folder("notebooks").glob("*.ipynb"))
LANGUAGES = ("en", "fr")
NAMES = [f"{name}.{language}" for name in (*NOTEBOOKS, "index") for language in LANGUAGES]
PERIOD = "2026-10"
SHELL, PAGE = 25_000, 200_000
"""How many bytes a page may have without its content, and with it."""
PLACEHOLDERS = re.compile(
    r"(?i:no description|placeholder|lorem|todo|tbd|untitled|undefined)|\b[Nn]a[Nn]\b|^None$|[:(] ?None\b|\bVBox\b|"
    r"\{\w*\}|%\(\w+\)|<[a-z]+|&lt;"
)
"""What a sentence or a text alternative never holds: a text that was not filled in, or a value that is none."""


VOID = {"meta", "br", "hr", "img", "wbr", "input"}
TEAMS = {"adviser_review": "Nord"}
SAME = ("explore", "getting_started")
"""Notebooks that may show one chart twice: the panel's, and that of a cell."""
FIRST = ("periodic_report", "team_review", "decision_impact", "benchmark_position", "data_quality")
"""Notebooks whose pages say something first."""
INDEX = {"index.html", "index.en.html"}
BAD = """<!DOCTYPE html><title>x</title>
<main><h1>x</h1><p style="color: #999; background: #aaa">grey</p><img src="data:,">
<div style="width: 3000px; margin: 0; height: 1px; position: absolute; left: 0">wide</div></main>"""
OPT_IN = 'advisers = true\npurpose = { fr = "Accompagnement", en = "Coaching" }'


@pytest.fixture(scope="module")
def pages(example: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of every notebook in each language, made once, with its index; figures of advisers are opted into."""
    project = tmp_path_factory.mktemp("every") / "example"
    shutil.copytree(example, project, ignore=shutil.ignore_patterns("reports"))
    told = (project / "kpitools.toml").read_text(encoding="utf-8")
    assert "advisers = false" in told
    (project / "kpitools.toml").write_text(told.replace("advisers = false", OPT_IN), encoding="utf-8")
    asked = [(name, language, TEAMS.get(name, "")) for name in NOTEBOOKS for language in LANGUAGES]
    made = {f"{name}.{language}": page for (name, language, _), page in publish(project, asked, PERIOD).items()}
    refresh_index(project / "reports", load(project))
    indices = zip(load(project).about.languages, ("index.html", "index.en.html"), strict=True)
    return made | {f"index.{language}": project / "reports" / file for language, file in indices}


@pytest.fixture(scope="module")
def read(pages: dict[str, Path]) -> dict[str, "Reader"]:
    """How each page is built, and what it says."""
    return {name: Reader(path.read_text(encoding="utf-8")) for name, path in pages.items()}


class Reader(HTMLParser):
    """Collect the elements of a page, the texts of its drawings' titles, its headings and its sentences."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.html, self.tags, self.texts, self.titles, self.open = html, [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        """Keep an element without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close an element; what is open in it is closed with it."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """Keep what is said; the title of a drawing by its id."""
        names = [name for name, _ in self.open]
        if "style" in names or not data.strip():
            return
        if names[-1:] == ["title"] and "svg" in names:
            self.titles[self.open[-1][1].get("id")] = data
        self.texts.append(data.strip())

    def all(self, name):
        """Return the attributes of every element of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    def alternatives(self):
        """Return what stands for each picture in words; empty where nothing does."""
        pictures = [
            each for name, each in self.tags if name == "img" or (name == "svg" and not each.get("aria-hidden"))
        ]
        return [each.get("alt") or each.get("aria-label") or self.titles.get(each.get("aria-labelledby"), "")
                for each in pictures]  # fmt: skip


@pytest.fixture(scope="module")
def seen(pages):
    """What axe-core and the console said of each look at each page, and what stood out of it."""
    checker, found = axe(), {}
    with window() as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name, path in pages.items():
            said.clear()
            page.goto(path.resolve().as_uri())
            page.evaluate(UNFOLD)
            page.evaluate(checker)
            found[name] = {look: (violations(page), page.evaluate(OVERFLOW)) for look in looks(page)}
            found[name]["console"] = (list(said), [])
    return found


class TestInTheBrowser:
    """Each page in Chromium, all its details open, in both themes, at a desk, on a tablet and on a phone."""

    @pytest.mark.parametrize("name", NAMES)
    def test_axe_finds_no_violation(self, seen, name):
        """Not one of axe-core's rules is broken, and nothing is said on the console."""
        assert {look: found for look, (found, _) in seen[name].items() if found} == {}
        assert len(seen[name]) == 7

    @pytest.mark.parametrize("name", NAMES)
    def test_the_page_never_scrolls_sideways(self, seen, name):
        """Whatever is wider than the window scrolls by itself."""
        assert {look: wide for look, (_, wide) in seen[name].items() if wide} == {}

    def test_the_checker_finds_what_is_wrong(self, tmp_path):
        """A picture without words, grey on grey and a box that stands out are found: the same checks can fail."""
        (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
        checker = axe()
        with window() as page:
            page.goto((tmp_path / "bad.html").as_uri())
            page.evaluate(checker)
            found = " ".join(violations(page))
            assert all(rule in found for rule in ("image-alt", "color-contrast", "html-has-lang"))
            assert "the page is 3000 wide" in page.evaluate(OVERFLOW)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("index")])
def test_what_the_index_says_of_a_page_stands_on_it(pages, read, name):
    """Each sentence that its manifest has as its headline; a page that says nothing first has none."""
    told = json.loads(pages[name].with_suffix(".json").read_text(encoding="utf-8")).get("headline", [])
    shown = "".join("".join(read[name].texts).split())
    assert [said for said in told if "".join(said.split()) not in shown] == []
    assert bool(told) == name.startswith(FIRST)


def test_the_whole_position_counts_its_levels_and_has_reasons_and_abandonment_among_them(read):
    """What is measured here is not called without a counterpart; the verdicts of the tables are those that are counted.

    The reasons for coming back stand beside the 29, 18, 16 and 12 % of the public.
    """
    said = " ".join(read["benchmark_position.en"].texts)
    first, _, rest = said.partition(" published levels compare with ours, wholly or in part: ")
    counted, sides = int(first.split()[-1]), [int(n) for n in re.findall(r"\d+", rest.partition(".")[0])]
    assert counted == sum(sides) > 0
    lacking = said.split("Which figures have no counterpart here?")[1].split("Where do the figures come from?")[0]
    assert "Abandonment rate" not in lacking
    assert "Reasons for contacting again" not in lacking
    reasons = said.split("Why do customers come back?")[1].split("Which figures have no counterpart here?")[0]
    assert all(f"{share}%" in reasons for share in (29, 18, 16, 12))
    assert "3 points less than in 2015" in said


def test_a_page_names_full_sources_only_where_it_cites_figures(read):
    """The page on decisions cites nothing and lists nothing; that of management has the publications once."""
    cited = "220 French brands and retail chains"
    counts = {name: " ".join(read[f"{name}.en"].texts).count(cited) for name in ("decision_impact", "periodic_report")}
    assert counts == {"decision_impact": 0, "periodic_report": 1}


@pytest.mark.parametrize("name", NAMES)
class TestWithoutBrowser:
    """What no checker of accessibility looks at, or takes on trust."""

    def test_every_picture_has_words_of_its_own(self, read, name):
        """Each drawing has a text alternative that is a sentence or a phrase, filled in; no two charts share one."""
        given = read[name].alternatives()
        assert [text for text in given if len(text) < 12 or PLACEHOLDERS.search(text)] == []
        charts = [
            read[name].titles[each["aria-labelledby"]] for each in read[name].all("svg") if "aria-labelledby" in each
        ]
        assert [text for text, times in Counter(charts).items() if times > 1 and not name.startswith(SAME)] == []

    def test_one_h1_and_headings_in_order(self, read, name):
        """One h1, which is also the page's title; no level is skipped on the way down."""
        levels = [int(tag[1]) for tag, _ in read[name].tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))

    def test_ids_are_unique_and_references_find_them(self, read, name):
        """No id twice; every link into the page, every label and every shape that is used leads somewhere."""
        ids = [attributes["id"] for _, attributes in read[name].tags if "id" in attributes]
        assert [each for each, times in Counter(ids).items() if times > 1] == []
        referred = set(re.findall(r'(?:href="#|url\(#|labelledby="|describedby=")([^")]+)', read[name].html))
        assert referred - set(ids) == set()

    def test_no_address_but_of_sources(self, read, name):
        """Nothing is loaded; an address of the web stands in a link to a source only, one of a page in the index."""
        page = read[name]
        assert [
            tag for tag, _ in page.tags if tag in {"script", "link", "iframe", "object", "embed", "base", "form"}
        ] == []
        assert [each for _, each in page.tags if {"src", "srcset", "data", "action"} & set(each)] == []
        links = [each["href"] for each in page.all("a") if not each["href"].startswith("#")]
        assert all(
            link.startswith("https://" if not name.startswith("index") else "2026-") or link in INDEX for link in links
        )
        bare = re.sub(r'href="[^"]*"|xmlns(?::xlink)?="[^"]*"', "", page.html)
        assert re.findall(r"(?:https?:)?//\w[^\s<]*", bare) == []

    def test_no_placeholder_is_left(self, read, name):
        """No text of the page is a message that was not filled in, or a value that is none."""
        assert [text for text in read[name].texts if PLACEHOLDERS.search(text)] == []

    def test_its_language_is_said(self, read, name):
        """`lang` is that of the page; an element in another language names one that there is."""
        (root,) = read[name].all("html")
        assert root["lang"] == name.rpartition(".")[2]
        assert {each["lang"] for _, each in read[name].tags if "lang" in each} <= {*LANGUAGES, "de", "es", "nl"}

    def test_it_is_small(self, read, pages, name):
        """The page has at most 200 KB, its shell (style sheet and head) at most 25."""
        shell = read[name].html.partition("<main")[0]
        assert len(shell.encode()) <= SHELL
        assert pages[name].stat().st_size <= PAGE
