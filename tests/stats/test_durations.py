"""Means of few skewed values and percentiles are bounded honestly, or not at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kpitools.stats.cells import Cells
from kpitools.stats.days import share_effect
from kpitools.stats.durations import bootstrap_t, mean_allowed, quantile_interval, quantile_ranks
from kpitools.stats.intervals import student


@pytest.mark.parametrize(
    ("log_sd", "tail", "least"),
    [
        (0.5, None, 15),
        (1.0, 20.0, 15),
        (1.2, None, 30),
        (1.5, None, 30),
        (1.6, None, 60),
        (None, None, 30),
        (0.8, 25.0, 60),
    ],
)
def test_when_a_mean_may_have_an_interval(log_sd, tail, least):
    """From 15, 30 or 60 values on, by the history's spread; an unknown one counts as 1.5, a heavy tail asks for 60."""
    allowed = mean_allowed(np.arange(1, 100), log_sd, tail)
    assert np.flatnonzero(allowed)[0] + 1 == least
    assert allowed[least - 1 :].all()


def test_the_bootstrap_repeats_itself():
    """The same values and seed give the same bounds; another seed nearly the same."""
    values = np.random.default_rng(1).lognormal(5, 0.8, 40)
    first, again, other = bootstrap_t(values, seed=4), bootstrap_t(values, seed=4), bootstrap_t(values, seed=5)
    assert first == again
    assert other.high == pytest.approx(first.high, rel=0.1)


def test_the_bootstrap_leans_the_way_the_values_do():
    """Of values skewed to the right the bound above is farther from the mean than the one below."""
    value, low, high = bootstrap_t(np.random.default_rng(1).lognormal(5, 0.8, 40))
    assert low < value < high
    assert high - value > 1.3 * (value - low)


def test_the_bootstrap_of_symmetric_values_is_students():
    """Two methods agree: for 200 normal values, run at its plain level, it is Student's interval."""
    values = np.random.default_rng(9).normal(300, 40, 200)
    _, low, high = bootstrap_t(values, log_sd=0.2)
    expected = student(values.mean(), values.std(ddof=1), 200)
    np.testing.assert_allclose((low, high), expected, atol=0.1 * float(expected.high - expected.low))


@settings(max_examples=20)
@given(st.floats(0.01, 1000), st.integers(0, 2**32 - 1))
def test_the_bootstrap_follows_the_unit(factor, seed):
    """Minutes have the bounds of seconds divided by 60."""
    values = np.random.default_rng(3).lognormal(0, 1, 20)
    plain, scaled = (
        bootstrap_t(values, seed=seed, resamples=199),
        bootstrap_t(values * factor, seed=seed, resamples=199),
    )
    np.testing.assert_allclose(scaled, np.array(plain) * factor, rtol=1e-9)


def test_unlike_days_widen_the_bootstrap():
    """A design effect of 4 doubles the distance of both bounds."""
    values = np.random.default_rng(3).lognormal(0, 1, 30)
    plain, wide = bootstrap_t(values), bootstrap_t(values, deff=4)
    assert wide.high - wide.value == pytest.approx(2 * (plain.high - plain.value))


@pytest.mark.parametrize("values", [[], [5.0], [60.0] * 20])
def test_no_spread_no_bounds(values):
    """Nothing, one value or like values have no bounds."""
    assert np.isnan(bootstrap_t(values)[1:]).all()


def test_coverage_of_a_skewed_mean():
    """30 values with a log-spread of 1: the 95 % bounds hold the mean in 95 % of 500 samples, Student's in fewer.

    Three standard errors are 3 x sqrt(0.95 x 0.05 / 500) = 2.9 points.
    """
    rng = np.random.default_rng(17)
    truth, hits, plain = np.exp(0.5), 0, 0
    for seed in range(500):
        values = rng.lognormal(0, 1, 30)
        _, low, high = bootstrap_t(values, seed=seed, resamples=999)
        student_low, student_high = student(values.mean(), values.std(ddof=1), 30)
        hits += low <= truth <= high
        plain += student_low <= truth <= student_high
    assert hits / 500 > 0.95 - 0.029
    assert hits > plain


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=120),
    st.sampled_from([0.1, 0.5, 0.8, 0.9, 0.99]),
    st.sampled_from([0.9, 0.95]),
)
def test_quantile_bounds_are_scipys(values, p, level):
    """The bounds of a percentile are those of scipy's quantile test, missing where its are, and hold the value."""
    found = quantile_interval(values, p, level)
    expected = stats.quantile_test(values, p=p).confidence_interval(level)
    value = np.quantile(values, p)
    assert found.value == value
    np.testing.assert_array_equal(found.low, np.minimum(expected.low, value))
    np.testing.assert_array_equal(found.high, np.maximum(expected.high, value))


def test_p90_needs_36_values_for_an_upper_bound():
    """0.9^35 = 0.0250 is just above 0.025 and 0.9^36 = 0.0225 below: 35 values have no upper bound, 36 have."""
    assert np.isnan(quantile_interval(np.arange(35), 0.9).high)
    assert quantile_interval(np.arange(36), 0.9).high == 35


def test_the_middle_of_ten_by_the_table():
    """The 95 % bounds of a median of 10 are the 2nd and the 9th value (any printed table)."""
    low, high = quantile_ranks([10, 5], 0.5)
    assert (low[0], high[0]) == (2, 9)
    assert (low[1], high[1]) == (0, 6)
    assert np.isnan(quantile_interval([], 0.5).value)


def test_four_times_the_values_for_the_same_bounds():
    """A design effect of 4 gives 400 values the places of 100, 40 and 61 by the table, stretched by 401/101."""
    low, high = quantile_ranks(400, 0.5, deff=4)
    assert (int(low), int(high)) == (int(40 * 401 / 101), int(61 * 401 / 101) + 1)
    assert np.isnan(quantile_interval(np.arange(100), 0.9, deff=3).high)


def test_coverage_of_a_percentile_where_days_differ():
    """With days that move by 30 %, the 95 % bounds of a median hold it in 95 % of 400 months, the plain ones in 60 %.

    Three standard errors are 3 x sqrt(0.95 x 0.05 / 400) = 3.3 points.
    """
    rng = np.random.default_rng(31)
    month, held, plain = Cells.of(np.zeros(20), [0], [0]), 0, 0
    for _ in range(400):
        waits = rng.lognormal(0, 1, (20, 100)) * rng.lognormal(0, 0.3, (20, 1))
        effect = share_effect((waits <= np.median(waits)).sum(axis=1), np.full(20, 100), month)
        wide, narrow = (quantile_interval(waits.ravel(), 0.5, deff=d) for d in (effect.deff[0], 1.0))
        held += wide.low <= 1 <= wide.high
        plain += narrow.low <= 1 <= narrow.high
    assert held / 400 > 0.95 - 0.033
    assert plain / 400 < 0.7
