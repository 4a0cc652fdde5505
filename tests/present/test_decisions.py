"""The page on decisions: every sentence says what the effect's own numbers are, in both languages."""

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kpitools.findings import review_tables, shapes
from kpitools.present import codes
from kpitools.present.decisions import DecisionsPage
from kpitools.present.languages import words
from kpitools.present.say.effects import effect
from kpitools.present.view import View
from kpitools.project import from_mapping

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "decision_impact.ipynb"
RISE, GREETING = date(2026, 3, 2), date(2026, 2, 2)
DECISIONS = [
    {"date": RISE, "title": {"en": "More advisers", "fr": "Renfort"}, "kpis": ["answer_rate", "wait_time"],
     "team": "Nord"},
    {"date": GREETING, "title": "Greeting", "kpis": ["answer_rate"], "team": "Sud"},
    {"date": date(2026, 10, 5), "title": "Too new", "kpis": ["answer_rate"]},
]  # fmt: skip


def calls():
    """Make calls of three teams: of Nord's 80 % are answered until 1 March, 87 % since, of the others' 80 %."""
    rng, frames = np.random.default_rng(11), []
    days = pd.date_range("2025-09-01", "2026-10-31", freq="D")
    for team in ("Nord", "Sud", "Est"):
        level = np.where((days >= pd.Timestamp(RISE)) & (team == "Nord"), 0.87, 0.80)[:, None]
        hits = (rng.random((len(days), 60)) < level).ravel()
        frames.append(
            pd.DataFrame({
                "date": np.repeat(days, 60), "team": team, "outcome": np.where(hits, "answered", "abandoned"),
                "wait_s": rng.exponential(30, hits.size),
            })
        )  # fmt: skip
    made = pd.concat(frames, ignore_index=True)
    return {"contacts": made.assign(direction="inbound", channel="phone", out_of_hours=False)}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """Review those calls with the three decisions."""
    parts = {"project": {"name": "Service"}, "report": [{"kpis": ["answer_rate"]}], "decision": DECISIONS}
    project = from_mapping(parts, tmp_path_factory.mktemp("decided"))
    return review_tables(calls(), project, "2026-10", today=date(2026, 11, 20))


@pytest.fixture(params=["en", "fr"])
def decided(request, reviewed):
    """The page in each language."""
    return DecisionsPage(View(reviewed, words(request.param)))


def numbers(text):
    """Read the numbers of a sentence, without its dates, its title, the level of its interval and years."""
    text = re.sub(r"\(\d+(er)? \w+ 20\d\d\)|95\W?%", "", text)
    return [
        float(found.replace("\N{MINUS SIGN}", "-").replace(",", ".").replace("+", ""))
        for found in re.findall(r"[+\N{MINUS SIGN}]?\d+(?:[.,]\d+)?", text)
    ]


def near(given, facts, step):
    """Say whether each number given is one of the facts, to half a step of what is shown."""
    return all(any(abs(abs(one) - abs(fact)) <= step / 2 + 1e-9 for fact in facts) for one in given)


def test_every_sentence_says_the_numbers_of_its_effect(decided):
    """Levels before and since and both ends of the interval; of none shown the interval alone; too early: no number."""
    sentences = repr(decided.headline()).splitlines()
    effects = {(one.decision.date, one.kpi): one for one in decided.view.review.effects}
    assert len(sentences) == len(effects) == 4
    rise, wait, greeting, new = (
        effects[RISE, "answer_rate"], effects[RISE, "wait_time"], effects[GREETING, "answer_rate"],
        effects[date(2026, 10, 5), "answer_rate"],
    )  # fmt: skip
    said = {id(one): effect(decided.view, one) for one in (rise, wait, greeting, new)}
    assert set(said.values()) == set(sentences)
    assert [one.state for one in (rise, wait, greeting, new)] == [
        "changed_with", "none_shown", "none_shown", "too_early",
    ]  # fmt: skip
    shown = numbers(said[id(rise)])
    assert len(shown) == 4
    assert near(shown, [100 * fact for fact in (rise.before, rise.after, *rise.size[1:])], 0.1)
    assert near(numbers(said[id(wait)]), wait.size[1:], 1)
    assert len(numbers(said[id(greeting)])) == 2
    assert near(numbers(said[id(greeting)]), [100 * fact for fact in greeting.size[1:]], 0.1)
    assert numbers(said[id(new)]) == []


def test_the_difference_from_the_other_teams_has_its_own_numbers(decided):
    """The difference in differences and both its ends, and the teams it is held against."""
    (one,) = (e for e in decided.view.review.effects if (e.decision.date, e.kpi) == (RISE, "answer_rate"))
    text = repr(decided.pictures())
    said = next(part for part in re.split(r"(?<=[.)])\s", text) if "Est" in part and "Sud" in part)
    assert near(numbers(said), [100 * fact for fact in one.comparison], 0.1)
    assert len(numbers(said)) == 3


def test_a_decision_has_a_picture_for_each_kpi_named_by_a_text(decided):
    """Three decisions with four KPIs: a drawing each, and what it shows in words."""
    html = str(decided.pictures().html)
    assert html.count("<svg") == 4
    assert len(re.findall(r"<title[^>]*>[^<]{40,}</title>", html)) == 4


def test_a_project_without_decisions_says_so(tmp_path):
    """No heading without anything below it, and a sentence instead of silence."""
    none = review_tables(calls(), from_mapping({}, tmp_path), "2026-10", today=date(2026, 11, 20))
    found = DecisionsPage(View(none, words("en")))
    assert repr(found.headline()) == "The project file names no decision that was made by then."
    assert not repr(found.pictures())


def test_every_reason_has_its_words():
    """A code without words would break the page of the one project that meets it."""
    assert set(codes.NO_EFFECT) == set(shapes.NO_EFFECT)


def test_the_notebook_asks_and_computes_nothing():
    """Its cells hold no function, class or loop; each parameter has its type and a word of help."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert all(re.fullmatch(r'\w+: str = ".*"  # .+', line) for line in code[0].splitlines())
    assert not any(re.search(r"^\s*(def|class|for|while|if)\b", text, re.MULTILINE) for text in code)
    spoken = [set(cell["metadata"].get("tags", ())) for cell in cells if cell["cell_type"] == "markdown"]
    assert sum("lang-en" in tags for tags in spoken) == sum("lang-fr" in tags for tags in spoken)
