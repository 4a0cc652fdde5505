"""What the door adds to surveys: who was asked, and what nobody said about the question."""

import pytest

from kpitools.measure import measure
from kpitools.sources import read

TOML = """
[project]
timezone = "UTC"
today = 2026-11-22
[[source]]
files = "surveys.csv"
table = "surveys"
[source.columns]
response_id = "id"
sent_at = "sent"
score = "score"
%s
[source.constants]
kind = "csat"
scale_min = 1
scale_max = 5
"""
ROWS = "id,sent,score,state\n" + "".join(
    f"{number},2026-10-{number:02d} 10:00,{score},{'answered' if score else 'sent'}\n"
    for number, score in enumerate(["5", "4", "", "3", "5", "", "4", "4"], start=1)
)


@pytest.fixture
def response_rate(make_project):
    """Measure the response rate of eight surveys of which six were answered."""

    def make(columns):
        project = make_project(TOML % columns, surveys__csv=ROWS)
        return measure(read(project), project, kpis=["csat_response_rate"]).iloc[0]

    return make


def test_surveys_without_an_answer_are_in_the_response_rate(response_rate):
    """Where the export says which surveys were sent only, six of eight were answered."""
    found = response_rate('status = "state"')
    assert (found["value"], found["n"]) == (0.75, 8)


def test_an_export_of_answers_alone_gives_no_response_rate(response_rate):
    """Without a status nobody knows who was asked: no rate, and not 100 %."""
    found = response_rate("")
    assert found["reason"] == "missing_column:sent"
    assert found["value"] != found["value"], "unknown"


def test_what_a_survey_asks_about_is_unknown_where_nobody_says_it(make_project):
    """Touchpoint and polarity are there, and unknown, so that scores can be measured without them."""
    tables = read(make_project(TOML % "", surveys__csv=ROWS))
    assert set(tables["surveys"].select("touchpoint, polarity").fetchall()) == {("unknown", "unknown")}
