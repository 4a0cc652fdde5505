"""The phone queue: the model that staffs it, and the calls that go through it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitools.simulate.staffing import correction
from kpitools.simulate.waiting import SLOTS, advisers_needed, answered_share, rota, serve
from kpitools.simulate.world import OPENS_S, PATIENCE_S

SERVICE_S = 370.0
LOAD, ADVISERS = 5.0, 5


def long_day(load: float, advisers: int, calls: int = 60_000):
    """One endless day of Poisson calls with exponential service and patience; what each call brought and met."""
    rng = np.random.default_rng(5)
    arrivals = OPENS_S + np.cumsum(rng.exponential(SERVICE_S / load, calls))
    patience, service = rng.exponential(PATIENCE_S, calls), rng.exponential(SERVICE_S, calls)
    waits, places = serve(arrivals, patience, service, np.full(SLOTS, advisers))
    return arrivals, patience, service, waits, places


def test_erlang_a_gives_a_published_answer():
    """100 calls in 30 minutes, 180 s each, 12 advisers, patience 120 s: 6.1597 % abandon (two other programs)."""
    assert 1 - answered_share(np.array([10.0]), 12, 180, 120)[0] == pytest.approx(0.061597, abs=1e-6)


@given(load=st.floats(0.05, 40), more=st.floats(1.01, 3), advisers=st.integers(1, 30))
def test_more_load_loses_more_calls_and_more_advisers_fewer(load, more, advisers):
    """The share answered lies between 0 and 1, never rises with the load nor falls with the advisers."""
    few = answered_share(np.array([load, load * more]), advisers, SERVICE_S)
    many = answered_share(np.array([load]), advisers + 1, SERVICE_S)
    rounding = 1e-12
    assert 0 < few[1] <= few[0] + rounding <= 1 + 2 * rounding
    assert few[0] <= many[0] + rounding
    if few[0] < 0.999:
        assert few[1] < few[0] < many[0]


def test_no_adviser_answers_nothing():
    """Without advisers the share answered is 0, and every caller leaves after their own patience."""
    assert answered_share(np.array([3.0]), 0, SERVICE_S) == 0
    patience = np.array([10.0, 20.0])
    waits, places = serve(np.array([33_000.0, 33_001.0]), patience, np.array([60.0, 60.0]), np.zeros(SLOTS, dtype=int))
    assert waits.tolist() == patience.tolist()
    assert places.tolist() == [-1, -1]


def test_the_simulated_queue_loses_what_the_model_says():
    """A long run of the event loop answers the share that Erlang-A computes (four standard errors of batches)."""
    *_, places = long_day(LOAD, ADVISERS)
    batches = (places >= 0).reshape(60, -1).mean(axis=1)
    error = batches.std(ddof=1) / np.sqrt(len(batches))
    assert batches.mean() == pytest.approx(answered_share(np.array([LOAD]), ADVISERS, SERVICE_S)[0], abs=4 * error)


def test_exponential_patience_ties_abandonment_to_waiting():
    """P(abandon) = mean wait / mean patience, an identity of any queue whose patience is exponential."""
    *_, waits, places = long_day(LOAD, ADVISERS)
    gaps = ((places < 0) - waits / PATIENCE_S).reshape(60, -1).mean(axis=1)
    assert gaps.mean() == pytest.approx(0, abs=4 * gaps.std(ddof=1) / np.sqrt(len(gaps)))


def test_little_s_law_holds():
    """Callers seen waiting at evenly spaced moments are as many as arrival rate times mean wait."""
    arrivals, _, _, waits, _ = long_day(LOAD, ADVISERS)
    moments = np.linspace(arrivals[1000], arrivals[-1000], 40_000)
    seen = np.searchsorted(arrivals, moments) - np.searchsorted(np.sort(arrivals + waits), moments)
    rate = len(arrivals) / (arrivals[-1] - arrivals[0])
    assert seen.mean() == pytest.approx(rate * waits.mean(), rel=0.03)


def test_nobody_answers_two_calls_at_once_and_nobody_waits_beyond_patience():
    """Each adviser's calls follow each other without overlap, and no wait is longer than the caller's patience."""
    arrivals, patience, service, waits, places = long_day(LOAD, ADVISERS, 5000)
    assert (waits <= patience).all()
    for place in range(ADVISERS):
        starts = (arrivals + waits)[places == place]
        ends = starts + service[places == place]
        assert (np.diff(starts) > 0).all()
        assert (starts[1:] >= ends[:-1] - 1e-6).all()


def test_an_adviser_begins_calls_only_on_duty():
    """With two advisers in the first slot and one afterwards, the second begins no call after half past nine."""
    duty = np.array([2] + [1] * (SLOTS - 1))
    arrivals = np.arange(OPENS_S, OPENS_S + 7200, 60.0)
    waits, places = serve(arrivals, np.full(len(arrivals), 1e6), np.full(len(arrivals), 90.0), duty)
    assert (arrivals + waits)[places == 1].max() < OPENS_S + 1800
    assert (places >= 0).all()


@given(needed=st.lists(st.floats(0, 30), min_size=1, max_size=30), start=st.floats(0, 1, exclude_max=True))
def test_a_rota_keeps_the_sum_and_never_strays_by_one(needed, start):
    """Whole advisers differ from the fractions by less than one, in each slot and over the day."""
    (whole,) = rota(np.array([needed]), np.array([start]))
    assert (np.abs(whole - needed) < 1 + 1e-9).all()
    assert abs(whole.sum() - sum(needed)) < 1 + 1e-9


@settings(max_examples=20)
@given(target=st.floats(0.6, 0.95), factor=st.floats(1.05, 3))
def test_more_load_and_a_higher_target_take_more_advisers(target, factor):
    """The advisers needed rise with the load and with the share to be answered."""
    loads, targets = np.array([2.0, 2.0 * factor, 2.0]), np.array([target, target, target + 0.02])
    base, more_load, higher = advisers_needed(loads, targets, SERVICE_S)
    assert base < more_load
    assert base < higher


def test_pilot_days_thin_the_rota():
    """At rest Erlang-A loses more calls than a real day does, so the level asked of it is lowered a little."""
    assert -0.05 < correction(0, 6000, 0.58, 0.845) < 0
