"""Comparisons with the past, the industry and the targets, each verdict worked out apart from the code."""

from datetime import date
from math import isnan

import pandas as pd
import pytest

from kpitools.benchmarks import load
from kpitools.findings import compare
from kpitools.findings.compare import WHY
from kpitools.periods import Period
from kpitools.project import from_mapping


@pytest.fixture
def held(tmp_path):
    """Compare the rows of a period with earlier ones, with figures given as keys and values, and with targets."""

    def compared(*rows, figures=(), period="2026-10", team=None, apart=None, targets=()):
        text = '[source]\nkey = "paper"\ntitle = "Paper"\nyear = 2024\nlanguage = "en"\n'
        for number, figure in enumerate(figures):
            cells = {
                "id": f"paper-{number}",
                "kind": "aimed_at",
                "definition": "A level.",
                "comparable": "yes",
                **figure,
            }
            if cells["comparable"] != "yes":
                cells["because"] = "it is counted otherwise"
            text += "[[figure]]\n" + "".join(f"{key} = {value!r}\n" for key, value in cells.items())
        if figures:
            (tmp_path / "paper.toml").write_text(text, encoding="utf-8")
        project = from_mapping({"target": list(targets)}, tmp_path)
        channels = None if apart is None else pd.DataFrame(apart)
        return compare(
            pd.DataFrame(rows), project, load(tmp_path), period=Period.parse(period), team=team, channels=channels
        )

    return compared


FCR_BAND = {"kpi": "first_contact_resolution", "unit": "share", "low": 0.75, "high": 0.85}


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [
        (78, 100, ("undetermined", "not_above")),
        (790, 1000, ("inside", None)),
        (690, 1000, ("below", None)),
        (88, 100, ("undetermined", "not_below")),
        (880, 1000, ("above", None)),
    ],
)
def test_a_band_decides_only_with_enough_data(share, held, hits, n, expected):
    """Against 75 to 85 %: 78 of 100 is 68.93 to 84.999 % by Wilson, so not above; 88 of 100 is 80.2 to 93.0 %."""
    found = held(share("first_contact_resolution", "2026-10", hits, n), figures=[FCR_BAND])
    row = found[found["against"] == "benchmark"].iloc[0]
    assert (row["verdict"], row["why"]) == expected
    assert (row["reference_low"], row["reference_high"], row["reference_id"]) == (0.75, 0.85, "paper-0")
    assert isnan(row["needed_n"]) == (row["verdict"] != "undetermined")


def test_the_two_samples_of_newcombe(share, held):
    """56 of 70 less 48 of 80 is 20 points, 5.24 to 33.39 (Newcombe 1998, method 10): above the previous period."""
    row = held(share("answer_rate", "2026-09", 48, 80), share("answer_rate", "2026-10", 56, 70)).iloc[0]
    assert (row["against"], row["reference_id"], row["verdict"]) == ("previous", "2026-09", "above")
    assert row["difference"] == pytest.approx(0.2)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_a_difference_that_may_be_zero_is_undetermined(share, held):
    """80 of 100 after 74 of 100: 6 points more, and the interval reaches from about -6 to 17."""
    row = held(share("answer_rate", "2026-09", 74, 100), share("answer_rate", "2026-10", 80, 100)).iloc[0]
    assert (row["verdict"], row["why"]) == ("undetermined", "no_information")
    assert row["difference_low"] < 0 < row["difference_high"]


def test_the_year_before_is_the_same_month(share, held):
    """October 2026 stands beside October 2025; a month without a row is no reference, not a zero."""
    found = held(share("answer_rate", "2025-10", 900, 1000), share("answer_rate", "2026-10", 800, 1000))
    found = found.set_index("against")
    assert found.loc["year_before", "verdict"] == "below"
    assert found.loc["year_before", "reference_id"] == "2025-10"
    assert found.loc["previous", "verdict"] is None
    assert found.loc["previous", "why"] == "no_reference"
    assert isnan(found.loc["previous", "difference"])


def test_a_year_has_one_earlier_year(share, held):
    """Of a year, the previous period and the year before are one, and stand there once."""
    found = held(share("answer_rate", "2025", 900, 1000), share("answer_rate", "2026", 800, 1000), period="2026")
    assert list(found["against"]) == ["previous"]


def test_a_week_53_has_no_year_before(share, held):
    """2026 has 53 weeks and 2025 had 52: nothing stands there to compare the last week with."""
    found = held(share("answer_rate", "2026-W53", 80, 100), period="2026-W53").set_index("against")
    assert found.loc["year_before", "reference_id"] is None
    assert found.loc["year_before", "why"] == "no_reference"


@pytest.mark.parametrize("unfinished", ["2026-09", "2026-10"])
def test_an_incomplete_period_gets_no_verdict(share, held, unfinished):
    """Whichever of the two months is not whole, the difference is given without interval or verdict."""
    row = held(
        share("answer_rate", "2026-09", 900, 1000, complete=unfinished != "2026-09"),
        share("answer_rate", "2026-10", 500, 1000, complete=unfinished != "2026-10"),
    ).iloc[0]
    assert (row["verdict"], row["why"]) == (None, "incomplete")
    assert row["difference"] == pytest.approx(-0.4)
    assert isnan(row["difference_low"])


def test_an_incomplete_period_is_not_held_against_the_industry(share, held):
    """Half a month may lack its worst days: 690 of 1,000 would be below the band, and is not called so."""
    half = share("first_contact_resolution", "2026-10", 690, 1000, complete=False)
    found = held(half, figures=[FCR_BAND]).set_index("against")
    assert (found.loc["benchmark", "verdict"], found.loc["benchmark", "why"]) == (None, "incomplete")


def test_a_count_moves_without_a_verdict(measured, held):
    """Contacts are counted in full: 1,200 after 1,000 is 200 more, and there is no interval to judge by."""
    row = held(measured("volume", "2026-09", 1000.0), measured("volume", "2026-10", 1200.0)).iloc[0]
    assert (row["difference"], row["verdict"], row["why"]) == (200, None, "no_interval")


def test_a_mean_of_too_few_is_undetermined(measured, held):
    """A mean of three calls has no interval, so neither the past nor the industry can be decided, and it says so."""
    found = held(
        measured("wait_time", "2026-09", 60.0, 50.0, 70.0, 52.0, 68.0),
        measured("wait_time", "2026-10", 200.0, n=3),
        figures=[{"kpi": "wait_time", "unit": "seconds", "high": 30.0}],
    )
    judged = found[found["against"] != "year_before"]
    assert list(judged["verdict"]) == ["undetermined"] * 2
    assert list(judged["why"]) == ["no_interval"] * 2


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(20, 28, "inside"), (20, 31, "undetermined"), (29, 35, "undetermined"), (31, 40, "above")],
)
def test_a_wait_held_against_thirty_seconds(measured, held, low, high, verdict):
    """At most 30 s on the phone, for a KPI of calls alone: its 95 % interval lies wholly on one side, or not."""
    wait = measured("wait_time", "2026-10", (low + high) / 2, low, high, low + 1, high - 1)
    figure = {"kpi": "wait_time", "unit": "seconds", "channel": "phone", "high": 30.0}
    found = held(wait, figures=[figure]).set_index("against")
    assert found.loc["benchmark", "verdict"] == verdict
    assert isnan(found.loc["benchmark", "reference_low"])


@pytest.mark.parametrize(("hits", "verdict"), [(950, "inside"), (905, "undetermined"), (850, "below")])
def test_at_least_ninety_in_a_hundred(share, held, hits, verdict):
    """Of 1,000 calls: Wilson gives 93.5 to 96.2 %, 88.5 to 92.2 %, 82.7 to 87.1 %."""
    figure = {"kpi": "answer_rate", "unit": "share", "low": 0.9}
    found = held(share("answer_rate", "2026-10", hits, 1000), figures=[figure]).set_index("against")
    assert found.loc["benchmark", "verdict"] == verdict


def test_a_figure_that_does_not_compare_gives_no_verdict(share, held):
    """However far away: not where it is not comparable, counts organisations, or is about another definition."""
    about = {"kpi": "service_level", "unit": "share", "value": 0.95}
    figures = [
        {**about, "comparable": "no"},
        {**about, "kind": "practice"},
        {**about, "compares_with": "answered_in_time_of_offered(seconds=180)"},
        {"kpi": "service_level", "kind": "attained", "of": "paper-0", "share_of_panel": 0.6, "comparable": "partly"},
    ]
    found = held(share("service_level", "2026-10", 100, 1000), figures=figures)
    found = found[found["against"] == "benchmark"]
    assert list(found["verdict"]) == [None] * 4
    assert list(found["why"]) == ["not_comparable", "not_a_level", "other_definition", "not_a_level"]
    assert found["difference"].isna().all()


def test_in_another_definition_than_the_usual_a_figure_compares_in_part(share, held):
    """A figure that names no definition is about the default; with 30 seconds, or another id, it compares partly."""
    figure = {"kpi": "service_level", "unit": "share", "value": 0.8}
    named = {**figure, "compares_with": "of_answered(seconds=20)"}

    def comparable(definition):
        row = share("service_level", "2026-10", 700, 1000, definition=definition)
        found = held(row, figures=[figure, named])
        return found.loc[found["against"] == "benchmark", ["comparable", "why"]].to_numpy().tolist()

    usual, thirty, answered = map(comparable, (
        "answered_in_time_of_offered(seconds=20)", "answered_in_time_of_offered(seconds=30)", "of_answered(seconds=20)",
    ))  # fmt: skip
    assert [one[0][0] for one in (usual, thirty, answered)] == ["yes", "partly", "partly"]
    assert (usual[1][1], answered[1]) == ("other_definition", ["yes", None])


def test_a_figure_of_one_channel_is_held_against_that_channel(measured, held):
    """Handling of e-mails is compared with e-mails; of chats, which are not measured apart, with nothing."""
    about = {"kpi": "handle_time", "unit": "seconds", "value": 400.0}
    found = held(
        measured("handle_time", "2026-10", 300.0, 290.0, 310.0, 292.0, 308.0),
        apart=[measured("handle_time", "2026-10", 500.0, 480.0, 520.0, 483.0, 517.0, channel="email")],
        figures=[{**about, "channel": "email"}, {**about, "channel": "chat"}],
    )
    found = found[found["against"] == "benchmark"].set_index("channel")
    assert (found.loc["email", "value"], found.loc["email", "verdict"]) == (500, "above")
    assert isnan(found.loc["chat", "value"])
    assert (found.loc["chat", "verdict"], found.loc["chat", "why"]) == (None, "no_segment")


def test_a_further_statistic_is_compared_where_a_figure_cites_it(measured, held):
    """The median wait stands beside a figure for the median; the 90th percentile, of which none speaks, is left out."""
    found = held(
        measured("wait_time", "2026-10", 60.0, 55.0, 65.0, 56.0, 64.0),
        measured("wait_time", "2026-10", 20.0, 18.0, 22.0, 19.0, 21.0, statistic="median"),
        measured("wait_time", "2026-10", 200.0, 180.0, 220.0, 190.0, 210.0, statistic="p90"),
        figures=[{"kpi": "wait_time", "unit": "seconds", "statistic": "median", "high": 30.0}],
    )
    assert set(found["statistic"]) == {"mean", "median"}
    assert list(found[found["against"] == "benchmark"]["verdict"]) == ["inside"]


def test_a_target_turns_with_the_direction(share, measured, held):
    """At least 88 % answered: 800 of 1,000 is below it. At most 45 s of waiting: 60 s is above it."""
    wanted = {"answer_rate": 0.88, "wait_time": 45, "talk_time": 150}
    found = held(
        share("answer_rate", "2026-10", 800, 1000),
        measured("wait_time", "2026-10", 60.0, 55.0, 65.0, 56.0, 64.0),
        measured("talk_time", "2026-10", 200.0, 190.0, 210.0, 191.0, 209.0),
        targets=[{"kpi": kpi, "value": value, "by": date(2026, 12, 31)} for kpi, value in wanted.items()],
    )
    found = found[found["against"] == "target"].set_index("kpi")
    assert list(found["verdict"]) == ["below", "above", None]
    assert found.loc["talk_time", "why"] == "no_direction"
    assert found.loc["talk_time", "difference"] == 50
    assert (found.loc["answer_rate", "reference_low"], found.loc["wait_time", "reference_high"]) == (0.88, 45)
    assert set(found["reference_id"]) == {"2026-12-31"}


def test_a_reached_target_is_inside(share, points, held):
    """900 of 1,000 answered are 87.98 to 91.71 %: 88 % is not proved. An NPS of +50 from 400 answers reaches +40."""
    found = held(
        share("answer_rate", "2026-10", 900, 1000),
        points("2026-10", 250, 100, 50),
        targets=[{"kpi": "answer_rate", "value": 0.88}, {"kpi": "nps", "value": 40}],
    )
    found = found[found["against"] == "target"].set_index("kpi")
    assert found.loc["nps", "verdict"] == "inside"
    assert found.loc["answer_rate", "verdict"] == "undetermined"
    assert found.loc["answer_rate", "needed_n"] >= 1


def test_a_target_holds_for_its_team_alone(share, held):
    """What team Nord aims at says nothing of the whole service, nor the service's aim anything of Nord."""
    targets = [{"kpi": "answer_rate", "value": 0.88}, {"kpi": "answer_rate", "value": 0.7, "team": "Nord"}]
    verdicts = {}
    for team in (None, "Nord", "Sud"):
        found = held(share("answer_rate", "2026-10", 800, 1000), targets=targets, team=team)
        verdicts[team] = list(found[found["against"] == "target"]["verdict"])
    assert verdicts == {None: ["below"], "Nord": ["inside"], "Sud": []}


def test_a_target_for_a_channel_looks_at_that_channel(measured, held):
    """A goal for handling e-mails is judged by e-mails; one for chats, not measured apart, is not judged."""
    targets = [{"kpi": "contacts_per_request", "value": 2.0, "channel": name} for name in ("email", "chat")]
    found = held(
        measured("contacts_per_request", "2026-10", 1.5, 1.4, 1.6, 1.42, 1.58),
        apart=[measured("contacts_per_request", "2026-10", 2.5, 2.3, 2.7, 2.33, 2.67, channel="email")],
        targets=targets,
    )
    found = found[found["against"] == "target"].set_index("channel")
    assert (found.loc["email", "value"], found.loc["email", "verdict"]) == (2.5, "above")
    assert (found.loc["chat", "verdict"], found.loc["chat", "why"]) == (None, "no_segment")


def test_a_period_without_value_is_not_judged(share, measured, held):
    """No calls at all in October: no difference, no verdict, and a reason at every reference."""
    found = held(
        share("answer_rate", "2026-09", 80, 100),
        measured("answer_rate", "2026-10", None, n=0, reason="no_rows"),
        figures=[{"kpi": "answer_rate", "unit": "share", "low": 0.9}],
        targets=[{"kpi": "answer_rate", "value": 0.9}],
    )
    assert found["verdict"].isna().all()
    assert found["difference"].isna().all()
    why = {"previous": "no_value", "year_before": "no_reference", "benchmark": "no_value", "target": "no_value"}
    assert dict(zip(found["against"], found["why"], strict=True)) == why


def test_every_published_figure_of_a_measured_kpi_gets_a_row(share, measured, tmp_path):
    """None of those that travel with kpitools is dropped, and none that does not compare has a verdict."""
    rows = [
        share("first_contact_resolution", "2026-10", 500, 1000),
        *(
            measured("wait_time", "2026-10", 60.0, 55.0, 65.0, 56.0, 64.0, statistic=statistic)
            for statistic in ("mean", "median", "p90")
        ),
        measured("volume", "2026-10", 5000.0),
    ]
    figures, project = load(), from_mapping({}, tmp_path)
    found = compare(pd.DataFrame(rows), project, figures, period=Period.parse("2026-10"))
    found = found[found["against"] == "benchmark"]
    about = {figure.id for figure in figures if figure.kpi in {"first_contact_resolution", "wait_time", "volume"}}
    assert sorted(found["reference_id"]) == sorted(about)
    assert set(found["why"].dropna()) <= set(WHY)
    judged = set(found[found["verdict"].notna()]["reference_id"])
    assert judged
    assert all(figure.gives_verdict for figure in figures if figure.id in judged)


def test_nothing_to_compare_gives_an_empty_frame(share, held):
    """A period that was not measured has no findings, and the columns are there all the same."""
    found = held(share("answer_rate", "2026-09", 8, 10))
    assert found.empty
    assert {"against", "verdict", "why", "needed_n"} <= set(found.columns)
