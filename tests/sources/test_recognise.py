"""An export alone is enough: what it is, what its columns mean, and what only a person can say."""

from pathlib import Path

import pytest

from kpitools import project
from kpitools.measure import measure
from kpitools.sources import read
from kpitools.sources.recognise import recognise

DATA = Path(__file__).parents[2] / "../shared/data"
CALLS = "pwc_calls/Call-Center-Dataset.xlsx"
SURVEYS = "nps_bank/NPStimeseries.csv"


def given(name):
    """Return a published export, or skip where the folder of trial data is absent."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"needs {name} of the shared trial data")
    return path


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("KPITOOLS_KEY", "a key for tests")


@pytest.fixture
def through(tmp_path):
    """Return what comes of exports through init and nothing else: recognised, written, loaded, read."""

    def run(*paths, **options):
        said = recognise(paths, tmp_path, **options)
        (tmp_path / project.FILE).write_text(said.toml, encoding="utf-8")
        loaded = project.load(tmp_path)
        return said, loaded, read(loaded)

    return run


def values(tables, loaded, kpi, every="year", statistic=None):
    """Return the values of a KPI in the order of the periods."""
    rows = measure(tables, loaded, kpis=[kpi], every=every)
    return rows[rows["statistic"] == (statistic or rows["statistic"].iloc[0])]["value"].tolist()


def balances(tables):
    """Return how many rows each source read, used, excluded and set aside."""
    return [(a.read, a.used, sum(a.excluded.values()), sum(a.set_aside.values())) for a in tables.accounts]


def test_calls_give_the_published_figures_unaided(through):
    """A call export feeds contacts and surveys; its figures are those worked out apart for the same file."""
    said, loaded, tables = through(given(CALLS))
    assert balances(tables) == [(5000, 5000, 0, 0), (5000, 4054, 946, 0)]
    assert not said.questions
    assert values(tables, loaded, "answer_rate", "month") == pytest.approx([0.821106, 0.803218, 0.807072], abs=5e-7)
    assert values(tables, loaded, "answer_rate") == pytest.approx([0.8108], abs=1e-12)
    assert values(tables, loaded, "wait_time") == pytest.approx([67.520720], abs=5e-7)
    assert values(tables, loaded, "talk_time") == pytest.approx([224.922792], abs=5e-7)
    assert values(tables, loaded, "csat") == pytest.approx([3.403552], abs=5e-7)


def test_what_calls_do_not_say_is_marked_as_assumed(through):
    """Channel, direction and the scale of the rating are not in the file: each is on the list that pages print."""
    _, loaded, _ = through(given(CALLS))
    contacts, surveys = loaded.sources
    assert {"channel_phone", "direction_inbound", "unanswered_is_abandoned"} == set(contacts.assumed)
    assert {"scale_1_5", "survey_date_of_contact"} == set(surveys.assumed)
    assert loaded.about.assumed == ["timezone_utc"]


def test_nps_surveys_give_the_published_months_unaided(through):
    """Dates are read with the day first: with the month first the months would differ from the known answers."""
    _, loaded, tables = through(given(SURVEYS))
    assert balances(tables) == [(5000, 5000, 0, 0)]
    assert values(tables, loaded, "nps") == pytest.approx([11.80], abs=1e-9)
    months = [13.2558, 10.0503, 19.0594, 9.4629, 15.8730, 8.7282, 9.7252, 9.5349, 10.4762, 8.3333, 12.0192, 15.0]
    assert values(tables, loaded, "nps", "month") == pytest.approx(months, abs=5e-5)


def test_an_event_log_counts_each_request_once(through):
    """5,998 events are 890 incidents: the newest state of each holds, whatever the order of the rows."""
    said, loaded, tables = through(given("incident_uci/incident_event_log.csv"))
    assert balances(tables) == [(5998, 890, 5108, 0)]
    assert values(tables, loaded, "resolution_rate", "year")
    assert "newest_state_counts" in loaded.sources[0].assumed
    assert not said.questions
