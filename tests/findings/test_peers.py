"""Teams and advisers are compared by what their own cases let expect; nobody is ranked, nobody small is shown."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kpitools.catalogue import find
from kpitools.errors import ReportError
from kpitools.findings.peers import gains, peer_rows, peers
from kpitools.findings.units import Who
from kpitools.periods import Period
from kpitools.project import from_mapping

MAY, JUNE = Period.parse("2026-05"), Period.parse("2026-06")
ANSWER, NPS = find("answer_rate"), find("nps")
HARD = 0.2


def calls(rates, *, hard=0.3, advisers=None, size=30):
    """Make calls of May and June: `size` a day for each team with its answer rates of both months.

    Of request type "hard" a share `hard` (a number, or one a team) is answered 20 points less often.
    """
    rng = np.random.default_rng(12)
    rows = []
    for number in range(61):
        day = date(2026, 5, 1) + timedelta(days=number)
        for at, (team, pair) in enumerate(rates.items()):
            for _ in range(size):
                tough = rng.random() < (hard[at] if isinstance(hard, list) else hard)
                hit = rng.random() < pair[day.month - 5] - HARD * tough
                who = f"{team}{rng.integers(advisers)}" if advisers else None
                rows.append((day, team, who, "hard" if tough else "easy", "answered" if hit else "abandoned"))
    frame = pd.DataFrame(rows, columns=["date", "team", "adviser_id", "request_type", "outcome"])
    frame["date"] = pd.to_datetime(frame["date"])
    return {"contacts": frame.assign(direction="inbound", channel="phone", out_of_hours=False)}


@pytest.fixture
def project(tmp_path):
    """Make a project from the parts of its file."""
    return lambda **parts: from_mapping(parts, tmp_path)


def test_one_team_unlike_the_others_is_marked(project):
    """Six teams answer 90 %, one 75: it alone is below, which is worse; the others are neither above nor below."""
    rates = dict.fromkeys("ABCDEF", (0.9, 0.9)) | {"G": (0.75, 0.75)}
    found = peers(calls(rates), project(), ANSWER, JUNE)
    assert {peer.name: (peer.place, peer.better) for peer in found.peers if peer.place in ("above", "below")} == {
        "G": ("below", False)
    }
    assert found.adjusted_for == ("request_type",)
    assert found.phi is not None
    assert found.tau2 is not None


def test_hard_cases_are_allowed_for(project):
    """Alike with each type of request, but half or none of it hard: as measured ten points apart, adjusted alike."""
    found = peers(calls(dict.fromkeys("AB", (0.9, 0.9)), hard=[0.5, 0.0]), project(), ANSWER, JUNE)
    hard, easy = found.peers
    assert easy.value - hard.value > 0.06
    assert easy.expected - hard.expected == pytest.approx(0.1, abs=0.03)
    assert abs(easy.adjusted - hard.adjusted) < 0.05
    assert [peer.place for peer in found.peers] == ["within", "within"]


def test_under_five_units_no_overdispersion_is_estimated(project):
    """Four teams: it is said that none is estimated, and nothing is shrunk; five have both."""
    four = peers(calls(dict.fromkeys("ABCD", (0.9, 0.8))), project(), ANSWER, JUNE)
    assert (four.phi, four.tau2) == (None, None)
    assert np.isnan([peer.shrunk for peer in four.peers]).all()
    five = peers(calls(dict.fromkeys("ABCDE", (0.9, 0.8))), project(), ANSWER, JUNE)
    assert five.phi is not None
    assert np.isfinite([peer.shrunk for peer in five.peers]).all()


def test_units_stand_in_alphabetical_order_or_the_one_asked_for(project):
    """Whatever their values; a name that is not there is passed over."""
    tables = calls({"C": (0.9, 0.9), "A": (0.5, 0.5), "B": (0.7, 0.7)}, size=5)
    assert [peer.name for peer in peers(tables, project(), ANSWER, JUNE).peers] == ["A", "B", "C"]
    asked = peers(tables, project(), ANSWER, JUNE, Who(order=("B", "Z")))
    assert [peer.name for peer in asked.peers] == ["B", "A", "C"]


def test_few_cases_are_shown_and_not_compared(project):
    """One call a day at 96 %: fewer than five misses are expected, so no place is given."""
    found = peers(calls(dict.fromkeys("AB", (1.1, 1.1)), hard=0.2, size=1), project(), ANSWER, JUNE)
    assert {(peer.place, peer.why) for peer in found.peers} == {("undetermined", "too_few")}
    assert all(np.isfinite(peer.value) for peer in found.peers)


def test_advisers_only_where_the_project_allows_them(project):
    """Without `privacy.advisers` the comparison is refused, with what to write; with it they are compared."""
    tables = calls(dict.fromkeys("AB", (0.9, 0.9)), advisers=6)
    with pytest.raises(ReportError, match="advisers = true"):
        peers(tables, project(), ANSWER, JUNE, Who("adviser_id"))
    allowed = project(privacy={"advisers": True, "purpose": "coaching"})
    found = peers(tables, allowed, ANSWER, JUNE, Who("adviser_id", team="A"))
    assert [peer.name for peer in found.peers] == [f"A{n}" for n in range(6)]
    with pytest.raises(ReportError, match="unit to compare"):
        peers(tables, allowed, ANSWER, JUNE, Who("customer_id"))


def test_an_adviser_with_few_cases_is_hidden_and_not_alone(project):
    """Three calls are under the minimum group of five; the next smallest goes with it, or the total would tell."""
    tables = calls({"A": (0.9, 0.9)}, advisers=4, size=20)
    frame = tables["contacts"]
    few = frame[frame["date"] == "2026-06-05"].head(3).index
    frame.loc[few, "adviser_id"] = "Anew"
    frame.loc[frame[frame["adviser_id"] == "A2"].index[::2], "adviser_id"] = "A1"
    found = peers(tables, project(privacy={"advisers": True, "purpose": "coaching"}), ANSWER, JUNE, Who("adviser_id"))
    hidden = {peer.name for peer in found.peers if peer.why == "under_minimum_group"}
    assert hidden == {"Anew", "A2"}
    assert all(np.isnan(peer.value) and np.isnan(peer.n) for peer in found.peers if peer.name in hidden)


def test_a_team_hidden_elsewhere_is_hidden_here(project):
    """Two answers of one team are not shown, neither here nor in `measure`."""
    rng = np.random.default_rng(1)
    rows = [(date(2026, 6, 1 + i % 28), team, float(rng.integers(0, 11))) for team, n in
            {"A": 60, "B": 2, "C": 70, "D": 40}.items() for i in range(n)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["date", "team", "score"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame = frame.assign(kind="nps", scale_min=0.0, scale_max=10.0, status="answered", touchpoint="relation")
    found = peers({"surveys": frame}, project(), NPS, JUNE)
    small = next(peer for peer in found.peers if peer.name == "B")
    assert small.why == "under_minimum_group"
    assert np.isnan([small.value, small.n, small.adjusted]).all()


def test_who_improved(project):
    """Of six teams one gains nine points: it alone got better, its change drawn towards the others'."""
    rates = dict.fromkeys("ABCDE", (0.85, 0.85)) | {"F": (0.8, 0.89)}
    found = gains(calls(rates), project(), ANSWER, (MAY, JUNE))
    assert {gain.name: gain.better for gain in found} == {**dict.fromkeys("ABCDE"), "F": True}
    best = found[-1]
    assert best.change == pytest.approx(0.09, abs=0.05)
    assert best.low < best.change < best.high
    assert 0 < best.shrunk < best.change
    assert best.after - best.before == pytest.approx(best.change)


def test_a_team_of_one_month_only_has_no_change(project):
    """A team that began in June is shown without a change, and why."""
    tables = calls(dict.fromkeys("ABC", (0.9, 0.9)))
    frame = tables["contacts"]
    tables["contacts"] = frame[(frame["team"] != "C") | (frame["date"] >= "2026-06-01")]
    new = gains(tables, project(), ANSWER, (MAY, JUNE))[-1]
    assert (new.name, new.why, new.better) == ("C", "too_few", None)
    assert np.isnan(new.change)


def test_the_first_month_has_no_change(project):
    """Nobody changed since a month before the data began."""
    assert gains(calls(dict.fromkeys("AB", (0.9, 0.9))), project(), ANSWER, (MAY.previous(), MAY)) == ()


def test_nothing_to_compare(project):
    """One team, or a KPI that does not add up: no comparison."""
    assert peers(calls({"A": (0.9, 0.9)}), project(), ANSWER, JUNE) is None
    assert gains(calls({"A": (0.9, 0.9)}), project(), ANSWER, (MAY, JUNE)) == ()
    assert peers(calls(dict.fromkeys("AB", (0.9, 0.9))), project(), find("volume"), JUNE) is None


def test_rows_of_compare(project):
    """A row a unit, against its peers: the 99.8 % limits as reference, never "inside", else undetermined with why."""
    rates = dict.fromkeys("ABCDEF", (0.9, 0.9)) | {"G": (0.75, 0.75)}
    found = peers(calls(rates), project(), ANSWER, JUNE)
    rows = peer_rows(found, ANSWER).set_index("team")
    assert set(rows["against"]) == {"peers"}
    assert rows.loc["G", "verdict"] == "below"
    assert rows.loc["G", "value"] < rows.loc["G", "reference_low"]
    assert set(rows.loc[list("ABCDEF"), "verdict"]) == {"undetermined"}
    assert set(rows.loc[list("ABCDEF"), "why"]) <= {"no_information", "worth_a_look"}
