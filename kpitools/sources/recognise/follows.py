"""What follows from other columns of an export: an outcome from the answer, an end from the closing, a talk time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.project.rules import Rule
from kpitools.sources.cells import parse_column
from kpitools.sources.recognise.match import Match
from kpitools.sources.recognise.model import Decision
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import code, hear, phrases

ROWS, CLOSE = 10, 0.02
"""So many rows must agree, within two in a hundred, for two durations to be one and the same."""
PROMISED = 0.8
"""The score of a header beyond which it says outcome and hardly more."""
A_DAY = 24 * 3600 * 1_000_000
"""In microseconds: the legs of a call begin within it."""
ONE_EACH = 0.99
"""The share of ids that differ, from which a row is a ticket and no change of one."""


def completed(used: dict[str, Match], table: str, profiles: Sequence[Profile] = ()) -> dict[str, Match]:
    """Return the columns with what one of them says besides, and without what another says better."""
    if table == "contacts":
        return with_unknown_outcome(without_whole_call(with_type_of_call(with_legs(used))), profiles)
    if table == "customers" and "ended_at" in used:  # a date says more than a state
        return {name: match for name, match in used.items() if name != "left" or not match.generic}
    return with_end(used) if table == "requests" else used


def with_legs(used: dict[str, Match]) -> dict[str, Match]:
    """Take the id of contacts for that of their legs, where rows of one id differ and begin within a day.

    A row that is there twice is no leg, an id that returns on another day is that of another contact.
    """
    shared = used.get("contact_id")
    if shared is None or shared.profile.unique > ONE_EACH or not _are_legs(used):
        return used
    return {name: match for name, match in used.items() if match is not shared} | {
        "root_id": replace(shared, column="root_id")
    }


def _are_legs(used: dict[str, Match]) -> bool:
    cells = {name: match.profile.column.cast(pa.string()).combine_chunks() for name, match in used.items()}
    rows = pa.table(cells | {"_at": used["started_at"].profile.instants.cast(pa.int64())})
    different = rows.group_by(list(cells)).aggregate([]).num_rows
    ends = rows.group_by("contact_id").aggregate([("_at", "min"), ("_at", "max")])
    near = pc.less(pc.subtract(ends["_at_max"], ends["_at_min"]), A_DAY)
    return bool(len(ends) <= ONE_EACH * different and pc.mean(pc.cast(near, pa.int8())).as_py() >= ONE_EACH)


def with_type_of_call(used: dict[str, Match]) -> dict[str, Match]:
    """Add the outcome that a column of directions holds too, where it tells missed calls from incoming ones."""
    both = used.get("direction") if "outcome" not in used else None
    if both is None or not any(code("outcome", text) for text in both.profile.counts):
        return used
    return used | {"outcome": replace(both, column="outcome")}


MOST_OUTCOMES = 12
"""More different codes are the subjects of calls."""


def with_unknown_outcome(used: dict[str, Match], profiles: Sequence[Profile]) -> dict[str, Match]:
    """Add the outcome that a header promises in codes of which no list knows any, where nothing else says it."""
    way = used.get("direction")
    if (
        "outcome" in used
        or answered(used)
        or (way and not any(code("direction", said) == "inbound" for said in way.profile.shown))
    ):
        return used
    taken = {match.profile.name for match in used.values()}
    wanted = phrases("plain", "outcome")
    fits = [one for one in profiles if one.name not in taken and 1 < one.distinct <= MOST_OUTCOMES]
    best = max(fits, key=lambda one: hear(one.name, wanted, ranked=False).score, default=None)
    heard = hear(best.name, wanted, ranked=False).score if best else 0.0
    return used | {"outcome": Match("outcome", best, heard, 0.0)} if best and heard > PROMISED else used


def with_end(used: dict[str, Match]) -> dict[str, Match]:
    """Add the instant of solving to tickets that have that of closing alone."""
    if "solved_at" in used or "closed_at" not in used:
        return used
    return used | {"solved_at": replace(used["closed_at"], column="solved_at")}


def answered(used: dict[str, Match]) -> list[Decision]:
    """Say that a contact was answered which has an instant of being answered, or a talk time, where some have none."""
    there = used.get("answered_at") or (used.get("talk_s") if _of_calls_alone(used) else None)
    if there is None or there.profile.filled == len(there.profile.column):
        return []
    rules = [Rule(value="abandoned", when={there.profile.name: there.profile.blanks}), Rule(value="answered")]
    why = f"one without {there.profile.name!r} was not answered"
    return [Decision(rules={"outcome": rules}, assumed=("unanswered_is_abandoned",), evidence=why)]


def _of_calls_alone(used: dict[str, Match]) -> bool:
    """Say whether an empty talk time can only be that of a call that nobody answered."""
    one_channel = "channel" not in used or used["channel"].profile.distinct == 1
    return one_channel and "talk_s" in used and 0 not in used["talk_s"].profile.numbers


def without_whole_call(used: dict[str, Match]) -> dict[str, Match]:
    """Leave out a duration that is the whole call, wait included: the talk then follows from the instants.

    It lasts from the start to the end, which is never shorter than the wait; calls that nobody answered are all wait.
    """
    whole = used.get("talk_s")
    if whole is None or not whole.assumed or "wait_s" not in used or (lasted := spans(used)) is None:
        return used
    told, waited = _seconds(whole), _seconds(used["wait_s"])
    known = (lasted > 0) & (told > 0) & ~np.isnan(waited)
    if known.sum() < ROWS:
        return used
    told, waited, lasted = told[known], waited[known], lasted[known]
    alike = np.quantile(told / lasted, 0.95) - np.quantile(told / lasted, 0.05) < CLOSE * np.median(told / lasted)
    unit = np.median(told / lasted)
    waits = waited / unit if used["wait_s"].profile.bare and whole.profile.bare else waited
    inside = (waits <= lasted + 1).mean() > 1 - CLOSE and (abs(waits - lasted) <= 1).mean() > CLOSE
    return {name: match for name, match in used.items() if match is not whole} if alike and inside else used


def _seconds(match: Match) -> np.ndarray:
    read = parse_column(match.profile.column.cast(pa.string()), "duration", "seconds").values
    return np.asarray(read.to_numpy(zero_copy_only=False))


LASTED = {
    "vendor_first_reply_s": ("created_at", "first_reply_at"),
    "vendor_resolution_s": ("created_at", "solved_at"),
}
"""Between which instants a duration lies; those of calls lie between the start and the end."""


def spans(used: dict[str, Match], duration: str = "") -> np.ndarray | None:
    """Return how many seconds lie between the start and the end of each row, where both are known to the minute."""
    ends = [used.get(name) for name in LASTED.get(duration, ("started_at", "ended_at"))]
    if any(match is None or match.profile.dates_only for match in ends):
        return None
    seconds = (match.profile.instants.cast(pa.int64()).to_numpy(zero_copy_only=False) / 1e6 for match in ends if match)
    start, end = seconds
    return np.asarray(end - start)


def ended(table: str, used: dict[str, Match]) -> pa.Array | None:
    """Say of each ticket whether it has a date of its end; of a log of changes that says nothing of a row's state."""
    ends = [used[name].profile for name in ("solved_at", "closed_at") if name in used]
    if table != "requests" or not ends or used["request_id"].profile.unique < ONE_EACH:
        return None
    return reduce(pc.or_, (pc.is_valid(one.instants) for one in ends))
