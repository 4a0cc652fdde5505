"""What is on screen, kept: its rows in a file, or the question as a cell of a report."""

from pathlib import Path

from kpitools.errors import require_known
from kpitools.explore.answer import Answer
from kpitools.measure.rows import records
from kpitools.publish.retention import EXPLORED
from kpitools.written import to_csv

EXPORTS = ("csv", "parquet")


def export(answer: Answer, form: str = "csv", role: str | None = None, *, at_most: int) -> Path:
    """Write the rows behind an answer to `explored/` of the project, pseudonymous as they are; return the file.

    A CSV holds no formula: what a spreadsheet would take for one is text.

    Raises:
        UserError: an unknown form, or rows that may not be shown.
    """
    require_known(form, EXPORTS, "form")
    rows = answer.behind(role, at_most=at_most).rows
    question = answer.question
    parts = (question.kpi.name, *(value for _, value in question.segments), str(question.newest), role or "")
    stem = "-".join("".join(c if c.isalnum() else "_" for c in part) for part in parts if part)
    path = answer.desk.project.folder / EXPLORED / f"{stem}.{form}"
    path.parent.mkdir(exist_ok=True)
    if form == "csv":
        path.write_text(to_csv(records(rows)), encoding="utf-8")
    else:
        rows.to_parquet(path, index=False)
    return path


def add_to_report(answer: Answer, name: str) -> Path:
    """Add the question to a report notebook of the analyst's own, which is started where there is none; return it.

    The cell asks again at every run, for the period, the team and in the language of that run.

    Raises:
        ReportError: `name` cannot name a notebook, or that notebook lacks the parameters of a report.
    """
    from kpitools.publish.own import add_cell  # noqa: PLC0415 - loads papermill's world, which exploring does not need

    code = (
        "from kpitools.explore import desk\n\n"
        f"desk(project, language).ask({answer.question.as_code()}, period=period, team=team)"
    )
    return add_cell(name, answer.desk.project.folder, code, text=answer.title())
