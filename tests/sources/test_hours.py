"""Opening hours at the door: from the project file to contacts out of hours and to business time."""

import numpy as np
import pytest

from kpitools.calendar import open_seconds
from kpitools.errors import ReportError
from kpitools.findings.choice import require_team
from kpitools.sources import read
from kpitools.sources.hours import business_hours

CALENDAR = """
[project]
timezone = "Europe/Paris"
[calendar]
opening = { mon-fri = "9:00-12:00, 14:00-18:00", sat = "09:00-12:00" }
holidays = "FR"
closed = [2026-12-24]
open_on = { 2026-11-11 = "09:00-12:00" }
[[calendar.schedule]]
team = "Strasbourg"
holidays = "FR-Alsace"
[[calendar.schedule]]
team = ["Nord", "Sud"]
channel = "chat"
opening = { mon-sun = "00:00-24:00" }
holidays = "none"
closed = []
open_on = {}
"""
SOURCE = """
[[source]]
files = "calls.csv"
table = "contacts"
columns = { contact_id = "id", started_at = "start", outcome = "result", team = "team", channel = "channel" }
constants = { direction = "inbound" }
"""
CONTACTS = {
    "as it opens": ("2026-10-19 09:00:00,answered,Nord,phone", False),
    "as it closes for lunch": ("2026-10-19 12:00:00,answered,Nord,phone", True),
    "the last second of the day": ("2026-10-19 17:59:59,answered,Nord,phone", False),
    "in the evening": ("2026-10-19 18:00:00,answered,Nord,phone", True),
    "on Saturday morning": ("2026-10-17 10:00:00,answered,Nord,phone", False),
    "on Sunday": ("2026-10-18 10:00:00,answered,Nord,phone", True),
    "on Assumption Day, a Saturday": ("2026-08-15 10:00:00,answered,Nord,phone", True),
    "on a holiday that is worked": ("2026-11-11 10:00:00,answered,Nord,phone", False),
    "after the hours of that holiday": ("2026-11-11 15:00:00,answered,Nord,phone", True),
    "on Christmas Eve": ("2026-12-24 10:00:00,answered,Nord,phone", True),
    "Good Friday in Strasbourg": ("2026-04-03 10:00:00,answered,Strasbourg,phone", True),
    "Good Friday elsewhere": ("2026-04-03 10:00:00,answered,Nord,phone", False),
    "a chat at night": ("2026-12-25 03:00:00,answered,Sud,chat", False),
    "a chat at night, of a team without that": ("2026-10-19 03:00:00,answered,Est,chat", True),
    "without a team": ("2026-10-19 10:00:00,answered,,chat", False),
    "open, whatever the export says": ("2026-10-19 10:00:00,out_of_hours,Nord,phone", False),
}


@pytest.fixture
def project(make_project):
    """A service with breaks, holidays, days of their own, and two schedules of teams."""
    rows = "".join(f"{name.replace(',', ';')},{row}\n" for name, (row, _) in CONTACTS.items())
    return make_project(
        f"{CALENDAR.replace('[calendar]', 'today = 2027-01-01' + chr(10) + '[calendar]')}{SOURCE}",
        calls__csv=f"id,start,result,team,channel\n{rows}",
    )


def test_contacts_out_of_hours(project):
    """Each contact is judged by the schedule of its team and channel, on its local day."""
    found = dict(read(project)["contacts"].select("contact_id, out_of_hours").fetchall())
    assert found == {name.replace(",", ";"): out for name, (_, out) in CONTACTS.items()}


def test_business_time_agrees_with_out_of_hours(project):
    """A contact is out of hours where not even the next microsecond is business time."""
    table = read(project)["contacts"].to_arrow_table()
    start = table["started_at"].to_numpy()
    next_one = open_seconds(
        business_hours(project), start, start + np.timedelta64(1, "us"), team=table["team"], channel=table["channel"]
    )
    assert (next_one == 0).tolist() == table["out_of_hours"].to_pylist()


def test_without_opening_hours_nothing_is_out_of_hours(make_project):
    """Then there is no business time either: it is not the same as clock time."""
    project = make_project(SOURCE, calls__csv="id,start,result,team,channel\n1,2026-01-01 03:00:00,answered,a,phone\n")
    assert business_hours(project) is None
    assert read(project)["contacts"].select("out_of_hours").fetchall() == [(False,)]


def test_a_schedule_is_for_a_team_that_there_is(project):
    """A schedule for a team that no row names would hold for nobody, without a word."""
    with pytest.raises(ReportError, match="Did you mean 'Est'"):
        require_team(None, read(project), project.model_copy(update={"calendar": _renamed(project.calendar)}))


def _renamed(calendar):
    return calendar.model_copy(update={"schedule": [calendar.schedule[0].model_copy(update={"team": ["Ests"]})]})
