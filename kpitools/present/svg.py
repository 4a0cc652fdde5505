"""A matplotlib figure as inline SVG: the same bytes each time, real text, and colours that follow the page's theme."""

import re
from io import StringIO
from typing import Any

from markupsafe import Markup, escape
from matplotlib.figure import Figure

INKS = {
    "ink": "#1d2329",
    "soft": "#59636e",
    "line": "#dfe3e8",
    "wash": "#f5f6f8",
    "better": "#1a5fb4",
    "worse": "#ad4108",
    "look": "#b58900",
    "paper": "#ffffff",
}
"""What each colour means; in the page they are custom properties, so that a dark theme changes them."""

FONT = "system-ui, sans-serif"
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.size": 11,
    "axes.edgecolor": INKS["line"],
    "axes.linewidth": 1,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": INKS["soft"],
    "ytick.color": INKS["soft"],
    "text.color": INKS["ink"],
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": INKS["line"],
    "grid.linewidth": 0.8,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
"""The look of every chart, as matplotlib settings; give them with `matplotlib.rc_context`."""


def inline(figure: Figure, name: str, title: str) -> Markup:
    """Return a figure as an SVG named `title`, its ids starting with `name` so that several fit on a page.

    The figure must have been drawn with `STYLE` and `svg.hashsalt` set, else ids and fonts vary.
    """
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"(font(?:-family)?:[^;\"]*?)('[^;\"]*|DejaVu[^;\"]*)(?=[;\"])", rf"\g<1>{FONT}", svg)
    svg = _themed(svg)
    root = re.search(r'viewBox="[^"]*"', svg)
    box = root.group() if root else ""
    start = f'<svg role="img" aria-labelledby="{name}-title" {box} xmlns="http://www.w3.org/2000/svg" '
    start += f'xmlns:xlink="http://www.w3.org/1999/xlink"><title id="{name}-title">{escape(title)}</title>'
    return Markup(re.sub(r"<svg[^>]*>", lambda _: start, svg, count=1).strip())  # noqa: S704 - our own drawing


def _themed(svg: str) -> str:
    """Put the page's custom properties in place of the colours, with the colour for where there is no page."""
    for meaning, colour in INKS.items():
        svg = svg.replace(f": {colour}", f": var(--{meaning}, {'currentColor' if meaning == 'ink' else colour})")
    return svg
