"""Teams or advisers beside each other, fairly: adjusted for their cases, within limits, in alphabetical order."""

from collections.abc import Callable, Mapping
from math import isnan

from kpitools.findings.peers import Gain, Peer, Peers
from kpitools.kpi import Kpi
from kpitools.present.funnels import READING, beyond, funnel_chart
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import between, decimals, difference, level, number
from kpitools.present.view import View

PLACES = {
    (None, "within"): N_("as chance allows"),
    (None, "undetermined"): N_("cannot tell"),
    (True, "above"): N_("better than chance allows"),
    (True, "below"): N_("better than chance allows"),
    (False, "above"): N_("worse than chance allows"),
    (False, "below"): N_("worse than chance allows"),
    (None, "above"): N_("higher than chance allows"),
    (None, "below"): N_("lower than chance allows"),
}
TOO_FEW = N_("too few cases to be compared")
WHY = {
    "under_minimum_group": N_("not shown: the group is too small"),
    "too_few": TOO_FEW,
    "nothing_in_common": N_("its cases are of kinds that no other has"),
    "worth_a_look": N_("worth a look: chance alone carries one in twenty as far"),
}
HEADS = (
    N_("Cases"),
    N_("Measured"),
    N_("Adjusted for its cases"),
    N_("Usual at this size"),
    N_("Compared"),
    N_("Change from the period before"),
)
STEPS = N_(
    "The last column compares with the period before alone, each adjusted for its kinds of cases; a change of level is "
    "judged over many weeks, so the two may differ."
)
FEW = N_(
    "Where under five can be compared, how far they differ beyond chance is not estimated, so the limits are narrow."
)
LEVEL = 0.05
"""At which a change is shown, after all were looked at: `findings.peers.gains`."""
Named = Callable[[str], str]


def peer_tables(
    view: View,
    found: Mapping[str, Peers],
    gained: Mapping[str, tuple[Gain, ...]],
    named: Named = str,
    only: str | None = None,
) -> Markup:
    """Return a funnel and a table a KPI: each team (or adviser, as `named`) with what its cases let expect.

    A table without news is folded. Never a ranking: they stand as in `found`. `only` shows one of them, within the
    limits that all of them give.
    """
    if not found:
        return tag("p", view.words.text("There are not two teams to be compared."), class_="note")
    kpis = [kpi for kpi in view.review.kpis if kpi.name in found]
    said = [READING, STEPS, *([FEW] if any(each.tau2 is None for each in found.values()) else [])]
    reading = tag("p", " ".join(view.words.text(each) for each in said), class_="note")
    parts = (_of_kpi(view, kpi, found[kpi.name], gained.get(kpi.name, ()), named, only) for kpi in kpis)
    return joined([reading, *parts])


def _of_kpi(  # noqa: PLR0917 - what a table is made of
    view: View, kpi: Kpi, found: Peers, gained: tuple[Gain, ...], named: Named, only: str | None
) -> Markup:
    words = view.words
    changes = {gain.name: gain for gain in gained}
    heads = [words.text("Team") if found.unit == "team" else words.text("Adviser"), *map(words.text, HEADS)]
    rows = [
        tag("tr", tag("th", named(peer.name), scope="row"), *_cells(view, kpi, peer, changes.get(peer.name), heads[1:]))
        for peer in found.peers
        if only in (None, peer.name)
    ]
    whole = level(words, kpi.unit, found.value, *_ends(found))
    caption = words.text(
        "{kpi}, adjusted for the kinds of cases: all together {level}", kpi=view.label(kpi), level=whole
    )
    heading = tag("h3", view.label(kpi), id=f"peers-{kpi.name.replace('_', '-')}")
    drawn, made = funnel_chart(view, kpi, found, named, only), table("peers", caption, heads, rows, numbers=(1,))
    news = any(map(beyond, found.peers)) or any(_shown(kpi, gain) for gain in gained)
    if only is None and drawn is not None and not news:
        said = words.text("None lies beyond the 95% limits, and no change is shown.")
        folded = tag("details", tag("summary", words.text("The figures: {kpi}", kpi=view.label(kpi))), made)
        return joined([heading, drawn, tag("p", said, class_="note"), folded])
    return joined([heading, drawn, made])


def _ends(found: Peers) -> tuple[float | None, float | None]:
    """Give the narrowest interval of a unit, so that the level of all has no more digits than a part bears."""
    known = [(peer.low, peer.high) for peer in found.peers if not isnan(peer.low)]
    return min(known, key=lambda ends: ends[1] - ends[0], default=(None, None))


def _cells(view: View, kpi: Kpi, peer: Peer, gain: Gain | None, heads: list[str]) -> list[Markup]:
    words = view.words
    if isnan(peer.adjusted):
        why = WHY.get(peer.why or "", TOO_FEW)
        return [tag("td", words.text(why), colspan=len(heads))]
    ends = (None, None) if isnan(peer.low) else (peer.low, peer.high)
    digits = decimals(kpi.unit, *ends)
    interval = None if isnan(peer.low) else tag("small", between(words, kpi.unit, peer.low, peer.high, digits))
    shown = [
        number(words, peer.n),
        level(words, kpi.unit, peer.value, *ends),
        joined([level(words, kpi.unit, peer.adjusted, *ends), interval]),
        "" if isnan(peer.outer[0]) else between(words, kpi.unit, *peer.outer, digits),
        _place(view, peer),
        _gain(view, kpi, gain),
    ]
    kinds = ("number", *[None] * (len(heads) - 1))
    cells = zip(shown, heads, kinds, strict=True)
    return [tag("td", cell, data_label=name, class_=kind) for cell, name, kind in cells]


def _place(view: View, peer: Peer) -> Markup:
    if peer.why:
        return tag("span", view.words.text(WHY[peer.why]))
    kind = {True: "better", False: "worse", None: "usual"}[peer.better]
    return tag("span", view.words.text(PLACES[peer.better, peer.place]), class_=f"verdict-{kind}")


def _shown(kpi: Kpi, gain: Gain) -> bool:
    """Say whether a change is shown after all were looked at."""
    return gain.better is not None or (kpi.better not in ("higher", "lower") and gain.p < LEVEL)


def _gain(view: View, kpi: Kpi, gain: Gain | None) -> Markup:
    """Say a change only where it is shown after all were looked at."""
    words = view.words
    if gain is None or isnan(gain.change):
        return Markup("")
    if not _shown(kpi, gain):
        return tag("span", words.text("no change shown"))
    said = difference(words, kpi.unit, gain.change, gain.low, gain.high)
    if gain.better is None:
        return tag("span", said)
    word = words.text("better") if gain.better else words.text("worse")
    return tag("span", f"{said} ", tag("small", word), class_="verdict-better" if gain.better else "verdict-worse")
