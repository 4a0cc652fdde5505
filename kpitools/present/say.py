"""The few sentences that carry the page, each said once: what, how much, compared with what, how sure.

A change is claimed where the review claims one, a place among others where a verdict gives one: never off a point
estimate. Whole sentences are translated, never pieces of them; what fills their places is a name, a number or a
date. At most one sentence asks for a decision, and never one about a duration: those are no goal by themselves.
"""

from dataclasses import dataclass
from math import isnan

from kpitools.findings.trend import LEAST
from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.languages import N_
from kpitools.present.numbers import difference, level, number, relative, spread, stated
from kpitools.present.view import Compared, View
from kpitools.project import Text

MOST = 4
"""Sentences that a reader takes in at once."""

CHANGED = {
    ("better", True): N_("{kpi} has improved: {value}, up from {before} {when} ({by})."),
    ("better", False): N_("{kpi} has improved: {value}, down from {before} {when} ({by})."),
    ("worse", True): N_("{kpi} has got worse: {value}, up from {before} {when} ({by})."),
    ("worse", False): N_("{kpi} has got worse: {value}, down from {before} {when} ({by})."),
    ("moved", True): N_("{kpi} has gone up: {value}, from {before} {when} ({by})."),
    ("moved", False): N_("{kpi} has gone down: {value}, from {before} {when} ({by})."),
}
SIZE = {
    True: N_("The rise is more than the usual variation: it lies between {low} and {high} (95% interval)."),
    False: N_("The fall is more than the usual variation: it lies between {low} and {high} (95% interval)."),
}
MISSED = {
    True: N_("{kpi} ({value}) has missed its target of {target}, which was due on {date}."),
    False: N_("{kpi} ({value}) has not reached its target of {target} yet; it is due on {date}."),
}


@dataclass(frozen=True)
class Sentence:
    """One thing said on the first screen; `decide` marks the one that asks for a decision."""

    text: str
    decide: bool = False


def notices(view: View) -> tuple[str, ...]:
    """Say first what limits everything below: a period that is not complete."""
    review, words = view.review, view.words
    if review.complete:
        return ()
    days = (review.period.end - review.period.start).days + 1
    return (
        words.plural(
            "{period} is not complete: the data reach {n} of its {days} days, so nothing is compared for it.",
            "{period} is not complete: the data reach {n} of its {days} days, so nothing is compared for it.",
            review.days, n=review.days, days=days, period=_capital(dates.name(words, review.period)),
        ),
    )  # fmt: skip


def simulated(view: View) -> str:
    """Say that nothing here is real, where that is so."""
    if not view.review.project.about.simulated:
        return ""
    return view.words.text("Simulated data: the figures of this page are made up, to show what it looks like.")


def headlines(view: View) -> tuple[Sentence, ...]:
    """Return the sentences of the first screen, at most four: changes, customers, the industry, what to decide."""
    first = [Sentence(text) for text in _changes(view)]
    last = _decision(view)
    customers = [Sentence(text) for text in _customers(view)]
    position = [Sentence(text) for text in industry.position(view)]
    room = MOST - len(last)
    return tuple([*first, *customers, *position][:room] + last)


def decided(view: View) -> str:
    """Recall what was decided in the period, as a fact; no effect is claimed."""
    review, words = view.review, view.words
    found = [
        words.text("{title} ({date})", title=text(view, one.title), date=dates.day(words, one.date))
        for one in review.project.decisions
        if review.period.start <= one.date <= review.period.end and one.team in (None, review.team)
    ]
    if not found:
        return ""
    return words.plural(
        "Decided in this period: {list}. Its effect is not judged here.",
        "Decided in this period: {list}. Their effects are not judged here.",
        len(found), list=dates.listed(words, found),
    )  # fmt: skip


def text(view: View, given: Text) -> str:
    """Return a text of the user's in the page's language, or as it was written."""
    if isinstance(given, str):
        return given
    said = [text for language, text in given.items() if language == view.words.language]
    return (said or list(given.values()))[0]


def _changes(view: View) -> list[str]:
    """Say what changed, worst first: two in full, further ones by name; or that nothing did."""
    changed = (*view.changed("worse"), *view.changed("better"), *view.changed("moved"))
    if not changed:
        return [_nothing_changed(view)]
    full = changed if len(changed) <= 2 else changed[:1]
    said = [_change(view, kpi) for kpi in full]
    rest = changed[len(full) :]
    if rest:
        each = [view.words.text("{kpi} ({change})", kpi=view.label(kpi), change=step(view, kpi)) for kpi in rest]
        said.append(view.words.text("Also beyond the usual variation: {list}.", list=dates.listed(view.words, each)))
    return said


def _change(view: View, kpi: Kpi) -> str:
    words, now, held = view.words, view.measured(kpi), view.previous(kpi)
    if now.value is None or held is None or held.before is None or held.difference is None:
        return words.text("{kpi} is outside its usual range.", kpi=view.subject(kpi))
    rise = held.difference > 0
    first = words.text(
        CHANGED[view.review.change(kpi.name), rise],
        kpi=view.subject(kpi),
        value=level(words, kpi.unit, now.value, now.low, now.high),
        before=level(words, kpi.unit, held.before, now.low, now.high),
        when=dates.during(words, view.review.period.previous()),
        by=step(view, kpi),
    )
    if held.difference_low is None or held.difference_high is None:
        return first + " " + words.text("This is more than the usual variation.")
    low, high = sorted((abs(held.difference_low), abs(held.difference_high)))
    ends = spread(words, kpi.unit, low, high)
    return first + " " + words.text(SIZE[rise], low=ends[0], high=ends[1])


def step(view: View, kpi: Kpi) -> str:
    """Write the difference from the previous period: -5.8 pts, -40 s, a count in percent."""
    held = view.previous(kpi)
    if held is None or held.difference is None or held.why == "incomplete":
        return ""
    if kpi.statistic == "count" and held.before:
        return relative(view.words, held.difference, held.before)
    return difference(view.words, kpi.unit, held.difference, held.difference_low, held.difference_high)


def _nothing_changed(view: View) -> str:
    """Say that a period is quiet, or that it is too early to tell a quiet one."""
    words = view.words
    usual = len(view.changed("usual"))
    if usual:
        return words.plural(
            "Nothing has changed beyond the usual variation: the one KPI that can be judged is in its usual range.",
            "Nothing has changed beyond the usual variation: the {n} KPIs that can be judged are in their usual range.",
            usual, n=usual,
        )  # fmt: skip
    if not view.review.complete:
        return words.text("Whether anything has changed can be said once the period is complete.")
    earlier = max((sum(trend.judged[:-1]) for trend in view.review.trends.values()), default=0)
    if not earlier:
        return words.text("There is no earlier complete period to tell a change from the usual variation.")
    if earlier >= LEAST:
        return words.text("The data are not enough to tell a change from the usual variation.")
    return words.plural(
        "It is too early to tell a change from the usual variation: that takes {least} earlier periods, there is {n}.",
        "It is too early to tell a change from the usual variation: that takes {least} earlier periods, there are {n}.",
        earlier, n=earlier, least=LEAST,
    )  # fmt: skip


def _customers(view: View) -> list[str]:
    """Say what customers think beside the performance, unless that is the news already."""
    words = view.words
    answered = [kpi for kpi in view.satisfaction if view.measured(kpi).value is not None]
    if not answered:
        return [words.text("What customers think is not known here: this period has no survey answers to show.")]
    quiet = [kpi for kpi in answered if view.review.change(kpi.name) in ("usual", "unknown")]
    unsure = [kpi for kpi in quiet if view.review.change(kpi.name) == "unknown"]
    if not quiet:
        return []
    values = dates.listed(words, [_valued(view, kpi) for kpi in quiet])
    if not unsure:
        return [words.text("What customers say is as usual: {list}.", list=values)]
    first = words.text("What customers say: {list}.", list=values)
    return [" ".join(part for part in (first, _unsure(view, unsure[-1])) if part)]


def _valued(view: View, kpi: Kpi) -> str:
    now = view.measured(kpi)
    value = "" if now.value is None else level(view.words, kpi.unit, now.value, now.low, now.high)
    said = view.words.text("{kpi} {value}", kpi=view.label(kpi), value=value)
    return " ".join(part for part in (said, view.scale(kpi)) if part)


def _unsure(view: View, kpi: Kpi) -> str:
    """Say how far the answers reach, and about how many more would decide."""
    words, now, held = view.words, view.measured(kpi), view.previous(kpi)
    if held is None or held.difference_low is None or held.difference_high is None:
        return ""
    said = words.plural(
        "{kpi}: {n} answer is too few to tell a change; the difference from before lies between {low} and {high}.",
        "{kpi}: {n} answers are too few to tell a change; the difference from before lies between {low} and {high}.",
        now.n, kpi=view.label(kpi), n=now.n,
        low=difference(words, kpi.unit, held.difference_low), high=difference(words, kpi.unit, held.difference_high),
    )  # fmt: skip
    more = [industry.needed(view, target) for target in view.compared(kpi, "target") if target.channel is None]
    needed = next((n for n in more if n), None)
    if needed is None:
        return said
    return said + " " + words.text("About {n} more would tell whether the target is reached.", n=number(words, needed))


def _decision(view: View) -> list[Sentence]:
    """Ask for the decision about the missed target that is due first; a duration by itself is no goal."""
    missed = [
        (held.id or "9999", kpi, held)
        for kpi in view.review.kpis
        if kpi.unit != "seconds"
        for held in view.compared(kpi, "target")
        if held.channel is None and industry.side(kpi, held) == "worse"
    ]
    if not missed:
        return []
    _, kpi, held = min(missed, key=lambda one: one[0])
    return [Sentence(_ask(view, kpi, held), decide=True)]


def _ask(view: View, kpi: Kpi, held: Compared) -> str:
    words, now = view.words, view.measured(kpi)
    target = industry.target(view, kpi, held)
    bound = held.low if held.low is not None else held.high
    if now.value is None or bound is None or isnan(bound):
        return ""
    filled = {
        "kpi": view.subject(kpi),
        "value": level(words, kpi.unit, now.value, now.low, now.high),
        "target": stated(words, kpi.unit, bound),
    }
    if target is not None and target.by is not None:
        template = MISSED[target.by <= view.review.period.end]
        said = words.text(template, date=dates.day(words, target.by), **filled)
    else:
        said = words.text("{kpi} ({value}) misses its target of {target}.", **filled)
    if target is not None and target.owner:
        return said + " " + words.text("To decide ({owner}): what is to be done about it.", owner=target.owner)
    return said + " " + words.text("To decide: what is to be done about it.")


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
