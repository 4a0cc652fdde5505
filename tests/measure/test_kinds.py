"""Mix, persons and cohorts on a handful of rows, each number worked out on paper."""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kpitools.catalogue import KPIS
from kpitools.kpi import Cohort, Count, Mean, Mix, People, Share, kpi
from kpitools.measure import measure
from kpitools.stats.intervals import wilson

EVERYBODY = {"privacy": {"minimum_group": 1}}
"""A project that hides no small group, so that persons can be counted on one hand."""
ABOUT = {"unit": "share", "better": "none", "definition": "first"}


def _channels_used(contact):
    """Channels of inbound contacts."""
    return Mix("channel", where=contact.inbound, excluded=contact.outbound)


def _buyers(order):
    """Buyers who had bought before."""
    return People("customer_id", hits=order.bought_before, of=~order.bought_before.is_null())


def _lost(_spell):
    """Customers lost."""
    return Cohort("date", "end_date")


def _kept(_spell):
    """Customers kept."""
    return Cohort("date", "end_date", kept=True)


def _solved(request):
    """Requests by the day on which they were solved."""
    return Count(where=request.resolved)


def _talks(contact):
    """Talk time, with calls and chats never together."""
    return Mean(contact.talk_s, where=contact.inbound, apart=contact.phone)


def _share(contact):
    """Answered of inbound."""
    return Share(hits=contact.answered, of=contact.inbound)


DECLARED = {
    "contacts": (_channels_used, _talks, _share), "orders": (_buyers,), "customers": (_lost, _kept),
    "requests": (_solved,),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _declared():
    """Put the KPIs of these tests into the catalogue, and take them out again."""
    for table, functions in DECLARED.items():
        for function in functions:
            dated = {"dated": "solved_date"} if function is _solved else {}
            kpi(function.__name__, on=table, **ABOUT, **dated)(function)
    yield
    for function in (function for functions in DECLARED.values() for function in functions):
        del KPIS[function.__name__]


def orders(*rows):
    """Make orders of a day, a customer, and whether that customer had bought before."""
    made = pd.DataFrame(rows, columns=["date", "customer_id", "bought_before"])
    return {"orders": made.assign(date=pd.to_datetime(made["date"]), team="Nord")}


def spells(*rows):
    """Make customer spells from the first day to the last; one that lasts has none."""
    made = pd.DataFrame(rows, columns=["date", "end_date", "team"])
    return {"customers": made.assign(date=pd.to_datetime(made["date"]), end_date=pd.to_datetime(made["end_date"]))}


class TestMix:
    """A share for each category that occurs."""

    def test_each_category_has_its_share_of_all(self, rows_of, project_of):
        """Of 8 inbound contacts 6 are calls and 2 chats: 75 and 25 %, with Wilson's bounds; 3 outbound are excluded."""
        table = rows_of(
            "contacts", {"times": 6}, {"channel": "chat", "times": 2}, {"direction": "outbound", "times": 3}
        )
        found = measure({"contacts": table}, project_of(), kpis=["_channels_used"]).set_index("category")
        assert found["value"].to_dict() == {"phone": 0.75, "chat": 0.25}
        assert found.loc["chat", ["n", "numerator", "denominator", "excluded"]].tolist() == [8, 2, 8, 3]
        low, high = wilson(2, 8)
        assert (found.loc["chat", "low"], found.loc["chat", "high"]) == pytest.approx((float(low), float(high)))

    def test_a_category_is_zero_where_only_another_period_has_it(self, rows_of, project_of):
        """A channel of April alone has 0 of 1 in March: a series has no gaps where there were contacts."""
        table = rows_of("contacts", {}, {"channel": "chat", "date": date(2026, 4, 2)})
        found = measure({"contacts": table}, project_of(), kpis=["_channels_used"]).set_index(["category", "period"])
        assert found.loc[("chat", "2026-03"), "value"] == 0
        assert found["value"].groupby("period").sum().tolist() == [1, 1]

    def test_nothing_at_all_is_one_row_without_a_category(self, rows_of, project_of):
        """Where no contact counts there is one row, unknown, of no category."""
        found = measure(
            {"contacts": rows_of("contacts", {"direction": "internal"})}, project_of(), kpis=["_channels_used"]
        )
        assert found[["category", "reason"]].to_numpy().tolist() == [[None, "no_rows"]]

    def test_a_kpi_without_categories_has_the_column_empty(self, rows_of, project_of):
        """The column stands in every output, null where a KPI has no category."""
        found = measure({"contacts": rows_of("contacts", {})}, project_of(), kpis=["volume"])
        assert found["category"].isna().all()


BOUGHT = orders(
    ("2026-01-05", "ann", True), ("2026-01-20", "ann", False), ("2026-01-05", "bob", False),
    ("2026-02-10", "bob", True), ("2026-02-11", None, True), ("2026-02-12", "cyd", None),
)  # fmt: skip


class TestPeople:
    """Persons count once a period, however many rows they have."""

    def test_a_person_counts_once_a_month_and_once_a_quarter(self, project_of):
        """January has Ann (who had bought before) and Bob (who had not), February Bob; the quarter has two, both hit.

        An order of nobody is excluded; one of which nothing is known counts nowhere.
        """
        months = measure(BOUGHT, project_of(**EVERYBODY), kpis=["_buyers"])
        assert months[["value", "numerator", "n", "excluded"]].to_numpy().tolist() == [[0.5, 1, 2, 0], [1, 1, 1, 1]]
        quarter = measure(BOUGHT, project_of(**EVERYBODY), kpis=["_buyers"], every="quarter").iloc[0]
        assert quarter[["value", "numerator", "n", "excluded"]].tolist() == [1, 2, 2, 1]
        assert quarter["low"] == pytest.approx(float(wilson(2, 2).low))

    def test_every_grain_finds_its_own_persons(self, project_of):
        """By day Ann is there on two days; by week Ann, Bob, Ann, Bob; by year both once."""
        n = {
            grain: measure(BOUGHT, project_of(**EVERYBODY), kpis=["_buyers"], every=grain)["n"].sum()
            for grain in ("day", "week", "month", "quarter", "year")
        }
        assert n == {"day": 4, "week": 4, "month": 3, "quarter": 2, "year": 2}

    def test_a_person_counts_in_every_team(self, project_of):
        """Ann with two teams is one customer of each, and one of all."""
        table = {"orders": BOUGHT["orders"].assign(team=["Nord", "Sud", "Nord", "Nord", "Nord", "Nord"])}
        found = measure(table, project_of(**EVERYBODY), kpis=["_buyers"], by=["team"], every="year").set_index("team")
        assert found["n"].to_dict() == {"Nord": 2, "Sud": 1}

    def test_persons_agree_with_a_count_by_hand_of_many(self, project_of):
        """Of 4,000 random orders, the different customers of each month are those that a set finds."""
        rng = np.random.default_rng(3)
        days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, 4000), "D")
        table = pd.DataFrame({"date": days, "customer_id": rng.integers(0, 900, 4000).astype(str)})
        table["bought_before"] = rng.random(4000) < 0.4
        found = measure({"orders": table}, project_of(**EVERYBODY), kpis=["_buyers"])
        by_month = table.groupby(table["date"].dt.month)
        assert found["n"].tolist() == [len(set(rows["customer_id"])) for _, rows in by_month]
        hit = [len(set(rows.loc[rows["bought_before"], "customer_id"])) for _, rows in by_month]
        assert found["numerator"].tolist() == hit


SPELLS = spells(
    ("2026-01-01", None, "Nord"), ("2026-01-10", "2026-02-01", "Nord"), ("2026-01-31", "2026-02-28", "Nord"),
    ("2026-02-01", "2026-03-01", "Sud"), ("2026-02-05", "2026-02-20", "Sud"), ("2026-02-10", None, "Nord"),
)  # fmt: skip


class TestCohort:
    """Of those who were there as a period began, the part that left in it."""

    def test_those_who_were_there_and_left(self, project_of):
        """In February 2 of the 3 from January leave; who comes and goes in February is in neither number.

        In January nobody was there before. At the start of March 3 are there (two that last, and the one that came on
        1 February and leaves on 1 March): 1 of 3 leaves.
        """
        found = measure(SPELLS, project_of(**EVERYBODY), kpis=["_lost", "_kept"]).set_index(["kpi", "period"])
        lost = found.loc["_lost"]
        assert lost[["numerator", "denominator"]].to_numpy().tolist() == [[0, 0], [2, 3]]
        assert np.isnan(lost.loc["2026-01", "value"])
        assert lost.loc["2026-01", "reason"] == "no_rows"
        assert found.loc[("_kept", "2026-02"), "value"] == pytest.approx(1 / 3)

    def test_a_spell_that_begins_on_the_first_day_counts_from_the_next_period_on(self, rows_of, project_of):
        """Calls up to April make March a period: the spell of 1 February is among its 3, and ends in it."""
        tables = SPELLS | {"contacts": rows_of("contacts", {"date": date(2026, 1, 2)}, {"date": date(2026, 4, 2)})}
        found = measure(tables, project_of(**EVERYBODY), kpis=["_lost"]).set_index("period")
        assert found.loc["2026-03", ["numerator", "denominator"]].tolist() == [1, 3]
        assert found.loc["2026-04", ["numerator", "denominator"]].tolist() == [0, 2]

    def test_each_team_has_its_own(self, project_of):
        """In February Nord has 3 and loses 2; Sud had nobody at its start."""
        found = measure(SPELLS, project_of(**EVERYBODY), kpis=["_lost"], by=["team"]).set_index(["team", "period"])
        assert found.loc[("Nord", "2026-02"), "value"] == pytest.approx(2 / 3)
        assert np.isnan(found.loc[("Sud", "2026-02"), "value"])

    def test_lost_and_kept_are_all(self, project_of):
        """Of random spells, every week's lost and kept are those that a loop over the spells finds."""
        rng = np.random.default_rng(5)
        begun = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 80, 300), "D")
        ended = (begun + pd.to_timedelta(rng.integers(0, 60, 300), "D")).where(rng.random(300) < 0.7)
        table = pd.DataFrame({"date": begun, "end_date": ended})
        found = measure({"customers": table}, project_of(**EVERYBODY), kpis=["_lost", "_kept"], every="week")
        for row in found.itertuples():
            first, last = pd.Timestamp(row.start), pd.Timestamp(row.end)
            there = (begun < first) & ~(ended < first)
            left = there & (ended >= first) & (ended <= last)
            assert row.denominator == there.sum()
            assert row.numerator == (left.sum() if row.kpi == "_lost" else there.sum() - left.sum())


class TestDatedAndApart:
    """Other anchors, and rows that are never pooled."""

    def test_a_kpi_is_placed_by_its_own_day(self, rows_of, project_of):
        """Opened in March and solved in April is a solution of April; one that is not solved yet is of no month."""
        rows = [{"solved_date": pd.Timestamp("2026-04-02")}, {"solved_date": pd.NaT}, {"date": date(2026, 4, 30)}]
        table = rows_of("requests", *rows)
        table["solved_date"] = pd.to_datetime(table["solved_date"])
        found = measure({"requests": table}, project_of(), kpis=["_solved"])
        assert found["value"].tolist() == [0, 1]

    def test_rows_set_apart_give_no_mean_together(self, rows_of, project_of):
        """A call and a chat in one cell give no mean and say why; by channel each has its own."""
        table = {"contacts": rows_of("contacts", {"talk_s": 100.0}, {"channel": "chat", "talk_s": 50.0})}
        together = measure(table, project_of(), kpis=["_talks"]).iloc[0]
        assert np.isnan(together["value"])
        assert together["reason"] == "mixed_touchpoints"
        apart = measure(table, project_of(), kpis=["_talks"], by=["channel"]).set_index("channel")
        assert apart["value"].to_dict() == {"chat": 50, "phone": 100}


ENGINES = {"polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("kpi_name", "tables"), [("_buyers", BOUGHT), ("_lost", SPELLS)])
def test_every_engine_gives_the_same_persons_and_cohorts(project_of, engine, kpi_name, tables):
    """By month and team, a frame of another engine gives the same rows."""
    expected = measure(tables, project_of(), kpis=[kpi_name], by=["team"])
    given = {name: ENGINES[engine](frame) for name, frame in tables.items()}
    pd.testing.assert_frame_equal(measure(given, project_of(), kpis=[kpi_name], by=["team"]), expected)


def test_two_definitions_of_one_kpi_stand_together(rows_of, project_of):
    """Two definitions asked for in one call give a row each, with their own numbers, side by side."""
    made = KPIS["_share"]

    @made.variant("answered_calls")
    def _calls(contact):
        """Only calls."""
        return Share(hits=contact.answered, of=contact.inbound_call)

    table = {"contacts": rows_of("contacts", {}, {"channel": "chat", "outcome": "abandoned"})}
    asked = ["_share", "volume", made.defined("answered_calls")]
    found = measure(table, project_of(), kpis=asked)
    assert found[["kpi", "definition", "value"]].to_numpy().tolist() == [
        ["_share", "first", 0.5], ["_share", "answered_calls", 1.0], ["volume", "inbound_and_outbound", 2.0],
    ]  # fmt: skip
