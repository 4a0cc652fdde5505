"""What was planted is there, as large as `truth.json` says, and nowhere else.

Tolerances are four standard errors of what is compared: of the ratio over days where days vary more than chance,
of the binomial or of the sample elsewhere.
"""

from datetime import date

import numpy as np
import pytest

from kpitools.simulate import truth
from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS
from kpitools.simulate.department import simulate

CALIBRATION = 0.003
"""How far the level that the rota really gives may lie from the level asked for: the error of the pilot days."""
EARLY, LATE = range(w.SHIFT_FROM), range(w.SHIFT_FROM + w.SHIFT_MONTHS - 1, w.MONTHS)


@pytest.fixture(scope="module")
def department():
    """A department of 20,000 contacts a month."""
    return simulate(20_000, 11)


@pytest.fixture(scope="module")
def planted(department):
    """The planted effects by id."""
    return {effect["id"]: effect for effect in truth.planted(department)}


def days_error(department, team: int, days: range) -> float:
    """The standard error of a team's answer rate over some days, from the spread of the days."""
    c = department.contacts
    of = (c["team"] == team) & (c["channel"] == w.PHONE) & (c["direction"] == 0) & (c["outcome"] != 4)
    day = (c["at"] // 86400).astype(int)
    of &= (day >= days.start) & (day < days.stop)
    offered = np.bincount(day[of], minlength=DAYS)
    answered = np.bincount(day[of & (c["outcome"] == 0)], minlength=DAYS)
    rest = answered - offered * answered.sum() / offered.sum()
    return float(np.sqrt((rest**2).sum()) / offered.sum())


def share_error(department, team: int, months: range, channel: int | None = None) -> float:
    """The binomial standard error of first-contact resolution."""
    r = department.requests
    of = (r["team"] == team) & truth.in_months(r["at"], months) & truth.in_channel(r, channel)
    share = truth.resolution(department, team, months, channel)
    return float(np.sqrt(share * (1 - share) / of.sum()))


SPLIT = (w.STAFFING - w.FIRST_DAY).days


@pytest.mark.parametrize("team", range(4))
def test_each_team_answers_its_level_before_and_after(department, team):
    """Before and after 2 March 2026 each team answers its own share of calls; only Nord's is 4 points higher."""
    for days, day in ((range(SPLIT), w.FIRST_DAY), (range(SPLIT, DAYS), w.LAST_DAY)):
        found = truth.answer_share(department.contacts, team, days)
        error = days_error(department, team, days)
        assert found == pytest.approx(w.answer_rate(team, day), abs=4 * error + CALIBRATION)
    assert w.answer_rate(team, w.LAST_DAY) - w.answer_rate(team, w.FIRST_DAY) == pytest.approx(0.04 * (team == w.NORD))


def test_the_staffing_decision_leaves_weeks_to_judge_it():
    """At least 24 whole weeks lie before each decision and 12 after it."""
    for day in (w.STAFFING, w.GREETING):
        assert (day - date(2024, 9, 2)).days // 7 >= 24
        assert (w.LAST_DAY - day).days // 7 >= 12


def test_four_points_more_are_answered(department, planted):
    """The difference realised is 4 points within its standard error."""
    effect = planted["answer_rate_rises"]
    error = np.hypot(*(days_error(department, w.NORD, days) for days in (range(SPLIT), range(SPLIT, DAYS))))
    assert effect["expected"] == {"before": 0.845, "after": 0.885, "difference": 0.04}
    assert effect["realised"]["difference"] == pytest.approx(0.04, abs=4 * error + CALIBRATION)


def test_the_greeting_moves_nothing(department, planted):
    """Satisfaction of team Sud is the same before and after, within four standard errors of a difference."""
    s = department.surveys
    of_sud = (department.contacts["team"][s["about"]] == w.SUD) & (s["kind"] == 0) & ~np.isnan(s["score"])
    before = s["sent_at"] // 86400 < (w.GREETING - w.FIRST_DAY).days
    parts = [s["score"][of_sud & before], s["score"][of_sud & ~before]]
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts))
    effect = planted["greeting_without_effect"]["realised"]
    assert effect["difference"] == pytest.approx(0, abs=4 * error)
    assert effect["after"] == pytest.approx(parts[1].mean(), abs=1e-6)


def test_first_contact_resolution_of_est_falls_by_three_points(department, planted):
    """Each month lies at its expected level, and from October 2025 to October 2026 that level falls by 3 points."""
    effect = planted["first_contact_resolution_falls"]
    expected = effect["expected"]["by_month"]
    assert expected[13] - expected[25] == pytest.approx(0.03, abs=0.0005)
    assert np.diff(expected[13:]) == pytest.approx(-0.0025, abs=0.0001)
    errors = np.array([share_error(department, w.EST, range(m, m + 1)) for m in range(26)])
    assert (np.abs(np.subtract(effect["realised"]["by_month"], expected)) < 4 * errors).all()
    drop = np.mean(effect["realised"]["by_month"][:14]) - np.mean(effect["realised"]["by_month"][20:])
    error = np.hypot(np.sqrt((errors[:14] ** 2).sum()) / 14, np.sqrt((errors[20:] ** 2).sum()) / 6)
    assert drop == pytest.approx(expected[0] - np.mean(expected[20:]), abs=4 * error)


def test_no_channel_of_ouest_changes_while_the_total_does(department, planted):
    """Resolution and handling time stay level in each channel; over all channels they move as the mix says."""
    effect = planted["phone_to_chat"]
    resolved, handled = effect["first_contact_resolution"], effect["handle_time"]
    for n, name in enumerate(w.CHANNELS):
        for months, when in ((EARLY, "before"), (LATE, "after")):
            error = share_error(department, w.OUEST, months, n)
            assert resolved["by_channel"][name][when] == pytest.approx(w.TEAMS[w.OUEST].fcr[n], abs=4 * error)
    for months, when in ((EARLY, "before"), (LATE, "after")):
        error = share_error(department, w.OUEST, months)
        assert resolved["realised"][when] == pytest.approx(resolved["expected"][when], abs=4 * error)
    assert resolved["expected"]["difference"] < -0.025
    assert handled["expected"]["difference"] > 45


def test_handling_time_of_ouest_is_level_in_each_channel(department, planted):
    """Mean handling time of each channel and over all of them lies at what the parameters say."""
    c = department.contacts
    handled = planted["phone_to_chat"]["handle_time"]
    for months, when in ((EARLY, "before"), (LATE, "after")):
        of = (c["team"] == w.OUEST) & (c["direction"] == 0) & (c["outcome"] == 0)
        of &= truth.in_months(c["at"], months)
        for n, name in enumerate(w.CHANNELS):
            times = c["handle"][of & (c["channel"] == n)]
            error = times.std(ddof=1) / np.sqrt(len(times))
            assert handled["by_channel"][name][when] == pytest.approx(handled["channel_level"][name], abs=4 * error)
        error = c["handle"][of].std(ddof=1) / np.sqrt(of.sum())
        assert handled["realised"][when] == pytest.approx(handled["expected"][when], abs=4 * error + 1)


@pytest.mark.parametrize("team", [w.NORD, w.SUD])
def test_other_teams_resolve_as_before(department, team):
    """First-contact resolution of the teams without a planted change is at one level before and after."""
    months = range(w.FCR_FALL_FROM), range(w.FCR_FALL_FROM, w.MONTHS)
    before, after = (truth.resolution(department, team, part) for part in months)
    error = np.hypot(*(share_error(department, team, part) for part in months))
    assert before == pytest.approx(after, abs=4 * error)


def test_levels_are_those_of_a_plausible_service(department):
    """Waits of 30 to 90 s, 1.3 to 1.8 contacts a request, CSAT near 4, NPS near +20: lively beside the benchmarks."""
    c, r, s = department.contacts, department.requests, department.surveys
    answered = (c["outcome"] == 0) & (c["direction"] == 0) & (c["channel"] == w.PHONE)
    assert 30 < (c["queue"] + c["ring"])[answered].mean() < 90
    assert 1.3 < r["turns"][r["turns"] > 0].mean() < 1.8
    scores = [s["score"][(s["kind"] == kind) & ~np.isnan(s["score"])] for kind in (0, 1)]
    assert 3.8 < scores[0].mean() < 4.2
    assert 10 < 100 * ((scores[1] >= 9).mean() - (scores[1] <= 6).mean()) < 35


def test_size_is_about_what_was_asked_for(department):
    """20,000 contacts a month were asked for; within 3 % they are there."""
    assert len(department.contacts["at"]) / w.MONTHS == pytest.approx(20_000, rel=0.03)


def test_type_weights_leave_the_team_s_level_alone():
    """Types differ around the team's level: weighted by their shares the differences are nil."""
    assert w.TYPE_SHARES.sum() == pytest.approx(1)
    assert np.average(w.TYPE_TALK, weights=w.TYPE_SHARES) == pytest.approx(1)
    assert np.average(w.TYPE_FCR, weights=w.TYPE_SHARES) == pytest.approx(0, abs=1e-12)
    assert w.CHANNEL_SHARES.sum() == pytest.approx(1)
