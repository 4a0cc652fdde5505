"""What init infers where no column says it outright: answers in words, ends, outcomes, sheets, months by name."""

import zipfile
from datetime import timedelta

import openpyxl
import pandas as pd
import pytest
from test_recognise_shapes import START, instants, through, value  # noqa: F401 - a fixture

from kpitools import project
from kpitools.errors import SourceError
from kpitools.sources import read
from kpitools.sources.recognise import recognise


def figures(path, folder):
    """Return what comes of a file through init and nothing else."""
    said = recognise([path], folder)
    (folder / project.FILE).write_text(said.toml, encoding="utf-8")
    loaded = project.load(folder)
    return said, loaded, read(loaded)


SCALES = {
    "words": (["Très satisfait", "Plutôt satisfait", "Peu satisfait", "Pas du tout satisfait"], 2.5),
    "good and bad": (["Good", "Good", "Good", "Bad"], 0.75),
    "of five": (["5/5", "4/5", "2/5", "1/5"], 3.0),
    "led by a number": (["5 - Excellent", "4 - Good", "3 - Fair", "2 - Poor", "1 - Bad"], 3.0),
    "percent": (["100%", "75 %", "50%", "25%"], 62.5),
    "stars": (["★★★★★", "★★★★☆", "★★☆☆☆", "★☆☆☆☆"], 3.0),
}


@pytest.mark.parametrize("how", SCALES)
def test_answers_that_are_no_bare_numbers_are_scores(through, how):  # noqa: F811
    """Words, fractions and stars have a mean as the numbers do that they stand for."""
    texts, expected = SCALES[how]
    rows = [f"{at},{text},fine" for at, text in zip(instants(10 * len(texts)), texts * 10, strict=True)]
    _, loaded, tables = through("answers.csv", "Date,Satisfaction,Comment", rows)
    assert value(tables, loaded, "csat") == pytest.approx(expected)


def test_promoters_passives_and_detractors_give_the_score(through):  # noqa: F811
    """Of 40 answers, 20 promoters and 10 detractors: +25."""
    rows = [
        f"{at},{said}" for at, said in zip(instants(40), ["Promoter"] * 20 + ["Passive", "Detractor"] * 10, strict=True)
    ]
    _, loaded, tables = through("nps.csv", "Date,NPS group", rows)
    assert value(tables, loaded, "nps") == pytest.approx(25)


def test_a_state_that_no_list_knows_is_told_by_the_dates_of_the_end(through):  # noqa: F811
    """Of 40 tickets 30 have a closing date: the other state is open, and 75 % are resolved, not all."""
    states = ["In behandeling", "Closed", "Closed", "Klaar"]
    ends = ["", *[f"{START + timedelta(days=9)}"] * 3]
    rows = [f"C{place},{at},{ends[place % 4]},{states[place % 4]}" for place, at in enumerate(instants(40))]
    said, _, tables = through("cases.csv", "Case Number,Opened,Closed,Status", rows)
    assert {"states_by_their_end", "closing_is_solving"} <= set(said.sources[0].assumed)
    assert tables["requests"].filter("resolved").shape[0] == 30
    assert "resolution_time" in said.kpis


def test_a_state_whose_rows_end_and_do_not_is_asked(tmp_path):
    """Where half of the rows of an unknown state are closed, the dates do not tell what it means."""
    states, ends = ["Open", "Closed", "Klaar", "Klaar"], ["", "2026-03-20", "", "2026-03-20"]
    rows = [f"C{place},{at},{ends[place % 4]},{states[place % 4]}" for place, at in enumerate(instants(40))]
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(["Case Number,Opened,Closed,Status", *rows]), encoding="utf-8")
    assert recognise([path], tmp_path).questions[0].key == "cases.csv:status=Klaar"


@pytest.mark.parametrize("nothing", ["", "-", "N/A"])
def test_who_has_no_instant_of_being_answered_was_not(through, nothing):  # noqa: F811
    """Of 40 calls 30 were answered after 20 s and lasted a minute from there."""
    rows = []
    for place in range(40):
        at = START + timedelta(hours=place)
        there = place % 4 > 0
        rows.append(f"{at},{at + timedelta(seconds=20) if there else nothing},{at + timedelta(seconds=80)}")
    _, loaded, tables = through("appels.csv", "Début,Décroché,Fin", rows)
    found = [value(tables, loaded, kpi) for kpi in ("answer_rate", "wait_time", "talk_time")]
    assert found == pytest.approx([0.75, 20, 60])


def test_a_time_since_the_opening_stands_for_its_instant(through):  # noqa: F811
    """A first reply after 30 minutes and a solving after 2 hours, in columns of durations, are KPIs."""
    rows = [f"T{place},{at},solved,30,2" for place, at in enumerate(instants(40))]
    head = "Ticket ID,Created,Status,First reply time (min),Full resolution time (hrs)"
    _, loaded, tables = through("tickets.csv", head, rows)
    assert [value(tables, loaded, kpi) for kpi in ("first_reply_time", "resolution_time")] == pytest.approx(
        [1800, 7200]
    )


def test_the_date_of_a_purchase_is_not_that_of_a_ticket(through):  # noqa: F811
    """Where only replies and purchases have dates, nothing is said of how long tickets took; ratings have theirs."""
    rows = [f"{place},2020-01-0{place % 9 + 1},{at},{at},{place % 5 + 1}" for place, at in enumerate(instants(40))]
    head = "Ticket ID,Date of Purchase,First Response Time,Time to Resolution,Customer Satisfaction Rating"
    said, loaded, tables = through("tickets.csv", head, rows)
    assert [one.table for one in said.sources] == ["surveys"]
    assert value(tables, loaded, "csat") == pytest.approx(3)


def test_states_of_service_requests_are_no_outcome_of_calls(through):  # noqa: F811
    """A log of changes without an opening is refused, and not taken for telephone calls."""
    rows = [
        f"1-{place // 3},{at},{('Queued', 'Accepted', 'Completed')[place % 3]}" for place, at in enumerate(instants(60))
    ]
    with pytest.raises(SourceError, match="the date of its creation"):
        through("log.csv", "SR Number,Change Date+Time,Status", rows)


def test_months_and_weeks_are_read_by_their_names(through):  # noqa: F811
    """1,000 of 1,200 calls and 1,200 of 1,300: 88 % of both months, whatever stands in the line of totals."""
    rows = ["janv.-26;1 200;1 000", "févr.-26;1 300;1 200", "Total;2 500;2 200"]
    _, loaded, tables = through("synthèse.csv", "Mois;Appels reçus;Appels traités", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(2200 / 2500)


HEAD = ["Date", "Répondu", "Attente (s)"]


def workbook(path, sheets):
    """Write a workbook of sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def calls(month, answered):
    """Return ten calls of a month, some of them answered."""
    return [
        HEAD,
        *([f"2026-{month:02d}-{day:02d} 10:00", "oui" if day <= answered else "non", 30] for day in range(1, 11)),
    ]


def test_all_sheets_of_a_workbook_are_read(tmp_path):
    """A sheet a month: of 20 calls 14 were answered, not 9 of the first 10."""
    path = workbook(tmp_path / "2026.xlsx", {"Janvier": calls(1, 9), "Février": calls(2, 5)})
    said, loaded, tables = figures(path, tmp_path)
    assert said.sources[0].sheet == "*"
    assert value(tables, loaded, "answer_rate") == pytest.approx(14 / 20)


def test_sheets_of_other_tables_are_sources_of_their_own(tmp_path):
    """Calls, answers and a list of words in one workbook: two sources, and the words are named as not read."""
    answers = [["Date", "NPS (0-10)"], *([f"2026-01-{day:02d}", 10 if day <= 6 else 0] for day in range(1, 11))]
    sheets = {"Appels": calls(1, 9), "Enquête": answers, "Listes": [["oui"], ["non"]]}
    said, loaded, tables = figures(workbook(tmp_path / "2026.xlsx", sheets), tmp_path)
    assert [(one.table, one.sheet) for one in said.sources] == [("contacts", "Appels"), ("surveys", "Enquête")]
    assert [value(tables, loaded, kpi) for kpi in ("answer_rate", "nps")] == pytest.approx([0.9, 20])
    assert list(said.not_recognised) == ["2026.xlsx, Listes"]


@pytest.mark.parametrize("alike", [True, False])
def test_an_archive_is_one_source_or_refused(tmp_path, alike):
    """Two months in an archive are read together; calls and tickets are to be unpacked."""
    head = ",".join(HEAD)
    rows = {name: f"{head}\n2026-{name}-05 10:00,oui,30\n2026-{name}-06 10:00,non,40\n" for name in ("01", "02")}
    with zipfile.ZipFile(tmp_path / "calls.zip", "w") as archive:
        archive.writestr("a.csv", rows["01"])
        archive.writestr("b.csv", rows["02"] if alike else "Ticket ID,Created\nT1,2026-01-05\n")
    if alike:
        _, loaded, tables = figures(tmp_path / "calls.zip", tmp_path)
        assert value(tables, loaded, "volume") == 4
    else:
        with pytest.raises(SourceError, match="Unpack it"):
            recognise([tmp_path / "calls.zip"], tmp_path)


def test_a_sheet_that_adds_up_another_is_not_read_beside_it(tmp_path):
    """The rows count, and their totals by month do not count again."""
    totals = [["Mois", "Appels reçus", "Appels traités"], ["2026-01", 10, 9], ["2026-02", 10, 5]]
    sheets = {"Janvier": calls(1, 9), "Février": calls(2, 5), "Synthèse": totals}
    said, loaded, tables = figures(workbook(tmp_path / "2026.xlsx", sheets), tmp_path)
    assert {one.table for one in said.sources} == {"contacts"}
    assert "adds up" in said.not_recognised["2026.xlsx, Synthèse"]
    assert value(tables, loaded, "volume") == 20


def test_files_of_two_dialects_are_read_each_in_its_own(tmp_path):
    """Forty days of calls, the later ones written month first: none is lost and none lands in another month."""
    days = [START + timedelta(days=place) for place in range(40)]
    for name, form, part in (("a.csv", "%d/%m/%Y %H:%M", days[:25]), ("b.csv", "%m/%d/%Y %H:%M", days[25:])):
        rows = [f"{day:{form}},Yes,30" for day in part]
        (tmp_path / name).write_text("\n".join(["Start,Answered,Wait (s)", *rows]), encoding="utf-8")
    said = recognise([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path)
    (tmp_path / project.FILE).write_text(said.toml, encoding="utf-8")
    tables = read(project.load(tmp_path))
    assert not said.questions
    assert sorted(day for (day,) in tables["contacts"].select("date").fetchall()) == [day.date() for day in days]


def test_clocks_that_all_begin_with_a_zero_are_asked(tmp_path):
    """`00:04` is four seconds or four minutes: where no other clock shows it, somebody has to say it."""
    rows = [f"{at},Yes,00:{place % 9 + 1:02d}" for place, at in enumerate(instants(40))]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(["Start,Answered,Talk time", *rows]), encoding="utf-8")
    assert [one.key for one in recognise([path], tmp_path).questions] == ["calls.csv:talk_s"]
    told = recognise([path], tmp_path, answers={"calls.csv:talk_s": "hh:mm"})
    assert 'talk_s = "hh:mm"' in told.toml


def test_the_clock_of_a_ticket_may_be_hours(tmp_path):
    """`4:05` until the first reply is asked, where the header does not say hours."""
    rows = [f"T{place},{at},open,4:05" for place, at in enumerate(instants(40))]
    path = tmp_path / "tickets.csv"
    for header, expected in (("First response time", 1), ("First response time (in hrs)", 0)):
        path.write_text("\n".join([f"Ticket ID,Created,Status,{header}", *rows]), encoding="utf-8")
        assert len(recognise([path], tmp_path).questions) == expected
    assert 'vendor_first_reply_s = "hh:mm"' in recognise([path], tmp_path).toml


def test_clocks_are_read_as_those_beside_them(through):  # noqa: F811
    """Where talk lasts `4:05`, a wait of `0:07` is seven seconds."""
    rows = [f"{at},Yes,0:07,4:05" for at in instants(40)]
    said, loaded, tables = through("calls.csv", "Start,Answered,Wait,Talk time", rows)
    assert not said.questions
    assert [value(tables, loaded, kpi) for kpi in ("wait_time", "talk_time")] == pytest.approx([7, 245])


def test_a_total_at_the_foot_leaves_yes_and_no_as_they_are(through):  # noqa: F811
    """Below 60 calls stands that 45 were answered: that row is set aside, and the column is still one of flags."""
    rows = [*(f"{at},{'Yes' if place % 4 else 'No'},30" for place, at in enumerate(instants(60))), "Total,45,1800"]
    _, loaded, tables = through("calls.csv", "Start,Answered,Wait (s)", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.75)
    assert [sum(account.set_aside.values()) for account in tables.accounts] == [1]


def test_a_summary_may_say_only_how_many_gave_up(through):  # noqa: F811
    """Of 100 calls a day 10 gave up: that is a rate of abandonment, and no rate of answers."""
    rows = [f"2026-03-{day:02d},100,10" for day in range(1, 29)]
    said, loaded, tables = through("daily.csv", "Date,Calls offered,Calls abandoned", rows)
    assert value(tables, loaded, "abandonment_rate") == pytest.approx(0.1)
    assert "answer_rate" not in said.kpis


def test_who_was_not_asked_or_did_not_answer_has_no_score(through):  # noqa: F811
    """Of 40 conversations 20 are rated, 15 of them good."""
    rates = ["good", "good", "good", "bad", *["not rated"] * 4] * 5
    rows = [f"{place},{at},{rate}" for place, (at, rate) in enumerate(zip(instants(40), rates, strict=True))]
    _, loaded, tables = through("ratings.csv", "Chat ID,Date,Satisfaction", rows)
    assert value(tables, loaded, "csat") == pytest.approx(0.75)


def test_a_span_of_time_of_a_frame_is_a_duration(tmp_path):
    """Parquet has a type for durations: it needs no unit."""
    frame = pd.DataFrame({"start_time": pd.to_datetime(instants(40)), "answered": True})
    frame["wait_time"] = pd.to_timedelta(30, "s")
    frame.to_parquet(tmp_path / "calls.parquet")
    _, loaded, tables = figures(tmp_path / "calls.parquet", tmp_path)
    assert value(tables, loaded, "wait_time") == pytest.approx(30)


def test_a_duration_that_is_the_whole_call_is_no_talk_time(through):  # noqa: F811
    """Calls last from start to end, 20 s of it waiting: those answered talked for a minute."""
    rows = []
    for place in range(40):
        at, answered = START + timedelta(hours=place), place % 4 > 0
        lasted = 80 if answered else 20
        rows.append(f"{at},{at + timedelta(seconds=lasted)},{'Yes' if answered else 'No'},20,{lasted}")
    _, loaded, tables = through("calls.csv", "Start,End,Answered,Wait (s),Duration (s)", rows)
    assert value(tables, loaded, "talk_time") == pytest.approx(60)


def test_a_scale_from_one_has_its_own_definition(through):  # noqa: F811
    """Asked from 1 to 10, half of the answers 10 and half 1: an NPS of 0, in the definition of that scale."""
    rows = [f"{at},{10 if place % 2 else 1}" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("nps.csv", "Date,NPS (1-10)", rows)
    assert loaded.definitions["nps"] == {"variant": "one_to_ten"}
    assert value(tables, loaded, "nps") == pytest.approx(0)


def test_a_flag_of_the_first_contact_is_no_resolution_rate(through):  # noqa: F811
    """Who was not helped at the first contact may be later: the flag says first-contact resolution and no more."""
    rows = [f"{at},C{place},Yes,{'Yes' if place % 4 else 'No'}" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("calls.csv", "Date,Customer ID,Answered,First Call Resolution", rows)
    assert value(tables, loaded, "first_contact_resolution") == pytest.approx(0.75)
    assert "resolution_rate" not in said.kpis
