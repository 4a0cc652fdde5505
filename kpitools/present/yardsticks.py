"""The horizontal lines of a chart: what is usual, what others aim at or accept, the team's own target."""

from dataclasses import dataclass
from math import isfinite

from kpitools.findings import Trend
from kpitools.findings.trend import LEAST
from kpitools.kpi import Kpi
from kpitools.present import industry
from kpitools.present.languages import N_
from kpitools.present.numbers import level, rough, stated
from kpitools.present.state import state
from kpitools.present.view import View

FAR = 1.2
"""A yardstick further away than this many times the spread of the data would flatten them: it is not drawn."""
LABELS = {
    "aimed_at": N_("aimed at: {level}"),
    "expected": N_("accepted: {level}"),
    "observed": N_("observed: {level}"),
    "legal": N_("by law: {level}"),
}


@dataclass(frozen=True)
class Yardstick:
    """A line or a band (one of its ends may be open), its label, and the ink that says what it is."""

    low: float | None
    high: float | None
    label: str
    ink: str

    @property
    def at(self) -> float:
        """The height at which the label stands."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends)


def settled(trend: Trend) -> bool:
    """Say whether there are periods enough to tell what is usual: limits of a few points would only seem to."""
    return sum(trend.judged) > LEAST


def yardsticks(view: View, kpi: Kpi, trend: Trend) -> tuple[Yardstick, ...]:
    """Return what a chart shows beside the values, as far as it lies near them."""
    found = [*_mean(view, kpi, trend), *_figures(view, kpi), *_targets(view, kpi)]
    low, high = _spread(trend)
    reach = FAR * (high - low)
    return tuple(line for line in found if low - reach <= line.at <= high + reach)


def extent(trend: Trend, lines: tuple[Yardstick, ...]) -> tuple[float, float]:
    """Return the ends of the axis: data, limits and yardsticks, with some air; far wider intervals are cut off."""
    low, high = _spread(trend)
    ends = [end for line in lines for end in (line.low, line.high) if end is not None]
    ends += [end for series in (trend.low, trend.high) for end in series if isfinite(end)]
    reach = FAR * (high - low)
    ends = [min(max(end, low - reach), high + reach) for end in ends]
    bottom, top = min([low, *ends]), max([high, *ends])
    air = 0.06 * (top - bottom) or 0.5 * abs(top) or 1.0
    return (max(0.0, bottom - air) if bottom >= 0 else bottom - air, top + air)


def _spread(trend: Trend) -> tuple[float, float]:
    """Return the range of the values and of their limits, of their intervals where there are no limits yet."""
    limits = (trend.lower, trend.upper) if isfinite(trend.lower[-1]) and settled(trend) else (trend.low, trend.high)
    known = [value for series in (trend.values, *limits) for value in series if isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    return (low, high) if low < high else (low - 0.05 * abs(low) - 1e-9, high + 0.05 * abs(high) + 1e-9)


def _mean(view: View, kpi: Kpi, trend: Trend) -> list[Yardstick]:
    """Label the usual level, or the one since a change."""
    mean, lower, upper = trend.mean[-1], trend.lower[-1], trend.upper[-1]
    shift = state(view, kpi).shift
    if shift is not None:
        value = level(view.words, kpi.unit, shift.after, shift.size_low, shift.size_high)
        return [Yardstick(shift.after, shift.after, view.words.text("now: {level}", level=value), "soft")]
    if not (isfinite(mean) and isfinite(lower) and settled(trend)):
        return []
    at = rough(mean, lower, upper) if kpi.statistic == "count" else mean
    value = level(view.words, kpi.unit, at, lower, upper)
    return [Yardstick(mean, mean, view.words.text("usual: {level}", level=value), "soft")]


def _figures(view: View, kpi: Kpi) -> list[Yardstick]:
    """Take one figure of each kind: the newest."""
    found: dict[str, Yardstick] = {}
    for held in industry.judged(view, kpi):
        figure = view.benchmark(held.id)
        if figure is not None and figure.kind in LABELS and figure.kind not in found:
            text = view.words.text(LABELS[figure.kind], level=industry.about(view, figure))
            found[figure.kind] = Yardstick(*figure.bounds, text, "look")
    return list(found.values())


def _targets(view: View, kpi: Kpi) -> list[Yardstick]:
    found = []
    for held in view.compared(kpi, "target"):
        value = held.low if held.low is not None else held.high
        if value is not None and held.channel is None:
            text = view.words.text("target: {level}", level=stated(view.words, kpi.unit, value))
            found.append(Yardstick(value, value, text, "ink"))
    return found[:1]
