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
MIX = N_("What is sure comes from the mix {by}: the part of {category} went from {before} to {after}.")
LEVELS = N_("What is sure comes from the levels {by}, above all from {category}: from {before} to {after}.")
BOTH = N_("The mix {by} ({mix}) and the levels ({levels}) both play a part.")


def reason(view: View, kpi: Kpi) -> str:
    """Say why a KPI changed, along the dimension that explains most; nothing where the data do not tell."""
    split = clearest(view.review.splits.get(kpi.name, ()))
    return "" if split is None else why(view, kpi, split)


def clearest(splits: Iterable[Split]) -> Split | None:
    """Return the split that lays most to the mix, of those that tell anything; None where none does."""
    told = [split for split in splits if clear(split.mix) or clear(split.performance)]
    return max(told, key=lambda split: abs(split.mix.value), default=None)


def clear(part: Part) -> bool:
    """Say whether an interval excludes zero."""
    return part.low > 0 or part.high < 0


def why(view: View, kpi: Kpi, split: Split) -> str:
    """Say what a split says, as far as its intervals bear it."""
    words, along = view.words, dimension(view, split.dimension)
    if clear(split.mix) and clear(split.performance):
        parts = [amounts.signed(view, kpi, part) for part in (split.mix, split.performance)]
        return words.text(BOTH, by=along, mix=parts[0], levels=parts[1])
    terms = [term for term in split.terms if not isnan(term.value_before + term.value_after)]
    if not terms or not (clear(split.mix) or clear(split.performance)):
        return ""
    if clear(split.mix):
        term = max(terms, key=lambda one: abs(one.mix))
        before, after = (level(words, "share", part) for part in (term.share_before, term.share_after))
    else:
        term = max(terms, key=lambda one: abs(one.performance))
        before, after = amounts.levels(view, kpi, term.value_before, term.value_after, split.performance)
    named = category(view, split.dimension, term.category)
    return words.text(MIX if clear(split.mix) else LEVELS, by=along, category=named, before=before, after=after)


def dimension(view: View, name: str) -> str:
    """Name what a difference is split by: by channel, by type of request, by team, by a segment of the project's."""
    return view.words.text(BY[name]) if name in BY else view.words.text("by {segment}", segment=name)


def category(view: View, by: str, name: str) -> str:
    """Name one category: a channel in words, anything else as the data call it."""
    return view.words.text(CHANNELS[name]) if by == "channel" and name in CHANNELS else name
