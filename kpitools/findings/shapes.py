"""What a page reads of changes, effects and their reasons: frozen facts with closed codes, worded elsewhere."""

from dataclasses import dataclass
from math import nan
from typing import Literal, NamedTuple, TypeAlias

from kpitools.periods import Period
from kpitools.project import Decision

Level: TypeAlias = Literal["changed", "watch", "usual", "none"]
"""Changed: at the 1 % level; watch: at 5 % only; usual: neither; none: no verdict, `why` says the reason."""

NO_SHIFT = {
    "no_values": "the series has no value that may be judged",
    "too_few": "fewer than ten periods may be judged",
    "no_year_before": "a count follows the seasons, and too few weeks have the same week of the year before",
    "too_slow": "the series moves too slowly to tell a change from its own wandering",
}
"""The closed list of `Shift.why`: the reasons that there is no verdict."""

State: TypeAlias = Literal["changed_with", "changed_since", "none_shown", "too_early", "not_measured"]
NO_EFFECT = {
    "too_few_after": "fewer than six periods since the decision may be judged",
    "too_few_before": "fewer than twelve periods before the decision may be judged",
    "no_values": "the KPI has no value that may be judged",
    "no_variation": "its values never vary",
    "jumps_before": "jumps as large happened on more than a fifth of the earlier dates",
    "others_too": "the other teams cannot be told to have moved less",
}
"""The closed list of `Effect.why`: why nothing is said of an effect, or why a move is not laid to the decision."""


class Part(NamedTuple):
    """A number in the KPI's unit with its 95 % interval; NaN where there is none."""

    value: float
    low: float = nan
    high: float = nan


NOTHING = Part(nan)


@dataclass(frozen=True)
class Shift:
    """The one verdict on whether a KPI's level changed over a series of periods, of one team or of the whole service.

    `team` is None for what the page is about. `grain` is that of the series, which may be finer than the page's; `n`
    counts the points judged. `better` says
    whether the move was for the better, None where neither direction is. It began with the period `since`, or with one
    from `since_from` to `since_to` (90 % set). `before` and `after` are the mean levels and `size` the estimate of what
    changed with its 95 % interval, in the KPI's unit; it is drawn towards none, so that chance is not overstated, and
    may be a little less than their difference. Where points follow each other closely (`about`) the interval is too
    narrow to print. `gradual` says that a drift fits better than a step: then it ran over the whole series, the
    levels are those of its first and last fifth, and the size is the part of it between them. All but `level`, `why`
    and `n` mean something only where the level is changed or watch.
    """

    kpi: str
    team: str | None
    grain: str
    level: Level
    why: str | None = None
    n: int = 0
    better: bool | None = None
    since: Period | None = None
    since_from: Period | None = None
    since_to: Period | None = None
    before: float = nan
    after: float = nan
    size: float = nan
    size_low: float = nan
    size_high: float = nan
    gradual: bool = False
    about: bool = False

    @property
    def shown(self) -> bool:
        """Say whether there is a change, or one worth watching."""
        return self.level in ("changed", "watch")


@dataclass(frozen=True)
class Term:
    """What one category (a channel, a type of request, a team) adds to the difference of a KPI.

    `share_before` and `share_after` are its parts of the denominator, `value_before` and `value_after` its own levels
    (NaN where it had no case). Its `mix` term is centred on the overall level, so that it says which categories that
    grew or shrank moved the KPI; `performance` is what its own level moved.
    """

    category: str
    share_before: float
    share_after: float
    value_before: float
    value_after: float
    mix: float
    performance: float


@dataclass(frozen=True)
class Split:
    """Why a KPI differs between two stretches of time, along one dimension.

    `mix` is what came of who asked, `performance` of how well each was served. `difference` is `after` less `before` in
    the KPI's unit and equals the values of mix and performance together, and all `terms` together. `before` and `after`
    are stretches of time, each named by its first and last period.
    """

    kpi: str
    dimension: str
    before: tuple[Period, Period]
    after: tuple[Period, Period]
    difference: Part
    mix: Part
    performance: Part
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Baseline:
    """The frozen-baseline picture of an effect: all points, and what the periods before the decision make usual.

    One entry a period, oldest first; `judged` says whether the point takes part. The limits come from the points before
    the decision only and run on unchanged.
    """

    periods: tuple[Period, ...]
    values: tuple[float, ...]
    judged: tuple[bool, ...]
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Effect:
    """What came after a decision in one KPI that it was to move.

    `changed_with`: the level moved in the expected direction with the decision (`p` < .05, corrected for the number of
    its KPIs), such a jump was rare before it (`placebo`, the share of earlier dates with one at least as large, is
    20 % or less), and the other teams, where there are some to compare with, moved less. `changed_since`: it moved, but
    one of the latter two does not hold. `none_shown`: no move shown, which is no proof of none. `too_early` and
    `not_measured`: nothing can be said. `why` says the reason. `better` is True where an expected move is shown, False
    where none is and the interval of `size` lies on the worse side; else, and where neither direction is better, None.
    `size` is the level after less the one before in the KPI's unit with its 95 % interval; `comparison` the
    same less what the other teams' levels did meanwhile, where the decision was one team's. `before_too` says of a
    move that the level had moved the same way before the decision already, at least so that it was worth watching.
    `splits` say how much of it is mix.
    """

    decision: Decision
    kpi: str
    team: str | None
    state: State
    why: str | None = None
    better: bool | None = None
    before: float = nan
    after: float = nan
    size: Part = NOTHING
    p: float = nan
    placebo: float = nan
    n_before: int = 0
    n_after: int = 0
    comparison: Part | None = None
    compared_with: tuple[str, ...] = ()
    before_too: bool = False
    splits: tuple[Split, ...] = ()
    baseline: Baseline | None = None


Outlook: TypeAlias = Literal["reached", "on_course", "at_risk", "missed"]
"""Of a target with a date: already so at its date; the forecast interval lies beyond it, about it, or short of it."""

SMART = {
    "not_measurable": "no export gives values of this KPI",
    "no_date": "no date says by when",
    "past": "its date was over when the data began, so it never was a goal",
    "too_near": "its date leaves less than one period to act",
    "no_owner": "nobody is named as its owner",
    "no_direction": "neither higher nor lower is better by itself",
    "already_reached": "the year before already lay beyond it",
    "out_of_reach": "no period of the past came near it",
}
"""The closed list of warnings about a target itself."""
