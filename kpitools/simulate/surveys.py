"""Surveys sent after a contact, of which most are never answered, the unhappy ones a little more seldom."""

import numpy as np

from kpitools.simulate import world as w
from kpitools.simulate.clock import DAYS
from kpitools.simulate.contacts import ANSWERED, Columns
from kpitools.simulate.world import Floats, Ints

SENT, ASKED_NPS = 0.5, 0.35
CSAT, NPS = 0, 1
CSAT_MOOD = np.array([[0.17, 0.16, 0.23, 0.26, 0.18], [0.04, 0.04, 0.11, 0.33, 0.48]])
NPS_MOOD = np.array(
    [
        [0.06, 0.03, 0.04, 0.05, 0.06, 0.10, 0.11, 0.15, 0.17, 0.12, 0.11],
        [0.01, 0.01, 0.01, 0.01, 0.02, 0.04, 0.06, 0.13, 0.21, 0.22, 0.28],
    ]
)
"""How often each answer is given, after a contact that did not resolve the request and after one that did."""


def surveys(rng: np.random.Generator, contacts: Columns) -> Columns:
    """Return the surveys about inbound contacts that were answered; an answer not given is NaN."""
    asked = (contacts["direction"] == 0) & (contacts["outcome"] == ANSWERED)
    about = np.flatnonzero(asked & (rng.random(len(asked)) < SENT))
    n = len(about)
    kind = (rng.random(n) < ASKED_NPS).astype(np.int64)
    score = _scores(rng, contacts, about, kind)
    sent_at = contacts["end_at"][about] + 3600
    answered_at = sent_at + np.round(rng.lognormal(np.log(4 * 3600), 1.0, n))
    willing = np.where(kind == NPS, 0.30 + 0.008 * (score - 7), 0.30 + 0.02 * (score - 4))
    silent = (rng.random(n) >= willing) | (answered_at >= DAYS * 86400)
    score[silent], answered_at[silent] = np.nan, np.nan
    found = {"about": about, "kind": kind, "score": score, "sent_at": sent_at, "answered_at": answered_at}
    order = np.argsort(sent_at, kind="stable")
    order = order[sent_at[order] < DAYS * 86400]
    return {name: values[order] for name, values in found.items()}


def _scores(rng: np.random.Generator, contacts: Columns, about: Ints, kind: Ints) -> Floats:
    """Draw what each customer would answer: by the question, whether they were helped, team and channel."""
    score = np.empty(len(about))
    team, channel = contacts["team"][about], contacts["channel"][about]
    group = ((team * 5 + channel) * 2 + contacts["resolved"][about]) * 2 + kind
    draws = rng.random(len(about))
    for value in np.unique(group):
        helped, question = int(value) // 2 % 2, int(value) % 2
        mood = w.TEAMS[int(value) // 20].mood[int(value) // 4 % 5]
        chances = _tilted((CSAT_MOOD, NPS_MOOD)[question][helped], mood if question == CSAT else mood / 2)
        of_group = group == value
        lowest = 1 if question == CSAT else 0
        score[of_group] = lowest + np.minimum(np.searchsorted(np.cumsum(chances), draws[of_group]), len(chances) - 1)
    return score


def _tilted(chances: Floats, mood: float) -> Floats:
    """Shift a distribution up (mood above 0) or down, each step by the same ratio."""
    weights = chances * np.exp(mood * np.arange(len(chances)))
    tilted: Floats = weights / weights.sum()
    return tilted
