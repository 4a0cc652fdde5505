"""Groups of people too small to be shown: suppressed, and not to be worked out from the rest."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kpitools.catalogue import KPIS

PEOPLE = ("surveys",)
"""Tables whose rows are people who answered."""

_SHOWN = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator", "excluded"]


def suppress(rows: pd.DataFrame, by: Sequence[str], minimum: int) -> pd.DataFrame:
    """Hide the measurements of fewer than `minimum` respondents.

    Where one group alone is hidden among the segments of a period, the total less the others would give it away; the
    smallest of the others is hidden with it.
    """
    people = rows["kpi"].map(lambda name: KPIS[name].table in PEOPLE)
    small = people & (rows["n"] > 0) & (rows["n"] < minimum)
    if by and small.any():
        small |= _companions(rows[people & (rows["n"] > 0)], small).reindex(rows.index, fill_value=False)
    hidden = rows.copy()
    hidden.loc[small, _SHOWN] = np.nan
    hidden["suppressed"] = hidden["suppressed"] | small
    hidden["reason"] = hidden["reason"].mask(small, "under_minimum_group")
    return hidden


def _companions(shown: pd.DataFrame, small: pd.Series) -> pd.Series:
    """Find the smallest other group of each period where exactly one is hidden."""
    chosen = pd.Series(data=False, index=shown.index)
    for _, group in shown.groupby(["kpi", "statistic", "period"], sort=False):
        hidden = small[group.index]
        if hidden.sum() == 1 and len(group) > 1:
            chosen |= chosen.index == group.loc[~hidden, "n"].idxmin()
    return chosen
