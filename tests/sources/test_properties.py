"""What must hold for any exports: neither their order, nor their files, nor a copy of one moves a figure."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kpitools import project
from kpitools.measure import measure
from kpitools.sources import read

FEW = settings(max_examples=2, deadline=None, phases=[Phase.generate])
SEEDS = st.integers(0, 10_000)
ADDITIVE = ["n", "numerator", "denominator", "excluded"]

PROJECT = """
[project]
timezone = "Europe/Paris"
today = 2026-06-30
[privacy]
minimum_group = 1
[[source]]
files = "contacts*.csv"
table = "contacts"
columns = { contact_id = "id", request_id = "ticket", customer_id = "who", adviser_id = "by", team = "team", \
channel = "channel", direction = "way", started_at = "start", outcome = "result", wait_s = "wait", talk_s = "talk", \
wrap_s = "wrap" }
[[source]]
files = "requests*.csv"
table = "requests"
columns = { request_id = "id", customer_id = "who", team = "team", channel = "channel", created_at = "start", \
first_reply_at = "reply", solved_at = "end", status = "state", reopens = "again" }
[[source]]
files = "surveys*.csv"
table = "surveys"
columns = { response_id = "id", kind = "kind", team = "team", channel = "channel", sent_at = "start", score = "score", \
scale_min = "low", scale_max = "high" }
"""
WITHOUT_IDS = PROJECT.replace('contact_id = "id", ', "").replace('response_id = "id", ', "")


def exports(seed):
    """Make the three exports: a list of rows each, every row with an id of its own."""
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret

    def usual(name):
        start = datetime(2026, 1, 1) + timedelta(minutes=draw.randrange(60 * 24 * 75))
        return start, {"id": name, "team": draw.choice(["Nord", "Sud", "Est"]), "start": start,
                       "channel": draw.choice(["phone", "email", "chat"]), "who": f"k{draw.randrange(60)}"}  # fmt: skip

    made = {"contacts": [], "requests": [], "surveys": []}
    for number in range(150):
        result = draw.choices(["answered", "abandoned", "voicemail"], [7, 2, 1])[0]
        made["contacts"].append(usual(f"c{number}")[1] | {
            "ticket": f"r{draw.randrange(80)}", "by": f"a{draw.randrange(6)}", "result": result,
            "way": draw.choices(["inbound", "outbound"], [9, 1])[0], "wait": draw.randrange(90),
            "talk": draw.randrange(20, 900) if result == "answered" else "", "wrap": draw.randrange(60),
        })  # fmt: skip
    for number in range(80):
        start, row = usual(f"r{number}")
        state = draw.choice(["solved", "closed", "open"])
        end = "" if state == "open" else start + timedelta(minutes=draw.randrange(200, 9000))
        made["requests"].append(row | {"state": state, "end": end, "again": draw.randrange(2),
                                       "reply": start + timedelta(minutes=draw.randrange(200))})  # fmt: skip
    for number in range(90):
        kind, low, high = draw.choice([("csat", 1, 5), ("nps", 0, 10)])
        row = {"kind": kind, "low": low, "high": high, "score": draw.randint(low, high)}
        made["surveys"].append(usual(f"s{number}")[1] | row)
    return made


def opened(files, toml=PROJECT):
    """Write files of rows, and read them as a project."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kpitools.toml").write_text(toml, encoding="utf-8")
        for stem, rows in files.items():
            pd.DataFrame(rows).to_csv(folder / f"{stem}.csv", index=False)
        loaded = project.load(folder)
        return loaded, read(loaded)


def measured(files, toml=PROJECT, **asked):
    """Return the measurements of every KPI of some files, and the accounts."""
    loaded, tables = opened(files, toml)
    return measure(tables, loaded, **asked), tables.accounts


def hold_same(found, usual):
    """Hold that two sets of measurements are one."""
    assert usual["value"].notna().sum() > 40
    pd.testing.assert_frame_equal(found, usual, rtol=1e-12, atol=1e-12)


def shuffled(files, seed):
    """Put the rows of each file in another order."""
    draw = random.Random(seed + 1)  # noqa: S311 - a sample, no secret
    return {name: draw.sample(rows, len(rows)) for name, rows in files.items()}


def split(files):
    """Cut each file in two."""
    halves = {name: len(rows) // 2 for name, rows in files.items()}
    first = {f"{name}-1": rows[: halves[name]] for name, rows in files.items()}
    return first | {f"{name}-2": rows[halves[name] :] for name, rows in files.items()}


def widened(files):
    """Give each file a column without a value."""
    return {name: [{"note": ""} | row for row in rows] for name, rows in files.items()}


def copied(files):
    """Give each file again under another name."""
    return files | {f"{name}-copy": rows for name, rows in files.items()}


@FEW
@given(SEEDS)
def test_the_form_of_the_exports_moves_no_figure(seed):
    """Rows in another order, in two files, with an empty column more, or given twice: every KPI is as before."""
    files = exports(seed)
    usual, _ = measured(files, by=["team"])
    found, accounts = measured(split(widened(shuffled(files, seed))), by=["team"])
    hold_same(found, usual)
    assert [(account.read, account.used) for account in accounts] == [(150, 150), (80, 80), (90, 90)]
    found, accounts = measured(copied(files), by=["team"])
    hold_same(found, usual)
    assert [(a.read, a.used, a.excluded) for a in accounts] == [
        (2 * n, n, {"identical_file": n}) for n in (150, 80, 90)
    ]


@FEW
@given(SEEDS)
def test_a_file_given_twice_moves_no_figure_where_rows_have_no_id(seed):
    """Then nothing else would show that its rows are the same ones."""
    files = exports(seed)
    kpis = ["volume", "answer_rate", "wait_time", "talk_time", "csat", "nps"]
    usual, _ = measured(files, WITHOUT_IDS, kpis=kpis, every="week")
    hold_same(measured(copied(files), WITHOUT_IDS, kpis=kpis, every="week")[0], usual)


@FEW
@given(SEEDS, st.integers(1, 30))
def test_equal_rows_without_an_id_are_all_kept(seed, count):
    """Rows that come again without an id are used, and the account says how many are equal to an earlier one."""
    files = exports(seed)
    again = {name: rows + rows[:count] * (name != "requests") for name, rows in files.items()}
    contacts, _, surveys = opened(again, WITHOUT_IDS)[1].accounts
    before, _, asked = opened(files, WITHOUT_IDS)[1].accounts
    assert (contacts.used, contacts.alike - before.alike) == (150 + count, count)
    assert (surveys.used, surveys.alike - asked.alike) == (90 + count, count)


@pytest.mark.parametrize("key", ["team", "channel"])
@FEW
@given(SEEDS)
def test_a_total_is_its_pooled_parts(key, seed):
    """Numerators and denominators of the parts add up to those of the whole, and give its value: no mean of means.

    Of nothing there is no value, on either side.
    """
    loaded, tables = opened(exports(seed))
    kpis = ["volume", "answer_rate", "wait_time", "talk_time", "resolution_rate", "csat", "nps"]
    whole = measure(tables, loaded, kpis=kpis).set_index(["kpi", "statistic", "period"])
    parts = measure(tables, loaded, kpis=kpis, by=[key]).groupby(["kpi", "statistic", "period"])[ADDITIVE].sum()
    told = whole[whole["numerator"].notna() & whole["denominator"].notna()]
    assert {"answer_rate", "resolution_rate", "nps"} <= {name for name, *_ in told.index}
    pooled = parts.loc[told.index]
    pd.testing.assert_frame_equal(pooled, told[ADDITIVE], check_dtype=False, rtol=1e-12)
    scale = told["unit"].map(lambda unit: 100 if unit == "points" else 1)
    values = scale * pooled["numerator"] / pooled["denominator"]
    assert values.to_numpy() == pytest.approx(told["value"].astype(float).to_numpy(), rel=1e-12, nan_ok=True)


@FEW
@given(SEEDS)
def test_weeks_and_months_agree_on_the_days_they_share(seed):
    """Each is the sum of its days, so every day counts in one week and in one month, with what it counts alone."""
    loaded, tables = opened(exports(seed))
    kpis = ["answer_rate", "resolution_rate", "nps"]
    days = measure(tables, loaded, kpis=kpis, every="day").astype({"start": "datetime64[s]"})
    for every, first in (("week", "W"), ("month", "M")):
        found = measure(tables, loaded, kpis=kpis, every=every).astype({"start": "datetime64[s]"})
        starts = days["start"].dt.to_period(first).dt.start_time
        summed = days.groupby(["kpi", starts])[["numerator", "denominator"]].sum()
        given_ = found.set_index(["kpi", "start"])[["numerator", "denominator"]].fillna(0)
        pd.testing.assert_frame_equal(
            summed.sort_index(), given_.sort_index(), check_dtype=False, check_index_type=False, rtol=1e-12
        )
