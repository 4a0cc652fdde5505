"""The page of help in the workbook: how to fill it in, and what each KPI counts."""

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kpitools.entry.looks import capital
from kpitools.entry.sheet import Sheet
from kpitools.present.languages import N_, Words

_HEAD, _WIDE, _SIGNS, _LINE = 34, 100, 90, 15
"""Widths of the columns, how many signs fit in a line of the second, and how high that is: no file says `auto`."""
STEPS = (
    N_("Fill in the white cells only; the others are locked."),
    N_("One line is one week or month. Where you have no number, leave the cell empty: 0 means that there was none."),
    N_("Of two numbers beside each other, the second is part of the first, or says over how many cases the first is."),
    N_("A cell that turns yellow waits for the number that goes with its neighbour."),
    N_("Write who filled in a line and on which day, so that a question can be asked. Reports never show it."),
    N_("Save the file as it is, as .xlsx or .ods, under any name; do not add columns or sheets."),
)


def write_guide(page: Worksheet, sheet: Sheet, words: Words) -> None:
    """Write the steps, then each KPI with its definition and what its numbers count."""
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = _HEAD, _WIDE
    lines: list[tuple[str, str]] = [(words.text("How to fill in"), "")]
    lines += [("", words.text(step)) for step in STEPS]
    for kpi in {field.kpi.name: field.kpi for field in sheet.fields}.values():
        own = [field for field in sheet.fields if field.kpi.name == kpi.name]
        lines += [("", ""), (words.text(kpi.label), words.text(kpi.text))]
        lines += [(words.text("Definition"), kpi.definition_id)] if kpi.definition else []
        lines += [(words.text("What to write"), _asked(words, field.what, field.unit)) for field in own]
        lines += [(words.text("Not counted"), capital(words.text(kpi.exclusions)))] if kpi.exclusions else []
    for row, pair in enumerate(lines, start=1):
        for column, text in enumerate(pair, start=1):
            cell = page.cell(row, column, text or None)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=column == 1)
        page.row_dimensions[row].height = _LINE * max(1, -(-len(pair[1]) // _SIGNS))
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.protection.sheet = True


def _asked(words: Words, what: str, unit: str) -> str:
    return f"{capital(words.text(what))} ({words.text(unit)})"
