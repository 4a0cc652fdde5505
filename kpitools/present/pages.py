"""The page of a period: what each cell of the report notebook asks for."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from kpitools import project as projects
from kpitools.errors import ReportError
from kpitools.findings import review
from kpitools.measure import COLUMNS
from kpitools.measure.rows import records
from kpitools.present import charts, data, dates, last, say, tables, word
from kpitools.present import scorecard as scorecards
from kpitools.present.declared import declared
from kpitools.present.languages import N_, words
from kpitools.present.markup import Shown, joined, tag
from kpitools.present.view import View

PAGE = "application/vnd.kpitools.page+json"
"""The media type by which the notebook tells the exporter the page's language, title and description."""


class Page:
    """One review in one language; each method is what one cell shows."""

    def __init__(self, view: View) -> None:
        """Show a review."""
        self.view = view

    def title(self) -> Shown:
        """Say what the page is: title and language for the exporter (displayed apart), then team and coverage."""
        view, said = self.view, self.view.words
        project = view.review.project.about
        period = dates.title(said, view.review.period)
        unnamed = "name" not in project.model_fields_set
        service = said.text("Customer service") if unnamed else project.name
        title = said.text("{service}: {period}", service=service, period=period)
        if view.review.team:
            title = said.text("{service}, {team}: {period}", service=service, team=view.review.team, period=period)
        first = say.headlines(view)
        page: dict[str, object] = {
            "language": said.language,
            "title": title,
            "description": first[0].text if first else title,
        }
        page |= {"period": str(view.review.period), "figures": self.figures(), "accounts": self.accounts()}
        page |= declared(view)
        simulated = say.simulated(view)
        notes = [tag("p", simulated, class_="simulated")] if simulated else []
        notes += [tag("p", notice, class_="note look") for notice in say.notices(view)]
        display({PAGE: page, "text/plain": title}, raw=True)  # type: ignore[no-untyped-call]
        return Shown(joined([tag("p", self._meta(), class_="meta"), *notes]))

    def _meta(self) -> str:
        view, said = self.view, self.view.words
        review = view.review
        team = said.text("team {team}", team=review.team) if review.team else said.text("all teams")
        whole_days = (review.period.end - review.period.start).days + 1
        reached = whole_days if review.complete else review.days
        days = said.plural("{n} day", "{n} days", reached, n=reached)
        whole = said.text("complete data") if review.complete else said.text("incomplete data")
        return f"{team} · {days} · {whole}"

    def figures(self) -> list[dict[str, Any]]:
        """Return the numbers of the page as rows of `measure`: the whole, then each channel."""
        review = self.view.review
        both = pd.concat([review.current, review.responses, review.channels], ignore_index=True)
        return records(both[[name for name in COLUMNS if name in both.columns]])

    def accounts(self) -> list[dict[str, Any]]:
        """Return the balance of every source: counts by reason, and no row."""
        return [account.balance() for account in self.view.review.accounts]

    def headline(self) -> Shown:
        """Return the three or four sentences that carry the page, and what was decided in the period."""
        items = [
            tag("li", sentence.text, class_="decide" if sentence.decide else None)
            for sentence in say.headlines(self.view)
        ]
        decided = say.decided(self.view)
        note = [tag("p", decided, class_="note")] if decided else []
        return Shown(joined([tag("ol", *items, class_="headline"), *note]))

    def comment(self) -> Shown:
        """Return what people wrote about this page, and who signed it off."""
        return Shown(word.comment(self.view))

    def difference(self) -> Shown:
        """Return what the last report gave otherwise."""
        return Shown(last.difference(self.view))

    def scorecard(self) -> Shown:
        """Return the KPIs with value, interval, change, trend, industry, target and owner."""
        return Shown(scorecards.scorecard(self.view))

    def charts(self) -> Shown:
        """Return one chart a KPI over time."""
        drawn = [charts.chart(self.view, kpi) for kpi in self.view.review.kpis if kpi.name in self.view.review.trends]
        if not drawn:
            return self._nothing(N_("There is no KPI to draw."))
        return Shown(tag("div", *drawn, class_="charts"))

    def industry(self) -> Shown:
        """Return the published figures: aimed at, attained and accepted side by side, the others below."""
        return Shown(tables.industry_table(self.view))

    def channels(self) -> Shown:
        """Return the KPIs by channel."""
        return Shown(tables.channels_table(self.view))

    def definitions(self) -> Shown:
        """Return what each KPI counts."""
        return Shown(data.definitions(self.view))

    def rows(self) -> Shown:
        """Return what became of every row of every source."""
        return Shown(data.rows(self.view))

    def provenance(self) -> Shown:
        """Return who made the page, of what data and figures."""
        return Shown(data.provenance(self.view))

    def _nothing(self, message: str) -> Shown:
        return Shown(tag("p", self.view.words.text(message), class_="note"))


def page(
    project: Path | str = ".",
    period: str | int = "",
    team: str | int = "",
    language: str = "en",
    today: date | str | None = None,
) -> Page:
    """Review a period of a project and make its page.

    Args:
        project: the folder that holds kpitools.toml.
        period: an ISO period such as 2026-10, 2026-W41, 2026-Q4 or 2026; empty for the last closed month with data.
            Papermill hands a year over as a whole number, and so a team that is called by one.
        team: one team; empty for all.
        language: a language of kpitools.
        today: the day on which the page is made, or its ISO text; by default the project's, else the clock's.

    Raises:
        UserError: a value is impossible; the text names the nearest one that is.
    """
    said, opened = words(language), projects.load(project)
    made = review(opened, period=str(period) or None, team=str(team) or None, today=_day(today) or opened.today())
    return Page(View(made, said))


def _day(given: date | str | None) -> date | None:
    """Read the day on which a page is made."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) and given else given or None
    except ValueError:
        raise ReportError(f"today = {given!r} is no day. Write it as 2026-11-02.") from None
