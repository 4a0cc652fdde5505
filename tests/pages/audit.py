"""What a browser and axe-core find wrong with a page, in both themes, at a desk and on a phone; and pages to ask."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import chromium

from kpitools.publish.batch import Job, run_all
from kpitools.publish.notebooks import find_notebook

AXE = "KPITOOLS_AXE"
"""Where axe-core's `axe.min.js` is: `.ci/run` fetches it."""
DESK, PHONE = 1280, 390
WIDTHS = (DESK, 820, PHONE)
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
OVERFLOW = """() => {
  const whole = document.documentElement, scrolls = e => e && (getComputedStyle(e).overflowX !== 'visible'
    || scrolls(e.parentElement === whole ? null : e.parentElement));
  if (whole.scrollWidth <= whole.clientWidth) return [];
  return [...document.body.querySelectorAll('*')].filter(e =>
    e.getBoundingClientRect().right > whole.clientWidth + 1 && !scrolls(e.parentElement)
  ).map(e => e.outerHTML.slice(0, 120)).slice(0, 5).concat(['the page is ' + whole.scrollWidth + ' wide']);
}"""


def axe() -> str:
    """Return axe-core's program; where it is not, fail in CI and skip on a laptop."""
    told = os.environ.get(AXE, "")
    if Path(told).is_file():
        return Path(told).read_text(encoding="utf-8")
    if os.environ.get("CI"):
        pytest.fail(f"{AXE} names no axe-core in CI: pages would go out unchecked.")
    pytest.skip(f"{AXE} names no axe.min.js of axe-core on this machine; CI checks the pages")


@contextmanager
def window() -> Iterator[Any]:
    """Open a browser's page; the checker's own script may run in it, whatever the policy of the page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where there is no browser, none is needed

    program = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser.new_context(bypass_csp=True).new_page()
        browser.close()


def looks(page: Any) -> Iterator[str]:
    """Show an open page in both themes at each width; say which is shown."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            yield f"{theme}, {width} wide"


def violations(page: Any) -> list[str]:
    """Return what axe-core, which the page has loaded, objects to: the rule, and the first elements."""
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found]


def publish(project: Path, asked: Iterable[tuple[str, str, str]], period: str) -> dict[tuple[str, str, str], Path]:
    """Render (notebook, language, team) each for one period, in one go; return the pages."""
    jobs = [
        Job(find_notebook(name, project), {"project": str(project), "period": period, "team": team, "language": spoken})
        for name, spoken, team in asked
    ]
    made = list(run_all(jobs, project / "reports"))
    failures = [outcome.failure for outcome in made if outcome.failure]
    assert not failures, failures
    return {
        (each.job.notebook.stem, each.job.parameters["language"], each.job.parameters["team"]): each.page
        for each in made
        if each.page
    }
