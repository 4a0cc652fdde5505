"""The team's own targets: how each looks, and the one sentence that asks for a decision.

Never about a duration: those are no goal by themselves.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.codes import SMART
from kpitools.present.languages import N_
from kpitools.present.numbers import between, decimals, level, stated
from kpitools.present.view import Compared, View

Look = Literal["missed", "set_to_miss", "at_risk", "not_yet", "unclear", "on_course", "reached"]
ASK = {
    "missed": N_("{kpi} ({value}) has missed its target of {target}, which was due on {date}."),
    "set_to_miss": N_("{kpi} ({value}) is set to miss its target of {target}, due on {date}, if nothing changes."),
    "at_risk": N_("{kpi} ({value}) is at risk of missing its target of {target}, due on {date}."),
    "not_yet": N_("{kpi} ({value}) has not reached its target of {target} yet; it is due on {date}."),
}


URGENT = ("missed", "set_to_miss", "at_risk", "not_yet")
"""What asks for a decision, the most urgent first."""


@dataclass(frozen=True)
class Goal:
    """One target of a KPI over all channels: its value, day and owner, and how it looks."""

    kpi: Kpi
    held: Compared
    value: float
    by: date | None
    owner: str
    look: Look

    @property
    def short(self) -> bool:
        """Say whether it is missed, or in danger of it."""
        return self.look in URGENT


def goals(view: View, kpi: Kpi) -> tuple[Goal, ...]:
    """Return the targets of a KPI over all channels, in the order of the project file."""
    found = []
    for held in view.compared(kpi, "target"):
        target = industry.target(view, kpi, held)
        if target is not None and held.channel is None:
            found.append(Goal(kpi, held, target.value, target.by, target.owner, _look(view, kpi, held, target.by)))
    return tuple(found)


def _look(view: View, kpi: Kpi, held: Compared, by: date | None) -> Look:
    """Say how a target looks: by its forecast where there is one, else by the verdict of the period."""
    over = by is None or by <= view.review.period.end
    if held.outlook in ("reached", "on_course", "at_risk", "missed"):
        return "set_to_miss" if held.outlook == "missed" and not over else held.outlook  # type: ignore[return-value]
    side = industry.side(kpi, held)
    if side == "undetermined":
        return "unclear"
    if side in ("met", "better"):
        return "reached"
    return "missed" if over else "not_yet"


def doubts(view: View) -> str:
    """Say which targets are no good goals as they stand, and why: no owner, no date, out of reach."""
    each = [
        view.words.text("{kpi} ({reason})", kpi=view.label(kpi), reason=dates.listed(view.words, why))
        for kpi in view.review.kpis for goal in goals(view, kpi)
        if (why := [view.words.text(SMART[code]) for code in goal.held.warnings if code in SMART])
    ]  # fmt: skip
    return view.words.text("Targets to look at again: {list}.", list=dates.listed(view.words, each)) if each else ""


def ask(view: View) -> str:
    """Ask for the decision about the target in most danger, of several the one due first; else say nothing."""
    short = [goal for kpi in view.review.kpis if kpi.unit != "seconds" for goal in goals(view, kpi) if goal.short]
    if not short:
        return ""
    return _ask(view, min(short, key=lambda goal: (URGENT.index(goal.look), goal.by or date.max)))


def _ask(view: View, goal: Goal) -> str:
    words, now = view.words, view.measured(goal.kpi)
    if now.value is None:
        return ""
    filled = {
        "kpi": view.subject(goal.kpi),
        "value": level(words, goal.kpi.unit, now.value, now.low, now.high),
        "target": stated(words, goal.kpi.unit, goal.value),
    }
    if goal.by is None:
        said = words.text("{kpi} ({value}) misses its target of {target}.", **filled)
    else:
        over = goal.by <= view.review.period.end
        form = "will_miss" if goal.look == "missed" and not over else goal.look
        said = " ".join([words.text(ASK[form], date=dates.day(words, goal.by), **filled), *_forecast(view, goal)])
    return said + " " + _who(view, goal)


def _forecast(view: View, goal: Goal) -> list[str]:
    """Say where the KPI is headed by the day of its target."""
    low, high = goal.held.outlook_low, goal.held.outlook_high
    if low is None or high is None:
        return []
    span = between(view.words, goal.kpi.unit, low, high, decimals(goal.kpi.unit, low, high))
    return [view.words.text("Its course leads to {range} by then (four times in five).", range=span)]


def _who(view: View, goal: Goal) -> str:
    if goal.owner:
        return view.words.text("To decide ({owner}): what is to be done about it.", owner=goal.owner)
    return view.words.text("To decide: what is to be done about it.")
