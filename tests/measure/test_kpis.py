"""Each KPI on a handful of rows: what counts, what does not, and what stands at the boundary."""

import numpy as np
import pytest

from kpitools.catalogue import measurable


def value(found, statistic, column="value"):
    """Return one number of the single period."""
    return found.loc[statistic, column]


def test_volume_counts_inbound_and_outbound_and_leaves_internal_out(one):
    """Three inbound, two outbound and one internal contact are a volume of 5, and 1 is excluded."""
    found = one(
        "volume", "contacts", {"times": 3}, {"direction": "outbound", "times": 2}, {"direction": "internal"},
        {"direction": "unknown"},
    )  # fmt: skip
    assert (value(found, "count"), value(found, "count", "excluded")) == (5, 1)
    assert np.isnan(value(found, "count", "low")), "a full count has no interval"


def test_answer_rate_is_answered_of_offered_calls_within_hours(one):
    """3 of 4 offered calls were answered; chats, outbound calls and calls out of hours are not offered calls."""
    found = one(
        "answer_rate", "contacts", {"times": 3}, {"outcome": "abandoned", "wait_s": None},
        {"channel": "chat"}, {"direction": "outbound"}, {"out_of_hours": True, "outcome": "out_of_hours"},
    )  # fmt: skip
    assert value(found, "share") == 0.75
    assert found.loc["share", ["n", "numerator", "denominator", "excluded"]].tolist() == [4, 3, 4, 1]


def test_service_level_holds_at_the_very_second_and_judges_no_call_of_unknown_wait(one):
    """Of calls after 20, 20.5 and no known seconds and one given up, one of three judged was in time."""
    rows = [{"wait_s": 20.0}, {"wait_s": 20.5}, {"wait_s": None}, {"outcome": "abandoned", "wait_s": 5.0}]
    found = one("service_level", "contacts", *rows)
    assert value(found, "share") == pytest.approx(1 / 3)
    assert (value(found, "share", "n"), value(found, "share", "excluded")) == (3, 1)


def test_service_level_takes_the_seconds_of_the_project(one):
    """Within 30 seconds, the call that waited 20.5 counts too, and the definition says 30."""
    rows = [{"wait_s": 20.0}, {"wait_s": 20.5}, {"wait_s": 31.0}]
    found = one("service_level", "contacts", *rows, definitions={"service_level": {"seconds": 30}})
    assert value(found, "share") == pytest.approx(2 / 3)
    assert value(found, "share", "definition") == "answered_in_time_of_offered(seconds=30)"


def test_wait_time_is_over_answered_calls_whose_wait_is_known(one):
    """Waits 10, 20 and 60 have mean 30, median 20, p90 52; an abandoned call is excluded, an unknown wait unknown."""
    found = one(
        "wait_time", "contacts", {"wait_s": 10.0}, {"wait_s": 20.0}, {"wait_s": 60.0}, {"wait_s": None},
        {"outcome": "abandoned", "wait_s": 500.0},
    )  # fmt: skip
    assert found["value"].to_dict() == pytest.approx({"mean": 30, "median": 20, "p90": 52})
    assert found["n"].tolist() == [3, 3, 3]
    assert value(found, "mean", "excluded") == 1


def test_talk_time_is_over_answered_inbound_calls(one):
    """Talks of 100 and 200 seconds have mean 150; a chat and an outbound call have no part in it."""
    found = one(
        "talk_time", "contacts", {"talk_s": 100.0}, {"talk_s": 200.0, "out_of_hours": True},
        {"talk_s": 9.0, "channel": "chat"}, {"talk_s": 9.0, "direction": "outbound"},
    )  # fmt: skip
    assert (value(found, "mean"), value(found, "mean", "n")) == (150, 2)


def test_handle_time_is_over_answered_inbound_contacts_of_every_channel(one):
    """A call handled in 130 and a chat in 70 seconds have mean 100; what was not answered was not handled."""
    found = one(
        "handle_time", "contacts", {}, {"handle_s": 70.0, "channel": "chat"},
        {"handle_s": 900.0, "outcome": "abandoned"},
    )  # fmt: skip
    assert (value(found, "mean"), value(found, "mean", "n")) == (100, 2)


def test_first_contact_resolution_judges_requests_of_seven_days(one):
    """Resolved by one contact and not reopened: 1 of 4 judged; a request of 6 days is too young, one of 7 is not."""
    found = one(
        "first_contact_resolution", "requests", {"observed_days": 7}, {"contacts": 2.0}, {"reopened": True},
        {"resolved": False}, {"observed_days": 6}, {"contacts": None},
    )  # fmt: skip
    assert value(found, "share") == 0.25
    assert (value(found, "share", "n"), value(found, "share", "excluded")) == (4, 2)


def test_contacts_per_request_is_over_resolved_requests_old_enough(one):
    """Requests that took 1, 2 and 3 contacts have mean 2; one open and one too young are excluded."""
    found = one(
        "contacts_per_request", "requests", {}, {"contacts": 2.0}, {"contacts": 3.0},
        {"resolved": False, "contacts": 9.0}, {"observed_days": 6, "contacts": 9.0},
    )  # fmt: skip
    assert (value(found, "mean"), value(found, "mean", "n"), value(found, "mean", "excluded")) == (2, 3, 2)


def test_a_call_whose_end_nobody_knows_is_neither_answered_nor_missed(one):
    """An empty outcome is no abandoned call: it is excluded, and said so."""
    found = one("answer_rate", "contacts", {}, {"outcome": "abandoned"}, {"outcome": "unknown"})
    assert (value(found, "share"), value(found, "share", "n"), value(found, "share", "excluded")) == (0.5, 2, 1)


def test_resolution_rate_is_resolved_of_all_old_enough(one):
    """Two of three requests are solved or closed, whatever they took; one of six days has not had its time yet."""
    found = one(
        "resolution_rate", "requests", {"status": "solved"}, {"contacts": 5.0}, {"status": "open"},
        {"status": "open", "observed_days": 6},
    )  # fmt: skip
    assert value(found, "share") == pytest.approx(2 / 3)
    assert value(found, "share", "excluded") == 1


def test_csat_is_the_mean_of_answers_on_their_own_scale(one):
    """Answers 5, 4, 4, 2 and 5 have mean 4; a survey without an answer is excluded, an NPS answer no CSAT."""
    scale = {"kind": "csat", "scale_min": 1.0, "scale_max": 5.0}
    answers = [scale | {"score": score} for score in (5.0, 4.0, 4.0, 2.0, 5.0)]
    found = one("csat", "surveys", *answers, scale | {"status": "sent", "score": None}, {"score": 0.0, "times": 5})
    assert (value(found, "mean"), value(found, "mean", "n"), value(found, "mean", "excluded")) == (4, 5, 1)


def test_nps_takes_nine_for_a_promoter_and_six_for_a_detractor(one):
    """6 detracts, 7 and 8 do neither, 9 and 10 promote: 2 of 5 less 1 of 5 are 20 points."""
    found = one("nps", "surveys", *[{"score": float(score)} for score in (6, 7, 8, 9, 10)])
    assert value(found, "score") == pytest.approx(20)
    assert found.loc["score", ["n", "numerator", "denominator"]].tolist() == [5, 1, 5]


def test_answers_on_two_scales_are_never_pooled(one):
    """Answers of 1 to 5 and of 0 to 10 in one month give no mean, and the row says why."""
    five = {"kind": "csat", "score": 4.0, "scale_min": 1.0, "scale_max": 5.0, "times": 5}
    found = one("csat", "surveys", five, {"kind": "csat", "score": 8.0, "times": 5})
    assert np.isnan(value(found, "mean"))
    assert value(found, "mean", "reason") == "mixed_scales"


NOTHING = {
    "contacts": {"direction": "internal"},
    "requests": {"observed_days": 0, "resolved": False},
    "surveys": {"status": "sent", "score": None},
}
"""A row of each table that hardly any KPI counts."""
ALWAYS = ("volume",)
"""KPIs with a value wherever there is a row."""


@pytest.mark.parametrize("kpi", [kpi for kpi in measurable() if kpi.name not in ALWAYS], ids=lambda kpi: kpi.name)
def test_a_zero_denominator_is_unknown_and_never_zero(one, kpi):
    """Rows of which none counts give no value, with the reason `no_rows`."""
    found = one(kpi.name, kpi.table, NOTHING[kpi.table])
    assert found["value"].isna().all()
    assert set(found["reason"]) == {"no_rows"}


def test_every_measurable_kpi_is_worked_out_above():
    """The catalogue measures these eleven; one that comes has its facts here first."""
    assert {kpi.name for kpi in measurable()} == {
        "volume", "answer_rate", "service_level", "wait_time", "talk_time", "handle_time", "first_contact_resolution",
        "contacts_per_request", "resolution_rate", "csat", "nps",
    }  # fmt: skip
