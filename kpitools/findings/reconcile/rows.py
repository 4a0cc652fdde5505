"""Our durations against the vendor's, row by row: how many are equal, and what explains each of the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpitools.findings.reconcile.messages import first_messages, moments_of
from kpitools.findings.reconcile.rules import PAIRS, Flags, Floats, Gaps, Pair, Rule
from kpitools.findings.reconcile.taken import taken
from kpitools.measure.tally import columns_of
from kpitools.periods import Period

STEPS = (3600.0, 60.0)
"""Whole hours, whole minutes: what systems round to."""
ENOUGH = 5
"""So many different durations must be whole minutes before the column is said to hold whole minutes."""
EXAMPLES = 3


@dataclass(frozen=True)
class Reason:
    """Why some rows differ: a code of `rules`, how many rows, and whether it arrives at the vendor's number."""

    code: str
    rows: int
    certain: bool


@dataclass(frozen=True)
class Duration:
    """One duration of ours against the vendor's.

    `rows` have both, `equal` of them within the rounding `step` (seconds); `only_ours` and `only_theirs` have one of
    the two. `mean_ours` and `mean_theirs` are over `rows`. `reasons` explain the rows apart, each row once, the most
    frequent first; `unexplained` is the rest, with some `examples` of ours and theirs in seconds.
    """

    table: str
    ours: str
    theirs: str
    rows: int
    equal: int
    only_ours: int
    only_theirs: int
    step: float
    mean_ours: float | None
    mean_theirs: float | None
    reasons: tuple[Reason, ...]
    unexplained: int
    examples: tuple[tuple[float, float], ...]

    @property
    def apart(self) -> int:
        """The rows that rounding does not explain."""
        return self.rows - self.equal


def durations(tables: Mapping[str, Any], period: Period | None = None, team: str | None = None) -> tuple[Duration, ...]:
    """Compare every duration of which an export holds the vendor's own value, over the rows of a period and a team.

    Where no table has a column `vendor_...` beside ours there is nothing to compare, and the result is empty.
    """
    made = []
    for name in dict.fromkeys(pair.table for pair in PAIRS):
        has = columns_of(tables[name]) if name in tables else frozenset[str]()
        pairs = [pair for pair in PAIRS if pair.table == name and {pair.ours, pair.theirs} <= has]
        if pairs:
            rows, messages = _rows(tables, name, pairs, period, team)
            made += [_compared(pair, rows, messages) for pair in pairs]
    return tuple(made)


def _rows(
    tables: Mapping[str, Any], name: str, pairs: Sequence[Pair], period: Period | None, team: str | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Take the columns that some pairs and their rules need; what messages say of requests is added to them."""
    named = {column for pair in pairs for rule in pair.rules for column in rule.needs}
    named |= {column for pair in pairs for column in (pair.ours, pair.theirs)}
    if name != "requests":
        return taken(tables[name], named, period, team), None
    rows = taken(tables[name], {*named, "request_id", "created_at", "closed_at"}, period, team)
    if "closed_at" in rows:
        rows["closed_s"] = (rows["closed_at"] - rows["created_at"]).dt.total_seconds()
    if "messages" not in tables or "request_id" not in rows:
        return rows, None
    messages = taken(tables["messages"], {"request_id", "sent_at", "author", "public", "automatic"})
    return first_messages(rows, messages), messages


def _compared(pair: Pair, rows: pd.DataFrame, messages: pd.DataFrame | None) -> Duration:
    known = rows[[pair.ours, pair.theirs]].notna()
    both = rows[known.all(axis=1)].reset_index(drop=True)
    ours, theirs = (both[name].to_numpy(dtype=float) for name in (pair.ours, pair.theirs))
    gaps = Gaps(both, ours, theirs, max(_step(ours), _step(theirs)), moments_of(both, messages))
    left = gaps.apart
    reasons = []
    for rule, explained in _explained(pair.rules, gaps):
        reasons.append(Reason(rule.code, int(explained.sum()), rule.certain))
        left &= ~explained
    some = np.flatnonzero(left)[:EXAMPLES]
    return Duration(
        pair.table, pair.ours, pair.theirs,
        rows=len(both), equal=int((~gaps.apart).sum()),
        only_ours=int((known[pair.ours] & ~known[pair.theirs]).sum()),
        only_theirs=int((known[pair.theirs] & ~known[pair.ours]).sum()),
        step=gaps.step, mean_ours=_mean(ours), mean_theirs=_mean(theirs),
        reasons=tuple(reasons), unexplained=int(left.sum()),
        examples=tuple((float(ours[place]), float(theirs[place])) for place in some),
    )  # fmt: skip


def _explained(rules: Sequence[Rule], gaps: Gaps) -> Iterator[tuple[Rule, Flags]]:
    """Give the rules that explain rows, the one that explains most first, each with the rows that are left to it."""
    left = gaps.apart
    found = [(rule, rule.explains(gaps) & left) for rule in rules]
    while found:
        rule, explained = max(found, key=lambda one: (one[0].certain, int((one[1] & left).sum())))
        found = [one for one in found if one[0] is not rule]
        if (explained & left).any():
            yield rule, explained & left
            left = left & ~explained


def _step(seconds: Floats) -> float:
    """Return what a column is rounded to, by its values: whole hours, whole minutes, else a second."""
    if np.unique(seconds[seconds > 0]).size < ENOUGH:
        return 1.0
    return next((step for step in STEPS if not np.any(np.mod(seconds, step))), 1.0)


def _mean(seconds: Floats) -> float | None:
    return float(seconds.mean()) if seconds.size else None
