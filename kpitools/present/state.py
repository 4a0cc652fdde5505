"""What a page says of each KPI in one word: better, worse, to watch, as usual, or that it cannot tell."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kpitools.findings.shapes import Shift
from kpitools.kpi import Kpi
from kpitools.present.view import View

Code = Literal["better", "worse", "moved", "watch", "usual", "unknown"]
NEWS = timedelta(days=366)
"""How long before the last day of the data a change is news, on every page alike. Later it is the usual level."""


@dataclass(frozen=True)
class State:
    """One word on a KPI, by its code; `better` says which way, None where neither way is better.

    Better, worse and moved: its level has changed. Watch: it may have. `shift` is the change behind these.
    """

    code: Code
    better: bool | None = None
    shift: Shift | None = None

    @property
    def asks(self) -> bool:
        """Say whether it is for the worse."""
        return self.code == "worse"


def state(view: View, kpi: Kpi) -> State:
    """Say in a word how a KPI does, by the verdict on its level over time."""
    shift = view.review.shifts.get(kpi.name)
    if shift is None or shift.level == "none":
        return State("unknown")
    if not news(view, shift):
        return State("usual")
    way: Code = "moved" if shift.better is None else "better" if shift.better else "worse"
    return State("watch" if shift.level == "watch" else way, shift.better, shift)


def news(view: View, shift: Shift) -> bool:
    """Say whether a change is shown, and still goes on or began so recently that it is news on this page."""
    if not shift.shown or shift.since is None:
        return False
    return shift.gradual or view.last - NEWS < shift.since.start <= view.last
