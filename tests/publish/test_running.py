"""Making what is due: period by period, an earlier page kept, a failure explained; one run at a time."""

from datetime import date
from types import SimpleNamespace

import pytest
from filelock import FileLock

from kpitools.errors import BusyError, ReportError
from kpitools.periods import Coverage, Period
from kpitools.publish import batch
from kpitools.publish.due import Item, Plan
from kpitools.publish.lock import LOCK, alone
from kpitools.publish.reports import PARTS, keep_issue
from kpitools.publish.running import make

DAY = date(2026, 11, 2)


def item(period, team="", language="fr", state="due", page=""):
    """One line of a plan."""
    return Item("periodic_report", team, Period.parse(period), language, state, page=page)


def plan(*items):
    """Return a plan of some items."""
    return Plan(DAY, items, Coverage(date(2026, 1, 1), date(2026, 10, 31)))


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return what makes a plan without a kernel, and the waves of jobs that were asked for; `Sud` fails."""
    waves = []

    def run_all(jobs, reports, *, workers, on_event):
        waves.append([(job.parameters["period"], job.parameters["team"]) for job in jobs])
        for job in jobs:
            on_event("started", job)
            failed = "it failed" if job.parameters["team"] == "Sud" else ""
            yield batch.Outcome(job, None if failed else reports / "page.html", failed, 0.1 * workers)

    monkeypatch.setattr(batch, "run_all", run_all)
    project = SimpleNamespace(folder=tmp_path)
    return lambda made, **options: (list(make(made, project, tmp_path / "reports", **options)), waves)


def lay(folder, content, name="periodic_report.fr"):
    """Write all files of a report."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        (folder / (name + part)).write_text(content, encoding="utf-8")
    return folder / f"{name}.html"


def test_a_period_is_finished_before_the_next_of_its_length_begins(run):
    """Weeks and months go on side by side, but September is there before October is held against it."""
    items = [item("2026-09"), item("2026-W40"), item("2026-W41"), item("2026-10"), item("2026-10", "Nord")]
    made, waves = run(plan(*items))
    assert waves == [[("2026-09", ""), ("2026-W40", "")], [("2026-W41", ""), ("2026-10", ""), ("2026-10", "Nord")]]
    assert {each.item for each in made} == set(items)


def test_a_failure_is_explained_and_stops_nothing(run, tmp_path):
    """The reason stands under `_failed/`, named by period, team and language; the others are made."""
    made, _ = run(plan(item("2026-10", "Sud"), item("2026-10", "Nord")))
    assert [(each.item.team, bool(each.page), each.failure) for each in made] == [
        ("Sud", False, "it failed"),
        ("Nord", True, ""),
    ]
    (note,) = (tmp_path / "reports" / "_failed").iterdir()
    assert (note.name, note.read_text(encoding="utf-8")) == ("2026-10-periodic_report-sud.fr.txt", "it failed\n")


def test_the_notebook_is_told_the_day_of_the_plan(run, monkeypatch):
    """A run that goes past midnight, or for another day, is all of the day that it was planned for."""
    told = []
    monkeypatch.setattr(
        batch, "run_all", lambda jobs, *_, **__: told.extend(job.parameters for job in jobs) or iter(())
    )
    run(plan(item("2026-10")))
    assert [(given["today"], given["period"]) for given in told] == [("2026-11-02", "2026-10")]


def test_an_outdated_page_is_kept_before_it_is_made_anew(run, tmp_path):
    """All its files are copied, under the next number each time; the page itself stays until there is a new one."""
    old = item("2026-10", state="outdated", page="2026-10/periodic_report.fr.html")
    for number in ("first", "second"):
        page = lay(tmp_path / "reports" / "2026-10", number)
        assert run(plan(old))[0] == []
        run(plan(old), reissue=True)
        assert page.read_text(encoding="utf-8") == number
    kept = {path.name: path.read_text(encoding="utf-8") for path in (page.parent / "_earlier").iterdir()}
    expected = {f"periodic_report.fr.{n}{part}": text for n, text in ((1, "first"), (2, "second")) for part in PARTS}
    assert kept == expected


def test_a_page_is_not_kept_twice(tmp_path):
    """A run that was stopped between keeping and making leaves a copy, which the next run takes for its own."""
    page = lay(tmp_path, "page")
    assert len(keep_issue(page)) == len(PARTS)
    assert keep_issue(page) == ()


def test_a_page_that_could_not_be_made_anew_leaves_no_copy(run, tmp_path):
    """The outdated page stays what it was, and nothing says that it was replaced."""
    page = lay(tmp_path / "reports" / "2026-10", "as it was", "periodic_report-sud.fr")
    old = item("2026-10", "Sud", state="outdated", page="2026-10/periodic_report-sud.fr.html")
    made, _ = run(plan(old), reissue=True)
    assert [each.failure for each in made] == ["it failed"]
    assert list((page.parent / "_earlier").iterdir()) == []
    assert page.read_text(encoding="utf-8") == "as it was"


def test_a_page_that_cannot_be_kept_is_not_made_anew(run, tmp_path):
    """Where the earlier page cannot be kept, it stays, and the run says why."""
    page = lay(tmp_path / "reports" / "2026-10", "page")
    (page.parent / "_earlier").write_text("no folder", encoding="utf-8")
    old = item("2026-10", state="outdated", page="2026-10/periodic_report.fr.html")
    made, waves = run(plan(old), reissue=True)
    assert "cannot be kept before it is made anew" in made[0].failure
    assert waves in ([], [[]])


def test_of_two_runs_one_is_busy(tmp_path):
    """Whoever comes second is told so with exit code 75, and may come again once the first is done."""
    with FileLock(tmp_path / LOCK), pytest.raises(BusyError, match="another run is at work") as busy, alone(tmp_path):
        pass
    assert busy.value.exit_code == 75
    with alone(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path):
    """A file in the place of the folder of reports."""
    (tmp_path / "reports").touch()
    with (
        pytest.raises(ReportError, match=r"reports: the folder of the reports cannot be written"),
        alone(tmp_path / "reports"),
    ):
        pass
