"""Each measurement held against the past, the industry and the targets; a verdict comes from intervals only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from math import ceil, isfinite, nan
from typing import Any, TypeAlias

import pandas as pd

from kpitools.benchmarks import Benchmark, for_kpi
from kpitools.findings.goals import outlook, warnings
from kpitools.findings.reference import Held, Measured, against_band, against_estimate, number
from kpitools.findings.series import Points
from kpitools.findings.shapes import Effect
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import Project, Target
from kpitools.stats.band import Band

Row: TypeAlias = dict[str, Any]

WHY = {
    "not_below": "inside the band or above it",
    "not_above": "inside the band or below it",
    "no_information": "the data leave every answer possible",
    "no_interval": "the value has no interval (a full count, or too few rows)",
    "no_value": "the period has no value; the measurement's own `reason` says why",
    "no_reference": "the earlier period has no value",
    "incomplete": "this period, or the earlier one, is not whole",
    "no_segment": "it is about a channel, a service or a reason that is not measured by itself",
    "not_comparable": "the figure does not compare with ours",
    "not_a_level": "the figure counts organisations (what they do, how many reach a level): it is no level to reach",
    "other_definition": "the figure is about another definition of the KPI",
    "no_direction": "neither higher nor lower is better by itself, so a target is neither reached nor missed",
}
"""The closed list of `why`: the reason that there is no verdict, or what is known of an undetermined one."""

COLUMNS = (
    "channel", "against", "reference_low", "reference_high", "reference_id", "kind", "comparable",
    "difference", "difference_low", "difference_high", "verdict", "why", "needed_n", "needed_weeks",
    "outlook", "outlook_low", "outlook_high", "outlook_why", "warnings",
)  # fmt: skip
"""What a row of `compare` adds to a row of `measure`."""
TEXTS = (
    "channel", "reference_id", "kind", "comparable", "verdict", "why", "reason", "outlook", "outlook_why", "warnings",
)  # fmt: skip
"""Columns whose null is None: as a missing number it would pass for a text that is true."""


def compare(
    measurements: pd.DataFrame,
    project: Project,
    benchmarks: Iterable[Benchmark],
    *,
    period: Period | str,
    team: str | None = None,
    channels: pd.DataFrame | None = None,
    levels: Mapping[str, Points] | None = None,
) -> pd.DataFrame:
    """Hold the measurements of a period against the periods before, the benchmarks and the targets.

    Every KPI gives its main statistic, and a further one where a benchmark speaks of it. A target holds for the team
    and channel that it names, and for nothing else: one of the whole service says nothing about a team.

    Args:
        measurements: rows of `measure` of one grain and one segment; the earlier periods stand among them.
        project: for its targets.
        benchmarks: the published figures; those of KPIs that are not measured are passed over.
        period: the period to compare, or its ISO text.
        team: the team that the measurements are of; None for the whole service.
        channels: rows of `measure` of the period by channel, for what speaks of one channel.
        levels: by KPI the points since its level last changed, from which the outlook of a target is forecast.

    Returns:
        The columns of `measure`, then `COLUMNS`. `against` is previous, year_before, benchmark or target, and
        `reference_id` the earlier period, the benchmark's id or the day by which the target is due. `verdict` is below,
        inside, above or undetermined; against a target, inside is reached. It is null where none is due, and `why` says
        why (`WHY`). `needed_n` is about how many further observations would decide, `needed_weeks` how many weeks bring
        them at the pace of the period. Against a target, `outlook` says how it stands (reached, on_course, at_risk,
        missed) by a forecast interval, `outlook_why` why that is not told (`goals.WHY_NO_OUTLOOK`), and
        `warnings` what makes it a poor goal (codes of `shapes.SMART`, separated by spaces).

    >>> from kpitools.benchmarks import load
    >>> rows = work.ask("answer_rate", "month", "2026-09").rows
    >>> found = compare(rows, work.project, load(), period="2026-09")
    >>> found.loc[found["verdict"].notna(), ["against", "reference_id", "verdict"]].iloc[-1].tolist()
    ['target', '2026-12-31', 'undetermined']
    """
    period = Period.parse(period) if isinstance(period, str) else period
    rows = _by_key(measurements)
    apart = _by_key(channels) if channels is not None else {}
    figures = tuple(benchmarks)
    found: list[Row] = []
    for kpi, statistic in _subjects(measurements, project, figures):
        now = rows.get((kpi.name, statistic, str(period), None))
        if now is None:
            continue
        found += _past(rows, now, period)
        found += _industry(now, kpi, for_kpi(figures, kpi.name, statistic))
        found += _elsewhere(now, kpi, figures, apart)
        if statistic == kpi.statistic:
            mine = (t for t in project.targets if t.kpi == kpi.name and t.team == team)
            found += [
                _target(now, target, kpi, apart) | _prospect(target, kpi, rows, period, levels or {}) for target in mine
            ]
    return framed(found, [*(name for name in measurements.columns if name not in COLUMNS), *COLUMNS])


def with_effects(
    found: pd.DataFrame, history: pd.DataFrame, effects: Iterable[Effect], period: Period, team: str | None
) -> pd.DataFrame:
    """Add to the rows of `compare` what came of decisions about the same team: `against` is decision.

    `reference_id` is the day of the decision, the reference the level of the weeks before it, the difference the
    level after less that. `verdict` is above or below where a move in the expected direction is shown, else
    undetermined; `why` is the state of the effect (`shapes.State`).
    """
    now = _by_key(history)
    rows: list[Row] = []
    for each in effects:
        row = next((r for (kpi, *_), r in now.items() if kpi == each.kpi and r["period"] == str(period)), None)
        if row is None or each.team != team or each.state == "not_measured":
            continue
        moved = each.state in ("changed_with", "changed_since")
        place = ("above" if each.size.value > 0 else "below") if moved else "undetermined"
        held = Held(
            each.before, each.before, *each.size, verdict=None if each.state == "too_early" else place, why=each.state
        )
        rows.append(_finding(row, held, against="decision", reference_id=each.decision.date.isoformat()))
    made: list[Row] = found.to_dict("records")  # type: ignore[assignment]
    return framed([*made, *rows], found.columns)


def framed(rows: list[Row], columns: Iterable[str]) -> pd.DataFrame:
    """Make the table of findings; a text that is null is None."""
    made = pd.DataFrame(rows, columns=list(columns))
    texts = {name: made[name].astype(object).where(made[name].notna(), None) for name in TEXTS}
    return made.assign(**texts)


Key: TypeAlias = tuple[str, str, str, str | None]


def _by_key(measurements: pd.DataFrame) -> dict[Key, Row]:
    """Index measure rows by KPI, statistic, period and channel."""
    rows: list[Row] = measurements.to_dict("records")  # type: ignore[assignment]
    return {(row["kpi"], row["statistic"], row["period"], row.get("channel")): row for row in rows}


def _subjects(
    measurements: pd.DataFrame, project: Project, benchmarks: Iterable[Benchmark]
) -> Iterator[tuple[Kpi, str]]:
    """Name what is compared: each KPI's main statistic, then those that a benchmark cites."""
    cited = {(figure.kpi, figure.statistic) for figure in benchmarks}
    for name in measurements["kpi"].unique():
        kpi = project.kpi(name)
        yield kpi, kpi.statistic
        yield from ((kpi, statistic) for statistic in kpi.quantiles if (name, statistic) in cited)


def _finding(row: Row, held: Held, **about: str | None) -> Row:
    """Join the measurement, what it was held against, and what came of it."""
    made = {**row, "channel": None, "kind": None, "comparable": None, **about, **asdict(held)}
    return made | {"needed_weeks": _weeks(row, held.needed_n)}


def _weeks(row: Row, further: float) -> float:
    """Say in how many weeks so many further observations come, at the pace of the period."""
    n = number(row["n"])
    return float(ceil(further / n * ((row["end"] - row["start"]).days + 1) / 7)) if isfinite(further) and n > 0 else nan


def _past(rows: dict[Key, Row], now: Row, period: Period) -> Iterator[Row]:
    before = {"previous": period.previous(), "year_before": period.year_before()}
    if period.grain in ("year", "fiscal_year"):
        del before["year_before"]  # it is the previous one
    for against, earlier in before.items():
        row = rows.get((now["kpi"], now["statistic"], str(earlier), None))
        held = against_estimate(Measured.of(now), None if row is None else Measured.of(row))
        yield _finding(now, held, against=against, reference_id=None if earlier is None else str(earlier))


def _industry(now: Row, kpi: Kpi, figures: Iterable[Benchmark]) -> Iterator[Row]:
    for figure in figures:
        yield _benchmark(now, figure, None, _why_not(figure, now, kpi))


def _elsewhere(now: Row, kpi: Kpi, figures: Iterable[Benchmark], apart: dict[Key, Row]) -> Iterator[Row]:
    """Hold the figures about one channel against that channel's own row; where it has none they are left unjudged."""
    here = {figure.id for figure in for_kpi(figures, kpi.name)}
    for figure in figures:
        if (
            not figure.speaks_of(kpi.name)
            or figure.id in here
            or (figure.statistic or kpi.statistic) != now["statistic"]
        ):
            continue
        row = apart.get((kpi.name, now["statistic"], now["period"], figure.channel))
        why = _why_not(figure, now, kpi) or ("no_segment" if row is None else None)
        yield _benchmark(row or _blank(now), figure, figure.channel, why)


def _why_not(figure: Benchmark, now: Row, kpi: Kpi) -> str | None:
    """Say why a figure may not judge the measurement; None where it may."""
    if figure.kind in ("practice", "attained") or not figure.has_level:
        return "not_a_level"
    if figure.comparable == "no" or (figure.unit is not None and figure.unit != kpi.unit):
        return "not_comparable"
    if not figure.gives_verdict_for(now["definition"]):
        return "other_definition"
    return "no_segment" if figure.channel_detail or figure.category else None


def _benchmark(row: Row, figure: Benchmark, channel: str | None, why: str | None) -> Row:
    held = against_band(Measured.of(row), Band(*figure.bounds), no_verdict=why) if figure.has_level else Held(why=why)
    comparable = figure.comparable_in(row["kpi"], row["definition"])
    about = {"reference_id": figure.id, "kind": figure.kind, "comparable": comparable, "channel": channel}
    return _finding(row, held, against="benchmark", **about)


def _target(now: Row, target: Target, kpi: Kpi, apart: dict[Key, Row]) -> Row:
    """Hold a measurement against a target: from the value up where higher is better, else from it down."""
    row = now if target.channel is None else apart.get((kpi.name, kpi.statistic, now["period"], target.channel))
    open_side = {"higher": Band(target.value, None), "lower": Band(None, target.value)}
    band = open_side.get(kpi.better, Band(target.value, target.value))
    why = "no_segment" if row is None else None if kpi.better in open_side else "no_direction"
    held = against_band(Measured.of(row or _blank(now)), band, no_verdict=why)
    due = None if target.by is None else target.by.isoformat()
    return _finding(row or _blank(now), held, against="target", reference_id=due, channel=target.channel)


def _prospect(target: Target, kpi: Kpi, rows: dict[Key, Row], period: Period, levels: Mapping[str, Points]) -> Row:
    """Give the outlook of a target, and what makes it a poor goal; of one channel's target no series is at hand."""
    past = [row for (name, statistic, *_), row in rows.items() if (name, statistic) == (kpi.name, kpi.statistic)]
    past = sorted((row for row in past if row["start"] <= period.start), key=lambda row: row["start"])
    if target.channel is not None:
        return {"warnings": None}
    at = None
    if target.by is not None:
        then = next((row for row in past if row["start"] <= target.by <= row["end"]), None)
        at = None if then is None else _target(then, target, kpi, {})["verdict"]
    found = " ".join(warnings(target, kpi, past, period)) or None
    return outlook(target, kpi, levels.get(kpi.name), at, period.end) | {"warnings": found}


def _blank(row: Row) -> Row:
    """Keep what a row is about and drop what it measured."""
    about = ("kpi", "definition", "statistic", "unit", "period", "start", "end", "complete", "suppressed")
    return {**dict.fromkeys(row, float("nan")), **{name: row[name] for name in about}, "reason": None}
