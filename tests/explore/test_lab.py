"""The analyst's way in a real JupyterLab: open, choose, see the chart change, dig, export, keep, run the report."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium
from lab import jupyterlab, run_all

from kpitools.cli import main


@pytest.fixture(scope="module")
def lab(example: Path) -> Iterator[str]:
    """A JupyterLab on the project; its address."""
    with jupyterlab(example, example.parent / "jupyter") as address:
        yield address


def test_from_opening_to_a_report(lab, example):
    """A click on KPI and channel changes the chart; where and what stands behind it is shown, saved and reported.

    What stands in the other tabs is worked out when they are opened, and not before.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where there is no browser, none is needed

    browser = chromium()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        panel = run_all(page, lab)
        title = panel.locator("svg title").first
        before = title.text_content()
        panel.get_by_label("KPI", exact=True).select_option("Service level")
        panel.locator("svg title", has_text="Service level").first.wait_for(state="attached")
        whole = title.text_content()
        panel.get_by_label("Channel", exact=True).select_option("Phone")
        panel.get_by_label("Team", exact=True).select_option("Nord")
        page.wait_for_function(
            "old => document.querySelector('.kpitools-panel svg title').textContent !== old", arg=whole
        )
        assert before != whole
        assert panel.locator("table.apart, table.behind").count() == 0
        panel.get_by_role("tab", name="Where").click()
        panel.locator("table.apart tbody tr").first.wait_for()
        panel.get_by_role("tab", name="What stands behind it").click()
        panel.locator("table.behind tbody tr").first.wait_for()
        shown = panel.locator("table.behind caption").text_content()
        panel.locator(".kpitools-csv").click()
        panel.get_by_role("status").filter(has_text="explored").wait_for()
        panel.locator(".kpitools-add").click()
        panel.get_by_role("status").filter(has_text="my_report.ipynb").wait_for()
    saved = next((example / "explored").glob("service_level-*.csv")).read_text(encoding="utf-8").splitlines()
    assert len(saved) - 1 == int(re.findall(r"\d+", shown.replace(",", ""))[1])
    assert main(["report", "--project", str(example), "--notebook", "my_report"]) == 0
    (page,) = (example / "reports").glob("*/my_report.en.html")
    reported = page.read_text(encoding="utf-8")
    assert reported.count("Service level, 60 values") >= 1
