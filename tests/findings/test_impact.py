"""What came of a decision: shown where it moved, not shown where it did not, and never laid to it without reason."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpitools.findings.compare import compare, with_effects
from kpitools.findings.impact import effects
from kpitools.findings.weeks import weeks
from kpitools.measure import measure
from kpitools.periods import Period
from kpitools.project import from_mapping

FIRST = date(2025, 9, 1)
DAY = date(2026, 3, 2)
LAST = Period.parse("2026-10")
TEAMS = ("Nord", "Sud", "Est")


def calls(levels, *, a_day=60, seed=7):
    """Make the calls of three teams up to October 2026; `levels` gives a team's answer rate on a day."""
    rng, frames = np.random.default_rng(seed), []
    days = pd.date_range(FIRST, LAST.end, freq="D")
    for team in TEAMS:
        level = np.array([levels(team, day.date()) for day in days]) + 0.02 * rng.standard_normal(len(days))
        hits = rng.random((len(days), a_day)) < level[:, None]
        frames.append(
            pd.DataFrame({
                "date": np.repeat(days, a_day), "team": team,
                "outcome": np.where(hits.ravel(), "answered", "abandoned"),
                "wait_s": rng.exponential(30, hits.size),
            })
        )  # fmt: skip
    made = pd.concat(frames, ignore_index=True)
    return {"contacts": made.assign(direction="inbound", channel="phone", out_of_hours=False)}


@pytest.fixture
def judged(tmp_path):
    """Judge decisions from calls; `why` is left out, as a split is not what is asked here."""

    def of(tables, *decisions, period=LAST, team=None):
        project = from_mapping({"decision": list(decisions)}, tmp_path)
        names = dict.fromkeys(name for each in project.decisions for name in each.kpis)
        kpis = [project.kpi(name) for name in names]
        history = measure(tables, project, kpis=list(names), team=team, today=date(2026, 11, 20))
        found = weeks(tables, project, kpis, history, team=team, today=date(2026, 11, 20), apart=True)
        made = effects(found, project, project.decisions, period=period, team=team, why=lambda *_: ())
        rows = with_effects(compare(history, project, (), period=period), history, made, period, team)
        return made, rows[rows["against"] == "decision"]

    return of


def decided(team="Nord", day=DAY, kpis=("answer_rate",)):
    """Write a decision as the project file has it."""
    return {"date": day, "title": "More advisers", "kpis": list(kpis)} | ({"team": team} if team else {})


@pytest.fixture(scope="module")
def nord_rose():
    """Nord answers 80 % until 1 March and 86 % since; the others 80 % throughout."""
    return calls(lambda team, day: 0.86 if team == "Nord" and day >= DAY else 0.80)


def test_a_decision_that_worked_is_found_with_its_size(judged, nord_rose):
    """Six points: within the interval, alone and against the other teams; such a jump never happened before."""
    (found,), _ = judged(nord_rose, decided())
    assert (found.state, found.why, found.better, found.team) == ("changed_with", None, True, "Nord")
    assert found.size.low < 0.06 < found.size.high
    assert found.comparison.low < 0.06 < found.comparison.high
    assert found.compared_with == ("Est", "Sud")
    assert found.p < 0.001
    assert found.placebo <= 0.2
    assert (found.n_before, found.n_after) == (26, 26)
    assert (found.before, found.after) == pytest.approx((0.80, 0.86), abs=0.01)
    assert not found.before_too


def test_a_course_that_was_under_way_before_is_said_to_be(judged):
    """Nord gains 16 points little by little over 14 months: what moved since the decision had moved before it."""
    whole = (LAST.end - FIRST).days
    rising = calls(lambda team, day: 0.72 + 0.16 * (team == "Nord") * (day - FIRST).days / whole)
    (found,), _ = judged(rising, decided())
    assert found.state in ("changed_with", "changed_since")
    assert found.before_too


def test_a_decision_without_effect_shows_none(judged, nord_rose):
    """Sud stayed where it was: nothing is shown, neither for better nor for worse."""
    (found,), _ = judged(nord_rose, decided("Sud"))
    assert (found.state, found.better) == ("none_shown", None)
    assert found.size.low < 0 < found.size.high


def test_what_every_team_did_is_not_laid_to_one_teams_decision(judged):
    """All three rise by six points that day: Nord's decision cannot be the reason."""
    (found,), _ = judged(calls(lambda _, day: 0.86 if day >= DAY else 0.80), decided())
    assert (found.state, found.why) == ("changed_since", "others_too")
    assert found.comparison.low < 0 < found.comparison.high


def test_a_move_for_the_worse_is_no_effect_and_is_said_to_be_for_the_worse(judged):
    """The decision was to raise it, and it fell: no effect in the declared direction, and better is False."""
    (found,), _ = judged(calls(lambda team, day: 0.74 if team == "Nord" and day >= DAY else 0.80), decided())
    assert (found.state, found.better) == ("none_shown", False)
    assert found.size.high < 0


@pytest.mark.parametrize(
    ("day", "state", "why"),
    [
        (date(2026, 10, 1), "too_early", "too_few_after"),
        (date(2025, 11, 3), "not_measured", "too_few_before"),
    ],
)
def test_too_few_weeks_on_either_side_are_no_verdict(judged, nord_rose, day, state, why):
    """Four weeks since, or nine before: nothing is said but that."""
    (found,), _ = judged(nord_rose, decided(day=day))
    assert (found.state, found.why, found.better) == (state, why, None)


def test_several_kpis_of_one_decision_are_held_to_a_stricter_level(judged, nord_rose):
    """Holm: the smaller of two p-values is doubled, and the waits, which did not move, show no effect."""
    (alone,), _ = judged(nord_rose, decided())
    (rate, wait), _ = judged(nord_rose, decided(kpis=("answer_rate", "wait_time")))
    assert rate.p == pytest.approx(2 * alone.p)
    assert (rate.state, wait.state) == ("changed_with", "none_shown")


def test_a_decision_of_the_whole_service_has_nobody_to_be_compared_with(judged):
    """All three teams rise by six points that day: that is what it was to do."""
    (found,), rows = judged(calls(lambda _, day: 0.86 if day >= DAY else 0.80), decided(None))
    assert (found.state, found.comparison, found.team) == ("changed_with", None, None)
    (row,) = rows.to_dict("records")
    assert (row["against"], row["reference_id"], row["verdict"]) == ("decision", "2026-03-02", "above")
    assert (row["why"], row["difference"]) == ("changed_with", pytest.approx(found.size.value))


def test_the_picture_runs_on_the_limits_of_the_weeks_before(judged, nord_rose):
    """Those before the decision lie within them, most of those after it above their mean."""
    (found,), _ = judged(nord_rose, decided())
    picture = found.baseline
    before = [v for p, v in zip(picture.periods, picture.values, strict=True) if p.end < DAY]
    after = [v for p, v in zip(picture.periods, picture.values, strict=True) if p.start >= DAY]
    assert picture.lower < picture.mean < picture.upper
    assert picture.mean == pytest.approx(np.mean(before))
    assert all(picture.lower <= value <= picture.upper for value in before)
    assert sum(value > picture.mean for value in after) >= len(after) - 2


def test_what_came_after_the_reported_period_is_not_looked_at(judged, nord_rose):
    """In April, a month after the decision, it is too early; by October it is not."""
    (found,), _ = judged(nord_rose, decided(), period=Period.parse("2026-03"))
    assert (found.state, found.n_after) == ("too_early", 4)
