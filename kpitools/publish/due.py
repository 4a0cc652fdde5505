"""What is due: every report of a closed and settled period that is not published yet, and why the others are not.

The clock that starts a run may strike twice, or not at all: what is due follows from the data and from what is
published, never from when the last run was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from kpitools.errors import ProjectError, suggest
from kpitools.periods import GRAINS, Coverage, Period
from kpitools.project import Project, Report
from kpitools.project.comments import Comments, load_comments
from kpitools.project.manifests import Published, failure_note, published
from kpitools.publish.inventory import Inventory, take
from kpitools.publish.notebooks import find_notebook

State: TypeAlias = Literal["due", "failed", "outdated", "waits", "late", "empty", "published"]
"""Due: to be made. Failed: so it did the last time, and is tried again. Outdated: published, and the data or a comment
say otherwise since. Waits: for its data to settle, or for a sign-off. Late: its data, or those of a team that the
project names, should be there and are not. Empty: the team has no row in the period."""


@dataclass(frozen=True)
class Item:
    """One report in one language for one period, how it stands, and why; `team` is empty for all, `page` its place."""

    report: str
    team: str
    period: Period
    language: str
    state: State
    why: str = ""
    page: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return " ".join(filter(None, (str(self.period), self.report, self.team, self.language)))

    def parameters(self, project: Project) -> dict[str, str]:
        """Return what its notebook is told."""
        told = {"project": str(project.folder), "period": str(self.period), "team": self.team}
        return told | {"language": self.language}


@dataclass(frozen=True)
class Plan:
    """All reports that are looked at, the oldest period first, and what a reader of the plan must know.

    `reach` are the days of the data. `wrong` names the manifests that cannot be read, `older` how many closed periods
    lie too far back to be caught up, `ahead` the pages made on a later day than `today`.
    """

    today: date
    items: tuple[Item, ...]
    reach: Coverage
    wrong: tuple[str, ...] = ()
    older: int = 0
    ahead: tuple[str, ...] = ()

    def to_make(self, *, reissue: bool = False) -> tuple[Item, ...]:
        """Return what is to be made now: what is due or failed, and with `reissue` what is outdated."""
        states = {"due", "failed", *(["outdated"] if reissue else [])}
        return tuple(item for item in self.items if item.state in states)


def plan(project: Project, reports: Path, today: date | None = None, *, keep: bool = True) -> Plan:
    """Say how every report of a project stands; `keep` keeps what is found out about the data for the next time.

    Raises:
        ProjectError: the project file names no report.
        ReportError: there is no such notebook, or no row with a date.
    """
    if not project.reports:
        raise ProjectError('kpitools.toml names no report. Add:\n[[report]]\nevery = ["month"]\nteams = "each"')
    for report in project.reports:
        find_notebook(report.notebook, project.folder)
    day = today or project.today()
    pages, wrong = published(reports)
    data = take(project, reports, pages, {grain for report in project.reports for grain in report.every}, keep=keep)
    done = {page.key: page for page in pages if not page.further}
    look = _Look(project, reports, day, data, done, load_comments(project.folder))
    items = {(item.report, item.team, item.period, item.language): item for item in (*look.old(), *look.wanted())}
    ordered = sorted(items.values(), key=lambda item: (item.period.end, GRAINS.index(item.period.grain)))
    ahead = tuple(page.page for page in pages if page.today > day.isoformat())
    return Plan(day, tuple(ordered), data.coverage, tuple(wrong), look.older(), ahead)


@dataclass(frozen=True)
class _Look:
    """All that the state of a report follows from."""

    project: Project
    reports: Path
    today: date
    data: Inventory
    done: Mapping[tuple[str, str, Period | None, str], Published]
    comments: Comments

    def wanted(self) -> Iterator[Item]:
        """Give the reports of the project, for as many closed periods as each catches up."""
        for report in self.project.reports:
            for grain in report.every:
                for period in self._parted(report, grain)[0]:
                    for team in self._teams(report):
                        for language in self.project.about.languages:
                            yield self._item(report, team, period, language)

    def old(self) -> Iterator[Item]:
        """Give the published pages, however old, of which the data now give other figures."""
        for page in self.done.values():
            if page.period and self.data.other_now(page):
                yield self._published(page, page.period)

    def older(self) -> int:
        """Count the closed periods, by report, that are too old to be caught up and of which nothing is published."""
        done = {(page.notebook, page.period) for page in self.done.values()}
        return sum(
            (report.notebook, period) not in done
            for report in self.project.reports
            for grain in report.every
            for period in self._parted(report, grain)[1]
        )

    def _parted(self, report: Report, grain: str) -> tuple[list[Period], list[Period]]:
        """Part the closed periods into those that are looked at, the newest first, and the older ones.

        What waits for its data to settle takes no place of what is caught up: it would else be too old once they have.
        """
        closed = self._closed(grain)
        waiting = sum(self.today <= self._settled(report, period) for period in closed)
        return closed[: waiting + report.catch_up], closed[waiting + report.catch_up :]

    @staticmethod
    def _settled(report: Report, period: Period) -> date:
        """Return the last day on which the data of a period may still change."""
        return period.end + report.settles_after

    def _closed(self, grain: str) -> list[Period]:
        """Return the periods that are over and that the data reach the beginning of, the newest first."""
        reach, found = self.data.coverage, []
        period = Period.containing(self.today, grain, self.project.calendar.fiscal_year_starts).previous()
        while period.start >= reach.first or reach.complete(period, self.today):
            found.append(period)
            period = period.previous()
        return found

    def _teams(self, report: Report) -> list[str]:
        return {"all": [""], "each": self.data.teams}.get(str(report.teams)) or list(report.teams)

    def _item(self, report: Report, team: str, period: Period, language: str) -> Item:
        page = self.done.get((report.notebook, team, period, language))
        if page:
            return self._published(page, period)
        state, why = self._missing(report, team, period)
        item = Item(report.notebook, team, period, language, state, why)
        note = failure_note(self.reports, report.notebook, item.parameters(self.project))
        if state == "due" and note.is_file():
            return Item(report.notebook, team, period, language, "failed", note.read_text(encoding="utf-8").strip())
        return item

    def _published(self, page: Published, period: Period) -> Item:
        kpis = self.data.other_now(page)
        said = self.comments.about(page.notebook, period, page.team).fingerprint
        state: State = "outdated" if kpis or said != page.comments else "published"
        why = f"the data now give other figures: {', '.join(kpis)}" if kpis else "comments.toml says something else"
        made = f"made on {page.today}" if page.today else ""
        told = f"{why} ({made})" if made else why
        shown = told if state == "outdated" else made
        return Item(page.notebook, page.team, period, page.language, state, shown, page.page)

    def _missing(self, report: Report, team: str, period: Period) -> tuple[State, str]:
        """Say how a report stands that is not published."""
        settled, reach = self._settled(report, period), self.data.coverage
        if self.today <= settled:
            return "waits", f"its data settle by the end of {settled} (available_after = {report.available_after})"
        if not reach.complete(period, self.today):
            return "late", f"the data reach {reach.last} only"
        if team and team not in self.data.rows:
            return "late", f"the data name no team {team!r}. {suggest(team, self.data.teams)}"
        if str(period) not in self.data.rows[team]:
            return "empty", "it has no row in the period"
        signed = self.comments.about(report.notebook, period, team).sign_off
        if report.wait_for_sign_off and not signed:
            return "waits", "it waits for a sign-off in comments.toml"
        return "due", ""
