"""One chart a KPI over time: its values and intervals, what is usual for it, the yardsticks, and what was decided.

Colour never speaks alone: a point outside the limits is a diamond, an incomplete period is hollow, lines are
labelled where they end, decisions carry a number that the caption explains. Only the figures that judge
the KPI are drawn; the industry table has them all.
"""

from math import isfinite, isnan
from typing import TYPE_CHECKING, TypeAlias

import matplotlib as mpl
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, Locator, MaxNLocator

from kpitools.findings import Trend
from kpitools.findings.shapes import Shift
from kpitools.kpi import Kpi
from kpitools.present import captions, dates
from kpitools.present.markup import Markup, tag
from kpitools.present.numbers import stated
from kpitools.present.state import State, state
from kpitools.present.svg import INKS, STYLE, inline
from kpitools.present.view import View
from kpitools.present.yardsticks import Yardstick, extent, settled, yardsticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Drawing: TypeAlias = Figure
"""A chart as matplotlib has it: to change, to save, to put beside others."""
SIZE = (5.8, 2.9)
RIGHT = 0.73
"""Where the drawing ends as a part of the width; the labels of the lines stand to its right."""
DOTTED = 30
"""So many points have a dot each; of more, the line alone tells."""
LETTER = 0.0165
"""About the width of a letter, as a part of the width of the drawing."""
DURATIONS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400,
             172800, 432000, 864000, 1728000, 4320000, 8640000)  # fmt: skip
"""Steps of an axis of seconds that people read easily, up to a hundred days."""


def charts(view: View) -> Markup:
    """Return one chart a KPI over time."""
    drawn = [chart(view, kpi) for kpi in view.review.kpis if kpi.name in view.review.trends]
    words = view.words
    if not drawn:
        return tag("p", words.text("There is no KPI to draw."), class_="note")
    said = words.text(
        "The grey band is what is usual for each KPI, where there are points enough to tell; the pale band around the "
        "line is its 95% interval."
    )
    if any(state(view, kpi).shift is not None for kpi in view.review.kpis):
        said += " " + words.text("A bar at the foot of a chart spans the time in which a change may have begun.")
    return tag("p", said) + tag("div", *drawn, class_="charts")


def chart(view: View, kpi: Kpi) -> Markup:
    """Return the section of a KPI: its name, the drawing, the caption, and the data as a table behind a disclosure."""
    trend = view.review.trends[kpi.name]
    key = kpi.name.replace("_", "-")
    said = captions.caption(view, kpi, trend)
    parts = [tag("figcaption", said) if said else None, captions.data_table(view, kpi, trend)]
    if sum(isfinite(value) for value in trend.values) >= 2:
        parts.insert(0, draw(view, kpi, trend))
    return tag("section", tag("h3", view.label(kpi), id=f"kpi-{key}"), tag("figure", *parts, class_="chart"))


def draw(view: View, kpi: Kpi, trend: Trend) -> Markup:
    """Return the drawing alone: an SVG named by a text that says what it shows."""
    name = f"chart-{kpi.name.replace('_', '-')}"
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        return inline(drawn(view, kpi, trend), name, captions.alternative(view, kpi, trend))


def drawn(view: View, kpi: Kpi, trend: Trend) -> Drawing:
    """Draw a KPI over time: what is usual for it, its intervals, what it is held against, decisions and events."""
    lines = yardsticks(view, kpi, trend)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE)
        axes = figure.add_axes((0.1, 0.12, RIGHT - 0.1, 0.78))
        found = state(view, kpi)
        if settled(trend):
            usual(axes, trend, centre=found.shift is None)
        _yardsticks(axes, lines)
        if found.shift is not None:
            _shift(axes, trend, found.shift, INKS[ink(found)])
        points(axes, trend, INKS[ink(found)])
        scale(axes, view, kpi, extent(trend, lines))
        periods(axes, view, trend)
        marks(axes, captions.marks(view, kpi, trend))
        labels(axes, lines)
    return figure


def usual(axes: "Axes", trend: Trend, *, centre: bool) -> None:
    """Draw the natural process limits as a grey band with thin edges, and the centre where there is a single level."""
    places = range(len(trend.values))
    axes.fill_between(places, trend.lower, trend.upper, color=INKS["line"], alpha=0.5, linewidth=0)
    for limit in (trend.lower, trend.upper):
        axes.plot(places, limit, color=INKS["soft"], linewidth=0.6, linestyle=(0, (4, 3)))
    if not centre:
        return
    mean = [mean if isfinite(lower) else float("nan") for mean, lower in zip(trend.mean, trend.lower, strict=True)]
    axes.plot(places, mean, color=INKS["soft"], linewidth=0.9)


def _yardsticks(axes: "Axes", lines: tuple[Yardstick, ...]) -> None:
    for line in lines:
        if line.ink != "look":
            continue
        if line.low is not None and line.high is not None and line.low < line.high:
            axes.axhspan(line.low, line.high, color=INKS["look"], alpha=0.16, linewidth=0)
        for end in (line.low, line.high):
            if end is not None:
                axes.axhline(end, color=INKS["look"], linewidth=0.9)


def _shift(axes: "Axes", trend: Trend, shift: Shift, colour: str) -> None:
    """Draw a change of level: the level before and since, and between which periods it began; a drift is a slope."""
    last = len(trend.periods) - 1
    begun, first, until = (
        next(iter(captions.place(trend, one.start)), None) if one else None
        for one in (shift.since, shift.since_from, shift.since_to)
    )
    if begun is None:
        return
    if first is not None and until is not None and first < until:
        along = axes.get_xaxis_transform()
        axes.plot((first, until), (0.01, 0.01), transform=along, color=colour, linewidth=5, solid_capstyle="butt")
    axes.plot((0, begun), (shift.before, shift.before), color=colour, linewidth=1.4, linestyle=(0, (5, 2)))
    ends = (shift.before, shift.after) if shift.gradual else (shift.after, shift.after)
    axes.plot((begun, last), ends, color=colour, linewidth=2.2)


def points(axes: "Axes", trend: Trend, newest: str) -> None:
    """Draw intervals, the line, its points; those outside the limits are diamonds, those not judged are hollow."""
    places, line = range(len(trend.values)), INKS["ink"]
    axes.fill_between(places, trend.low, trend.high, color=line, alpha=0.1, linewidth=0)
    sns.lineplot(x=places, y=trend.values, ax=axes, color=line, linewidth=1.4, errorbar=None, legend=False, zorder=3)
    groups: dict[tuple[str, str, float, bool], list[int]] = {}
    for place, value in enumerate(trend.values):
        if not isnan(value) and (len(trend.values) <= DOTTED or _marked(trend, place)):
            groups.setdefault(_look(trend, place, newest), []).append(place)
    for (colour, marker, size, judged), here in groups.items():
        axes.plot(
            here, [trend.values[place] for place in here], linestyle="none", marker=marker, markersize=size,
            color=colour, markerfacecolor=colour if judged else INKS["paper"], zorder=4, clip_on=False,
        )  # fmt: skip


def _look(trend: Trend, place: int, colour: str) -> tuple[str, str, float, bool]:
    """Choose colour, shape and size of a point: the newest is larger, in the colour of its KPI's state."""
    far, newest = outside(trend, place), place == len(trend.values) - 1
    shown = colour if newest else INKS["look"] if far else INKS["ink"]
    return shown, "D" if far else "o", (6.5 if newest else 5.0 if far else 2.6), trend.judged[place]


def ink(found: State) -> str:
    """Name the ink of a KPI's state: better, worse, to be looked at, or none in particular."""
    return {"better": "better", "worse": "worse", "watch": "look", "moved": "look"}.get(found.code, "ink")


def _marked(trend: Trend, place: int) -> bool:
    """Say whether a point has its dot however many there are: one alone, outside, not judged, or the last."""
    alone = all(not 0 <= near < len(trend.values) or isnan(trend.values[near]) for near in (place - 1, place + 1))
    return alone or outside(trend, place) or not trend.judged[place] or place == len(trend.values) - 1


def outside(trend: Trend, place: int) -> bool:
    """Say whether a point that takes part in the chart lies outside its limits."""
    value, lower, upper = trend.values[place], trend.lower[place], trend.upper[place]
    return trend.judged[place] and settled(trend) and (value < lower or value > upper)


def scale(axes: "Axes", view: View, kpi: Kpi, ends: tuple[float, float]) -> None:
    """Set the axis of values: few ticks, in the KPI's unit and the page's language."""
    axes.set_ylim(*ends)
    steps: Locator = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10])
    if kpi.unit == "seconds":
        step = next((size for size in DURATIONS if (ends[1] - ends[0]) / size <= 5), DURATIONS[-1])
        steps = FixedLocator([step * n for n in range(int(ends[0] // step), int(ends[1] // step) + 2)])
    axes.yaxis.set_major_locator(steps)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: stated(view.words, kpi.unit, value)))
    axes.set(xlabel="", ylabel="")
    widest = max(len(stated(view.words, kpi.unit, tick)) for tick in axes.get_yticks())
    left = 0.025 + LETTER * widest
    axes.set_position((left, 0.12, RIGHT - left, 0.78))
    axes.set_axisbelow(True)


def periods(axes: "Axes", view: View, trend: Trend) -> None:
    """Name a few periods below the axis, the newest one always."""
    last = len(trend.periods) - 1
    step = max(1, -(-last // 3))
    places = list(range(last, -1, -step))[::-1]
    axes.set_xlim(-0.5, last + 0.5)
    axes.xaxis.set_major_locator(FixedLocator(places))
    named = [trend.periods[place] for place in places]
    years = [period.start.isocalendar().year for period in named]
    axes.xaxis.set_major_formatter(
        FixedFormatter([
            dates.brief(view.words, period, year=period.grain != "week" or year != years[-1])
            for period, year in zip(named, years, strict=True)
        ])
    )  # fmt: skip


def marks(axes: "Axes", marks: tuple[captions.Mark, ...]) -> None:
    """Draw a numbered line where something was decided or happened; the caption says what."""
    for mark in marks:
        axes.axvline(mark.place, color=INKS["ink"], linewidth=0.9, linestyle=(0, (1, 2)), zorder=2)
        axes.annotate(
            str(mark.number), (mark.place, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
            textcoords="offset points", ha="center", va="bottom", fontsize=10, color=INKS["ink"],
        )  # fmt: skip


def labels(axes: "Axes", lines: tuple[Yardstick, ...]) -> None:
    """Write what each line is at its right end, moved apart where two would overlap."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.075
    floor = low
    for line in sorted(lines, key=lambda line: line.at):
        at = max(min(line.at, high), floor)
        axes.annotate(
            line.label, (1, at), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points",
            va="center", fontsize=10, color=INKS["soft" if line.ink == "look" else line.ink], annotation_clip=False,
        )  # fmt: skip
        if line.ink == "ink":
            axes.plot(
                1,
                line.at,
                marker=8,
                markersize=7,
                color=INKS["ink"],
                clip_on=False,
                transform=axes.get_yaxis_transform(),
            )
        floor = at + gap
