"""Workbooks that staff fill in: what they say, what they refuse, and that they read back as what was written."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from office import saved_again

from kpitools import project as projects
from kpitools.catalogue import KPIS
from kpitools.cli import main
from kpitools.entry import entry_workbook
from kpitools.errors import UserError
from kpitools.measure import measure
from kpitools.present.messages import english_only_messages
from kpitools.project.figures import takes_figures
from kpitools.sources import read
from kpitools.sources.recognise import recognise

TODAY = dt.date(2026, 12, 1)
ALL = [kpi for kpi in KPIS.values() if takes_figures(kpi)]
NAMES_ROW, FIRST = 6, 7
SHEET = {"en": "Weeks", "fr": "Semaines"}
PHONE = {"en": "Phone", "fr": "Téléphone"}


def filled(path, lines, language="fr", **about):
    """Write the workbook of some KPIs and fill in lines, each a mapping of column names to what is written."""
    kpis = about.pop("kpis", [KPIS["csat"]])
    path.write_bytes(entry_workbook(kpis, about.pop("year", 2026), language=language, **about))
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    places = {page.cell(NAMES_ROW, column).value: column for column in range(1, page.max_column + 1)}
    for row, cells in lines.items():
        for name, value in cells.items():
            page.cell(row, places[name]).value = value
    book.save(path)
    return path


def read_back(path, **answers):
    """Recognise a filled workbook, and return the project that `init` would write, with its tables."""
    found = recognise([path], path.parent, answers=answers or {f"{path.name} → figures:set aside": "keep"})
    (path.parent / "kpitools.toml").write_text(found.toml, encoding="utf-8")
    project = projects.load(path.parent)
    project = project.model_copy(update={"about": project.about.model_copy(update={"today": TODAY})})
    return project, read(project)


def problems(path):
    """Return what `check` would say of each line that cannot be used."""
    (account,) = read_back(path)[1].accounts
    return [str(problem) for problem in account.problems]


def week_of(kpi, scale):
    """Return what is written for a KPI in one week, and the sums that it stands for."""
    if kpi.statistic == "share":
        return {f"{kpi.name}.denominator": 100 * scale, f"{kpi.name}.numerator": 70 + scale}
    if kpi.statistic == "count":
        return {f"{kpi.name}.value": 1000 * scale}
    hours = ".hours" if kpi.unit == "seconds" and kpi.table == "requests" else ""
    return {f"{kpi.name}.value{hours}": 2.5 * scale, f"{kpi.name}.denominator": 10 * scale}


EXPECTED = {"share": (71 + 72) / 300, "count": 3000, "mean": 125 / 30, "score": 125 / 30}
"""Two weeks together: 71 of 100 and 72 of 200; 1,000 and 2,000; 2.5 over 10 cases and 5 over 20, which are 125."""
LEVELS = {"channels_offered": 2000}
"""What does not add up over weeks: the last number stands."""


class TestRoundTrip:
    """What was written is what is measured."""

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_every_kpi_reads_back_as_it_was_entered(self, tmp_path, language):
        """Two weeks of October add up to the month, for every KPI that figures can give, in either language."""
        weeks = {FIRST + 40: 1, FIRST + 41: 2}
        lines = {row: {key: n for kpi in ALL for key, n in week_of(kpi, scale).items()} for row, scale in weeks.items()}
        for cells in lines.values():
            cells["channel"] = PHONE[language]
        project, tables = read_back(filled(tmp_path / "e.xlsx", lines, language, kpis=ALL, team="Nord"))
        assert tables["figures"].select("team, channel").distinct().fetchall() == [("Nord", "phone")]
        found = measure(tables, project, kpis=[kpi.name for kpi in ALL], every="month")
        found = found[found["period"] == "2026-10"].set_index(["kpi", "statistic"])["value"]
        for kpi in ALL:
            seconds = 3600 if kpi.unit == "seconds" and kpi.table == "requests" else 1
            expected = LEVELS.get(kpi.name, EXPECTED[kpi.statistic] * seconds)
            assert found[kpi.name, kpi.statistic] == pytest.approx(expected, rel=1e-9), kpi.name

    def test_each_line_is_one_week_of_the_iso_year(self, tmp_path):
        """2026 has 53 weeks, from Monday 29 December 2025 on; a workbook by months has 12 lines."""
        page = openpyxl.load_workbook(filled(tmp_path / "e.xlsx", {})).worksheets[0]
        cells = [[cell.value for cell in row[:3]] for row in page.iter_rows(min_row=FIRST)]
        assert len(cells) == 53
        assert cells[0] == ["2026-W01", "Semaine 1 de 2026", dt.datetime(2025, 12, 29)]
        page = openpyxl.load_workbook(filled(tmp_path / "m.xlsx", {}, every="month")).worksheets[0]
        assert [page.cell(row, 1).value for row in (FIRST, page.max_row)] == ["2026-01", "2026-12"]

    def test_lines_that_nobody_filled_in_are_no_rows(self, tmp_path):
        """Of 53 lines one is filled: one row is read, 52 are blank; a line with a remark alone gives no figure."""
        lines = {FIRST: {"csat.value": 4.1, "csat.denominator": 9}, FIRST + 1: {"remark": "congés"}}
        _, tables = read_back(filled(tmp_path / "e.xlsx", lines, team="Nord"))
        (account,) = tables.accounts
        assert (account.read, account.used, account.excluded, account.blank) == (2, 1, {"no_figure": 1}, 51)

    def test_a_workbook_that_nobody_filled_in_holds_no_row(self, tmp_path):
        """It is read without complaint: a team that is late does not stop the others."""
        _, tables = read_back(filled(tmp_path / "e.xlsx", {}))
        assert [(account.read, account.blank) for account in tables.accounts] == [(0, 53)]

    def test_who_entered_what_when_is_kept_without_the_name(self, tmp_path):
        """The day of entry stands beside the figure, and a pseudonym: the same person has the same one."""
        who = {"csat.value": 4, "csat.denominator": 9, "entered_on": dt.date(2026, 2, 3)}
        lines = {FIRST + n: who | {"entered_by": name} for n, name in enumerate(["Zoé Martin", "zoé martin", "Ali"])}
        project, tables = read_back(filled(tmp_path / "e.xlsx", lines))
        rows = tables["figures"].select("entered_by, entered_at::date").fetchall()
        people = [person for person, _ in rows]
        assert {day for _, day in rows} == {dt.date(2026, 2, 3)}
        assert len(set(people)) == 2
        assert "zoé" not in str(rows).lower()
        assert "entered_by" not in measure(tables, project, kpis=["csat"]).columns

    def test_two_workbooks_of_one_kind_are_one_source(self, tmp_path):
        """French and English workbooks with the same KPIs are read together, each with its own team."""
        line = {FIRST: {"csat.value": 4, "csat.denominator": 9}}
        paths = [filled(tmp_path / f"{team}.xlsx", line, language, team=team)
                 for team, language in (("Nord", "fr"), ("Sud", "en"))]  # fmt: skip
        found = recognise(paths, tmp_path)
        assert (len(found.sources), found.kpis, found.questions) == (1, ("csat",), ())
        assert sum(account.used for account in found.accounts) == 2


FAULTS = (
    ({"answer_rate.denominator": 10, "answer_rate.numerator": 11},
     ("G#, column 'answer_rate.numerator': '11': numerator above its denominator. "
      "Correct one of the two: the numerator counts part of the denominator.")),
    ({"answer_rate.denominator": 10, "answer_rate.numerator": -1},
     "G#, column 'answer_rate.numerator': '-1': a negative number. Write how many there were: 0 or more."),
    ({"answer_rate.numerator": 5},
     ("G#, column 'answer_rate.numerator': '5': a numerator without its denominator. "
      "Fill in the denominator too, or empty both.")),
    ({"answer_rate.denominator": 5},
     ("F#, column 'answer_rate.denominator': '5': a denominator without its numerator. "
      "Fill in the numerator too (0 is a number), or empty both.")),
    ({"answer_rate.denominator": 10.5, "answer_rate.numerator": 5},
     ("F#, column 'answer_rate.denominator': '10.5': not a whole number. "
      "Write how many cases there were, without decimals.")),
    ({"answer_rate.denominator": "dix", "answer_rate.numerator": 5},
     ("F#, column 'answer_rate.denominator': 'dix': not a number. "
      "Write digits, such as 120 or 12.5, and nothing else.")),
    ({"nps.value": 101, "nps.denominator": 5},
     "H#, column 'nps.value': '101': no nps can be that. Correct it: no figure of this KPI lies there."),
    ({"nps.denominator": 5},
     ("I#, column 'nps.denominator': '5': a number of cases without their figure. "
      "Fill in the figure too, or empty both.")),
    ({"nps.value": 10, "nps.denominator": 5, "channel": "Pigeon"},
     "E#, column 'channel': 'Pigeon': is no known value of channel: add it under [source.values.channel]"),
    ({"nps.value": 10, "nps.denominator": 5, "entered_on": "hier"},
     "K#, column 'entered_on': 'hier': not a date. Write a date, as 2026-10-05."),
    ({"nps.value": 10, "nps.denominator": 5, "entered_on": dt.date(2025, 12, 24)},
     ("K#, column 'entered_on': '2025-12-24': entered_at is before start. "
      "Move the figures to the line of their days, or correct the day of entry.")),
    ({"nps.value": 10, "nps.denominator": 5, "entered_on": dt.date(2027, 12, 24)},
     "K#, column 'entered_on': '2027-12-24': entered_at is after today. Write the day of entry."),
)  # fmt: skip
"""What is written in a line, and what is said of it; # stands for the row."""


class TestFaults:
    """Filled wrong, each fault is named with its sheet, cell, value and remedy."""

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_each_fault_is_named(self, tmp_path, language):
        """The cell is the one that a spreadsheet shows, whatever is hidden beside it."""
        lines = {row: cells for row, (cells, _) in enumerate(FAULTS, start=FIRST)}
        path = filled(tmp_path / "e.xlsx", lines, language, kpis=[KPIS["answer_rate"], KPIS["nps"]], team="Nord")
        assert problems(path) == [
            f"e.xlsx, {SHEET[language]}!{said.replace('#', str(row))}"
            for row, (_, said) in enumerate(FAULTS, start=FIRST)
        ]

    def test_figures_of_weeks_to_come_are_refused(self, tmp_path):
        """Week 53 lies after the day of reading, 1 December: its line is named by its row."""
        path = filled(tmp_path / "e.xlsx", {FIRST + 52: {"csat.value": 4}})
        assert problems(path) == ["e.xlsx, Semaines!59:59: start is after today. Empty it until the period has begun."]

    def test_no_name_stands_in_a_message(self, tmp_path):
        """A name that slipped into the column of dates is masked."""
        cells = {"csat.value": 4, "entered_by": "Zoé Martin", "entered_on": "Zoé Martin"}
        (said,) = problems(filled(tmp_path / "e.xlsx", {FIRST: cells}))
        assert "Zoé" not in said
        assert "not a date" in said


class TestWorkbook:
    """What the workbook itself says and takes."""

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("every", ["week", "month"])
    def test_it_speaks_one_language(self, language, every, tmp_path):
        """No text that staff can see is one that the other language says otherwise."""
        book = openpyxl.load_workbook(filled(tmp_path / "e.xlsx", {}, language, kpis=ALL, every=every))
        page, guide, codes = book.worksheets
        rules = page.data_validations.dataValidation
        page.delete_rows(NAMES_ROW)
        texts = [str(cell.value) for sheet in (page, guide) for row in sheet.iter_rows() for cell in row if cell.value]
        texts += [text for rule in rules for text in (rule.promptTitle, rule.prompt, rule.error, rule.errorTitle)]
        texts += [page.title, guide.title, *(cell.value for cell in codes["A"])]
        lowered = {message.lower() for message in english_only_messages("fr")}
        english = {text for text in texts if text.lower() in lowered}
        assert english == set() if language == "fr" else len(english) > 50

    def test_every_rule_fits_what_a_spreadsheet_shows(self, tmp_path):
        """Excel refuses a file with a title of more than 32 signs or a text of more than 255."""
        for language in ("en", "fr"):
            path = filled(tmp_path / "e.xlsx", {}, language, kpis=ALL)
            for rule in openpyxl.load_workbook(path).worksheets[0].data_validations.dataValidation:
                assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32
                assert max(len(rule.prompt), len(rule.error), len(rule.formula1)) <= 255

    def test_only_cells_to_be_filled_in_are_open(self, tmp_path):
        """Weeks, team and heads are locked; the row of names and the first column are hidden."""
        page = openpyxl.load_workbook(filled(tmp_path / "e.xlsx", {}, team="Nord")).worksheets[0]
        assert page.protection.sheet
        assert {cell.coordinate for row in page["A1:D59"] for cell in row if not cell.protection.locked} == set()
        assert {cell.coordinate for row in page["E7:J59"] for cell in row if cell.protection.locked} == set()
        assert page.row_dimensions[NAMES_ROW].hidden
        assert page.column_dimensions["A"].hidden

    def test_the_name_of_a_team_is_no_formula(self, tmp_path):
        """A team called =1+1 stands in its lines as that text."""
        page = openpyxl.load_workbook(filled(tmp_path / "e.xlsx", {}, team="=1+1")).worksheets[0]
        assert (page["D7"].value, page["D7"].data_type) == ("=1+1", "s")

    @pytest.mark.parametrize(
        ("about", "said"),
        [
            ({"kpis": []}, "No KPI is named"),
            ({"kpis": [KPIS["repeat_reasons"]]}, "repeat_reasons cannot be entered: it has a share for each category"),
            ({"year": 26}, "There are no lines for the year 26"),
            ({"every": "day"}, "There is no length of a line 'day'. Known: month, week."),
            ({"language": "de"}, "There is no language 'de'"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, about, said):
        """The message says what is wrong, and what would be right."""
        with pytest.raises(UserError, match=said):
            entry_workbook(**({"kpis": [KPIS["csat"]], "year": 2026} | about))


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Two workbooks, and what LibreOffice saves of them."""
    folder = tmp_path_factory.mktemp("office")
    line = {FIRST: {"csat.value": 4, "csat.denominator": 9, "channel": "Téléphone", "entered_by": "Ali"}}
    given = [filled(folder / "given.xlsx", line, team="Nord"), probed(folder / "probed.xlsx")]
    (folder / "saved").mkdir()
    return given, saved_again(given, folder / "saved")


class TestLibreOffice:
    """A colleague's spreadsheet keeps the rules, and they mean what they say."""

    def test_validation_survives(self, opened):
        """Every rule has the cells, kind, formula, help and refusal that it had; cells stay locked or open."""
        before, after = (openpyxl.load_workbook(paths[0]) for paths in opened)
        assert rules_in(after) == rules_in(before)
        assert len(rules_in(before)) == len(before.worksheets[0]["6"]) - 4
        page = after.worksheets[0]
        assert page.protection.sheet
        assert page["D7"].protection.locked
        assert not page["E7"].protection.locked
        assert page.row_dimensions[NAMES_ROW].hidden
        assert after.worksheets[-1].sheet_state == "hidden"

    def test_a_workbook_saved_by_libreoffice_reads_back_the_same(self, opened):
        """The figures and the channel are those of the workbook before."""
        found = [read_back(paths[0])[1]["figures"].select("* exclude (source)").fetchall() for paths in opened]
        assert found[0] == found[1] != []

    def test_rules_take_what_can_be_and_refuse_the_rest(self, opened):
        """LibreOffice works out each rule for cells that are right and wrong."""
        page = openpyxl.load_workbook(opened[1][1], data_only=True).worksheets[0]
        found = {(name, row): page[f"{column}{row}"].value for name, column in PROBES.items() for row in ROWS}
        assert found == {(name, row): ok for row, says in ROWS.items() for name, ok in zip(PROBES, says, strict=True)}


WRITTEN = {7: (10, 10, -100), 8: (10, 11, 100.5), 9: (10.5, -1, "x"), 10: (0, 0, 0), 11: ("dix", 2.5, -101)}
ROWS = {7: (True, True, True), 8: (False, False, False), 9: (False, False, False), 10: (True, True, True),
        11: (False, False, False)}  # fmt: skip
"""Out of how many, how many of them, and a score; and what the rule of each cell says of it."""
PROBES = {"of": "X", "part": "Y", "nps": "Z"}


def probed(path: Path) -> Path:
    """Write a workbook with cells right and wrong, and each rule beside them as a formula to be worked out."""
    filled(path, {}, kpis=[KPIS["answer_rate"], KPIS["nps"]])
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    rules = {str(rule.sqref)[0]: rule.formula1 for rule in page.data_validations.dataValidation}
    for row, cells in WRITTEN.items():
        for letter, value in zip("EFG", cells, strict=True):
            page[f"{letter}{row}"] = value
        for letter, probe in zip("EFG", PROBES.values(), strict=True):
            page[f"{probe}{row}"] = "=" + rules[letter].replace("7", str(row))
    book.save(path)
    return path


def rules_in(book):
    """Return the rules of the first sheet, without what a spreadsheet may write otherwise."""
    rules = book.worksheets[0].data_validations.dataValidation
    return sorted(
        (str(rule.sqref), rule.type, rule.formula1.replace(" ", "").replace("$kpitools.", "kpitools!"), rule.prompt,
         rule.promptTitle, rule.error, rule.errorTitle, rule.showErrorMessage, rule.errorStyle or "stop")
        for rule in rules
    )  # fmt: skip


class TestCommand:
    """`kpitools entry`."""

    def test_it_writes_the_workbook_in_the_project_s_language(self, make_project, capsys):
        """Without --output the name says the year, the team and the language."""
        folder = make_project('[project]\nlanguages = ["en"]\n').folder
        assert not main(["entry", "csat", "nps", "--team", "Nord", "--year", "2026", "--project", str(folder)])
        book = openpyxl.load_workbook(folder / "entry-2026-nord.en.xlsx")
        assert book.worksheets[0]["B1"].value == "Figures entered by hand, 2026. Team: Nord"
        assert "kpitools init" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["csatt"], "There is no KPI 'csatt'. Did you mean 'csat'?"),
            (["csat", "--output", "there.xlsx"], "is there already, and may hold what staff entered"),
            (["csat", "--output", "e.csv"], "the workbook is written as .xlsx"),
            (["csat", "--team", " "], "--team is empty"),
        ],
    )
    def test_what_it_cannot_write_is_refused_in_one_line(self, tmp_path, capsys, monkeypatch, arguments, said):
        """A workbook that is there is never replaced: it may be filled in."""
        monkeypatch.chdir(tmp_path)
        Path("there.xlsx").write_bytes(b"filled in")
        assert main(["entry", *arguments, "--year", "2026"]) == 2
        assert said in capsys.readouterr().err
        assert Path("there.xlsx").read_bytes() == b"filled in"
