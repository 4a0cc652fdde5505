"""Fifty hostile strings in every place where a project or an export may write one: shown as text, and nothing else."""

import csv
import io
import json
import re
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from audit import OVERFLOW, PHONE, UNFOLD, publish, window

from kpitools.explore import desk
from kpitools.explore.keep import export
from kpitools.project import load
from kpitools.publish.index import refresh_index

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TEAM = "<img src=x onerror=alert(1)>"
HOSTILE = (
    TEAM, "<script>console.log('ran')</script>", "</title><script>console.log(1)</script>", "<b>bold</b>",
    "<!-- gone -->", "</table></main>", '" onmouseover="console.log(1)', "' style='position:fixed",
    "<svg onload=console.log(1)>",
    "<iframe src=//192.0.2.1>", "<style>*{display:none}</style>", "&lt;b&gt;", "&amp;&nbsp;&#0;", "]]><![CDATA[",
    "javascript:console.log(1)", "[link](javascript:alert)", "![alt](http://192.0.2.1/x.png)", "# no heading",
    "**no bold**", "`code` $x^2$", "{{7*7}}", "{% raw %}", "{% include 'x' %}", "{#gone#}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "%(title)s", "%s %d %n", "{0} {title}", "{title!r}", "=1+1",
    '=HYPERLINK("http://192.0.2.1")', "+33 1 23", "-1+1",
    "@SUM(A1)", "=cmd|' /C calc'!A0", "\N{RIGHT-TO-LEFT OVERRIDE}txet\N{POP DIRECTIONAL FORMATTING}", "שלום עולם",
    "\N{RIGHT-TO-LEFT ISOLATE}غير\N{POP DIRECTIONAL ISOLATE}", LONG * 2, "_" * 300, "👩‍👩‍👧‍👦🏳️‍🌈", "Z̷̢͎a̶l̷g̸o̵",
    "two\nlines", "it's \"quoted\" «ici»", "../../etc/passwd", "Robert'); DROP TABLE contacts;--", "undefined",
    "zero\N{ZERO WIDTH SPACE}width",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PERIOD = "2026-10"
MADE = "script, iframe, img, main :not(defs) > style, [onload], [onerror], [onmouseover]"
"""Elements and handlers that no page of kpitools has: a string would have made them."""
PROJECT = """
today = 2026-11-05
languages = ["en"]
timezone = "UTC"
[calendar]
opening = { mon-sun = "00:00-24:00" }
[privacy]
verbatims = true
[[source]]
files = "calls.csv"
table = "contacts"
constants = { channel = "social", direction = "inbound" }
[source.columns]
contact_id = "id"
started_at = "start"
outcome = "outcome"
wait_s = "wait"
team = "team"
request_type = "type"
channel_detail = "detail"
[[source]]
files = "answers.csv"
table = "surveys"
constants = { kind = "csat", status = "answered", scale_min = 1, scale_max = 5, touchpoint = "contact" }
[source.columns]
response_id = "id"
sent_at = "start"
score = "score"
team = "team"
verbatim = "words"
"""
FIGURE = """
[source]
key = "hostile-{n}"
title = {text}
publisher = {text}
year = 2025
language = "en"
[[figure]]
id = "hostile-{n}"
kpi = "answer_rate"
kind = "aimed_at"
statistic = "share"
unit = "share"
value = 0.{n}
comparable = "yes"
definition = {{ en = {text} }}
"""


def quoted(text):
    """Write a text in TOML."""
    return json.dumps(text, ensure_ascii=False)


def shown(text):
    """Return a text as a reader sees it: white space is one space, and what has no width is not seen."""
    return re.sub(
        r"\s+", " ", "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
    )


def project_file():
    """Return the project file: each string is a decision and an event; some are owners, one is the project's name."""
    parts = [f"[project]\nname = {quoted(HOSTILE[1])}{PROJECT}"]
    for n, text in enumerate(HOSTILE):
        day = f"2026-{9 + n // 25:02}-{n % 25 + 2:02}"
        parts += [f'[[decision]]\ndate = {day}\ntitle = {quoted(text)}\nkpis = ["answer_rate"]']
        parts += [f"[[event]]\nfrom = 2026-08-{n % 28 + 1:02}\ntitle = {quoted(text)}"]
    for kpi, value, owner in (("answer_rate", 0.9, LONG), ("csat", 4.2, HOSTILE[6]), ("wait_time", 30, HOSTILE[31])):
        parts += [f"[[target]]\nkpi = {quoted(kpi)}\nvalue = {value}\nowner = {quoted(owner)}"]
    return "\n".join([*parts, ""])


def write(path, header, rows):
    """Write a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of calls and answers of fifty teams, with fifty types of request, comments and benchmark titles."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "kpitools.toml").write_text(project_file(), encoding="utf-8")
    start, count = datetime(2026, 9, 1, 9), len(HOSTILE)
    calls, answers = [], []
    for n in range(61 * 60):
        team, kind = HOSTILE[n % count], HOSTILE[n * 7 // count % count]
        when = start + timedelta(minutes=24 * n)
        calls.append([n, when, "abandoned" if n % 9 == 0 else "answered", n % 40, team, kind, HOSTILE[n % 49]])
        answers.append([n, when, n % 5 + 1, team, kind])
    write(folder / "calls.csv", ["id", "start", "outcome", "wait", "team", "type", "detail"], calls)
    write(folder / "answers.csv", ["id", "start", "score", "team", "words"], answers)
    said = [f'[[comment]]\nperiod = "{PERIOD}"\nby = {quoted(text)}\non = 2026-11-03\ntext.en = {quoted(text)}'
            for text in HOSTILE]  # fmt: skip
    (folder / "comments.toml").write_text("\n".join(said), encoding="utf-8")
    (folder / "benchmarks").mkdir()
    for n, text in enumerate(HOSTILE, start=10):
        figure = FIGURE.format(n=n, text=quoted(text))
        (folder / "benchmarks" / f"hostile-{n}.toml").write_text(figure, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pages(project: Path) -> dict[str, Path]:
    """The pages of the project, that of one team with a hostile name too, and their index."""
    names = ("periodic_report", "team_review", "decision_impact", "benchmark_position", "data_quality", "explore")
    asked = [*((name, "en", "") for name in names), ("periodic_report", "en", TEAM)]
    made = {
        f"{name}{'-team' if team else ''}": page for (name, _, team), page in publish(project, asked, PERIOD).items()
    }
    refresh_index(project / "reports", load(project))
    return made | {"index": project / "reports" / "index.html"}


@pytest.fixture(scope="module")
def seen(pages):
    """What a browser says of each page on a phone: the text, what stands out, the console, elements made of strings."""
    found = {}
    with window() as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_viewport_size({"width": PHONE, "height": 900})
        for name, path in pages.items():
            said.clear()
            page.goto(path.resolve().as_uri())
            page.evaluate(UNFOLD)
            text = page.evaluate("document.body.textContent")
            found[name] = (shown(text), page.evaluate(OVERFLOW), list(said), page.locator(MADE).count(), page.title())
    return found


PAGES = ("periodic_report", "periodic_report-team", "team_review", "decision_impact", "benchmark_position",
         "data_quality", "explore", "index")  # fmt: skip
PLACES = {
    "decision_impact": "decisions", "benchmark_position": "titles of benchmarks", "periodic_report": "comments",
    "team_review": "teams", "explore": "types of request",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_layout_and_console_stay_as_they_are(seen, name):
    """On a phone nothing stands out of the page; no element is made, nothing runs, nothing is said on the console."""
    _, wide, console, strange, _ = seen[name]
    assert (wide, console, strange) == ([], [], 0)


@pytest.mark.parametrize("name", PLACES)
def test_every_string_is_shown_as_it_is(seen, name):
    """Each of the fifty stands on the page that shows its place, letter by letter."""
    text = seen[name][0]
    assert len(HOSTILE) == len(set(HOSTILE)) == 50
    assert [each for each in HOSTILE if shown(each).strip() not in text] == []


def test_a_title_holds_a_hostile_name_as_text(seen):
    """The page of the team and the index carry the team's and the project's names in their titles."""
    assert TEAM in seen["periodic_report-team"][4]
    assert HOSTILE[1] in seen["index"][4]


def test_no_export_holds_a_formula(project, pages):
    """In the CSV beside a page, and in that of the rows behind a figure, no cell begins as a formula does."""
    answer = desk(project).ask("csat", "month", PERIOD)
    kept = [export(answer, at_most=5000), *(project / "reports").rglob("*.csv")]
    assert pages
    assert len(kept) >= 3
    cells = [cell for path in kept for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))) for cell in row]
    texts = [cell for cell in cells if not re.fullmatch(r"[-+]?\d[\d.]*(e[-+]?\d+)?", cell)]
    assert [cell for cell in texts if cell.startswith(FORMULA)] == []
    assert "'=1+1" in texts
