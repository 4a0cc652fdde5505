"""A funnel: each team's or adviser's adjusted level against its number of cases, within the limits that chance draws.

The more cases, the less chance carries a level away: the limits narrow to the right. A point beyond them is a diamond
and has its name; the table below has them all.
"""

from collections.abc import Callable, Sequence
from math import isnan

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kpitools.findings.peers import Peer, Peers, limits_by_size
from kpitools.kpi import Kpi
from kpitools.present.charts import RIGHT, labels, scale
from kpitools.present.languages import N_, Words
from kpitools.present.markup import Markup, tag
from kpitools.present.numbers import level, number
from kpitools.present.svg import INKS, STYLE, inline
from kpitools.present.view import View
from kpitools.present.yardsticks import Yardstick
from kpitools.stats.intervals import Floats

SIZE = (5.8, 2.9)
STEPS = 40
"""Points of a limit's line."""
AIR = 1.15
"""How far the drawing goes beyond the smallest and the largest number of cases."""
READING = N_(
    "Across: number of cases. Solid lines: 99.8% limits; dashed: 95%; in the middle, all together. Drawn for cases as "
    "varied as most have; the table judges each by its own limits. A diamond lies beyond them, a hollow point has too "
    "few cases to be compared."
)
"""How a funnel is read, said once above them all."""
Named = Callable[[str], str]


def funnel_chart(view: View, kpi: Kpi, found: Peers, named: Named, only: str | None = None) -> Markup | None:
    """Return the funnel of a KPI, of one unit `only` where asked; None where there is no unit to draw."""
    shown = [peer for peer in found.peers if not isnan(peer.low) and only in (None, peer.name)]
    if not shown:
        return None
    sizes = _sizes(shown)
    lines = limits_by_size(found, kpi, sizes)
    name = f"funnel-{kpi.name.replace('_', '-')}"
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=SIZE)
        axes = figure.add_axes((0.1, 0.14, RIGHT - 0.1, 0.78))
        for line, style in zip(lines, ("-", (0, (4, 3)), (0, (4, 3)), "-"), strict=True):
            axes.plot(sizes, line, color=INKS["soft"], linewidth=0.9, linestyle=style)
        axes.axhline(found.value, color=INKS["soft"], linewidth=0.9)
        for peer in shown:
            _point(axes, peer, named(peer.name) if only or beyond(peer) else "", below=peer.adjusted < found.value)
        tops = [found.value, *lines.ravel(), *(peer.adjusted for peer in shown)]
        room = 0.06 * (max(tops) - min(tops)) or 1.0
        scale(axes, view, kpi, (min(tops) - room, max(tops) + room))
        axes.set_xlim(sizes[0], sizes[-1])
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: number(view.words, at)))
        labels(axes, _labels(view.words, found, lines))
        drawing = inline(figure, name, alternative(view, kpi, found, shown, named))
    return tag("figure", drawing, class_="chart funnel")


def _sizes(shown: Sequence[Peer]) -> Floats:
    """Choose where the limits are drawn; of one unit alone, around its own number of cases only."""
    least, most = (f(peer.n for peer in shown) for f in (min, max))
    least, most = (least / 2, most * 2) if least == most else (least / AIR, most * AIR)
    return np.linspace(least, most, STEPS)


def beyond(peer: Peer) -> bool:
    """Say whether a unit lies beyond the 95% limits of its size."""
    return peer.place in ("above", "below") or peer.why == "worth_a_look"


def _point(axes: "mpl.axes.Axes", peer: Peer, label: str, *, below: bool) -> None:
    """Draw a unit: a diamond beyond its limits, hollow where it has too few cases to be compared."""
    ink = INKS["ink"] if peer.better is None else INKS["better" if peer.better else "worse"]
    ink = INKS["look"] if peer.why == "worth_a_look" else ink
    judged = peer.why in (None, "worth_a_look")
    sns.scatterplot(
        x=[peer.n], y=[peer.adjusted], ax=axes, marker="D" if beyond(peer) else "o", s=34, zorder=4,
        facecolor=ink if judged else INKS["paper"], edgecolor=ink, linewidth=1.2, legend=False,
    )  # fmt: skip
    if label:
        axes.annotate(
            label, (peer.n, peer.adjusted), xytext=(0, -7 if below else 7), textcoords="offset points", ha="center",
            va="top" if below else "bottom", fontsize=10, color=INKS["ink"], parse_math=False,
        )  # fmt: skip


def _labels(words: Words, found: Peers, lines: Floats) -> tuple[Yardstick, ...]:
    ends = [float(line[-1]) for line in lines]
    told = [words.text("{number}%", number=number(words, share, digits)) for share, digits in ((99.8, 1), (95, 0))]
    marks = [(ends[3], told[0]), (ends[2], told[1]), (found.value, words.text("all together")), (ends[1], told[1])]
    return tuple(Yardstick(at, at, said, "soft") for at, said in [*marks, (ends[0], told[0])])


def alternative(view: View, kpi: Kpi, found: Peers, shown: Sequence[Peer], named: Named) -> str:
    """Say what the drawing shows: the level of all, how many are drawn, and who lies beyond the limits."""
    words = view.words
    narrow = min(shown, key=lambda peer: peer.high - peer.low)
    whole = level(words, kpi.unit, found.value, narrow.low, narrow.high)
    said = [words.plural(
        "{kpi} against number of cases: {n} point, all together {level}.",
        "{kpi} against number of cases: {n} points, all together {level}.",
        len(shown), kpi=view.label(kpi), n=len(shown), level=whole,
    )]  # fmt: skip
    far = [named(peer.name) for peer in shown if beyond(peer)]
    outside = words.text("Beyond the 95% limits: {names}.", names=", ".join(far))
    return " ".join([*said, outside if far else words.text("None lies beyond the 95% limits.")])
