"""What a project file may say: every table of it, every key checked."""

import math
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from kpitools import schema
from kpitools.catalogue import KPIS, find
from kpitools.errors import require_known
from kpitools.kpi import Kpi
from kpitools.project.columns import check_part, check_segment
from kpitools.project.figures import Figure, check_figures
from kpitools.project.hours import Calendar
from kpitools.project.places import Place
from kpitools.project.rules import Rule, Span, check_rules, made
from kpitools.project.strict import STRICT, Names, Said, Texts

LANGUAGES = ("en", "fr")
TABLE = "table"
"""The system of which nothing is known: the project file names the columns."""


def _kpi_name(name: str) -> str:
    return require_known(name, KPIS, "KPI")


KpiName = Annotated[str, AfterValidator(_kpi_name)]
Text = Said | Annotated[dict[Literal["en", "fr"], Said], Field(min_length=1)]
"""A text of the user's: plain, or one a language."""


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # only then is the list of them all worth its time
        return require_known(name, available_timezones(), "time zone")


Zone = Annotated[str, AfterValidator(_zone)]
"""The IANA name of a time zone."""


class Part(BaseModel):
    """A table of the project file, strictly read."""

    model_config = STRICT


class Meaning(Part):
    """What an export means, besides its columns: codes, units, zone, what follows from several columns.

    `values` maps a canonical value to what the export writes, `constants` what the file does not say but holds for
    all its rows, `units` the unit of bare numbers in a duration column, `formats` the order of day and month. `rules`
    say what several columns mean together, `spans` between which instants a duration lies. `figures` says which
    columns of a file of figures are a KPI's, `every` how long a figure covers of which only the first day is given.
    """

    table: str = ""
    zone: Zone | None = None
    values: dict[str, dict[str, Texts]] = {}
    constants: dict[str, str | float | int] = {}
    units: dict[str, Literal["seconds", "minutes", "hours", "milliseconds", "days", "hh:mm", "mm:ss"]] = {}
    formats: dict[str, Literal["day first", "month first", "ISO"]] = {}
    rules: dict[str, list[Rule]] = {}
    spans: dict[str, Span] = {}
    figures: dict[KpiName, Figure] = {}
    every: Literal["day", "week", "month", "quarter", "year"] | None = None
    assumed: list[str] = []


class Source(Meaning, Place):
    """One kind of export: which files (or query, or frame), and how their columns become those of a canonical table.

    `system` is who wrote them: a known one says the rest itself, and what is written here counts before it.
    `columns` maps a canonical column to a header (or to a date and a time header). `segments` names columns of one's
    own to measure by, each with its header, or with the value that it always has in these files.
    """

    system: Said = TABLE
    sheet: str | None = None
    columns: dict[str, Annotated[Names, Field(max_length=2)]] = {}
    segments: dict[str, Said | dict[Literal["always"], Said]] = {}

    @field_validator("table")
    @classmethod
    def _known_table(cls, name: str) -> str:
        return require_known(name, schema.TABLES, "table") if name else name

    @field_validator("segments")
    @classmethod
    def _own_names(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name in given:
            check_segment(name)
        return given

    @property
    def canonical(self) -> schema.Table:
        """The canonical table that these files feed, with the segments of their own as columns of text."""
        return schema.TABLES[self.table].with_segments(tuple(self.segments))

    @property
    def headers(self) -> dict[str, list[str]]:
        """The header (or a date and a time header) of each column that is read, what is made of others included."""
        own = {name: [said] for name, said in self.segments.items() if isinstance(said, str)}
        return {**self.columns, **{name: [made(name)] for name in (*self.rules, *self.spans)}, **own}

    @property
    def fixed(self) -> dict[str, str | float | int]:
        """The columns that hold one value in all rows, own segments included."""
        always = {name: said["always"] for name, said in self.segments.items() if isinstance(said, dict)}
        return {**self.constants, **always}

    def without(self, column: str) -> "Source":
        """Return the source as if its files did not have a column."""
        return self.model_copy(update={"columns": {n: h for n, h in self.columns.items() if n != column}})

    @model_validator(mode="after")
    def _known_columns(self) -> "Source":
        if self.system != TABLE:
            return self  # what it says is checked once the system has said the rest
        if not self.table:
            raise ValueError("'table' is missing: name the canonical table, or the system that wrote the files")
        table = schema.TABLES[self.table]
        for part in ("columns", "constants", "units", "formats", "rules", "spans"):
            check_part(table, part, getattr(self, part))
        check_rules(table, self.rules)
        check_part(self.canonical, "values", self.values)
        if self.constants.get("scale_min", 0) >= self.constants.get("scale_max", math.inf):  # type: ignore[operator]
            raise ValueError("constants.scale_min must be less than constants.scale_max")
        given = {*self.columns, *self.constants, *self.rules, *self.spans}
        if self.constants.get("kind") == "ces" and "polarity" not in given:
            raise ValueError(
                "answers about effort need their polarity, as two versions of the question run opposite ways: "
                'constants.polarity = "lower_better" (little effort) or "higher_better" (made easy)'
            )
        check_figures(self.table, self.figures, self.every, given, self.constants.get("kpi"))
        given |= {"kpi"} if self.figures else set()
        if missing := table.lacking(given):
            raise ValueError(f"a source of {self.table} needs the column {missing[0].name!r} ({missing[0].help})")
        return self


class Target(Part):
    """The team's own goal for a KPI: a value, a date, an owner."""

    kpi: KpiName
    value: Annotated[float, Field(allow_inf_nan=False)]
    by: date | None = None
    owner: str = ""
    team: Said | None = None
    channel: str | None = None

    @model_validator(mode="after")
    def _possible(self) -> "Target":
        if self.channel is not None:
            require_known(self.channel, schema.CHANNELS, "channel")
        low, high = KPIS[self.kpi].bounds
        if self.value < (-math.inf if low is None else low) or self.value > (math.inf if high is None else high):
            hint = " A share is written as a fraction: 80 % is 0.8." if high == 1 else ""
            raise ValueError(f"no {self.kpi} can be {self.value:g}.{hint}")
        return self


class Decision(Part):
    """A dated change that somebody made, with the KPIs that it was to move."""

    date: date
    title: Text
    kpis: list[KpiName] = []
    team: Said | None = None


class Event(Part):
    """A break in a series: days to leave out, or a date from which limits start afresh."""

    start: Annotated[date, Field(alias="from")]
    end: Annotated[date | None, Field(alias="to")] = None
    title: Text
    effect: Literal["leave out", "restart"] = "leave out"

    @model_validator(mode="after")
    def _forwards(self) -> "Event":
        if self.end is not None and self.end < self.start:
            raise ValueError(f"it ends on {self.end}, before it begins on {self.start}")
        return self


class Report(Part):
    """A standing report: which notebook, which KPIs, how often, for whom; and when it is due.

    `available_after` says how long after its last day a period's data have settled (`"2d"`, `"1w"`), `catch_up` how
    many settled periods back a missing report is still made, `wait_for_sign_off` that somebody signs it off before.
    """

    notebook: str = "periodic_report"
    kpis: list[KpiName] = []
    every: list[Literal["week", "month", "quarter", "year", "fiscal_year"]] = ["month"]
    teams: Literal["all", "each"] | list[Said] = "all"
    available_after: str = "0d"
    catch_up: Annotated[int, Field(ge=1)] = 3
    wait_for_sign_off: bool = False

    @field_validator("available_after")
    @classmethod
    def _stretch(cls, text: str) -> str:
        if not re.fullmatch(r"\d{1,3}[dw]", text):
            raise ValueError('write days or weeks, as "2d" or "1w"')
        return text

    @property
    def settles_after(self) -> timedelta:
        """How long after the last day of a period its data have settled."""
        number = int(self.available_after[:-1])
        return timedelta(weeks=number) if self.available_after.endswith("w") else timedelta(days=number)


class Privacy(Part):
    """What may be shown about people, and whether what customers wrote is read at all.

    Figures of single advisers need a `purpose`, which their page states. `who_is_who` is a CSV outside the project that
    names them (`sources.advisers`).
    """

    advisers: bool = False
    purpose: Text | None = None
    who_is_who: Said | None = None
    verbatims: bool = False
    minimum_group: Annotated[int, Field(ge=1)] = 5
    keep_months: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _for_a_purpose(self) -> "Privacy":
        if self.advisers and self.purpose is None:
            raise ValueError(
                "figures of single advisers need a stated purpose, which their page repeats: "
                'purpose = "Coaching: each adviser with their own lead"'
            )
        return self


class About(Part):
    """The project itself: its name, clock and languages, whether it is simulated, what was assumed.

    `country` is where telephone numbers without a country code are at home, as `FR`.
    """

    name: str = "Customer service"
    timezone: Zone = "UTC"
    country: str | None = None
    languages: Annotated[list[Literal["en", "fr"]], Field(min_length=1)] = ["fr", "en"]
    simulated: bool = False
    today: date | None = None
    assumed: list[str] = []


class File(Part):
    """The whole file, as it is written."""

    project: About = About()
    source: list[Source] = []
    calendar: Calendar = Calendar()
    definitions: dict[str, dict[str, Any]] = {}
    target: list[Target] = []
    decision: list[Decision] = []
    event: list[Event] = []
    report: list[Report] = []
    privacy: Privacy = Privacy()


class Project(Part):
    """A project: its folder and all that `kpitools.toml` says."""

    folder: Path
    about: About
    sources: tuple[Source, ...]
    calendar: Calendar
    definitions: dict[str, dict[str, Any]]
    targets: tuple[Target, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    reports: tuple[Report, ...]
    privacy: Privacy

    @property
    def segments(self) -> tuple[str, ...]:
        """What KPIs can be measured by: team, channel and request type, then the project's own, as they are named."""
        own = (name for source in self.sources for name in source.segments)
        return tuple(dict.fromkeys((*schema.SEGMENTS, *own)))

    def today(self) -> date:
        """Return the day on which the project stands: its own where the file says one, else that of its time zone."""
        return self.about.today or datetime.now(ZoneInfo(self.about.timezone)).date()

    @property
    def who_is_who(self) -> Path | None:
        """The file that names the advisers, where there is one."""
        named = self.privacy.who_is_who
        return None if named is None else (self.folder / Path(named).expanduser()).resolve()

    def kpi(self, name: str) -> Kpi:
        """Return a KPI in the definition that this project uses; `name:definition` chooses another for once.

        What the project sets in `[definitions]` holds for a definition chosen for once, too, where it has that number.
        """
        key, colon, _ = name.partition(":")
        given = dict(self.definitions.get(key, {}))
        usual = given.pop("variant", "")
        kpi = find(f"{key}:{usual}" if usual and not colon else name)
        return kpi.with_parameters(**{name: value for name, value in given.items() if name in kpi.parameters})
