"""The verdict of an estimate against a band, a threshold or a figure; never read off the estimate itself."""

from dataclasses import dataclass
from math import ceil, inf, isfinite, isnan, sqrt
from typing import Literal, TypeAlias, TypeGuard

Bounds: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """What an estimate is held against: from `low` to `high`; None where that side is open (a threshold)."""

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        """Refuse a band that is none."""
        if self.low is None and self.high is None:
            raise ValueError("A band needs at least one bound.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"The band's low bound {self.low} lies above its high bound {self.high}.")

    @property
    def is_threshold(self) -> bool:
        """Whether one side is open."""
        return self.low is None or self.high is None

    def holds(self, interval: Bounds) -> bool:
        """Whether the whole interval lies within the band, its bounds included."""
        low, high = interval
        return (self.low is None or low >= self.low) and (self.high is None or high <= self.high)


@dataclass(frozen=True)
class Verdict:
    """Where the truth lies, as far as the data decide.

    `detail` says what is known of an undetermined one: `not_below` (inside or above), `not_above` (inside or
    below), `no_information` (all three remain possible, or both sides of a threshold), `no_interval`.
    """

    place: Literal["below", "inside", "above", "undetermined"]
    detail: Literal["", "not_below", "not_above", "no_information", "no_interval"] = ""


def judge(interval95: Bounds | None, interval90: Bounds | None, band: Band) -> Verdict:
    """Hold an estimate's 95 % and 90 % intervals against a band.

    Below or above: the 95 % interval lies wholly outside. Inside a band: the 90 % interval lies wholly within, which
    is an equivalence test at 5 % (two one-sided tests, Schuirmann 1987). Against a threshold the 95 %
    interval decides on both sides, so that "met" is no easier to say than "missed". Else undetermined.
    An estimate with no 90 % interval can be outside, never inside.
    """
    if not _known(interval95):
        return Verdict("undetermined", "no_interval")
    low, high = interval95
    if band.low is not None and high < band.low:
        return Verdict("below")
    if band.high is not None and low > band.high:
        return Verdict("above")
    within = interval95 if band.is_threshold else interval90
    if _known(within) and band.holds(within):
        return Verdict("inside")
    return Verdict("undetermined", _what_remains(low, high, band))


def _known(interval: Bounds | None) -> TypeGuard[Bounds]:
    return interval is not None and not any(isnan(bound) for bound in interval)


def _what_remains(low: float, high: float, band: Band) -> Literal["not_below", "not_above", "no_information"]:
    if band.low is None or band.high is None:
        return "no_information"
    if low >= band.low:
        return "not_below"
    return "not_above" if high <= band.high else "no_information"


def needed_n(value: float, n: float, interval95: Bounds | None, interval90: Bounds | None, band: Band) -> int | None:
    """Say about how many more observations would decide, if the estimate stayed where it is.

    An interval shrinks with the root of n; where days differ the further observations must come from further
    days. 0 where the verdict stands already; None where it cannot be said: no interval, or an estimate on
    a bound of the band, where no number decides.
    """
    if not _known(interval95) or n <= 0:
        return None
    if judge(interval95, interval90, band).place != "undetermined":
        return 0
    ratios = _ratios(value, interval95, interval90 if _known(interval90) else None, band)
    if not ratios or not all(isfinite(ratio) for ratio in ratios):
        return None
    return max(1, ceil(n * (max(ratios) ** 2 - 1)))


def _ratios(value: float, interval95: Bounds, interval90: Bounds | None, band: Band) -> list[float]:
    """Give by which factor each side of the interval that matters is too wide."""
    if band.low is not None and value < band.low:
        return [_too_wide(value, interval95, band.low)]
    if band.high is not None and value > band.high:
        return [_too_wide(value, interval95, band.high)]
    within = interval95 if band.is_threshold else interval90
    if within is None:
        return []
    return [_too_wide(value, within, bound) for bound in (band.low, band.high) if bound is not None]


def _too_wide(value: float, interval: Bounds, bound: float) -> float:
    """Give the root of n'/n at which the interval's side towards `bound` just reaches it.

    The half-width shrinks with 1/root n, the distance of the interval's middle from the value with 1/n, so
    with s = root of n/n': room = shift s^2 + half s.
    """
    toward = 1 if bound > value else -1
    room, half = abs(bound - value), (interval[1] - interval[0]) / 2
    shift = toward * ((interval[0] + interval[1]) / 2 - value)
    # Nearer than a millionth of the half-width, no number that anybody could gather decides.
    return inf if room <= half / 1e6 else (half + sqrt(max(half**2 + 4 * shift * room, 0))) / (2 * room)
