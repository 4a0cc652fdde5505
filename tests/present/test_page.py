"""What each cell of the page shows: complete in its language, safe, the same each time, and honest when empty."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from kpitools.errors import UserError
from kpitools.findings.shapes import Shift
from kpitools.present import messages, page
from kpitools.present.pages import SECTIONS, Page
from kpitools.present.spark import sparkline
from kpitools.sources.accounts import Account

# ruff: noqa: RUF001 - French is written with its own signs
METHODS = ("headline", "scorecard")
HOSTILE = "<script>alert(1)</script>{title}\N{RIGHT-TO-LEFT OVERRIDE}\"'&"
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "periodic_report.ipynb"


class Reader(HTMLParser):
    """Collect what a page says and how it is built."""

    def __init__(self, html):
        """Read a page."""
        super().__init__()
        self.texts, self.tags, self.ids, self.languages, self.open = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep a tag, its ids and its language."""
        self.tags.append((tag, dict(attrs)))
        self.open.append((tag, dict(attrs).get("lang")))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        """Close a tag."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """Keep a text with the language that it is marked with."""
        if data.strip():
            self.texts.append((data.strip(), next((lang for _, lang in reversed(self.open) if lang), None)))


def html(view):
    """Return all that the page of a view shows, in order."""
    shown = Page(view)
    first = (getattr(shown, method)() for method in METHODS)
    return "\n".join(cell._repr_mimebundle_()["text/html"] for cell in (*first, shown.section(*SECTIONS)))


@pytest.fixture(scope="module")
def channels(made_row):
    """Two channels of two KPIs, one of them without a value."""
    return (
        made_row("answer_rate", "2026-10", 0.821, 0.008, 9000, channel="phone"),
        made_row("answer_rate", "2026-10", None, 0, 0, channel="chat", reason="no_rows"),
        made_row("first_contact_resolution", "2026-10", 0.79, 0.02, 900, channel="chat"),
    )


@pytest.fixture(scope="module")
def whole(view, channels):
    """The page of the usual review in each language, made once."""
    return {language: html(view(language, channels=channels)) for language in ("en", "fr")}


def test_no_text_of_a_french_page_is_in_english(whole):
    """No text equals an English message that French says otherwise; text of a source is marked with its language."""
    english = messages.english_only_messages("fr")
    said = Reader(whole["fr"]).texts
    assert len(said) > 300
    assert [text for text, language in said if text in english and language != "en"] == []


def test_what_a_source_wrote_is_marked_with_its_language(whole):
    """A French title on an English page carries lang, and none on a French page."""
    titles = {attrs.get("lang") for tag, attrs in Reader(whole["en"]).tags if tag == "cite"}
    assert "fr" in titles
    assert "fr" not in {attrs.get("lang") for tag, attrs in Reader(whole["fr"]).tags if tag == "cite"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_chart_says_in_words_what_it_shows(whole, language):
    """The text alternative has the first and last value, how many there are, and what has changed."""
    titles = re.findall(r'<svg[^>]*aria-labelledby="[^>]*><title[^>]*>([^<]*)</title>', whole[language])
    assert len(titles) == 6
    rate = titles[1]
    wanted = {
        "en": (
            "25 values from October 2024 to October 2026: from 87.4% to 82.1%",
            "got worse since week 38 (week 36 at the earliest",
        ),
        "fr": ("25 valeurs, octobre 2024 – octobre 2026", "se dégrade depuis la semaine 38"),
    }
    assert all(part in rate for part in wanted[language])


def test_ids_are_unique_and_references_find_them(whole):
    """Several drawings stand on one page: no id twice, and every link and clip path leads somewhere."""
    page_ = whole["en"]
    ids = Reader(page_).ids
    assert len(ids) == len(set(ids)) > 10
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', page_))
    referred |= set(re.findall(r'labelledby="([^"]+)"', page_))
    assert referred <= set(ids)


def test_drawings_follow_the_theme_and_load_nothing(whole):
    """Colours are the page's own properties, fonts generic, and no address stands in a drawing but the namespaces."""
    drawn = "".join(re.findall(r"<svg.*?</svg>", whole["en"], re.DOTALL))
    assert "var(--ink, currentColor)" in drawn
    assert re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawn) == []
    assert set(re.findall(r'https?://[^"\s<]*', drawn)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "DejaVu" not in drawn
    assert "<metadata" not in drawn


def test_two_renders_are_the_same_bytes(view, channels, whole):
    """Nothing of the page depends on the clock, on a counter or on chance."""
    assert html(view("fr", channels=channels)) == whole["fr"]


def test_hostile_text_is_shown_as_text(view):
    """Markup, braces and marks in a name, an owner, a title or a source stay text."""
    content = {
        "project": {"name": HOSTILE},
        "target": [{"kpi": "answer_rate", "value": 0.88, "owner": HOSTILE}],
        "decision": [{"date": date(2026, 10, 1), "title": HOSTILE}],
        "event": [{"from": date(2026, 5, 4), "title": HOSTILE}],
    }
    shown = view(content=content, team=None, unmeasured=(("ces", f"missing_column:{HOSTILE}"),))
    made = html(shown)
    assert "<script" not in made
    assert HOSTILE in " ".join(text for text, _ in Reader(made).texts)


def test_the_scorecard_holds_the_exact_values(view, whole):
    """Each shown value carries the number of the review, so that page and data can be compared."""
    values = [float(attrs["value"]) for tag, attrs in Reader(whole["en"]).tags if tag == "data"]
    assert values[:6] == pytest.approx(list(view().review.current["value"]), rel=1e-11)


def test_tables_are_built_for_everyone(view):
    """Every table has a caption, every header a scope, every cell of the scorecard the name of its column."""
    tags = Reader(Page(view()).scorecard()._repr_mimebundle_()["text/html"]).tags
    assert [tag for tag, _ in tags].count("caption") == 1
    assert all(attrs.get("scope") for tag, attrs in tags if tag == "th")
    assert all(attrs.get("data-label") for tag, attrs in tags if tag == "td")


def test_a_change_is_never_shown_by_colour_alone(view):
    """Better and worse have a class, an icon and a word, and say since when."""
    shown = Page(view()).scorecard()._repr_mimebundle_()["text/html"]
    cell = re.search(r'<td class="change verdict-worse".*?</td>', shown).group()
    assert ">!<" in cell
    assert "worse</span><small>since week 38</small>" in cell


def test_the_rows_balance_on_the_page(view):
    """5,010 read are 5,000 used, 7 left out and 3 set aside, each with its reason, in either language."""
    assert "5,010 | 5,000 | 7 the same row again: 7 | 3 a negative duration: 3" in repr(Page(view()).section("rows"))
    assert "durée négative" in repr(Page(view("fr")).section("rows"))


def test_of_two_questions_in_one_file_each_is_named(view):
    """Both have the rows of the file, and a reader sees which is which in their language."""
    accounts = [Account(f"enquete.csv → surveys: {kind}", "surveys", 1, 9, 9, {}, {}) for kind in ("nps", "resolved")]
    shown = repr(Page(view("fr", accounts=accounts)).section("rows"))
    assert shown.count("enquete.csv") == 2
    assert shown.count("Enquêtes (NPS)") == 1


def test_odd_rows_in_use_are_said_beside_the_balance(view):
    """Equal rows without an id, and rows that name another which no export has, are counted in a sentence each."""
    account = Account("a", "contacts", 1, 9, 9, {}, {}, alike=1, orphans={"request_id": 1200})
    shown = repr(Page(view(accounts=(account,))).section("rows"))
    assert "1 row without an id is equal to an earlier row" in shown
    assert "1,200 rows have a request_id that no export gives" in shown


def test_every_reason_has_its_words(view):
    """Each reason for which a row may be left out or set aside is said, and none is only `another reason`."""
    reasons = ["the header again", "a negative count", "wait_s is longer than the contact", "not a duration",
               "ended_at is before answered_at", "started_at is before 1980", "contact_id of another row",
               "is no known value of outcome: add it under [source.values.outcome]"]  # fmt: skip
    account = Account("a", "contacts", 1, len(reasons) + 1, 0, {"identical_file": 1}, dict.fromkeys(reasons, 1))
    shown = repr(Page(view(accounts=(account,))).section("rows"))
    assert "another reason" not in shown
    assert "rows of a file that was given twice: 1" in shown


def test_a_definition_says_its_parameters(view):
    """The days after which a new contact no longer counts stand in words beside the definition."""
    assert "The window in use is 7 days." in repr(Page(view()).section("definitions"))


def test_an_old_source_is_said_to_be_old(view):
    """A figure of 2016 is old in 2026, wherever it is cited."""
    assert "2016, an old figure" in repr(Page(view()).section("industry"))
    assert "2016, chiffre ancien" in repr(Page(view("fr")).section("industry"))


def test_a_page_of_nothing_says_what_is_not_there(view):
    """One KPI, one month, no figure, no survey, no channel, no source: every cell says so and none fails."""
    bare = {"project": {"name": "Service client"}}
    series = {"answer_rate": ([0.874] * 25, 0.008, 9000)}
    none = (Shift("answer_rate", None, "week", "none", why="no_values"),)
    shown = Page(view(series=series, content=bare, months=1, benchmarks=(), accounts=(), shifts=none))
    said = {method: repr(getattr(shown, method)()) for method in METHODS}
    said |= {name: repr(shown.section(name)) for name in ("channels", "rows", "provenance")}
    assert "There is no earlier complete period" in said["headline"]
    assert not shown.section("effects", "whys", "levers", "comebacks", "comment", "difference").html
    assert "There are no survey answers to show." in said["scorecard"]
    assert "no earlier value to compare with" in said["scorecard"]
    assert "The data do not say by which channel" in said["channels"]
    assert "No source was read" in said["rows"]
    assert all(said.values())


def test_without_a_value_the_reason_stands_in_its_place(view):
    """A director reads what is lacking in words and no name of a column; a group too small is said to be so."""
    review = view().review
    for code, words in (("missing_column:resolved", "do not hold what it takes"), ("under_minimum_group", "too small")):
        current = review.current.assign(value=None, low=None, high=None, reason=code)
        assert words in repr(Page(view(current=current)).scorecard())


def test_how_many_could_be_judged_stands_under_the_name(view):
    """35 of 4,135 requests are too young: the name of the KPI says of how many its value is; where all count, none."""
    assert "First-contact resolution 4,100 of 4,135 requests can be judged" in repr(Page(view()).scorecard())
    assert "can be judged" not in repr(Page(view(current=view().review.current.assign(excluded=0))).scorecard())


def test_channels_leave_what_a_channel_cannot_have_empty(view, channels):
    """A chat has no answer rate of calls: its cell is empty, not 0."""
    shown = repr(Page(view(channels=channels)).section("channels"))
    assert "Answer rate | 82.1% 81.3 to 82.9% |" in shown
    assert "79% 77 to 81%" in shown or "79.0% 77.0 to 81.0%" in shown


def test_the_title_tells_the_exporter_language_and_title(view, monkeypatch):
    """The title's data go out under their own media type; what readers see has the days and the coverage."""
    sent = []
    monkeypatch.setattr("kpitools.present.pages.display", lambda data, raw: sent.append((data, raw)))
    shown = repr(Page(view("fr")).title())
    data = sent[0][0]["application/vnd.kpitools.page+json"]
    assert (data["language"], data["title"]) == ("fr", "Service client\N{NARROW NO-BREAK SPACE}: octobre 2026")
    assert shown == "toutes les équipes · 31 jours · données complètes"


def test_without_an_interval_nothing_is_said_to_be_close(view):
    """A value of 1 without interval, held against 2.75, is not close to it: the missing interval is the reason."""
    said = repr(Page(view(series={"contacts_per_request": ([1.0] * 25, 0, 400)}, content={"project": {}})).scorecard())
    assert "cannot tell: the value has no interval" in said
    assert "too close" not in said


def test_a_complete_month_has_all_its_days(view, monkeypatch):
    """The last row is of Friday the 30th, and Saturday is closed: October is complete, with 31 days."""
    monkeypatch.setattr("kpitools.present.pages.display", lambda *_, **__: None)
    assert "31 days · complete data" in repr(Page(view(days=30)).title())
    assert "30 days · incomplete data" in repr(Page(view(days=30, complete=False)).title())


def test_a_service_without_a_name_is_called_in_the_language_of_the_page(view, monkeypatch):
    """A project file without a name gives no English title to a French page."""
    sent = []
    monkeypatch.setattr("kpitools.present.pages.display", lambda data, **_: sent.append(data))
    Page(view("fr", content={"project": {}})).title()
    assert sent[0]["text/plain"] == "Service client\N{NARROW NO-BREAK SPACE}: octobre 2026"


def test_a_change_names_the_period_that_it_is_from(view):
    """The step of October is from September."""
    assert "6.1\N{NARROW NO-BREAK SPACE}pts from Sept" in repr(Page(view()).scorecard())


def test_a_project_of_surveys_alone_has_no_empty_part(view):
    """Without a KPI of performance the scorecard begins with what customers say."""
    shown = repr(
        Page(view(series={"nps": ([20.0, 26.0] * 12 + [23.0], 14.0, 61)}, content={"project": {}})).scorecard()
    )
    assert "What customers say" in shown
    assert "Performance" not in shown


def test_what_is_not_measured_is_named_once_a_reason(view):
    """Three KPIs, two reasons: two lines."""
    why = (("csat", "missing_table:surveys"), ("nps", "missing_table:surveys"), ("ces", "missing_column:score"))
    shown = Page(view(unmeasured=why)).section("definitions")._repr_mimebundle_()["text/html"]
    assert "<li>Satisfaction and Net Promoter Score (no export says anything about it)</li>" in shown
    assert shown.count("<li>") == 2


def test_a_figure_about_one_industry_names_it(view):
    """The publisher of NPS by industry gives +1 for car rental: without the industry the number means nothing."""
    further = Page(view()).section("industry")._repr_mimebundle_()["text/html"]
    assert "(car rental)" in further


def test_simulated_data_are_said_to_be_simulated(view, monkeypatch):
    """The notice stands right below the title."""
    monkeypatch.setattr("kpitools.present.pages.display", lambda *_, **__: None)
    shown = view(content={"project": {"name": "x", "simulated": True}})
    assert "Simulated data" in repr(Page(shown).title())


def test_a_small_line_is_small_and_named():
    """A year of months takes under 600 bytes with its name; a gap lifts the pen, a hollow end is not filled."""
    drawn = sparkline([1.0, 2.0, float("nan"), 3.0, *range(9)], "Answer rate, last 13 values", hollow=True)
    assert len(drawn) < 600
    assert drawn.count("M") == 2
    assert '<circle cx="108" cy="4.0" r="2.6" fill="none"' in drawn
    assert "<title>Answer rate, last 13 values</title>" in drawn


def test_the_notebook_is_thin():
    """No function, class or loop in a cell, no output stored, the parameters in the tagged cell."""
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert not any(re.search(r"^\s*(def|class|for|while|with|try)\b", "".join(c["source"]), re.MULTILINE) for c in code)
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert code[0]["metadata"]["tags"] == ["parameters"]
    names = re.findall(r"^(\w+): str", "".join(code[0]["source"]), re.MULTILINE)
    assert names == ["project", "period", "team", "language", "today"]
    tags = [tuple(cell["metadata"].get("tags", ())) for cell in book["cells"]]
    assert set(tags) == {("parameters",), ("aside",), ()}
    assert re.findall(r'section\("(\w+)"\)', "".join("".join(c["source"]) for c in code)) == list(SECTIONS)


def test_an_impossible_language_is_refused_before_anything_is_read(tmp_path):
    """The first cell names the languages that there are."""
    with pytest.raises(UserError, match="language 'de'"):
        page(project=tmp_path, language="de")


def test_what_is_usual_takes_periods_enough(view):
    """Three months have no usual range: neither a band nor a word of it; 25 have both."""
    few = repr(Page(view(months=3, shifts=())).section("charts"))
    assert "usual: " not in few
    assert "its usual range" not in few
    assert "within its usual range, " in repr(Page(view(shifts=())).section("charts"))


def test_missing_values_are_no_numbers(view):
    """A KPI whose period has no rows shows its reason, and its chart still stands."""
    review = view().review
    current = review.current.assign(value=pd.NA, low=pd.NA, high=pd.NA, reason="no_rows")
    assert "no data for this period" in repr(Page(view(current=current)).scorecard())


def test_an_axis_of_days_has_few_ticks(view):
    """A resolution time of one to three weeks: a handful of ticks, and not one a day."""
    weeks = {"resolution_time": ([20 * 86400.0, 5 * 86400.0] * 12 + [10 * 86400.0], 86400.0, 900)}
    drawn = Page(view(series=weeks, shifts=())).section("charts").html
    assert 2 <= len(re.findall(r">\d+\s?h<", drawn.partition("<details")[0])) <= 6


def test_rows_that_do_not_count_are_no_want_of_data(view):
    """Requests of the last week are there and too young to judge: that is said, and not that there are none."""
    review = view().review
    current = review.current.assign(value=pd.NA, low=pd.NA, high=pd.NA, n=0, excluded=831, reason="no_rows")
    said = repr(Page(view(current=current)).scorecard())
    assert "none of 831 requests can be judged yet" in said
    assert "none of 831 contacts counts" in said


def test_what_is_so_of_every_row_is_said_once_below_the_table(view):
    """The first month has none before it: no row repeats that."""
    said = repr(Page(view(months=1, shifts=())).scorecard())
    assert said.count("no earlier value to compare with".capitalize()) == 1
    assert "no earlier value to compare with" not in said


def test_a_period_is_not_measured_against_an_incomplete_one(view):
    """Where either period is incomplete, neither the table nor a caption gives a difference."""
    shown = Page(view(complete=False, days=12))
    assert "Difference from the period before" not in repr(shown.section("charts"))
    assert repr(shown.scorecard()).count("not compared yet") >= 3
    assert "from Sept" not in repr(shown.scorecard())
