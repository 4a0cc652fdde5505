"""From an export and a project file on disk to the findings of a month."""

from datetime import date, datetime, timedelta

import pytest

from kpitools.errors import ReportError
from kpitools.findings import review
from kpitools.project import load

PROJECT = """
[project]
name = "Accueil"
timezone = "Europe/Paris"
today = 2026-04-10

[[source]]
files = "appels.csv"
table = "contacts"
columns = { started_at = "Début", team = "Équipe", outcome = "Issue", wait_s = "Attente" }
values = { outcome = { answered = "Répondu", abandoned = "Abandonné" } }
constants = { direction = "inbound", channel = "phone" }
units = { wait_s = "seconds" }
formats = { started_at = "day first" }

[[target]]
kpi = "answer_rate"
value = 0.88
by = 2026-12-31

[[report]]
kpis = ["answer_rate", "wait_time"]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three months of 40 calls a day, of which 36 are answered each day, in March 30; and a line that is no call."""
    folder = tmp_path_factory.mktemp("accueil")
    lines = ["Début;Équipe;Issue;Attente"]
    day = date(2026, 1, 1)
    while day <= date(2026, 3, 31):
        answered = 30 if day.month == 3 else 36
        for call in range(40):
            start = datetime(day.year, day.month, day.day, 9) + timedelta(minutes=10 * call)
            team, outcome = ("Nord", "Sud")[call % 2], "Répondu" if call < answered else "Abandonné"
            lines.append(f"{start:%d/%m/%Y %H:%M};{team};{outcome};{call},5")
        day += timedelta(days=1)
    lines.append("le 32 mars;Nord;Répondu;4")
    (folder / "appels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "kpitools.toml").write_text(PROJECT, encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def march(project):
    """The review of the last closed month: on 10 April that is March."""
    return review(project)


def test_the_numbers_are_those_of_the_file(march):
    """30 of 40 answered on 31 days are 930 of 1,240; waits of 0.5 to 29.5 s have the mean 15 s."""
    rows = march.current.set_index(["kpi", "statistic"])
    assert str(march.period) == "2026-03"
    assert tuple(rows.loc[("answer_rate", "share"), ["value", "n"]]) == (0.75, 1240)
    assert rows.loc[("wait_time", "mean"), "value"] == pytest.approx(15.0)


def test_every_row_of_the_file_is_accounted_for(march):
    """90 days of 40 calls are used, and the line with an impossible date is set aside: 3,601 read."""
    (account,) = march.accounts
    assert (account.read, account.used, sum(account.set_aside.values())) == (3601, 3600, 1)


def test_march_is_below_february_and_below_the_target(march):
    """75 % after 90 %, from 1,240 and 1,120 calls; the goal is 88 %. There is no year before."""
    found = march.findings[march.findings["kpi"] == "answer_rate"].set_index("against")
    assert found.loc["previous", "verdict"] == "below"
    assert found.loc["previous", "difference"] == pytest.approx(-0.15)
    assert found.loc["target", "verdict"] == "below"
    assert found.loc["year_before", "why"] == "no_reference"


def test_three_months_are_weeks_enough_to_see_the_fall(march):
    """Three points are no chart yet; of the twelve weeks the last four, since 2 March, are clearly lower."""
    assert march.trends["answer_rate"].newest == "too_short"
    found = march.shifts["answer_rate"]
    assert (found.level, found.better, str(found.since), found.n) == ("changed", False, "2026-W10", 12)


def test_a_team_has_its_own_numbers(project):
    """Each day Nord takes every other call, of the first 30 and of the last ten alike: 75 % of 620."""
    found = review(project, "2026-03", "Nord")
    row = found.current[found.current["kpi"] == "answer_rate"].iloc[0]
    assert (row["value"], row["n"]) == (0.75, 620)
    assert "target" not in set(found.findings["against"])


def test_the_same_review_twice_is_the_same(project, march):
    """Same file, same day: the same findings, cell for cell."""
    again = review(project)
    assert again.findings.equals(march.findings)
    assert repr(again.trends) == repr(march.trends)


SURVEYS = """
[project]
today = 2026-04-10
[[source]]
files = "avis.csv"
table = "surveys"
columns = {{ sent_at = "date", score = "note" }}
constants = {{ kind = "{kind}"{scale} }}
"""


def surveyed(folder, kind, scale):
    """Review a file of answers alone, that names neither channel nor team."""
    (folder / "avis.csv").write_text(
        "date,note\n" + "".join(f"2026-03-{day:02d},{4 + day % 2}\n" for day in range(1, 32)), encoding="utf-8"
    )
    (folder / "kpitools.toml").write_text(SURVEYS.format(kind=kind, scale=scale), encoding="utf-8")
    return review(load(folder))


def test_a_file_of_answers_without_a_channel_is_reviewed(tmp_path):
    """16 answers of 5 and 15 of 4 have a mean of 140/31; by channel there is nothing."""
    found = surveyed(tmp_path, "csat", ", scale_min = 1, scale_max = 5")
    value = found.current.set_index("kpi").loc["csat", "value"]
    assert value == pytest.approx(140 / 31, abs=1e-12)
    assert found.channels.empty


def test_answers_without_a_scale_are_not_measured_and_the_reason_is_named(tmp_path):
    """A mean of answers means nothing without its scale: no value, and the missing column by name."""
    with pytest.raises(ReportError, match="csat lacks the column scale_max"):
        surveyed(tmp_path, "csat", "")
