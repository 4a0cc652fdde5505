"""From published files, through mappings written by hand, to figures that are known from elsewhere."""

from datetime import date
from pathlib import Path

import pytest

from kpitools.measure import measure
from kpitools.project import from_mapping
from kpitools.sources import read


def through(folder, source, **about):
    """Read one source and return its project, its tables and its account."""
    source = source | {"files": str(folder / source["files"])}
    project = from_mapping({"project": {"today": date(2026, 11, 22)} | about, "source": [source]}, Path())
    tables = read(project)
    return project, tables, tables.accounts[0]


@pytest.fixture(scope="module")
def calls(shared_data):
    """5,000 calls of a workbook, January to March 2021."""
    return through(shared_data / "pwc_calls", {
        "files": "Call-Center-Dataset.xlsx", "table": "contacts",
        "columns": {
            "contact_id": "Call Id", "adviser_id": "Agent", "started_at": ["Date", "Time"], "request_type": "Topic",
            "outcome": "Answered (Y/N)", "resolved": "Resolved", "wait_s": "Speed of answer in seconds",
            "talk_s": "AvgTalkDuration",
        },
        "values": {"outcome": {"answered": "Y", "abandoned": "N"}},
        "constants": {"direction": "inbound", "channel": "phone"},
    })  # fmt: skip


@pytest.fixture(scope="module")
def ratings(shared_data):
    """The satisfaction ratings of the same workbook."""
    return through(shared_data / "pwc_calls", {
        "files": "Call-Center-Dataset.xlsx", "table": "surveys",
        "columns": {"response_id": "Call Id", "sent_at": ["Date", "Time"], "score": "Satisfaction rating"},
        "constants": {"kind": "csat", "scale_min": 1, "scale_max": 5},
    })  # fmt: skip


@pytest.fixture(scope="module")
def promoters(shared_data):
    """5,000 answers of 2021, dated day/month."""
    return through(shared_data / "nps_bank", {
        "files": "NPStimeseries.csv", "table": "surveys",
        "columns": {"response_id": "ID", "sent_at": "Survey date", "score": "NPS", "team": "Market"},
        "constants": {"kind": "nps", "scale_min": 0, "scale_max": 10}, "formats": {"sent_at": "day first"},
    })  # fmt: skip


@pytest.fixture(scope="module")
def incidents(shared_data):
    """5,998 events of 890 incidents."""
    return through(shared_data / "incident_uci", {
        "files": "incident_event_log.csv", "table": "requests",
        "columns": {
            "request_id": "number", "created_at": "opened_at", "updated_at": "sys_updated_at",
            "status": "incident_state", "reopens": "reopen_count", "team": "assignment_group",
        },
        "values": {"status": {
            "new": "New", "open": "Active", "solved": "Resolved", "closed": "Closed",
            "pending": ["Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence"],
        }},
        "formats": {"created_at": "day first", "updated_at": "day first"},
    })  # fmt: skip


def figure(given, kpi, statistic, every="year", column="value"):
    """Return the figures of one statistic in the order of the periods."""
    project, tables, _ = given
    found = measure(tables, project, kpis=[kpi], every=every)
    return found.loc[found["statistic"] == statistic, column].tolist()


def test_calls_have_their_known_answer_rate(calls):
    """4,054 of 5,000 calls were answered: .8108, and .821106, .803218, .807072 by month."""
    assert figure(calls, "answer_rate", "share") == pytest.approx([0.8108])
    months = figure(calls, "answer_rate", "share", every="month")
    assert months == pytest.approx([0.821106, 0.803218, 0.807072], abs=5e-7)


def test_calls_have_their_known_durations(calls):
    """The mean wait of answered calls is 67.520720 s, their mean talk 224.922792 s."""
    assert figure(calls, "wait_time", "mean") == pytest.approx([67.520720], abs=5e-7)
    assert figure(calls, "talk_time", "mean") == pytest.approx([224.922792], abs=5e-7)


def test_ratings_have_their_known_mean(ratings):
    """The mean rating of the 4,054 who gave one is 3.403552."""
    assert figure(ratings, "csat", "mean") == pytest.approx([3.403552], abs=5e-7)
    assert figure(ratings, "csat", "mean", column="n") == [4054]


def test_answers_have_their_known_score(promoters):
    """NPS +11.80 for the year, and the twelve months; read as month/day they would not come out."""
    assert figure(promoters, "nps", "score") == pytest.approx([11.80])
    assert figure(promoters, "nps", "score", every="month") == pytest.approx([
        13.2558, 10.0503, 19.0594, 9.4629, 15.8730, 8.7282, 9.7252, 9.5349, 10.4762, 8.3333, 12.0192, 15.0000,
    ], abs=5e-5)  # fmt: skip


def test_events_are_not_counted_for_requests(incidents):
    """5,998 events are 890 requests; the others are earlier states of these."""
    _, tables, account = incidents
    assert len(tables["requests"]) == 890
    assert account.excluded == {"earlier_version": 5998 - 890}
    judged, young = (sum(figure(incidents, "resolution_rate", "share", column=name)) for name in ("n", "excluded"))
    assert judged + young == 890


@pytest.mark.parametrize(
    ("name", "rows"), [("calls", 5000), ("ratings", 5000), ("promoters", 5000), ("incidents", 5998)]
)
def test_every_row_is_accounted_for(request, name, rows):
    """Rows read are those used, excluded and set aside."""
    account = request.getfixturevalue(name)[2]
    assert account.read == rows
    assert account.read == account.used + sum(account.excluded.values()) + sum(account.set_aside.values())
