"""What changed: the level of a KPI, of the whole service or of one team."""

from kpitools.findings.shapes import Part, Shift
from kpitools.kpi import Kpi
from kpitools.present import dates
from kpitools.present.languages import N_
from kpitools.present.say import amounts
from kpitools.present.say.reasons import reason
from kpitools.present.state import news, state
from kpitools.present.view import View

LEVEL = {
    (True, True): N_("{kpi} has improved {since}: {after}, up from {before}."),
    (True, False): N_("{kpi} has improved {since}: {after}, down from {before}."),
    (False, True): N_("{kpi} has got worse {since}: {after}, up from {before}."),
    (False, False): N_("{kpi} has got worse {since}: {after}, down from {before}."),
    (None, True): N_("{kpi} has gone up {since}: {after}, from {before}."),
    (None, False): N_("{kpi} has gone down {since}: {after}, from {before}."),
}
"""A change, by whether it is for the better and whether it is a rise."""
SURE = {
    True: N_("The rise is more than the usual variation; it lies between {low} and {high} (95% interval)."),
    False: N_("The fall is more than the usual variation; it lies between {low} and {high} (95% interval)."),
}
ROUGHLY = N_("This is more than the usual variation.")
WATCH = {
    True: N_("{kpi} may have improved {since}: {after}, {before} before; worth watching, and no finding yet."),
    False: N_("{kpi} may have got worse {since}: {after}, {before} before; worth watching, and no finding yet."),
    None: N_("{kpi} may have changed {since}: {after}, {before} before; worth watching, and no finding yet."),
}
LEAST = 10
"""Weeks, or other periods, below which no change is told (`findings.shapes.NO_SHIFT`)."""
FULL, NAMED = 2, 3
"""Changes said in full; further ones that are named."""


def changes(view: View, told: frozenset[tuple[str, str | None]] = frozenset()) -> list[str]:
    """Say what changed, the surest and worst first: two in full, further ones by name; or that nothing did.

    A page of what customers say alone leaves the latter to the sentence on them. A team's change is said with that of
    the service, where the service changed too. `told` names what another sentence says already, by KPI and team.
    """
    found = [(kpi, shift) for kpi, shift in _ranked(view) if (kpi.name, shift.team) not in told]
    if not found:
        return [] if told or not view.performance else [_nothing(view)]
    full = found if len(found) <= FULL else found[:1]
    said = [shifted(view, kpi, shift) for kpi, shift in full]
    rest = [one for one in found[len(full) :] if one[1].level == "changed"]
    if rest:
        each = [_named(view, kpi, shift) for kpi, shift in rest[:NAMED]]
        more = len(rest) - len(each)
        each += [view.words.plural("{n} more", "{n} more", more, n=more)] if more else []
        said.append(view.words.text("Also beyond the usual variation: {list}.", list=dates.listed(view.words, each)))
    return said


def _ranked(view: View) -> list[tuple[Kpi, Shift]]:
    """Return what changed, ranked: sure before to watch, the service before its teams, worse first, then the newest.

    A drift goes on to this day, whenever it began.
    """
    known = {kpi.name: kpi for kpi in view.review.kpis}
    found = [(kpi, one) for kpi in view.review.kpis if (one := state(view, kpi).shift) is not None]
    whole = {shift.kpi for _, shift in found if shift.level == "changed"}
    found += [(known[one.kpi], one) for one in _of_teams(view) if one.kpi in set(known) - whole]

    def rank(one: tuple[Kpi, Shift]) -> tuple[bool, bool, bool, bool, int]:
        shift = one[1]
        alone = shift.team not in (None, view.review.team)
        newest = shift.since_to if shift.gradual else shift.since
        began = newest.start.toordinal() if newest else 0
        return shift.level == "watch", alone, shift.better is None, shift.better is True, -began

    return sorted(found, key=rank)


def _of_teams(view: View) -> list[Shift]:
    """Return what has surely changed in single teams."""
    return [one for one in view.review.team_shifts if one.level == "changed" and news(view, one)]


def subject(view: View, kpi: Kpi, team: str | None) -> str:
    """Name a KPI as the subject of a sentence, and the team where the page is about all of them."""
    said = view.subject(kpi)
    return said if team in (None, view.review.team) else view.words.text("{kpi} of team {team}", kpi=said, team=team)


def shifted(view: View, kpi: Kpi, shift: Shift) -> str:
    """Say a change of level: since when, from where to where, how sure, and in which teams, else why."""
    words, rise = view.words, shift.after > shift.before
    told = {"kpi": subject(view, kpi, shift.team), **_levels(view, kpi, shift)}
    if shift.level == "watch":
        return words.text(WATCH[shift.better], **told)
    said = [words.text(LEVEL[shift.better, rise], **told)]
    ends = amounts.between(view, kpi, _size(shift), shift.before)
    if shift.about or ends is None:
        said.append(words.text(ROUGHLY))
    else:
        said.append(words.text(SURE[rise], low=ends[0], high=ends[1]))
    if shift.team in (None, view.review.team):
        said.append(_teams(view, kpi, shift) or reason(view, kpi))
    return " ".join(part for part in said if part)


def _teams(view: View, kpi: Kpi, shift: Shift) -> str:
    """Name the teams whose own level moved the same way."""
    mine = [one for one in _of_teams(view) if one.kpi == kpi.name and (one.size > 0) == (shift.size > 0)]
    if not mine:
        return ""
    each = [
        view.words.text("{team} (from {before} to {after})", team=one.team, **_ends(view, kpi, one))
        for one in sorted(mine, key=lambda one: -abs(one.size))
    ]
    listed = dates.listed(view.words, each)
    return view.words.plural("Team concerned: {list}.", "Teams concerned: {list}.", len(each), list=listed)


def levels(view: View, kpi: Kpi, shift: Shift) -> str:
    """Say the two levels of a change, as the caption of what is drawn of it."""
    return view.words.text("Level {since}: {after}, {before} before.", **_levels(view, kpi, shift))


def _levels(view: View, kpi: Kpi, shift: Shift) -> dict[str, str]:
    return {"since": _since(view, shift), **_ends(view, kpi, shift)}


def _since(view: View, shift: Shift) -> str:
    """Say since when, and between which periods it began where more than one is possible.

    Nothing is known of when a drift began: it is said over which periods it was seen.
    """
    words, page = view.words, view.review.period
    since, first, last = begun(view, shift), shift.since_from, shift.since_to
    if first is None or last is None or first == last:
        return since
    ends = {"first": dates.near(words, first, page), "last": dates.near(words, last, page)}
    if shift.gradual:
        return words.text("{drift} ({first} to {last})", drift=since, **ends)
    return words.text("{since} ({first} at the earliest, {last} at the latest)", since=since, **ends)


def begun(view: View, shift: Shift) -> str:
    """Say since when a change is, in few words; of a drift, which runs over all that is looked at, that it is one."""
    if shift.gradual:
        return view.words.text("little by little")
    return dates.since(view.words, shift.since, view.review.period) if shift.since else ""


def _ends(view: View, kpi: Kpi, shift: Shift) -> dict[str, str]:
    before, after = amounts.levels(view, kpi, shift.before, shift.after, _size(shift))
    return {"before": before, "after": after}


def _size(shift: Shift) -> Part:
    return Part(shift.size, shift.size_low, shift.size_high)


def _named(view: View, kpi: Kpi, shift: Shift) -> str:
    """Name a further change with its size and since when."""
    words, name = view.words, view.label(kpi)
    if shift.team not in (None, view.review.team):
        name = words.text("{kpi} of team {team}", kpi=name, team=shift.team)
    by = amounts.signed(view, kpi, _size(shift), shift.before)
    return words.text("{kpi} ({change} {since})", kpi=name, change=by, since=begun(view, shift))


def _nothing(view: View) -> str:
    """Say that a period is quiet, or why a quiet one cannot be told."""
    words = view.words
    usual = sum(state(view, kpi).code == "usual" for kpi in view.review.kpis)
    if usual:
        return words.plural(
            "Nothing has changed beyond the usual variation: the one KPI that can be judged keeps its usual level.",
            "Nothing has changed beyond the usual variation: the {n} KPIs that can be judged keep their usual level.",
            usual, n=usual,
        )  # fmt: skip
    n = max((shift.n for shift in view.review.shifts.values()), default=0)
    if not n:
        return words.text("There is no earlier complete period to tell a change from the usual variation.")
    if n >= LEAST:
        return words.text("The data are not enough to tell a change from the usual variation.")
    return words.plural(
        "It is too early to tell a change from the usual variation: that takes {least} weeks or more, there is {n}.",
        "It is too early to tell a change from the usual variation: that takes {least} weeks or more, there are {n}.",
        n, n=n, least=LEAST,
    )  # fmt: skip
