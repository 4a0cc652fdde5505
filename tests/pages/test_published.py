"""What holds of a published report: one number everywhere, one language, the same bytes each time."""

import csv
import json
import os
import re
import subprocess
import sys
from html import unescape

import nbformat
import pytest
from browser import visit

from kpitools.cli import main
from kpitools.present.messages import english_only_messages
from kpitools.publish.page import read_page


def texts(page: str) -> list[str]:
    """Return what stands between the tags of a page, and in its titles and labels."""
    body = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    between = re.findall(r">([^<>]+)<", body)
    labels = re.findall(r'(?:title|aria-label|alt|content|data-label)="([^"]*)"', body)
    return [unescape(text).strip() for text in (*between, *labels) if text.strip()]


def key(row: dict) -> tuple:
    """Say what a row measures."""
    return tuple(
        row.get(name) or None for name in ("kpi", "definition", "statistic", "period", "team", "channel", "category")
    )


@pytest.fixture(scope="module")
def measured(published, tmp_path_factory):
    """Give the rows of `kpitools measure --format json`, in all and by channel."""
    out = tmp_path_factory.mktemp("measured")
    common = ["measure", "--project", str(published.project), "--period", "2026-10", "--format", "json"]
    assert main([*common, "--output", str(out / "all.json")]) == 0
    assert main([*common, "--by", "channel", "--output", str(out / "channel.json")]) == 0
    rows = [row for path in sorted(out.iterdir()) for row in json.loads(path.read_text(encoding="utf-8"))]
    return {key(row): row for row in rows}


def test_the_manifest_has_the_balance_that_check_shows(published, capsys):
    """Rows read, used, excluded and set aside of each source are in the manifest as `check` prints them, and no row."""
    assert main(["check", "--project", str(published.project), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    manifest = json.loads(published.beside("fr", ".json").read_text(encoding="utf-8"))
    assert [{name: one[name] for name in stated} for one, stated in zip(shown, manifest["accounts"], strict=True)] == (
        manifest["accounts"]
    )
    for one in manifest["accounts"]:
        assert one["read"] == one["used"] + sum(one["excluded"].values()) + sum(one["set_aside"].values())
        assert not {"problems", "raw"} & set(one)


class TestOneNumber:
    """`measure`, the notebook, the page and the CSV beside it give one and the same number."""

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_notebook_and_csv_carry_the_measured_numbers(self, published, measured, language):
        """Every figure of the executed notebook and of the CSV equals that of `measure`, to the last digit."""
        notebook = nbformat.read(published.beside(language, ".ipynb"), as_version=4)
        figures = read_page(notebook).figures
        assert len(figures) > 50
        with published.beside(language, ".csv").open(encoding="utf-8", newline="") as file:
            written = list(csv.DictReader(file))
        assert len(written) == len(figures)
        for figure, line in zip(figures, written, strict=True):
            expected = measured[key(figure)]
            for name in ("value", "low", "high", "n", "numerator", "denominator", "excluded"):
                assert figure[name] == expected[name]
                assert line[name] == ("" if expected[name] is None else repr(expected[name]))

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_page_shows_the_measured_number(self, published, measured, language):
        """The answer rate, the NPS and the volume stand on the page, rounded from the measured value."""
        page = " ".join(texts(published.page(language).read_text(encoding="utf-8")))
        total = {name: measured[found]["value"] for found in measured for name in [found[0]] if found[5] is None
                 and found[2] in ("share", "score", "count")}  # fmt: skip
        mark, space = (",", "\u202f%") if language == "fr" else (".", "%")
        assert f"{100 * total['answer_rate']:.1f}".replace(".", mark) + space in page
        assert f"{total['nps']:+.0f}".replace("-", "\u2212") in page
        assert f"{total['volume']:,.0f}".replace(",", "\u202f" if language == "fr" else ",") in page


class TestLanguage:
    """A page is in one language."""

    def test_no_text_of_the_french_page_is_an_english_message(self, published):
        """No text equals an English message of the catalogue that French says otherwise."""
        french = set(texts(published.page("fr").read_text(encoding="utf-8")))
        assert not french & english_only_messages("fr")

    def test_the_english_page_holds_english_messages(self, published):
        """The same comparison finds many on the English page: it can fail."""
        assert len(set(texts(published.page("en").read_text(encoding="utf-8"))) & english_only_messages("fr")) > 20

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_page_says_its_language(self, published, language):
        """`lang` is the language of the page."""
        assert f'<html lang="{language}"' in published.page(language).read_text(encoding="utf-8")


class TestAgain:
    """A report can be made again."""

    def test_the_same_bytes_by_another_way(self, published, unpacked, tmp_path):
        """Plain papermill and nbconvert of the installed wheel, cold, under another name, give the page of `report`."""
        environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(unpacked)}
        told = ["--cwd", str(published.project), "-p", "period", "2026-10", "-p", "language", "fr", "--no-progress-bar"]
        notebook = unpacked / "kpitools" / "_data" / "notebooks" / "periodic_report.ipynb"
        executed, html = tmp_path / "another name.ipynb", tmp_path / "page.html"
        where = [sys.executable, "-c", "import kpitools; print(kpitools.__file__)"]
        papermill = [sys.executable, "-m", "papermill", str(notebook), str(executed), *told]
        convert = [sys.executable, "-m", "nbconvert", "--to", "kpireport", str(executed), "--output", str(html)]
        said = [
            subprocess.run(command, check=True, env=environment, cwd=tmp_path, capture_output=True, text=True).stdout
            for command in (where, papermill, convert)
        ]
        assert said[0].startswith(str(unpacked))
        assert html.read_bytes() == published.page("fr").read_bytes()


class TestInTheBrowser:
    """The page in headless Chromium."""

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_it_is_silent(self, published, language):
        """No request leaves, no script runs, nothing is said on the console."""
        seen = visit(published.page(language))
        assert (seen.requests, seen.console) == ([], [])
        assert "<script" not in seen.dom
        assert "<h1" in seen.dom


class TestRefusals:
    """An impossible value is refused in one line, before anything is published."""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--parameter", "taem=Nord"], "team"),
            (["--team", "Nrod"], "Nord"),
            (["--period", "2027-01"], "2026-10"),
            (["--period", "octobre"], "2026-10"),
            (["--language", "de"], "en"),
            (["--notebook", "periodic_repport"], "periodic_report"),
        ],
    )
    def test_the_nearest_possible_value_is_named(self, example, tmp_path, capsys, options, said):
        """The message has one line and names what would be right; the exit code is 2; nothing is written."""
        given = ["--language", "fr"] if "--language" not in options else []
        code = main(["report", "--project", str(example), "--output", str(tmp_path / "out"), *options, *given])
        message = capsys.readouterr().err.strip()
        assert code == 2
        assert len(message.splitlines()) == 1
        assert said in message
        assert not list(tmp_path.rglob("*.html"))


def test_an_analyst_may_have_the_code_on_the_page(example, tmp_path):
    """With `--show-code` each cell's code stands folded above what it shows; the usual page has none."""
    told = ["report", "--project", str(example), "--period", "2026-10", "--language", "fr", "--output", str(tmp_path)]
    assert main([*told, "--show-code"]) == 0
    page = (tmp_path / "2026-10" / "periodic_report.fr.html").read_text(encoding="utf-8")
    assert "<code>report.scorecard()</code>" in page
    assert '<details class="code"><summary>Code</summary>' in page


def test_the_usual_page_has_no_code(published):
    """Managers see no code."""
    assert "<code>" not in published.page("fr").read_text(encoding="utf-8")
