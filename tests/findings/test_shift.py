"""When a page may say that a level changed: seldom by chance, reliably when it did, since when and by how much."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from scipy.stats import binom

from kpitools.catalogue import find
from kpitools.findings.series import Series
from kpitools.findings.shift import shift, since, stretches, team_shifts
from kpitools.findings.weeks import Weeks
from kpitools.periods import Period

LAST = Period.parse("2026-10")


def weekly(kpi, values):
    """Make a series of the weeks up to week 43 of 2026."""
    periods = [Period.parse("2026-W43")]
    while len(periods) < len(values):
        periods.insert(0, periods[0].previous())
    periods = periods[: len(values)]
    values = tuple(float(value) for value in values)
    return Series(find(kpi), tuple(periods), values, tuple(not isnan(value) for value in values))


@pytest.mark.parametrize("drift", [False, True])
def test_a_change_that_the_cases_of_each_week_explain_is_not_claimed(drift):
    """The same values are a change where their standard errors are small, or not known, else worth watching."""
    move = np.linspace(0, 0.1, 40) if drift else np.r_[np.zeros(20), np.full(20, 0.1)]
    series = weekly("csat", 3.5 - move + noise(40, 0.02))
    assert (shift(series, LAST).level, shift(series, LAST).gradual) == ("changed", drift)
    for error, level in ((0.02, "changed"), (0.4, "watch")):
        assert shift(replace(series, errors=(error,) * 40), LAST).level == level


@pytest.mark.parametrize(("error", "level"), [(0.049, "changed"), (0.051, "watch"), (0.2, "watch")])
def test_a_step_of_two_levels_is_held_against_the_standard_error_of_their_difference(error, level):
    """Of ten weeks and ten it is sqrt(2 / 10) of that of a week; 2.61 times that leaves 0.9 %."""
    values = np.r_[np.full(10, 4.0), np.full(10, 4.0 - 0.058)] + 1e-4 * np.resize([1, -1], 20)
    assert shift(replace(weekly("csat", values), errors=(error,) * 20), LAST).level == level


def noise(n, sd, seed=1):
    """Draw independent noise."""
    return sd * np.random.default_rng(seed).standard_normal(n)


@pytest.mark.parametrize(
    ("kpi", "level", "step", "better"),
    [
        ("answer_rate", 0.85, -0.05, False),
        ("answer_rate", 0.85, 0.05, True),
        ("csat", 4.0, -0.3, False),
        ("talk_time", 300, 60, None),
        ("wait_time", 60, 30, False),
        ("wait_time", 60, -20, True),
    ],
)
def test_a_step_is_found_with_its_date_its_size_and_what_it_means(kpi, level, step, better):
    """Forty weeks at one level and twenty at another, far beyond what weeks vary by."""
    values = level + np.r_[np.zeros(40), np.full(20, step)] + noise(60, abs(step) / 5)
    found = shift(weekly(kpi, values), LAST)
    assert (found.level, found.better, found.gradual, found.n) == ("changed", better, False, 60)
    assert str(found.since) == "2026-W24"
    assert found.since_from <= found.since <= found.since_to
    assert found.before == pytest.approx(level, rel=0.02)
    assert found.after == pytest.approx(level + step, rel=0.02)
    assert found.size_low < step < found.size_high
    assert found.size_low < found.size < found.size_high


def test_a_drift_is_called_gradual_and_runs_over_the_whole_series():
    """Down by six points over sixty weeks, give or take half a point: 48 / 59 of it from the first fifth to the last.

    So the difference of the two levels that are said is the size that is said, and lies within its interval.
    """
    found = shift(weekly("answer_rate", 0.88 - 0.06 * np.arange(60) / 59 + noise(60, 0.005)), LAST)
    assert (found.level, found.gradual, found.better) == ("changed", True, False)
    assert found.since == weekly("answer_rate", [0.8] * 60).periods[0]
    assert (found.before, found.after) == pytest.approx((0.874, 0.826), abs=0.004)
    assert found.size == pytest.approx(-0.06 * 48 / 59, abs=0.003)
    assert found.size_low < found.after - found.before < found.size_high
    assert found.size_low < -0.06 * 48 / 59 < found.size_high


def test_a_stable_series_is_as_usual_and_says_no_more():
    """No date, no size."""
    found = shift(weekly("answer_rate", 0.85 + noise(60, 0.01, seed=3)), LAST)
    assert (found.level, found.since, found.shown) == ("usual", None, False)
    assert isnan(found.size)


def test_a_constant_series_has_not_changed():
    """Nothing varies, so nothing has moved."""
    assert shift(weekly("answer_rate", [0.85] * 30), LAST).level == "usual"


def test_stable_series_seldom_cry_wolf():
    """Of 300 stable series no more are called changed than a rate of 1 % would give but once in 10,000."""
    levels = [shift(weekly("answer_rate", 0.85 + noise(40, 0.01, seed)), LAST).level for seed in range(300)]
    assert levels.count("changed") <= binom.ppf(1 - 1e-4, 300, 0.01)
    assert levels.count("usual") >= binom.ppf(1e-4, 300, 0.95)


@pytest.mark.parametrize(("values", "why"), [([0.8] * 9, "too_few"), ([np.nan] * 20, "no_values"), ([], "no_values")])
def test_fewer_than_ten_weeks_are_no_verdict(values, why):
    """It says so, and whether there was any value at all."""
    found = shift(weekly("answer_rate", values), LAST)
    assert (found.level, found.why) == ("none", why)


def test_a_series_that_wanders_slowly_is_not_judged():
    """A random walk is at another level every month, and no decision made it so: of 40, at least 32 get no verdict."""
    walks = [weekly("answer_rate", 0.8 + np.cumsum(noise(60, 0.002, seed))) for seed in range(40)]
    found = [shift(walk, LAST) for walk in walks]
    assert sum((one.level, one.why) == ("none", "too_slow") for one in found) >= 32


def test_a_count_without_a_year_before_is_not_judged():
    """Forty weeks of contacts: whether more come is not told from the season."""
    found = shift(weekly("volume", 1000 + noise(40, 20)), LAST)
    assert (found.level, found.why) == ("none", "no_year_before")


def test_more_contacts_than_a_year_ago_are_found_through_the_season():
    """The season swings by 40 %; since week 24 a fifth more come than in the same weeks of the year before."""
    season = 1000 * (1 + 0.4 * np.sin(np.arange(112) / 52 * 2 * np.pi)) * np.exp(noise(112, 0.02))
    season[92:] *= 1.2
    found = shift(weekly("volume", season), LAST)
    assert (found.level, found.better, str(found.since)) == ("changed", None, "2026-W24")
    assert found.after / found.before == pytest.approx(1.2, abs=0.04)


def test_a_team_must_stand_out_among_all_teams_while_the_service_has_not_changed():
    """Of forty teams one moved by five points, the others by nothing: it alone is named."""
    steps = {f"T{n:02d}": noise(60, 0.01, seed=100 + n) for n in range(40)}
    plain = 0.85 + np.r_[np.zeros(30), np.full(30, -0.05)]
    teams = {name: {"answer_rate": weekly("answer_rate", 0.85 + each)} for name, each in steps.items()}
    teams["T07"] = {"answer_rate": weekly("answer_rate", plain + steps["T07"])}
    service = {"answer_rate": shift(weekly("answer_rate", 0.85 + noise(60, 0.01, seed=3)), LAST)}
    found = team_shifts(Weeks({}, teams), LAST, service)
    assert [(one.team, one.level, one.better) for one in found] == [("T07", "changed", False)]


def test_where_the_service_changed_each_team_is_asked_by_itself():
    """A fall that a team's own page just calls one is named with the service's, and not where the service is steady."""
    step = np.r_[np.zeros(30), np.full(30, -0.014)]
    weak = {"answer_rate": weekly("answer_rate", 0.85 + step + noise(60, 0.01, seed=10))}
    still = {"answer_rate": weekly("answer_rate", 0.85 + noise(60, 0.01, seed=4))}
    teams = Weeks({}, {"A": weak, "B": still, "C": still, "D": still})
    fell = {"answer_rate": shift(weekly("answer_rate", 0.85 + 4 * step + noise(60, 0.01)), LAST)}
    steady = {"answer_rate": shift(still["answer_rate"], LAST)}
    assert shift(weak["answer_rate"], LAST).level == "changed"
    assert [one.team for one in team_shifts(teams, LAST, fell)] == ["A"]
    assert team_shifts(Weeks({}, {**teams.teams, **{f"E{n}": still for n in range(6)}}), LAST, steady) == ()


def test_the_level_that_lasts_begins_with_the_change():
    """A forecast rests on the weeks since; what is split are the weeks before and those since."""
    series = weekly("answer_rate", 0.85 + np.r_[np.zeros(40), np.full(20, -0.1)] + noise(60, 0.01))
    found = shift(series, LAST)
    assert since(series, LAST, found).periods == series.periods[40:]
    assert stretches(found, series, LAST) == (
        (series.periods[0], series.periods[39]), (series.periods[40], series.periods[59]),
    )  # fmt: skip
