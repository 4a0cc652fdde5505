"""The page of a period: what each cell of the report notebook asks for."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from kpitools import project as projects
from kpitools.errors import ReportError
from kpitools.findings import review
from kpitools.findings.choice import NOTEBOOK
from kpitools.measure import COLUMNS
from kpitools.measure.rows import records
from kpitools.present import charts, comebacks, data, dates, effects, last, levers, method, say, tables, whys, word
from kpitools.present import scorecard as scorecards
from kpitools.present.declared import declared
from kpitools.present.languages import N_, words
from kpitools.present.markup import Markup, Shown, joined, tag
from kpitools.present.say.goals import doubts
from kpitools.present.view import View
from kpitools.project import Project

PAGE = "application/vnd.kpitools.page+json"
"""The media type by which the notebook tells the exporter the page's language, title and description."""
SECTIONS: dict[str, tuple[str, Callable[[View], Markup]]] = {
    "comment": (N_("The analyst's word"), word.comment),
    "difference": (N_("What is new since the last report?"), last.difference),
    "charts": (N_("How did we get here?"), charts.charts),
    "whys": (N_("Why did it change?"), whys.whys),
    "effects": (N_("What did the decisions do?"), effects.effects),
    "industry": (N_("Where do we stand?"), tables.industry_section),
    "comebacks": (N_("Why do customers come back?"), comebacks.comebacks),
    "channels": (N_("How do the channels compare?"), tables.channels_table),
    "levers": (N_("What could be done?"), levers.levers),
    "definitions": (N_("What do the figures count?"), data.definitions),
    "method": (N_("How sure are the verdicts?"), method.method),
    "rows": (N_("What became of each row of data?"), data.rows),
    "provenance": (N_("Where does this page come from?"), data.provenance),
}
"""The sections below the scorecard, each with its heading; one that has nothing to say is left out."""


class Page:
    """One review in one language; each method is what one cell shows."""

    report = NOTEBOOK
    """The notebook that the page is of: by its name comments, sign-offs and manifests know it."""
    personal = False
    """Whether it may name people: then what its cells show stands on the page and in no record."""

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
        title, first = self.named(service, period), self.says()
        page: dict[str, object] = {"language": said.language, "title": title, "description": (*first, title)[0]}
        page |= {"headline": first, "period": str(view.review.period)}
        page |= {"figures": self.figures(), "accounts": self.accounts()}
        page |= {"personal": True} if self.personal else {}
        display({PAGE: page | declared(view, self.report), "text/plain": title}, raw=True)  # type: ignore[no-untyped-call]
        return Shown(joined([tag("p", self._meta(), class_="meta"), *self._notes()]))

    def named(self, service: str, period: str) -> str:
        """Name the page: what it is of, and when."""
        said, team = self.view.words, self.view.review.team
        if team:
            return said.text("{service}, {team}: {period}", service=service, team=team, period=period)
        return said.text("{service}: {period}", service=service, period=period)

    def says(self) -> list[str]:
        """Return the sentences that carry the page, as its headline and the index have them."""
        return [sentence.text for sentence in say.headlines(self.view)]

    def _meta(self) -> str:
        view, said = self.view, self.view.words
        review = view.review
        team = said.text("team {team}", team=review.team) if review.team else said.text("all teams")
        whole_days = (review.period.end - review.period.start).days + 1
        reached = whole_days if review.complete else review.days
        days = said.plural("{n} day", "{n} days", reached, n=reached)
        whole = said.text("complete data") if review.complete else said.text("incomplete data")
        return " · ".join(part for part in (team, days, whole, say.passed_over(view)) if part)

    def _notes(self) -> list[Markup]:
        """Say first what limits everything below."""
        simulated = say.simulated(self.view)
        notes = [tag("p", simulated, class_="simulated")] if simulated else []
        return notes + [tag("p", notice, class_="note look") for notice in say.notices(self.view)]

    def figures(self) -> list[dict[str, Any]]:
        """Return the numbers of the page as rows of `measure`: the whole, its mixes, then each channel."""
        review = self.view.review
        mixes = review.mixes
        now = mixes[mixes["period"] == str(review.period)] if len(mixes) else mixes
        every = pd.concat([part for part in (review.current, review.responses, now, review.channels) if len(part)])
        return records(every[[name for name in COLUMNS if name in every.columns]])

    def accounts(self) -> list[dict[str, Any]]:
        """Return the balance of every source: counts by reason, and no row."""
        return [account.balance() for account in self.view.review.accounts]

    def headline(self) -> Shown:
        """Return how the KPIs and targets do in one line, and the three or four sentences that carry the page."""
        items = [
            tag("li", sentence.text, class_="decide" if sentence.decide else None)
            for sentence in say.headlines(self.view)
        ]
        decided = say.decided(self.view)
        note = [tag("p", decided, class_="note")] if decided else []
        return Shown(joined([scorecards.summary(self.view), tag("ol", *items, class_="headline"), *note]))

    def scorecard(self) -> Shown:
        """Return the KPIs with value, interval, change, trend, industry, target and owner; then the page's contents."""
        notes = (tag("p", said, class_="note") for said in (say.crowded(self.view), doubts(self.view)) if said)
        return Shown(joined([scorecards.scorecard(self.view), *notes, self._contents()]))

    def _contents(self) -> Markup:
        """Return links to the sections of the page."""
        said = self.view.words
        links = (tag("a", said.text(SECTIONS[name][0]), href=f"#{name}") for name, made in self._made.items() if made)
        return tag("nav", Markup(" ").join(links), class_="contents", aria_label=said.text("On this page"))

    @cached_property
    def _made(self) -> dict[str, Markup]:
        return {name: make(self.view) for name, (_, make) in SECTIONS.items()}

    def section(self, *names: str) -> Shown:
        """Return some sections, each below its heading; one that has nothing to say is left out."""
        said = self.view.words
        made = ((name, self._made[name]) for name in names)
        return Shown(joined(tag("h2", said.text(SECTIONS[name][0]), id=name) + body for name, body in made if body))


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
    said = words(language)
    return Page(View(review(*asked(project, period, team, today)), said))


def asked(
    project: Path | str, period: str | int, team: str | int, today: date | str | None
) -> tuple[Project, str | None, str | None, date]:
    """Load the project of a page, and read its period, its team and its day as a notebook gives them."""
    opened = projects.load(project)
    try:
        day = date.fromisoformat(today) if isinstance(today, str) and today else today or opened.today()
    except ValueError:
        raise ReportError(f"today = {today!r} is no day. Write it as 2026-11-02.") from None
    return opened, str(period) or None, str(team) or None, day
