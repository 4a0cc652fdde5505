"""A summary by day, week or month: how many contacts were offered, how many of them answered, and their means."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import parse_column
from kpitools.sources.named_periods import named_periods
from kpitools.sources.recognise import decide
from kpitools.sources.recognise.match import ENOUGH, LEAST, Match, is_date
from kpitools.sources.recognise.model import Decision, Proposal, Question, Understood
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import bounded, hear, phrases, says, tokens

COUNTS = ("offered", "answered", "abandoned")
MEANS = ("wait_time", "talk_time", "handle_time")
"""KPIs of which a summary has the mean, over the contacts answered."""
TOLD_APART = ("team", "channel", "request_type")
"""What the sheets of a workbook may stand for, where each has the same days."""
COVERED = ("week", "month", "day", "quarter")
SECONDS = "20"
"""The service level is taken where its header names the seconds of our definition."""


def summary(
    files: tuple[Path, ...], profiles: Sequence[Profile], asked: decide.Asked, sheets: tuple[str, ...] = ("",)
) -> Proposal | None:
    """Return the source of figures that a summary gives; None where its rows are not one period each."""
    dates = _periods(profiles)
    roles = _roles(profiles)
    teams = [] if len(dates) != 1 or dates[0].unique == 1 else _teams(profiles, dates[0])
    if len(dates) != 1 or (dates[0].unique < 1 and len(teams) != 1 and len(sheets) == 1):
        return None
    apart = sheets if dates[0].unique < 1 and len(teams) != 1 else ()
    start = Match("start", dates[0], 1.0, 1.0)
    named = _names_periods(dates[0])
    order = Decision() if named else decide.date_order(start, asked)
    every = "" if named else asked.answer("every", COVERED) or _every(dates[0], order.formats.get("start"))
    means = {kpi: _mean(kpi, roles, asked) for kpi in MEANS if kpi in roles and "answered" in roles}
    figures = _figures(roles) | {kpi: parts for kpi, (parts, _) in means.items() if parts}
    decisions = [order, Decision(assumed=("direction_inbound",)), *(decision for _, decision in means.values())]
    used = {
        dates[0].name,
        *(team.name for team in teams),
        *(header for parts in figures.values() for header in parts.values()),
    }
    return Proposal(
        files,
        "figures",
        (
            Understood("start", (dates[0].name,), start.evidence),
            *(Understood("team", (team.name,), "each date comes once a team") for team in teams),
        ),
        (*decisions, *_open(asked, told=bool(every or named), sheets=apart)),
        tuple(profile.name for profile in profiles if profile.name not in used),
        figures=figures,
        by_sheet=(asked.answer("sheets", TOLD_APART) or TOLD_APART[0]) if apart else "",
        every=every,
    )


def _periods(profiles: Sequence[Profile]) -> list[Profile]:
    """Return the columns of days, or of weeks and months by name, without the ends of days and the rows of totals."""
    plain = [_without_totals(one) for one in profiles]
    dates = [one for one in plain if _names_periods(one) or (is_date(one) and one.dates_only)]
    ends = [one for one in dates if hear(one.name, phrases("headers", "contacts", "ended_at")).score >= LEAST]
    return [one for one in dates if one not in ends] or dates


def _without_totals(profile: Profile) -> Profile:
    """Return a column without what stands before a total or a mean at the foot of a sheet."""
    totals = [text for text in profile.shown if says(text, phrases("summary", "total"))]
    if not totals:
        return profile
    texts = profile.column.cast(pa.string())
    return Profile(profile.name, pc.if_else(pc.is_in(texts, pa.array(totals)), None, texts))


def _names_periods(profile: Profile) -> bool:
    """Say whether the cells name weeks, months or quarters; a bare number may be a year, or a count."""
    return not profile.bare and bool(named_periods(profile.shown))


def _teams(profiles: Sequence[Profile], dates: Profile) -> list[Profile]:
    """Return the columns of teams each of which has a date once, none of them a total of the others."""
    days = dates.column.cast(pa.string()).to_pylist()
    return [
        profile
        for profile in profiles
        if hear(profile.name, phrases("headers", "contacts", "team")).score >= LEAST
        if not any(says(text, phrases("summary", "total")) for text in profile.shown)
        if len({*zip(days, profile.column.cast(pa.string()).to_pylist(), strict=True)}) == len(days)
    ]


def doubt(profiles: Sequence[Profile]) -> str:
    """Say why rows are no summary: means of answers, or contacts whose days come several times or are not there."""
    if are_means(profiles):
        return "Its rows say of how many answers they are the mean: needed is a row an answer."
    if not are_totals(profiles):
        return ""
    dates = _periods(profiles)
    if len(dates) != 1:
        held = "several columns hold" if dates else "no column holds"
        return f"Its rows count contacts, but {held} their days: needed is a row a day, week or month (not an hour)."
    return (
        f"Its rows count contacts, but those of {dates[0].shown[0]!r} are several: keep one row a day (without hours, "
        "without a total beside its teams), or add a column with the team of each."
    )


def are_means(profiles: Sequence[Profile]) -> bool:
    """Say whether a column counts the answers of each row, so that its score is a mean and no answer."""
    return any(
        profile.share("number") >= ENOUGH and max(profile.numbers) > 1 and all(n % 1 == 0 for n in profile.numbers)
        for profile in profiles
        if hear(profile.name, phrases("summary", "responses")).score >= LEAST
    )


def are_totals(profiles: Sequence[Profile]) -> bool:
    """Say whether rows add up contacts: how many were offered, and answered or given up, which have to agree."""
    roles = _roles(profiles)
    return "offered" in roles and not roles.keys().isdisjoint(("answered", "abandoned")) and _agree(roles)


def _open(asked: decide.Asked, *, told: bool, sheets: tuple[str, ...]) -> list[Decision]:
    """Ask how long a row covers, where that is not `told`, and what the sheets with the same days tell apart."""
    found = []
    if not told:
        line = 'every = "week" under [[source]]'
        found.append(Question(f"{asked.place}:every", f"{asked.place}: how long does a row cover?", line, COVERED))
    if sheets and not asked.answer("sheets", TOLD_APART):
        text = f"{asked.place}: the same days come in several sheets ({', '.join(sheets)}). What is each of them?"
        line = f'[source.constants] team = "{sheets[0]}" under the [[source]] of each sheet'
        found.append(Question(f"{asked.place}:sheets", text, line, TOLD_APART))
    return [Decision(questions=tuple(found))]


def _roles(profiles: Sequence[Profile]) -> dict[str, Profile]:
    """Return which column holds what, the best header first; a column serves one purpose at most."""
    kinds = dict.fromkeys(COUNTS, "number") | dict.fromkeys(MEANS, "duration") | {"service_level": "share"}
    found = [
        (heard.score, role, profile)
        for role, kind in kinds.items()
        for profile in profiles
        if (heard := hear(profile.name, phrases("summary", role))).score >= LEAST and profile.filled
        if not (role in COUNTS and bounded(profile.name, heard.word))
        if (kind == "share" or profile.share(kind) >= ENOUGH)
    ]
    chosen: dict[str, Profile] = {}
    for _, role, profile in sorted(found, key=lambda one: -one[0]):
        if role not in chosen and profile not in chosen.values():
            chosen[role] = profile
    return chosen


def _numbers(profile: Profile) -> np.ndarray:
    return np.asarray(parse_column(profile.column.cast(pa.string()), "number").values.to_numpy(zero_copy_only=False))


def _agree(roles: dict[str, Profile]) -> bool:
    """Say whether the counts are whole, and no row has more contacts answered and given up than offered."""
    offered = _numbers(roles["offered"])
    answered, lost = (
        _numbers(roles[role]) if role in roles else np.zeros(len(offered)) for role in ("answered", "abandoned")
    )
    there = ~np.isnan(offered) & ~np.isnan(answered)
    fits = (answered + np.nan_to_num(lost) <= offered) & (offered % 1 == 0) & (answered % 1 == 0)
    return bool(there.any() and fits[there].mean() >= ENOUGH and np.nanmax(offered) > 1)


def _every(dates: Profile, order: str | None) -> str:
    """Return how long a row covers, as the distances between the dates show; empty where they do not."""
    read = parse_column(dates.column.cast(pa.string()), "date", order).values.drop_null()
    days = np.unique(read.to_numpy(zero_copy_only=False).astype("datetime64[D]"))
    gaps = np.diff(days).astype(int)
    if not len(gaps):
        return ""
    if (days == days.astype("datetime64[M]").astype("datetime64[D]")).all():
        return "month" if gaps.max() <= 31 else ""
    return "day" if gaps.min() == 1 else "week" if (gaps % 7 == 0).all() and gaps.min() == 7 else ""


def _figures(roles: dict[str, Profile]) -> dict[str, dict[str, str]]:
    """Return the parts of each KPI that is counted."""
    names = {role: profile.name for role, profile in roles.items()}
    offered = names["offered"]
    made = {"volume": {"value": offered}}
    for role, kpi in (("answered", "answer_rate"), ("abandoned", "abandonment_rate")):
        made |= {kpi: {"numerator": names[role], "denominator": offered}} if role in names else {}
    level = roles.get("service_level")
    if level and SECONDS in tokens(level.name):
        percent = {"unit": "percent"} if level.bare and max(level.numbers) > 1 else {}
        made["service_level"] = {"value": level.name, "denominator": offered} | percent
    return made


def _mean(kpi: str, roles: dict[str, Profile], asked: decide.Asked) -> tuple[dict[str, str], Decision]:
    """Return the parts of a KPI that is a mean, none where its unit has to be asked, and what was decided."""
    found = decide.duration_unit(Match(kpi, roles[kpi], 1.0, 1.0), asked, None)
    parts = {"value": roles[kpi].name, "denominator": roles["answered"].name}
    shown = ", ".join(f"{name} = {json.dumps(said, ensure_ascii=False)}" for name, said in parts.items())
    line = f'[source.figures] {kpi} = {{ {shown}, unit = "seconds" }}'
    questions = tuple(replace(question, line=line) for question in found.questions)
    unit = {"unit": found.units[kpi]} if kpi in found.units else {}
    return {} if questions else parts | unit, Decision(
        assumed=("mean_of_answered", *found.assumed), questions=questions
    )
