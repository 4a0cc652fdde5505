"""The answer to a question: the number with its past, its yardsticks and its verdict, and the rows behind it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.benchmarks import Benchmark
from kpitools.errors import UserError
from kpitools.explore.apart import by_day, by_segment
from kpitools.explore.question import Question
from kpitools.explore.shown import apart_table, behind_table, spaced, what_if_table
from kpitools.explore.what_if import what_if
from kpitools.findings import Review, compare, trend
from kpitools.findings.choice import Asked
from kpitools.findings.shift import shift
from kpitools.findings.weeks import finest
from kpitools.kpi import Kpi
from kpitools.measure.behind import AT_MOST, Behind, behind
from kpitools.present import captions, charts
from kpitools.present import scorecard as scorecards
from kpitools.present.markup import Markup, Shown, joined, tag
from kpitools.present.view import View
from kpitools.schema import TABLES

if TYPE_CHECKING:
    from kpitools.explore.desk import Desk

ADVISER = "adviser_id"


@dataclass(frozen=True, eq=False)
class Answer:
    """What the exports say to one question; shown in a notebook it is a sentence, a chart and a table."""

    desk: "Desk" = field(repr=False)
    question: Question
    figures: tuple[Benchmark, ...] = field(default=(), repr=False)

    @property
    def kpi(self) -> Kpi:
        """The KPI, in the definition asked for."""
        return self.question.kpi

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The rows of `measure`: every statistic of the KPI, one row a period, oldest first.

        >>> rows = work.ask("answer_rate", "month", "2026-09").rows
        >>> rows[["period", "value", "n"]].tail(2).round(3).to_dict("list")
        {'period': ['2026-08', '2026-09'], 'value': [0.894, 0.899], 'n': [414.0, 456.0]}
        """
        return self.question.of(self._known(self.question.newest.grain)).sort_values(
            ["statistic", "start"], ignore_index=True
        )

    @property
    def now(self) -> pd.DataFrame:
        """The rows of the newest period."""
        return self.rows[self.rows["period"] == str(self.question.newest)].reset_index(drop=True)

    @property
    def value(self) -> float:
        """The value of the newest period: a fraction, seconds, points; NaN where it is not known."""
        return float(self.now.loc[self.now["statistic"] == self.kpi.statistic, "value"].iloc[0])

    @cached_property
    def view(self) -> View:
        """The answer as the pages of kpitools see it."""
        return View(self._review(), self.desk.words)

    @property
    def findings(self) -> pd.DataFrame:
        """The rows of `compare`: held against the past, the published figures and the targets.

        >>> found = work.ask("answer_rate", "month", "2026-09", team="Nord").findings
        >>> found[["against", "reference_id", "verdict"]].iloc[1].tolist()
        ['year_before', '2025-09', 'above']
        """
        return self.view.review.findings

    @property
    def known(self) -> bool:
        """Say whether any period shown has a value."""
        return bool(self.rows.loc[self.rows["statistic"] == self.kpi.statistic, "value"].notna().any())

    def title(self) -> str:
        """Name the KPI and the segments that it is of."""
        return " \N{MIDDLE DOT} ".join((self.view.label(self.kpi), *self.question.where.values()))

    def sentence(self) -> str:
        """Say the level, the change and the verdict in a few sentences; or why there is no value.

        >>> print(work.ask("answer_rate", "month", "2026-09", channel="chat").sentence())
        Answer rate · chat: no data for this period.
        """
        if not self.known:
            return f"{self.title()}: {scorecards.reason(self.view, self.now['reason'].iloc[0])}."
        return captions.alternative(self.view, self.kpi, self.view.review.trends[self.kpi.name])

    def chart(self) -> Shown:
        """Draw the KPI over time, with what is usual for it and the figures it is held against.

        >>> "<svg" in str(work.ask("answer_rate", "month", "2026-09").chart().html)
        True
        """
        return Shown(charts.chart(self.view, self.kpi) if self.known else tag("p", self.sentence()))

    def drawing(self) -> charts.Drawing:
        """Return that chart as a matplotlib figure, to change, to save, or to put beside others.

        Raises `UserError` where the KPI has no value in any period shown.

        >>> work.ask("answer_rate", "month", "2026-09").drawing().savefig(folder / "answer_rate.png")
        """
        if not self.known:
            raise UserError(self.sentence())
        return charts.drawn(self.view, self.kpi, self.view.review.trends[self.kpi.name])

    def table(self) -> Shown:
        """Return value, interval, change, industry and target as a table.

        >>> print(str(work.ask("answer_rate", "month", "2026-09").table()).splitlines()[1])
        KPI | Sept 2026 | Change | Over time | Industry | Target
        """
        return Shown(spaced(scorecards.scorecard(self.view, linked=False)))

    def apart(self) -> Shown:
        """Show where the newest figure comes from: by each segment that was not asked for, and by day.

        A change in bold is more than chance makes of any of those shown.

        >>> str(work.ask("answer_rate", "month", "2026-09").apart()).splitlines()[2]
        'Est | 91% | 132 | +7\N{NARROW NO-BREAK SPACE}pts'
        """
        asked = self.question.where
        parts = {name: by_segment(self, name) for name in self.desk.segments if name not in asked}
        if self.question.newest.grain != "day":
            parts["day"] = by_day(self)
        among = sum(int(rows["difference_low"].notna().sum()) for rows in parts.values())
        return Shown(joined(apart_table(self, name, rows, among) for name, rows in parts.items()))

    def shown_behind(self, at_most: int = 20, role: str | None = None) -> Shown:
        """Show the first rows behind the newest value, and how many there are; or why none is shown."""
        try:
            return Shown(behind_table(self.behind(role, at_most), self.desk.words))
        except UserError as wrong:
            return Shown(tag("p", str(wrong)))

    def shown_otherwise(self, **ways: Any) -> Shown:  # noqa: ANN401 - the arguments of `what_if`
        """Show the value counted otherwise (`what_if`): other definitions, thresholds, without some rows.

        >>> shown = work.ask("service_level", "month", "2026-09").shown_otherwise(definitions=False, weekends=True)
        >>> print(str(shown).splitlines()[-1].split(" | ")[0])
        without Saturdays and Sundays
        """
        return Shown(what_if_table(what_if(self, **ways), self))

    def html(self) -> Markup:
        """Return all of it: the sentence, the chart, the table."""
        if not self.known:
            return tag("p", self.sentence())
        return joined([tag("p", self.sentence()), self.chart().html, self.table().html])

    def counted(self, kpi: Kpi) -> "Answer":
        """Return the answer to the same question in another definition."""
        return replace(self, question=replace(self.question, kpi=kpi))

    def at(self, desk: "Desk") -> "Answer":
        """Return the answer of another desk to the same question."""
        return replace(self, desk=desk)

    def behind(self, role: str | None = None, at_most: int = AT_MOST) -> Behind:
        """Fetch the contacts, requests or survey answers that the newest value counts, each with the reason why.

        Instants are those of the project's clocks. Advisers are left out unless the project shows them.

        Raises:
            UserError: the figure is hidden, as fewer than the minimum group stand behind it; nothing stands behind it.

        >>> found = work.ask("answer_rate", "month", "2026-09", team="Nord").behind("denominator", at_most=1)
        >>> found.counts
        {'denominator': 10, 'excluded': 6, 'numerator': 111}
        >>> found.rows[["contact_id", "outcome"]].to_dict("records")
        [{'contact_id': 'A0013919', 'outcome': 'abandoned'}]
        """
        row = self.now[self.now["statistic"] == self.kpi.statistic].iloc[0]
        if row["suppressed"]:
            raise UserError(f"Too few stand behind {self.kpi.name} in {row['period']} for their rows to be shown.")
        days = (self.question.newest.start, self.question.newest.end)
        frame = self.desk.tables.get(self.kpi.table)
        found = behind(frame, self.kpi, days, self.question.where, role=role, at_most=at_most)
        hidden = [] if self.desk.project.privacy.advisers else [ADVISER]
        rows = found.rows.drop(columns=hidden, errors="ignore")
        return Behind(rows.assign(**{name: self._local(rows[name]) for name in self._instants(rows)}), found.counts)

    def _instants(self, rows: pd.DataFrame) -> list[str]:
        return [each.name for each in TABLES[self.kpi.table].columns if each.kind == "instant" and each.name in rows]

    def _local(self, instants: pd.Series) -> pd.Series:
        zone = self.desk.project.about.timezone
        local: pd.Series = instants.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
        return local

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude
        return {"text/html": str(self.html()), "text/plain": self.sentence()}

    def _known(self, every: str) -> pd.DataFrame:
        return self.desk.measured([self.kpi], every, where=self.question.where)

    def _segment(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows of the segments asked for, as if they were the whole."""
        return rows[self.question.where_holds(rows)].drop(columns=list(self.question.by))

    def _review(self) -> Review:
        desk, newest, kpi = self.desk, self.question.newest, self.kpi
        team = self.question.where.get("team")
        past, weekly = self._segment(self.rows), self._segment(self._known("week"))
        shifted = shift(finest(kpi, weekly, past, desk.project), newest, team=team)
        project = desk.project
        return Review(
            **Asked(newest, team, desk.today).within(desk.coverage),
            project=project,
            kpis=(kpi,),
            unmeasured=(),
            current=past[past["period"] == str(newest)].reset_index(drop=True),
            history=past,
            channels=past[:0].assign(channel=None),
            findings=compare(past, project, self.figures, period=newest, team=team),
            trends={kpi.name: trend(past, kpi, project.events)},
            benchmarks=self.figures,
            accounts=(),
            shifts={kpi.name: shifted},
        )
