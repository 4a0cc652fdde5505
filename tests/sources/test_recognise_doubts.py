"""What init must not take for sure: states and questions that leave a choice, sheets with the same days, totals."""

from datetime import timedelta

import pytest
from test_recognise_inferred import figures, workbook
from test_recognise_shapes import START, headers, instants, through, value  # noqa: F401 - a fixture

from kpitools import project
from kpitools.errors import SourceError
from kpitools.measure import measure
from kpitools.sources import read
from kpitools.sources.recognise import recognise


def test_who_gave_up_in_the_menu_was_never_offered_to_anybody(through):  # noqa: F811
    """Of 40 calls 10 end in the menu: 20 of the 30 that reached the queue were answered."""
    ends = ["TRAITE", "TRAITE", "ABANDON FILE", "ABANDON SVI"]
    rows = [f"{at};{ends[place % 4]};12" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("odigo.csv", "DATE_APPEL;TYPE_FIN;TPS_ATTENTE (s)", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(20 / 30)


@pytest.mark.parametrize(("solved", "not_solved"), [("resolved", "unresolved"), ("Résolu", "Non résolu")])
def test_what_is_not_resolved_is_open(through, solved, not_solved):  # noqa: F811
    """Of 40 tickets 30 are resolved; the other state says that it is not."""
    rows = [f"C{place},{at},{solved if place % 4 else not_solved}" for place, at in enumerate(instants(40))]
    _, _, tables = through("tickets.csv", "Ticket ID,Created,Status", rows)
    assert len(tables["requests"].filter("not resolved").fetchall()) == 10


def test_a_state_of_many_tickets_that_no_list_knows_is_asked(tmp_path):
    """Left out in silence, a quarter of the tickets would make all the others resolved; a rare one is unknown."""
    states = ["Klaar" if place % 4 == 0 else "Resolved" for place in range(400)]
    rows = [f"C{place},{at},{states[place]}" for place, at in enumerate(instants(400))]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["Ticket ID,Created,Status", *rows, "C400,2026-03-05,-100"]), encoding="utf-8")
    said = recognise([path], tmp_path)
    assert said.questions[0].key == "tickets.csv:status=Klaar"
    assert "status_codes_unknown" in said.sources[0].assumed


@pytest.mark.parametrize(
    ("name", "head", "known", "kpi"),
    [
        ("tickets", "Ticket ID,Created,Status", ("Resolved", "Open"), "resolution_rate"),
        ("calls", "Call ID,Call start,Outcome", ("Answered", "Missed"), "answer_rate"),
    ],
)
def test_what_many_rows_end_with_is_told_before_a_share_is(tmp_path, name, head, known, kpi):
    """The rows whose end is known give another share than all of them: there is none before the answer."""
    ends = ["Klaar", *known, known[0]]
    rows = [f"C{place},{at},{ends[place % 4]}" for place, at in enumerate(instants(400))]
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    said = recognise([path], tmp_path)
    assert kpi not in said.kpis
    (question,) = said.questions
    assert question.line.startswith("[source.columns]")
    told = recognise([path], tmp_path, answers={question.key: "solved" if name == "tickets" else "abandoned"})
    assert kpi in told.kpis
    assert told.accounts[0].used == 400


def test_the_ends_of_a_scale_may_be_in_words(through):  # noqa: F811
    """`0 - Pas du tout probable` and `10 - Très probable` are answers like the numbers between them."""
    written = {0: "0 - Pas du tout probable", 10: "10 - Très probable"}
    rows = [f"{at},{written.get(n % 11, n % 11)}" for n, at in enumerate(instants(440))]
    _, loaded, tables = through("nps.csv", "Date,Recommanderiez-vous notre service ?", rows)
    assert tables.accounts[0].used == 440
    assert value(tables, loaded, "nps") == pytest.approx((2 - 7) / 11 * 100)


def test_the_ticket_s_own_creation_is_when_it_was_created(through):  # noqa: F811
    """Beside the creation of the customer's account."""
    rows = [f"T{n},2020-01-0{n % 9 + 1},{at},Open" for n, at in enumerate(instants(40))]
    said, _, _ = through("tickets.csv", "Ticket ID,Account created,Ticket created date,Status", rows)
    assert headers(said.sources[0])["created_at"] == "Ticket created date"


def test_a_cancelled_ticket_is_neither_resolved_nor_open(through):  # noqa: F811
    """It is left out, and the account of rows says so."""
    states = ["Resolved", "Resolved", "Cancelled", "Open"]
    rows = [f"C{place},{at},{states[place % 4]}" for place, at in enumerate(instants(40))]
    _, _, tables = through("tickets.csv", "Ticket ID,Created,Status", rows)
    (account,) = tables.accounts
    assert (account.used, dict(account.excluded)) == (30, {"deleted": 10})


QUESTIONS = "Date,Satisfaction délai,Satisfaction accueil téléphonique"


def test_which_of_several_questions_is_the_overall_one_is_asked(tmp_path):
    """Satisfaction with the delay is not that with the welcome: neither is read before somebody says which counts."""
    rows = [f"{at},{place % 5 + 1},{5 if place % 2 else 4}" for place, at in enumerate(instants(40))]
    path = tmp_path / "baro.csv"
    path.write_text("\n".join([QUESTIONS, *rows]), encoding="utf-8")
    said = recognise([path], tmp_path)
    assert (said.questions[0].key, said.kpis) == ("baro.csv:question", ())
    answer = {"baro.csv:question": "Satisfaction accueil téléphonique", "baro.csv:scale": "1-5"}
    told = recognise([path], tmp_path, answers=answer)
    assert headers(told.sources[0])["score"] == "Satisfaction accueil téléphonique"


def test_a_question_that_says_overall_needs_no_answer(through):  # noqa: F811
    """Beside questions about parts, `Satisfaction globale` is the one."""
    rows = [f"{at},{place % 5 + 1},4,{place % 2 + 4}" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("baro.csv", f"{QUESTIONS},Satisfaction globale (1-5)", rows)
    assert not said.questions
    assert value(tables, loaded, "csat") == pytest.approx(4.5)


def test_answers_are_understood_in_either_gender_at_once(through):  # noqa: F811
    """`Très satisfait(e)` and `satisfait·e` are what they are without it."""
    texts = ["Très satisfait(e)", "Plutôt satisfait·e", "Plutôt insatisfait(e)", "Très insatisfait(e)"]
    rows = [f"{at},{texts[place % 4]}" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("avis.csv", "Horodateur,Êtes-vous satisfait(e) de notre service ?", rows)
    assert value(tables, loaded, "csat") == pytest.approx(2.5)


def test_how_long_it_took_to_answer_a_survey_is_no_telephone_call(through):  # noqa: F811
    """A survey tool writes how long each answer took, and two more lines of headers: 20 promoters and 10 detractors."""
    groups = ["Promoter", "Promoter", "Passive", "Detractor"]
    labels = [
        "Start Date,Duration,Response ID,How likely - Group",
        '"{""a"": 1}","{""b"": 1}","{""c"": 1}","{""d"": 1}"',
    ]
    rows = labels + [f"{at},180,R_{place},{groups[place % 4]}" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("q.csv", "RecordedDate,Duration (in seconds),ResponseId,Q1_NPS_GROUP", rows)
    assert [one.table for one in said.sources] == ["surveys"]
    assert value(tables, loaded, "nps") == pytest.approx(25)


def test_a_log_of_messages_is_no_list_of_telephone_calls(through):  # noqa: F811
    """Every message has its own number and that of its conversation, and says who wrote."""
    rows = [
        f"m{place},c{place // 2},{'Outbound' if place % 2 else 'Inbound'},{at}" for place, at in enumerate(instants(40))
    ]
    said, _, tables = through("front.csv", "Message ID,Conversation ID,Direction,Message date", rows)
    assert [one.table for one in said.sources] == ["messages"]
    assert set(tables["messages"].select("author").distinct().fetchall()) == {("customer",), ("adviser",)}


SUMMARY = ["Jour", "Appels reçus", "Appels traités"]


def month(first, answered):
    """Return a sheet of a month of days with 100 calls each, under a title and above its total."""
    days = [START.replace(month=first) + timedelta(days=n) for n in range(20)]
    rows = [[day.date(), 100, answered] for day in days]
    return [["Suivi des appels"], SUMMARY, *rows, ["TOTAL", 2000, 20 * answered]]


def test_totals_at_the_foot_of_each_sheet_are_no_day(tmp_path):
    """Three sheets, one a month: 60 days of 100 calls, and none of the three totals."""
    sheets = {"Janvier": month(1, 90), "Février": month(2, 80), "Mars": month(3, 70)}
    _, loaded, tables = figures(workbook(tmp_path / "2026.xlsx", sheets), tmp_path)
    assert value(tables, loaded, "volume") == 6000
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.8)


def test_what_sheets_with_the_same_days_stand_for_is_asked(tmp_path):
    """Teams, or channels: only a person knows; the sheet that adds them up is neither."""
    path = workbook(tmp_path / "mars.xlsx", {"Paris": month(3, 90), "Lyon": month(3, 70), "Total": month(3, 80)})
    said = recognise([path], tmp_path)
    assert ([question.key for question in said.questions], said.kpis) == (["mars.xlsx:sheets"], ())
    told = recognise([path], tmp_path, answers={"mars.xlsx:sheets": "team"})
    (tmp_path / project.FILE).write_text(told.toml, encoding="utf-8")
    loaded = project.load(tmp_path)
    found = measure(read(loaded), loaded, kpis=["answer_rate"], every="year", by=["team"])
    assert dict(zip(found["team"], found["value"], strict=True)) == pytest.approx({"Lyon": 0.7, "Paris": 0.9})


def test_the_end_of_an_interval_is_no_second_day(through):  # noqa: F811
    """A summary says from when to when each of its rows reaches: it begins on the first of the two."""
    rows = [
        f"{START.date() + timedelta(days=n)} 00:00;{START.date() + timedelta(days=n + 1)} 00:00;100;90"
        for n in range(31)
    ]
    _, loaded, tables = through("file.csv", "Début de l'intervalle;Fin de l'intervalle;Offertes;Répondues", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.9)


def test_lists_of_subscribers_without_a_number_of_their_own(through):  # noqa: F811
    """Public lists name a subscriber by the telephone number alone; 10 of 40 left."""
    rows = [f"382-{place:04d},{place},{place % 4 == 0}" for place in range(40)]
    said, loaded, tables = through("churn.csv", "phone number,account length,churn", rows)
    found = measure(tables, loaded, kpis=["churn_rate"])
    assert said.sources[0].undated
    assert found["value"].iloc[0] == pytest.approx(0.25)


def test_a_date_of_the_last_change_is_not_that_of_the_solution(through):  # noqa: F811
    """`Resolution Action Updated Date` of a city's service requests is a change; the closing is what ends them."""
    rows = [f"{place},{at},{at},{at},Closed" for place, at in enumerate(instants(30))]
    head = "Unique Key,Created Date,Closed Date,Resolution Action Updated Date,Status"
    said, _, _ = through("311.csv", head, rows)
    assert headers(said.sources[0])["solved_at"] == "Closed Date"
    assert headers(said.sources[0])["updated_at"] == "Resolution Action Updated Date"


def test_numbers_of_tickets_without_a_unit_are_asked(tmp_path):
    """A reply after two hours is nothing rare: minutes are not told from seconds by how long they would be."""
    rows = [f"C{place},{at},Open,{place * 5 + 20}" for place, at in enumerate(instants(40))]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["Ticket ID,Created,Status,First response time", *rows]), encoding="utf-8")
    assert [question.key for question in recognise([path], tmp_path).questions] == ["tickets.csv:vendor_first_reply_s"]


def test_the_instants_of_a_ticket_show_the_unit_of_how_long_it_took(through):  # noqa: F811
    """Numbers that are the minutes from the opening to the solving are minutes."""
    took = [90 + 60 * place for place in range(40)]
    opened = [START + timedelta(minutes=97 * place) for place in range(40)]
    rows = [f"C{place},{at},{at + timedelta(minutes=took[place])},{took[place]}" for place, at in enumerate(opened)]
    said, _, _ = through("tickets.csv", "Ticket ID,Created,Resolved at,Time to resolution", rows)
    assert {"vendor_resolution_s": "minutes"} in [decision.units for decision in said.sources[0].decisions]


def test_where_one_is_the_best_the_words_count(through):  # noqa: F811
    """`1 - Very satisfied` is the highest answer; of a header that says so and no more, nothing is measured."""
    texts = ["1 - Très satisfait", "1 - Très satisfait", "2 - Neutre", "3 - Insatisfait"]
    rows = [f"{at},{texts[place % 4]}" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("avis.csv", "Date,Satisfaction", rows)
    assert value(tables, loaded, "csat") == pytest.approx(2.25)
    rows = [f"{at},{place % 5 + 1}" for place, at in enumerate(instants(40))]
    said, _, _ = through("avis.csv", "Date,Satisfaction (1 = très satisfait / 5 = pas du tout satisfait)", rows)
    assert "csat" not in said.kpis


@pytest.mark.parametrize("nothing", ["", "-"])
def test_what_is_only_ever_ticked_is_a_no_where_it_is_empty(through, nothing):  # noqa: F811
    """Of 40 calls 30 have a cross under answered, of 40 tickets 30 under resolved: 75 % each, and not all."""
    ticks = ["X" if place % 4 else nothing for place in range(40)]
    rows = [f"{at},{tick},{tick},30" for at, tick in zip(instants(40), ticks, strict=True)]
    said, loaded, tables = through("pointage.csv", "Date et heure,Appel décroché,Résolu,Attente (s)", rows)
    assert "empty_is_no" in said.sources[0].assumed
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.75)
    rows = [f"T{place},{at},{ticks[place]}" for place, at in enumerate(instants(40))]
    _, _, tables = through("tickets.csv", "N° ticket,Ouvert le,Résolu", rows)
    assert len(tables["requests"].filter("resolved").fetchall()) == 30


def test_a_ticket_without_a_state_is_open_where_the_others_are_done(through):  # noqa: F811
    """A list that says `Clos` or nothing: 30 of 40 are closed, and not all of those that are known."""
    rows = [f"T{place},{at},{'Clos' if place % 4 else ''}" for place, at in enumerate(instants(40))]
    said, _, tables = through("tickets.csv", "N° ticket,Ouvert le,Statut", rows)
    assert "empty_is_no" in said.sources[0].assumed
    assert len(tables["requests"].filter("resolved").fetchall()) == 30


def test_what_a_total_says_is_no_code(through):  # noqa: F811
    """The line at the foot has no date: what stands under the state is asked of nobody."""
    rows = [f"{at};{'Traité' if place % 4 else 'Abandonné'}" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("appels.csv", "Date;Statut", [*rows, "Total;40 appels", ";600"])
    assert not said.questions
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.75)


def test_a_date_or_a_duration_is_nobody(through):  # noqa: F811
    """`Traitée le` is when, and `Sonnerie agent (s)` how long: neither is an adviser."""
    rows = [f"R{place},{at[:10]},{at[:10] if place % 4 else ''},{'Clos' if place % 4 else 'En cours'}"
            for place, at in enumerate(instants(40))]  # fmt: skip
    said, _, _ = through("reclamations.csv", "N° réclamation,Reçue le,Traitée le,État", rows)
    assert headers(said.sources[0])["solved_at"] == "Traitée le"
    assert "adviser_id" not in headers(said.sources[0])
    rows = [f"{at},{'Abouti' if place % 4 else 'Abandon'},{place % 9}" for place, at in enumerate(instants(40))]
    said, _, _ = through("appels.csv", "Horodatage,Résultat,Sonnerie agent (s)", rows)
    assert headers(said.sources[0])["ring_s"] == "Sonnerie agent (s)"


def test_a_name_of_two_words_in_one_is_one_channel(through):  # noqa: F811
    """`WhatsApp`, written as it writes itself, is known and digital."""
    rows = [f"T{place},{at},WhatsApp,Open" for place, at in enumerate(instants(40))]
    said, loaded, tables = through("wa.csv", "Ticket ID,Created,Channel,Status", rows)
    assert "channel_codes_other" not in said.sources[0].assumed
    assert value(tables, loaded, "digital_rate") == 1


def test_calls_of_a_file_that_says_so_are_outbound(through):  # noqa: F811
    """Whom a campaign reached is no answer rate of those who called."""
    rows = [f"{at},{'Answered' if place % 2 else 'No answer'},30" for place, at in enumerate(instants(40))]
    said, _, _ = through("outbound_march.csv", "Call date,Disposition,Talk time (s)", rows)
    assert "direction_outbound" in said.sources[0].assumed
    assert "answer_rate" not in said.kpis


@pytest.mark.parametrize(("head", "parts"), [("Date,Heure", ["9h-10h", "10h-11h"]), ("Date,Équipe", ["Nord", "Total"])])
def test_why_a_summary_is_refused_is_said(tmp_path, head, parts):
    """Its days come several times: hours, or a total beside the teams, would be counted as days."""
    rows = [f"{START.date() + timedelta(days=n)},{part},100,90" for n in range(20) for part in parts]
    path = tmp_path / "appels.csv"
    path.write_text("\n".join([f"{head},Appels reçus,Appels traités", *rows]), encoding="utf-8")
    with pytest.raises(SourceError, match="are several: keep one row a day"):
        recognise([path], tmp_path)
