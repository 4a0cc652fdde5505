"""What is due follows from the data and from what is published, never from when the last run was."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kpitools import project as projects
from kpitools import sources
from kpitools.errors import ProjectError
from kpitools.project import parts
from kpitools.project.manifests import failure_note
from kpitools.publish import inventory
from kpitools.publish.due import plan

TOML = """
[project]
name = "Support"
timezone = "Europe/Paris"
languages = ["fr", "en"]
[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "begin"
team = "team"
outcome = "outcome"
[source.constants]
channel = "phone"
direction = "inbound"
[source.values.outcome]
answered = "ok"
abandoned = "lost"
[[report]]
kpis = ["answer_rate"]
every = ["month"]
teams = "each"
"""
FIRST, LAST = date(2026, 5, 1), date(2026, 10, 31)


def calls(first=FIRST, last=LAST, teams=("Nord", "Sud")):
    """Write two calls a day and team, all of them answered."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [f"{t[0]}{d:%m%d}{n},{d} 0{8 + n}:00:00,{t},ok" for d in days for t in teams for n in (0, 1)]


@pytest.fixture
def support(tmp_path):
    """Write a project of two teams with calls from May to October 2026; return what loads it."""

    def make(toml=TOML, rows=None):
        (tmp_path / "kpitools.toml").write_text(toml, encoding="utf-8")
        text = "\n".join(["id,begin,team,outcome", *(rows if rows is not None else calls()), ""])
        (tmp_path / "calls.csv").write_text(text, encoding="utf-8")
        return projects.load(tmp_path)

    return make


def publish(project, *, period="2026-10", team="Nord", language="fr", value=1.0, today="2026-11-02", **other):
    """Lay a page and its manifest into the archive, as if it had been made."""
    stem = f"periodic_report-{team.lower()}.{language}" if team else f"periodic_report.{language}"
    page = project.folder / "reports" / period / f"{stem}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("<p>a page</p>", encoding="utf-8")
    manifest = {
        "kpitools": "0", "notebook": {"name": "periodic_report"}, "language": language, "period": period,
        "parameters": {"team": team, "language": language, "period": period}, "today": today, "headline": ["News."],
        "definitions": {"answer_rate": {"id": "answered_of_offered"}},
        "figures": [{"kpi": "answer_rate", "statistic": "share", "value": value}],
        "files": [{"name": page.name, "bytes": page.stat().st_size}], **other,
    }  # fmt: skip
    page.with_suffix(".json").write_text(json.dumps(manifest), encoding="utf-8")
    return page


def planned(project, today=date(2026, 11, 2)):
    """Plan, and return the items as tuples of what matters."""
    made = plan(project, project.folder / "reports", today)
    return [(str(i.period), i.team, i.language, i.state) for i in made.items], made


def test_a_page_that_was_told_more_is_not_the_report(support):
    """The page of one segment or adviser stands beside the report of the team, which is as due as before."""
    project = support()
    publish(project, parameters={"team": "Nord", "language": "fr", "period": "2026-10", "adviser": "3f2a"})
    publish(
        project, team="Sud", parameters={"team": "Sud", "language": "fr", "period": "2026-10", "today": "2026-11-02"}
    )
    items, _ = planned(project)
    assert ("2026-10", "Nord", "fr", "due") in items
    assert ("2026-10", "Sud", "fr", "published") in items


def test_the_last_closed_periods_are_due_oldest_first(support):
    """Three months back, every team in every language; older ones are counted, and nothing is due of November."""
    items, made = planned(support())
    expected = [
        (month, team, language, "due")
        for month in ("2026-08", "2026-09", "2026-10")
        for team in ("Nord", "Sud")
        for language in ("fr", "en")
    ]
    assert items == expected
    assert made.older == 3  # May, June and July
    assert made.to_make() == made.items


def test_a_missed_fortnight_is_caught_up_in_order(support):
    """Of weekly reports, the weeks that nobody made stand before the newest; the one that is there is left alone."""
    project = support(
        TOML.replace('["month"]', '["week"]').replace('"each"', '"all"').replace('["fr", "en"]', '["fr"]')
    )
    publish(project, period="2026-W40", team="", today="2026-10-05")
    publish(project, period="2026-W41", team="", today="2026-10-12")
    items, made = planned(project, date(2026, 10, 26))
    assert items == [("2026-W41", "", "fr", "published"), ("2026-W42", "", "fr", "due"), ("2026-W43", "", "fr", "due")]
    assert [str(item.period) for item in made.to_make()] == ["2026-W42", "2026-W43"]


@pytest.mark.parametrize(("day", "state"), [(2, "waits"), (3, "waits"), (4, "due")])
def test_a_period_waits_until_its_data_have_settled(support, day, state):
    """With available_after = "3d", October is made from the fourth of November on."""
    project = support(TOML + 'available_after = "3d"\ncatch_up = 1\n')
    _, made = planned(project, date(2026, 11, day))
    october = [item for item in made.items if str(item.period) == "2026-10"]
    assert {item.state for item in october} == {state}
    assert state == "due" or "settle by the end of 2026-11-03" in october[0].why


def test_what_waits_takes_no_place_of_what_is_caught_up(support):
    """Of weeks whose data settle in two, the last two that have settled are due, whatever is still to settle."""
    toml = TOML.replace('["month"]', '["week"]').replace('"each"', '"all"').replace('["fr", "en"]', '["fr"]')
    items, made = planned(support(toml + 'available_after = "2w"\ncatch_up = 2\n'), date(2026, 10, 27))
    assert [(item[0], item[3]) for item in items] == [
        ("2026-W40", "due"), ("2026-W41", "due"), ("2026-W42", "waits"), ("2026-W43", "waits"),
    ]  # fmt: skip
    assert made.older == 21


def test_a_period_whose_data_are_not_there_is_late(support):
    """Calls up to the 28th: October is late and says how far the data reach; September is due."""
    items, made = planned(support(TOML + "catch_up = 2\n", calls(last=date(2026, 10, 28))))
    assert {(item[0], item[3]) for item in items} == {("2026-09", "due"), ("2026-10", "late")}
    assert made.items[-1].why == "the data reach 2026-10-28 only"


def test_a_team_without_rows_in_a_period_has_no_report(support):
    """A team that began in October has no page of September; the data of a misspelt one are late, with the nearest."""
    rows = calls(teams=("Nord",)) + calls(first=date(2026, 10, 1), teams=("Sud",))
    toml = TOML.replace('"each"', '["Sud", "Nrod"]').replace('["fr", "en"]', '["fr"]') + "catch_up = 2\n"
    items, made = planned(support(toml, rows))
    assert [item for item in items if item[3] == "due"] == [("2026-10", "Sud", "fr", "due")]
    assert {(item.state, item.why) for item in made.items if item.team == "Nrod"} == {
        ("late", "the data name no team 'Nrod'. Did you mean 'Nord'?")
    }


def test_late_rows_make_a_page_outdated_and_only_that_one(support):
    """A call of Nord that came late changes its rate: its page says so and is made anew only when asked to."""
    project = support(rows=[*calls(), "late,2026-10-20 09:30:00,Nord,lost"])
    for team in ("Nord", "Sud"):
        publish(project, team=team)
    items, made = planned(project)
    assert ("2026-10", "Nord", "fr", "outdated") in items
    assert ("2026-10", "Sud", "fr", "published") in items
    (item,) = [item for item in made.items if item.state == "outdated"]
    assert item.why == "the data now give other figures: answer_rate (made on 2026-11-02)"
    assert item not in made.to_make()
    assert item in made.to_make(reissue=True)


def test_an_old_page_that_the_data_contradict_is_named_too(support):
    """However far back: May is outside what is caught up, and its page is outdated all the same."""
    project = support(rows=[*calls(), "late,2026-05-20 09:30:00,Nord,lost"])
    publish(project, period="2026-05", today="2026-06-02")
    assert ("2026-05", "Nord", "fr", "outdated") in planned(project)[0]


def test_another_definition_is_not_late_data(support):
    """A page that was made with another definition stays published, whatever its figures were."""
    project = support()
    publish(project, value=0.3, definitions={"answer_rate": {"id": "answered_of_queued"}})
    assert ("2026-10", "Nord", "fr", "published") in planned(project)[0]


def test_a_comment_written_since_makes_a_page_outdated(support):
    """A page that carries no comment is outdated once somebody writes one about it; other pages are not."""
    project = support()
    publish(project)
    publish(project, team="Sud")
    text = '[[comment]]\nperiod = "2026-10"\nteams = ["Nord"]\nby = "Ann"\non = 2026-11-05\ntext.en = "A storm."\n'
    (project.folder / "comments.toml").write_text(text, encoding="utf-8")
    states = {item[1]: item[3] for item in planned(project)[0] if item[0] == "2026-10" and item[2] == "fr"}
    assert states == {"Nord": "outdated", "Sud": "published"}


def test_a_report_may_wait_for_a_sign_off(support):
    """With wait_for_sign_off it waits until somebody has signed for that page."""
    project = support(TOML + "wait_for_sign_off = true\ncatch_up = 1\n")
    assert {item[3] for item in planned(project)[0]} == {"waits"}
    text = '[[sign_off]]\nperiod = "2026-10"\nteams = ["Sud"]\nby = "Ann"\non = 2026-11-02\n'
    (project.folder / "comments.toml").write_text(text, encoding="utf-8")
    assert {(item[1], item[3]) for item in planned(project)[0]} == {("Nord", "waits"), ("Sud", "due")}


def test_what_failed_says_why_and_is_tried_again(support):
    """The reason of the last attempt stands in the plan."""
    project = support()
    told = {"team": "Sud", "language": "en", "period": "2026-10"}
    note = failure_note(project.folder / "reports", "periodic_report", told)
    note.parent.mkdir(parents=True)
    note.write_text("the kernel died\n", encoding="utf-8")
    (item,) = [item for item in planned(project)[1].items if item.state == "failed"]
    assert (item.team, item.language, item.why) == ("Sud", "en", "the kernel died")
    assert item in planned(project)[1].to_make()


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"kpitools": "0"}', '{"kpitools": "0", "parameters": 3, "notebook": {}}']
)
def test_a_corrupt_manifest_is_named_and_stops_nothing(support, content):
    """Its report is due again, the others are as they were."""
    project = support(TOML + "catch_up = 1\n")
    for language in ("fr", "en"):
        publish(project, language=language)
    broken = publish(project).with_suffix(".json")
    broken.write_text(content, encoding="utf-8")
    items, made = planned(project)
    assert [item[1:] for item in items[:2]] == [("Nord", "fr", "due"), ("Nord", "en", "published")]
    (said,) = made.wrong
    assert said.startswith(str(broken))
    assert "\n" not in said


def test_a_page_that_is_not_the_one_of_its_manifest_is_made_again(support):
    """A run that was killed between page and manifest leaves a page of another size; one that is gone is due, too."""
    project = support(TOML + "catch_up = 1\n")
    publish(project).write_text("<p>newer than its manifest</p>", encoding="utf-8")
    publish(project, team="Sud").unlink()
    states = {item[1]: item[3] for item in planned(project)[0] if item[2] == "fr"}
    assert states == {"Nord": "due", "Sud": "due"}


def test_a_clock_that_jumps_back_unpublishes_nothing(support):
    """In June the pages of October are said to be of a later day, and nothing of October is planned."""
    project = support()
    page = publish(project)
    items, made = planned(project, date(2026, 6, 10))
    assert {item[0] for item in items} == {"2026-05"}
    assert made.ahead == (page.relative_to(project.folder / "reports").as_posix(),)
    assert page.is_file()


def test_where_no_file_changed_nothing_is_read(support, monkeypatch):
    """A second plan reads no data, even where a file was only touched; a changed row is read."""
    project = support()
    first = planned(project)[0]

    def refuse(*_):
        raise AssertionError("read")

    monkeypatch.setattr(sources, "read", refuse)
    (project.folder / "calls.csv").touch()
    assert planned(project)[0] == first
    with (project.folder / "calls.csv").open("a", encoding="utf-8") as file:
        file.write("new,2026-10-30 10:00:00,Nord,ok\n")
    with pytest.raises(AssertionError, match="read"):
        planned(project)


def test_what_is_kept_of_the_data_names_no_folder_of_this_machine(support):
    """The file between two runs holds names within the project, teams and periods."""
    project = support()
    planned(project)
    kept = (project.folder / "reports" / inventory.STATE).read_text(encoding="utf-8")
    assert str(project.folder) not in kept
    assert set(json.loads(kept.partition("\n")[2])["files"]) == {"kpitools.toml", "calls.csv"}


@pytest.mark.parametrize(
    "damage", [lambda text: text.replace("2026-10-31", "2026-05-01"), lambda text: text[:99], str.upper]
)
def test_what_is_kept_of_the_data_is_not_believed_when_damaged(support, damage):
    """A byte that changed, a cut: the data are read anew, and the plan is as it was."""
    project = support()
    before = planned(project)[0]
    kept = project.folder / "reports" / inventory.STATE
    kept.write_text(damage(kept.read_text(encoding="utf-8")), encoding="utf-8")
    assert planned(project)[0] == before


def test_today_is_the_day_of_the_project_s_zone(support, monkeypatch):
    """At half past eleven at night in UTC, the last day of October is over in Paris."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 10, 31, 23, 30, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(parts, "datetime", Clock)
    assert support().today() == date(2026, 11, 1)


def test_a_project_without_reports_is_told_what_to_add(support):
    """Nothing can be due, and the message holds the lines that are missing."""
    with pytest.raises(ProjectError, match=r'\[\[report\]\]\nevery = \["month"\]'):
        planned(support(TOML.partition("[[report]]")[0]))


@pytest.mark.parametrize("text", ["2 days", "d", "-1d", "2h"])
def test_when_data_settle_is_written_in_days_or_weeks(support, text):
    """Anything else is refused with the form that is right."""
    with pytest.raises(ProjectError, match='available_after: write days or weeks, as "2d" or "1w"'):
        support(TOML + f'available_after = "{text}"\n')


def test_weeks_are_seven_days(support):
    """One week is as long as seven days."""
    week, days = (support(TOML + f'available_after = "{text}"\n').reports[0].settles_after for text in ("1w", "7d"))
    assert week == days == timedelta(days=7)


def test_the_archive_is_found_from_paths_alone(support):
    """A folder that holds no report at all plans as an absent one does."""
    project = support()
    absent = planned(project)[0]
    (project.folder / "reports" / "2026-10").mkdir(parents=True)
    Path(project.folder / "reports" / "2026-10" / "x.figures.json").write_text("[]", encoding="utf-8")
    assert planned(project)[0] == absent
