"""Withheld cells against an attacker who solves the sums exactly, with fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitools.stats.disclosure import Sums, withhold
from kpitools.stats.nested import Axis, Cells

ROWS, COLUMNS = ("a", "b", "c"), ("x", "y", "z")


@pytest.fixture(scope="module")
def table():
    """Lay out a table of three rows and three columns with its margins; the parts are its nine inner cells."""
    along, across = (Axis.of({"all": ["all"] * 3, "each": list(names)}, [("all", "each")]) for names in (ROWS, COLUMNS))
    return Cells(along, across)


def filled(table, numbers):
    """Fill the inner cells row by row, and so the margins."""
    places = np.arange(9)
    return table.add_up(np.array(numbers, dtype=float), places // 3, places % 3)


def named(table, mask):
    """Name the cells of a mask."""
    rows, columns = np.divmod(np.flatnonzero(mask), table.second.size)
    pairs = zip(rows, columns, strict=True)
    return {f"{table.first.labels[row]} {table.second.labels[column]}" for row, column in pairs}


def rank(rows):
    """Return the rank of rows of whole numbers, exactly."""
    rows, found = [[Fraction(int(number)) for number in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for place, row in enumerate(rows):
            if place != found and row[column]:
                factor = row[column] / pivot[column]
                rows[place] = [one - factor * other for one, other in zip(row, pivot, strict=True)]
        found += 1
    return found


def inner_cells(table):
    """Return for each cell which of the nine inner ones it sums."""
    return np.array([filled(table, one) for one in np.eye(9)]).T


def test_one_small_cell_takes_a_rectangle_with_it(table):
    """A row and a column give away a lone hidden cell, so three others are hidden: one each, and where these cross."""
    count = filled(table, [2, 10, 11, 10, 30, 31, 12, 32, 33])
    hidden = withhold(Sums(table.sums()), count[None], np.ones(16, dtype=bool), 5)
    assert named(table, hidden) == {"a x", "a y", "b x", "b y"}


def test_nothing_is_hidden_where_nobody_is_few(table):
    """Without a small group all cells are shown, and a cell of nobody is no small group."""
    count = filled(table, [0, 10, 11, 10, 30, 31, 12, 32, 33])
    assert not withhold(Sums(table.sums()), count[None], np.ones(16, dtype=bool), 5).any()


def test_what_is_settled_stays(table):
    """A cell that is shown already is shown for good, so another is hidden in its place."""
    count = filled(table, [2, 10, 11, 10, 30, 31, 12, 32, 33])
    settled = np.zeros(16, dtype=bool)
    settled[table.first.find(["a"])[0] * 4 + table.second.find(["y"])[0]] = True
    hidden = withhold(Sums(table.sums()), count[None], np.ones(16, dtype=bool), 5, settled=settled)
    assert "a y" not in named(table, hidden)
    assert {"a x", "a z"} <= named(table, hidden)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_no_hidden_cell_follows_from_the_shown_ones(table, numbers):
    """Whatever the table, an exact solution gives no hidden cell, and every small cell is hidden."""
    count = filled(table, numbers)
    hidden = withhold(Sums(table.sums()), count[None], np.ones(16, dtype=bool), 5)
    assert hidden[(count > 0) & (count < 5)].all()
    assert not hidden[count == 0].any()
    inner = inner_cells(table)[:, np.array(numbers) > 0].tolist()
    shown = [cell for cell, gone in zip(inner, hidden, strict=True) if not gone]
    told = [cell for cell, gone in zip(inner, hidden, strict=True) if gone and rank(shown) == rank([*shown, cell])]
    assert told == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=16, max_size=16))
def test_determined_is_what_an_exact_solution_gives(table, seen):
    """For any choice of hidden cells, those are determined whose addition to the shown ones adds no rank."""
    unknown = ~np.array(seen)
    inner = inner_cells(table).tolist()
    shown = [cell for cell, gone in zip(inner, unknown, strict=True) if not gone]
    exact = [bool(gone) and rank(shown) == rank([*shown, cell]) for cell, gone in zip(inner, unknown, strict=True)]
    assert Sums(table.sums()).determined(unknown).tolist() == exact
