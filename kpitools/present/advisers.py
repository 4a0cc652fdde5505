"""The page on advisers: each one's own figures beside the others', for a purpose that the page states first.

Names come from a file outside the project, and stand on this page only; without it advisers have short pseudonyms.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from kpitools.errors import ReportError, suggest
from kpitools.findings.advisers import NOTEBOOK, Advisers, adviser_review
from kpitools.findings.peers import Peers
from kpitools.present.languages import N_, words
from kpitools.present.markup import Markup, Shown, joined, tag
from kpitools.present.pages import Page, asked
from kpitools.present.peers import peer_tables
from kpitools.present.view import View
from kpitools.sources.advisers import adviser_names

SHORTEST = 4
"""Digits of a pseudonym that are shown, at least."""
SAID = (
    N_("This is no ranking: advisers stand in alphabetical order. Each is held against what all show for cases of the "
       "same kinds, within what chance allows at that number of cases."),
    N_("Of an adviser with fewer than {least} cases nothing is shown, nor of another whose figures would tell them."),
)  # fmt: skip


class AdvisersPage(Page):
    """The advisers of one team in one language, or one of them; each method is what one cell shows."""

    report = NOTEBOOK
    personal = True

    def __init__(self, found: Advisers, view: View, names: Mapping[str, str], adviser: str = "") -> None:
        """Show what was found; `names` are those of pseudonyms, `adviser` how the only one to be shown begins."""
        super().__init__(view)
        known = {peer.name for compared in found.peers.values() for peer in compared.peers}
        self.short = _shortened(known)
        self.names = {name: names[name] for name in known if name in names}
        self.only = _chosen(adviser, known) if adviser else None
        self.peers = {name: self._in_order(compared) for name, compared in found.peers.items()}
        self.gains = found.gains

    def named(self, service: str, period: str) -> str:
        """Name the page after the team, and after nobody: manifests and the index repeat it."""
        team = self.view.review.team or service
        return self.view.words.text("{team}: advisers, {period}", team=team, period=period)

    def says(self) -> list[str]:
        """Return nothing: a sentence about an adviser stands on the page alone."""
        return []

    def purpose(self) -> Shown:
        """Return what the figures are for, as the project says it, and what they are not."""
        view, privacy = self.view, self.view.review.project.privacy
        said = view.said(privacy.purpose or "")
        of = privacy.purpose if isinstance(privacy.purpose, dict) else {}
        spoken = next((language for language, text in of.items() if text == said), None)
        stated = tag("p", tag("strong", view.words.text("Purpose:")), " ", tag("span", said, lang=spoken))
        items = (tag("li", view.words.text(each, least=privacy.minimum_group)) for each in SAID)
        return Shown(joined([stated, tag("ul", *items, class_="method")]))

    def advisers(self) -> Shown:
        """Return a funnel and a table a KPI."""
        if not self.peers:
            said = self.view.words.text("There are not two advisers to be compared.")
            return Shown(tag("p", said, class_="note"))
        return Shown(joined([self._who(), peer_tables(self.view, self.peers, self.gains, self.shown, self.only)]))

    def shown(self, pseudonym: str) -> str:
        """Name an adviser: as the file says, else by a short pseudonym."""
        return self.names.get(pseudonym) or self.view.words.text("Adviser {id}", id=self.short[pseudonym])

    def _who(self) -> Markup | None:
        """Return by which pseudonym each named adviser can be asked for."""
        named = sorted(self.names.items(), key=lambda pair: _sorted_as(pair[1]))
        shown = [f"{name} ({self.short[one]})" for one, name in named if self.only in (None, one)]
        return tag("p", ", ".join(shown), class_="note") if shown else None

    def _in_order(self, compared: Peers) -> Peers:
        peers = sorted(compared.peers, key=lambda peer: (_sorted_as(self.shown(peer.name)), peer.name))
        return replace(compared, peers=tuple(peers))


def _sorted_as(name: str) -> str:
    """Write a name as it is sorted: É with E."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _shortened(pseudonyms: Collection[str]) -> dict[str, str]:
    """Shorten pseudonyms to as many digits as tell them apart."""
    longest = max(map(len, pseudonyms), default=SHORTEST)
    length = next((n for n in range(SHORTEST, longest) if len({p[:n] for p in pseudonyms}) == len(pseudonyms)), longest)
    return {pseudonym: pseudonym[:length] for pseudonym in pseudonyms}


def _chosen(adviser: str, known: Collection[str]) -> str:
    """Find the one adviser whose pseudonym begins so."""
    found = [name for name in known if name.startswith(adviser.lower())]
    if len(found) != 1:
        many = "several pseudonyms begin so." if found else suggest(adviser, sorted(_shortened(known).values()))
        raise ReportError(f"No single adviser is {adviser!r} in this period: {many}")
    return found[0]


def advisers_page(  # noqa: PLR0917 - the parameters of the notebook
    project: Path | str = ".", period: str | int = "", team: str | int = "", language: str = "en",
    adviser: str | int = "", today: date | str | None = None,
) -> AdvisersPage:  # fmt: skip
    """Compare the advisers of a team and make the page, of one of them where `adviser` (a pseudonym) is given.

    Other arguments and errors as of `page` and `adviser_review`.
    """
    said, found = words(language), adviser_review(*asked(project, period, team, today))
    return AdvisersPage(found, View(found.review, said), adviser_names(found.review.project), str(adviser))
