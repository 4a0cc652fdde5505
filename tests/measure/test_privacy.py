"""An attacker holds all pages and their CSV files, and solves for what is hidden."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest

from kpitools.measure import measure

GRAINS = ("week", "month", "quarter", "year")
BREAKDOWNS = ((), ("team",), ("channel",), ("team", "channel"))
KPIS = ["csat", "csat_response_rate"]
FIRST = date(2026, 1, 19)


def surveys(seed, days, lively):
    """Make surveys of three teams and two channels, of which about two in three are answered.

    `lively` is how many a day a team sends on one channel at most; some send hardly any.
    """
    random = np.random.default_rng(seed)
    rows = [
        {"date": FIRST + timedelta(days=day), "team": team, "channel": channel, "status": status}
        for team, channel in product(("Est", "Nord", "Sud"), ("phone", "email"))
        for rate in [random.choice([lively, lively / 20])]
        for day in range(days)
        for status in random.choice(["answered", "answered", "sent"], random.poisson(rate))
    ]
    made = pd.DataFrame(rows).assign(
        kind="csat", scale_min=1.0, scale_max=5.0, touchpoint="contact", polarity="unknown"
    )
    answered = made["status"] == "answered"
    made["score"] = np.where(answered, random.integers(1, 6, len(made)).astype(float), np.nan)
    return made.assign(polarity="higher_better", source="answers.csv", sent=True)


def published(table, project):
    """Return the rows of every page: each grain, in all, by team, by channel, and by both."""
    asked = [(every, by) for every in GRAINS for by in BREAKDOWNS]
    rows = [measure({"surveys": table}, project, kpis=KPIS, every=every, by=by) for every, by in asked]
    return pd.concat(rows, ignore_index=True)


def in_cell(rows, row):
    """Say which rows of the table a row of measurements counts."""
    day = pd.to_datetime(rows["date"])
    found = (day >= pd.Timestamp(row.start)) & (day <= pd.Timestamp(row.end))
    for key in ("team", "channel"):
        value = getattr(row, key)
        found &= True if pd.isna(value) else rows[key] == value
    return found.to_numpy(dtype=float)


def solved(known, wanted):
    """Say which of the wanted sums are combinations of the known ones."""
    _, sizes, basis = np.linalg.svd(known, full_matrices=False)
    basis = basis[sizes > 1e-9 * sizes.max()]
    return np.linalg.norm(wanted - wanted @ basis.T @ basis, axis=1) < 1e-7


@pytest.mark.parametrize(("seed", "days", "lively"), [(1, 60, 0.5), (2, 60, 2), (3, 140, 1), (4, 25, 3)])
def test_what_is_hidden_cannot_be_worked_out_from_all_that_is_published(seed, days, lively, project_of):
    """Neither how many answered, nor how many did not, of any hidden cell follows from the other rows of any page.

    Unknown to the attacker are the answered and the unanswered surveys of each day, team and channel that has any; the
    n, numerator and excluded of each printed row are sums of them, those of both KPIs together.
    """
    table = surveys(seed, days, lively)
    rows = published(table, project_of())
    assert rows["suppressed"].any()
    assert not rows["suppressed"].all()
    atoms = table.drop_duplicates(["date", "team", "channel", "status"])
    answered = (atoms["status"] == "answered").to_numpy(dtype=float)
    known, wanted = [], []
    for row in rows.itertuples():
        cell = in_cell(atoms, row)
        if row.kpi == "csat":
            sums = {"n": cell * answered, "excluded": cell * (1 - answered)}
        else:
            sums = {"n": cell, "numerator": cell * answered}
        (wanted if row.suppressed else known).append((row, sums))
    printed = np.array([vector for _, sums in known for vector in sums.values()])
    hidden = np.array([sums["n"] for _, sums in wanted])
    given_away = [wanted[place][0] for place in np.flatnonzero(solved(printed, hidden) & hidden.any(axis=1))]
    assert given_away == []


def test_no_small_group_is_printed(project_of):
    """No printed row is of one to four people, and none prints how many of a hidden group answered."""
    rows = published(surveys(5, 60, 1), project_of())
    shown = rows[~rows["suppressed"]]
    assert not shown["n"].between(1, 4).any()
    numbers = ["value", "low", "high", "low_90", "high_90", "n", "numerator", "denominator", "excluded"]
    assert rows.loc[rows["suppressed"], numbers].isna().all(axis=None)


def test_the_same_cell_is_hidden_whichever_page_asks(project_of):
    """A team's own page hides what the page of all teams hides of it, and so does a list of one KPI alone."""
    table, project = surveys(6, 60, 1), project_of()
    together = measure({"surveys": table}, project, kpis=KPIS, every="week", by=["team", "channel"])
    apart = measure({"surveys": table}, project, kpis=["csat"], every="week", by=["channel"], team="Nord")
    same = together[(together["kpi"] == "csat") & (together["team"] == "Nord")]
    assert same["suppressed"].any()
    assert apart["suppressed"].tolist() == same["suppressed"].tolist()


def test_a_further_segment_or_days_change_nothing_on_the_usual_pages(project_of):
    """Asking for days, or for a request type as well, shows no week of a team that was hidden, and hides no other."""
    table = surveys(7, 60, 1).assign(request_type=lambda rows: np.where(rows.index % 4, "billing", "delivery"))
    project = project_of()
    usual = measure({"surveys": table}, project, kpis=["csat"], every="month", by=["team"])
    finer = measure({"surveys": table}, project, kpis=["csat"], every="month", by=["team", "request_type"])
    days = measure({"surveys": table}, project, kpis=["csat"], every="day", by=["team"])
    assert finer["suppressed"].any()
    assert days["suppressed"].any()
    for row in usual[usual["suppressed"]].itertuples():
        parts = finer[(finer["team"] == row.team) & (finer["period"] == row.period) & (finer["n"] != 0)]
        assert parts["suppressed"].any()


def test_a_fiscal_year_that_is_a_quarter_so_far_costs_nothing(project_of):
    """Of surveys up to the first of May, a fiscal year that begins in April hides what is hidden without one.

    So far it is the second quarter: no figure more is told than the quarter tells, and none more is to be hidden.
    """
    random, rows = np.random.default_rng(0), 3000
    table = pd.DataFrame(
        {
            "date": pd.to_datetime("2026-01-01") + pd.to_timedelta(random.integers(0, 121, rows), unit="D"),
            "team": random.choice(list("ABCD"), rows, p=[0.55, 0.3, 0.1, 0.05]),
            "channel": random.choice(["phone", "email", "chat"], rows, p=[0.6, 0.3, 0.1]),
            "status": random.choice(["answered", "sent"], rows),
        }
    )
    table = table.assign(kind="csat", score=4.0, scale_min=1.0, scale_max=5.0, touchpoint="contact", sent=True)
    table = table.assign(polarity="unknown", source="a.csv")
    table["score"] = table["score"].where(table["status"] == "answered")
    usual, fiscal = (
        measure({"surveys": table}, project_of(**more), kpis=KPIS, every="month", by=["team", "channel"])["suppressed"]
        for more in ({}, {"calendar": {"fiscal_year_starts": 4}})
    )
    assert usual.any()
    assert fiscal.tolist() == usual.tolist()


@pytest.mark.parametrize(
    ("table", "of_people", "of_work", "rows"),
    [
        (
            "contacts", "selfcare_transfer_rate:customers_sent", "selfcare_transfer_rate:contacts_sent",
            {"customer_id": lambda n: f"k{n % 40}", "self_service": lambda n: n % 3 == 0, "direction": "inbound"},
        ),
        (
            "requests", "first_contact_resolution:survey", "resolution_rate",
            {"survey_resolved": lambda n: n % 2 == 0, "status": "solved", "observed_days": 30},
        ),
    ],
)  # fmt: skip
def test_customers_and_respondents_are_people_whatever_is_counted_beside_them(
    table, of_people, of_work, rows, project_of
):
    """Three customers of a team, or three who answered, are hidden with a second team; its three contacts are not."""
    frame = pd.DataFrame({"team": ["Est"] * 3 + ["Nord"] * 20 + ["Sud"] * 30, "date": FIRST, "source": "a.csv"})
    frame = frame.assign(**{k: [v(n) for n in frame.index] if callable(v) else v for k, v in rows.items()})
    project = project_of()
    kpis = [project.kpi(name).defined(definition) if definition else project.kpi(name)
            for name, _, definition in (each.partition(":") for each in (of_people, of_work))]  # fmt: skip
    found = measure({table: frame}, project, kpis=kpis, every="month", by=["team"])
    hidden = {row.definition: [] for row in found.itertuples()}
    for row in found[found["suppressed"].astype(bool)].itertuples():
        hidden[row.definition].append(row.team)
    assert list(hidden.values()) == [["Est", "Nord"], []]


def weekly_figures(seed):
    """Make figures of satisfaction of two teams over 21 weeks, of three to forty answers."""
    random = np.random.default_rng(seed)
    rows = [
        {"kpi": "csat", "start": FIRST + timedelta(days=7 * week), "days": 7, "team": team,
         "value": 4.0, "denominator": float(random.choice([3, 12, 25, 40], p=[0.1, 0.3, 0.3, 0.3]))}
        for week, team in product(range(21), ("Nord", "Sud"))
    ]  # fmt: skip
    made = pd.DataFrame(rows)
    made["date"] = pd.to_datetime(made["start"])
    made["end_date"] = made["date"] + pd.to_timedelta(made["days"] - 1, unit="D")
    return made.drop(columns="days").assign(figure_id=None, end=made["end_date"], numerator=np.nan, source="sheet.csv")


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_few_people_do_not_follow_from_those_of_longer_periods_or_other_teams(seed, project_of):
    """Who holds every grain, in all and by team, and each team's own pages, cannot work out a week that is hidden."""
    table, project = weekly_figures(seed), project_of()
    asked = [(every, by, team) for every in GRAINS for by, team in (((), None), (("team",), None), ((), "Nord"))]
    pages = [
        measure({"figures": table}, project, kpis=["csat"], every=every, by=by, team=team)
        .assign(asked=team)
        .reindex(columns=["team", "asked", "start", "end", "n", "suppressed", "reason"])
        for every, by, team in asked
    ]
    rows = pd.concat(pages, ignore_index=True)
    rows["suppressed"] = rows["suppressed"].astype(bool)
    assert not rows["n"].between(1, 4).any()
    rows["team"] = rows["team"].astype(object).where(rows["team"].notna(), rows["asked"])
    inside = np.array([
        (table["date"] >= pd.Timestamp(row.start)) & (table["end_date"] <= pd.Timestamp(row.end))
        & (table["team"].eq(row.team) if isinstance(row.team, str) else True)
        for row in rows.itertuples()
    ], dtype=float)  # fmt: skip
    hidden = rows["suppressed"].to_numpy()
    assert 0 < hidden.mean() < 0.5
    assert not solved(inside[~hidden & rows["n"].notna().to_numpy()], inside[hidden]).any()
