"""`entry`."""

from pathlib import Path
from typing import TYPE_CHECKING

from kpitools import project as projects
from kpitools.cli.output import say
from kpitools.errors import ProjectError, UserError, require_known

if TYPE_CHECKING:
    from kpitools.project import Project


def write_entry(
    folder: Path, kpis: list[str], output: Path | None, *, year: int, every: str, team: str | None, language: str | None
) -> None:
    """Write the workbook in which staff fill in figures by hand, and say how it is read back.

    It takes a project's definitions and language where there is one. A file that is there is never replaced: it may
    hold what somebody entered.
    """
    from kpitools.catalogue import KPIS  # noqa: PLC0415
    from kpitools.entry import entry_workbook  # noqa: PLC0415
    from kpitools.project.manifests import file_stem  # noqa: PLC0415
    from kpitools.project.parts import About  # noqa: PLC0415
    from kpitools.publish.files import write_whole  # noqa: PLC0415

    project = _project(folder)
    names = [name for given in kpis for name in given.split(",") if name]
    chosen = [(project.kpi if project else KPIS.__getitem__)(require_known(name, KPIS, "KPI")) for name in names]
    spoken = language or (project.about if project else About()).languages[0]
    made = entry_workbook(chosen, year, every=every, team=team, language=spoken)
    path = output or folder / f"{file_stem(f'entry-{year}', team or '', spoken)}.xlsx"
    if path.suffix.lower() != ".xlsx":
        raise UserError(f"{path}: the workbook is written as .xlsx. Give --output that ending.")
    if path.exists():
        raise UserError(f"{path} is there already, and may hold what staff entered. Write to another file.")
    write_whole(path, made)
    say(f"Written: {path}. Filled in, it is read with: kpitools init {path.name} (add the source to kpitools.toml)")


def _project(folder: Path) -> "Project | None":
    """Return the project of a folder; figures may be entered before there is one."""
    try:
        place = projects.find_file(folder)
    except ProjectError:
        return None
    return projects.load(place)
