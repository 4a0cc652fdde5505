"""Requests made of contacts: where there are no tickets, and for calls that none was opened for.

Contacts with one number are one request. Without a number, a customer's contacts (about one type of request, where
that is known) belong together until the days of the repeat window pass without any. Such a request counts as resolved
when no further contact came within those days, which is known only once they have passed. Nobody said that it was
solved: it has no state, or beside tickets the state `unknown`.
"""

from dataclasses import dataclass

from kpitools.sources.requests.answers import Answers
from kpitools.sources.requests.exchanges import Exchanges


@dataclass(frozen=True)
class FromContacts:
    """The exchanges, the answers about them, and the last day of the data; `state` where a status is due."""

    exchanges: Exchanges
    answers: Answers
    last_day: str
    state: bool

    def query(self) -> str:
        """Return the SQL of the requests; those of one contact, which are most, are not grouped."""
        each = self.exchanges
        so_far = f"sum(_starts::int) over (partition by {', '.join(each.keys)} {each.order} rows unbounded preceding)"
        chained = f"select *, {so_far} as _chain from ({self._rows()}) where not (_starts and _ends)"
        made = self._columns()
        single = ", ".join(f"{alone} as {name}" for name, (alone, _) in made.items())
        several = ", ".join(f"{among} as {name}" for name, (_, among) in made.items())
        whole = (
            f"select {single} from ({self._rows()}) where _starts and _ends union all by name "
            f"select {several} from ({chained}) group by {', '.join(each.keys)}, _chain"
        )
        resolved = f"date_diff('day', _last, {self.last_day}) >= {each.days:g} as resolved"
        age = f"date_diff('day', date, {self.last_day}) as observed_days"
        state = ", 'unknown' as status" if self.state else ""
        said = f"{resolved}, false as reopened, {age}, 'contacts' as source{state}"
        return f"select * exclude (_last), {said} from ({whole})"

    def _columns(self) -> dict[str, tuple[str, str]]:
        """Return the SQL of each column of a request: where it is one contact, and where it is several."""
        each = self.exchanges
        kept = {name: name for name in each.segments} | {"created_at": "started_at", "date": "date"}
        kept |= {"request_id": "request_id"} if each.numbered else {}
        kept |= {"customer_id": "customer_id"} if each.ticketed and "customer_id" in each.has else {}
        kept |= {name: name for name in self._returns()}
        made = {name: (said, f"any_value({said}) filter (_starts)") for name, said in kept.items()}
        made |= {"contacts": ("1.0::double", "count(*)::double"), "_last": ("date", "max(date)")}
        someone = "_customer_id is not null" if each.persons else "false"
        made["customer_known"] = (someone, f"bool_or({someone})")
        if "resolved" in each.has:
            answered = "outcome = 'answered'"
            first = f"arg_min_null(resolved, started_at) filter ({answered})"
            made["adviser_resolved"] = (f"case when {answered} then resolved end", first)
        if self.answers.by("contact_id", each.has):
            made["survey_resolved"] = ("_yes", "arg_max(_yes, started_at)")
        return made

    def _returns(self) -> dict[str, str]:
        """Return the SQL of the days until the customer's next exchange, about anything and about the same type."""
        each = self.exchanges
        if not each.persons:
            return {}

        def days(keys: str) -> str:
            next_day = f"lead(date) over (partition by {keys} {each.order})"
            return f"case when _customer_id is not null then {next_day} - date end"

        made = {"next_contact_days": days("_customer_id")}
        if "request_type" in each.has:
            made["next_same_type_days"] = days("_customer_id, request_type") if each.numbered else "_gap"
        return made

    def _rows(self) -> str:
        """Return the SQL of the exchanges that no ticket is about; a column that no KPI asks for is not computed.

        One that carries the number of a ticket that is not there is about that ticket: it may be merged, or spam.
        """
        returns = "".join(f", {said} as {name}" for name, said in self._returns().items())
        rows = f"select *{returns} from _exchanges"
        if self.answers.by("contact_id", self.exchanges.has):
            said = self.answers.latest("contact_id")
            rows = f"select r.*, a.yes as _yes from ({rows}) r left join ({said}) a using (contact_id)"
        return f"select * from ({rows}) where _how = 'alone'" if self.exchanges.ticketed else rows
