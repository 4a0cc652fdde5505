"""Requests made of contacts: where there are no tickets, and for calls that none was opened for.

Contacts with one number are one request. Without a number, a customer's contacts (about one type of request, where
that is known) belong together until the days of the repeat window pass without any. Such a request counts as resolved
when no further contact came within those days, which is known only once they have passed. Nobody said that it was
solved: it has no state, or beside tickets the state `unknown`.
"""

from dataclasses import dataclass

from kpitools.sources.requests.answers import Answers
from kpitools.sources.requests.exchanges import Exchanges

ANSWERED = "outcome = 'answered'"


@dataclass(frozen=True)
class FromContacts:
    """The exchanges, the answers about them, and the last day of the data; `state` where a status is due."""

    exchanges: Exchanges
    answers: Answers
    last_day: str
    state: bool

    def queries(self) -> list[str]:
        """Return the SQL of each kind of request that is made of contacts."""
        each = self.exchanges
        numbered = [self._finished(self._numbered())] if each.numbered and not each.ticketed else []
        return [*numbered, *[self._finished(self._chains())] * each.persons]

    def _finished(self, requests: str) -> str:
        """Return the SQL of requests with what follows from their last contact, and from being made of contacts."""
        made = {
            "resolved": f"date_diff('day', _last, {self.last_day}) >= {self.exchanges.days:g}",
            "reopened": "false",
            "observed_days": f"date_diff('day', date, {self.last_day})",
            "source": "'contacts'",
        }
        made |= {"status": "'unknown'"} if self.state else {}
        said = ", ".join(f"{how} as {name}" for name, how in made.items())
        return f"select * exclude (_last), {said} from ({requests})"

    def _chains(self) -> str:
        """Return the SQL of customers' contacts that belong together: the first of each, with how it went on.

        A window whose column no KPI asks for is not computed: most requests are one contact, and need none.
        """
        each = self.exchanges
        said = {"contacts": "case when _ends then 1 else _upto - _number + 1 end::double"}
        said["_last"] = "case when _ends then date else _end end"
        said |= {"adviser_resolved": f"case when {ANSWERED} then resolved end"} if "resolved" in each.has else {}
        said |= {"survey_resolved": "_said"} if each.asked else {}
        kept = [
            *[f"{name}::varchar as {name}" for name in each.segments],
            *["customer_id"] * (each.ticketed and "customer_id" in each.has),
            *self._returns(),
            "date",
        ]
        kept += [] if each.chained else ["_customer_id"]
        columns = ", ".join([*kept, *(f"{how} as {name}" for name, how in said.items())])
        ends = f"lead(_number) over ({each.chain}) as _upto, lead(date) over ({each.chain}) as _end"
        rows = f"select *, {ends} from ({self._gaps()}) where _starts or _ends"
        return f"select started_at as created_at, true as customer_known, {columns} from ({rows}) where _starts"

    def _gaps(self) -> str:
        """Return the SQL of the exchanges without a number, with what surveys say of all that belong together."""
        returns = "".join(f", {said} as {name}" for name, said in self._returns().items())
        if not self.exchanges.asked:
            return f"select *{returns} from _gaps"
        begun = f"count(*) filter (_starts) over ({self.exchanges.chain} rows unbounded preceding) as _begun"
        rows = self.answers.added(f"select *, {begun}{returns} from _gaps", asked=True)
        whole = self.exchanges.chain.partition(" order by ")[0]
        return f"select *, arg_max(_yes, started_at) over ({whole}, _begun) as _said from ({rows})"

    def _returns(self) -> dict[str, str]:
        """Return the SQL of the days to the customer's next exchange, where no exchange has a number."""
        each = self.exchanges
        if not each.chained:
            return {}
        order = ", ".join(["started_at", *each.tie])
        anything = f"lead(date) over (partition by _customer_id order by {order}) - date"
        return {"next_contact_days": anything} | ({"next_same_type_days": "_gap"} if "request_type" in each.has else {})

    def _numbered(self) -> str:
        """Return the SQL of the contacts with one number, where no ticket says more."""
        each = self.exchanges
        kept = [*each.segments, *["_customer_id"] * each.persons]
        first = ", ".join(f"{name} := {name}" for name in kept)
        made = [
            "min(started_at) as created_at",
            "min(date) as date",
            "count(*)::double as contacts",
            "max(date) as _last",
        ]
        made += [f"arg_min(struct_pack({first}), _place) as _kept"] * bool(kept)
        made.append(f"{'count(_customer_id) > 0' if each.persons else 'false'} as customer_known")
        made += [f"arg_min_null(resolved, _place) filter ({ANSWERED}) as adviser_resolved"] * ("resolved" in each.has)
        made += ["arg_max(_yes, _place) as survey_resolved"] * each.asked
        tie = f"hash({', '.join(each.tie)})" if each.tie else "0"
        place = f"epoch_us(started_at)::hugeint * 4294967296 + {tie} % 4294967296"
        rows = self.answers.added(each.met("inbound"), asked=each.asked)
        rows = f"select *, {place} as _place from ({rows}) where request_id is not null"
        whole = f"select request_id, {', '.join(made)} from ({rows}) group by request_id"
        unpacked = ", ".join(f"_kept.{name} as {name}" for name in kept)
        return f"select * exclude (_kept), {unpacked} from ({whole})" if kept else whole
