"""The analyst's desk gives the numbers of `measure`, the rows behind them, and other ways of counting them."""

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

from kpitools.errors import ReportError, UserError
from kpitools.explore import desk
from kpitools.explore.apart import by_day, by_segment, sure
from kpitools.explore.keep import add_to_report, export
from kpitools.explore.panel import Panel
from kpitools.explore.what_if import what_if
from kpitools.measure import measure
from kpitools.measure.behind import ROLES
from kpitools.measure.tally import columns_of
from kpitools.periods import Period
from kpitools.publish.kernels import ReportKernel
from kpitools.publish.own import add_cell
from kpitools.publish.render import run

PERIOD = "2026-09"


def row_of(work, kpi, **segments):
    """Return the row of `measure` itself for a KPI and segments in the period."""
    rows = measure(work.tables, work.project, kpis=[kpi], every="month", by=tuple(segments), period=PERIOD)
    for name, value in segments.items():
        rows = rows[rows[name] == value]
    return rows[rows["statistic"] == work.project.kpi(kpi).statistic].iloc[0]


@pytest.mark.parametrize("segments", [{}, {"channel": "phone"}, {"team": "Nord", "channel": "phone"}])
@pytest.mark.parametrize("kpi", ["answer_rate", "wait_time", "service_level"])
def test_an_answer_is_what_measure_gives(work, kpi, segments):
    """Value, interval and n of an answer are those of `measure` for the same period and segments."""
    now = work.ask(kpi, "month", PERIOD, **segments).now.iloc[0]
    then = row_of(work, kpi, **segments)
    numbers = ["value", "low", "high", "n"]
    assert now[numbers].tolist() == pytest.approx(then[numbers].tolist(), rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize(
    "kpi", ["answer_rate", "wait_time", "first_contact_resolution", "contacts_per_request", "csat", "nps", "volume"]
)
def test_the_rows_behind_add_up_to_the_figure(work, kpi):
    """As many rows count in the denominator as the figure says, and as many are left out."""
    answer = work.ask(kpi, "month", PERIOD, team="Nord")
    counts, row = answer.behind().counts, answer.now.iloc[0]
    assert set(counts) <= set(ROLES)
    assert sum(n for role, n in counts.items() if role != "excluded") == row["n"]
    assert counts.get("excluded", 0) == row["excluded"]


def test_a_drawing_is_a_figure_of_the_values_that_the_table_has(work):
    """`drawing` gives a matplotlib figure whose line is the KPI by period; without values, one clear line."""
    answer = work.ask("answer_rate", "month", PERIOD, team="Nord")
    values = answer.rows.loc[answer.rows["statistic"] == "share", "value"].to_numpy(float)
    drawn = [line.get_ydata() for axes in answer.drawing().axes for line in axes.get_lines()]
    assert any(len(line) == len(values) and np.allclose(line, values, equal_nan=True) for line in drawn)
    with pytest.raises(UserError, match="no data for this period"):
        work.ask("answer_rate", "month", PERIOD, channel="chat").drawing()


def test_rows_are_capped_and_counted_whole(work):
    """However few rows are shown, the counts are of all; a role shows its own rows only."""
    answer = work.ask("answer_rate", "month", PERIOD)
    found = answer.behind("denominator", at_most=3)
    assert len(found.rows) == 3
    assert set(found.rows["counts_as"]) == {"denominator"}
    assert found.total == answer.now["n"].iloc[0] + answer.now["excluded"].iloc[0]


def test_advisers_are_not_shown_unless_the_project_shows_them(work):
    """Without `privacy.advisers` no column of advisers is among the rows, though the exports have one."""
    assert "adviser_id" in columns_of(work.tables["contacts"])
    assert "adviser_id" not in work.ask("answer_rate", "month", PERIOD).behind().rows.columns


def test_what_is_hidden_stays_hidden_below(work):
    """Of a figure under the minimum group not even the rows are shown."""
    rows = work.measured([work.project.kpi("nps")], "week", ("team", "channel"))
    hidden = rows[rows["suppressed"]].iloc[-1]
    answer = work.ask("nps", "week", hidden["period"], team=hidden["team"], channel=hidden["channel"])
    with pytest.raises(UserError, match="Too few"):
        answer.behind()


def test_another_way_of_counting_is_the_definition_itself(work):
    """What-if gives for each definition what `measure` gives for it, and the exact difference from the present one."""
    answer = work.ask("service_level", "month", PERIOD)
    ways = what_if(answer, parameters={"seconds": [60]}, weekends=True).set_index(["change", "to"])
    assert ways["value"].iloc[0] == answer.value
    for definition, way in ways.loc["definition"].iterrows():
        kpi = work.project.kpi("service_level").defined(str(definition))
        rows = measure(work.tables, work.project, kpis=[kpi], every="month", period=PERIOD)
        assert way["value"] == rows["value"].iloc[0]
        assert way["difference"] == pytest.approx(way["value"] - answer.value)
    assert ways.loc[("seconds", "60"), "value"] > answer.value


def test_without_a_request_type_its_rows_are_gone(work):
    """Leaving a type out gives the KPI of the other types together: their numerators over their denominators."""
    left_out = work.values("request_type")[0]
    ways = what_if(work.ask("answer_rate", "month", PERIOD), definitions=False, without={"request_type": left_out})
    rows = measure(work.tables, work.project, kpis=["answer_rate"], every="month", by=("request_type",), period=PERIOD)
    others = rows[rows["request_type"] != left_out]
    assert ways["value"].iloc[1] == pytest.approx(others["numerator"].sum() / others["denominator"].sum())


def test_a_figure_apart_adds_up_again(work):
    """The parts of a share by segment and by day, weighed by their cases, are the whole."""
    answer = work.ask("answer_rate", "month", PERIOD)
    for rows in (by_segment(answer, "team"), by_day(answer)):
        assert rows["n"].sum() == answer.now["n"].iloc[0]
        assert (rows["value"] * rows["n"]).sum() / rows["n"].sum() == pytest.approx(answer.value)


def test_of_many_changes_one_must_be_greater_to_seem_sure():
    """A change that chance makes once in twenty is sure where it is looked at alone, and not as one of fifteen.

    It is held against the usual size of earlier changes, and where that is not known against its own interval.
    """
    known = {"difference": -0.10, "difference_low": -0.5, "difference_high": 0.3, "usual_change": 0.04}
    known["earlier_changes"] = 1000
    assert sure(known, 1)
    assert not sure(known, 15)
    assert sure(known | {"difference": -0.16}, 15)
    row = known | {"difference_low": -0.198, "difference_high": -0.002, "usual_change": None}
    assert sure(row, 1)
    assert not sure(row, 15)
    assert sure(row | {"difference_high": -0.06}, 15)
    assert not sure(dict.fromkeys(row), 1)


@pytest.mark.parametrize("earlier", [10, 20, 52])
def test_a_quiet_view_seldom_shows_a_sure_change(earlier):
    """Of 2,000 views of 15 parts that move by chance alone, at most one in twenty has one, however short their past.

    Three standard errors are 3 x sqrt(0.05 x 0.95 / 2000) = 1.5 points; the normal quantile gave 21, 12 and 8 %.
    """
    changes = np.diff(np.random.default_rng(4).normal(size=(2000, 15, earlier + 2)), axis=2)
    usual = np.abs(changes[..., :-1]).mean(axis=2)
    row = {"difference_low": -9.0, "difference_high": 9.0, "earlier_changes": earlier}
    seem = [
        any(sure(row | {"difference": now, "usual_change": size}, 15) for now, size in zip(*view, strict=True))
        for view in zip(changes[..., -1], usual, strict=True)
    ]
    assert np.mean(seem) < 0.05 + 0.015


def test_what_is_usual_of_a_part_is_the_mean_size_of_its_earlier_changes(work):
    """Of a team, its changes from month to month before the newest; more where the newest has fewer cases."""
    answer = work.ask("answer_rate", "month", PERIOD)
    row = by_segment(answer, "team").set_index("team").loc["Nord"]
    rows = measure(work.tables, work.project, kpis=["answer_rate"], every="month", by=("team",))
    past = rows[(rows["team"] == "Nord") & (rows["period"] < PERIOD) & (rows["n"] > 0)].sort_values("period")
    assert row["usual_change"] >= past["value"].diff().abs().mean() * (1 - 1e-9)


def test_the_panel_counts_otherwise_what_is_chosen(work):
    """A threshold and a part left out that are chosen by mouse each give a row, with the definitions' meanings."""
    panel = Panel(work, "service_level", "month")
    panel.tabs.selected_index = 3
    before = panel.pages[3].value
    panel.thresholds["seconds"].value = 60
    panel.without.value = ("request_type", "Facturation")
    after = panel.pages[3].value
    assert "60 s." not in before
    assert "The threshold in use is 60 s." in after
    assert "without Type of request: Facturation" in after
    assert work.project.kpi("service_level").variants["of_answered"].text in after
    panel.kpi.value = "csat"
    assert panel.thresholds == {}


def test_all_rows_are_what_the_panel_shows_first(work):
    """What stands behind an answer is offered by role, with how many; all of it is chosen, and a role narrows it."""
    panel = Panel(work, "answer_rate", "month")
    panel.tabs.selected_index = 2
    counts = panel.answer.behind().counts
    assert panel.role.label == f"all ({sum(counts.values())})"
    panel.role.value = "denominator"
    assert "in the numerator" not in panel.pages[2].value


def test_a_figure_to_compare_with_is_named(work):
    """Published figures are offered by level, kind, source and year, not by an id."""
    labels = [label for label, _ in Panel(work, "answer_rate").benchmark.options]
    assert "90% (aimed at), Easiware, 2016, an old figure" in labels


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kpi": "answer_rat"}, "answer_rate"),
        ({"kpi": "answer_rate:with_out_of_hour"}, "with_out_of_hours"),
        ({"kpi": "answer_rate", "every": "weak"}, "week"),
        ({"kpi": "answer_rate", "channel": "fone"}, "phone"),
        ({"kpi": "answer_rate", "teem": "Nord"}, "team"),
        ({"kpi": "answer_rate", "period": "2031-01"}, "There are no data for 2031-01"),
        ({"kpi": "answer_rate", "benchmark": "nobody"}, "benchmark of answer_rate"),
    ],
)
def test_an_impossible_question_is_refused_with_the_nearest(work, asked, said):
    """A misspelt KPI, definition, grain, segment, value or figure, and a period without data, give one clear line."""
    with pytest.raises(UserError, match=said):
        work.ask(**asked)


def test_the_last_week_of_a_month_answers_for_it(work):
    """Asked by week for a month, the newest week is the last one that lies in the month's days."""
    assert work.ask("answer_rate", "week", PERIOD).question.newest == Period.parse("2026-W40")


def test_an_error_in_a_notebook_is_one_line(example, tmp_path):
    """What its user can mend stands there without a trace; a page that is made of it says the same and is not made."""
    code = "from kpitools.explore import desk\ndesk(project, language).ask('answer_rat')"
    own = add_cell("mistaken", example, code)
    with pytest.raises(ReportError, match=r"^There is no KPI 'answer_rat'. Did you mean 'answer_rate'\?$"):
        run(own, {"project": str(example)}, tmp_path / "failed.ipynb")
    shown = NotebookClient(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(
        code.replace("project, language", repr(str(example)))
    )]), kernel_manager_class=ReportKernel, allow_errors=True).execute()  # fmt: skip
    own.unlink()
    assert shown.cells[0].outputs[0].traceback == [
        "UnknownNameError: There is no KPI 'answer_rat'. Did you mean 'answer_rate'?"
    ]


@pytest.mark.parametrize(
    ("kpi", "every", "said"),
    [
        ("answer_rat", "week", "answer_rate"),
        ("answer_rate", "weak", "week"),
        ("churn_rate", "week", "no KPI with a value"),
    ],
)
def test_a_panel_cannot_begin_with_what_is_not_there(work, kpi, every, said):
    """A misspelt KPI or grain, or a KPI without a value, gives one clear line."""
    with pytest.raises(UserError, match=said):
        Panel(work, kpi, every)


def test_rows_of_a_role_that_is_none_are_refused(work):
    """With the roles that there are."""
    with pytest.raises(UserError, match="denominator"):
        work.ask("answer_rate", "month", PERIOD).behind("denominater")


def test_a_folder_that_is_not_there_is_no_project(example):
    """A misspelt folder within a project is refused, though the project lies above it."""
    with pytest.raises(UserError, match="nowhere"):
        desk(example / "nowhere")


def test_a_grain_stands_for_its_last_closed_period(work):
    """As `kpitools report` asks a notebook that is given no period: the last closed month, by month and by week."""
    assert work.ask("answer_rate", "month", "month").question.newest == work.newest("month")
    week = work.ask("answer_rate", "week", "month").question.newest
    assert week.start <= work.newest("month").end <= week.end


def test_what_the_exports_do_not_allow_is_said(work):
    """A KPI without a value gives a sentence with the reason instead of failing."""
    answer = work.ask("answer_rate", "month", PERIOD, channel="chat")
    assert "no data for this period" in answer.sentence()
    assert "Answer rate" in str(answer.html())


def test_the_desk_speaks_french(example):
    """The same question gets a French sentence."""
    assert "Taux de décroché" in desk(example, "fr").ask("answer_rate", "month", PERIOD).sentence()


def test_an_export_holds_what_was_shown(work):
    """CSV and Parquet hold the rows behind the figure, all of one role."""
    answer = work.ask("answer_rate", "month", PERIOD, team="Nord")
    for form, reading in (("csv", pd.read_csv), ("parquet", pd.read_parquet)):
        path = export(answer, form, "denominator", at_most=1000)
        assert len(reading(path)) == answer.behind().counts["denominator"]


def test_a_question_becomes_a_cell_of_a_report(work, example):
    """Added to a report, the question is a cell that asks again with the run's own period, team and language."""
    path = add_to_report(work.ask("answer_rate:with_out_of_hours", "week", PERIOD, channel="phone"), "board_report")
    assert path == example / "notebooks" / "board_report.ipynb"
    text = path.read_text(encoding="utf-8")
    assert (
        "desk(project, language).ask(\\\"answer_rate:with_out_of_hours\\\", every='week', channel='phone', "
        "period=period, team=team)" in text
    )
