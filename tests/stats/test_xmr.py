"""XmR charts reckon as NHSRplotthedots does where asked to, and do better where it fails."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.stats.rules import assurance, meaning, shifts, signals, trends, two_of_three
from kpitools.stats.xmr import outside_usual, xmr

PEER = "nhs-plotthedots"
BETTER = {"increase": "higher", "decrease": "lower", "neutral": None}
LABELS = {
    "": "Common Cause",
    "above_upper": "Above UCL",
    "below_lower": "Below LCL",
    "rising": "7 Point Trend (Increasing)",
    "falling": "7 Point Trend (Decreasing)",
    "two_of_three_above": "2 in 3 Above CL",
    "two_of_three_below": "2 in 3 Below CL",
    "shift_above": "7 Points Above CL",
    "shift_below": "7 Points Below CL",
}
POINT_TYPES = {
    "improvement": "special_cause_improvement",
    "concern": "special_cause_concern",
    "neutral_high": "special_cause_neutral_high",
    "neutral_low": "special_cause_neutral_low",
    "common": "common_cause",
}


def facets(cases):
    """Take each facet of each case for a series of its own."""
    for case in cases:
        for facet in {row["f"]: None for row in case["rows"]}:
            yield case, facet, [row for row in case["rows"] if row["f"] == facet]


def numbers(rows, key):
    """Read a column, null as NaN."""
    return np.array([np.nan if row[key] is None else row[key] for row in rows], dtype=float)


def as_the_peer(case, rows):
    """Chart a series with the options of its case."""
    options, group = case["options"], [row["rebase_group"] for row in rows]
    return xmr(
        numbers(rows, "y"),
        mode=PEER,
        screen=options["screen_outliers"],
        fix=options["fix_after_n_points"],
        restart=[i for i in range(1, len(group)) if group[i] != group[i - 1]],
    )


def test_limits_and_points_are_the_peers(known):
    """Every point of every case has the peer's mean, limits (1e-9), label, meaning and short-group mark."""
    seen = 0
    for case, _, rows in facets(known("xmr_cases.json")["cases"]):
        chart, better = as_the_peer(case, rows), BETTER[case["options"]["improvement_direction"]]
        for ours, theirs in ((chart.mean, "mean_col"), (chart.lower, "lpl"), (chart.upper, "upl")):
            np.testing.assert_allclose(ours, numbers(rows, theirs), rtol=1e-9, err_msg=case["case"])
        found = signals(chart)
        assert [LABELS[s] for s in found] == [row["special_cause_type"] for row in rows], case["case"]
        assert [POINT_TYPES[meaning(s, better)] for s in found] == [row["point_type"] for row in rows]
        assert chart.side.tolist() == [row["relative_to_mean"] for row in rows]
        assert chart.outside.tolist() == [bool(row["outside_limits"]) for row in rows]
        assert chart.near.tolist() == [bool(row["close_to_limits"]) for row in rows]
        assert chart.trial.tolist() == [row["short_group_warning"] for row in rows]
        seen += len(rows)
    assert seen >= 394


def test_assurance_is_the_peers(known):
    """Whether a target is met always, never or now and then is as the peer says, facet by facet."""
    expected = {(row["case"], row["f"]): row["assurance_type"] for row in known("xmr_nhsrplotthedots_assurance.csv")}
    for case, facet, rows in facets(known("xmr_cases.json")["cases"]):
        chart, options = as_the_peer(case, rows), case["options"]
        found = assurance(
            chart.lower[-1], chart.upper[-1], rows[-1]["target"], BETTER[options["improvement_direction"]]
        )
        assert (found or "NA") == expected[case["case"], facet], case["case"]


def test_assurance_rule(known):
    """The peer's own cases of the assurance rule hold."""
    for case in known("xmr_rule_unit_tests.json")["assurance"]:
        better = BETTER[case["direction"]]
        limits = zip(case.get("lpl", [1] * 3), case.get("upl", [2] * 3), case["out"], strict=True)
        for low, high, expected in limits:
            assert assurance(low, high, case.get("target", 1.5), better) == expected


def window_ends(flags, width):
    """Tell from a peer's list of window ends which points the windows cover."""
    covered = np.zeros(len(flags), dtype=bool)
    for end in np.flatnonzero(flags):
        covered[end - width + 1 : end + 1] = True
    return covered.tolist()


def test_rules_of_seven(known):
    """The peer's own cases of the shift and trend rules hold, trends by direction."""
    cases = known("xmr_rule_unit_tests.json")
    for case in cases["seven_point_one_side_mean"]:
        assert shifts(case["in"]).tolist() == window_ends(case["out"], 7)
    for case in cases["seven_point_trend"]:
        out = np.array(case["out"])
        for as_peer in (True, False):
            rising, falling = trends(case["in"], as_peer=as_peer)
            assert rising.tolist() == window_ends(out == 1, 7)
            assert falling.tolist() == window_ends(out == -1, 7)


def test_rule_of_two_in_three(known):
    """The peer's own cases of the 2-of-3 rule hold."""
    for case in known("xmr_rule_unit_tests.json")["two_in_three"]:
        expected = case.get("part", [0] * len(case["side"]))
        assert two_of_three(case["side"], case["close"]).astype(int).tolist() == expected


def test_printed_limits(known):
    """The limits that the peer's vignette prints to two decimals, screened and not."""
    for case in known("xmr_rule_unit_tests.json")["limits_printed"]:
        chart = xmr(case["y"], mode=PEER, screen=case["screen"])
        found = [round(float(a[0]), 2) for a in (chart.upper, chart.mean, chart.lower)]
        assert found == [case["upl"], case["mean"], case["lpl"]]


def test_i_chart_of_qicharts2(known):
    """The I chart of qicharts2, its limits frozen after 20 points, to 1e-9."""
    rows = [r for r in known("qicharts2_control_charts_rows.csv") if r["case"] == "montgomery_ex6.5_i_freeze20"]
    chart = xmr([float(r["y"]) for r in rows], mode="qicharts2", fix=20)
    for ours, theirs in ((chart.mean, "cl"), (chart.lower, "lcl"), (chart.upper, "ucl")):
        np.testing.assert_allclose(ours, [float(r[theirs]) for r in rows], rtol=1e-9)
    assert chart.outside.tolist() == [r["sigma.signal"] == "TRUE" for r in rows]


@pytest.mark.parametrize("scale", ["linear", "log", "sqrt"])
@pytest.mark.parametrize("value", [0.1, 1.0, 0.97])
def test_a_constant_series_has_its_limits_at_its_mean(value, scale):
    """A KPI that never moves has limits at its value, no signal, and any move is outside; the peer has no limits."""
    chart = xmr([value] * 20, scale=scale)
    for line in (chart.mean, chart.lower, chart.upper):
        np.testing.assert_allclose(line, value, rtol=1e-15)
    assert set(signals(chart)) == {""}
    moved = xmr([value] * 20 + [value * 1.01], scale=scale, fix=20)
    assert signals(moved)[-1] == "above_upper"
    assert np.isnan(xmr([value] * 20, mode=PEER).lower).all()


def test_a_gap_is_not_a_point():
    """A missing value has no signal and no moving range on either side, and the rules step over it."""
    chart = xmr([5, 0, 9, 2, 8, 1, 9, 4, 1, 2, 3, 4, np.nan, 5, 6, 7])
    found = signals(chart)
    assert np.isnan(chart.moving_range[[0, 12, 13]]).all()
    assert chart.moving_range[14] == 1
    assert found[12] == ""
    assert found[8] == found[15] == "rising"
    assert signals(xmr(chart.values, mode=PEER))[8] != "rising"


def test_a_rise_before_a_tie_is_called_a_rise():
    """The last point of a rise that another rise follows after a tie is rising; the peer calls it falling."""
    values = [1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13]
    assert trends(values)[0].all()
    assert trends(values, as_peer=True)[1].tolist() == [i == 6 for i in range(14)]


def test_limits_stay_within_what_the_kpi_can_be():
    """Limits of a share end at 0 and 1, and clipping them changes no signal."""
    values = [0.99, 0.90, 0.97, 1.0, 0.93, 0.99, 0.91, 1.0, 0.96, 0.99, 0.92, 1.0, 0.98]
    free, held = xmr(values), xmr(values, bounds=(0, 1))
    assert free.upper[0] > 1
    assert held.upper[0] == 1
    assert held.lower[0] == free.lower[0]
    assert signals(free) == signals(held)


def test_log_scale_is_the_chart_of_the_logs():
    """On the log scale limits are those of the logs, scaled back, and never below 0."""
    values = np.array([12.0, 30, 18, 90, 25, 40, 11, 60, 22, 35, 15, 28])
    logs, chart = xmr(np.log(values)), xmr(values, scale="log")
    np.testing.assert_allclose(chart.lower, np.exp(logs.lower))
    np.testing.assert_allclose(chart.upper, np.exp(logs.upper))
    assert chart.lower.min() > 0


def test_what_cannot_be_charted_is_refused():
    """A 0 has no logarithm, a negative count no root, and one point no limits."""
    with pytest.raises(ValueError, match="log scale"):
        xmr([1.0, 0.0, 2.0], scale="log")
    with pytest.raises(ValueError, match="sqrt scale"):
        xmr([1.0, -1.0], scale="sqrt")
    with pytest.raises(ValueError, match="at least 2"):
        xmr([1.0, 2.0], fix=1)


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, np.nan], [1.0, np.nan, 2.0]])
def test_too_few_points_have_no_limits(values):
    """Without two neighbouring points there are no limits and no signals, and no error."""
    for mode in ("kpitools", PEER):
        chart = xmr(values, mode=mode)
        assert np.isnan(chart.lower).all()
        assert signals(chart) == [""] * len(values)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60), st.integers(1, 9), st.integers(-500, 500))
def test_units_change_nothing(values, factor, shift):
    """Another unit or origin scales the limits and leaves every signal as it was; upside down turns it round."""
    series = np.array(values, dtype=float)
    chart, other = xmr(series), xmr(series * factor * 2.0**5 + shift * 2.0**8)
    np.testing.assert_allclose(other.upper, chart.upper * factor * 2.0**5 + shift * 2.0**8, atol=1e-6)
    flipped = xmr(-series)
    np.testing.assert_allclose(flipped.lower, -chart.upper, atol=1e-9)
    assert (flipped.outside == chart.outside).all()


def test_the_newest_point_is_judged_by_the_earlier_ones():
    """Of 12 points around 10 the limits are worked out by hand: mean 10, every range 2, so 10 +- 5.32."""
    history = [9, 11] * 6
    usual = outside_usual(history, 15.4)
    assert (usual.low, usual.high, usual.position) == (pytest.approx(4.68), pytest.approx(15.32), "above")
    assert outside_usual(history, 15.3).position == "within"
    assert outside_usual(history, 4.6).position == "below"
    assert outside_usual(history[:11], 99) is None
    assert outside_usual([*history[:11], np.nan], 99) is None
    assert outside_usual(history, np.nan) is None


@pytest.mark.parametrize("scale", ["linear", "log", "sqrt"])
def test_a_value_that_never_moves_is_usual(scale):
    """After twelve times 0.97 another 0.97 is usual on every scale, and 0.98 is not."""
    assert outside_usual([0.97] * 12, 0.97, scale=scale).position == "within"
    assert outside_usual([0.97] * 12, 0.98, scale=scale).position == "above"
