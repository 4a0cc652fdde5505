"""What a decision did, as far as the data tell: moved with it, moved as it had before, no effect shown, too early."""

from kpitools.findings.shapes import Effect
from kpitools.kpi import Kpi
from kpitools.present import dates
from kpitools.present.codes import NO_EFFECT
from kpitools.present.languages import N_
from kpitools.present.say import amounts
from kpitools.present.say.changes import LEVEL, subject
from kpitools.present.state import NEWS
from kpitools.present.view import View

WITH = {
    (True, True): N_("{kpi} has improved with “{title}” ({date}): {after}, up from {before}."),
    (True, False): N_("{kpi} has improved with “{title}” ({date}): {after}, down from {before}."),
    (None, True): N_("{kpi} has gone up with “{title}” ({date}): {after}, from {before}."),
    (None, False): N_("{kpi} has gone down with “{title}” ({date}): {after}, from {before}."),
}
SINCE = N_("since “{title}” ({date})")
"""Where the move may have another reason, it came since the decision, and not with it."""
SURE = N_("The difference lies between {low} and {high} (95% interval); so large a move was rare at earlier dates.")
BEFORE = "jumps_before"
DOUBTS = {
    BEFORE: N_("Such moves were seen at earlier dates too: the decision may not be the reason."),
    "others_too": N_("The other teams cannot be told to have moved less: the decision may not be the reason."),
}
UNDER_WAY = N_("It was moving that way before already: part of this may be the same course.")
AGAINST = N_("{kpi} has got worse since “{title}” ({date}), which was to improve it: {after}, {before} before.")
NONE = N_("“{title}” ({date}) shows no effect on {kpi}: the difference lies between {low} and {high} (95% interval).")
BARE = N_("“{title}” ({date}) shows no effect on {kpi}.")
UNKNOWN = N_("“{title}” ({date}): its effect on {kpi} cannot be told: {why}.")
EARLY = N_("“{title}” ({date}): too early to tell what it does to {kpi}.")


def shown(view: View) -> tuple[Effect, ...]:
    """Return the effects that are news: of decisions of the last year that moved what they were to move."""
    return tuple(one for one in _recent(view) if one.state in ("changed_with", "changed_since"))


def silent(view: View) -> tuple[Effect, ...]:
    """Return the decisions of the last year that show no effect."""
    return tuple(one for one in _recent(view) if one.state == "none_shown")


def _recent(view: View) -> list[Effect]:
    """Return the effects on the page's KPIs of recent decisions, those shown with the decision first."""
    known = {kpi.name for kpi in view.review.kpis}
    mine = [one for one in view.review.effects if one.kpi in known and view.last - NEWS < one.decision.date]
    return sorted(mine, key=lambda one: (one.state != "changed_with", -one.decision.date.toordinal()))


def effect(view: View, one: Effect) -> str:
    """Say what came after one decision in one KPI."""
    words, kpi = view.words, view.review.project.kpi(one.kpi)
    said = {
        "title": view.said(one.decision.title), "date": dates.day(words, one.decision.date),
        "kpi": subject(view, kpi, one.team),
    }  # fmt: skip
    if one.state in ("changed_with", "changed_since") or one.better is False:
        return _moved(view, kpi, one, said)
    said["kpi"] = inside(view, kpi)
    if one.state == "none_shown":
        span = _span(view, kpi, one)
        return words.text(NONE, low=span[0], high=span[1], **said) if span else words.text(BARE, **said)
    if one.state == "not_measured" and one.why:
        return words.text(UNKNOWN, why=words.text(NO_EFFECT[one.why]), **said)
    return words.text(EARLY, **said)


def _moved(view: View, kpi: Kpi, one: Effect, said: dict[str, str]) -> str:
    """Say a move: as expected, with how sure it is; or for the worse."""
    words = view.words
    before, after = amounts.levels(view, kpi, one.before, one.after, one.size)
    if one.better is False:
        return words.text(AGAINST, before=before, after=after, **said)
    course = one.better, one.size.value > 0
    if one.state == "changed_since":
        since = words.text(SINCE, title=said["title"], date=said["date"])
        first = words.text(LEVEL[course], kpi=said["kpi"], since=since, before=before, after=after)
        first += " " + words.text(DOUBTS[one.why or BEFORE])
    else:
        first = words.text(WITH[course], before=before, after=after, **said)
        ends = amounts.between(view, kpi, one.size, one.before)
        first += " " + words.text(SURE, low=ends[0], high=ends[1]) if ends is not None else ""
    return f"{first} {words.text(UNDER_WAY)}" if one.before_too else first


def inside(view: View, kpi: Kpi) -> str:
    """Name a KPI inside a sentence: with a small letter, unless the language has no form of its own for it."""
    said = view.subject(kpi)
    return said if said == view.label(kpi) else said[:1].lower() + said[1:]


def _span(view: View, kpi: Kpi, one: Effect) -> tuple[str, str] | None:
    low, high = one.size.low, one.size.high
    if low != low or high != high:  # noqa: PLR0124 - NaN is not itself
        return None
    return tuple(amounts.signed(view, kpi, one.size._replace(value=end), one.before) for end in (low, high))  # type: ignore[return-value]
