"""Frames small enough to be worked out on paper, and a project without sources."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpitools.measure import measure
from kpitools.project import from_mapping

CONTACT = {
    "date": date(2026, 3, 2), "team": "Nord", "channel": "phone", "request_type": "billing", "direction": "inbound",
    "outcome": "answered", "out_of_hours": False, "wait_s": 10.0, "talk_s": 100.0, "handle_s": 130.0,
}  # fmt: skip
REQUEST = {
    "date": date(2026, 3, 2), "team": "Nord", "channel": "phone", "request_type": "billing",
    "status": "closed", "contacts": 1.0, "resolved": True, "reopened": False, "observed_days": 30,
}  # fmt: skip
SURVEY = {
    "date": date(2026, 3, 2), "team": "Nord", "channel": "phone", "kind": "nps", "status": "answered",
    "score": 9.0, "scale_min": 0.0, "scale_max": 10.0, "polarity": "unknown", "touchpoint": "contact",
}  # fmt: skip
USUAL = {"contacts": CONTACT, "requests": REQUEST, "surveys": SURVEY}


@pytest.fixture(scope="session")
def rows_of():
    """Make a canonical table of rows that differ from the usual row as stated; `times` repeats one."""

    def make(table, *rows):
        return pd.DataFrame([USUAL[table] | {"times": 1} | row for row in rows]).pipe(
            lambda frame: frame.loc[frame.index.repeat(frame["times"])].drop(columns="times").reset_index(drop=True)
        )

    return make


@pytest.fixture(scope="session")
def project_of():
    """Make a project of some keys of a project file; its today is 1 June 2026."""

    def make(**content):
        return from_mapping({"project": {"today": date(2026, 6, 1)}} | content, Path())

    return make


@pytest.fixture(scope="session")
def one(rows_of, project_of):
    """Measure one KPI of rows of one month; return its rows by statistic."""

    def make(kpi, table, *rows, **content):
        found = measure({table: rows_of(table, *rows)}, project_of(**content), kpis=[kpi], every="month")
        return found.set_index("statistic")

    return make
