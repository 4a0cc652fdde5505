"""Photograph every notebook's page of the simulated example for `docs/pages.md` and the README: `make pictures`.

Each page in French and English, at a desk and on a phone, in the light and the dark theme: what the window shows
is kept, as WebP. Needs Chromium. The example itself is copied before figures of advisers are opted into.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from kpitools.data import data_folder
from kpitools.project import LANGUAGES, load
from kpitools.publish.batch import Job, run_all
from kpitools.publish.index import refresh_index

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PERIOD = "2026-10"
TEAMS = {"adviser_review": "Nord", "team_review": "Nord"}
"""Notebooks that are about one team."""
WINDOWS = {"desk": (1100, 1300), "phone": (390, 1000)}
QUALITY = 36
"""Of WebP: letters stay sharp, and all pictures together are about 3 MB."""
OPT_IN = 'advisers = true\npurpose = { fr = "Accompagnement des conseillers", en = "Coaching of advisers" }'
IMAGES = Path(__file__).parent / "images"


def pages(project: Path) -> Iterator[tuple[str, Path]]:
    """Render every notebook in each language below the project; give the name of each page and the page."""
    told = (project / "kpitools.toml").read_text(encoding="utf-8")
    (project / "kpitools.toml").write_text(told.replace("advisers = false", OPT_IN), encoding="utf-8")
    jobs = [
        Job(
            notebook,
            {"project": str(project), "period": PERIOD, "team": TEAMS.get(notebook.stem, ""), "language": each},
        )
        for notebook in sorted(data_folder("notebooks").glob("*.ipynb"))
        for each in LANGUAGES
    ]
    for made in run_all(jobs, project / "reports"):
        if made.page is None:
            sys.exit(made.failure)
        yield f"{made.job.notebook.stem}-{made.job.parameters['language']}", made.page
    refresh_index(project / "reports", load(project))
    first, *others = load(project).about.languages
    yield f"index-{first}", project / "reports" / "index.html"
    yield from ((f"index-{each}", project / "reports" / f"index.{each}.html") for each in others)


def photograph(page: Any, name: str) -> None:  # noqa: ANN401 - playwright is loaded where it is used
    """Keep what the window shows of an open page, at each width in each theme."""
    for window, (width, height) in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            shot.save(IMAGES / f"{name}-{window}-{theme}.webp", quality=QUALITY, method=6)


def main(example: Path) -> int:
    """Take the pictures; return 1 where there is no browser."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        sys.stderr.write("No Chromium found.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        project = shutil.copytree(example, Path(folder) / "example", ignore=shutil.ignore_patterns("reports"))
        made = dict(pages(project))
        with sync_playwright() as playwright:
            page = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]).new_page()
            for name, path in made.items():
                page.goto(path.resolve().as_uri())
                photograph(page, name)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
