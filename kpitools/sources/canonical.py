"""From typed rows to a canonical table, in SQL: pseudonyms, the local date, what is derived, what is left out.

Every row gets a `_fate`: null where it is used, else why it is excluded or set aside. The sum of fates is the
source's balance.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kpitools import schema
from kpitools.project import Calendar, Source
from kpitools.sources import clocks, sql
from kpitools.sources.pseudonyms import pseudonym_sql

EXCLUDED = ("duplicate", "earlier_version", "merged", "spam", "deleted", "no_score")
"""Why a row that is understood is left out."""

FIRST_YEAR = datetime(1980, 1, 1)  # noqa: DTZ001 - instants are UTC without saying so
"""Before it lie the dates that stand for none: day zero of spreadsheets (1900) and of computers (1970)."""


@dataclass(frozen=True)
class Door:
    """What the canonical columns of one table are made of: its source, and the project's clock, calendar and key.

    `span` is the first and last instant of the rows, for the changes of the clock and the holidays between them.
    """

    source: Source
    columns: frozenset[str]
    zone: str
    calendar: Calendar
    secret: bytes
    span: tuple[datetime, datetime] | None = None
    holidays: tuple[date, ...] = field(default=())
    today: date = field(default_factory=date.today)

    @property
    def table(self) -> schema.Table:
        """The canonical table that the source feeds."""
        return schema.TABLES[self.source.table]

    def local(self, column: str) -> str:
        """Return the SQL of an instant as the project's clocks show it."""
        return column if self.zone == "UTC" or not self.span else clocks.to_local(column, self.zone, *self.span)

    def columns_sql(self) -> list[str]:
        """Return the SQL of each canonical column, the derived ones included."""
        found = [self._column(column) for column in self.table.columns if column.name in self.columns]
        derived = {"contacts": self._contacts, "requests": self._requests, "surveys": self._surveys}[self.table.name]()
        made = {name: f"{expression} as {name}" for name, expression in derived.items()}
        kept = [text for text in found if text.split(" as ")[-1] not in made]
        day = f"cast({self.local(self.anchor)} as date) as date"
        return [*kept, *made.values(), day, f"{sql.text(self.source.files[0])} as source"]

    @property
    def anchor(self) -> str:
        """The column that places a row in a period."""
        return self.table.anchor

    def _column(self, column: schema.Column) -> str:
        if column.kind == "pseudonym":
            return f"{pseudonym_sql(column.name, self.secret)} as {column.name}"
        return f"{column.name} as {column.name}"

    def _contacts(self) -> dict[str, str]:
        has = self.columns
        made = {"out_of_hours": self._out_of_hours()}
        if "wait_s" not in has and "queue_s" in has:
            made["wait_s"] = "queue_s + coalesce(ring_s, 0)" if "ring_s" in has else "queue_s"
        elif "wait_s" not in has and "answered_at" in has:
            menu = " - coalesce(ivr_s, 0)" if "ivr_s" in has else ""
            made["wait_s"] = f"greatest(epoch(answered_at - started_at){menu}, 0)"
        if "handle_s" not in has and {"talk_s", "wrap_s"} <= has:
            hold = " + coalesce(hold_s, 0)" if "hold_s" in has else ""
            made["handle_s"] = f"talk_s + wrap_s{hold}"
        return made

    def _out_of_hours(self) -> str:
        """Return the SQL that says whether a contact began while the service was closed."""
        said = ["outcome = 'out_of_hours'"] if "outcome" in self.columns else []
        hours = self.calendar.hours()
        if hours:
            local = self.local(self.anchor)
            open_days = [
                f"(isodow({local}) = {day} and cast({local} as time) >= {sql.text(start)}::time "
                f"and cast({local} as time) < {sql.text(end)}::time)"
                for day, (start, end) in hours.items()
            ]
            said.append(f"not ({' or '.join(open_days)})")
        if self.holidays:
            said.append(f"cast({self.local(self.anchor)} as date) in ({sql.texts(self.holidays)})")
        return f"coalesce({' or '.join(said)}, false)" if said else "false"

    def _requests(self) -> dict[str, str]:
        solved = ["status in ('solved', 'closed')"] if "status" in self.columns else []
        solved += [f"{name} is not null" for name in ("solved_at", "closed_at") if name in self.columns and not solved]
        reopened = "coalesce(reopens, 0) > 0" if "reopens" in self.columns else "false"
        known = {"resolved": f"coalesce({' or '.join(solved)}, false)"} if solved else {}
        if solved and "status" not in self.columns:
            known["status"] = f"case when {' or '.join(solved)} then 'solved' else 'open' end"
        return {**known, "reopened": reopened}

    def _surveys(self) -> dict[str, str]:
        known = "case when score is null then 'sent' else 'answered' end" if "score" in self.columns else "'sent'"
        return {"status": known}

    def fates(self) -> list[tuple[str, str]]:
        """Return why a row may be left out, each as SQL and code, in the order in which they are asked."""
        has = self.columns
        rules = [("_why is not null", "_why"), (f"{self.anchor} is null", sql.text(f"no {self.anchor}"))]
        rules += self.misdated()
        later = [name for name in ("answered_at", "ended_at", "solved_at", "closed_at") if name in has]
        rules += [(f"{name} < {self.anchor}", sql.text(f"{name} is before {self.anchor}")) for name in later]
        if self.table.name == "surveys" and {"score", "scale_min", "scale_max"} <= has:
            rules.append(("score < scale_min or score > scale_max", "'score outside its scale'"))
            rules.append(("kind = 'nps' and scale_max <> 10", "'an NPS scale that does not end at 10'"))
        if self.table.name == "surveys" and "status" not in has and "score" in has:
            rules.append(("score is null", "'no_score'"))
        if self.table.name == "requests":
            rules.append((f"{self.table.key} is null", sql.text(f"no {self.table.key}")))
            if "status" in has:
                rules.append(("status in ('merged', 'spam', 'deleted')", "status"))
        return rules

    def misdated(self) -> list[tuple[str, str]]:
        """Return why a date cannot be right, where some row's is not: one typing error would make decades of periods.

        A day's grace is for clocks of other zones.
        """
        if self.span is None:
            return []
        early = (f"{self.anchor} < '{FIRST_YEAR}'", sql.text(f"{self.anchor} is before {FIRST_YEAR.year}"))
        limit = datetime.combine(self.today, time.max) + timedelta(days=1)
        late = (f"{self.anchor} > '{limit}'", sql.text(f"{self.anchor} is after today"))
        return [early] * (self.span[0] < FIRST_YEAR) + [late] * (self.span[1] > limit)

    def identity(self) -> tuple[str, ...]:
        """Return the columns that are the same in two rows about one thing: a survey may ask several questions."""
        return (self.table.key, *(["kind"] if self.table.name == "surveys" else []))

    def fate_sql(self, typed: str, *, repeated: bool, elsewhere: str = "") -> str:
        """Return the SQL of typed rows with their fate; `repeated` where ids occur more than once.

        `elsewhere` is the SQL of rows that an earlier source gave, where this one gives some of them again.
        Rows that cannot be used take no part in the question which of several rows with one id counts.
        """
        again = [(f"({', '.join(self.same())}) in ({elsewhere})", "'duplicate'")] if elsewhere else []
        cases = " ".join(f"when {test} then {said}" for test, said in [*self.fates(), *again])
        alone = f"select *, case {cases} end as _fate from ({typed})"
        if not repeated:
            return alone
        repeats = " ".join(f"when {test} then {said}" for test, said in self._repeats())
        return f"select * replace (case when _fate is not null then _fate {repeats} end as _fate) from ({alone})"

    def same(self) -> tuple[str, ...]:
        """Return the columns that are the same in two deliveries of one row."""
        return (*self.identity(), self.anchor)

    def _repeats(self) -> list[tuple[str, str]]:
        """Say which of several rows with one id counts: a contact's last delivery, a request's newest state."""
        key, last = self.table.key, "_file desc, _row desc"
        if self.table.name == "requests":
            newest = f"updated_at desc nulls last, {last}" if "updated_at" in self.columns else last
            ranked = f"row_number() over (partition by {key}, _fate is null order by {newest})"
            return [(f"{ranked} > 1", "'earlier_version'")]
        same = f"partition by {', '.join(self.same())}, _fate is null"
        alike = f"partition by {', '.join(self.identity())}, _fate is null"
        first = f"first_value({self.anchor}) over ({alike} order by _file, _row)"
        return [
            (f"{key} is not null and row_number() over ({same} order by {last}) > 1", "'duplicate'"),
            (f"{key} is not null and {self.anchor} <> {first}", sql.text(f"{key} of another row")),
        ]
