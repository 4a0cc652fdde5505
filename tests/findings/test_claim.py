"""When a page may say that a KPI got better or worse: seldom by chance, reliably when it did."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from kpitools.catalogue import find
from kpitools.findings import compare, trend
from kpitools.findings.claim import claim
from kpitools.periods import Period
from kpitools.project import from_mapping

MONTHS = [Period("month", start.date()) for start in pd.date_range("2024-09-01", periods=26, freq="MS")]
QUIET = [0.80, 0.82] * 12


@pytest.fixture
def claimed(tmp_path):
    """Say what is claimed of the newest of some measure rows."""

    def of(rows, kpi):
        history = pd.DataFrame(rows)
        newest = Period.parse(history["period"].iloc[-1])
        found = compare(history, from_mapping({}, tmp_path), (), period=newest)
        previous = next(iter(found[found["against"] == "previous"].to_dict("records")), None)
        return claim(find(kpi), trend(history, find(kpi)), previous)

    return of


@pytest.fixture
def series(measured):
    """Make monthly rows of a KPI, each value with an interval of the given half-width."""

    def make(kpi, values, half, **last):
        rows = []
        for month, value in zip(MONTHS, values, strict=False):
            bounds = (value - half, value + half, value - 0.84 * half, value + 0.84 * half)
            rows.append(measured(kpi, str(month), value, *bounds))
        rows[-1] |= last
        return rows

    return make


@pytest.mark.parametrize(
    ("kpi", "newest", "expected"),
    [
        ("answer_rate", 0.70, "worse"),
        ("answer_rate", 0.92, "better"),
        ("wait_time", 0.92, "worse"),
        ("wait_time", 0.70, "better"),
        ("talk_time", 0.92, "moved"),
        ("talk_time", 0.70, "moved"),
    ],
)
def test_a_clear_move_is_named_by_what_is_better(series, claimed, kpi, newest, expected):
    """Usual is 0.757 to 0.863; beyond it, and away from the month before, a KPI moved, for good or ill."""
    rows = series(kpi, [*QUIET, newest], 0.02)
    assert claimed(rows, kpi) == expected


def test_within_the_limits_it_varies_as_usual(series, claimed):
    """A month that differs for certain from the last one, yet not from what months do, is no news."""
    assert claimed(series("answer_rate", [*QUIET, 0.76], 0.002), "answer_rate") == "usual"


def test_outside_the_limits_but_not_surely_moved_claims_nothing(series, claimed):
    """A month outside the limits whose own interval is wide may be chance: nothing is claimed."""
    assert claimed(series("answer_rate", [*QUIET, 0.74], 0.10), "answer_rate") == "unknown"


def test_a_recovery_that_is_still_low_claims_nothing(series, claimed):
    """After a collapse to 40 %, 60 % is up on the month and far below the usual: neither better nor worse is said."""
    assert claimed(series("answer_rate", [*QUIET[:23], 0.40, 0.60], 0.02), "answer_rate") == "unknown"


def test_a_count_needs_no_interval(series, claimed):
    """Contacts are counted in full: far outside the usual, they moved."""
    rows = series("volume", [1000.0, 1020.0] * 12 + [1500.0], float("nan"))
    assert claimed(rows, "volume") == "moved"


@pytest.mark.parametrize("months", [1, 2, 12])
def test_a_short_series_claims_nothing(series, claimed, months):
    """With fewer than twelve earlier months nothing is known of the usual."""
    values = [*QUIET[: months - 1], 0.2]
    assert claimed(series("answer_rate", values, 0.01), "answer_rate") == "unknown"


def test_a_month_that_is_not_over_claims_nothing(series, claimed):
    """However low the first days of a month are."""
    assert claimed(series("answer_rate", [*QUIET, 0.2], 0.01, complete=False), "answer_rate") == "unknown"


def test_a_stable_share_seldom_cries_wolf(share, claimed):
    """Of 200 stable series of 26 months, no more claim a move than a rate of 1 % would give but once in 10,000."""
    random = np.random.default_rng(20261122)
    claims = []
    for _ in range(200):
        hits = random.binomial(400, 0.8, size=len(MONTHS))
        rows = [share("answer_rate", str(month), int(x), 400) for month, x in zip(MONTHS, hits, strict=True)]
        claims.append(claimed(rows, "answer_rate"))
    assert sum(claim not in {"usual", "unknown"} for claim in claims) <= binom.ppf(1 - 1e-4, len(claims), 0.01)
    assert claims.count("usual") > 0.9 * len(claims)


def test_a_real_drop_is_named(share, claimed):
    """From 80 to 70 % of 1,000 calls, five standard errors: worse, as often as a rate of 99 % gives."""
    random = np.random.default_rng(7)
    claims = []
    for _ in range(20):
        hits = [*random.binomial(1000, 0.8, size=len(MONTHS) - 1), random.binomial(1000, 0.7)]
        rows = [share("answer_rate", str(month), int(x), 1000) for month, x in zip(MONTHS, hits, strict=True)]
        claims.append(claimed(rows, "answer_rate"))
    assert claims.count("worse") >= binom.ppf(1e-4, len(claims), 0.99)
