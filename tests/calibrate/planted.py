"""What the pages find of the effects planted in the simulated example: a whole project a seed, read like any other."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from calibrate.cell import Cell, Limit

from kpitools import project as projects
from kpitools.findings import Review, review_tables
from kpitools.simulate import write_example
from kpitools.sources import read

TITLE = (
    "Planted effects found in simulated projects of 40,000 contacts a month, by seed: the pages of the service and of "
    "the team find the decline; find the decision that worked; clear the one without effect; name the mix shift; "
    "all four."
)
SEEDS, CONTACTS = 20, 40_000
FCR = "first_contact_resolution"


def cells() -> list[Cell]:
    """One cell: as many projects as seeds."""
    return [Cell("40,000 contacts a month", "found", play, {"all": Limit(">=", 17 / 20)}, series=SEEDS)]


def play(rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Draw projects and say for each what its pages find."""
    rows = [simulated(int(seed)) for seed in rng.integers(0, 2**31, series)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def simulated(seed: int, contacts: int = CONTACTS) -> dict[str, bool]:
    """Write a project, read it, make its pages, and say what they find."""
    with TemporaryDirectory() as folder:
        project = projects.load(write_example(Path(folder) / "example", contacts, seed))
        tables = read(project)
        service, est, ouest = (review_tables(tables, project, team=team) for team in (None, "Est", "Ouest"))
        return found(service, est, ouest)


def found(service: Review, est: Review, ouest: Review) -> dict[str, bool]:
    """Hold the facts that the pages word against what was planted (`truth.json`)."""
    facts = {
        "decline": declined(est) and named(service, "Est"),
        "worked": effect(service, "answer_rate") == ("changed_with", True),
        "cleared": effect(service, "csat")[0] == "none_shown",
        "mix": named(service, "Ouest") and from_mix(ouest),
    }
    return facts | {"all": all(facts.values())}


def declined(page: Review) -> bool:
    """Say whether a team's page says that its first-contact resolution got worse."""
    shift = page.shifts[FCR]
    return shift.level == "changed" and shift.better is False


def named(service: Review, team: str) -> bool:
    """Say whether the page of the whole service names the team whose first-contact resolution got worse."""
    return any((s.kpi, s.team, s.level, s.better) == (FCR, team, "changed", False) for s in service.team_shifts)


def effect(page: Review, kpi: str) -> tuple[str, bool | None]:
    """Return what the page says of the decision that was to move a KPI."""
    return next((each.state, each.better) for each in page.effects if each.kpi == kpi)


def from_mix(page: Review) -> bool:
    """Say whether the page lays the change to the mix of channels: surely some of it, and more than to performance."""
    split = next((each for each in page.splits.get(FCR, ()) if each.dimension == "channel"), None)
    return split is not None and split.mix.high < 0 and abs(split.mix.value) > abs(split.performance.value)
