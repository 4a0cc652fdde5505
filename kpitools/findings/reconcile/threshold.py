"""The vendor's own verdict "answered in time": which clock and which number of seconds it was made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kpitools.findings.reconcile.rules import Flags, Floats
from kpitools.findings.reconcile.taken import taken
from kpitools.measure.tally import columns_of
from kpitools.periods import Period

CLOCKS = {
    "queue": (("wait_s", 1),),
    "with_menu": (("wait_s", 1), ("ivr_s", 1)),
    "without_ringing": (("wait_s", 1), ("ring_s", -1)),
}
"""What a wait may be counted from, as sums of columns; the first that fits best is taken."""


@dataclass(frozen=True)
class Threshold:
    """The clock and the seconds that agree with most of the vendor's verdicts on answered calls.

    Of `rows` verdicts, `agree` follow from the wait on this `clock` and a threshold that is `low` seconds or more and
    under `high` (None: no call that waited longer was judged). `early` calls were given up and count as in time.
    """

    clock: str
    rows: int
    agree: int
    low: float
    high: float | None
    early: int

    def fits(self, seconds: float) -> bool:
        """Say whether a number of seconds lies where the vendor's threshold does."""
        return self.low <= seconds and (self.high is None or seconds < self.high)


def threshold(tables: Mapping[str, Any], period: Period | None = None, team: str | None = None) -> Threshold | None:
    """Find the vendor's threshold; None where no export has its verdict beside a wait."""
    if "contacts" not in tables or not {"vendor_in_time", "wait_s"} <= columns_of(tables["contacts"]):
        return None
    named = {"vendor_in_time", "outcome", *(name for parts in CLOCKS.values() for name, _ in parts)}
    rows = taken(tables["contacts"], named, period, team)
    rows = rows[rows["vendor_in_time"].notna()]
    judged = rows[rows["outcome"] == "answered"] if "outcome" in rows else rows
    found = [_split(judged, clock) for clock, parts in CLOCKS.items() if {name for name, _ in parts} <= set(rows)]
    made = [one for one in found if one is not None]
    if not made:
        return None
    best = max(made, key=lambda one: one.agree)
    early = rows["vendor_in_time"].astype(bool) & ~rows.index.isin(judged.index)
    return Threshold(best.clock, best.rows, best.agree, best.low, best.high, int(early.sum()))


def _split(rows: pd.DataFrame, clock: str) -> Threshold | None:
    """Find the split of the waits on a clock that contradicts the fewest verdicts; None without any wait."""
    wait = sum(sign * rows[name].astype(float) for name, sign in CLOCKS[clock])
    known = wait.notna()  # type: ignore[union-attr]
    waits: Floats = np.asarray(wait[known], dtype=float)  # type: ignore[index]
    flags: Flags = rows.loc[known, "vendor_in_time"].to_numpy(dtype=bool)
    if not flags.any():
        return None
    order = np.argsort(waits, kind="stable")
    waits, flags = waits[order], flags[order]
    right = np.cumsum(flags) + (~flags).sum() - np.cumsum(~flags)
    last = np.append(waits[1:] != waits[:-1], [True])  # calls that waited equally long have one verdict
    place = int(np.argmax(np.where(last, right, -1)))
    low = float(waits[: place + 1][flags[: place + 1]].max(initial=0.0))
    beyond = waits[place + 1 :][~flags[place + 1 :]]
    return Threshold(clock, waits.size, int(right[place]), low, float(beyond.min()) if beyond.size else None, 0)
