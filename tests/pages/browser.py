"""Open a page in headless Chromium and tell what it asked for and what it said."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps --no-default-browser-check --no-pings "
    "--enable-logging=stderr --virtual-time-budget=2000"
)


@dataclass(frozen=True)
class Visit:
    """What a browser saw: the page after loading, addresses asked for besides the file, lines on the console."""

    dom: str
    requests: list[str]
    console: list[str]


def chromium() -> str:
    """Return the browser's program; where there is none, fail in CI and skip on a laptop."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing in CI: pages would go out unseen.")
    if found is None:
        pytest.skip("no Chromium on this machine; CI opens the pages")
    return found


def visit(page: Path, *options: str) -> Visit:
    """Open a file in a fresh profile; `options` are further switches of Chromium, such as `--screenshot=FILE`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        log = Path(profile) / "net.json"
        # No name resolves: what a page asks for is seen, and still nothing leaves this machine.
        places = [
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}/profile",
            f"--log-net-log={log}",
            "--dump-dom",
        ]
        run = subprocess.run(
            [chromium(), *QUIET.split(), *places, *options, page.resolve().as_uri()],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        return Visit(run.stdout, _asked(json.loads(log.read_text(encoding="utf-8"))), _said(run.stderr))


def _asked(log: dict[str, Any]) -> list[str]:
    """Return the addresses that the page asked for, by the browser's own network log.

    Chromium's own requests (time, updates) come from no origin; files are the page itself.
    """
    start = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    starts = [event["params"] for event in log["events"] if event["type"] == start and "params" in event]
    ours = [params for params in starts if params.get("initiator") not in (None, "not an origin")]
    return [params["url"] for params in ours if not params["url"].startswith(("file:", "data:"))]


def _said(stderr: str) -> list[str]:
    """Return the lines of the console among what Chromium logs."""
    return re.findall(r":CONSOLE[:(]\d+\)?\] (.*)", stderr)
