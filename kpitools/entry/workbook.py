"""The workbook itself: the sheet that staff fill in, a page of help, and the hidden codes of its drop-downs."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from kpitools.entry.guide import write_guide
from kpitools.entry.looks import capital, dress
from kpitools.entry.rules import highlights, rules_of
from kpitools.entry.sheet import FIRST, GRAINS, GROUP, HEAD, HELP, NAMES, TITLE, UNIT, Sheet
from kpitools.errors import UserError, require_known
from kpitools.kpi import Kpi
from kpitools.present.codes import CHANNELS
from kpitools.present.dates import name as period_name
from kpitools.present.languages import Words
from kpitools.present.languages import words as language_of
from kpitools.project.figures import takes_figures
from kpitools.sources.entered import CODES


def entry_workbook(
    kpis: Sequence[Kpi], year: int, *, every: str = "week", team: str | None = None, language: str = "fr"
) -> bytes:
    """Return an Excel workbook in which staff write the figures of some KPIs, a line a week or month.

    Its first sheet takes only what can be: whole numbers, a part of at most its whole, channels of a list. All that
    it says is in one language; what it means stands in hidden names, by which `sources` reads it back.

    Raises:
        UserError: No KPI is named, one cannot be given as a figure, or the year has no weeks of four digits.
    """
    _check(kpis, year, every)
    words = language_of(language)
    sheet = Sheet.of(tuple({kpi.name: kpi for kpi in kpis}.values()), year, every, team)
    book = Workbook()
    page = book.active
    page.title = words.text("Weeks") if every == "week" else words.text("Months")
    _write(page, sheet, words, year)
    dress(page, sheet, words)
    channels = {words.text(label): code for code, label in CHANNELS.items() if code != "unknown"}
    for rule in rules_of(sheet, words, len(channels)):
        page.add_data_validation(rule)
    for cells, colour in highlights(sheet):
        page.conditional_formatting.add(cells, colour)
    write_guide(book.create_sheet(words.text("Help")), sheet, words)
    _codes(book.create_sheet(CODES), channels)
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator, book.properties.title = "kpitools", str(page.cell(TITLE, 2).value)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _check(kpis: Sequence[Kpi], year: int, every: str) -> None:
    require_known(every, GRAINS, "length of a line")
    if not kpis:
        raise UserError("No KPI is named. Name those that staff fill in: kpitools entry answer_rate csat --year 2026")
    if not 1980 <= year <= 2199:
        raise UserError(f"There are no lines for the year {year}. Name one from 1980 to 2199, such as 2026.")
    for kpi in kpis:
        if not takes_figures(kpi):
            raise UserError(f"{kpi.name} cannot be entered: it has a share for each category.")


def _write(page: Worksheet, sheet: Sheet, words: Words, year: int) -> None:
    """Write the texts of the sheet, the names of its columns, and its lines."""
    whose = words.text("Team: {team}", team=sheet.team) if sheet.team else words.text("All teams together")
    title = words.text("Figures entered by hand, {year}", year=year)
    page.cell(TITLE, 2, f"{title}. {whose}")
    page.cell(HELP, 2, words.text(
        "Fill in the white cells of a line once its days are over; leave a line empty where you have nothing."
    ))  # fmt: skip
    heads = _heads(sheet, words)
    for column, name in enumerate(sheet.names, start=1):
        group, head, unit = heads[name]
        page.cell(GROUP, column, group)
        page.cell(HEAD, column, capital(head))
        page.cell(UNIT, column, unit)
        page.cell(NAMES, column, name)
    for row, period in enumerate(sheet.lines, start=FIRST):
        given = (str(period), capital(period_name(words, period)), period.start, *([sheet.team] if sheet.team else []))
        for column, value in enumerate(given, start=1):
            cell = page.cell(row, column, value)
            cell.data_type = "d" if column == 3 else "s"  # a team's name is no formula, whatever it begins with


def _heads(sheet: Sheet, words: Words) -> dict[str, tuple[str | None, str, str | None]]:
    """Return what stands above each column: the KPI, what to write, its unit."""
    made: dict[str, tuple[str | None, str, str | None]] = {
        sheet.names[0]: (None, "", None),
        "line": (None, words.text("Week") if sheet.lines[0].grain == "week" else words.text("Month"), None),
        "first_day": (None, words.text("First day"), None),
        "team": (None, words.text("Team"), None),
        "channel": (None, words.text("Channel"), words.text("from the list; empty: all")),
        "entered_by": (None, words.text("Entered by"), words.text("initials")),
        "entered_on": (None, words.text("Entered on"), words.text("date")),
        "remark": (None, words.text("Remark"), None),
    }
    before = None
    for field in sheet.fields:
        group = words.text(field.kpi.label) if field.kpi.name != before else None
        made[field.name] = (group, words.text(field.what), words.text(field.unit))
        before = field.kpi.name
    return made


def _codes(page: Worksheet, channels: dict[str, str]) -> None:
    """Write what the drop-down offers, each with its code, on a sheet that is not shown."""
    for row, pair in enumerate(channels.items(), start=1):
        for column, value in enumerate(pair, start=1):
            page.cell(row, column, value)
    page.sheet_state = "hidden"
    page.protection.sheet = True
