"""Columns that follow from the other columns of their own row: durations, states, local dates.

Each function takes the columns that a source has, and returns the SQL of the columns that follow from them; what does
not follow is absent, never guessed.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

LOCAL_DATES = {
    "solved_date": "solved_at",
    "closed_date": "closed_at",
    "end_date": "ended_at",
    "commitment_date": "committed_until",
}
"""Days on the project's clock that place a row in a further period, each with the instant that it comes from."""

TAKEN = {"solved_at": "vendor_resolution_s", "first_reply_at": "vendor_first_reply_s"}
"""Instants that a system may give as the time since the opening alone: that time is then ours, and no second one."""

HOLD = "coalesce(hold_s, case when talk_s is not null then 0 end)"
"""An empty hold beside a time of talk is no hold: a mean over the calls that had one would be that of no service."""


def placed(has: AbstractSet[str]) -> list[str]:
    """Return the instants whose local dates are kept, among the columns that a source has."""
    return sorted(has & {*LOCAL_DATES.values(), "end"})


def derived(table: str, has: AbstractSet[str], day: Callable[[str], str]) -> dict[str, str]:
    """Return the SQL of what follows for a table; `day` gives the local date of an instant."""
    made = {"contacts": contacts, "requests": requests, "surveys": surveys}.get(table, lambda _: {})(has)
    has = {*has, *made}
    own = {"requests": ("solved_date", "closed_date"), "customers": ("end_date", "commitment_date")}.get(table, ())
    dates = {name: day(LOCAL_DATES[name]) for name in own if LOCAL_DATES[name] in has}
    if table == "figures":
        dates["end_date"] = day('"end"' if "end" in has else "start")
    return {**made, **dates}


def contacts(has: AbstractSet[str]) -> dict[str, str]:
    """Return the wait and the handling time, where an export has only what they are made of."""
    made = {}
    if "wait_s" not in has and "queue_s" in has:
        made["wait_s"] = "queue_s + coalesce(ring_s, 0)" if "ring_s" in has else "queue_s"
    elif "wait_s" not in has and "answered_at" in has:
        menu = " - coalesce(ivr_s, 0)" if "ivr_s" in has else ""
        made["wait_s"] = f"greatest(epoch(answered_at - started_at){menu}, 0)"
    if "talk_s" not in has and "ended_at" in has and {"outcome", "wait_s"} <= {*has, *made}:
        made["talk_s"] = _talked(has)
    has = {*has, *made}
    if {"talk_s", "hold_s"} <= has:
        made["hold_s"] = HOLD
    if "handle_s" not in has and {"talk_s", "wrap_s"} <= has:
        made["handle_s"] = f"talk_s + wrap_s + {HOLD}" if "hold_s" in has else "talk_s + wrap_s"
    return made


def _talked(has: AbstractSet[str]) -> str:
    """Return the SQL of what is left of an answered contact without the wait, the menu and the hold."""
    lost = "".join(f" - coalesce({name}, 0)" for name in ("ivr_s", "hold_s") if name in has)
    return f"case when outcome = 'answered' then greatest(epoch(ended_at - started_at) - wait_s{lost}, 0) end"


def requests(has: AbstractSet[str]) -> dict[str, str]:
    """Return whether a request is resolved and was reopened, and its state where only instants tell."""
    told = {}
    if TAKEN["solved_at"] in has and not has & {"solved_at", "closed_at"}:
        told, has = {"solved_at": opened_and("solved_at")}, {*has, "solved_at"}
    solved = ["status in ('solved', 'closed')"] if "status" in has else []
    solved += [f"{name} is not null" for name in ("solved_at", "closed_at") if name in has and not solved]
    reopened = "coalesce(reopens, 0) > 0" if "reopens" in has else "false"
    known = {"resolved": f"coalesce({' or '.join(solved)}, false)"} if solved else {}
    if solved and "status" not in has:
        known["status"] = f"case when {' or '.join(solved)} then 'solved' else 'open' end"
    return {**told, **known, "reopened": reopened}


def opened_and(name: str) -> str:
    """Return the SQL of an instant of which only the time since the opening is known."""
    return f"created_at + to_microseconds(({TAKEN[name]} * 1e6)::bigint)"


def surveys(has: AbstractSet[str]) -> dict[str, str]:
    """Return whether a survey was sent and answered, and what it is not said to ask about.

    `sent` only where the export has a status: one that lists answers alone says nothing of who did not answer.
    """
    made = {"status": "case when score is null then 'sent' else 'answered' end" if "score" in has else "'sent'"}
    made |= {name: "'unknown'" for name in ("touchpoint", "polarity") if name not in has}
    return made | ({"sent": "true"} if "status" in has else {})
