"""`report`."""

from pathlib import Path
from typing import TYPE_CHECKING

from kpitools import project as projects
from kpitools.cli.output import progress, say
from kpitools.errors import ReportError, require_known
from kpitools.project import LANGUAGES

if TYPE_CHECKING:
    from kpitools.publish.batch import Outcome


def write_reports(  # noqa: PLR0917 - one argument an option of the command
    folder: Path, notebook: str, every: str, period: str | None, team: str | None, language: str | None,
    output: Path | None, given: list[str], jobs: int = 1, *, show_code: bool = False,
) -> int:  # fmt: skip
    """Render a report in each language; return 1 where one failed, the others standing.

    Raises:
        ReportError: none could be made.
    """
    from kpitools.publish.batch import Job, run_all  # noqa: PLC0415
    from kpitools.publish.index import refresh_index  # noqa: PLC0415
    from kpitools.publish.notebooks import find_notebook  # noqa: PLC0415
    from kpitools.publish.parameters import check_parameters  # noqa: PLC0415

    project = projects.load(folder)
    source = find_notebook(notebook, project.folder)
    languages = [require_known(language, LANGUAGES, "language", ReportError)] if language else project.about.languages
    own = dict(_pair(text) for text in given)
    check_parameters(source, own)
    parameters = {"project": str(project.folder), "period": period or every, "team": team or "", **own}
    asked = [Job(source, {**parameters, "language": each}, show_code) for each in languages]
    reports = output or project.folder / "reports"
    with progress(f"Rendering {source.stem}") as tell:
        made = list(run_all(asked, reports, workers=jobs, on_event=lambda _, job: tell(job.parameters["language"])))
    told = _told(made)
    if not period:
        _say_passed_over(made)
    refresh_index(reports, project)
    return told


def _told(made: "list[Outcome]") -> int:
    """Say what became of each report."""
    failures = list(dict.fromkeys(outcome.failure for outcome in made if outcome.failure))
    if not any(outcome.page for outcome in made):
        raise ReportError("\n".join(failures))
    for outcome in made:
        say(f"Written: {outcome.page}" if outcome.page else f"kpitools: {outcome.failure}")
    return 1 if failures else 0


def _say_passed_over(made: "list[Outcome]") -> None:
    """Say that the data go on after the last closed period: what follows it is not complete, and not passed over."""
    from kpitools.project.manifests import read_manifest, read_period  # noqa: PLC0415

    told = read_manifest(next(outcome.page for outcome in made if outcome.page).with_suffix(".json"))
    about, last = read_period(str(told.get("period"))), told.get("data", {}).get("last", "")
    if about and last > about.end.isoformat():
        say(f"The data go on to {last}: what follows {about} is not complete and is left for the next report.")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ReportError(f"--parameter {text!r} must be written as name=value.")
    return name.strip(), value
