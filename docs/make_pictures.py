"""Photograph the simulated example's month for the README, in each language: `make pictures`. Needs Chromium.

The window is as wide as a laptop's and as high as two of its screens; what it shows is all that is kept.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --hide-scrollbars"
WINDOW = "1100,1400"
IMAGES = Path(__file__).parent / "images"


def photograph(browser: str, page: Path, picture: Path) -> None:
    """Open a page in a fresh profile and keep what the window shows."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        switches = [*QUIET.split(), f"--user-data-dir={profile}", f"--window-size={WINDOW}", f"--screenshot={picture}"]
        subprocess.run([browser, *switches, page.resolve().as_uri()], check=True, capture_output=True)  # noqa: S603


def main(reports: Path) -> int:
    """Take the newest month of a folder of reports; return 1 where there is no browser or no page."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    months = sorted(reports.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]"))
    if browser is None or not months:
        print("No Chromium found." if browser is None else f"No month in {reports}: make report.", file=sys.stderr)  # noqa: T201
        return 1
    for language in ("fr", "en"):
        photograph(browser, months[-1] / f"periodic_report.{language}.html", IMAGES / f"page-{language}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
