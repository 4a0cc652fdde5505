"""Requests from tickets, with what contacts, messages and surveys say of each.

The clock runs from the first opening, reopened or not, to the last solving: a conversation that is opened again after
days took days. A ticket that is open again is not resolved, and has no such time.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kpitools.sources.derived import TAKEN, opened_and
from kpitools.sources.requests import replies
from kpitools.sources.requests.answers import Answers
from kpitools.sources.requests.exchanges import FOUND, Exchanges

OPENING = 60
"""Seconds: an adviser's message this soon after the request was opened is its opening, and no reply to it."""


def tickets_sql(rows: str, has: AbstractSet[str], days: float) -> str:
    """Return the SQL of tickets with `_until`: when a contact of the customer no longer belongs to it.

    That is `days` after it was solved, and open where it is not; without an instant, after its last change.
    """
    known = [name for name in ("solved_at", "closed_at", "updated_at", "created_at") if name in has]
    until = f"coalesce({', '.join(known)}) + to_days({round(days)})"
    open_ = "case when resolved then {} end" if "resolved" in has else "{}"
    person = "" if "_customer_id" in has else ", null::varchar as _customer_id"
    return f"select *, {open_.format(until)} as _until{person} from ({rows})"


@dataclass(frozen=True)
class FromTickets:
    """The exchanges, the answers, the columns of messages and of tickets, and the last day of the data."""

    exchanges: Exchanges
    answers: Answers
    messages: AbstractSet[str]
    own: AbstractSet[str]
    last_day: str
    opening_hours: bool

    def query(self) -> str:
        """Return the SQL of the tickets as requests."""
        said, joins = self._told()
        kept = [f"coalesce(t.{name}, {value}) as {name}" for name, value in said.items() if name in self.own]
        new = [f"{value} as {name}" for name, value in said.items() if name not in self.own]
        new += (
            ["c._first", "c._first_day"]
            if self.exchanges.usable
            else ["null::timestamp as _first, null::date as _first_day"]
        )
        replaced = f" replace ({', '.join(kept)})" if kept else ""
        gone = ["_until", *([TAKEN["first_reply_at"]] if self._clocked else [])]
        whole = f"select t.* exclude ({', '.join(gone)}){replaced}, {', '.join(new)} from _tickets t {' '.join(joins)}"
        return self._timed(whole, {*self.own, *said})

    def _told(self) -> tuple[dict[str, str], list[str]]:
        """Return the SQL of what other tables say of a ticket, by column, and the joins that it takes."""
        said: dict[str, str] = {}
        joins = []
        if self.exchanges.usable:
            joins.append(f"left join ({self._counts()}) c using (request_id)")
            said |= {"contacts": "nullif(c.contacts, 0)", "outbound_contacts": "c.outbound_contacts"}
            said |= {"adviser_resolved": "c.adviser_resolved"} if "resolved" in self.exchanges.has else {}
            said |= {"survey_resolved": "c.survey_resolved"} if self.exchanges.asked else {}
        if "request_id" in self.messages:
            joins.append(f"left join ({replies.by_request(self.messages)}) m using (request_id)")
            replied = f"m.began > t.created_at + interval '{OPENING} seconds'"
            heard = f"case when {replied} then m.began when m.first_reply >= t.created_at then m.first_reply end"
            said |= {"first_reply_at": heard, "replies": "m.replies", "customer_messages": "m.customer_messages"}
        if self._clocked:
            said["first_reply_at"] = opened_and("first_reply_at")
        if self.answers.by("request_id", self.own):
            joins.append(f"left join ({self.answers.latest('request_id')}) a using (request_id)")
            said["survey_resolved"] = f"coalesce(a.yes, {said.get('survey_resolved', 'null')})"
        return said, joins

    @property
    def _clocked(self) -> bool:
        """Whether the first reply is known by the time that the system gives, and in no other way."""
        told = "first_reply_at" in self.own or "request_id" in self.messages
        return TAKEN["first_reply_at"] in self.own and not told

    def _counts(self) -> str:
        """Return the SQL of what the contacts say of the tickets that they belong to."""
        rows, inbound = (
            self.answers.added(f"select * from _linked where {FOUND}", asked=self.exchanges.asked),
            "direction = 'inbound'",
        )
        made = [
            f"count(*) filter ({inbound})::double as contacts",
            "count(*) filter (direction = 'outbound')::double as outbound_contacts",
            f"min(started_at) filter ({inbound}) as _first, min(date) filter ({inbound}) as _first_day",
        ]
        if "resolved" in self.exchanges.has:
            first = f"arg_min_null(resolved, started_at) filter ({inbound} and outcome = 'answered')"
            made.append(f"{first} as adviser_resolved")
        made += ["arg_max(_yes, started_at) as survey_resolved"] * self.exchanges.asked
        return f"select request_id, {', '.join(made)} from ({rows}) group by request_id"

    def _timed(self, tickets: str, has: AbstractSet[str]) -> str:
        """Return the SQL of tickets with how old they are and how long they took."""
        made = {"observed_days": f"date_diff('day', date, {self.last_day})"}
        made["customer_known"] = "_customer_id is not null"
        if "first_reply_at" in has:
            made |= self._lasted("first_reply", "first_reply_at", has)
        if ends := [name for name in ("solved_at", "closed_at") if name in has]:
            done = f"coalesce({', '.join(ends)})"
            made |= self._lasted(
                "resolution", f"case when resolved then {done} end" if "resolved" in has else done, has
            )
        return f"select *, {', '.join(f'{said} as {name}' for name, said in made.items())} from ({tickets})"

    def _lasted(self, name: str, end: str, has: AbstractSet[str]) -> dict[str, str]:
        """Return the SQL of the seconds from the opening to an instant, around the clock and in opening hours."""
        made = {f"{name}_s": f"case when {end} >= created_at then epoch({end} - created_at) end"}
        if self.opening_hours:
            whose = [column if column in has else "null::varchar" for column in ("team", "channel")]
            made[f"{name}_open_s"] = f"open_seconds(created_at, {end}, {', '.join(whose)})"
        return made
