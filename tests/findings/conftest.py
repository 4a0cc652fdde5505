"""Hand-made measurement frames: small enough to be worked out on paper."""

import pandas as pd
import pytest

from kpitools.catalogue import find
from kpitools.periods import Period
from kpitools.stats.intervals import nps_interval, wilson


@pytest.fixture
def measured():
    """Make one measure row of a KPI; `interval` is its 95 %, then its 90 % interval."""

    def make(kpi, period, value, *interval, n=100, complete=True, **other):
        about, when = find(kpi), Period.parse(period)
        low, high, low_90, high_90 = interval or [None] * 4
        return {
            "kpi": kpi, "definition": about.definition_id, "statistic": about.statistic, "unit": about.unit,
            "period": period, "start": when.start, "end": when.end, "complete": complete,
            "value": value, "low": low, "high": high, "low_90": low_90, "high_90": high_90, "n": n,
            "numerator": None, "denominator": None, "excluded": 0, "suppressed": False, "reason": None, **other,
        }  # fmt: skip

    return make


@pytest.fixture
def share(measured):
    """Make the measure row of a share of `hits` in `n`, with Wilson's intervals."""

    def make(kpi, period, hits, n, **other):
        (low, high), (low_90, high_90) = (map(float, wilson(hits, n, level)) for level in (0.95, 0.90))
        return measured(kpi, period, hits / n, low, high, low_90, high_90, n=n, **other)

    return make


@pytest.fixture
def points(measured):
    """Make the measure row of an NPS from the numbers of promoters, passives and detractors."""

    def make(period, promoters, passives, detractors, **other):
        bounds = [
            100 * float(b) for level in (0.95, 0.90) for b in nps_interval(promoters, passives, detractors, level)
        ]
        n = promoters + passives + detractors
        return measured("nps", period, 100 * (promoters - detractors) / n, *bounds, n=n, **other)

    return make


@pytest.fixture
def frame():
    """Make a frame of measure rows."""
    return lambda *rows: pd.DataFrame(list(rows))
