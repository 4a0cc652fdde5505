"""The numbers of `measure` against numpy, and what must hold for any rows."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpitools.catalogue import find
from kpitools.measure import measure, tally
from kpitools.stats.intervals import nps_interval, wilson

FEW = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator", "excluded"]


def contacts(seed, count=300, days=65):
    """Make contacts of random days, teams, outcomes and durations."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "date": [date(2026, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, days, count)],
        "team": rng.choice(["Nord", "Sud", "Est"], count), "channel": rng.choice(["phone", "chat"], count),
        "request_type": "billing", "direction": rng.choice(["inbound", "outbound"], count, p=[0.9, 0.1]),
        "outcome": rng.choice(["answered", "abandoned"], count, p=[0.8, 0.2]), "out_of_hours": rng.random(count) < 0.1,
        "wait_s": rng.lognormal(3, 1, count).round(1),
    })  # fmt: skip
    table["talk_s"] = np.where(table["outcome"] == "answered", rng.lognormal(5, 0.5, count).round(1), np.nan)
    table["handle_s"] = table["talk_s"] + 30
    return table


@FEW
@given(st.integers(0, 10_000))
def test_the_order_of_rows_and_a_further_column_change_nothing(project_of, seed):
    """Shuffled rows, and rows with an empty column more, give the same measurements."""
    table = contacts(seed)
    usual = measure({"contacts": table}, project_of(), by=["team"])
    shuffled = table.sample(frac=1, random_state=seed).assign(note=None, hold_s=np.nan)
    pd.testing.assert_frame_equal(measure({"contacts": shuffled}, project_of(), by=["team"]), usual, rtol=1e-9)


@FEW
@given(st.integers(0, 10_000))
def test_the_whole_is_the_sum_of_its_parts(project_of, seed):
    """Counts, numerators and denominators of the teams add up to those of all; so do those of the channels."""
    tables, additive = {"contacts": contacts(seed)}, ["n", "numerator", "denominator", "excluded"]
    kpis = ["volume", "answer_rate", "service_level", "talk_time", "handle_time"]
    whole = measure(tables, project_of(), kpis=kpis).set_index(["kpi", "period"])[additive]
    for key in ("team", "channel"):
        parts = measure(tables, project_of(), kpis=kpis, by=[key]).groupby(["kpi", "period"])[additive].sum()
        pd.testing.assert_frame_equal(parts.sort_index(), whole.fillna(0).sort_index(), rtol=1e-12)


@FEW
@given(st.integers(0, 10_000))
def test_days_add_up_to_the_weeks_and_months_that_hold_them(project_of, seed):
    """A week's and a month's calls are those of their days: no day is counted twice, lost or moved."""
    tables = {"contacts": contacts(seed)}
    days = measure(tables, project_of(), kpis=["answer_rate"], every="day")
    starts = pd.to_datetime(days["start"])
    forms = {
        "week": starts.dt.strftime("%G-W%V"),
        "month": starts.dt.strftime("%Y-%m"),
        "year": starts.dt.strftime("%Y"),
    }
    for every, form in forms.items():
        found = measure(tables, project_of(), kpis=["answer_rate"], every=every).set_index("period")
        summed = days.groupby(form)[["numerator", "denominator"]].sum()
        pd.testing.assert_frame_equal(found[["numerator", "denominator"]], summed, check_names=False)


@FEW
@given(st.integers(0, 10_000))
def test_an_interval_holds_its_value_and_the_narrower_level_lies_within(project_of, seed):
    """Low <= value <= high, and the 90 % interval lies in the 95 % one, wherever there is one."""
    found = measure({"contacts": contacts(seed)}, project_of(), by=["team"]).dropna(subset=["low", "high"])
    assert ((found["low"] <= found["value"]) & (found["value"] <= found["high"])).all()
    narrow = found.dropna(subset=["low_90", "high_90"])
    assert ((narrow["low"] <= narrow["low_90"]) & (narrow["high_90"] <= narrow["high"])).all()


def test_quantiles_are_numpys(project_of):
    """Median and p90 of each month are numpy's linear quantiles of the waits that count."""
    table = contacts(7, 3000)
    used = table.query("direction == 'inbound' and channel == 'phone' and outcome == 'answered' and not out_of_hours")
    months = used.groupby(pd.to_datetime(used["date"]).dt.strftime("%Y-%m"))["wait_s"]
    found = measure({"contacts": table}, project_of(), kpis=["wait_time"]).set_index(["statistic", "period"])["value"]
    for statistic, p in (("median", 0.5), ("p90", 0.9)):
        np.testing.assert_allclose(found[statistic], months.quantile(p))


def test_a_single_day_has_the_plain_intervals(one):
    """With one day there are no days to differ: Wilson's, and the adjusted Wald of an NPS."""
    share = one("answer_rate", "contacts", {"times": 80}, {"outcome": "abandoned", "times": 20}).loc["share"]
    assert (share["low"], share["high"]) == pytest.approx(tuple(map(float, wilson(80, 100))))
    score = one("nps", "surveys", {"times": 60}, {"score": 3.0, "times": 30}, {"score": 8.0, "times": 10}).loc["score"]
    assert (score["low"], score["high"]) == pytest.approx(tuple(100 * float(b) for b in nps_interval(60, 10, 30)))
    assert score["value"] == pytest.approx(30)


def test_scores_have_the_interval_of_their_scale(one):
    """Of 5, 4, 4, 2 and 5 on 1 to 5, with a made-up 1 and 5: 26/7 +- 2.776 x root of 2.204/7, cut off at 5."""
    scores = [5.0, 4.0, 4.0, 2.0, 5.0]
    rows = [{"kind": "csat", "scale_min": 1.0, "scale_max": 5.0, "score": score} for score in scores]
    found = one("csat", "surveys", *rows).loc["mean"]
    assert found["value"] == 4
    assert (found["low"], found["high"]) == pytest.approx((26 / 7 - 2.776445 * np.sqrt(2.204082 / 7), 5), rel=1e-6)


def test_like_scores_have_an_interval_too(one):
    """Ten times a 5 is no proof that all would give one: the interval reaches below 5, and ends there."""
    rows = [{"kind": "csat", "scale_min": 1.0, "scale_max": 5.0, "score": 5.0, "times": 10}]
    found = one("csat", "surveys", *rows).loc["mean"]
    assert found["low"] < 4.6
    assert found["high"] == 5


@pytest.mark.parametrize(("count", "bounded"), [(20, False), (59, False), (60, True), (199, True)])
def test_few_skewed_values_have_an_interval_only_from_sixty_on(one, count, bounded):
    """Where the history is too short to say how skewed waits are, fewer than 60 have no interval, and say so."""
    waits = np.random.default_rng(count).lognormal(3, 1, count)
    found = one("wait_time", "contacts", *[{"wait_s": float(wait)} for wait in waits]).loc["mean"]
    assert (not np.isnan(found["low"])) == bounded
    assert (found["reason"] == "too_few") != bounded
    assert found["value"] == pytest.approx(waits.mean())


def test_a_skewed_mean_of_few_values_is_bounded_lopsidedly(one):
    """The interval reaches further up than down, as skewed values do; Student's t would not."""
    waits = np.random.default_rng(1).lognormal(3, 1, 60)
    found = one("wait_time", "contacts", *[{"wait_s": float(wait)} for wait in waits]).loc["mean"]
    assert found["high"] - found["value"] > found["value"] - found["low"] > 0


def test_no_duration_is_said_to_lie_under_zero(one):
    """Two days that differ widely give a wide interval; it ends at zero."""
    days = [{"date": date(2026, 3, n), "wait_s": float(s), "times": 40} for n, s in ((1, 1), (2, 9), (3, 5000))]
    assert one("wait_time", "contacts", *days).loc["mean"]["low"] == 0


def test_a_percentile_beyond_the_sample_has_no_bound(one):
    """The p90 of 10 waits has no upper bound, and the row says that there is none."""
    found = one("wait_time", "contacts", *[{"wait_s": float(n)} for n in range(10)]).loc["p90"]
    assert np.isnan(found["high"])
    assert found["reason"] == "no_bound"
    assert found["value"] == pytest.approx(8.1)


def test_days_that_differ_widen_the_interval(rows_of, project_of):
    """Days of 100 % and of 60 % in turn give a wider interval than the same calls at 80 % every day."""

    def width(shares):
        rows = [
            {"date": date(2026, 3, 1) + timedelta(days=n), "outcome": outcome, "times": times}
            for n, share in enumerate(shares)
            for outcome, times in (("answered", share), ("abandoned", 50 - share))
        ]
        found = measure({"contacts": rows_of("contacts", *rows)}, project_of(), kpis=["answer_rate"]).iloc[0]
        return found["value"], found["high"] - found["low"]

    steady, shaky = width([40] * 30), width([50, 30] * 15)
    assert steady[0] == shaky[0] == pytest.approx(0.8)
    assert shaky[1] > 2 * steady[1]


def test_a_tally_by_month_is_that_by_day_added_up():
    """The monthly tally has the sums of the daily one."""
    kpis = [find("answer_rate"), find("wait_time")]
    days, months = (tally(contacts(3), kpis, ["team"], every=every) for every in ("day", "month"))
    days["date"] = days["date"].dt.to_period("M").dt.to_timestamp()
    added = days.groupby(["date", "team"], as_index=False).sum()
    pd.testing.assert_frame_equal(months.astype({"date": added["date"].dtype}), added, rtol=1e-12)
