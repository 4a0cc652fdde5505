"""Erlang's formulas give what published calculators print, and agree with each other where they must."""

from math import ceil, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitools.stats.staffing import advisers_needed, erlang_a, erlang_b, erlang_c


def test_printed_cases_of_erlang_c(known):
    """100 calls of 3 minutes in half an hour: 14 advisers, 15 where none may be busier than 70 %, as printed."""
    for case in known("erlang_printed_tests.json")["erlang_c"]:
        load, handle = case["calls"] * case["aht_min"] / case["interval_min"], case["aht_min"]

        def meets(advisers, load=load, handle=handle, case=case):
            return erlang_c(load, advisers, handle, case["asa_min"])

        needed = advisers_needed(meets, in_time=case["service_level"], busiest=case["max_occupancy"])
        assert needed == case["raw_positions"]
        assert ceil(needed / (1 - case["shrinkage"])) == case["positions"]
        queue = meets(needed)
        found = (round(queue.in_time, 3), round(queue.occupancy, 3), round(queue.waits, 3))
        assert found == (case["achieved_service_level_3dp"], case["occupancy_3dp"], case["p_wait_3dp"])


def test_a_second_printed_case_of_erlang_c(known):
    """360 calls of 4 minutes in half an hour, 55 advisers: what the well-known page's inputs give."""
    case = known("erlang_printed_tests.json")["mitan_step_by_step"][0]
    queue = erlang_c(48, case["agents"], 240, case["target_s"])
    printed = (0.238701, 0.845883, 8.184, 0.872727)
    assert (queue.waits, queue.in_time, queue.wait, queue.occupancy) == pytest.approx(printed, rel=1e-4)


def test_printed_cases_of_erlang_b(known):
    """The share that is lost, and the lines that keep it under 2 %, as printed."""
    for case in known("erlang_printed_tests.json")["erlang_b"]:
        if "blocking" in case:
            assert erlang_b(case["erlangs"], case["servers"]) == pytest.approx(case["blocking"])
        else:
            allowed = (erlang_b(case["erlangs"], n) <= case["max_blocking"] for n in range(1, 99))
            assert [*allowed].index(True) + 1 == case["servers"]


def test_printed_cases_of_erlang_a(known):
    """Waiting, giving up, occupancy, mean wait and service level with patience, to the printed digits."""
    for case in known("erlang_printed_tests.json")["erlang_a"]:
        load = case["calls"] * case["aht_min"] / case["interval_min"]
        queue = erlang_a(load, case["agents"], case["aht_min"], case["patience_min"], case["asa_min"])
        assert queue.waits == pytest.approx(case["p_wait_5dp"], abs=6e-6)
        for found, name in (
            (queue.gives_up, "p_abandon"),
            (queue.occupancy, "occupancy"),
            (queue.wait, "asa_min"),
            (queue.in_time, "service_level"),
        ):
            assert found == pytest.approx(case[f"{name}_6dp"], abs=6e-7)


@settings(deadline=None, max_examples=10)
@given(st.floats(0.5, 40), st.integers(1, 12))
def test_endless_patience_is_erlang_c(load, spare):
    """Callers who hardly ever give up meet what Erlang C says, where that has a queue at rest."""
    advisers = ceil(load) + spare
    patient, c = erlang_a(load, advisers, 200, 2e5, 20), erlang_c(load, advisers, 200, 20)
    assert patient.waits == pytest.approx(c.waits, abs=0.02)
    assert patient.in_time == pytest.approx(c.in_time, abs=0.02)


@given(st.floats(0.2, 60), st.integers(1, 80), st.floats(10, 600))
def test_one_more_adviser_helps(load, advisers, patience):
    """With one more adviser fewer wait, fewer give up, and more are answered in time."""
    few, more = (erlang_a(load, n, 240, patience, 20) for n in (advisers, advisers + 1))
    assert more.waits <= few.waits + 1e-12
    assert more.gives_up <= few.gives_up + 1e-12
    assert more.in_time >= few.in_time - 1e-12


def test_a_load_that_reaches_the_advisers():
    """Ten erlangs and ten advisers: without patience the queue grows for ever, with it there is one at rest."""
    assert erlang_c(10, 10, 240, 20).wait == inf
    assert 0 < erlang_a(10, 10, 240, 120, 20).gives_up < 0.2
    assert advisers_needed(lambda n: erlang_c(10, n, 240, 20)) == 11


def test_what_no_number_reaches_is_refused():
    """All calls answered in time is no aim that a number of advisers reaches."""
    with pytest.raises(ValueError, match="below 1"):
        advisers_needed(lambda n: erlang_c(10, n, 240, 20), in_time=1.0)
