"""From typed rows to a canonical table, in SQL: pseudonyms, the local date, what is derived, what is left out.

Every row gets a `_fate`: null where it is used, else why it is excluded or set aside. The sum of fates is the
source's balance.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kpitools import schema
from kpitools.calendar import BusinessHours
from kpitools.project import Source
from kpitools.sources import clocks, sql
from kpitools.sources.derived import TAKEN, derived
from kpitools.sources.hours import open_sql
from kpitools.sources.identities import CUSTOMERS
from kpitools.sources.legs import folded
from kpitools.sources.pseudonyms import pseudonym_sql

_SAID = (e for e in dict.fromkeys((*schema.EXCLUSIONS, *schema.UNSOLD)) if e != "duplicate")
EXCLUDED = ("duplicate", "earlier_version", "leg", *_SAID, "no_score", "no_figure", "identical_file")
"""Why a row that is understood is left out."""
LATER = ("answered_at", "ended_at", "first_reply_at", "solved_at", "closed_at", "committed_until", "end")
"""Instants that cannot lie before the one that places their row in a period."""
PLANNED = {"figures": ("end",), "customers": ("ended_at", "committed_until")}
"""Those of them that may be known before they come; the others have happened."""

_POOLED = "score is not null and kind in ('csat', 'nps', 'ces')"
UNSCALED = [
    ("scale_max <= scale_min", "'scale_max is not above scale_min'"),
    ("score < scale_min or score > scale_max", "'score outside its scale'"),
    (f"{_POOLED} and scale_min is null", "'no scale_min'"),
    (f"{_POOLED} and scale_max is null", "'no scale_max'"),
    ("kind = 'nps' and scale_max <> 10", "'an NPS scale that does not end at 10'"),
]
"""Why an answer cannot be held against its scale: of one whose scale is not known nobody can say what it means."""

FIRST_YEAR = datetime(1980, 1, 1)  # noqa: DTZ001 - instants are UTC without saying so
"""Before it lie the dates that stand for none: day zero of spreadsheets (1900) and of computers (1970)."""
FIRST_CUSTOMER = datetime(1901, 1, 1)  # noqa: DTZ001 - instants are UTC without saying so
"""A customer may have come long before there were exports."""


@dataclass(frozen=True)
class Door:
    """What the canonical columns of one table are made of: its source, and the project's clock, opening hours and key.

    `span` is the first and last instant of the rows, for the changes of the clock and the holidays between them;
    `reach` the last of all their instants.
    """

    source: Source
    columns: frozenset[str]
    zone: str
    hours: BusinessHours | None
    secret: bytes
    span: tuple[datetime, datetime] | None = None
    today: date = field(default_factory=date.today)
    reach: datetime | None = None

    @property
    def table(self) -> schema.Table:
        """The canonical table that the source feeds, with its own segments."""
        return self.source.canonical

    def local(self, column: str) -> str:
        """Return the SQL of an instant as the project's clocks show it."""
        if self.zone == "UTC" or not self.span:
            return column
        first, last = self.span
        return clocks.to_local(column, self.zone, first, last if column == self.anchor else self.reach or last)

    def columns_sql(self) -> list[str]:
        """Return the SQL of each canonical column, the derived ones included."""
        made = {column.name: self._column(column) for column in self.table.columns if column.name in self.columns}
        if "root_id" in self.columns:
            made["transferred"] = "transferred"
        made |= derived(self.table.name, self.columns, self.day)
        if "solved_at" in made.keys() - self.columns:
            del made[TAKEN["solved_at"]]
        if self.table.name == "contacts":
            made["out_of_hours"] = self._out_of_hours()
        made |= {"date": self.day(self.anchor)} if self.dated else {}
        made["source"] = sql.text(self.source.names[0])
        made |= {f"_{name}": name for name in CUSTOMERS if name in self.columns}  # to match by, and never shown
        return [f"{expression} as {sql.name(name)}" for name, expression in made.items()]

    def day(self, column: str) -> str:
        """Return the SQL of the local date of an instant."""
        return f"cast({self.local(column)} as date)"

    @property
    def anchor(self) -> str:
        """The column that places a row in a period."""
        return self.table.anchor

    @property
    def dated(self) -> bool:
        """Whether the rows lie in periods; a snapshot says how things are, and not since when."""
        return self.anchor in self.columns

    def _column(self, column: schema.Column) -> str:
        return pseudonym_sql(column.name, self.secret) if column.kind == "pseudonym" else sql.name(column.name)

    def _out_of_hours(self) -> str:
        """Return the SQL that says whether a contact began while the calendar has the service closed."""
        if not (self.hours and self.span):
            return "false"
        years = (max(self.span[0], FIRST_YEAR).year - 1, min(self.span[1].year, self.today.year) + 1)
        return f"coalesce(not {open_sql(self.hours, self.local(self.anchor), years, self.columns)}, false)"

    def fates(self) -> list[tuple[str, str]]:
        """Return why a row cannot be used, each as SQL and code, in the order in which they are asked."""
        has = self.columns
        rules = [("_why is not null", "_why")]
        if self.table.name == "surveys" and "status" not in has and "score" in has:
            rules.append(("score is null", "'no_score'"))  # before its date is asked for: nobody answered
        rules += [(f"{self.anchor} is null", sql.text(f"no {self.anchor}"))] * self.dated
        rules += self.misdated()
        later = [name for name in LATER if name in has and self.dated]
        rules += [(f"{sql.name(name)} < {self.anchor}", sql.text(f"{name} is before {self.anchor}")) for name in later]
        past = [name for name in later if name not in PLANNED.get(self.table.name, ())]
        rules += [(f"{name} > '{self._limit}'", sql.text(f"{name} is after today")) for name in past]
        if self.table.name == "surveys" and {"score", "scale_min", "scale_max"} <= has:
            rules += UNSCALED
        rules += self._impossible()
        needed = [
            column.name for column in self.table.columns if column.required and column.name in has - {self.anchor}
        ]
        return [*rules, *((f"{name} is null", sql.text(f"no {name}")) for name in needed)]

    def _impossible(self) -> list[tuple[str, str]]:
        """Return why the times of a contact cannot all be right; a minute's grace is for exports that round to it."""
        if "ended_at" not in self.columns or self.table.name != "contacts":
            return []
        early = [("ended_at < answered_at", "'ended_at is before answered_at'")] * ("answered_at" in self.columns)
        long = ("wait_s > epoch(ended_at - started_at) + 60", "'wait_s is longer than the contact'")
        return early + [long] * ("wait_s" in self.columns)

    def uncounted(self) -> list[tuple[str, str]]:
        """Return why a row that can be used is not to be counted, as the export itself says.

        Asked last: where a newer row of a request says that it was merged, its older rows do not count instead.
        """
        rules = [("exclusion <> 'counted'", "exclusion")] if "exclusion" in self.columns else []
        if self.table.name == "requests" and "status" in self.columns:
            rules.append(("status in ('merged', 'spam', 'deleted')", "status"))
        return rules

    def misdated(self) -> list[tuple[str, str]]:
        """Return why a date cannot be right, where some row's is not: one typing error makes decades of periods."""
        if self.span is None:
            return []
        first = FIRST_CUSTOMER if self.table.name == "customers" else FIRST_YEAR
        early = (f"{self.anchor} < '{first}'", sql.text(f"{self.anchor} is before {first.year}"))
        late = (f"{self.anchor} > '{self._limit}'", sql.text(f"{self.anchor} is after today"))
        return [early] * (self.span[0] < first) + [late] * (self.span[1] > self._limit)

    @property
    def _limit(self) -> datetime:
        """The last instant that may have happened: a day's grace is for clocks of other zones."""
        return datetime.combine(self.today, time.max) + timedelta(days=1)

    def identity(self) -> tuple[str, ...]:
        """Return the columns that are the same in two rows about one thing: a survey may ask several questions."""
        return (self.table.key, *(["kind"] if self.table.name == "surveys" else []))

    def fate_sql(self, typed: str, *, repeated: bool, elsewhere: str = "") -> str:
        """Return the SQL of typed rows with their fate; `repeated` where ids occur more than once.

        `elsewhere` is the SQL of rows that an earlier source gave, where this one gives some of them again.
        Rows that cannot be used take no part in the question which of several rows with one id counts.
        """
        again = [(f"({', '.join(self.same())}) in ({elsewhere})", "'duplicate'")] if elsewhere else []
        cases = _cases([*self.fates(), *again])
        rows = f"select *, case {cases} end as _fate from ({typed})"
        left_out = [*(self._repeats() if repeated else []), *self._legs_again(), *self.uncounted()]
        if left_out:
            fate = f"case when _fate is not null then _fate {_cases(left_out)} end"
            rows = f"select * replace ({fate} as _fate) from ({rows})"
        own = self.columns & set(self.source.segments)
        return folded(rows, self.columns, sorted(own)) if "root_id" in self.columns else rows

    def same(self) -> tuple[str, ...]:
        """Return the columns that are the same in two deliveries of one row."""
        return (*self.identity(), *([self.anchor] if self.dated else []))

    def _legs_again(self) -> list[tuple[str, str]]:
        """Say which legs without an id of their own were delivered before: those that are the same in all columns."""
        if "root_id" not in self.columns or self.table.key in self.columns:
            return []
        whole = ", ".join(sql.name(name) for name in sorted(self.columns))
        return [(f"row_number() over (partition by {whole}, _fate is null order by _file, _row) > 1", "'duplicate'")]

    def _repeats(self) -> list[tuple[str, str]]:
        """Say which of several rows with one id counts: the newest state, else the last delivery."""
        key, last = self.table.key, "_file desc, _row desc"
        newest = f"updated_at desc nulls last, {last}" if "updated_at" in self.columns else last
        if self.table.name == "requests":
            ranked = f"row_number() over (partition by {key}, _fate is null order by {newest})"
            return [(f"{ranked} > 1", "'earlier_version'")]
        same = f"partition by {', '.join(self.same())}, _fate is null"
        alike = f"partition by {', '.join(self.identity())}, _fate is null"
        first = f"first_value({self.anchor}) over ({alike} order by _file, _row)"
        again = (f"{key} is not null and row_number() over ({same} order by {newest}) > 1", "'duplicate'")
        other = (f"{key} is not null and {self.anchor} <> {first}", sql.text(f"{key} of another row"))
        return [again, other] if self.dated else [again]


def _cases(rules: list[tuple[str, str]]) -> str:
    return " ".join(f"when {test} then {said}" for test, said in rules)
