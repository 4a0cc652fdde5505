"""What a cell takes: validation that a spreadsheet holds itself, with help before and a remedy after."""

from collections.abc import Iterator

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kpitools.entry.fields import Field
from kpitools.entry.looks import capital
from kpitools.entry.sheet import FIRST, Sheet
from kpitools.present.languages import Words
from kpitools.sources.entered import CODES

_TITLE, _TEXT = 32, 255
"""How many signs a spreadsheet shows of a title and of a help text."""
_LONGEST = {"entered_by": 80, "remark": 250}


def rules_of(sheet: Sheet, words: Words, channels: int) -> Iterator[DataValidation]:
    """Give the rule of each column that is filled in; `channels` is how many the drop-down offers."""
    place = f"{CODES}!$A$1:$A${channels}"
    offered = DataValidation(type="list", formula1=place, allow_blank=True)
    about = words.text("Leave it empty where the numbers are of all channels together.")
    yield _on(sheet, "channel", offered, _told(words.text("Channel"), about, words.text("Choose from the list.")))
    for field in sheet.fields:
        yield _on(sheet, field.name, _number(sheet, field), _said(sheet, field, words))
    who = words.text("Your initials are enough. Pages and tables never show who it was.")
    short = words.text("Write fewer signs.")
    yield _on(sheet, "entered_by", _text("entered_by"), _told(words.text("Entered by"), who, short))
    yield _on(sheet, "entered_on", _day(sheet), _told(words.text("Entered on"), words.text("The day of entry."),
              words.text("Write a date of this year or later.")))  # fmt: skip
    free = words.text("Anything that explains the numbers. It is not read.")
    yield _on(sheet, "remark", _text("remark"), _told(words.text("Remark"), free, short))


def highlights(sheet: Sheet) -> Iterator[tuple[str, FormulaRule]]:
    """Give the cells that change colour while only one of two numbers is there."""
    fill = PatternFill("solid", bgColor="FFE699")
    for field in sheet.fields:
        other = sheet.other(field)
        if other:
            own = sheet.letter(field.name)
            formula = f'AND(${own}{FIRST}="",${other}{FIRST}<>"")'
            yield f"{own}{FIRST}:{own}{sheet.last}", FormulaRule(formula=[formula], fill=fill)


def _number(sheet: Sheet, field: Field) -> DataValidation:
    """Take a number within its bounds; of two counts the part is at most the whole, whichever comes first."""
    cell = f"{sheet.letter(field.name)}{FIRST}"
    tests = [f"{cell}>={field.low:g}"] if field.low is not None else []
    tests += [f"{cell}<={field.high:g}"] if field.high is not None else []
    tests += [f"{cell}=INT({cell})"] if field.whole else []
    other = sheet.other(field)
    if other and field.kpi.statistic == "share":
        sign = ">=" if field.part == "denominator" else "<="
        tests.append(f'OR({other}{FIRST}="",{cell}{sign}{other}{FIRST})')
    number = f"ISNUMBER({cell})"
    formula = f"IF({number},AND({','.join(tests)}),0)" if tests else number  # a text would make the tests an error
    return DataValidation(type="custom", formula1=formula, allow_blank=True)


def _day(sheet: Sheet) -> DataValidation:
    first = sheet.lines[0].start
    formula = f"DATE({first.year},{first.month},{first.day})"
    return DataValidation(type="date", operator="greaterThanOrEqual", formula1=formula, allow_blank=True)


def _text(name: str) -> DataValidation:
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(_LONGEST[name]), allow_blank=True)


def _said(sheet: Sheet, field: Field, words: Words) -> tuple[str, str, str]:
    """Return what a field says of itself, and what mends a number that it refuses."""
    what = f"{words.text(field.what)} ({words.text(field.unit)})"
    mend = words.text("Write a whole number, 0 or more.") if field.whole else words.text("Write a number.")
    if field.low is not None and not field.whole:
        mend = words.text("Write a number, 0 or more.") if field.high is None else words.text(
            "Write a number from {low} to {high}.", low=f"{field.low:g}", high=f"{field.high:g}")  # fmt: skip
    if field.kpi.statistic == "share" and sheet.other(field):
        mend += " " + words.text("Of two numbers beside each other, the second is part of the first.")
    return _told(words.text(field.kpi.label), what, mend)


def _told(title: str, help_: str, mend: str) -> tuple[str, str, str]:
    return _cut(title, _TITLE), _cut(capital(help_), _TEXT), _cut(mend, _TEXT)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _on(sheet: Sheet, name: str, rule: DataValidation, said: tuple[str, str, str]) -> DataValidation:
    """Put a rule on a column, with its help and its remedy."""
    rule.promptTitle, rule.prompt, rule.error = said
    rule.errorTitle, rule.errorStyle = said[0], "stop"
    rule.showInputMessage = rule.showErrorMessage = True
    rule.add(f"{sheet.letter(name)}{FIRST}:{sheet.letter(name)}{sheet.last}")
    return rule
