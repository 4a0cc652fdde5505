"""What may lie between our duration and the vendor's, as rules that each explain a row exactly or not at all.

The order is that in which they are believed where several explain equally many rows. Definitions: `docs/reconcile.md`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOUR = 3600
FEW = 3
"""A shift of the clock that fewer rows share is no shift of the clock."""
OFTEN = 0.05
"""... nor one that a smaller part of the rows share."""
NEARLY_ALL = 0.9
"""A unit is a property of a column: it explains nearly every row that differs, or none."""


@dataclass(frozen=True, eq=False)
class Gaps:
    """The rows of which both durations are known: the columns of the table, ours and theirs in seconds, the grace.

    `moments` are the customers' messages of requests that were reopened, in seconds since the creation, each with the
    next reply by a person: columns `place` (of the row), `asked` and `replied`.
    """

    frame: pd.DataFrame
    ours: Floats
    theirs: Floats
    step: float
    moments: pd.DataFrame

    @property
    def grace(self) -> float:
        """How far apart two roundings of one duration may be: one second, or less than the coarser of both steps."""
        return 1.0 if self.step <= 1 else self.step - 0.5

    @property
    def apart(self) -> Flags:
        """The rows that rounding does not explain."""
        return ~self.near(self.ours)

    def near(self, seconds: Floats) -> Flags:
        """Say which rows of theirs are these seconds; unknown ones are not."""
        with np.errstate(invalid="ignore"):
            return np.abs(seconds - self.theirs) <= self.grace + 1e-6

    def column(self, name: str) -> Floats:
        """Return a column as numbers, unknown where it or the row's value is absent."""
        if name not in self.frame:
            return np.full(len(self.frame), np.nan)
        return pd.to_numeric(self.frame[name]).to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True)
class Rule:
    """One reason: its code, the columns that it needs, and which rows it explains.

    A rule that is not `certain` names what is true of the row and may be why, but does not arrive at the vendor's
    number. `certain` rules are asked first.
    """

    code: str
    explains: Callable[[Gaps], Flags]
    needs: tuple[str, ...] = ()
    certain: bool = True


def adds(code: str, *plus: str, minus: tuple[str, ...] = ()) -> Rule:
    """Make the rule that theirs is a sum of columns, some taken off."""

    def explains(gaps: Gaps) -> Flags:
        kept = [gaps.column(name) for name in plus] + [-gaps.column(name) for name in minus]
        return gaps.near(np.sum(kept, axis=0))

    return Rule(code, explains, (*plus, *minus))


def units() -> tuple[Rule, ...]:
    """Return the rules of a column that is in another unit than the one it was read in."""
    factors = {
        "minutes_as_seconds": 60.0,
        "hours_as_seconds": 3600.0,
        "milliseconds_as_seconds": 0.001,
        "seconds_as_minutes": 1 / 60,
    }
    return tuple(Rule(code, _in_unit(factor)) for code, factor in factors.items())


def _in_unit(factor: float) -> Callable[[Gaps], Flags]:
    def explains(gaps: Gaps) -> Flags:
        grace = max(factor, gaps.grace) if factor >= 1 else max(1.0, gaps.grace)
        found = np.abs(gaps.theirs * factor - gaps.ours) <= grace + 1e-6
        differ = gaps.apart & (gaps.ours > 0)
        believed = differ.sum() >= FEW and (found & differ).sum() >= NEARLY_ALL * differ.sum()
        if not believed or not _proportional(gaps, differ, factor):
            return np.zeros(found.size, dtype=bool)
        return np.asarray(found, dtype=bool)

    return explains


def _proportional(gaps: Gaps, differ: Flags, factor: float) -> bool:
    """Say whether the sums are in proportion: short durations fit a coarse unit by its rounding alone."""
    return bool(0.8 < gaps.ours[differ].sum() / max(factor * gaps.theirs[differ].sum(), 1e-9) < 1.25)


def _clock(gaps: Gaps) -> Flags:
    """Say which rows are whole hours apart, by a number of hours that several rows share."""
    hours = np.round((gaps.ours - gaps.theirs) / HOUR)
    whole = gaps.apart & (hours != 0) & (np.abs(hours) <= 14) & gaps.near(gaps.ours - HOUR * hours)
    shifts, counts = np.unique(hours[whole], return_counts=True)
    return np.asarray(whole & np.isin(hours, shifts[counts >= max(FEW, OFTEN * gaps.apart.sum())]), dtype=bool)


def _since_reopening(end: str) -> Callable[[Gaps], Flags]:
    """Say of which reopened requests theirs runs from a later message of the customer to `end`."""

    def explains(gaps: Gaps) -> Flags:
        asked = gaps.moments
        place = asked["place"].to_numpy(dtype=int)
        last = asked["replied"].to_numpy(dtype=float) if end == "replied" else gaps.ours[place]
        with np.errstate(invalid="ignore"):
            fits = np.abs(last - asked["asked"].to_numpy(dtype=float) - gaps.theirs[place]) <= gaps.grace
        return np.isin(np.arange(len(gaps.frame)), place[fits])

    return explains


def _reopened(gaps: Gaps) -> Flags:
    return np.asarray(gaps.column("reopened") == 1, dtype=bool)


TIME_ZONE = Rule("time_zone", _clock)
REOPENED = Rule("reopened", _reopened, ("reopened",), certain=False)


@dataclass(frozen=True)
class Pair:
    """Two columns that should say the same, and what may lie between them."""

    table: str
    ours: str
    theirs: str
    rules: tuple[Rule, ...]


PAIRS = (
    Pair("contacts", "wait_s", "vendor_wait_s", (
        adds("with_menu", "wait_s", "ivr_s"),
        adds("without_ringing", "wait_s", minus=("ring_s",)),
        adds("with_ringing", "wait_s", "ring_s"),
        adds("with_menu_and_ringing", "wait_s", "ivr_s", "ring_s"),
        adds("with_menu_without_ringing", "wait_s", "ivr_s", minus=("ring_s",)),
        *units(), TIME_ZONE,
    )),
    Pair("contacts", "talk_s", "vendor_talk_s", (
        adds("with_hold", "talk_s", "hold_s"),
        adds("without_hold", "talk_s", minus=("hold_s",)),
        adds("with_wrap", "talk_s", "wrap_s"),
        adds("with_hold_and_wrap", "talk_s", "hold_s", "wrap_s"),
        adds("with_wait", "talk_s", "wait_s"),
        *units(), TIME_ZONE,
    )),
    Pair("contacts", "handle_s", "vendor_handle_s", (
        adds("without_hold", "handle_s", minus=("hold_s",)),
        adds("without_wrap", "handle_s", minus=("wrap_s",)),
        adds("talk_only", "talk_s"),
        adds("with_ringing", "handle_s", "ring_s"),
        adds("with_wait", "handle_s", "wait_s"),
        *units(), TIME_ZONE,
    )),
    Pair("requests", "first_reply_s", "vendor_first_reply_s", (
        adds("opening_hours", "first_reply_open_s"),
        adds("any_author", "first_message_s"),
        Rule("since_reopening", _since_reopening("replied"), ("reopened", "first_message_s")),
        *units(), TIME_ZONE, REOPENED,
    )),
    Pair("requests", "first_reply_open_s", "vendor_first_reply_open_s", (
        adds("clock_hours", "first_reply_s"),
        adds("any_author", "first_message_s"),
        *units(), TIME_ZONE, REOPENED,
    )),
    Pair("requests", "resolution_s", "vendor_resolution_s", (
        adds("opening_hours", "resolution_open_s"),
        adds("first_reply", "first_reply_s"),
        adds("until_closed", "closed_s"),
        Rule("since_reopening", _since_reopening("solved"), ("reopened", "first_message_s")),
        *units(), TIME_ZONE, REOPENED,
    )),
    Pair("requests", "resolution_open_s", "vendor_resolution_open_s", (
        adds("clock_hours", "resolution_s"),
        adds("first_reply", "first_reply_open_s"),
        *units(), TIME_ZONE, REOPENED,
    )),
)  # fmt: skip
"""Every duration that an export may carry as its vendor computed it. `first_message_s` and `closed_s` are made here."""
