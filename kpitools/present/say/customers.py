"""What customers think, beside the performance."""

from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.numbers import difference, level
from kpitools.present.say.goals import goals
from kpitools.present.state import state
from kpitools.present.view import View


def customers(view: View) -> list[str]:
    """Say what customers think beside the performance, unless a part of that is the news already."""
    words = view.words
    answered = [kpi for kpi in view.satisfaction if view.measured(kpi).value is not None]
    if not answered:
        return [words.text("What customers think is not known here: this period has no survey answers to show.")]
    quiet = [kpi for kpi in answered if state(view, kpi).code in ("usual", "unknown")]
    unsure = [kpi for kpi in quiet if state(view, kpi).code == "unknown"]
    if len(quiet) < len(answered):
        return []
    values = dates.listed(words, [_valued(view, kpi) for kpi in quiet])
    if not unsure:
        return [words.text("What customers say is as usual: {list}.", list=values)]
    first = words.text("What customers say: {list}.", list=values)
    return [" ".join(part for part in (first, _unsure(view, unsure[-1])) if part)]


def _valued(view: View, kpi: Kpi) -> str:
    """Name a KPI with its value; the value of a period that is not complete is not what is judged."""
    if not view.review.complete:
        return view.label(kpi)
    now = view.measured(kpi)
    value = "" if now.value is None else level(view.words, kpi.unit, now.value, now.low, now.high)
    said = view.words.text("{kpi} {value}", kpi=view.label(kpi), value=value)
    return " ".join(part for part in (said, view.scale(kpi)) if part)


def _unsure(view: View, kpi: Kpi) -> str:
    """Say how far the answers reach, and about how many more would decide."""
    words, now, held = view.words, view.measured(kpi), view.earlier(kpi)
    if held is None or held.difference_low is None or held.difference_high is None:
        return ""
    said = words.plural(
        "{kpi}: {n} answer is too few to tell a change; the difference from before lies between {low} and {high}.",
        "{kpi}: {n} answers are too few to tell a change; the difference from before lies between {low} and {high}.",
        now.n, kpi=view.label(kpi), n=now.n,
        low=difference(words, kpi.unit, held.difference_low), high=difference(words, kpi.unit, held.difference_high),
    )  # fmt: skip
    needed = next((n for goal in goals(view, kpi) if (n := industry.needed(view, goal.held))), None)
    if needed is None:
        return said
    more = words.text("About {n} more would tell whether the target is reached.", n=industry.rounded(words, needed))
    return f"{said} {more}"
