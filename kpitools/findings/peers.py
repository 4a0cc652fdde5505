"""Teams and advisers compared fairly: by what their own cases let expect, with limits, and without a ranking.

A unit that takes the hard cases shows less without doing worse, and a small one lies far out by chance. So each is held
against what all units together show for cases of its kinds (channel, type of request), within the limits of a funnel
(`stats.funnel`). Units stand in alphabetical order, or in the order asked for; never in that of their values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from kpitools.findings.units import Units, Who, units
from kpitools.kpi import Kpi
from kpitools.measure import coverage_of
from kpitools.periods import Period
from kpitools.project import Project
from kpitools.stats.funnel import INNER, OUTER, benjamini_hochberg, funnel, shrunk, two_sided
from kpitools.stats.intervals import Floats, critical_value

Place: TypeAlias = Literal["above", "below", "within", "undetermined"]
WHY = {
    "under_minimum_group": "the group is too small to be shown",
    "too_few": "too few cases to be compared",
    "nothing_in_common": "no other unit has cases of its kinds",
    "worth_a_look": "beyond the 95 % limits, within those of 99.8 %",
}
"""The closed list of `Peer.why` and `Gain.why`."""
TEAMS = Who()


@dataclass(frozen=True)
class Peer:
    """One team or adviser among its peers, in the KPI's unit.

    `value` is as measured, `expected` what all units show for cases of its kinds, and `adjusted` the level of the whole
    plus the difference of the two, with its 95 % interval; `shrunk` is the same drawn towards the others, the more so
    the fewer cases there are (NaN where under five units can be compared). `inner` and `outer` are the limits of 95 and
    99.8 % around the level of the whole at this unit's size. `place` is above or below where `adjusted` lies beyond the
    outer ones; beyond the inner ones only it is undetermined (`why`: worth_a_look). Within them is no proof of being
    like the others. A unit that is hidden has a name and `why` only.
    """

    name: str
    n: float = nan
    value: float = nan
    expected: float = nan
    adjusted: float = nan
    low: float = nan
    high: float = nan
    shrunk: float = nan
    inner: tuple[float, float] = (nan, nan)
    outer: tuple[float, float] = (nan, nan)
    place: Place = "undetermined"
    better: bool | None = None
    why: str | None = None


@dataclass(frozen=True)
class Peers:
    """A KPI of one period compared between teams, or advisers.

    `value` is the level of the whole, `adjusted_for` names what the cases were made comparable by. `phi` and `tau2` say
    how much further apart units lie than chance explains; both None where fewer than five can be compared: then none is
    estimated, and the limits are those of chance alone.
    """

    kpi: str
    unit: str
    period: Period
    value: float
    adjusted_for: tuple[str, ...]
    peers: tuple[Peer, ...]
    phi: float | None = None
    tau2: float | None = None


@dataclass(frozen=True)
class Gain:
    """How one team's or adviser's adjusted level changed between two periods, both adjusted to the same levels.

    `shrunk` is the change drawn towards that of the others. `p` is adjusted for the number of units (Benjamini and
    Hochberg); `better` says whether it changed for the better, None where no change is shown (5 %) or neither direction
    is better.
    """

    name: str
    before: float = nan
    after: float = nan
    change: float = nan
    low: float = nan
    high: float = nan
    shrunk: float = nan
    p: float = nan
    better: bool | None = None
    why: str | None = None


def peers(tables: Mapping[str, Any], project: Project, kpi: Kpi, period: Period, who: Who = TEAMS) -> Peers | None:
    """Compare teams, or with `Who("adviser_id", team)` the advisers of one, in one period.

    None where fewer than two units have cases, or where the KPI does not add up (`segment_days`). Raises `ReportError`
    for advisers where the project's privacy does not allow them.
    """
    found = units(tables, project, kpi, [period], who)
    if found is None:
        return None
    made = found.made
    apart = np.where(found.judged(), made.difference, np.nan)
    limits, reach = funnel(apart, made.error), critical_value(INNER) * made.error
    around = np.array([made.difference, made.difference - reach, made.difference + reach, shrunk(apart, made.error)])
    drawn = np.array([-limits.inner, limits.inner, -limits.outer, limits.outer])
    levels, edges = (_within(made.whole + part, kpi) for part in (around, drawn))
    rows = [_peer(found, at, levels[:, at], edges[:, at], float(limits.beyond[at])) for at in range(len(found.names))]
    return Peers(kpi.name, who.unit, period, made.whole, found.mix, tuple(rows), limits.phi, limits.tau2)


def _peer(found: Units, at: int, levels: Floats, edges: Floats, beyond: float) -> Peer:
    name, made, why = found.names[at], found.made, found.why(at)
    if name in found.hidden:
        return Peer(name, why="under_minimum_group")
    place: Place = "undetermined" if why or abs(beyond) == 1 else "within"
    if abs(beyond) == 2:
        place = "above" if beyond > 0 else "below"
    names = ("n", "value", "expected", "adjusted", "low", "high", "shrunk")
    own = _named(names, [made.n[at], made.value[at], made.expected[at], *levels])
    inner, outer = ((float(low), float(high)) for low, high in edges.reshape(2, 2))
    better = _better(beyond, found.kpi) if abs(beyond) == 2 else None
    why = why or ("worth_a_look" if abs(beyond) == 1 else None)
    return Peer(name, **own, inner=inner, outer=outer, place=place, better=better, why=why)


def _named(names: Sequence[str], numbers: Iterable[float]) -> dict[str, Any]:
    return {name: float(number) for name, number in zip(names, numbers, strict=True)}


def gains(
    tables: Mapping[str, Any], project: Project, kpi: Kpi, between: tuple[Period, Period], who: Who = TEAMS
) -> tuple[Gain, ...]:
    """Say which teams, or advisers, changed from one period to the other, all cases held against the same levels.

    Empty where fewer than two units have cases, or the data begin after the earlier period. Raises as `peers` does.
    """
    days = coverage_of(tables)
    if days is None or between[0].end < days.first:
        return ()
    found = units(tables, project, kpi, between, who)
    if found is None:
        return ()
    made, count = found.made, len(found.names)
    known = found.judged().reshape(2, count).all(axis=0)
    apart, alone = (x.reshape(2, count) for x in (made.difference, made.alone))
    change, error = np.where(known, apart[1] - apart[0], np.nan), np.hypot(*alone)
    error = np.where(error > 0, error, np.nan)
    p, reach = benjamini_hochberg(two_sided(change / error)), critical_value(INNER) * error
    levels = _within(made.whole + apart, kpi)
    numbers = np.array([*levels, change, change - reach, change + reach, shrunk(change, error), p])
    return tuple(_gain(found, at, numbers[:, at]) for at in range(count))


def _gain(found: Units, at: int, numbers: Floats) -> Gain:
    name, count = found.names[at], len(found.names)
    if name in found.hidden:
        return Gain(name, why="under_minimum_group")
    own = _named(("before", "after", "change", "low", "high", "shrunk", "p"), numbers)
    better = _better(own["change"], found.kpi) if own["p"] < 1 - INNER else None
    return Gain(name, **own, better=better, why=found.why(at) or found.why(count + at))


def _better(sign: float, kpi: Kpi) -> bool | None:
    return bool((sign > 0) == (kpi.better == "higher")) if kpi.better in ("higher", "lower") else None


def _within(values: Floats, kpi: Kpi) -> Floats:
    """Keep what is drawn within what the KPI can be: a share within 0 and 1."""
    low, high = kpi.bounds
    return np.asarray(np.clip(values, -np.inf if low is None else low, np.inf if high is None else high))


def limits_by_size(found: Peers, kpi: Kpi, sizes: Floats) -> Floats:
    """Give the limits of units of some sizes whose cases vary as those of most units do, a funnel's lines.

    Four rows: the outer and the inner limit below, the inner and the outer one above. A unit is judged by its own,
    which lie a little further out or in. NaN where no unit is compared.
    """
    reach = [(max(peer.high - peer.adjusted, peer.adjusted - peer.low), peer.n) for peer in found.peers]
    alone = np.array([(each / critical_value(INNER)) ** 2 * n for each, n in reach if not isnan(each)])
    each = np.median(alone) if alone.size else nan
    wide = np.sqrt(each / np.asarray(sizes, dtype=float) + (found.tau2 or 0.0))
    outer, inner = critical_value(OUTER), critical_value(INNER)
    return _within(found.value + np.outer([-outer, -inner, inner, outer], wide), kpi)


def peer_rows(compared: Peers, kpi: Kpi) -> pd.DataFrame:
    """Write a comparison as rows of `compare` with `against` = "peers", a row a unit in their order.

    The reference is the range between the 99.8 % limits, the verdict that of `adjusted` against it: below, above, or
    undetermined with the reason; within limits is no verdict, for few cases lie within them whatever they are.
    """
    period, whole = compared.period, compared.value
    rows = [
        {
            "kpi": kpi.name, "definition": kpi.definition_id, "statistic": kpi.statistic, "unit": kpi.unit,
            "period": str(period), "start": period.start, "end": period.end, compared.unit: peer.name,
            "value": peer.value, "n": peer.n, "suppressed": peer.why == "under_minimum_group",
            "against": "peers", "reference_id": compared.unit,
            "reference_low": peer.outer[0], "reference_high": peer.outer[1], "difference": peer.adjusted - whole,
            "difference_low": peer.low - whole, "difference_high": peer.high - whole,
            "verdict": peer.place if peer.place in ("above", "below") else "undetermined",
            "why": peer.why or ("no_information" if peer.place == "within" else None),
        }
        for peer in compared.peers
    ]  # fmt: skip
    return pd.DataFrame(rows)
