"""Open workbooks in LibreOffice without a screen, and save them again: what a colleague's spreadsheet makes of them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

NAMES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")


def soffice() -> str:
    """Return the program; where there is none, fail in CI and skip on a laptop."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("LibreOffice is missing in CI: entry workbooks would go out unopened.")
    if found is None:
        pytest.skip("no LibreOffice on this machine; CI opens the workbooks")
    return found


def saved_again(workbooks: Iterable[Path], folder: Path, form: str = "xlsx") -> list[Path]:
    """Open workbooks and save each to another folder, in a fresh profile; return the new files."""
    given = list(workbooks)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        subprocess.run(
            [soffice(), f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", form,
             "--outdir", str(folder), *map(str, given)],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip
    return [folder / f"{path.stem}.{form.partition(':')[0]}" for path in given]
