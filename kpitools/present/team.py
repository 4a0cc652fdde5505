"""The page that a team looks at together: its KPIs by segment, when calls go unanswered, and beside other teams."""

from datetime import date
from pathlib import Path

import pandas as pd

from kpitools.findings.team import Team, team_review
from kpitools.kpi import Kpi
from kpitools.present.codes import CHANNELS
from kpitools.present.hours import heat
from kpitools.present.languages import N_, Words, words
from kpitools.present.markup import Markup, Shown, joined, table, tag
from kpitools.present.pages import Page, asked
from kpitools.present.peers import peer_tables
from kpitools.present.scorecard import scorecard, value
from kpitools.present.view import Measured, View, measured, records

SEGMENTS = {
    "channel": (N_("By channel"), N_("The KPIs by channel")),
    "request_type": (N_("By type of request"), N_("The KPIs by type of request")),
}
"""How the table of a segment is headed, and its own caption."""


class TeamPage(Page):
    """The review of one team in one language; each method is what one cell shows."""

    report = "team_review"

    def __init__(self, found: Team, view: View) -> None:
        """Show what was found, in the language of a view of its review."""
        super().__init__(view)
        self.found = found

    def named(self, service: str, period: str) -> str:
        """Name the page after the team, or the service where it is of all."""
        team = self.view.review.team or service
        return self.view.words.text("{team}: team review, {period}", team=team, period=period)

    def scores(self) -> Shown:
        """Return the scorecard alone, without links to sections that this page does not have."""
        return Shown(scorecard(self.view, linked=False))

    def segments(self) -> Shown:
        """Return the KPIs by channel, by type of request, and by each segment of the project's own."""
        view = self.view
        parts = [_segment(view, name, found) for name, found in self.found.segments.items() if len(found)]
        said = view.words.text("The data name no channel and no type of request.")
        return Shown(joined(parts) if parts else tag("p", said, class_="note"))

    def hours(self) -> Shown:
        """Return the share of unanswered calls by half-hour and weekday."""
        return Shown(heat(self.view, self.found.hours))

    def peers(self) -> Shown:
        """Return this team beside the others, fairly."""
        return Shown(peer_tables(self.view, self.found.peers, self.found.gains))


def _segment(view: View, name: str, rows: pd.DataFrame) -> Markup:
    """Return a table of the KPIs by the values of a segment, in alphabetical order; channels as everywhere."""
    words, found = view.words, records(rows)
    cells = {(row["kpi"], row[name]): measured(row) for row in found}
    order = list(CHANNELS) if name == "channel" else []
    values = sorted({row[name] for row in found}, key=lambda each: (order.index(each) if each in order else 0, each))
    kpis = [kpi for kpi in view.review.kpis if any((kpi.name, each) in cells for each in values)]
    heads = [words.text("KPI"), *(_value(words, name, each) for each in values)]
    body = (
        tag("tr", tag("th", view.label(kpi), scope="row"), *(
            tag("td", _cell(view, kpi, cells.get((kpi.name, each))), data_label=head)
            for each, head in zip(values, heads[1:], strict=True)
        ))
        for kpi in kpis
    )  # fmt: skip
    own = (N_("By {segment}"), N_("The KPIs by {segment}"))
    title, caption = (words.text(said, segment=name) for said in SEGMENTS.get(name, own))
    shown = table("industry channels", caption, heads, body)
    return joined([tag("h3", title, id=f"by-{name.replace('_', '-')}"), shown])


def _cell(view: View, kpi: Kpi, now: Measured | None) -> Markup | None:
    if now is None or (now.value is None and now.reason in (None, "no_rows")):
        return None
    return tag("span", value(view, kpi, now))


def _value(words: Words, name: str, given: str) -> str:
    return words.text(CHANNELS[given]) if name == "channel" else given


def team_page(
    project: Path | str = ".", period: str | int = "", team: str | int = "", language: str = "en",
    today: date | str | None = None,
) -> TeamPage:  # fmt: skip
    """Review a team and make its page; arguments and errors as of `page`."""
    said, found = words(language), team_review(*asked(project, period, team, today))
    return TeamPage(found, View(found.review, said))
