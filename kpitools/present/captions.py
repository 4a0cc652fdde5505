"""What is said about a chart: its text alternative, its caption, and its data as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite, isnan

from kpitools.findings import Trend
from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.codes import KINDS
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, tag
from kpitools.present.numbers import between, decimals, level, rough
from kpitools.present.say.amounts import step
from kpitools.present.say.changes import levels, shifted
from kpitools.present.state import state
from kpitools.present.view import Compared, View

NEWEST = {
    "usual": N_("The newest value is within its usual range, {range}."),
    "outside_high": N_("The newest value is above its usual range, {range}."),
    "outside_low": N_("The newest value is below its usual range, {range}."),
}
TOO_SHORT = N_("There are too few points for a usual range of one.")


@dataclass(frozen=True)
class Mark:
    """Something dated on a chart: its place along the axis, its number, and what the caption says of it."""

    place: float
    number: int
    said: str


def alternative(view: View, kpi: Kpi, trend: Trend) -> str:
    """Say in words what a chart shows: from where to where, what is usual, where it stands."""
    words = view.words
    known = [(p, v) for p, v in zip(trend.periods, trend.values, strict=True) if isfinite(v)]
    (first, start), (last, end) = known[0], known[-1]
    now = view.measured(kpi)
    said = [
        words.plural(
            "{kpi}, {n} value from {first} to {last}: from {start} to {end}.",
            "{kpi}, {n} values from {first} to {last}: from {start} to {end}.",
            len(known), kpi=view.label(kpi), n=len(known), first=dates.name(words, first), last=dates.name(words, last),
            start=level(words, kpi.unit, start, now.low, now.high), end=level(words, kpi.unit, end, now.low, now.high),
        )
    ]  # fmt: skip
    shift = state(view, kpi).shift
    said.append(_verdict(view, kpi, trend) if shift is None else shifted(view, kpi, shift))
    said += [_compares(view, held) for held in industry.judged(view, kpi)[:2]]
    return " ".join(part for part in said if part)


def _compares(view: View, held: Compared) -> str:
    figure = view.benchmark(held.id)
    if figure is None:
        return ""
    return view.words.text(
        "Compared with {level} ({kind}): {verdict}.",
        level=industry.about(view, figure),
        kind=view.words.text(KINDS[figure.kind]),
        verdict=industry.verdict(view, held),
    )


def usual(view: View, kpi: Kpi, trend: Trend) -> str:
    """Write the range in which the newest value would be usual."""
    low, high = trend.lower[-1], trend.upper[-1]
    if kpi.statistic == "count":
        low, high = (rough(end, low, high) for end in (low, high))
    return between(view.words, kpi.unit, low, high, decimals(kpi.unit, low, high))


def _verdict(view: View, kpi: Kpi, trend: Trend) -> str:
    """Say what the drawing shows of change: since when, from where to where; else whether the newest value is usual."""
    found, words = state(view, kpi), view.words
    if found.shift is not None:
        return levels(view, kpi, found.shift)
    if trend.newest == "too_short":
        return words.text(TOO_SHORT)
    if trend.newest not in NEWEST or not isfinite(trend.lower[-1]):
        return ""
    return words.text(NEWEST[trend.newest], range=usual(view, kpi, trend))


def caption(view: View, kpi: Kpi, trend: Trend) -> Markup:
    """Say what the drawing cannot: what is usual, since when it changed, the year before, what its lines are."""
    words = view.words
    said = [] if trend.newest == "too_short" and state(view, kpi).shift is None else [_verdict(view, kpi, trend)]
    if by := step(view, kpi, "year_before"):
        said.append(words.text("From a year before: {by}.", by=by))
    if len(trend.values) > 1 and not trend.judged[-1]:
        said.append(words.text("A hollow point is not judged."))
    if sum(map(isfinite, trend.values)) > 1:
        said += [words.text("Line {number}: {what}.", number=m.number, what=m.said) for m in marks(view, kpi, trend)]
    return Markup("{}").format(" ".join(part for part in said if part))


def marks(view: View, kpi: Kpi, trend: Trend) -> tuple[Mark, ...]:
    """Return the decisions about this KPI and the events that fall into the chart, in order of date."""
    project, team = view.review.project, view.review.team
    found = [
        (one.date, view.said(one.title))
        for one in project.decisions
        if (not one.kpis or kpi.name in one.kpis) and one.team in (None, team)
    ]
    found += [(one.start, view.said(one.title)) for one in project.events]
    placed = [(on, found, said) for on, said in sorted(found) for found in place(trend, on)]
    return tuple(
        Mark(at, number, view.words.text("{title} ({date})", title=said, date=dates.day(view.words, on)))
        for number, (on, at, said) in enumerate(placed, start=1)
    )


def place(trend: Trend, on: date) -> Iterator[float]:
    """Find where a day stands along the axis: the period's own place is its middle."""
    for number, period in enumerate(trend.periods):
        if period.start <= on <= period.end:
            yield number - 0.5 + (on - period.start).days / ((period.end - period.start).days + 1)


def data_table(view: View, kpi: Kpi, trend: Trend) -> Markup:
    """Return the data of a chart as a table, newest first, behind a disclosure."""
    words = view.words
    heads = (words.text("Period"), words.text("Value"), words.text("95% interval"))
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    rows = [_row(view, kpi, trend, at) for at in reversed(range(len(trend.values)))]
    caption = tag("caption", words.text("{kpi}: the data of the chart", kpi=view.label(kpi)))
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="plain")
    return tag("details", tag("summary", words.text("The figures: {kpi}", kpi=view.label(kpi))), table)


def _row(view: View, kpi: Kpi, trend: Trend, at: int) -> Markup:
    words, value, low, high = view.words, trend.values[at], trend.low[at], trend.high[at]
    ends = (low, high) if isfinite(low) and isfinite(high) else (None, None)
    digits = decimals(kpi.unit, *ends)
    said = words.text("no value") if isnan(value) else level(words, kpi.unit, value, *ends)
    interval = between(words, kpi.unit, low, high, digits) if ends[0] is not None else words.text("none")
    return tag(
        "tr",
        tag("th", dates.name(words, trend.periods[at]), scope="row"),
        *(tag("td", cell) for cell in (said, interval)),
    )


def brief(view: View, kpi: Kpi, trend: Trend, last: int) -> str:
    """Say what a small line shows: the last values, lowest, highest and newest."""
    words, now = view.words, view.measured(kpi)
    known = [value for value in trend.values[-last:] if isfinite(value)]
    shown = [level(words, kpi.unit, value, now.low, now.high) for value in (min(known), max(known), known[-1])]
    return words.plural(
        "{kpi}, last {n} value: between {low} and {high}, now {now}",
        "{kpi}, last {n} values: between {low} and {high}, now {now}",
        len(known), kpi=view.label(kpi), n=len(known), low=shown[0], high=shown[1], now=shown[2],
    )  # fmt: skip
