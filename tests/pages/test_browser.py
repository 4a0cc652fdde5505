"""What Chromium does with a page of kpitools, and proof that its eyes are open."""

from pathlib import Path

import browser
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kpitools.publish.exporter import KPIReport

ATTACK = """
<img src="http://192.0.2.1/pixel.png"><script>document.title = "ran"; console.log("ran")</script>
<p onclick="x()" style="background: url(http://192.0.2.1/back.png)">text</p>
<link rel="stylesheet" href="http://192.0.2.1/style.css"><iframe src="http://192.0.2.1/frame"></iframe>
"""


def page_with(html: str, path: Path) -> Path:
    """Write the page of a notebook with this one output."""
    output = new_output("display_data", data={"text/html": html})
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    resources = {"metadata": {"name": "still"}}
    path.write_text(KPIReport().from_notebook_node(notebook, resources=resources)[0], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The attack in a page without any policy, opened."""
    path = tmp_path_factory.mktemp("bare") / "bare.html"
    path.write_text(f"<!DOCTYPE html><title>still</title>{ATTACK}", encoding="utf-8")
    return browser.visit(path)


def test_the_browser_reports_what_it_is_meant_to_find(bare):
    """Without our policy the script runs, speaks, and every address is asked for."""
    assert "<title>ran</title>" in bare.dom
    assert any("ran" in line for line in bare.console)
    names = {url.rpartition("/")[2] for url in bare.requests}
    assert {"pixel.png", "back.png", "style.css", "frame"} <= names


def test_an_attack_inside_a_page_does_nothing(tmp_path):
    """Should markup ever come through, the policy of the page stops scripts and requests."""
    seen = browser.visit(page_with(ATTACK, tmp_path / "page.html"))
    assert "<title>still</title>" in seen.dom
    assert seen.requests == []


def test_a_page_is_silent(tmp_path):
    """A page makes no request and leaves nothing on the console."""
    svg = '<svg viewBox="0 0 9 9" role="img" aria-label="x"><path d="M0 0h9"/></svg>'
    seen = browser.visit(page_with(f'<figure class="chart">{svg}</figure>', tmp_path / "page.html"))
    assert 'viewBox="0 0 9 9"' in seen.dom
    assert seen.requests == []
    assert seen.console == []
