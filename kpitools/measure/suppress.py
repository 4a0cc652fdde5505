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

    Among the segments of a period, the total less the others gives away what all hidden ones have together: where that
    is one group alone, or too few people, the smallest of the others is hidden with them.
    """
    people = rows["kpi"].map(lambda name: KPIS[name].table in PEOPLE)
    small = people & (rows["n"] > 0) & (rows["n"] < minimum)
    if by and small.any():
        small |= _companions(rows[people & (rows["n"] > 0)], small, minimum).reindex(rows.index, fill_value=False)
    hidden = rows.copy()
    hidden.loc[small, _SHOWN] = np.nan
    hidden["suppressed"] = hidden["suppressed"] | small
    hidden["reason"] = hidden["reason"].mask(small, "under_minimum_group")
    return hidden


def _companions(shown: pd.DataFrame, small: pd.Series, minimum: int) -> pd.Series:
    """Find the smallest other groups of each period that must be hidden with the small ones."""
    chosen: list[object] = []
    for _, group in shown.groupby(["kpi", "statistic", "period"], sort=False):
        hidden = small[group.index]
        together = group.loc[hidden, "n"].tolist()
        for row, n in group.loc[~hidden, "n"].sort_values().items():
            if not together or (len(together) > 1 and sum(together) >= minimum):
                break
            together.append(n)
            chosen.append(row)
    return pd.Series(shown.index.isin(chosen), index=shown.index)
