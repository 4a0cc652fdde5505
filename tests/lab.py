"""A real JupyterLab on a project, for this machine alone, and the panel of the analyst in it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kpitools.publish.own import own_copy

SECONDS = 300
"""How long to wait for the server, a cell or a click on a busy machine; an idle one takes a few."""


@contextmanager
def jupyterlab(project: Path, beside: Path) -> Iterator[str]:
    """Start JupyterLab on a project with its own settings in the folder `beside`; give its address."""
    own_copy("explore", project)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [
        f"--ServerApp.root_dir={project}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False", "--IdentityProvider.token=", "--ServerApp.allow_root=True",
        "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
    home = {**os.environ, **{name: str(beside / name.lower()) for name in names}}
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *settings], env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield _when_up(f"http://127.0.0.1:{port}/lab", server)
        finally:
            server.terminate()


def _when_up(address: str, server: subprocess.Popen[bytes]) -> str:
    began = time.monotonic()
    while time.monotonic() < began + SECONDS:
        if server.poll() is not None:
            raise RuntimeError("JupyterLab did not start")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return address
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not answer within {SECONDS} seconds")


def run_all(page: Any, lab: str, notebook: str = "my_explore") -> Any:
    """Open a notebook of the project, run all cells by the menu as an analyst does, and return its panel."""
    page.set_default_timeout(1000 * SECONDS)
    page.goto(f"{lab}/tree/notebooks/{notebook}.ipynb?reset")
    page.locator(".jp-RenderedHTMLCommon h2", has_text="What do you want to know?").wait_for()
    page.get_by_text(re.compile(r"\| Idle")).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    panel = page.locator(".kpitools-panel").first
    panel.locator("svg title").first.wait_for(state="attached")
    return panel
