"""How the sheet looks and prints: white cells to fill in, grey ones that are locked, heads that stay in view."""

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kpitools.entry.sheet import FIRST, GROUP, HEAD, HELP, NAMES, TITLE, UNIT, Sheet
from kpitools.present.languages import Words
from kpitools.sources.entered import FILLED, GIVEN

_GREY = PatternFill("solid", fgColor="E7E6E6")
_LINE = Side(style="thin", color="BFBFBF")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WIDTHS = {"line": 22, "first_day": 12, "team": 16, "channel": 18, "entered_by": 14, "entered_on": 12, "remark": 32}
_NUMBER = 18


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def dress(page: Worksheet, sheet: Sheet, words: Words) -> None:
    """Give the sheet its looks, lock what is not to be filled in, and set it up for a printer."""
    for column, name in enumerate(sheet.names, start=1):
        page.column_dimensions[sheet.letter(name)].width = _WIDTHS.get(name, _NUMBER)
        for row in (GROUP, HEAD, UNIT):
            _head(page, row, column)
        for row in range(FIRST, sheet.last + 1):
            _line(page.cell(row, column), name, sheet, words)
    page.column_dimensions["A"].hidden = True
    page.row_dimensions[NAMES].hidden = True
    page.row_dimensions[HEAD].height, page.row_dimensions[UNIT].height = 78, 26
    page.cell(TITLE, 2).font = Font(bold=True, size=14)
    page.cell(HELP, 2).font = Font(italic=True)
    _join_groups(page, sheet)
    page.freeze_panes = f"{sheet.letter('channel')}{FIRST}"
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False  # allowed: widths and heights
    _print(page, sheet)


def _head(page: Worksheet, row: int, column: int) -> None:
    cell = page.cell(row, column)
    cell.fill, cell.border = _GREY, _GRID
    cell.font = Font(bold=row == GROUP, italic=row == UNIT, size=11 if row == GROUP else 9)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if row == GROUP else None)


def _line(cell: Cell, name: str, sheet: Sheet, words: Words) -> None:
    cell.border = _GRID
    if name in GIVEN:
        cell.fill = _GREY
    else:
        cell.protection = Protection(locked=False)
    if name in ("first_day", "entered_on"):
        cell.number_format = words.context("date of a spreadsheet", "yyyy-mm-dd")
    elif name not in (*GIVEN, *FILLED):
        whole = next(field.whole for field in sheet.fields if field.name == name)
        cell.number_format = "#,##0" if whole else "General"


def _join_groups(page: Worksheet, sheet: Sheet) -> None:
    """Write the name of each KPI across its columns."""
    for field in sheet.fields:
        other = sheet.other(field)
        own = sheet.letter(field.name)
        if other and sheet.names.index(field.name) + 1 < page[f"{other}1"].column:
            page.merge_cells(f"{own}{GROUP}:{other}{GROUP}")


def _print(page: Worksheet, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{GROUP}:{UNIT}"
    page.print_area = f"B{TITLE}:{sheet.letter(sheet.names[-1])}{sheet.last}"
