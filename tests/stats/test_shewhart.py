"""Control charts of shares, rates and counts are those of qicharts2; a floor keeps them no narrower than p or u."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.stats.shewhart import chart

KINDS = {"pp": "p'", "up": "u'", "ip": "i'"}


def column(rows, name):
    """Read a column of numbers, NA as NaN."""
    return np.array([float("nan" if row[name] == "NA" else row[name]) for row in rows])


def test_charts_are_the_peers(known):
    """Every row of every chart has the peer's value, centre, limits (1e-9) and signal, frozen and excluded ones too."""
    charts = {}
    for row in known("qicharts2_control_charts_rows.csv"):
        charts.setdefault((row["case"], row["part"]), []).append(row)
    assert len(charts) >= 10
    for name, rows in charts.items():
        base = [row["include"] == "TRUE" and row["baseline"] == "TRUE" for row in rows]
        kind = KINDS.get(rows[0]["chart"], rows[0]["chart"])
        n = column(rows, "n")
        found = chart(kind, column(rows, "y.sum"), None if np.isnan(n).all() else n, base=base)
        scale = 50 if "mult50" in name[0] else 1  # the peer prints this one per 50
        for ours, theirs in ((found.values, "y"), (found.centre, "cl"), (found.lower, "lcl"), (found.upper, "ucl")):
            np.testing.assert_allclose(scale * ours, column(rows, theirs), rtol=1e-9, err_msg=f"{name} {theirs}")
        used = [row["include"] == "TRUE" for row in rows]
        assert found.outside[used].tolist() == [r["sigma.signal"] == "TRUE" for r in rows if r["include"] == "TRUE"]


@pytest.mark.parametrize(("kind", "plain"), [("p'", "p"), ("u'", "u")])
def test_laney_by_hand(kind, plain):
    """40, 60, 40, 60 of 100: neighbours differ by 0.2, that is 4 deviations of p, so sigma_z is 4 / 1.128."""
    hits, n = [40, 60, 40, 60], [100] * 4
    found, narrow = chart(kind, hits, n), chart(plain, hits, n)
    spread = np.sqrt(0.25 / 100) if plain == "p" else np.sqrt(0.5 / 100)
    assert found.sigma_z == pytest.approx(0.2 / spread / 1.128)
    assert found.upper[0] == pytest.approx(min(0.5 + 3 * found.sigma_z * spread, 1.0 if plain == "p" else np.inf))
    assert found.upper[0] > narrow.upper[0]


def test_more_contacts_make_a_p_chart_cry_wolf():
    """Days of 20,000 contacts that move by 2 points: most lie outside the limits of p, none outside those of p'."""
    rng = np.random.default_rng(5)
    n = np.full(24, 20_000)
    hits = rng.binomial(n, rng.normal(0.8, 0.02, 24))
    assert chart("p", hits, n).outside.mean() > 0.5
    assert not chart("p'", hits, n).outside.any()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=30))
def test_a_floor_keeps_the_limits_of_p(days):
    """With a floor of 1, p' is never narrower than p; all limits lie between 0 and 1 around the share."""
    hits, n = (np.array(x) for x in zip(*((h, h + m) for h, m in days), strict=True))
    plain, floored = chart("p", hits, n), chart("p'", hits, n, floor=1.0)
    assert np.all(floored.upper >= plain.upper - 1e-12)
    assert np.all(floored.lower <= plain.lower + 1e-12)
    for found in (plain, floored, chart("p'", hits, n)):
        assert np.all((found.lower >= 0) & (found.lower <= found.centre) & (found.upper <= 1))


def test_without_a_floor_days_that_agree_narrow_the_limits():
    """As the peer has it: days more alike than chance give p' narrower limits than p."""
    hits, n = [80, 81, 80, 79, 80, 81], [100] * 6
    assert chart("p'", hits, n).upper[0] < chart("p", hits, n).upper[0]
    assert chart("p'", hits, n, floor=1.0).upper[0] == pytest.approx(chart("p", hits, n).upper[0])


@pytest.mark.parametrize("kind", ["i", "c", "mr", "t", "p", "p'", "u", "u'", "i'"])
def test_a_gap_is_no_point(kind):
    """A missing value is outside nothing, and every other point keeps finite limits."""
    n = np.full(14, 60.0)
    y = np.array([30, 28, 33, 31, np.nan, 29, 30, 32, 27, 30, 31, 33, 28, 30.0])
    found = chart(kind, y, n)
    assert not found.outside[4]
    known = np.ones(14, dtype=bool)
    assert np.isfinite(found.upper[known]).all()
    assert np.isfinite(found.centre[known]).all()


def test_i_prime_of_like_denominators_is_the_i_chart():
    """With the same n everywhere I' has the centre of I; its d2 is 2 / sqrt(pi) = 1.12838 and not 1.128."""
    y = np.random.default_rng(2).normal(300, 20, 30)
    weighted, plain = chart("i'", y, np.full(30, 7.0)), chart("i", y)
    np.testing.assert_allclose(weighted.centre, plain.centre)
    half = (plain.upper - plain.centre) * 1.128 / (2 / np.sqrt(np.pi))
    np.testing.assert_allclose(weighted.upper - weighted.centre, half)


def test_a_constant_series_has_its_limits_at_its_value():
    """A share that never moves: I and p' have limits at it, and nothing is outside."""
    for value, found in (
        (0.97, chart("i", [0.97] * 20)),
        (0.97, chart("p'", [97] * 20, [100] * 20)),
        (1.0, chart("p'", [100] * 20, [100] * 20)),
    ):
        np.testing.assert_allclose((found.lower, found.upper), value)
        assert not found.outside.any()


def test_one_outlier_is_screened_from_the_moving_ranges():
    """One value of 90 among fifties widens the limits less when its moving ranges are left out."""
    y = [50, 51, 49, 50, 52, 48, 50, 90, 51, 49, 50, 50, 51, 49, 50, 51]
    wide, narrow = chart("i", y), chart("i", y, screen=True)
    assert narrow.upper[0] < wide.upper[0]
    assert narrow.outside[7]


def test_what_cannot_be_charted_is_refused():
    """A share without denominators, and a time of 0 between events, are mistakes of the caller."""
    with pytest.raises(ValueError, match="denominators"):
        chart("p", [1, 2])
    with pytest.raises(ValueError, match="above 0"):
        chart("t", [3, 0, 5])
