"""A review built by hand: realistic numbers, no data read, so that every sentence can be worked out on paper."""

from datetime import date

import pandas as pd
import pytest

from kpitools import benchmarks
from kpitools.catalogue import find
from kpitools.findings import Review, compare, trend
from kpitools.findings.shapes import Shift
from kpitools.periods import Coverage, Period, span
from kpitools.present.languages import words
from kpitools.present.view import View
from kpitools.project import from_mapping
from kpitools.sources.accounts import Account

TODAY = date(2026, 11, 22)
SERIES = {
    "volume": ([6200, 6350] * 12 + [6300], 0, 6300),
    "answer_rate": ([0.874, 0.882] * 12 + [0.821], 0.008, 9000),
    "wait_time": ([62.0, 66.0] * 12 + [64.0], 4.0, 7400),
    "first_contact_resolution": ([0.770, 0.778] * 12 + [0.774], 0.011, 4100),
    "csat": ([4.05, 4.15] * 12 + [4.1], 0.1, 380),
    "nps": ([20.0, 26.0] * 12 + [23.0], 14.0, 61),
}
"""Each KPI's 25 months up to October 2026, the half-width of its 95 % interval, and its n."""

CONTENT = {
    "project": {"name": "Service client", "timezone": "Europe/Paris", "simulated": False},
    "target": [
        {"kpi": "answer_rate", "value": 0.88, "by": date(2026, 12, 31), "owner": "Nadia"},
        {"kpi": "wait_time", "value": 45, "by": date(2026, 12, 1)},
    ],
    "decision": [{"date": date(2026, 10, 1), "title": {"fr": "Rappel", "en": "Call-back"}, "kpis": ["answer_rate"]}],
}
ACCOUNTS = (
    Account("calls.csv → contacts", "contacts", 1, 5010, 5000, {"duplicate": 7}, {"a negative duration": 3}, blank=2),
)


FALL = Shift(
    "answer_rate", None, "week", "changed", n=56, better=False, since=Period.parse("2026-W38"),
    since_from=Period.parse("2026-W36"), since_to=Period.parse("2026-W39"),
    before=0.879, after=0.821, size=-0.056, size_low=-0.068, size_high=-0.045,
)  # fmt: skip
"""The change of the usual review: the answer rate falls in week 38 of 2026."""


def row(kpi, period, value, half, n, **other):
    """Make a measure row whose 95 % interval is `half` wide on each side."""
    about, when = find(kpi), Period.parse(str(period))
    low, high = (None, None) if not half or value is None else (value - half, value + half)
    low_90, high_90 = (None, None) if low is None else (value - 0.84 * half, value + 0.84 * half)
    return {
        "kpi": kpi, "definition": about.definition_id, "statistic": about.statistic, "unit": about.unit,
        "period": str(when), "start": when.start, "end": when.end, "complete": True, "value": value, "low": low,
        "high": high, "low_90": low_90, "high_90": high_90, "n": n, "numerator": None, "denominator": None,
        "excluded": 35, "suppressed": False, "reason": None, **other,
    }  # fmt: skip


@pytest.fixture(scope="session")
def figures():
    """Every benchmark that travels with kpitools."""
    return benchmarks.load()


@pytest.fixture(scope="session")
def made_row():
    """Make one measure row by hand."""
    return row


@pytest.fixture(scope="session")
def review(tmp_path_factory, figures):
    """Make a review; `series`, `content` and `months` stand for those of the page that most tests look at."""
    folder = tmp_path_factory.mktemp("project")

    def make(
        *, series=SERIES, content=CONTENT, months=25, complete=True, channels=(), accounts=ACCOUNTS, name=None,
        shifts=(FALL,), **other,
    ):  # fmt: skip
        content = {**content, "project": {**content["project"], **({"name": name} if name else {})}}
        project = from_mapping(content, folder)
        period = Period.parse("2026-10")
        periods = span(date(2024, 10, 1), period.end, "month")[-months:]
        rows = [
            row(kpi, when, value, half, n, complete=complete or when != period)
            for kpi, (values, half, n) in series.items()
            for when, value in zip(periods, values[-months:], strict=True)
        ]
        history = pd.DataFrame(rows, columns=list(row("nps", period, 1.0, 1, 1)))
        by_channel = pd.DataFrame(list(channels), columns=[*history.columns, "channel"])
        kpis = tuple(project.kpi(kpi) for kpi in series)
        mine = tuple(figure for figure in figures if figure.kpi in series)
        usual = {kpi: Shift(kpi, None, "week", "usual", n=56) for kpi in series}
        made = {
            "project": project, "period": period, "team": None, "today": TODAY, "kpis": kpis,
            "unmeasured": (), "current": history[history["period"] == str(period)], "history": history,
            "channels": by_channel, "benchmarks": mine, "accounts": accounts, "complete": complete, "days": 31,
            "findings": compare(history, project, mine, period=period, channels=by_channel),
            "trends": {kpi.name: trend(history, kpi, project.events) for kpi in kpis},
            "coverage": Coverage(date(2024, 10, 1), date(2026, 10, 31)),
            "shifts": usual | {shift.kpi: shift for shift in shifts if shift.kpi in series},
        }  # fmt: skip
        return Review(**{**made, **other})

    return make


@pytest.fixture(scope="session")
def fall():
    """The change of the usual review, to be altered."""
    return FALL


@pytest.fixture(scope="session")
def view(review):
    """Say a review in a language; what `review` takes may follow."""
    return lambda language="en", **changes: View(review(**changes), words(language))
