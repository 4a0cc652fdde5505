"""The calendar of the project file: opening hours, holidays, days of their own, the fiscal year."""

import re
from collections import Counter
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator, model_validator

from kpitools.errors import require_known
from kpitools.project.strict import STRICT, Names
from kpitools.schema import CHANNELS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DayHours: TypeAlias = tuple[tuple[int, int], ...]
_INTERVAL = re.compile(r"(\d?\d):([0-5]\d)-(\d?\d):([0-5]\d)")


def weekdays(text: str) -> list[int]:
    """Read `mon-fri`, `sat` or, over the end of a week, `sun-thu` as weekdays, Monday being 0.

    >>> weekdays("sat-mon")
    [5, 6, 0]
    """
    ends = [_weekday(part.strip()) for part in text.split("-")]
    if len(ends) > 2:
        raise ValueError(f"{text!r} is no stretch of the week: write its first and its last weekday, as in 'mon-fri'")
    return [(ends[0] + day) % 7 for day in range((ends[-1] - ends[0]) % 7 + 1)]


def _weekday(name: str) -> int:
    """Return the number of a weekday; of others all are named, since the nearest to `lun` is not Monday."""
    if name not in WEEKDAYS:
        raise ValueError(f"there is no weekday {name!r}. Known: {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def day_hours(text: Any) -> DayHours:  # noqa: ANN401 - whatever TOML holds
    """Read the hours of one day as minutes after midnight.

    >>> day_hours("09:00-12:00, 14:00-24:00")
    ((540, 720), (840, 1440))
    """
    found = [_INTERVAL.fullmatch(re.sub(r"\s", "", part)) for part in str(text).split(",")]
    hours = [tuple(map(int, each.groups())) for each in found if each]
    intervals = tuple((60 * from_ + minute, 60 * to + last) for from_, minute, to, last in hours)
    if len(hours) < len(found) or any(end > 1440 for _, end in intervals):
        raise ValueError(f"{text!r} are no opening hours: write them as '09:00-18:00' or '09:00-12:00, 14:00-18:00'")
    if any(end <= start for start, end in intervals):
        raise ValueError(f"{text!r} closes before it opens; hours after midnight belong to the next day")
    edges = [minute for interval in intervals for minute in interval]
    if edges != sorted(edges):
        raise ValueError(f"{text!r} opens again before it has closed: write the hours of a day in order")
    return intervals


def _day(text: Any) -> date:  # noqa: ANN401 - whatever TOML holds
    if type(text) is date:
        return text
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"{text!r} is no date: write it as 2026-12-24") from None


def _place(text: str) -> str:
    """Refuse a place without known holidays."""
    from kpitools.public_holidays import known_place  # noqa: PLC0415 - slow to import, and few commands need it

    return text if text == "none" else known_place(text)


Hours = Annotated[DayHours, BeforeValidator(day_hours)]
Day = Annotated[date, BeforeValidator(_day)]


class Opening(BaseModel):
    """Hours by weekday, the place whose public holidays close the service, days that are closed or have own hours."""

    model_config = STRICT

    opening: dict[str, Hours] = {}
    holidays: Annotated[str, AfterValidator(_place)] | None = None
    closed: list[Day] = []
    open_on: dict[Day, Hours] = {}

    @field_validator("opening")
    @classmethod
    def _each_weekday_once(cls, given: dict[str, DayHours]) -> dict[str, DayHours]:
        named = Counter(WEEKDAYS[day] for days in given for day in weekdays(days))
        twice = [day for day, times in named.items() if times > 1]
        if twice:
            raise ValueError(f"{twice[0]!r} has hours twice: several stretches of one day are written 'a-b, c-d'")
        return given

    @model_validator(mode="after")
    def _open_or_closed(self) -> "Opening":
        both = sorted(set(self.closed) & set(self.open_on))
        if both:
            raise ValueError(f"{both[0]} stands under both closed and open_on")
        return self


class OwnHours(Opening):
    """What some teams or channels do differently; a key that is not given is as in the calendar."""

    team: Names | None = None
    channel: Names | None = None

    @field_validator("channel")
    @classmethod
    def _known_channels(cls, given: list[str] | None) -> list[str] | None:
        return [require_known(name, CHANNELS, "channel") for name in given or ()] or None

    @model_validator(mode="after")
    def _of_somebody(self) -> "OwnHours":
        if not self.team and not self.channel:
            raise ValueError("say whose schedule it is: team, channel or both")
        return self


class Calendar(Opening):
    """When the service is open, schedules of single teams or channels, and the month in which a fiscal year starts."""

    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] | None = None
    schedule: list[OwnHours] = []

    @model_validator(mode="after")
    def _hours_first(self) -> "Calendar":
        if not self.opening and (self.holidays or self.closed or self.open_on or self.schedule):
            raise ValueError('say first when the service is open: opening = { mon-sun = "00:00-24:00" } is always')
        return self
