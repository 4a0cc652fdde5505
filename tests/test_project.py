"""The project file: what cannot be meant is refused in one line that names the place and what would be right."""

from pathlib import Path

import pytest

from kpitools.errors import ProjectError
from kpitools.project import load
from kpitools.project.hours import weekdays

SOURCE = """
[[source]]
files = "calls.csv"
table = "contacts"
columns = { started_at = "start", outcome = "result" }
"""


def refused(folder: Path, text: str) -> str:
    """Return what is said of a project file."""
    (folder / "kpitools.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError) as said:
        load(folder)
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        ('direction = "inbond"', "Did you mean 'inbound'?"),
        ("direction = 1", "constants.direction must be a text, not 1"),
        ('wait_s = "a"', "constants.wait_s must be a number"),
        ("wait_s = -1", "constants.wait_s must be a number"),
        ("wait_s = nan", "constants.wait_s must be a number"),
        ('team = ""', "constants.team must be a text"),
        ('contact_id = "1"', "constants says nothing about contact_id"),
        ('started_at = "2026-01-01"', "constants says nothing about started_at"),
    ],
)
def test_a_constant_is_a_value_that_its_column_can_hold(tmp_path, constants, said):
    """A misspelt code would make every row something else, without a word."""
    assert said in refused(tmp_path, f"{SOURCE}constants = {{ {constants} }}\n")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ('values.outcome = { answered = ["Y", "A"], abandoned = "y" }', "'y' cannot mean both"),
        ('values.wait_s = { "5" = "x" }', "values says nothing about wait_s"),
        ('units = { team = "seconds" }', "units says nothing about team"),
        ('formats = { team = "ISO" }', "formats says nothing about team"),
    ],
)
def test_each_part_of_a_source_is_about_its_kind_of_column(tmp_path, part, said):
    """What would have no effect, or two meanings, is a mistake."""
    assert said in refused(tmp_path, SOURCE + part)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOURCE.replace('"calls.csv"', "[]"), "source[1].files"),
        (SOURCE.replace('"calls.csv"', '""'), "source[1].files[1]"),
        (SOURCE.replace('"start"', "[]"), "source[1].columns.started_at"),
        ("[project]\nlanguages = []", "project.languages"),
        ("[project]\nsimulated = 1", "project.simulated"),
        ("[privacy]\nminimum_group = true", "privacy.minimum_group"),
        ('[[target]]\nkpi = "answer_rate"\nvalue = 80', "80 % is 0.8"),
        ('[[target]]\nkpi = "answer_rate"\nvalue = nan', "target[1].value"),
        ('[[target]]\nkpi = "answer_rate"\nvalue = true', "target[1].value"),
        ('[[target]]\nkpi = "answer_rate"\nvalue = 0.8\nchannel = "fone"', "Did you mean 'phone'?"),
        ('[[event]]\nfrom = 2026-02-01\nto = 2026-01-01\ntitle = "x"', "before it begins"),
        ("[[decision]]\ndate = 2026-02-01\ntitle = {}", "decision[1].title: "),
        ('[[report]]\nteams = "evry"', "report[1].teams: "),
        ("[definitions]\nservice_level = { seconds = inf }", "definitions.service_level.seconds"),
        ("[definitions]\nservice_level = { seconds = nan }", "definitions.service_level.seconds"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, text, said):
    """Empty lists, impossible values and values of another type name their place."""
    assert said in refused(tmp_path, text)


OPEN = '[calendar]\nopening = { mon-fri = "09:00-18:00" }\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[calendar]\nopening = { lun-ven = "09:00-18:00" }',
            "there is no weekday 'lun'. Known: mon, tue, wed, thu, fri, sat, sun",
        ),
        ('[calendar]\nopening = { mon-tue-fri = "09:00-18:00" }', "write its first and its last weekday"),
        ('[calendar]\nopening = { mon-fri = "9h-18h" }', "write them as '09:00-18:00'"),
        ('[calendar]\nopening = { mon-fri = "18:00-09:00" }', "hours after midnight belong to the next day"),
        ('[calendar]\nopening = { mon-fri = "09:00-24:01" }', "are no opening hours"),
        ('[calendar]\nopening = { mon-fri = "14:00-18:00, 09:00-12:00" }', "in order"),
        ('[calendar]\nopening = { mon-fri = "09:00-18:00", wed = "09:00-12:00" }', "'wed' has hours twice"),
        ('[calendar]\nholidays = "FR"', "say first when the service is open"),
        (OPEN + 'holidays = "FR-Alsace-Moselle"', "Did you mean 'Moselle'?"),
        (OPEN + 'holidays = "XX"', "There is no country with known holidays: 'XX'"),
        (OPEN + "closed = [24]", "calendar.closed[1]: 24 is no date: write it as 2026-12-24"),
        (OPEN + 'open_on = { 24-12-2026 = "09:00-12:00" }', "calendar.open_on.24-12-2026: '24-12-2026' is no date"),
        (OPEN + 'closed = [2026-12-24]\nopen_on = { 2026-12-24 = "09:00-12:00" }', "both closed and open_on"),
        (OPEN + "fiscal_year_starts = 13", "calendar.fiscal_year_starts"),
        (OPEN + '[[calendar.schedule]]\nholidays = "none"', "say whose schedule it is"),
        (OPEN + '[[calendar.schedule]]\nchannel = "fone"', "Did you mean 'phone'?"),
        (OPEN + '[[calendar.schedule]]\nteem = "Nord"', "Did you mean 'team'?"),
    ],
)
def test_opening_hours_say_one_thing(tmp_path, text, said):
    """What is no day, no hour or no place, or could mean two things, is refused."""
    assert said in refused(tmp_path, text)


def test_a_stretch_of_weekdays_may_run_over_the_end_of_a_week():
    """In many countries the week of work begins on Sunday."""
    assert [weekdays(days) for days in ("sun-thu", "fri-mon", "sat")] == [[6, 0, 1, 2, 3], [4, 5, 6, 0], [5]]


def test_answers_about_effort_need_their_polarity(tmp_path):
    """Of the two versions of the question one has its good answers low, the other high: nobody can guess which."""
    effort = """
[[source]]
files = "effort.csv"
table = "surveys"
columns = { sent_at = "date", score = "answer" }
constants = { kind = "ces", scale_min = 1, scale_max = 7 }
"""
    assert 'constants.polarity = "lower_better"' in refused(tmp_path, effort)
