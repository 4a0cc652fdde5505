"""Markdown and SVG of a notebook as markup of the page."""

import re
import unicodedata
from collections.abc import Iterable
from html import escape

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from kpitools.errors import ReportError
from kpitools.publish.page import outputs

ID = re.compile(r"""\bid=["']([^"']+)["']""")
REFERENCE = re.compile(r"""(\b(?:id|for|aria-labelledby|aria-describedby)=["']|href=["']#|url\(#)([^"')]+)""")
PLACEHOLDER = re.compile(r"<.*>|No description has been provided.*", re.DOTALL)


def ids_in(nb: NotebookNode) -> set[str]:
    """Return the ids that the notebook's own HTML and SVG outputs use."""
    texts = [out.data.get(kind, "") for out in outputs(nb) if "data" in out for kind in ("text/html", "image/svg+xml")]
    return {found for text in texts for found in ID.findall(text)}


class Apart:
    """Make the ids of one page's outputs unique: two cells may show the same chart, and ask for the same name."""

    def __init__(self, taken: set[str], shell: Iterable[str]) -> None:
        """Remember the ids that are `taken` on this page (the set is shared and grows), and those of its `shell`."""
        self._taken, self._shown = taken, set(shell)

    def html(self, given: str) -> str:
        """Return an output's markup; an id that an earlier output has gets a number, as do references to it."""
        own = dict.fromkeys(ID.findall(given))
        free = {name: free_name(name, self._taken) for name in own if name in self._shown}
        self._shown |= own.keys() | set(free.values())
        return REFERENCE.sub(lambda found: found[1] + free.get(found[2], found[2]), given) if free else given


def free_name(name: str, taken: set[str]) -> str:
    """Return a name, with a number where it is taken, and take it."""
    number, free = 1, name
    while free in taken:
        number, free = number + 1, f"{name}-{number + 1}"
    taken.add(free)
    return free


def slug(text: str) -> str:
    """Return an id that says what a heading says.

    >>> slug("Délai d'attente : où en est-on ?")
    'delai-d-attente-ou-en-est-on'
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"<[^>]*>", "", text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "section"


class Markdown(IPythonRenderer):
    """Markdown to HTML, for one page: headings can be linked to and stand below the page's only h1.

    With `escape`, markup inside the Markdown is shown as text: what a program generated from data holds none.
    """

    def __init__(self, taken: set[str], *, escape: bool) -> None:
        """Remember the ids that are `taken` on this page (the set is shared and grows)."""
        super().__init__(escape=escape, allow_harmful_protocols=False)
        self._taken = taken

    def html(self, source: str) -> str:
        """Return the HTML of a text in Markdown."""
        return str(MarkdownWithMath(renderer=self).render(source))

    def heading(self, text: str, level: int, **_: object) -> str:
        """Return a heading with an id that no other element of the page has."""
        level = max(level, 2)
        return f'<h{level} id="{free_name(slug(text), self._taken)}">{text}</h{level}>\n'


def inline_svg(output: NotebookNode) -> str:
    """Return the SVG of an output ready to stand in a page, with its text alternative as the accessible name.

    The alternative is the output's metadata `alt`, else its plain text. An SVG that names itself (`role`
    and `aria-label` or `aria-labelledby` on its root) stays as it is.

    Raises:
        ReportError: there is no text alternative.
    """
    whole = str(output.data["image/svg+xml"])
    svg = whole[max(whole.find("<svg"), 0) :]  # an XML prolog has no place inside HTML
    root = svg[: svg.find(">")]
    if "role=" in root and "aria-label" in root:
        return svg
    metadata = output.get("metadata", {})
    alt = metadata.get("alt") or metadata.get("image/svg+xml", {}).get("alt") or output.data.get("text/plain", "")
    if not alt.strip() or PLACEHOLDER.fullmatch(alt.strip()):
        raise ReportError("A chart has no text alternative. Display it with metadata {'alt': what the chart says}.")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
