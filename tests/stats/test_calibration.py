"""The error rates that are promised hold, and the method page says what was measured."""

import pytest
from calibrate.cell import Limit, measure
from calibrate.page import PAGE, filled, read
from calibrate.topics import TOPICS, topic

SHORT = [(name, cell) for name in TOPICS for cell in topic(name).cells() if cell.short]


@pytest.mark.parametrize(("name", "cell"), SHORT, ids=[f"{name}: {cell.name}" for name, cell in SHORT])
def test_short_form(name, cell):
    """Played with fewer series, no promise is broken by more than their own chance (95 %)."""
    assert [row for row in measure(name, cell, short=True) if row["holds"] is False] == []


def test_every_limit_was_measured_and_holds():
    """The kept rows are those of the cells as they stand, of 10,000 series or more (20 projects); all limits hold."""
    cells = {(name, cell.name): cell for name in TOPICS for cell in topic(name).cells()}
    measured = {key: set() for key in cells}
    for row in read():
        measured[row["topic"], row["cell"]].add((row["outcome"], row["limit"]))
        assert row["holds"] is not False, row
    for key, cell in cells.items():
        assert not cell.limits or cell.series >= 10_000 or key[0] == "planted", key
        promised = {(outcome, str(limit)) for outcome, limit in cell.limits.items()}
        assert measured[key] or key[0] == "planted", key  # whole projects take an hour: measured apart
        assert promised <= measured[key] or not measured[key], key


def test_the_page_says_what_was_measured():
    """Each topic has its table in docs/method.md, and the tables are those that the kept rows give."""
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page, read()) == page
    assert [name for name in TOPICS if f"<!-- calibrated: {name} -->" not in page] == []


def test_a_limit_counts_on_the_right_side():
    """At most and at least; a short form fails only where its whole interval lies beyond."""
    most, least = Limit("<=", 0.05), Limit(">=", 0.8)
    assert most.holds(0.05, 0.04, 0.06)
    assert not most.holds(0.051, 0.04, 0.06)
    assert most.holds(0.055, 0.045, 0.06, short=True)
    assert not most.holds(0.07, 0.051, 0.09, short=True)
    assert not least.holds(0.79, 0.78, 0.81)
    assert least.holds(0.79, 0.78, 0.81, short=True)
