"""Units with unlike work are held against what their own cases let expect."""

import numpy as np
import pytest

from kpitools.stats.casemix import standardise


def laid_out(rows):
    """Turn rows of (unit, cell, day, n, hits) into what `standardise` takes."""
    unit, cell, day, n, hits = (np.array(x) for x in zip(*rows, strict=True))
    return standardise(unit, cell, day, n=n, total=hits, squares=hits)


def test_expected_by_hand():
    """Phone 80 of 100 in all, chat 60 of 100: a unit with 75 calls and 25 chats is expected to show 75 %."""
    found = laid_out([(0, 0, 0, 75, 63), (1, 0, 0, 25, 17), (0, 1, 0, 25, 15), (1, 1, 0, 75, 45)])
    np.testing.assert_allclose(found.expected, [0.75, 0.65])
    np.testing.assert_allclose(found.value, [0.78, 0.62])
    np.testing.assert_allclose(found.difference, [0.03, -0.03])
    assert found.whole == 0.7
    # own part of the whole taken off: 75 x .16 x (1 - .75) + 25 x .24 x (1 - .25), over 100 squared
    np.testing.assert_allclose(found.error**2, (75 * 0.16 * 0.25 + 25 * 0.24 * 0.75) / 1e4)
    np.testing.assert_allclose(found.alone**2, [(75 * 0.16 + 25 * 0.24) / 1e4, (25 * 0.16 + 75 * 0.24) / 1e4])


def test_a_difference_of_mix_alone_is_none():
    """Two units that serve each channel alike, with unlike mixes: as measured 10 points apart, adjusted not at all."""
    found = laid_out([(0, 0, 0, 80, 72), (0, 1, 0, 20, 14), (1, 0, 0, 30, 27), (1, 1, 0, 70, 49)])
    assert found.value[0] - found.value[1] == pytest.approx(0.1)
    np.testing.assert_allclose(found.difference, 0, atol=1e-12)


def test_a_unit_alone_with_its_kind_cannot_be_compared():
    """Where no other unit has such cases there is nothing to hold it against; differences of all sum to nothing."""
    found = laid_out([(0, 0, 0, 50, 40), (1, 1, 0, 60, 30), (2, 1, 0, 40, 30)])
    assert np.isnan(found.error[0])
    assert np.isfinite(found.error[1:]).all()
    assert float(found.difference @ found.n) == pytest.approx(0)


def test_days_that_all_share_cost_nothing():
    """Weekdays on which every unit does worse leave the errors as they are; days of one unit's own widen them."""
    rng = np.random.default_rng(3)
    rows = [(u, 0, d, 100) for u in range(5) for d in range(20)]
    shared, own = rng.normal(0, 0.08, 20), rng.normal(0, 0.08, (5, 20))
    binomial = np.sqrt(0.16 / 2000 * 0.8)

    def mean_error(shift):
        made = [(u, c, d, n, rng.binomial(n, np.clip(0.8 + shift(u, d), 0, 1))) for u, c, d, n in rows]
        return float(laid_out(made).error.mean())

    assert mean_error(lambda _, d: shared[d]) < 1.25 * binomial
    assert mean_error(lambda u, d: own[u, d]) > 1.7 * binomial


@pytest.mark.parametrize("sd", [0.0, 0.05])
def test_false_marks_among_like_units(sd):
    """Six like units with unlike mixes and sizes, days moving by 0 or 5 points: 5 % lie beyond 1.96 errors.

    400 draws of six: three standard errors are 1.3 points.
    """
    rng = np.random.default_rng(17)
    levels, z = np.array([0.85, 0.7]), []
    for _ in range(400):
        size = rng.integers(5, 60, (6, 2))
        unit, cell, day = (x.ravel() for x in np.meshgrid(range(6), range(2), range(20), indexing="ij"))
        moved = np.clip(levels[cell] + sd * rng.normal(size=(6, 20))[unit, day], 0.01, 0.99)
        n = rng.poisson(size[unit, cell])
        hits = rng.binomial(n, moved)
        found = standardise(unit, cell, day, n=n, total=hits, squares=hits)
        z.append(found.difference / found.error)
    assert np.mean(np.abs(z) > 1.96) < 0.05 + 0.013
