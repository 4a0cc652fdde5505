"""Why a KPI changed, in one sentence: who asked for what (the mix), or how well each was served (the levels)."""

from collections.abc import Iterable
from math import isnan

from kpitools.findings.shapes import Part, Split
from kpitools.kpi import Kpi
from kpitools.present.codes import CHANNELS
from kpitools.present.languages import N_
from kpitools.present.numbers import level
from kpitools.present.say import amounts
from kpitools.present.view import View

BY = {"channel": N_("by channel"), "request_type": N_("by type of request"), "team": N_("by team")}
MIX = N_(
    "The difference comes at least in part from the mix {by}: the part of {category} went from {before} to {after}."
)
LEVELS = N_("Compared {by} the difference remains, largest in {category}: {before} to {after}.")
BOTH = N_("The mix {by} ({mix}) and the levels ({levels}) both play a part.")


MINOR = 0.25
"""Less than this part of a change is not worth a word."""


def reason(view: View, kpi: Kpi) -> str:
    """Say why a KPI changed, along the dimension that explains most; nothing where the data do not tell."""
    split = clearest(view.review.splits.get(kpi.name, ()))
    return "" if split is None else why(view, kpi, split)


def clearest(splits: Iterable[Split]) -> Split | None:
    """Return the split that tells most: of the mix, else of one category's level; None where none does."""
    return max((split for split in splits if _telling(split)), key=_telling, default=None)


def _telling(split: Split) -> float:
    """Say how much a split explains: the part of the mix, else how far one category makes the levels."""
    whole = abs(split.difference.value)
    if clear(split.mix) and abs(split.mix.value) >= MINOR * whole:
        return 1 + abs(split.mix.value) / whole
    if not clear(split.performance) or not split.terms:
        return 0.0
    return max(abs(term.performance) for term in split.terms) / sum(abs(term.performance) for term in split.terms)


def clear(part: Part) -> bool:
    """Say whether an interval excludes zero."""
    return part.low > 0 or part.high < 0


def why(view: View, kpi: Kpi, split: Split) -> str:
    """Say what a split says, as far as its intervals bear it; what is minor is left out."""
    words, along, whole = view.words, dimension(view, split.dimension), abs(split.difference.value)
    mixed, served = (clear(part) and abs(part.value) >= MINOR * whole for part in (split.mix, split.performance))
    if mixed and served:
        parts = [amounts.signed(view, kpi, part) for part in (split.mix, split.performance)]
        return words.text(BOTH, by=along, mix=parts[0], levels=parts[1])
    terms = [term for term in split.terms if not isnan(term.value_before + term.value_after)]
    if not terms or not (mixed or served):
        return ""
    if mixed:
        term = max(terms, key=lambda one: abs(one.mix))
        before, after = (level(words, "share", part) for part in (term.share_before, term.share_after))
    else:
        term = max(terms, key=lambda one: abs(one.performance))
        before, after = amounts.levels(view, kpi, term.value_before, term.value_after, split.performance)
    named = category(view, split.dimension, term.category)
    return words.text(MIX if mixed else LEVELS, by=along, category=named, before=before, after=after)


def dimension(view: View, name: str) -> str:
    """Name what a difference is split by: by channel, by type of request, by team, by a segment of the project's."""
    return view.words.text(BY[name]) if name in BY else view.words.text("by {segment}", segment=name)


def category(view: View, by: str, name: str) -> str:
    """Name one category: a channel in words, anything else as the data call it."""
    return view.words.text(CHANNELS[name]) if by == "channel" and name in CHANNELS else name
