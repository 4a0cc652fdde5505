"""Runs analysis counts as qicharts2 does, and says nothing of what cannot be judged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.stats.runs import Runs, limits, runs


def test_limits_are_the_peers(known):
    """For 10 to 100 useful points the longest run and the fewest crossings are those of qicharts2."""
    for row in known("anhoej_run_limits_n10_100.csv"):
        assert limits(int(row["n_useful"])) == (int(row["longest_run_max"]), int(row["crossings_min"]))


def test_examples_are_the_peers(known):
    """Each worked example of qicharts2 gives its counts, its limits and its signal, the one with ties too."""
    for row in known("anhoej_runs_examples.csv"):
        found = runs([float(y) for y in row["y"].split()], float(row["cl"]))
        names = ("n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min")
        expected = [int(row[name]) for name in names]
        assert [*vars(found).values()] == [*expected, row["runs.signal"] == "TRUE"], row["case"]


def test_runs_of_control_charts_are_the_peers(known):
    """About the centre of every control chart of qicharts2 the runs, of each part by itself, are the peer's."""
    charts = {}
    for row in known("qicharts2_control_charts_rows.csv"):
        charts.setdefault((row["case"], row["part"]), []).append(row)
    for name, rows in charts.items():
        used = [row for row in rows if row["include"] == "TRUE"]
        y, centre = ([float("nan" if r[k] == "NA" else r[k]) for r in used] for k in ("y", "cl"))
        found, first = runs(y, centre), rows[0]
        assert found.useful == int(first["n.useful"]), name
        assert (found.longest, found.crossings) == (int(first["longest.run"]), int(first["n.crossings"])), name
        assert found.signal == (first["runs.signal"] == "TRUE"), name


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [0.97] * 20, [5.0]])
def test_nothing_useful_gives_no_signal(values):
    """An empty, missing or constant series has no useful point, no limits and no signal."""
    assert runs(values) == Runs(0, None, None, None, None, signal=False)


def test_one_outlier_changes_nothing():
    """The centre is the median: a point 40 times as high leaves runs, crossings and signal as they are."""
    calm = [48, 52, 49, 51, 50.5, 49.5, 53, 47, 52.5, 48.5, 50.2, 49.8]
    wild = [*calm[:6], 2000, *calm[7:]]
    assert runs(wild) == runs(calm)


def test_a_gap_and_a_tie_are_stepped_over():
    """Five above, a missing point and one on the centre, three above are a run of eight."""
    found = runs([1, 1, 1, 1, 1, np.nan, 0, 1, 1, 1, -1, -1], centre=0)
    assert (found.useful, found.longest, found.crossings) == (10, 8, 1)
    assert found.signal


@given(st.lists(st.integers(-3, 3), max_size=60), st.floats(0.1, 100), st.floats(-50, 50))
def test_scale_and_order_do_not_matter(values, factor, shift):
    """Runs read backwards, mirrored, stretched or moved are the same; the parts fit together."""
    found = runs(values, 0)
    for other in (runs(values[::-1], 0), runs([-v for v in values], 0)):
        assert other == found
    assert runs([factor * v + shift for v in values], shift).crossings == found.crossings
    if found.useful:
        assert found.longest + found.crossings <= found.useful
