"""The effect of a decision: the test, its direction, the placebo and what is too early to say."""

import numpy as np
import pytest
from scipy import stats

from kpitools.stats.autoregression import whitened
from kpitools.stats.effect import Effect, effect, level, placebo
from kpitools.stats.mixture import Mixture

NOISE = np.random.default_rng(7).standard_normal(36)
AFTER = np.arange(36) >= 24
WORKED = NOISE + 2 * AFTER


def test_without_autocorrelation_it_is_students_t():
    """At an autocorrelation known to be 0 the statistic is that of the pooled two-sample t test."""
    white = whitened(np.arange(36), np.array([0.0]), AFTER.astype(float)[:, None])
    _, mean, scale = level(WORKED[None], white)
    assert mean / scale == pytest.approx(stats.ttest_ind(WORKED[24:], WORKED[:24]).statistic)


def test_with_autocorrelation_it_is_generalised_least_squares():
    """At a known autocorrelation, size and error are those of the covariance's inverse, with a gap in the dates."""
    times, rho = np.delete(np.arange(37), 10), 0.5
    columns = np.column_stack([np.ones(36), AFTER])
    inverse = np.linalg.inv(rho ** np.abs(np.subtract.outer(times, times)))
    spread = np.linalg.inv(columns.T @ inverse @ columns)
    fitted = spread @ columns.T @ inverse @ WORKED
    off = WORKED - columns @ fitted
    _, mean, scale = level(WORKED[None], whitened(times, np.array([rho]), columns[:, 1:]))
    assert mean.item() == pytest.approx(fitted[1])
    assert scale.item() == pytest.approx(np.sqrt(off @ inverse @ off / 34 * spread[1, 1]))


def test_a_clear_effect_is_shown_with_its_size():
    """Two standard deviations from the decision on, in the declared direction: changed with it, by 1 to 3."""
    found = effect(WORKED, 24, "higher")
    assert (found.state, found.before, found.after) == ("changed_with", 24, 12)
    assert found.p < 0.01
    assert found.size_low < 2 < found.size_high


def test_the_wrong_direction_is_no_effect():
    """A level that moved against the declared direction shows none; undeclared, both directions count."""
    found, either = effect(WORKED, 24, "lower"), effect(WORKED, 24, None)
    up = effect(WORKED, 24, "higher")
    assert found.state == "none_shown"
    assert found.p == pytest.approx(1 - up.p)
    assert either.p == pytest.approx(2 * up.p)
    assert effect(-WORKED, 24, "lower").size == pytest.approx(-up.size)


def test_jumps_that_happened_before_are_said():
    """A rise that was under way long before is no work of the decision, however small its p."""
    found = effect(np.linspace(0, 3, 36) + np.random.default_rng(0).standard_normal(36), 24, "higher")
    assert found.p < 0.05
    assert found.placebo > 0.2
    assert found.state == "changed_since"


def test_the_placebo_by_hand():
    """Thirteen points 0..12 squared, then six at 200: of the two earlier dates, none jumps as far as the decision."""
    series = np.append(np.arange(13.0) ** 2, [200.0] * 6)[None]
    jump = [series[0, at : at + 6].mean() - series[0, at - 6 : at].mean() for at in (6, 7, 13)]
    assert jump == pytest.approx([66.0, 78.0, 641 / 6])
    assert placebo(series, 13, "higher") == pytest.approx(0.0)
    assert placebo(series, 13, "lower") == pytest.approx(1.0)
    assert placebo(np.where(series == 200, 170, series), 13, None) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [(11, 12, "too_few_before"), (12, 5, "too_early"), (3, 2, "too_few_before"), (12, 6, "none_shown")],
)
def test_too_few_points(before, after, state):
    """Under twelve before or six after nothing is said; missing ones do not count."""
    series = np.tile([1.0, 2.0], before + after)[: before + after]
    found = effect(np.insert(series, before, [np.nan] * 4), before, "higher")
    assert (found.state, found.before, found.after) == (state, before, after)


def test_no_variation_is_no_effect():
    """A series that never moves shows nothing; one that moves with the decision only is as clear as can be."""
    assert effect([4.0] * 36, 24, "higher") == Effect("constant", 24, 12)
    assert effect(np.arange(72) % 7, 56, "higher", season=7) == Effect("constant", 56, 16)
    clear = effect(np.where(AFTER, 6.0, 5.0), 24, "higher")
    assert (clear.state, clear.size) == ("changed_with", pytest.approx(1.0))


def test_a_yearly_wave_is_no_effect():
    """A decision before the busy season seems to have moved the level until the season is taken out."""
    wave = -4 * np.sin(np.arange(30) * 2 * np.pi / 12) + 0.3 * NOISE[:30]
    assert effect(wave, 18, "higher", season=12).p > 0.05
    assert effect(wave + 3 * (np.arange(30) >= 18), 18, "higher", season=12).size == pytest.approx(3, abs=0.7)


def test_infinite_values_are_refused():
    """An infinite value is an error, not a large effect."""
    with pytest.raises(ValueError, match="infinite"):
        effect([1.0] * 30 + [np.inf] * 6, 24, "higher")


def test_a_mixture_of_one_is_students_t():
    """One distribution alone has the quantiles and probabilities of scipy's t."""
    one, peer = Mixture(np.array([1.0]), np.array([3.0]), np.array([2.0]), 9), stats.t(9, 3, 2)
    assert one.estimate() == pytest.approx((3.0, *peer.interval(0.95)))
    assert one.below(4.2) == pytest.approx(peer.cdf(4.2))


def test_a_mixture_of_two_leaves_out_as_much_on_either_side():
    """The interval of two distributions far apart has a fortieth of their average on either side."""
    both = Mixture(np.array([0.3, 0.7]), np.array([-5.0, 5.0]), np.array([1.0, 2.0]), 20)
    found = both.estimate()
    assert found.value == pytest.approx(2.0)
    average = [0.3 * stats.t.cdf(x, 20, -5, 1) + 0.7 * stats.t.cdf(x, 20, 5, 2) for x in (found.low, found.high)]
    assert average == pytest.approx([0.025, 0.975])
