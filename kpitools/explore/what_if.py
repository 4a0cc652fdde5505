"""What if it were counted otherwise: another definition, threshold or window, without weekends, without a request type.

The rows are the same, so a difference between two ways of counting is exact and has no interval; what the figures say
against the industry is judged anew for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpitools.errors import UserError, require_known

if TYPE_CHECKING:
    from kpitools.explore.answer import Answer
    from kpitools.kpi import Kpi

COLUMNS = (
    "change",
    "to",
    "definition",
    "value",
    "low",
    "high",
    "n",
    "difference",
    "against",
    "verdict",
    "why",
    "reason",
)


def what_if(
    answer: "Answer",
    *,
    definitions: bool = True,
    parameters: Mapping[str, Sequence[float]] | None = None,
    weekends: bool = False,
    without: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Put other ways of counting side by side with the one asked for, of the newest period.

    Args:
        answer: the figure as it is counted now.
        definitions: try every other definition of the KPI.
        parameters: thresholds or windows to try, such as `{"seconds": [20, 30, 60]}`.
        weekends: try it without Saturdays and Sundays.
        without: segments to leave out, each by itself, such as `{"request_type": "Facture"}`.

    Returns:
        A row for each way (`COLUMNS`), the present one first. `change` says what is changed (as_asked, definition, the
        name of a parameter, weekends, the name of a segment) and `to` what to, or what is left out. Then the value with
        its 95 % interval, n, the difference from the present one, and what it says of the figure `against` (a
        benchmark's id). `reason` says why a value is missing.

    Raises:
        UserError: an unknown parameter, segment or value.

    >>> ways = what_if(work.ask("service_level", "month", "2026-09"), definitions=False, parameters={"seconds": [60]})
    >>> ways[["change", "to", "value"]].round(3).to_dict("list")
    {'change': ['as_asked', 'seconds'], 'to': ['', '60'], 'value': [0.829, 0.838]}
    """
    others = _ways(answer, definitions, parameters or {}, weekends, without or {})
    ways = [("as_asked", "", answer), *others]
    return pd.DataFrame([_row(change, to, way, answer.value) for change, to, way in ways], columns=list(COLUMNS))


def _ways(
    answer: "Answer", definitions: bool, parameters: Mapping[str, Sequence[float]], weekends: bool,  # noqa: FBT001
    without: Mapping[str, str],
) -> Iterator[tuple[str, str, "Answer"]]:  # fmt: skip
    kpi = answer.kpi
    for other in kpi.variants.values() if definitions else ():
        if other.definition != kpi.definition:
            yield "definition", other.definition, answer.counted(other)
    for name, values in parameters.items():
        for value in values:
            yield name, f"{value:g}", answer.counted(_with(kpi, name, value))
    if weekends:
        yield "weekends", "", answer.at(answer.desk.without(weekends=False))
    for segment, left_out in without.items():
        require_known(left_out, answer.desk.values(segment), segment)
        yield segment, left_out, answer.at(answer.desk.without((segment, left_out)))


def _with(kpi: "Kpi", name: str, value: float) -> "Kpi":
    if not kpi.parameters:
        raise UserError(f"{kpi.name} in its definition {kpi.definition} has no threshold and no window to change.")
    return kpi.with_parameters(**{name: value})


def _row(change: str, to: str, way: "Answer", present: float) -> dict[str, Any]:
    row = way.now[way.now["statistic"] == way.kpi.statistic].iloc[0]
    findings = way.findings
    judged = findings[(findings["against"] == "benchmark") & (findings["statistic"] == way.kpi.statistic)]
    # A verdict first, else the reason why the figure gives none for this way of counting.
    held = judged.sort_values("verdict", na_position="last", kind="stable").head(1)
    said = {"against": None, "verdict": None, "why": None}
    if len(held):
        said = {"against": held["reference_id"].iloc[0], "verdict": held["verdict"].iloc[0], "why": held["why"].iloc[0]}
    measured = {name: row[name] for name in ("value", "low", "high", "n", "reason")}
    change_by = row["value"] - present
    about = {"change": change, "to": to, "definition": way.kpi.definition_id}
    return {**about, **measured, "difference": change_by, **said}
