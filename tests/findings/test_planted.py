"""One simulated project, read like any other: what was planted in it is found, and what was not is not claimed."""

import pytest
from calibrate import planted

from kpitools import project as projects
from kpitools.findings import review_tables
from kpitools.simulate import write_example
from kpitools.sources import read

UNTOUCHED = {"talk_time", "volume", "nps"}
"""KPIs in which nothing was planted."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of the whole service and of team Ouest, of 6,000 contacts a month."""
    project = projects.load(write_example(tmp_path_factory.mktemp("planted") / "example"))
    tables = read(project)
    return review_tables(tables, project), review_tables(tables, project, team="Ouest")


def test_the_decision_that_worked_is_found_and_the_other_is_cleared(pages):
    """Four points more for Nord's answer rate since 2 March; the new greeting of Sud did nothing."""
    service, _ = pages
    assert planted.effect(service, "answer_rate") == ("changed_with", True)
    assert planted.effect(service, "csat") == ("none_shown", None)
    (found,) = (each for each in service.effects if each.kpi == "answer_rate")
    assert found.size.low < 0.04 < found.size.high


def test_the_teams_are_named_and_the_mix_shift_is_laid_to_the_channels(pages):
    """Ouest's first-contact resolution fell because twenty points of its volume went from phone to chat."""
    service, ouest = pages
    assert planted.named(service, "Ouest")
    assert planted.from_mix(ouest)
    moved = next(split for split in ouest.splits["handle_time"] if split.dimension == "channel")
    assert moved.mix.low > 0
    assert moved.performance.low < 0 < moved.performance.high


def test_nothing_is_claimed_where_nothing_was_planted(pages):
    """No change of the service in talk time, volume or NPS, nor in any team's volume."""
    service, _ = pages
    assert [name for name in UNTOUCHED & set(service.shifts) if service.shifts[name].level == "changed"] == []
    assert [shift for shift in service.team_shifts if shift.kpi == "volume"] == []
