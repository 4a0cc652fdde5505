"""Where the team stands among others: every figure named by its kind, its source and its age."""

from collections.abc import Iterable

from kpitools.benchmarks import Benchmark, is_old
from kpitools.kpi import Kpi
from kpitools.present.codes import OF_DURATIONS, VERDICTS, WHAT, WHY
from kpitools.present.languages import N_, Words
from kpitools.present.numbers import level, number, reference
from kpitools.present.view import Compared, View
from kpitools.project import Target

PLACES = {
    "below": N_("{kpi} ({value}) is below {what}: {range} ({source})."),
    "inside": N_("{kpi} ({value}) is within {what}: {range} ({source})."),
    "above": N_("{kpi} ({value}) is above {what}: {range} ({source})."),
    "undetermined": N_("Whether {kpi} ({value}) reaches {what}, {range} ({source}), cannot be told."),
}
PLACES_OF_DURATIONS = PLACES | {
    "below": N_("{kpi} ({value}) is shorter than {what}: {range} ({source})."),
    "above": N_("{kpi} ({value}) is longer than {what}: {range} ({source})."),
}
WAITS = {
    ("above", "below"): N_(
        "{kpi} ({value}) lies between what brands aim at, {aimed} ({aimed_source}), and what customers accept, "
        "{accepted} ({accepted_source})."
    ),
    ("above", "inside"): N_(
        "{kpi} ({value}) is longer than brands aim at, {aimed} ({aimed_source}), and within what customers accept, "
        "{accepted} ({accepted_source})."
    ),
    ("above", "above"): N_(
        "{kpi} ({value}) is longer than brands aim at, {aimed} ({aimed_source}), and longer than customers accept, "
        "{accepted} ({accepted_source})."
    ),
    ("undetermined", "below"): N_(
        "{kpi} ({value}) is close to what brands aim at, {aimed} ({aimed_source}); customers would accept {accepted} "
        "({accepted_source})."
    ),
    ("inside", "below"): N_(
        "{kpi} ({value}) is what brands aim at, {aimed} ({aimed_source}); customers would accept {accepted} "
        "({accepted_source})."
    ),
}
"""A wait against its two yardsticks, by the verdict on each: brands aim low, customers wait for a good answer."""

REACH = 5
"""More cases than this many times those of the period are no hint worth giving."""
YEAR = 52
"""Nor are more weeks than these."""
SIDES = ("worse", "better", "met", "undetermined")
"""What is said first: where the team falls short, then where it is ahead."""
ORDER = ("aimed_at", "expected", "legal", "observed")


def position(view: View) -> list[str]:
    """Say where the team stands: the wait between its two yardsticks, else the KPI with the clearest verdict."""
    for kpi in view.review.kpis:
        said = _between_two(view, kpi)
        if said:
            return [said]
    decided = [
        (SIDES.index(side(kpi, held)), ORDER.index(held.kind), kpi, held)
        for kpi in view.review.kpis
        for held in shown(view, kpi)
        if held.verdict in ("below", "inside", "above")
    ]
    if not decided:
        return []
    _, _, kpi, held = min(decided, key=lambda one: one[:2])
    return [_place(view, kpi, held)]


def judged(view: View, kpi: Kpi) -> tuple[Compared, ...]:
    """Return the benchmarks that judge a KPI's main statistic over all channels, the most telling first.

    What organisations aim at comes before the other kinds; within a kind the project's own panel, then figures of
    organisations at large before those of one sector, then the newest.
    """
    found = [
        held
        for held in view.compared(kpi, "benchmark")
        if held.verdict and held.kind in WHAT and held.statistic == kpi.statistic and held.channel is None
    ]
    return tuple(sorted(found, key=lambda held: (ORDER.index(held.kind or ""), *_rank(view, held))))


def shown(view: View, kpi: Kpi) -> tuple[Compared, ...]:
    """Return one figure of each kind, the newest: what the first screen speaks of, in sentences and scorecard alike."""
    found: dict[str, Compared] = {}
    for held in judged(view, kpi):
        found.setdefault(held.kind or "", held)
    return tuple(found.values())


def side(kpi: Kpi, held: Compared) -> str:
    """Say which side of a reference a verdict puts the team on: better, worse, met, or undetermined."""
    if held.verdict in (None, "undetermined"):
        return "undetermined"
    if held.verdict == "inside" or kpi.better not in ("higher", "lower"):
        return "met"
    return "better" if (held.verdict == "above") == (kpi.better == "higher") else "worse"


def verdict(view: View, held: Compared) -> str:
    """Say a verdict in words; where there is none to give, say why."""
    given = held.verdict or "undetermined"
    code = held.why if given == "undetermined" and held.why in WHY else given
    return view.words.text(told(view.review.project.kpi(held.kpi).unit)[code])


def told(unit: str) -> dict[str, str]:
    """Return the words for verdicts and for why there is none: a duration is shorter or longer, not below or above."""
    return VERDICTS | WHY | (OF_DURATIONS if unit == "seconds" else {})


def needed(view: View, held: Compared) -> int | None:
    """Return about how many more cases would decide, where that is within reach."""
    counted = view.measured(view.review.project.kpi(held.kpi), held.statistic).n
    near = held.needed is not None and held.needed <= REACH * max(counted, 1) and (held.weeks or 0) <= YEAR
    return (held.needed or None) if near else None


def enough(view: View, held: Compared) -> str:
    """Say about how many more cases would decide, and in how many weeks they come; nothing where out of reach."""
    n, words = needed(view, held), view.words
    if not n:
        return ""
    if not held.weeks:
        return words.text("about {n} more cases would tell", n=rounded(words, n))
    return words.plural(
        "about {n} more cases, {weeks} more week, would tell", "about {n} more cases, {weeks} more weeks, would tell",
        held.weeks, n=rounded(words, n), weeks=held.weeks,
    )  # fmt: skip


def rounded(words: Words, n: int) -> str:
    """Write a number of further cases: it is a forecast, so two digits are said, rounded up."""
    place = 10 ** max(len(str(n)) - 2, 0)
    return number(words, -(-n // place) * place)


def target(view: View, kpi: Kpi, held: Compared) -> Target | None:
    """Find the project's target that a comparison speaks of."""
    review = view.review
    mine = (t for t in review.project.targets if t.kpi == kpi.name and t.team == review.team)
    same = (t for t in mine if t.channel == held.channel and (t.by.isoformat() if t.by else None) == held.id)
    return next(same, None)


def cited(view: View, figure: Benchmark) -> str:
    """Name a source in few words: who, of which year, that it is old, and that it compares in part, where it does."""
    said = source(view, figure)
    return view.words.text("{source}; compares in part", source=said) if figure.comparable == "partly" else said


def source(view: View, figure: Benchmark) -> str:
    """Name a source: who, of which year, and that it is old."""
    words = view.words
    if figure.source.publisher is None:
        return words.text("source not named") if figure.year is None else str(figure.year)
    if figure.year is None:
        return words.text("{source}, undated", source=figure.source.name)
    if is_old(figure.year, view.review.today):
        return words.text("{source}, {year}, an old figure", source=figure.source.name, year=figure.year)
    return words.text("{source}, {year}", source=figure.source.name, year=figure.year)


def about(view: View, figure: Benchmark) -> str:
    """Write the level that a figure states, in its own unit."""
    low, high = figure.bounds
    return reference(view.words, figure.unit or view.review.project.kpi(figure.kpi).unit, low, high)


def _rank(view: View, held: Compared) -> tuple[bool, bool, int]:
    figure = view.benchmark(held.id)
    return (True, True, 0) if figure is None else (not figure.own, figure.segment is not None, -(figure.year or 0))


def _between_two(view: View, kpi: Kpi) -> str:
    """Say where a wait lies between what brands aim at and what customers accept."""
    now = view.measured(kpi)
    aimed, accepted = (_first(judged(view, kpi), kind) for kind in ("aimed_at", "expected"))
    if kpi.unit != "seconds" or now.value is None or aimed is None or accepted is None:
        return ""
    template = WAITS.get((aimed.verdict or "", accepted.verdict or ""))
    one, two = view.benchmark(aimed.id), view.benchmark(accepted.id)
    if template is None or one is None or two is None:
        return ""
    return view.words.text(
        template,
        kpi=view.subject(kpi),
        value=level(view.words, kpi.unit, now.value, now.low, now.high),
        aimed=about(view, one), aimed_source=source(view, one),
        accepted=about(view, two), accepted_source=source(view, two),
    )  # fmt: skip


def _first(found: Iterable[Compared], kind: str) -> Compared | None:
    return next((held for held in found if held.kind == kind), None)


def _place(view: View, kpi: Kpi, held: Compared) -> str:
    now, figure = view.measured(kpi), view.benchmark(held.id)
    if now.value is None or figure is None:
        return ""
    template = (PLACES_OF_DURATIONS if kpi.unit == "seconds" else PLACES)[held.verdict or "undetermined"]
    return view.words.text(
        template,
        kpi=view.subject(kpi),
        value=level(view.words, kpi.unit, now.value, now.low, now.high),
        what=view.words.text(WHAT[figure.kind]),
        range=about(view, figure),
        source=cited(view, figure),
    )
