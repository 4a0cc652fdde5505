"""Means of few skewed values and percentiles are bounded honestly, or not at all."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from kpitools.stats.cells import Cells
from kpitools.stats.days import share_effect
from kpitools.stats.durations import (
    HARDLY,
    LOG_NORMAL,
    Skewed,
    mean_needs,
    quantile_ranks,
)
from kpitools.stats.intervals import student

RNG = np.random.default_rng(7)


def mixed(part, times, size=50_000):
    """Draw log-normal values of log-spread 0.6, a part of them so many times as long."""
    return RNG.lognormal(0, 0.6, size) * np.where(RNG.random(size) < part, times, 1.0)


@pytest.mark.parametrize(
    ("history", "least"),
    [
        (RNG.lognormal(5, 0.5, 50_000), 15),
        (RNG.lognormal(5, 0.95, 50_000), 15),
        (RNG.lognormal(5, 1.2, 50_000), 30),
        (RNG.lognormal(5, 1.45, 50_000), 30),
        (RNG.lognormal(5, 1.9, 50_000), 60),
        (RNG.lognormal(5, 0.5, 199), 60),
        ([], 60),
        (1 + RNG.pareto(3, 50_000), 30),
        (mixed(0.1, 10), 60),
        (mixed(0.05, 10), 120),
        (mixed(0.02, 20), 240),
        (mixed(0.005, 40), 960),
    ],
)
def test_when_a_mean_may_have_an_interval(history, least):
    """From 15, 30 or 60 values on by the spread, 60 where it is unknown; and so many that some long ones are there."""
    assert mean_needs(history) == least


def test_a_mean_without_its_long_values_has_no_interval():
    """One call in fifty lasts twenty times as long: of 60 values the interval held 80 %, of as many as asked for 93 %.

    Three standard errors are 3 x sqrt(0.93 x 0.07 / 4000) = 1.2 points.
    """
    truth, held = np.exp(0.18) * (0.98 + 0.02 * 20), {}
    for n in (60, mean_needs(mixed(0.02, 20))):
        values = np.sort(mixed(0.02, 20, (4000, n)), axis=1)
        _, low, high = Skewed.of(values.ravel(), n * np.arange(4001)).interval()
        held[n] = np.mean((low <= truth) & (truth <= high))
    few, enough = held.values()
    assert few < 0.8
    assert enough > 0.93 - 0.012


def one(values, level=0.95, **days):
    """Give the mean of one cell with its interval, as three numbers."""
    return [float(x[0]) for x in Skewed.of(np.sort(values), [0, len(values)]).interval(level, **days)]


def test_log_normal_values_have_coxs_interval():
    """Values spaced like log-normal ones: exp(m + v/2 +- t sqrt(v/n + v^2 / (2 (n - 1)))), worked out apart.

    The error above is cut by 4.5 / root of 25 to 0.2 times (the least is 0.2): t is that of 99.5 %.
    """
    n = 25
    logs = 5 + 0.8 * stats.norm.ppf((np.arange(1, n + 1) - 0.5) / n)
    v, t = logs.var(ddof=1), stats.t.ppf([0.025, 0.995], n - 1)
    reach = t * np.sqrt(v / n + v**2 / (2 * (n - 1)))
    value, low, high = one(np.exp(logs))
    assert value == pytest.approx(np.exp(logs).mean())
    np.testing.assert_allclose((low, high), np.exp(logs.mean() + v / 2 + reach))


def test_other_values_have_halls_interval():
    """A bound of Hall's interval lies where his cubic of the t statistic is the quantile: 98 % below, 99.6 % above."""
    values = np.sort(np.random.default_rng(5).exponential(100, 60))  # skewed to the left in the logs
    value, low, high = one(values)
    n, s, g = 60, values.std(ddof=1), stats.skew(values)
    above = 0.025 * 0.4 * (1 - 4.5 / np.sqrt(60))
    for bound, p in ((low, 0.98), (high, above)):
        t = (value - bound) * np.sqrt(n) / s
        cubic = t + g * t**2 / (3 * np.sqrt(n)) + g**2 * t**3 / (27 * n) + g / (6 * np.sqrt(n))
        assert cubic == pytest.approx(stats.t.ppf(p, n - 1))


def test_shapiro_and_francias_null_point():
    """Of normal logs three quarters look so, whatever their number, all but 1 % hardly; of exponential values fewer."""
    rng = np.random.default_rng(8)
    for n in (15, 60, 400):
        x = np.sort(rng.lognormal(0, 1, (2000, n)), axis=1)
        y = np.sort(rng.exponential(1, (2000, n)), axis=1)
        usual, other = (Skewed.of(v.ravel(), n * np.arange(2001)).bent for v in (x, y))
        assert (usual < LOG_NORMAL).mean() == pytest.approx(0.75, abs=0.04)  # four standard errors
        assert (usual < HARDLY).mean() == pytest.approx(0.99, abs=0.01)
        assert (other < LOG_NORMAL).mean() < 0.55


def test_the_interval_leans_the_way_the_values_do():
    """Of values skewed to the right the bound above is farther from the mean than the one below."""
    value, low, high = one(np.random.default_rng(1).lognormal(5, 0.8, 40))
    assert low < value < high
    assert high - value > 1.3 * (value - low)


def test_symmetric_values_have_students_at_its_level():
    """Two methods agree: for 200 normal values far from 0, Hall's and Cox's lie about Student's at 95 to 98 %."""
    values = np.random.default_rng(9).normal(300, 40, 200)
    _, low, high = one(values)
    inner, outer = (student(values.mean(), values.std(ddof=1), 200, level) for level in (0.94, 0.99))
    assert outer.low < low < inner.low
    assert inner.high < high < outer.high


@settings(max_examples=30)
@example(341.72902749592197, [1, 1, 1])
@given(st.floats(0.01, 1000), st.lists(st.integers(0, 5000), min_size=3, max_size=40))
def test_the_interval_follows_the_unit(factor, values):
    """Minutes have the bounds of seconds divided by 60; the interval holds the mean; a zero does no harm."""
    plain, scaled = one(np.array(values, float)), one(np.array(values, float) * factor)
    np.testing.assert_allclose(scaled, np.array(plain) * factor, rtol=1e-6)
    assert np.isnan(plain[1]) == (min(values) == max(values))
    assert np.isnan(plain[1]) or plain[1] <= plain[0] <= plain[2]


def test_cells_do_not_disturb_each_other():
    """Each cell has the interval that it has alone, an empty one among them."""
    rng = np.random.default_rng(6)
    cells = [np.sort(rng.lognormal(0, 1, n)) for n in (30, 0, 3, 80)]
    found = Skewed.of(np.concatenate(cells), np.cumsum([0, *map(len, cells)])).interval()
    for at in (0, 2, 3):
        np.testing.assert_allclose([x[at] for x in found], one(cells[at]))
    assert np.isnan([x[1] for x in found]).all()


def test_unlike_days_widen_the_interval():
    """A design effect of 4 doubles the distance of both of Hall's bounds; few days widen it too."""
    values = np.concatenate([[0.0], np.random.default_rng(3).lognormal(0, 1, 29)])  # a zero: no log-normal values
    plain, wide, few = one(values), one(values, deff=4.0), one(values, df=4.0)
    assert wide[2] - wide[0] == pytest.approx(2 * (plain[2] - plain[0]))
    assert few[2] > plain[2]


@pytest.mark.parametrize("values", [[], [5.0], [60.0] * 20, [1.0, 2.0]])
def test_no_spread_no_bounds(values):
    """Nothing, one value, two or like values have no bounds."""
    assert np.isnan(one(values)[1:]).all()


@pytest.mark.parametrize(("n", "log_sd"), [(15, 1.0), (30, 1.5), (200, 1.5)])
def test_coverage_of_a_skewed_mean(n, log_sd):
    """Log-normal values: the 95 % bounds hold the mean in 93 % of 4000 samples or more, Student's in 3 points fewer.

    Three standard errors are 3 x sqrt(0.93 x 0.07 / 4000) = 1.2 points.
    """
    rng = np.random.default_rng(17)
    values = np.sort(rng.lognormal(0, log_sd, (4000, n)), axis=1)
    truth = np.exp(log_sd**2 / 2)
    _, low, high = Skewed.of(values.ravel(), n * np.arange(4001)).interval()
    plain = student(values.mean(axis=1), values.std(axis=1, ddof=1), n)
    held = np.mean((low <= truth) & (truth <= high))
    assert held > 0.93 - 0.012
    assert held > np.mean((plain.low <= truth) & (truth <= plain.high)) + 0.03


def bounds(values, p, level=0.95, **days):
    """Give the bounds of a percentile of some values; NaN where one does not exist."""
    padded = np.concatenate([[np.nan], np.sort(np.asarray(values, dtype=float)), [np.nan]])
    low, high = quantile_ranks(len(values), p, level, **days)
    return padded[int(low)], padded[int(high)]


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=120),
    st.sampled_from([0.1, 0.5, 0.8, 0.9, 0.99]),
    st.sampled_from([0.9, 0.95]),
)
def test_quantile_bounds_are_scipys(values, p, level):
    """The bounds of a percentile are those of scipy's quantile test, missing where its are."""
    low, high = bounds(values, p, level)
    expected = stats.quantile_test(values, p=p).confidence_interval(level)
    np.testing.assert_array_equal([low, high], [expected.low, expected.high])


def test_p90_needs_36_values_for_an_upper_bound():
    """0.9^35 = 0.0250 is just above 0.025 and 0.9^36 = 0.0225 below: 35 values have no upper bound, 36 have."""
    assert np.isnan(bounds(np.arange(35), 0.9)[1])
    assert bounds(np.arange(36), 0.9)[1] == 35


def test_the_middle_of_ten_by_the_table():
    """The 95 % bounds of a median of 10 are the 2nd and the 9th value (any printed table)."""
    low, high = quantile_ranks([10, 5], 0.5)
    assert (low[0], high[0]) == (2, 9)
    assert (low[1], high[1]) == (0, 6)
    assert np.isnan(bounds([], 0.5)).all()


def test_four_times_the_values_for_the_same_bounds():
    """A design effect of 4 gives 400 values the places of 100, 40 and 61 by the table, stretched by 401/101."""
    low, high = quantile_ranks(400, 0.5, deff=4)
    assert (int(low), int(high)) == (int(40 * 401 / 101), int(61 * 401 / 101) + 1)
    assert np.isnan(bounds(np.arange(100), 0.9, deff=3)[1])


@pytest.mark.parametrize(("days", "least"), [(20, 0.95), (5, 0.93)])
def test_coverage_of_a_percentile_where_days_differ(days, least):
    """With days that move by 30 %, the 95 % bounds of a median hold it, the plain ones in 40 to 65 % of 600 periods.

    Three standard errors are 3 x sqrt(0.95 x 0.05 / 600) = 2.7 points.
    """
    rng = np.random.default_rng(31)
    one, held, plain = Cells.of(np.zeros(days), [0], [0]), 0, 0
    for _ in range(600):
        waits = rng.lognormal(0, 1, (days, 100)) * rng.lognormal(0, 0.3, (days, 1))
        effect = share_effect((waits <= np.median(waits)).sum(axis=1), np.full(days, 100), one)
        low, high = bounds(waits.ravel(), 0.5, deff=effect.deff[0], df=effect.df[0])
        held += low <= 1 <= high
        low, high = bounds(waits.ravel(), 0.5)
        plain += low <= 1 <= high
    assert held / 600 > least - 0.027
    assert plain / 600 < 0.7
