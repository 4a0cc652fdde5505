"""What earlier reports said, by their manifests, and what is different now: figures restated, verdicts changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any

from kpitools.errors import PeriodError, ReportError
from kpitools.findings.choice import NOTEBOOK
from kpitools.findings.review import Review
from kpitools.kpi import Kpi
from kpitools.periods import Period
from kpitools.project import LANGUAGES
from kpitools.project.manifests import REPORTS, file_stem, issues, read_manifest

SAME = 1e-9
"""The relative difference within which two computations of one figure agree."""
UNTOLD = ("", "undetermined", "unknown", "none")
"""Verdicts that say nothing."""


@dataclass(frozen=True)
class Earlier:
    """A report as its manifest tells of it.

    `made` is the day on which it was made, `figures` are its rows of `measure`, `verdicts` what it said (as `verdicts`
    returns it), `definitions` the definition of each KPI with its numbers.
    """

    period: Period
    made: date
    figures: tuple[Mapping[str, Any], ...]
    verdicts: Mapping[str, str]
    definitions: Mapping[str, Any]


@dataclass(frozen=True)
class Restated:
    """A figure that an earlier report gave, and that is another one now.

    `low` and `high` are the 95 % interval of `now`, None where it has none. `why` is `definition` where the KPI is
    defined otherwise today, else `data`: rows came late or were corrected.
    """

    kpi: str
    statistic: str
    unit: str
    period: Period
    before: float
    now: float
    low: float | None
    high: float | None
    why: str


@dataclass(frozen=True)
class Turned:
    """A verdict that is another one than in the earlier report; `against` is target, benchmark or usual."""

    kpi: str
    against: str
    before: str
    now: str


@dataclass(frozen=True)
class Difference:
    """What differs from an earlier report: the page that this one replaces, or that of an earlier period."""

    earlier: Earlier
    replaced: bool
    figures: tuple[Restated, ...]
    verdicts: tuple[Turned, ...]


def differences(review: Review, language: str = "", report: str = NOTEBOOK) -> tuple[Difference, ...]:
    """Say what differs from the page that this one replaces, then from the last one of an earlier period.

    Only where there are such pages in the project's `reports/`; a manifest that cannot be read says nothing. `language`
    is that of the page: the manifests of another one are taken where it has none.
    """
    found = (_replaced(review, language, report), _last(review, language, report))
    return tuple(difference(review, earlier) for earlier in found if earlier)


def difference(review: Review, earlier: Earlier) -> Difference:
    """Hold a review against an earlier report: the figures of that report's period, and its verdicts.

    A figure that either of them does not give (nothing measured, or too small a group) is passed over.
    """
    replaced = earlier.period == review.period
    return Difference(earlier, replaced, tuple(_restated(review, earlier)), tuple(_turned(review, earlier)))


def _restated(review: Review, earlier: Earlier) -> Iterator[Restated]:
    own = {kpi.name for kpi in review.kpis}
    rows = review.history[review.history["period"] == str(earlier.period)].to_dict("records")
    now = {(row["kpi"], row["statistic"]): row for row in rows}
    for old in earlier.figures:
        new = now.get((old.get("kpi"), old.get("statistic")))
        if old.get("channel") or old.get("category") or new is None or new["kpi"] not in own:
            continue
        if not differ(old.get("value"), new["value"]):
            continue
        why = "data" if earlier.definitions.get(new["kpi"]) == definitions(review)[new["kpi"]] else "definition"
        values = (float(old["value"]), float(new["value"]), _known(new["low"]), _known(new["high"]))
        yield Restated(new["kpi"], new["statistic"], new["unit"], earlier.period, *values, why)


def differ(before: Any, now: Any) -> bool:  # noqa: ANN401 - of a frame, or of JSON
    """Say whether two figures are known and different."""
    old, new = _known(before), _known(now)
    return old is not None and new is not None and not isclose(old, new, rel_tol=SAME, abs_tol=SAME)


def _known(value: Any) -> float | None:  # noqa: ANN401 - of a frame, or of JSON
    """Return a number; what is none, or not a number, is unknown."""
    return float(value) if isinstance(value, int | float) and value == value else None  # noqa: PLR0124 - NaN


def _turned(review: Review, earlier: Earlier) -> Iterator[Turned]:
    """Give each change of a verdict once, however many references of one kind it is about."""
    held = [(key, str(earlier.verdicts.get(key, "")), now) for key, now in verdicts(review).items()]
    turned = [(key.split("|"), before, now) for key, before, now in held if before and before != now]
    told = (Turned(kpi, against, before, now) for (kpi, against, _), before, now in turned if now not in UNTOLD)
    yield from dict.fromkeys(told)


def verdicts(review: Review) -> dict[str, str]:
    """Return what a review says of each KPI, by `kpi|against|reference`: below, inside or above, or how it changed."""
    said: dict[str, str] = {f"{kpi.name}|usual|": review.change(kpi.name) for kpi in review.kpis}
    rows = review.findings
    if "channel" in rows.columns:
        rows = rows[rows["channel"].isna()]
    main = {kpi.name: kpi.statistic for kpi in review.kpis}
    for row in rows.to_dict("records"):
        judged = row["against"] in ("target", "benchmark") and main.get(row["kpi"]) == row["statistic"]
        if judged and isinstance(row["verdict"], str):
            said[f"{row['kpi']}|{row['against']}|{row['reference_id']}"] = row["verdict"]
    return said


def definitions(review: Review) -> dict[str, Any]:
    """Return the definition of each KPI of a review, with its numbers."""
    return {kpi.name: defined(kpi) for kpi in review.kpis}


def defined(kpi: Kpi) -> dict[str, Any]:
    """Return the definition of a KPI as manifests keep it: its id and its numbers."""
    return {"id": kpi.definition_id, **dict(sorted(kpi.parameters.items()))}


def read_earlier(path: Path, team: str | None = None) -> Earlier | None:
    """Read the manifest of an earlier report of a team; None where it is another's, damaged, or says too little."""
    try:
        content = read_manifest(path)
        if content["parameters"].get("team", "") != (team or ""):
            return None
        period, made = Period.parse(content["period"]), date.fromisoformat(content["today"])
        return Earlier(period, made, tuple(content["figures"]), content["verdicts"], content["definitions"])
    except (ReportError, PeriodError, KeyError, TypeError, ValueError):
        return None


def _replaced(review: Review, language: str, report: str) -> Earlier | None:
    """Return the latest of the issues of this very report that were kept when it was made anew."""
    folder = review.project.folder / REPORTS / str(review.period)
    kept = (path for page in _pages(folder, review, language, report) for path in reversed(issues(page)))
    return _first(kept, review.team)


def _last(review: Review, language: str, report: str) -> Earlier | None:
    """Return the report of the latest period before this one, of the same length."""
    before = sorted(_before(review), reverse=True)
    folder = review.project.folder / REPORTS
    pages = (page for period in before for page in _pages(folder / str(period), review, language, report))
    return _first(pages, review.team)


def _before(review: Review) -> Iterator[Period]:
    for folder in (review.project.folder / REPORTS).glob("*"):
        try:
            period = Period.parse(folder.name)
        except PeriodError:
            continue
        if period.grain == review.period.grain and period < review.period:
            yield period


def _pages(folder: Path, review: Review, language: str, report: str) -> list[Path]:
    """Name the manifests that a report may have in a folder: in the language asked for, then in the others."""
    spoken = dict.fromkeys((language, *LANGUAGES, ""))
    return [folder / f"{file_stem(report, review.team or '', each)}.json" for each in spoken]


def _first(paths: Iterable[Path], team: str | None) -> Earlier | None:
    return next((found for path in paths if path.is_file() and (found := read_earlier(path, team))), None)
