"""The analyst's desk: a project that is read once and then answers one question after the other."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from kpitools import project as projects
from kpitools.benchmarks import Benchmark, latest, load
from kpitools.errors import ReportError, UserError, require_known
from kpitools.explore.answer import Answer
from kpitools.explore.narrowed import narrowed
from kpitools.explore.question import Question
from kpitools.findings import last_closed
from kpitools.findings.choice import values_of
from kpitools.kpi import Kpi
from kpitools.measure import measure, measured_in, require_coverage
from kpitools.measure.store import Store
from kpitools.periods import GRAINS, Coverage, Period
from kpitools.present import dates
from kpitools.present.languages import N_, Words, words
from kpitools.present.markup import Shown, tag
from kpitools.present.pages import PAGE
from kpitools.project import Project
from kpitools.sources import read
from kpitools.sources.systems import resolved

SUBJECTS = {"explore": N_("{service}: explore"), "getting_started": N_("{service}: getting started")}
"""What a page made of a notebook is called."""


class Desk:
    """A project ready to be asked; what was measured once is kept, so that the next choice is answered at once."""

    def __init__(self, project: Project, tables: Mapping[str, Any], language: str = "en") -> None:
        """Take a project and its canonical tables.

        Raises:
            ReportError: there is no row with a date.
        """
        self.project = resolved(project)
        self.tables = tables
        self.words: Words = words(language)
        self.today = project.today()
        self.coverage: Coverage = require_coverage(tables)
        self._narrowed: dict[tuple[object, ...], Desk] = {}
        self._valued: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[object, ...], pd.DataFrame] = {}

    def ask(self, kpi: str, every: str = "week", period: str = "", *, benchmark: str = "", **segments: str) -> Answer:
        """Answer one question: a KPI by week, month ... of the whole service or of some segments.

        Args:
            kpi: a KPI, or `kpi:definition`.
            every: day, week, month, quarter, year or fiscal_year.
            period: the newest period to show, as ISO text; any period that ends later than it begins will do: the last
                one of `every` that lies in it is meant. `month` is the last closed month; empty: the last closed one of
                `every`.
            benchmark: the id of the only published figure to hold it against; empty for all that speak of it.
            segments: team, channel, request_type or a segment of the project's own, each with the value wanted.

        Raises:
            UserError: an unknown KPI, definition, grain, segment or value, a period without data.

        >>> answer = work.ask("answer_rate", "month", "2026-09", team="Nord")
        >>> round(answer.value, 3)
        0.917
        >>> work.ask("answer_rat")
        Traceback (most recent call last):
        kpitools.errors.UnknownNameError: There is no KPI 'answer_rat'. Did you mean 'answer_rate'?
        """
        require_known(every, GRAINS, "grain")
        named = {name: str(value) for name, value in segments.items() if value}
        for name, value in named.items():
            require_known(name, self.project.segments, "segment")
            require_known(value, self.values(name), name, ReportError)
        newest = self._newest(period, every) if period else self.newest(every)
        question = Question(self._kpi(kpi), newest, tuple(sorted(named.items())))
        return Answer(self, question, self._chosen(question.kpi, benchmark))

    def title(self, subject: str = "explore") -> Shown:
        """Say what is on the desk; a page made of the notebook takes its language and title from here.

        `subject` is one of `SUBJECTS`.
        """
        text = self.words.text
        named = text(SUBJECTS[require_known(subject, SUBJECTS, "subject")], service=self.project.about.name)
        page = {"language": self.words.language, "title": named}
        display({PAGE: page, "text/plain": named}, raw=True)  # type: ignore[no-untyped-call]
        first, last = (dates.short(self.words, day) for day in (self.coverage.first, self.coverage.last))
        return Shown(tag("p", text("Data from {first} to {last}", first=first, last=last), class_="meta"))

    @property
    def accounts(self) -> pd.DataFrame:
        """The balance of every source: rows read, used, left out by the exports themselves, and set aside.

        >>> work.accounts.eval("read == used + excluded + set_aside").all()
        np.True_
        """
        kept = ("source", "read", "used")
        rows = []
        for account in getattr(self.tables, "accounts", ()):
            numbers = {name: getattr(account, name) for name in kept}
            excluded, aside = sum(account.excluded.values()), sum(account.set_aside.values())
            rows.append({**numbers, "excluded": excluded, "set_aside": aside})
        return pd.DataFrame(rows, columns=[*kept, "excluded", "set_aside"])

    @property
    def first_kpi(self) -> str:
        """The KPI to begin with: the answer rate, or the first that the exports allow."""
        names = [kpi.name for kpi in self.kpis]
        if not names:
            raise UserError("No KPI has a value here: `kpitools check` says what became of each row.")
        return "answer_rate" if "answer_rate" in names else names[0]

    def without(self, *segments: tuple[str, str], weekends: bool = True) -> "Desk":
        """Return the desk without the rows of some segments, or without weekends; kept for the next time.

        >>> work.without(("request_type", "Facturation")).values("request_type")
        ('Autre', 'Compte', 'Livraison', 'Résiliation', 'Technique')
        """
        key = (weekends, *segments)
        if key not in self._narrowed:
            fewer = narrowed(self.tables, self.coverage, weekends=weekends, without=segments)
            self._narrowed[key] = Desk(self.project, fewer, self.words.language)
        return self._narrowed[key]

    def values(self, segment: str) -> tuple[str, ...]:
        """Return the values that a segment has in the exports, in alphabetical order.

        >>> work.values("team")
        ('Est', 'Nord', 'Ouest', 'Sud')
        """
        require_known(segment, self.project.segments, "segment")
        if segment not in self._valued:
            self._valued[segment] = tuple(values_of(self.tables, segment))
        return self._valued[segment]

    def figures(self, kpi: Kpi) -> tuple[Benchmark, ...]:
        """Return the published figures about a KPI, and those of the project's own panel.

        >>> "easiware-2016-handled-aimed" in [figure.id for figure in work.figures(work.project.kpi("answer_rate"))]
        True
        """
        return tuple(figure for figure in self._published if figure.speaks_of(kpi.name))

    def newest(self, every: str) -> Period:
        """Return the last closed period of a grain that has data.

        >>> str(work.newest("week"))
        '2026-W43'
        """
        return last_closed(self.coverage, every, self.today, self.project.calendar.fiscal_year_starts)

    def measured(
        self, kpis: Sequence[Kpi], grain: str, by: tuple[str, ...] = (), where: Mapping[str, str] | None = None
    ) -> pd.DataFrame:
        """Return rows of `measure`; the same ones are measured once. Those of people are kept for every segment.

        >>> work.measured([work.project.kpi("volume")], "year")[["period", "n"]].to_dict("list")
        {'period': ['2024', '2025', '2026'], 'n': [4149.0, 11965.0, 9783.0]}
        """
        apart = {} if any(kpi.people for kpi in kpis) else dict(where or {})
        every = tuple(sorted({*by, *(where or {})}))
        key = (grain, every, *apart.items(), *(f"{kpi.name} {kpi.definition_id}" for kpi in kpis))
        if key not in self._known:
            self._known[key] = measure(
                self.tables, self.project, kpis=kpis, every=grain, by=every, where=apart, today=self.today
            )
        return self._known[key]

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs that the exports allow, each in the project's definition."""
        rows = self.measured([self.project.kpi(name) for name in measured_in(self.tables)], "year")
        valued = rows.loc[rows["value"].notna(), "kpi"].unique()
        return tuple(self.project.kpi(name) for name in valued)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The segments that the exports have values of."""
        return tuple(name for name in self.project.segments if self.values(name))

    def _kpi(self, asked: str) -> Kpi:
        name, _, definition = asked.partition(":")
        kpi = self.project.kpi(name)
        return kpi.defined(definition) if definition and definition != kpi.definition else kpi

    def _newest(self, text: str, every: str) -> Period:
        """Read a period; of a longer one, the last period of the grain that lies in it and has data."""
        wanted = self.newest(text) if text in GRAINS else Period.parse(text)
        reached = min(wanted.end, self.coverage.last)
        if reached < max(wanted.start, self.coverage.first):
            raise UserError(
                f"There are no data for {text}: they run from {self.coverage.first} to {self.coverage.last}."
            )
        return (
            wanted
            if wanted.grain == every
            else Period.containing(reached, every, self.project.calendar.fiscal_year_starts)
        )

    def _chosen(self, kpi: Kpi, benchmark: str) -> tuple[Benchmark, ...]:
        known = {figure.id: figure for figure in self.figures(kpi)}
        if not benchmark:
            return tuple(known.values())
        return (known[require_known(benchmark, known, f"benchmark of {kpi.name}")],)

    @cached_property
    def _published(self) -> tuple[Benchmark, ...]:
        return tuple(latest(load(extra=self.project.folder / "benchmarks")))


def desk(project: Path | str = ".", language: str = "en") -> Desk:
    """Read a project and lay it on the desk.

    Args:
        project: the folder that holds kpitools.toml.
        language: a language of kpitools, for sentences and charts.

    Raises:
        UserError: there is no project, or nothing in it can be used; one line says what would mend it.

    Here and below `folder` holds a small simulated project (`kpitools example`):

    >>> work = desk(folder)
    >>> work.segments
    ('team', 'channel', 'request_type')
    """
    loaded = projects.load(project)
    # Read anew even where reports share one reading: that one leaves out the ids by which rows are shown.
    return Desk(loaded, Store(read(loaded), loaded), language)
