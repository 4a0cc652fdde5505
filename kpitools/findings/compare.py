"""Each measurement held against the past, the industry and the targets; a verdict comes from intervals only."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from kpitools.benchmarks import Benchmark
from kpitools.periods import Period
from kpitools.project import Project

AGAINST = ("previous", "year_before", "benchmark", "target")
VERDICTS = ("below", "inside", "above", "undetermined")
WHY = {
    "not_below": "inside the band or above it: more data would tell",
    "not_above": "inside the band or below it: more data would tell",
    "no_information": "the data leave every answer possible",
    "no_interval": "the value has no interval (a full count, or too few rows), so nothing is decided",
    "no_value": "the period has no value; the measurement's `reason` says why",
    "no_reference": "the earlier period has no value",
    "incomplete": "this period, or the earlier one, is not whole",
    "no_segment": "the figure or target is about a channel, service or reason that is not measured by itself",
    "not_comparable": "the figure does not compare with ours",
    "not_a_level": "the figure counts organisations (what they do, how many reach a level): it is no level to reach",
    "other_definition": "the figure is about another definition of the KPI",
    "no_direction": "neither higher nor lower is better by itself, so a target is neither reached nor missed",
}
"""Why there is no verdict, or why it is undetermined: the closed list of `why`."""

COLUMNS = (
    "against", "reference_low", "reference_high", "reference_id", "kind", "comparable",
    "difference", "difference_low", "difference_high", "verdict", "why", "needed_n",
)  # fmt: skip
"""What a row of `compare` adds to a row of `measure`."""


def compare(
    measurements: pd.DataFrame,
    project: Project,
    benchmarks: Iterable[Benchmark],
    *,
    period: Period,
    team: str | None = None,
    channels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Hold the measurements of a period against the periods before, the benchmarks and the targets.

    `measurements` are measure rows of one grain and one segment, the earlier periods among them; `channels` those
    of the period by channel.
    """
    raise NotImplementedError
