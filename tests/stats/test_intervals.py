"""The closed-form intervals agree with other tools, hold their value, and shrink with the sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpitools.stats.intervals import (
    Estimate,
    byar_interval,
    count_interval,
    critical_value,
    difference,
    exact_proportion,
    nps_interval,
    nps_standard_error,
    scale_interval,
    student,
    wilson,
)

LEVELS = [(0.95, "95_0cl"), (0.998, "99_8cl")]
COUNTS = st.integers(0, 400)


def column(rows, name):
    """Read a column of numbers, an empty one as NaN."""
    return np.array([float(row[name] or "nan") for row in rows])


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_wilson_is_that_of_phe(known, level, suffix):
    """Wilson's bounds are those of PHEindicatormethods to 1e-12, missing where a count is missing."""
    rows = known("phe_wilson_proportion_expected.csv")
    low, high = wilson(column(rows, "Numerator"), column(rows, "Denominator"), level)
    scale = column(rows, "multiplier")
    np.testing.assert_allclose(low, column(rows, f"lower{suffix}") / scale, atol=1e-12, rtol=0)
    np.testing.assert_allclose(high, column(rows, f"upper{suffix}") / scale, atol=1e-12, rtol=0)


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_count_intervals_are_those_of_phe(known, level, suffix):
    """Exact under 10 events and Byar from 10 on, as PHEindicatormethods prints rates, to 1e-9."""
    rows = known("phe_rate_byars_exact_expected.csv")
    events, scale = column(rows, "Numerator"), column(rows, "multiplier") / column(rows, "Denominator")
    exact, byar = count_interval(events, level), byar_interval(events, level)
    low, high = (np.where(events < 10, e, b) * scale for e, b in zip(exact, byar, strict=True))
    np.testing.assert_allclose(low, column(rows, f"lower{suffix}"), rtol=1e-9)
    np.testing.assert_allclose(high, column(rows, f"upper{suffix}"), rtol=1e-9)


def test_exact_and_byar_say_nearly_the_same():
    """From 10 events on, two methods for a count differ by less than 2 % of the half-width."""
    events = np.array([10.0, 30, 100, 1000])
    exact, byar = count_interval(events), byar_interval(events)
    half = (exact.high - exact.low) / 2
    assert np.all(np.abs(exact.low - byar.low) < 0.02 * half)
    assert np.all(np.abs(exact.high - byar.high) < 0.02 * half)


def test_no_event_still_has_an_upper_bound():
    """Nothing seen bounds the mean by -ln(0.025) = 3.6889: exp(-3.6889) = 0.025."""
    low, high = count_interval(0)
    assert low == 0
    assert high == pytest.approx(-np.log(0.025))
    assert byar_interval(0).low == 0


@pytest.mark.parametrize("hits", [0, 1, 37, 99, 100])
def test_exact_proportion_is_scipys(hits):
    """The exact interval of a share is that of scipy's binomial test."""
    expected = stats.binomtest(hits, 100).proportion_ci(method="exact")
    np.testing.assert_allclose(exact_proportion(hits, 100), (expected.low, expected.high), atol=1e-12)


def test_no_contact_no_interval():
    """A share of nothing has no interval, and does not stop the others."""
    low, high = wilson([0, 5], [0, 10])
    assert np.isnan([low[0], high[0], exact_proportion(0, 0).low]).all()
    assert low[1] < 0.5 < high[1]


def test_more_hits_than_contacts_are_refused():
    """Counts that cannot be are a mistake of the caller."""
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(11, 10)
    with pytest.raises(ValueError, match="confidence level"):
        wilson(1, 10, level=95)


@given(n=st.integers(1, 5000), data=st.data())
def test_wilson_holds_its_share_within_0_and_1(n, data):
    """Wilson's interval holds the observed share, stays within 0 and 1, and is exact at both ends."""
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == n)


@given(n=st.integers(2, 2000), data=st.data())
def test_wilson_mirrors_and_narrows(n, data):
    """Misses have the mirrored interval; ten times the contacts, a lower level or many days narrow it."""
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    np.testing.assert_allclose(wilson(n - hits, n), (1 - high, 1 - low), atol=1e-12)
    for narrower in (wilson(10 * hits, 10 * n), wilson(hits, n, 0.9)):
        assert narrower.high - narrower.low < high - low
    wider = wilson(hits, n, df=4)
    assert wider.high - wider.low > high - low


@given(n=st.integers(1, 500), data=st.data())
def test_one_more_hit_moves_both_bounds_up(n, data):
    """Wilson's bounds grow with the hits."""
    hits = data.draw(st.integers(0, n - 1))
    fewer, more = wilson(hits, n), wilson(hits + 1, n)
    assert more.low > fewer.low
    assert more.high > fewer.high


@pytest.mark.parametrize(("level", "suffix"), LEVELS)
def test_student_is_that_of_phe(known, level, suffix):
    """Student's interval of a mean is that of PHEindicatormethods to 1e-9."""
    values = known("phe_mean_ci_input.csv")
    for row in known("phe_mean_ci_expected.csv"):
        sample = column([v for v in values if row["area"] in (v["area"], "No grouping")], "values")
        low, high = student(sample.mean(), sample.std(ddof=1), sample.size, level)
        assert low == pytest.approx(float(row[f"lower{suffix}"]), rel=1e-9)
        assert high == pytest.approx(float(row[f"upper{suffix}"]), rel=1e-9)


def test_one_value_has_no_spread():
    """Student's interval needs two values."""
    assert np.isnan(student(5.0, 0.0, 1)).all()


def test_an_unknown_df_means_the_normal_quantile():
    """NaN degrees of freedom give 1.96, 4 give Student's 2.776 (any printed t table)."""
    assert critical_value(0.95, [np.nan, 4]).round(3).tolist() == [1.96, 2.776]


def test_nps_standard_error_is_that_of_the_r_package(known):
    """The plain standard error is that of the R package NPS to 1e-12, 0 where all answer alike."""
    rows = known("nps_se_wald_one_sample.csv")
    error = nps_standard_error(column(rows, "promoters"), column(rows, "passives"), column(rows, "detractors"))
    np.testing.assert_allclose(error, column(rows, "se"), atol=1e-12, rtol=0)


def test_difference_of_two_nps_is_that_of_the_r_package(known):
    """With plain Wald bounds on both sides, the difference has the R package's interval."""
    z = critical_value(0.95)
    for row in known("nps_two_sample_wald.csv"):
        sides = []
        for side in "xy":
            d, m, p = (float(row[f"{kind}{side}"]) for kind in "dpq")
            score, half = (p - d) / (p + m + d), z * nps_standard_error(p, m, d)
            sides.append(Estimate(score, score - half, score + half))
        higher, lower = sorted(sides, key=lambda estimate: -estimate.value)
        expected = [float(row[key]) for key in ("abs_delta", "low", "high")]
        np.testing.assert_allclose(difference(higher, lower), expected, atol=1e-12, rtol=0)


@given(p=COUNTS, m=COUNTS, d=COUNTS)
def test_nps_interval_holds_the_score_and_mirrors(p, m, d):
    """The interval holds the score, stays within -1 and 1, has a width, and mirrors with the answers."""
    low, high = nps_interval(p, m, d)
    if p + m + d == 0:
        assert np.isnan([low, high]).all()
        return
    assert -1 <= low <= (p - d) / (p + m + d) <= high <= 1
    assert high > low
    np.testing.assert_allclose(nps_interval(d, m, p), (-high, -low), atol=1e-12)
    wider = nps_interval(p, m, d, deff=2.0)
    assert wider.high - wider.low > (high - low) - 1e-12 or high - low > 1


def test_nps_interval_by_hand():
    """57.5 % promoters and 12.5 % detractors of 1000: 0.4491 +- 1.96 x 0.02231, worked out by hand."""
    low, high = nps_interval(575, 300, 125)
    # (576 - 126) / 1002 = 0.449102; variance 702/1002 - 0.449102^2 = 0.498906; root of it / 1002 = 0.022314
    assert low == pytest.approx(0.449102 - 1.959964 * 0.022314, abs=2e-6)
    assert high == pytest.approx(0.449102 + 1.959964 * 0.022314, abs=2e-6)


@pytest.mark.parametrize("shares", [(0.01, 0.02, 0.05, 0.12, 0.8), (0.05, 0.05, 0.2, 0.4, 0.3)])
def test_coverage_of_answers_on_a_scale(shares):
    """Of 30 answers from 1 to 5 the 95 % bounds hold the mean in 94 % of 4000 samples; each 90 % bound misses 5 %.

    Three standard errors are 1.1 points of 94 %, 1.0 of 5 %. Student's covers 90 % where four in five give a 5.
    """
    answers = np.random.default_rng(3).choice(np.arange(1.0, 6), p=shares, size=(4000, 30))
    truth, sums = np.dot(shares, np.arange(1, 6)), (answers.sum(axis=1), (answers**2).sum(axis=1))
    low, high = scale_interval(30, *sums, (1, 5), df=29)
    assert np.mean((low <= truth) & (truth <= high)) > 0.94 - 0.011
    low, high = scale_interval(30, *sums, (1, 5), 0.90, df=29)
    assert max(np.mean(low > truth), np.mean(high < truth)) < 0.05 + 0.01


def test_newcombes_difference():
    """56/70 - 48/80 has the interval 0.0524 to 0.3339 (Newcombe 1998, table II, case a, method 10)."""
    first, second = (Estimate(x / n, *wilson(x, n)) for x, n in ((56, 70), (48, 80)))
    np.testing.assert_allclose(difference(first, second), (0.2, 0.0524, 0.3339), atol=5e-5)


@given(x=st.integers(0, 50), y=st.integers(0, 80))
def test_a_difference_turns_round(x, y):
    """First - second is the mirror of second - first, and a thing does not differ from itself."""
    first, second = Estimate(x / 50, *wilson(x, 50)), Estimate(y / 80, *wilson(y, 80))
    value, low, high = difference(first, second)
    np.testing.assert_allclose(difference(second, first), (-value, -high, -low), atol=1e-12)
    assert low <= value <= high
    same = difference(first, first)
    assert same.low <= 0 <= same.high
