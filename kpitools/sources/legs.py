"""A transferred call is one contact: its legs, which have one `root_id`, become one row.

The contact begins when its first leg begins and ends when the last one does. The team, the adviser and the own
segments are those of the first leg that somebody answered (some systems name the last one instead), for until then
the customer waited: the wait, queue and ringing of the legs up to there add up, as do the talk, hold and wrap-up of
all. It is answered where any leg was, else its outcome is that of its last leg, and `transferred` where a leg follows
one that was answered. A call-back has the root of the call that asked for it, and is another contact all the same;
so is a leg of the other direction.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from kpitools.sources import sql

UNTIL_ANSWERED = ("wait_s", "ivr_s", "queue_s", "ring_s", "vendor_wait_s")
SUMMED = ("talk_s", "hold_s", "wrap_s", "handle_s", "vendor_talk_s", "vendor_handle_s")
LATEST = ("ended_at", "updated_at")
ANY = ("sale", "self_service")
OF_ANSWERED = ("team", "request_type", "adviser_id", "answered_at", "vendor_in_time")
"""How the columns of the legs become one; the others are those of the first leg that has any."""


def folded(rows: str, has: AbstractSet[str], own: Iterable[str] = ()) -> str:
    """Return the SQL of rows with their fate in which the first leg holds the whole contact, and the others `leg`.

    `own` are the project's own segments among the columns. Rows with a fate already are no legs of anything.
    """
    root = "coalesce(root_id, contact_id)" if "contact_id" in has else "root_id"
    called_back = " and channel <> 'callback'" if "channel" in has else ""
    chain = f"case when _fate is null{called_back} then {root} end as _chain"
    way = ", direction" if "direction" in has else ""
    keys = f"_chain{way}, case when _chain is null then _file end, case when _chain is null then _row end"
    met = "outcome = 'answered'" if "outcome" in has else "answered_at is not null" if "answered_at" in has else "true"
    order = "order by started_at, _file, _row"
    numbered = (
        f"select *, coalesce({met}, false) as _met, row_number() over (partition by {keys} {order}) as _leg "
        f"from (select *, {chain} from ({rows}))"
    )
    reached = f"select *, min(_leg) filter (_met) over (partition by {keys}) as _reached from ({numbered})"
    changed = ", ".join(f"{said} as {sql.name(name)}" for name, said in _whole(has, tuple(own)).items())
    return (
        f"select * exclude (_chain, _met, _leg, _reached{', transferred' * ('transferred' in has)}) "
        f"replace ({changed}, case when _leg > 1 then 'leg' else _fate end as _fate), "
        f"{_handed_on(has)} as transferred from ({reached}) window legs as (partition by {keys})"
    )


def _whole(has: AbstractSet[str], own: tuple[str, ...]) -> dict[str, str]:
    """Return the SQL of each column of the whole contact."""
    made = {name: f"sum({name}) filter (_leg <= coalesce(_reached, _leg)) over legs" for name in UNTIL_ANSWERED}
    made |= {name: f"sum({name}) over legs" for name in SUMMED}
    made = {name: f"cast({said} as double)" for name, said in made.items()}
    made |= {name: f"max({name}) over legs" for name in LATEST}
    made |= {name: f"bool_or({name}) over legs" for name in ANY}
    made |= {name: _of_answered(sql.name(name)) for name in (*OF_ANSWERED, *own)}
    made |= {name: f"arg_min({name}, _leg) over legs" for name in ("customer_id", "request_id", "repeat_reason")}
    made["resolved"] = "arg_max(resolved, _leg) over legs"
    made["outcome"] = "case when _reached is null then arg_max(outcome, _leg) over legs else 'answered' end"
    return {name: said for name, said in made.items() if name in has}


def _of_answered(name: str) -> str:
    return f"coalesce(arg_min({name}, _leg) filter (_met) over legs, arg_min({name}, _leg) over legs)"


def _handed_on(has: AbstractSet[str]) -> str:
    later = "coalesce(max(_leg) over legs > _reached, false)"
    return f"coalesce(bool_or(transferred) over legs, false) or {later}" if "transferred" in has else later
