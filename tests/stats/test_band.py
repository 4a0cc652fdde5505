"""A verdict against a band comes from intervals, says what it does not know, and what would decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.stats.band import Band, Verdict, judge, needed_n
from kpitools.stats.intervals import wilson

FCR = Band(0.75, 0.85)


def share(hits, n):
    """Give the 95 % and 90 % intervals of a share as plain numbers."""
    return tuple(tuple(float(b) for b in wilson(hits, n, level)) for level in (0.95, 0.9))


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [
        (78, 100, Verdict("undetermined", "not_above")),
        (39, 50, Verdict("undetermined", "no_information")),
        (790, 1000, Verdict("inside")),
        (690, 1000, Verdict("below")),
        (88, 100, Verdict("undetermined", "not_below")),
        (880, 1000, Verdict("above")),
        (72, 100, Verdict("undetermined", "not_above")),
    ],
)
def test_known_verdicts(hits, n, expected):
    """The cases of the study, first-contact resolution against 75 to 85 %."""
    assert judge(*share(hits, n), FCR) == expected


@pytest.mark.parametrize(
    ("hits", "n", "place"), [(950, 1000, "inside"), (850, 1000, "below"), (91, 100, "undetermined")]
)
def test_a_threshold_is_a_band_with_one_side(hits, n, place):
    """At least 90 %: met, missed or undetermined, by the 95 % interval."""
    assert judge(*share(hits, n), Band(0.9, None)).place == place


def test_at_most_thirty_seconds():
    """A threshold from above: 33 to 40 s is above 30 s, 20 to 29 s is within, 25 to 31 s is open."""
    limit = Band(None, 30.0)
    assert judge((33.0, 40.0), (34.0, 39.0), limit).place == "above"
    assert judge((20.0, 29.0), (21.0, 28.0), limit).place == "inside"
    assert judge((25.0, 31.0), (26.0, 30.0), limit) == Verdict("undetermined", "no_information")


def test_without_interval_nothing_is_said():
    """No interval, or half of one, leaves the verdict open whatever the estimate."""
    for interval in (None, (float("nan"), float("nan")), (float("nan"), 0.5)):
        assert judge(interval, interval, FCR) == Verdict("undetermined", "no_interval")
        assert needed_n(0.5, 100, interval, interval, FCR) is None


def test_inside_needs_the_90_percent_interval():
    """Without a 90 % interval an estimate is never inside a band; outside needs the 95 % one only."""
    assert judge((0.78, 0.82), None, FCR) == Verdict("undetermined", "not_below")
    assert judge((0.60, 0.70), None, FCR) == Verdict("below")
    assert needed_n(0.80, 100, (0.74, 0.86), None, FCR) is None


def test_an_impossible_band_is_refused():
    """A band has a bound, and its bounds are in order."""
    with pytest.raises(ValueError, match="at least one"):
        Band(None, None)
    with pytest.raises(ValueError, match="above"):
        Band(0.85, 0.75)


@given(n=st.integers(5, 3000), data=st.data())
def test_a_verdict_never_contradicts_the_estimate(n, data):
    """What is said to be below lies below; the further contacts asked for are 0 only where a verdict stands."""
    hits = data.draw(st.integers(0, n))
    verdict, value = judge(*share(hits, n), FCR).place, hits / n
    assert verdict != "below" or value < 0.75
    assert verdict != "above" or value > 0.85
    assert verdict != "inside" or 0.75 <= value <= 0.85
    more = needed_n(value, n, *share(hits, n), FCR)
    assert (more == 0) == (verdict != "undetermined")


@pytest.mark.parametrize(("hits", "n"), [(78, 100), (88, 100), (72, 100), (81, 120)])
def test_as_many_more_as_it_says_decide(hits, n):
    """With the number asked for and a tenth on top, the same share is decided; with half of it, it is not."""
    more = needed_n(hits / n, n, *share(hits, n), FCR)
    for factor, decided in ((1.1, True), (0.5, False)):
        size = n + factor * more
        assert (judge(*share(hits / n * size, size), FCR).place != "undetermined") is decided


def test_on_the_bound_no_number_decides():
    """An estimate on the bound of a band stays undecided with any number of contacts."""
    assert needed_n(0.75, 100, *share(75, 100), FCR) is None
    assert needed_n(0.9, 100, *share(90, 100), Band(0.9, None)) is None
