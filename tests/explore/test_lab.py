"""The analyst's way in a real JupyterLab: open, choose, see the chart change, dig, export, keep, run the report."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from browser import chromium

from kpitools.cli import main
from kpitools.publish.own import own_copy

SECONDS = 240_000
"""Milliseconds to wait for a cell on a busy machine."""


@pytest.fixture(scope="module")
def lab(example: Path) -> Iterator[str]:
    """A JupyterLab on the project, for this machine alone; its address."""
    own_copy("explore", example)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [
        f"--ServerApp.root_dir={example}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False", "--IdentityProvider.token=", "--ServerApp.allow_root=True",
        "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    home = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(example.parent / "jupyter"),
        "IPYTHONDIR": str(example.parent / "ip"),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *settings], env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield _when_up(f"http://127.0.0.1:{port}/lab", server)
        finally:
            server.terminate()


def _when_up(address: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(120):
        assert server.poll() is None, "JupyterLab did not start"
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return address
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab did not answer within a minute")


def test_from_opening_to_a_report(lab, example):
    """A click on KPI and channel changes the chart; the rows behind are shown, saved, and the question is reported."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where there is no browser, none is needed

    browser = chromium()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        page.set_default_timeout(SECONDS)
        page.goto(f"{lab}/tree/notebooks/my_explore.ipynb?reset")
        page.locator(".jp-RenderedHTMLCommon h2", has_text="What do you want to know?").wait_for()
        page.get_by_text(re.compile(r"\| Idle")).wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        panel = page.locator(".kpitools-panel").first
        before = panel.locator("svg title").first.text_content()
        panel.get_by_label("KPI", exact=True).select_option("Service level")
        panel.locator("svg title", has_text="Service level").first.wait_for(state="attached")
        whole = panel.locator("svg title").first.text_content()
        rows = panel.locator("table.behind caption").text_content()
        panel.get_by_label("Channel", exact=True).select_option("Phone")
        panel.get_by_label("Team", exact=True).select_option("Nord")
        for part, old in (("svg title", whole), ("table.behind caption", rows)):
            changed = f"old => document.querySelector('.kpitools-panel {part}').textContent !== old"
            page.wait_for_function(changed, arg=old)
        assert before != whole
        panel.get_by_role("tab", name="What stands behind it").click()
        panel.locator("table.behind tbody tr").first.wait_for()
        shown = panel.locator("table.behind caption").text_content()
        panel.locator(".kpitools-csv").click()
        panel.get_by_role("status").filter(has_text="exports").wait_for()
        panel.locator(".kpitools-add").click()
        panel.get_by_role("status").filter(has_text="my_report.ipynb").wait_for()
    saved = next((example / "exports").glob("service_level-*.csv")).read_text(encoding="utf-8").splitlines()
    assert len(saved) - 1 == int(re.findall(r"\d+", shown.replace(",", ""))[1])
    assert main(["report", "--project", str(example), "--notebook", "my_report", "--period", "2026-09"]) == 0
    reported = (example / "reports" / "2026-09" / "my_report.en.html").read_text(encoding="utf-8")
    assert reported.count("Service level, 60 values") >= 1
