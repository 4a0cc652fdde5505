"""A change is split into its causes exactly, as the published tables print it."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.stats.decompose import kitagawa, split_over, standardised, structure


def sides(rows):
    """Split input rows into both populations, in the order of their names, as columns."""
    found = defaultdict(list)
    for row in rows:
        found[row["pop"]].append(row)
    return [{name: np.array([r[name] for r in found[pop]]) for name in found[pop][0]} for pop in sorted(found)]


def product(*factors):
    """Multiply the factors and add up over groups."""
    return np.prod(np.broadcast_arrays(*factors), axis=0).sum()


def total_of(data):
    """Return the rate that a table decomposes, as a function of its factors in order."""
    if data == "eg3.1":
        return lambda birth, death: (birth - death).sum()
    if data == "eg4.4":  # illegitimacy ratio: unmarried births of all births, over age groups
        return lambda a, b, c, d: (a * b * c).sum() / (a * b * c + a * (1 - b) * d).sum()
    return product


def test_vector_tables_are_das_guptas(known):
    """Each printed standardised rate and effect of two to five factors, to 1e-9."""
    inputs = known("kitagawa_dasgupta_inputs.json")["inputs"]
    cases = defaultdict(list)
    for row in known("kitagawa_dasgupta_expected.csv"):
        if row["data"] not in ("eg5.1", "eg5.3"):
            cases[row["case"], row["data"]].append(row)
    assert len(cases) >= 8
    for (_, data), rows in cases.items():
        before, after = sides(inputs[data])
        names = [name for name in before if name not in ("pop", "agegroup")]
        found = standardised(total_of(data), [before[n] for n in names], [after[n] for n in names])
        expected = {r["effect"]: (float(r["std_rate_pop1"]), float(r["std_rate_pop2"])) for r in rows}
        for name, (low, high) in zip(names, found, strict=True):
            assert (float(low), float(high)) == pytest.approx(expected[name], rel=1e-9, abs=1e-9), (data, name)


def test_rates_by_age_are_das_guptas(known):
    """Table 5.1: births by age group, what the ages and what the rates contribute, to 1e-9."""
    before, after = sides(known("kitagawa_dasgupta_inputs.json")["inputs"]["eg5.1"])
    rows = [r for r in known("kitagawa_dasgupta_expected.csv") if r["case"] == "readme_chunk_20"]
    expected = {r["effect"]: float(r["diff"]) for r in rows}
    parts = kitagawa(*(x for side in (before, after) for x in (side["size"], side["size"] * side["rate"])))
    assert float(parts.mix.sum()) == pytest.approx(expected["age_str"], rel=1e-9)
    assert float(parts.performance.sum()) == pytest.approx(expected["rate"], rel=1e-9)


def test_two_structures_are_das_guptas(known):
    """Table 5.3: a rate by age and race, the structure of each and the rates, to 1e-9."""
    inputs = known("kitagawa_dasgupta_inputs.json")["inputs"]["eg5.3"]
    rows = [r for r in known("kitagawa_dasgupta_expected.csv") if r["case"] == "readme_chunk_25"]
    expected = {r["effect"]: float(r["diff"]) for r in rows}
    tables = []
    for side in sides(inputs):
        ages, races = (np.unique(side[name], return_inverse=True) for name in ("age", "race"))
        for name in ("size", "rate"):
            table = np.zeros((ages[0].size, races[0].size))
            table[ages[1], races[1]] = side["size"] * (side["rate"] if name == "rate" else 1)
            tables.append(table)
    found = split_over(*tables, dimensions=2)
    names = ("age_struct", "race_struct", "rate")
    assert [float(x) for x in found] == pytest.approx([expected[n] for n in names], rel=1e-9)


COUNTS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6
)


@given(COUNTS)
def test_parts_add_up(categories):
    """Mix and performance of all categories are together the change, absent categories among them."""
    hits_a, miss_a, hits_b, miss_b = (np.array(x, dtype=float) for x in zip(*categories, strict=True))
    n_a, n_b = hits_a + miss_a, hits_b + miss_b
    if n_a.sum() == 0 or n_b.sum() == 0:
        return
    mix, performance = kitagawa(n_a, hits_a, n_b, hits_b)
    change = hits_b.sum() / n_b.sum() - hits_a.sum() / n_a.sum()
    assert mix.sum() + performance.sum() == pytest.approx(change, abs=1e-12)
    back = kitagawa(n_b, hits_b, n_a, hits_a)
    np.testing.assert_allclose(back.mix, -mix, atol=1e-12)


@given(st.lists(st.integers(0, 30), min_size=24, max_size=24))
def test_parts_of_a_cross_table_add_up(numbers):
    """Two dimensions and performance are together the change, whatever cells are empty; weights multiply out."""
    n_a, hits_a, n_b, hits_b = np.array(numbers, dtype=float).reshape(4, 2, 3)
    n_a, n_b = n_a + hits_a, n_b + hits_b
    if n_a.sum() == 0 or n_b.sum() == 0:
        return
    found = split_over(n_a, hits_a, n_b, hits_b, dimensions=2)
    change = hits_b.sum() / n_b.sum() - hits_a.sum() / n_a.sum()
    assert sum(found) == pytest.approx(change, abs=1e-9)
    np.testing.assert_allclose(np.prod(structure(n_a, 2), axis=0), n_a / n_a.sum(), atol=1e-12)


def test_a_pure_shift_is_all_mix():
    """Phone (70 %) falls from 80 to 60 of 100 and chat (90 %) doubles: 4 points, all of them mix."""
    mix, performance = kitagawa([80, 20], [56, 18], [60, 40], [42, 36])
    np.testing.assert_allclose(performance, 0, atol=1e-15)
    np.testing.assert_allclose(mix, [-0.2 * (0.7 - 0.76), 0.2 * (0.9 - 0.76)])
    assert mix.sum() == pytest.approx(0.04)


def test_a_new_channel_is_mix():
    """A channel without a case before has no level of its own to change: what it brings is mix."""
    mix, performance = kitagawa([100, 0], [80, 0], [50, 50], [40, 20])
    np.testing.assert_allclose(performance, 0, atol=1e-15)
    assert mix.sum() == pytest.approx(-0.2)


def test_resamples_are_split_at_once():
    """With resamples along the first axis each row is split as it would be alone."""
    rng = np.random.default_rng(3)
    tables = [rng.integers(1, 40, (5, 4)).astype(float) for _ in range(4)]
    together = kitagawa(*tables)
    alone = [kitagawa(*(t[row] for t in tables)) for row in range(5)]
    np.testing.assert_allclose(together.mix, [a.mix for a in alone])
    np.testing.assert_allclose(together.performance, [a.performance for a in alone])
