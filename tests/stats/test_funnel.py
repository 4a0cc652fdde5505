"""A funnel marks the unit that is unlike the others, no more of like ones than it says, and draws few cases in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpitools.stats.funnel import (
    INNER,
    OUTER,
    benjamini_hochberg,
    between_units,
    funnel,
    poisson_limits,
    shrunk,
    winsorise,
)


def test_poisson_limits_are_the_peers(known):
    """The limits of observed over expected events of FunnelPlotR, to 1e-7."""
    for row in known("funnelplotr_poisson_limits.csv"):
        for level, name in ((0.95, "95"), (0.998, "998")):
            low, high = poisson_limits(float(row["number_seq"]), level)
            assert (low, high) == pytest.approx((float(row[f"ll{name}"]), float(row[f"ul{name}"])), rel=1e-7)


def test_overdispersion_of_the_peer_by_hand():
    """Values of z of -2 to 2: phi 1.424 and tau2 0.78 as FunnelPlotR reckons, so limits are 1.33 times as wide."""
    found = funnel([-2, -1, 0, 1, 2.0], np.ones(5), as_peer=True)
    # quantiles .1 and .9 of five values: -1.6 and 1.6; phi = (2 x 2.56 + 2) / 5
    assert found.phi == pytest.approx(1.424)
    # tau2 = (5 x 1.424 - 4) / (5 - 1)
    assert found.tau2 == pytest.approx(0.78)
    np.testing.assert_allclose(found.inner, 1.959964 * np.sqrt(1.78), rtol=1e-6)
    np.testing.assert_allclose(found.outer, 3.090232 * np.sqrt(1.78), rtol=1e-6)
    assert between_units(0.7, np.ones(5)) == 0


def test_winsorising_is_by_interpolated_quantiles():
    """Of 0 to 10 the outermost tenth on each side is drawn in to 1 and 9."""
    assert winsorise(np.arange(11.0)).tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]


def test_under_five_units_none_is_estimated():
    """Four units: phi, tau2 and the shrunk values are not known, and the limits are those of chance."""
    found = funnel([3.0, -3, 2, -2], np.ones(4))
    assert (found.phi, found.tau2) == (None, None)
    np.testing.assert_allclose(found.inner, 1.959964, rtol=1e-6)
    assert found.beyond.tolist() == [1, -1, 1, -1]
    assert np.isnan(shrunk([3.0, -3, 2, -2], np.ones(4))).all()


def test_a_unit_without_cases_takes_no_part():
    """Whose error is unknown or 0 has no limits and no place, and the others are judged without it."""
    with_, without = funnel([9, 1, -1, 0, 4, 1], [np.nan, 1, 1, 1, 1, 1]), funnel([1, -1, 0, 4, 1], np.ones(5))
    assert np.isnan(with_.inner[0])
    assert with_.beyond[0] == 0
    assert with_.tau2 == without.tau2
    np.testing.assert_allclose(with_.outer[1:], without.outer)


def test_an_outlier_does_not_hide_itself():
    """One unit 8 errors out among 19 like ones is beyond the outer limit, none of the others is."""
    rng = np.random.default_rng(4)
    found = funnel(np.append(rng.normal(0, 1, 19), 8.0), np.ones(20))
    assert found.beyond[-1] == 2
    assert np.abs(found.beyond[:-1]).max() < 2


@pytest.mark.parametrize(("spread", "as_peer", "inner", "outer"), [(0, False, 0.05, 0.003), (1, False, 0.055, 0.007)])
def test_false_marks_among_like_units(spread, as_peer, inner, outer):
    """Of 20 units that differ by chance, or by a variance as large, about 5 % lie beyond the inner limit.

    1500 funnels of 20; three standard errors are 0.4 points of 5 %, and 0.1 of 0.5 %.
    """
    marks = false_marks(spread, as_peer=as_peer)
    assert np.mean(marks >= 1) < inner + 0.004
    assert np.mean(marks >= 2) < outer + 0.001


def false_marks(spread, *, as_peer):
    """Draw funnels of 20 units of unlike size and give how far each lies out."""
    rng = np.random.default_rng(11)
    sizes = rng.uniform(0.5, 2.0, (1500, 20))
    return np.array([np.abs(funnel(rng.normal(0, np.hypot(e, spread)), e, as_peer=as_peer).beyond) for e in sizes])


def test_the_peer_marks_too_many():
    """Where units truly differ, FunnelPlotR's limits leave 8 % or more of 20 like units out instead of 5 %."""
    assert np.mean(false_marks(2, as_peer=True) >= 1) > 0.08


def test_shrinking_beats_the_raw_values():
    """Of units that truly differ by 1, values with errors of 2 are nearer the truth once shrunk."""
    rng = np.random.default_rng(9)
    truth = rng.normal(0, 1, (300, 30))
    seen = truth + rng.normal(0, 2, truth.shape)
    drawn = np.array([shrunk(each, np.full(30, 2.0)) for each in seen])
    assert np.mean((drawn - truth) ** 2) < 0.4 * np.mean((seen - truth) ** 2)


@given(st.lists(st.floats(-50, 50), min_size=5, max_size=30), st.floats(0.1, 20))
def test_shrinking_keeps_the_order_and_the_middle(values, error):
    """Units of like size keep their order and their mean, and none lands farther from the mean than it was."""
    found = shrunk(values, np.full(len(values), error))
    assert np.all(np.diff(found[np.argsort(values)]) >= -1e-9)
    assert np.mean(found) == pytest.approx(np.mean(values), abs=1e-9)
    assert np.all(np.abs(found - np.mean(values)) <= np.abs(np.array(values) - np.mean(values)) + 1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_are_scipys(p):
    """Benjamini and Hochberg's adjusted values are those of scipy; a missing one changes nothing."""
    expected = stats.false_discovery_control(p)
    np.testing.assert_allclose(benjamini_hochberg(p), expected)
    np.testing.assert_allclose(benjamini_hochberg([*p, np.nan])[:-1], expected)


def test_the_two_limits_are_the_fields():
    """The limits are those that public health prints: 95 and 99.8 %."""
    assert (INNER, OUTER) == (0.95, 0.998)
