"""A standing report in its place: `reports/<period>/`, with its record, figures and manifest beside the page."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from kpitools.errors import ReportError
from kpitools.project.manifests import EARLIER, FIGURES, failure_note, issues, read_manifest, read_period, report_stem
from kpitools.publish.archive import write_manifest
from kpitools.publish.files import write_whole
from kpitools.publish.limits import Limits
from kpitools.publish.page import Page, read_page
from kpitools.publish.render import Rendered, run
from kpitools.written import to_csv, to_json

PARTS = (".html", ".ipynb", ".csv", FIGURES, ".json")
"""How the files of a report end, its manifest last."""


def publish(
    notebook: Path, parameters: Mapping[str, str], reports: Path, limits: Limits | None = None,
    *, show_code: bool = False,
) -> Path:  # fmt: skip
    """Run a report and write it whole: page, executed notebook, figures (CSV, JSON) and manifest; return the page.

    The period that the notebook declares names the folder, so that "the last closed month" finds its place. The
    manifest is written last: where it tells of the page that is there, all that belongs to it is there too. What an
    earlier attempt left in `_failed/` goes.

    Raises:
        ReportError: as `render` does; or the files would replace those of another team whose name is alike.
    """
    stem = report_stem(notebook.stem, parameters)
    attempt = failure_note(reports, notebook.stem, parameters)
    made = run(notebook, parameters, attempt.with_suffix(".ipynb"), limits)
    html, page = made.html(show_code=show_code), read_page(made.executed)
    place = reports / (page.period or _folder(parameters)) / stem
    _require_own(place.with_name(f"{stem}.json"), parameters)
    record = write_whole(place.with_name(f"{stem}.ipynb"), made.record())
    files = _figures(place, page)
    written = write_whole(place.with_name(f"{stem}.html"), html)
    rendered = Rendered(written, record, notebook, made.parameters)
    write_manifest(rendered, place.with_name(f"{stem}.json"), files, page)
    for left in (attempt, attempt.with_suffix(".ipynb")):
        left.unlink(missing_ok=True)
    return written


def keep_issue(page: Path) -> tuple[Path, ...]:
    """Copy a report that is about to be made anew to `_earlier/`, under the next number; return the copies.

    A page that is kept already (a run was stopped between) is not copied again: then there are none.
    """
    earlier = issues(page.with_suffix(".json"))
    if earlier and earlier[-1].with_suffix(".html").read_bytes() == page.read_bytes():
        return ()
    number = int(earlier[-1].stem.rpartition(".")[2]) + 1 if earlier else 1
    folder = page.parent / EARLIER
    folder.mkdir(exist_ok=True)
    parts = [(page.with_name(page.stem + part), folder / f"{page.stem}.{number}{part}") for part in PARTS]
    return tuple(Path(shutil.copy2(old, kept)) for old, kept in parts if old.is_file())


def _folder(parameters: Mapping[str, str]) -> str:
    """Name the folder of a page that declares no period: the one that it was asked for."""
    return str(read_period(parameters.get("period", "")) or "")


def _figures(place: Path, page: Page) -> list[Path]:
    if not page.figures:
        return []
    rows = list(page.figures)
    written = ((".csv", to_csv(rows)), (FIGURES, to_json(rows)))
    return [write_whole(place.with_name(place.name + ending), text) for ending, text in written]


def _require_own(manifest: Path, parameters: Mapping[str, str]) -> None:
    """Refuse to write over the report of another team whose name gives the same file name."""
    theirs, team = "", parameters.get("team", "")
    with suppress(ReportError):
        theirs = str(read_manifest(manifest).get("parameters", {}).get("team", ""))
    if theirs != team and manifest.is_file() and theirs:
        raise ReportError(
            f"The files of team {team!r} would replace those of team {theirs!r}, as their names are alike. "
            "Write them alike in the exports, or call one otherwise under [source.values]."
        )
