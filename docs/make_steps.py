"""Answer a question in the panel and photograph each step for `docs/explore.md`: part of `make pictures`.

Given the simulated example, it copies it, plants what the question is about in the copy (the line of team Sud is dead
from ten to four on 7 and 8 October 2026), opens the copy in JupyterLab, and does what the page says. Given a folder as
well, it only writes that copy, for whoever wants to look for the cause.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab import jupyterlab, run_all
from make_pictures import BROWSERS, IMAGES, QUALITY
from PIL import Image
from playwright.sync_api import sync_playwright

CALLS, ENCODING = "calls/appels-2026-T4.csv", "cp1252"
DAYS, HOURS, TEAM = ("07/10/2026", "08/10/2026"), ("10:00:00", "16:00:00"), "Sud"
ANSWERED_ONLY = (
    "Agent",
    "Sonnerie",
    "Conversation",
    "Mise en attente",
    "Post-appel (min)",
    "Résolu",
    "Motif du rappel",
)
LANGUAGES = 'languages = ["fr", "en"]', 'languages = ["en", "fr"]'
"""The page is in English, and so is its panel."""
WINDOW = {"width": 1180, "height": 820}


def planted(example: Path, folder: Path) -> Path:
    """Copy the example, and have nobody of the team answer during those hours; return the copy."""
    copy = shutil.copytree(example, folder, ignore=shutil.ignore_patterns("reports", "notebooks", "explored"))
    path = copy / CALLS
    head, *lines = path.read_bytes().decode(ENCODING).split("\r\n")
    names = head.split(";")
    path.write_bytes("\r\n".join([head, *(_unanswered(names, line) for line in lines)]).encode(ENCODING))
    toml = copy / "kpitools.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(*LANGUAGES), encoding="utf-8")
    return copy


def _unanswered(names: list[str], line: str) -> str:
    """Take the answer away from a call of those hours; other lines stay as they are."""
    cells = dict(zip(names, line.split(";", len(names) - 1), strict=False))
    if len(cells) < len(names) or (cells["Équipe"], cells["Résultat"]) != (TEAM, "Décroché"):
        return line
    if cells["Date"] not in DAYS or not HOURS[0] <= cells["Heure"] < HOURS[1]:
        return line
    return ";".join((cells | dict.fromkeys(ANSWERED_ONLY, "") | {"Résultat": "Abandonné"}).values())


def steps(panel: Any) -> dict[str, Callable[[], None]]:  # noqa: ANN401 - playwright's
    """Return what is done for each picture, in order."""

    def choose(label: str, option: str) -> None:
        panel.get_by_label(label, exact=True).select_option(option)

    def tab(name: str, shows: str) -> None:
        panel.get_by_role("tab", name=name, exact=True).click()
        panel.locator(shows).first.wait_for()

    def week() -> None:
        choose("Up to", "2026-W41")
        panel.locator("p", has_text="to week 41 of 2026").first.wait_for()

    def team() -> None:
        choose("Team", TEAM)
        panel.locator("table.apart caption", has_text=TEAM).first.wait_for()

    def calls() -> None:
        tab("What stands behind it", "table.behind tbody tr")
        role = panel.get_by_label("Rows", exact=True)
        role.select_option(role.locator("option", has_text="in the denominator only").text_content())
        panel.locator("table.behind td", has_text="in the numerator").first.wait_for(state="detached")

    def keep() -> None:
        panel.locator(".kpitools-add").click()
        panel.get_by_role("status").filter(has_text="my_report.ipynb").wait_for()

    return {
        "1-open": lambda: None,
        "2-week": week,
        "3-where": lambda: tab("Where", "table.apart tbody tr"),
        "4-team": team,
        "5-calls": calls,
        "6-otherwise": lambda: tab("What if", "table.what-if tbody tr"),
        "7-keep": keep,
    }


def photograph(page: Any, panel: Any, name: str) -> None:  # noqa: ANN401 - playwright's
    """Keep what the window shows, the panel at its top."""
    panel.evaluate("element => element.scrollIntoView()")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.save(IMAGES / f"explore-{name}.webp", quality=QUALITY, method=6)


def main(example: Path, folder: str = "") -> int:
    """Take the pictures, or only write the copy; return 1 where there is no browser."""
    if folder:
        sys.stdout.write(f"{planted(example, Path(folder))}\n")
        return 0
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        sys.stderr.write("No Chromium found.\n")
        return 1
    with tempfile.TemporaryDirectory() as beside, sync_playwright() as playwright:
        project = planted(example, Path(beside) / "example")
        with jupyterlab(project, Path(beside) / "jupyter") as lab:
            page = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]).new_page(viewport=WINDOW)
            panel = run_all(page, lab)
            page.add_style_tag(content=".Toastify { display: none; }")  # whether one wants news of Jupyter
            for name, act in steps(panel).items():
                act()
                photograph(page, panel, name)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
