"""What a benchmark is: a published figure with its source, its year, its panel and what it counts.

The models check every key of a file, and refuse a figure that could be read as saying more than its source does.
"""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from kpitools.benchmarks.text import Words
from kpitools.catalogue import KPIS
from kpitools.errors import require_known
from kpitools.kpi import UNITS, Kpi
from kpitools.schema import CHANNELS

KINDS = ("aimed_at", "attained", "expected", "observed", "practice", "legal")
COMPARABLE = ("yes", "partly", "no")
STATISTICS = ("share", "mean", "median", "p90", "score", "count")
SHARE_READS = ("exactly", "about", "over")
OLD_AFTER_YEARS = 5
UNIT_BOUNDS = {"share": (0.0, 1.0), "points": (-100.0, 100.0), "score": (-float("inf"), float("inf"))}
"""The range that no value of a unit leaves; every other unit counts something and is at least 0."""


def _no_future(year: int, info: ValidationInfo) -> int:
    this_year = (info.context or {}).get("this_year", year)
    if year > this_year:
        raise ValueError(f"lies in the future: it is {this_year}")
    return year


def _one_of(known: Collection[str], what: str) -> AfterValidator:
    return AfterValidator(lambda name: require_known(name, known, what))


Plain = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1900), AfterValidator(_no_future)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Checked):
    """One publication: who says so, about whom, when, where, and how it was read."""

    key: Plain
    title: Plain | None = None
    publisher: Plain | None = None
    author_panel: Words | None = None
    year: Year | None = None
    year_note: Words | None = None
    address: Plain | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    retrieved: Words | None = None
    note: Words | None = None

    @property
    def name(self) -> str:
        """The publisher, or the title where nobody is known to have published it."""
        return self.publisher or self.title or self.key

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if not (self.title or self.publisher):
            raise ValueError("title and publisher are both missing; one says where the figures come from")
        if self.year is None and self.year_note is None:
            raise ValueError("year is missing; an undated publication says so in year_note")
        return self


class Figure(_Checked):
    """One published figure, as a file states it.

    `value` is a point; `low` alone means "at least", `high` alone "at most", both a band; shares are
    fractions, durations seconds. `share_of_panel` is the part of the organisations or people asked that the
    figure speaks of; `share_reads` says whether the source gives it `exactly`, `about` ("half") or as `over`.
    `also` names further KPIs that it may mean, where the source's own word is not defined. An `attained`
    figure is the part of the panel that reaches the figure `of`. `statistic` is None where the source does not
    say it.
    """

    id: Plain
    kpi: Annotated[str, _one_of(KPIS, "KPI")]
    also: list[Annotated[str, _one_of(KPIS, "KPI")]] = []
    kind: Annotated[str, _one_of(KINDS, "kind")]
    statistic: Annotated[str, _one_of(STATISTICS, "statistic")] | None = None
    unit: Annotated[str, _one_of(UNITS, "unit")] | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    channel: Annotated[str, _one_of(CHANNELS, "channel")] | None = None
    channel_detail: Plain | None = None
    category: Plain | None = None
    segment: Words | None = None
    share_of_panel: Annotated[float, Field(ge=0, le=1)] | None = None
    share_reads: Annotated[str, _one_of(SHARE_READS, "reading of a share")] = "exactly"
    of: Plain | None = None
    year: Year | None = None
    who: Words | None = None
    definition: Words
    unclear: Words | None = None
    note: Words | None = None
    comparable: Annotated[str, _one_of(COMPARABLE, "answer to comparable")]
    because: Words | None = None
    compares_with: Plain | None = None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The level as lowest and highest value; None where it is open, or where the figure has no level."""
        return (self.low, self.high) if self.value is None else (self.value, self.value)

    @property
    def has_level(self) -> bool:
        """Say whether the figure gives a level of the KPI, and not only a part of the panel."""
        return self.bounds != (None, None)

    @model_validator(mode="after")
    def _level_in_the_unit(self) -> Self:
        if not self.has_level:
            return self
        if self.value is not None and (self.low, self.high) != (None, None):
            raise ValueError("value stands beside low or high; a point has value alone, a band has low and high")
        if self.unit is None:
            raise ValueError("unit is missing")
        if self.comparable != "no":  # in another unit or statistic it may be shown, never held against ours
            ours = self._ours()
            require_known(self.unit, [ours.unit], f"unit of {self.kpi}")
            require_known(self.statistic or ours.statistic, ours.statistics, "statistic of the KPI")
        lowest, highest = UNIT_BOUNDS.get(self.unit, (0.0, float("inf")))
        for level in (level for level in self.bounds if level is not None):
            if not lowest <= level <= highest:
                hint = "; a share is a fraction, 0.75 for 75%" if self.unit == "share" else ""
                raise ValueError(f"{level:g} {self.unit} is outside {lowest:g} to {highest:g}{hint}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low = {self.low:g} is above high = {self.high:g}")
        return self

    @model_validator(mode="after")
    def _claims_no_more(self) -> Self:
        if not self.has_level and (self.unit or self.statistic):
            raise ValueError("unit and statistic speak of no level: value, low and high are all missing")
        if not self.has_level and self.share_of_panel is None:
            raise ValueError("a figure has value, low, high or share_of_panel; all are missing")
        if self.comparable != "yes" and self.because is None:
            raise ValueError(f"because is missing; comparable = {self.comparable!r} needs its reason")
        if self.share_reads != "exactly" and self.share_of_panel is None:
            raise ValueError(f"share_reads = {self.share_reads!r} speaks of no share: share_of_panel is missing")
        if (self.kind == "attained") != (self.of is not None):
            raise ValueError(f"kind = {self.kind!r} with of = {self.of!r}: 'attained', and it alone, names a figure")
        if self.kind == "attained" and self.has_level:
            raise ValueError("an 'attained' figure counts who reaches another: it has no value, low or high")
        if self.also and self.comparable == "yes":
            raise ValueError("also names KPIs that the source may mean: it compares 'partly' at most")
        self._ours()
        return self

    def _ours(self) -> Kpi:
        """Return the KPI in the definition that the figure names, else in the catalogue's own."""
        named = (self.compares_with or "").split("(")[0]
        return KPIS[self.kpi].defined(named) if named else KPIS[self.kpi]


class Benchmark(Figure):
    """A figure with its source; `own` marks one of the project's own panel."""

    source: Source
    own: bool

    def speaks_of(self, kpi: str) -> bool:
        """Say whether the figure is about a KPI, or may be."""
        return kpi == self.kpi or kpi in self.also

    @property
    def gives_verdict(self) -> bool:
        """Say whether a measurement in the catalogue's own definition may be judged by this figure."""
        return self.gives_verdict_for(KPIS[self.kpi].definition_id)

    def comparable_in(self, kpi: str, definition_id: str) -> str:
        """Say how far the figure compares with a measurement in that definition: no further than `comparable`.

        Where the figure names no definition, the catalogue's own is meant; with another one it compares partly at most.
        """
        other = self.in_other_definition(kpi, definition_id)
        return "partly" if other and self.comparable == "yes" else self.comparable

    def in_other_definition(self, kpi: str, definition_id: str) -> bool:
        """Say whether a measurement is in another definition than the one that the figure is taken to have."""
        return (self.compares_with or KPIS[kpi].definition_id) != definition_id

    def gives_verdict_for(self, definition_id: str) -> bool:
        """Say whether a measurement in that definition may be judged by this figure.

        Never by a practice, by a count of organisations, or by a figure that does not compare.
        """
        judges = self.kind not in ("practice", "attained") and self.comparable != "no" and self.has_level
        return judges and self.compares_with in (None, definition_id)


def age(year: int | None, today: date) -> Literal["recent", "old", "undated"]:
    """Say how far a figure of that year may still be trusted: older than five years is old.

    >>> age(2016, date(2026, 11, 22)), age(2021, date(2026, 11, 22)), age(None, date(2026, 11, 22))
    ('old', 'recent', 'undated')
    """
    if year is None:
        return "undated"
    return "old" if today.year - year > OLD_AFTER_YEARS else "recent"


def is_old(year: int | None, today: date) -> bool:
    """Say whether a figure of that year is older than five years; an undated one is not known to be."""
    return age(year, today) == "old"
