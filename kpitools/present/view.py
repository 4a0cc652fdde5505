"""A review as the page reads it: rows become values once, missing becomes None, and names are said in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kpitools.benchmarks import Benchmark
from kpitools.findings import Review
from kpitools.kpi import Kpi
from kpitools.present.languages import Words
from kpitools.project import Text

SATISFACTION = "surveys"
"""The table whose KPIs say what customers think; all others say how the service performs."""


@dataclass(frozen=True)
class Measured:
    """One measurement; None where unknown."""

    kpi: str
    statistic: str
    channel: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    excluded: int
    reason: str | None


@dataclass(frozen=True)
class Compared:
    """One measurement held against something: the previous period, a benchmark, a target."""

    kpi: str
    statistic: str
    against: str
    channel: str | None
    low: float | None
    high: float | None
    id: str | None
    kind: str | None
    comparable: str | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    verdict: str | None
    why: str | None
    needed: int | None
    outlook: str | None = None
    outlook_low: float | None = None
    outlook_high: float | None = None
    outlook_why: str | None = None
    weeks: int | None = None
    warnings: tuple[str, ...] = ()

    @property
    def before(self) -> float | None:
        """The earlier value, where it is held against an earlier period."""
        return self.low


@dataclass(frozen=True, eq=False)
class View:
    """A review and the language in which it is said."""

    review: Review
    words: Words

    def label(self, kpi: Kpi | str) -> str:
        """Name a KPI."""
        return self.words.text(kpi.label if isinstance(kpi, Kpi) else self.review.project.kpi(kpi).label)

    def subject(self, kpi: Kpi) -> str:
        """Name a KPI as the subject of a sentence, with the article that the language wants."""
        said = self.words.context("subject", kpi.label)
        return self.label(kpi) if said == kpi.label else said

    def scale(self, kpi: Kpi) -> str:
        """Say the top of the scale that a score was given on, where all its answers are on the same."""
        if kpi.unit != "score" or kpi.definition == "rescaled" or kpi.name not in self.review.scales:
            return ""
        return self.words.text("out of {top}", top=f"{self.review.scales[kpi.name]:g}")

    def measured(self, kpi: Kpi, statistic: str | None = None) -> Measured:
        """Return the measurement of the period, by default of the KPI's main statistic."""
        rows = self.review.current
        rows = rows[(rows["kpi"] == kpi.name) & (rows["statistic"] == (statistic or kpi.statistic))]
        for row in records(rows):
            return measured(row)
        return Measured(kpi.name, statistic or kpi.statistic, None, None, None, None, 0, 0, "no_rows")

    def of_channel(self, kpi: Kpi, statistic: str, channel: str) -> Measured | None:
        """Return the measurement of the period in one channel, where there is one."""
        rows = self.review.channels
        mine = (rows["kpi"] == kpi.name) & (rows["statistic"] == statistic) & (rows["channel"] == channel)
        return next((measured(row) for row in records(rows[mine])), None)

    def response(self, kpi: Kpi) -> Measured | None:
        """Return the response rate beside a score; None for what is no score, or is shown as a KPI of its own."""
        rows = self.review.responses
        found = records(rows[rows["kpi"] == f"{kpi.name}_response_rate"]) if len(rows) else []
        return measured(found[0]) if found else None

    def compared(self, kpi: Kpi, against: str) -> tuple[Compared, ...]:
        """Return what the KPI is held against, of one kind."""
        rows = self.review.findings
        rows = rows[(rows["kpi"] == kpi.name) & (rows["against"] == against)]
        return tuple(compared(row) for row in records(rows))

    def earlier(self, kpi: Kpi, against: str = "previous") -> Compared | None:
        """Return the comparison with an earlier period (previous, year_before), for the main statistic."""
        found = (c for c in self.compared(kpi, against) if c.statistic == kpi.statistic)
        return next(found, None)

    def said(self, given: Text) -> str:
        """Return a text of the user's in the page's language, or as it was written."""
        if isinstance(given, str):
            return given
        mine = [text for language, text in given.items() if language == self.words.language]
        return (mine or list(given.values()))[0]

    def benchmark(self, identity: str | None) -> Benchmark | None:
        """Return a benchmark by its id."""
        return next((b for b in self.review.benchmarks if b.id == identity), None)

    @property
    def last(self) -> date:
        """The last day of the period that the data reach: from it pages of a month and of its year count back alike."""
        return min(self.review.period.end, self.review.coverage.last)

    @property
    def performance(self) -> tuple[Kpi, ...]:
        """The KPIs of how the service performs."""
        return tuple(kpi for kpi in self.review.kpis if kpi.table != SATISFACTION)

    @property
    def satisfaction(self) -> tuple[Kpi, ...]:
        """The KPIs of what customers say."""
        return tuple(kpi for kpi in self.review.kpis if kpi.table == SATISFACTION)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def measured(row: dict[str, Any]) -> Measured:
    """Read a row of `measure`."""
    return Measured(
        kpi=row["kpi"],
        statistic=row["statistic"],
        channel=_text(row.get("channel")),
        value=_number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        n=int(_number(row["n"]) or 0),
        excluded=int(_number(row["excluded"]) or 0),
        reason=_text(row["reason"]),
    )


def compared(row: dict[str, Any]) -> Compared:
    """Read a row of `compare`."""
    needed, weeks = _number(row["needed_n"]), _number(row.get("needed_weeks"))
    return Compared(
        kpi=row["kpi"],
        statistic=row["statistic"],
        against=row["against"],
        channel=_text(row.get("channel")),
        low=_number(row["reference_low"]),
        high=_number(row["reference_high"]),
        id=_text(row["reference_id"]),
        kind=_text(row["kind"]),
        comparable=_text(row["comparable"]),
        difference=_number(row["difference"]),
        difference_low=_number(row["difference_low"]),
        difference_high=_number(row["difference_high"]),
        verdict=_text(row["verdict"]),
        why=_text(row["why"]),
        needed=None if needed is None else int(needed),
        outlook=_text(row.get("outlook")),
        outlook_low=_number(row.get("outlook_low")),
        outlook_high=_number(row.get("outlook_high")),
        outlook_why=_text(row.get("outlook_why")),
        weeks=None if weeks is None else int(weeks),
        warnings=tuple((_text(row.get("warnings")) or "").split()),
    )


def _number(value: Any) -> float | None:  # noqa: ANN401 - whatever a frame holds
    return None if value is None or pd.isna(value) else float(value)


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a frame holds
    return None if value is None or pd.isna(value) else str(value)
