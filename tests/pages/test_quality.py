"""The page on data quality, from files to HTML: a project whose exports carry their vendor's own numbers."""

import csv
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from kpitools.cli import main
from kpitools.findings.quality import quality
from kpitools.present import quality_page
from kpitools.present.markup import plain
from kpitools.present.messages import english_only_messages
from kpitools.project import load

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "data_quality.ipynb"
METHODS = ("headline", "reconciliation", "rows", "days", "lacking", "matching", "provenance")
PROJECT = """
[project]
name = "Service"
timezone = "Europe/Paris"
today = 2026-11-05
[calendar]
opening = { mon-fri = "09:00-18:00" }
[definitions]
service_level = { seconds = 20 }
[[source]]
files = "calls.csv"
table = "contacts"
constants = { channel = "phone", direction = "inbound" }
[source.columns]
contact_id = "id"
started_at = "start"
outcome = "outcome"
wait_s = "wait"
ivr_s = "menu"
vendor_wait_s = "shown"
vendor_in_time = "in time"
[[source]]
files = "tickets.csv"
table = "requests"
[source.columns]
request_id = "id"
created_at = "created"
first_reply_at = "replied"
reopens = "reopened"
vendor_first_reply_s = "first reply"
[[source]]
files = "messages.csv"
table = "messages"
columns = { request_id = "ticket", sent_at = "sent", author = "author" }
[[source]]
files = "screen.csv"
table = "figures"
every = "day"
columns = { start = "day", value = "level" }
constants = { kpi = "service_level" }
"""
MONDAYS = [datetime(2026, 10, day, 9) for day in (5, 12, 19, 26)]


def write(path, header, rows):
    """Write a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def calls_of(monday, number):
    """Make the calls of a week: answered after 4, 8 ... seconds or given up; the screen's wait holds the menu."""
    for n in range(60):
        outcome = "abandoned" if n % 6 == number % 6 else "answered"
        wait = 2 if outcome == "abandoned" and n < 30 else 4 + n * (number + 1) % 50
        in_time = "" if outcome == "abandoned" else "yes" if wait <= 30 else "no"
        start = monday + timedelta(days=n % 5, minutes=n)
        yield [f"{number}-{n}", start, outcome, wait, 12, wait + 12, in_time]


def tickets_and_messages():
    """Make 40 tickets, one a day at 17:00: 24 equal, 8 in opening hours, 4 a bot's, 2 reopened, 2 without a reason."""
    tickets, messages = [], []
    for n in range(40):
        created = MONDAYS[n % 4] + timedelta(days=n % 3, hours=8)
        replied = created + timedelta(hours=18, seconds=7 * n)  # the next day at 11:00: three hours of opening
        shown = 18 * 3600 + 7 * n
        if n >= 24:
            shown = 3 * 3600 + 7 * n
        if n >= 32:
            shown = 5 + n
            messages.append([n, created + timedelta(seconds=shown), "bot"])
        if n >= 36:
            shown = 1234 + 100 * n
        messages.append([n, replied, "adviser"])
        tickets.append([n, created, replied, int(36 <= n < 38), shown])
    return tickets, messages


@pytest.fixture(scope="module")
def vendor(tmp_path_factory):
    """The project with its four exports."""
    folder = tmp_path_factory.mktemp("vendor")
    (folder / "kpitools.toml").write_text(PROJECT, encoding="utf-8")
    calls = [call for number, monday in enumerate(MONDAYS) for call in calls_of(monday, number)]
    write(folder / "calls.csv", ["id", "start", "outcome", "wait", "menu", "shown", "in time"], calls)
    tickets, messages = tickets_and_messages()
    write(folder / "tickets.csv", ["id", "created", "replied", "reopened", "first reply"], tickets)
    write(folder / "messages.csv", ["ticket", "sent", "author"], messages)
    days = sorted({call[1].date() for call in calls})
    levels = []
    for day in days:
        mine = [call for call in calls if call[1].date() == day and not (call[2] == "abandoned" and call[3] <= 6)]
        levels.append([day, f"{100 * sum(call[6] == 'yes' for call in mine) / len(mine):.1f} %"])
    write(folder / "screen.csv", ["day", "level"], levels)
    return folder


@pytest.fixture(scope="module")
def found(vendor):
    """What the exports of October are good for."""
    return quality(load(vendor), "2026-10")


def said(shown):
    """Return the text of a cell."""
    return plain(shown._repr_mimebundle_()["text/html"])


class TestFound:
    """What the project's files say."""

    def test_the_reason_of_each_gap(self, found):
        """The calls count the menu; of the tickets 8 are in opening hours, 4 a bot's, 2 reopened, 2 unexplained."""
        reasons = {d.ours: {r.code: r.rows for r in d.reasons} for d in found.durations}
        left = {d.ours: (d.rows, d.equal, d.unexplained) for d in found.durations}
        assert reasons == {
            "wait_s": {"with_menu": 240},
            "first_reply_s": {"opening_hours": 8, "any_author": 4, "reopened": 2},
        }
        assert left == {"wait_s": (240, 0, 0), "first_reply_s": (40, 24, 2)}

    def test_the_verdict_and_the_screen(self, found):
        """In time is up to 30 s from the queue; the screen leaves out calls given up within 6 s."""
        assert (found.threshold.clock, found.threshold.agree) == ("queue", found.threshold.rows)
        assert found.threshold.fits(30)
        assert not found.threshold.fits(20)
        (rate,) = found.rates
        assert (rate.best.kpi.definition, rate.best.kpi.parameters["seconds"]) == ("without_short_abandons", 30)
        assert rate.best.agree == rate.compared == 20
        assert rate.own.agree < 10

    def test_days_without_rows_are_told_from_days_off(self, found):
        """Calls come from Monday to Friday, as they do every week: no day misses any, a Saturday least of all."""
        (calls,) = [days for days in found.days if days.table == "contacts"]
        assert (calls.rows, calls.first.day, calls.last.day, calls.missing) == (240, 5, 30, ())

    def test_a_day_that_is_missing_is_named(self, vendor, tmp_path):
        """Without the calls of Wednesday the 14th, that day is the gap."""
        for path in vendor.glob("*.*"):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if path.name != "calls.csv" or "2026-10-14" not in line]
            (tmp_path / path.name).write_text("".join(kept), encoding="utf-8")
        (calls,) = [days for days in quality(load(tmp_path), "2026-10").days if days.table == "contacts"]
        assert [day.isoformat() for day in calls.missing] == ["2026-10-14"]

    def test_kpis_without_their_data_say_what_is_missing(self, found):
        """No survey: CSAT lacks its table; no talk time: that column."""
        unmeasured = dict(found.review.unmeasured)
        assert unmeasured["csat"] == "missing_table:surveys"
        assert unmeasured["talk_time"] == "missing_column:talk_s"
        assert "answer_rate" not in unmeasured


class TestPage:
    """What the page says."""

    def test_the_numbers_stand_in_its_sentences(self, vendor):
        """Counts, reasons, the threshold and the vendor's definition are said in words."""
        page = quality_page(vendor, "2026-10")
        headline, compared = said(page.headline()), said(page.reconciliation())
        assert "Of 280 durations that the vendor computed too, 24 are equal; of the 256 others" in headline
        assert "a reason is found for 254." in headline
        assert "Service level: the vendor's" in headline
        for text in (
            "the vendor counts the phone menu: 240", "the vendor counts opening hours only: 8", "not explained: 2",
            "such as a bot or an automatic reply: 4", "which may be why: 2", "20 of 20 agree",
            "without_short_abandons(seconds=30, short_seconds=", "The threshold of the project is another: 20 s.",
        ):  # fmt: skip
            assert text in compared

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_it_is_in_one_language(self, vendor, language):
        """No French text is an English message of the catalogue, and the English page has many."""
        page = quality_page(vendor, "2026-10", language=language)
        html = "".join(getattr(page, method)()._repr_mimebundle_()["text/html"] for method in METHODS)
        texts = {unescape(text).strip() for text in re.findall(r">([^<>]+)<", html)}
        both = texts & english_only_messages("fr")
        assert len(both) > 20 if language == "en" else both == set()

    def test_a_small_group_shows_no_means_and_no_examples(self, vendor, tmp_path):
        """With a minimum group of 300 rows, counts stay and single durations go."""
        for path in vendor.glob("*.*"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        with (tmp_path / "kpitools.toml").open("a", encoding="utf-8") as file:
            file.write("[privacy]\nminimum_group = 300\n")
        compared = said(quality_page(tmp_path, "2026-10").reconciliation())
        assert "not explained: 2" in compared
        assert "for instance" not in compared

    def test_a_project_without_vendor_columns_says_so(self, vendor, tmp_path):
        """The same exports, without the columns that the vendor computed and without its screen."""
        for path in vendor.glob("*.csv"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        rows = PROJECT[: PROJECT.rindex("[[source]]")]
        own = "\n".join(line for line in rows.splitlines() if not line.startswith("vendor_"))
        (tmp_path / "kpitools.toml").write_text(own, encoding="utf-8")
        page = quality_page(tmp_path, "2026-10")
        assert "there is nothing to compare with" in said(page.reconciliation())
        assert "No export carries numbers of its vendor" in said(page.headline())


class TestNotebook:
    """The notebook, by the command and by plain papermill."""

    def test_report_and_papermill_give_the_same_page(self, vendor, tmp_path):
        """One page of October in French, with its record and manifest, byte for byte the same either way."""
        told = ["report", "--project", str(vendor), "--notebook", "data_quality", "--period", "2026-10"]
        assert main([*told, "--language", "fr"]) == 0
        page = vendor / "reports" / "2026-10" / "data_quality.fr.html"
        executed, html = tmp_path / "run.ipynb", tmp_path / "page.html"
        papermill = ["papermill", str(NOTEBOOK), str(executed), "--cwd", str(vendor), "-p", "period", "2026-10"]
        convert = ["jupyter", "nbconvert", "--to", "kpireport", str(executed), "--output", str(html)]
        for command in ([*papermill, "-p", "language", "fr", "--no-progress-bar"], convert):
            subprocess.run([sys.executable, "-m", *command], check=True, env=dict(os.environ), capture_output=True)
        assert html.read_bytes() == page.read_bytes()
        assert "qualité des données" in page.read_text(encoding="utf-8")
        assert page.with_suffix(".json").is_file()

    def test_its_cells_are_thin(self):
        """No cell holds a loop, a function or a class, none an output; each parameter has its help."""
        cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert not any(re.search(r"^\s*(for|while|def|class|if)\b", source, re.MULTILINE) for source in code)
        assert not any(cell.get("outputs") for cell in cells)
        assert all(re.fullmatch(r'\w+: str = ".*"  # .+', line) for line in code[0].splitlines())
