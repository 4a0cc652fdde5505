"""Laws of holding one estimate against another, or against a band."""

from math import isnan, nan

from hypothesis import given
from hypothesis import strategies as st

from kpitools.findings.reference import Measured, against_band, against_estimate
from kpitools.stats.band import Band
from kpitools.stats.intervals import wilson


@st.composite
def shares(draw):
    """A share of up to 5,000 with Wilson's intervals."""
    n = draw(st.integers(1, 5000))
    hits = draw(st.integers(0, n))
    wide, narrow = (tuple(map(float, wilson(hits, n, level))) for level in (0.95, 0.90))
    return Measured(hits / n, wide, narrow, n)


bands = st.one_of(
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: Band(min(pair), max(pair))),
    st.floats(0, 1).map(lambda bound: Band(bound, None)),
    st.floats(0, 1).map(lambda bound: Band(None, bound)),
)


@given(shares(), shares())
def test_a_verdict_never_contradicts_its_interval(now, before):
    """Above means that the whole interval of the difference is above zero, below that it is below."""
    held = against_estimate(now, before)
    places = {"above": held.difference_low > 0, "below": held.difference_high < 0}
    assert places.get(held.verdict, held.difference_low <= 0 <= held.difference_high)
    assert held.difference_low <= held.difference <= held.difference_high


@given(shares(), shares())
def test_swapping_the_periods_mirrors_the_verdict(now, before):
    """If October is above September, September is below October, by as much."""
    there, back = against_estimate(now, before), against_estimate(before, now)
    mirror = {"above": "below", "below": "above", "undetermined": "undetermined"}
    assert back.verdict == mirror[there.verdict]
    assert (back.difference, back.difference_low, back.difference_high) == (
        -there.difference, -there.difference_high, -there.difference_low,
    )  # fmt: skip


@given(shares(), bands)
def test_a_band_verdict_never_contradicts_the_interval(now, band):
    """Outside needs the whole 95 % interval outside; inside is never said of a value beyond a bound."""
    held = against_band(now, band)
    low, high = now.interval95
    if held.verdict == "below":
        assert high < band.low
    elif held.verdict == "above":
        assert low > band.high
    elif held.verdict == "inside":
        assert (band.low or 0) <= now.value <= (1 if band.high is None else band.high)
    else:
        assert held.verdict == "undetermined"
        assert held.why in {"not_below", "not_above", "no_information"}


@given(shares(), bands)
def test_more_data_are_asked_for_only_where_they_are_needed(now, band):
    """A verdict that stands needs no further observation; an open one needs at least one, or nothing would help."""
    held = against_band(now, band)
    assert isnan(held.needed_n) or (held.verdict == "undetermined" and held.needed_n >= 1)


@given(shares(), bands)
def test_the_distance_is_zero_within_and_keeps_its_sign_outside(now, band):
    """Below a band the distance is negative, above it positive, and a threshold is measured from on both sides."""
    held = against_band(now, band)
    if band.low is not None and now.value < band.low:
        assert held.difference == now.value - band.low < 0
    elif band.high is not None and now.value > band.high:
        assert held.difference == now.value - band.high > 0
    elif not band.is_threshold:
        assert held.difference == 0


def test_a_percentile_without_upper_bound_is_no_verdict():
    """Ten calls have no upper bound for their 90th percentile, so nothing is said about it."""
    held = against_band(Measured(100.0, (40.0, nan), (45.0, nan), 10), Band(None, 30.0))
    assert (held.verdict, held.why) == ("undetermined", "no_interval")
