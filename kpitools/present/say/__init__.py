"""The few sentences that carry the page, each said once: what, how much, since when, compared with what, how sure.

A change is claimed where the review claims one, a place among others where a verdict gives one: never off a point
estimate. Whole sentences are translated, never pieces of them; what fills their places is a name, a number or a
date. At most one sentence asks for a decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kpitools.present import dates, industry
from kpitools.present.say.amounts import step
from kpitools.present.say.changes import changes
from kpitools.present.say.customers import customers
from kpitools.present.say.effects import effect, shown, silent
from kpitools.present.say.goals import ask
from kpitools.present.view import View

__all__ = ["Sentence", "decided", "headlines", "notices", "simulated", "step"]

MOST = 4
"""Sentences that a reader takes in at once."""
FEW = 9
"""KPIs that a page can carry; more are hard to follow."""
FEW_DAYS = 4
"""Days below which the spread between them is hardly known, and intervals are wide for that reason alone."""


@dataclass(frozen=True)
class Sentence:
    """One thing said on the first screen; `decide` marks the one that asks for a decision."""

    text: str
    decide: bool = False


def headlines(view: View) -> tuple[Sentence, ...]:
    """Return the sentences of the first screen, at most four: changes, decisions, customers, the industry, what to do.

    What is said first counts most; where there is too much to say, what counts least is left out: customers as usual
    before the place in the industry, that before a further change, which is news.
    """
    worked = [effect(view, one) for one in shown(view)[:1]]
    told = frozenset((one.kpi, one.team) for one in shown(view)[:1])
    moved = changes(view, told)
    none = [effect(view, one) for one in silent(view)[:1]]
    last = [said for said in (ask(view),) if said]
    found = [*_in(0, 0, moved[:1]), *_in(1, 2, worked), *_in(2, 1, moved[1:]), *_in(3, 4, industry.position(view)),
             *_in(4, 3, customers(view)), *_in(5, 2, none)]  # fmt: skip
    kept = sorted(sorted(found)[: MOST - len(last)], key=lambda one: one[1])
    return (*(Sentence(text) for _, _, text in kept), *(Sentence(text, decide=True) for text in last))


def _in(weight: int, place: int, texts: Iterable[str]) -> list[tuple[int, int, str]]:
    return [(weight, place, text) for text in texts]


def notices(view: View) -> tuple[str, ...]:
    """Say first what limits everything below: a period that is not complete, too few days to know how they vary."""
    review, words = view.review, view.words
    days = (review.period.end - review.period.start).days + 1
    said = []
    if not review.complete:
        said.append(words.plural(
            "{period} is not complete: the data reach {n} of its {days} days. Its own values are not held against "
            "earlier periods, other organisations or targets yet; changes of level are judged over the whole weeks.",
            "{period} is not complete: the data reach {n} of its {days} days. Its own values are not held against "
            "earlier periods, other organisations or targets yet; changes of level are judged over the whole weeks.",
            review.days, n=review.days, days=days, period=_capital(dates.name(words, review.period)),
        ))  # fmt: skip
    if review.days < min(days, FEW_DAYS):
        said.append(words.text("Intervals are wide here: so few days hardly tell how much one differs from another."))
    return tuple(said)


def passed_over(view: View) -> str:
    """Say that the data go on into a period which is not complete, and that this page is not about it."""
    review, words = view.review, view.words
    following = review.period.next()
    if (
        not review.complete
        or review.coverage.last < following.start
        or review.coverage.complete(following, review.today)
    ):
        return ""
    return words.text(
        "{period} is not complete (data up to {day}): it is left for the next report.",
        period=_capital(dates.name(words, following)), day=dates.day(words, review.coverage.last),
    )  # fmt: skip


def crowded(view: View) -> str:
    """Warn of more KPIs than a reader can follow."""
    n = len(view.review.kpis)
    if n <= FEW:
        return ""
    return view.words.text(
        "{n} KPIs are more than a reader can follow: {few} at most are advised. The project file chooses them.",
        n=n, few=FEW,
    )  # fmt: skip


def simulated(view: View) -> str:
    """Say that nothing here is real, where that is so."""
    if not view.review.project.about.simulated:
        return ""
    return view.words.text("Simulated data: the figures of this page are made up, to show what it looks like.")


def decided(view: View) -> str:
    """Recall what was decided in the period, as a fact; no effect is claimed."""
    review, words = view.review, view.words
    found = [
        words.text("{title} ({date})", title=view.said(one.title), date=dates.day(words, one.date))
        for one in review.project.decisions
        if review.period.start <= one.date <= review.period.end and one.team in (None, review.team)
    ]
    if not found:
        return ""
    return words.plural(
        "Decided in this period: {list}. What it does can be told in some months.",
        "Decided in this period: {list}. What they do can be told in some months.",
        len(found), list=dates.listed(words, found),
    )  # fmt: skip


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
