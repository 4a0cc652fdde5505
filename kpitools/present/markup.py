"""HTML in small pieces: whatever is not markup already is escaped, by type and not by care."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup, escape

__all__ = ["Markup", "Shown", "joined", "plain", "table", "tag"]

EMPTY = frozenset({"br", "wbr"})
CARDS = ("scorecard", "industry")
"""Tables of which a phone shows each row as a card."""


def tag(_name: str, *children: object, **attributes: object) -> Markup:
    """Return an element; `class_` is class, `_` in other names is `-`, an attribute of None is left out."""
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    inside = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in named)
    start = Markup("<{}{}>").format(Markup(_name), inside)  # noqa: S704 - a name that this package wrote
    return start if _name in EMPTY else start + joined(children) + Markup("</{}>").format(Markup(_name))  # noqa: S704


def joined(children: Iterable[object]) -> Markup:
    """Return the pieces one after the other; None says nothing."""
    return Markup("").join(escape(child) for child in children if child is not None)


def plain(html: str) -> str:
    r"""Return what a page says without its markup: a line for each row, sentence or paragraph.

    >>> plain("<p>a &amp; b</p><table><tr><th>c</th><td>1</td></tr></table>")
    'a & b\nc | 1'
    """
    text = re.sub(r"<svg.*?(?:<title[^>]*>(.*?)</title>.*?)?</svg>", r"\1", html, flags=re.DOTALL)
    text = re.sub(r"</t[hd]>\s*(?=<t[hd])", " | ", text)
    text = re.sub(r"</(tr|li|p|dt|dd|h\d|caption|figcaption|summary)>", "\n", text)
    text = re.sub(r"</?small[^>]*>", " ", text)
    lines = (re.sub(r"[ \t]+", " ", unescape(line)).strip() for line in re.sub(r"<[^>]+>", "", text).split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Shown:
    """What a cell ends with: HTML for a page and for JupyterLab, and a plain text for everything else."""

    html: Markup

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        return {"text/html": str(self.html), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return the plain text."""
        return plain(str(self.html))


def table(kind: str, caption: str, heads: Sequence[str], rows: Iterable[Markup], numbers: Iterable[int] = ()) -> Markup:
    """Return a table with its caption and column headers; `numbers` are the columns of numbers.

    One that a phone does not show as cards scrolls by itself, by keyboard too, so that the page never does.
    """
    right = set(numbers)
    cells = [
        tag("th", head, scope="col", class_="number" if place in right else None) for place, head in enumerate(heads)
    ]
    body = tag("tbody", *rows)
    made = tag("table", tag("caption", caption), tag("thead", tag("tr", *cells)), body, class_=kind)
    if kind.split(maxsplit=1)[0] in CARDS:
        return made
    name = plain(caption) or ", ".join(heads)
    return tag("div", made, class_="scroll", role="region", tabindex=0, aria_label=name)
