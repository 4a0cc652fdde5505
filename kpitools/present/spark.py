"""A small line for a table: the last points of a KPI, its newest one marked; drawn here, about 400 bytes."""

from collections.abc import Sequence
from math import isnan

from kpitools.present.markup import Markup, tag

WIDTH, HEIGHT, EDGE = 112, 28, 4


def sparkline(values: Sequence[float], title: str, *, hollow: bool = False) -> Markup:
    """Return the line as an SVG named `title`; a gap stays a gap, and a `hollow` last point is not complete."""
    known = [value for value in values if not isnan(value)]
    if not known:
        return Markup("")
    low, high = min(known), max(known)
    points = [_point(place, value, len(values), low, high) for place, value in enumerate(values)]
    newest = next(point for point in reversed(points) if point)
    mark = {"fill": "none", "stroke": "currentColor"} if hollow else {"fill": "currentColor"}
    x, y = newest.split(",")
    return tag(
        "svg",
        tag("title", title),
        tag("path", d=_path(points), fill="none", stroke="currentColor", stroke_width="1.5"),
        tag("circle", cx=x, cy=y, r="2.6", **mark),
        viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT, role="img", aria_label=title,
    )  # fmt: skip


def _point(place: int, value: float, count: int, low: float, high: float) -> str:
    if isnan(value):
        return ""
    x = EDGE + place * (WIDTH - 2 * EDGE) / max(count - 1, 1)
    y = HEIGHT / 2 if high == low else HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)
    return f"{x:.0f},{y:.1f}"


def _path(points: Sequence[str]) -> str:
    """Join the points, lifting the pen at gaps."""
    drawn, pen = [], "M"
    for point in points:
        if point:
            drawn.append(pen + point)
        pen = "L" if point else "M"
    return "".join(drawn)


def bar(share: float, other: float | None, title: str) -> Markup:
    """Return a share as a bar, with a mark where another one lies, as an SVG named `title`."""
    full, place = WIDTH - 2, None if other is None else 1 + (WIDTH - 2) * other
    mark = None if place is None else tag("path", d=f"M{place:.0f},0v14", stroke="var(--look)", stroke_width="3")
    return tag(
        "svg",
        tag("title", title),
        tag("rect", x="0", y="3", width=f"{full * share:.0f}", height="8", fill="currentColor"),
        mark,
        viewBox=f"0 0 {WIDTH} 14", width=WIDTH, height=14, role="img", aria_label=title, class_="bar",
    )  # fmt: skip
