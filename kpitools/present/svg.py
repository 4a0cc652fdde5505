"""A matplotlib figure as inline SVG: the same bytes each time, real text, and colours that follow the page's theme."""

import re
from io import StringIO
from typing import Any
from zlib import crc32

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
STYLE: dict[Any, Any] = {
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
    """Return a figure as an SVG named `title`, its ids made of `name` so that several fit on a page.

    The figure must have been drawn with `STYLE` and `svg.hashsalt` set, else ids and fonts vary.
    """
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = drawn.getvalue()
    body = _themed(_slim(svg[svg.index("<svg") :]))
    key = f"c{crc32(name.encode()):x}"
    body = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{key}-", body)
    box = re.search(r'viewBox="[^"]*"', svg)
    start = f'<svg role="img" aria-labelledby="{key}-title" {box.group() if box else ""} style="font-family:{FONT}" '
    start += 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    start += f'<title id="{key}-title">{escape(title)}</title>'
    return Markup(re.sub(r"<svg[^>]*>", lambda _: start, body, count=1).strip())  # noqa: S704 - our own drawing


def _slim(svg: str) -> str:
    """Leave out what draws nothing: metadata, unused ids and groups, digits below a tenth of a pixel, white space."""
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r' font-family: [^;"]*;|<g id="[^"]*"/>| transform="rotate\(-0 [^"]*"|; stroke-linecap: square', "", svg
    )
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r'(?<= )(d|x|y)="[^"]*"', _coordinates, svg)
    svg = re.sub(r"(L[-\d.]+ ([-\d.]+))(?:L[-\d.]+ \2)+(?=L[-\d.]+ \2)", r"\1", svg)  # along a level line, its ends do
    svg = _renamed(svg)
    svg = re.sub(r"\s*\n\s*", " ", re.sub(r">\s+<", "><", svg))
    return re.sub(r"<g([^>]*)>((?:<use [^>]*/>)+)</g>", _once, svg)


def _renamed(svg: str) -> str:
    """Give the ids that are left short names, in the order in which they occur."""
    names = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    short = {name: f"{number:x}" for number, name in enumerate(names)}
    return re.sub(r'(\bid="|href="#|url\(#)([^")]+)', lambda found: found[1] + short.get(found[2], found[2]), svg)


def _once(found: re.Match[str]) -> str:
    """Say the style of a group of like marks once, on the group."""
    group, marks = found.groups()
    styles = set(re.findall(r' style="[^"]*"', marks))
    if len(styles) != 1:
        return found.group()
    style = styles.pop()
    return f"<g{group}{style}>{marks.replace(style, '')}</g>"


def _coordinates(found: re.Match[str]) -> str:
    rounded = re.sub(r"(\d+\.\d)\d+", r"\1", found.group())
    return re.sub(r"\s*([LMCQz])\s*", r"\1", rounded)


def _themed(svg: str) -> str:
    """Put the page's custom properties in place of the colours, with the colour for where there is no page."""
    for meaning, colour in INKS.items():
        svg = svg.replace(f": {colour}", f": var(--{meaning}, {'currentColor' if meaning == 'ink' else colour})")
    return svg
