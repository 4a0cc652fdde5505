"""What a further word in a header alters: a denial turns yes and no, a bound or a plan makes it another thing."""

import pytest
from test_recognise_shapes import headers, instants, through, value  # noqa: F401 - a fixture

from kpitools.errors import SourceError
from kpitools.sources.recognise import recognise
from kpitools.sources.recognise.words import bounded, code, denies, flag, hear


@pytest.mark.parametrize("header", ["Non répondu", "Not answered", "Unanswered", "N'est pas décroché"])
def test_yes_under_a_header_that_denies_is_no(through, header):  # noqa: F811
    """Of 40 calls 10 were not answered, and that is what the flag says."""
    rows = [f"{at},{'N' if place % 4 else 'Y'},{place + 1}" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("appels.csv", f"Date appel,{header},Attente (s)", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.75)


@pytest.mark.parametrize("header", ["Non résolu", "Not solved", "Unresolved"])
def test_a_ticket_under_a_header_that_denies_is_open_where_it_says_yes(through, header):  # noqa: F811
    """Of 40 tickets 10 are not resolved."""
    rows = [f"T{place},{at},{'No' if place % 4 else 'Yes'}" for place, at in enumerate(instants(40))]
    _, _, tables = through("tickets.csv", f"Ticket ID,Created,{header}", rows)
    assert len(tables["requests"].filter("not resolved").fetchall()) == 10


@pytest.mark.parametrize("header", ["Not resolved", "Résolu sans transfert", "Pas encore résolu"])
def test_a_denial_that_turns_no_word_is_not_read(through, header):  # noqa: F811
    """Resolved without a transfer is not resolved or not; a column of calls that denies is left to the reader."""
    rows = [f"{at},{'Y' if place % 4 else 'N'},Y,9" for place, at in enumerate(instants(40))]
    said, _, _ = through("calls.csv", f"Call date,Answered,{header},Wait (s)", rows)
    assert said.sources[0].not_used == (header,)


@pytest.mark.parametrize("header", ["Churned (yes/no)", "Résolu (oui/non)", "Résolu ou non", "Résolu oui ou non ?"])
def test_both_answers_in_a_header_deny_nothing(header):
    """A header may name the two answers it takes."""
    assert denies(header) is None


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("calls", "Answered within 20s"),
        ("calls", "Répondu < 30 s"),
        ("calls", "Estimated wait (s)"),
        ("calls", "Attente max (s)"),
        ("calls", "Attente cumulée (s)"),
        ("tickets", "Resolved within SLA"),
        ("tickets", "Résolu dans les délais"),
        ("tickets", "Resolved at first contact"),
        ("tickets", "Resolution time target (h)"),
        ("tickets", "Previous status"),
        ("tickets", "Predicted resolved"),
    ],
)
def test_a_part_or_a_plan_is_not_the_whole(tmp_path, kind, header):
    """What was answered in time is less than what was answered; an announced wait is not the wait."""
    cell = {"s": "60", "h": "48"}.get(header[-2:-1] if header.endswith(")") else "", "Yes")
    cells = [cell if place % 3 else ("30" if cell.isdigit() else "No") for place in range(40)]
    lead = "Call ID,Call date,Talk time (s)" if kind == "calls" else "Ticket ID,Created,Reopens"
    rows = [f"X{place},{at},{place % 3 + 9},{cells[place]}" for place, at in enumerate(instants(40))]
    path = tmp_path / f"{kind}.csv"
    path.write_text("\n".join([f"{lead},{header}", *rows]), encoding="utf-8")
    assert header in recognise([path], tmp_path).sources[0].not_used


@pytest.mark.parametrize("header", ["Resolution due", "Date de résolution prévue", "Expected resolution date"])
def test_a_planned_date_is_not_when_it_happened(through, header):  # noqa: F811
    """A due date says nothing of how long a resolution took."""
    rows = [f"T{place},{at},2026-03-2{place % 9},Solved" for place, at in enumerate(instants(40))]
    said, _, _ = through("tickets.csv", f"Ticket ID,Created,{header},Status", rows)
    assert "solved_at" not in headers(said.sources[0])


@pytest.mark.parametrize("hours", ["business hours", "working hours", "heures ouvrées"])
def test_a_reply_in_opening_hours_is_not_the_time_that_passed(through, hours):  # noqa: F811
    """Half an hour of opening may be a night: it is the vendor's own figure, and no first reply time of ours."""
    name = "Délai première réponse" if "ouv" in hours else "First response time"
    rows = [f"T{place},{at},Solved,0:{place + 10}:00" for place, at in enumerate(instants(40))]
    said, _, _ = through("tickets.csv", f"Ticket ID,Created,Status,{name} ({hours})", rows)
    assert {"vendor_first_reply_open_s"} == {n for n in headers(said.sources[0]) if n.startswith("vendor")}
    assert "first_reply_time" not in said.kpis


def test_answered_in_20_seconds_is_not_answered_in_a_summary(tmp_path):
    """A summary that counts only what was answered in time has no answer rate."""
    rows = [f"{at[:10]},{100 + place},{60 + place}" for place, at in enumerate(instants(400)[::15])]
    path = tmp_path / "jours.csv"
    path.write_text("\n".join(["Date;Appels reçus;Appels répondus < 20 s".replace(";", ","), *rows]), encoding="utf-8")
    with pytest.raises(SourceError, match="nothing is recognised"):
        recognise([path], tmp_path)


def test_what_a_header_says_itself_does_not_narrow_it():
    """A phrase that holds such a word means it; a service level has its seconds."""
    assert hear("Contract end date planned", ("planned",)).score
    assert not bounded("FCR (first contact resolution)", "first contact resolution")
    assert flag("outcome", "Missed") == {True: "abandoned", False: "answered"}


def test_the_newest_line_of_a_log_of_states_counts(through):  # noqa: F811
    """`Changed at` says which of a ticket's lines is the newest, in whatever order the file has them."""
    rows = [f"T{n},{at},{day},{state}" for n, at in enumerate(instants(40))
            for day, state in (("2026-04-20", "Resolved"), ("2026-04-02", "New"))]  # fmt: skip
    _, _, tables = through("log.csv", "Ticket ID,Created,Changed at,Status", rows)
    assert len(tables["requests"].filter("resolved").fetchall()) == 40


def test_rows_with_one_number_are_legs_of_one_call(through):  # noqa: F811
    """Each call rang with somebody who did not pick up for 10 s, then was answered after 5 s: none was missed."""
    rows = [f"A{n},{at},{who}" for n, at in enumerate(instants(40)) for who in ("Ana,Missed,10,0", "Zoé,Answered,5,60")]
    said, loaded, tables = through("rings.csv", "Call ID,Start time,Agent,Result,Ring time (s),Talk time (s)", rows)
    assert "rows_are_legs" in said.sources[0].assumed
    assert value(tables, loaded, "answer_rate") == 1
    assert tables["contacts"].aggregate("sum(ring_s), sum(talk_s), count(*)").fetchall() == [(600, 2400, 40)]


def test_a_leg_that_is_delivered_twice_is_one(through):  # noqa: F811
    """The second half of the file repeats the first: nothing is talked twice."""
    rows = [f"A{n},{at},{who}" for n, at in enumerate(instants(40)) for who in ("Ana,Answered,60", "Zoé,Answered,5")]
    _, _, tables = through("legs.csv", "Call ID,Start time,Agent,Result,Talk time (s)", [*rows, *rows])
    assert tables["contacts"].aggregate("sum(talk_s), count(*)").fetchall() == [(2600, 40)]
    assert dict(tables.accounts[0].excluded) == {"duplicate": 80, "leg": 40}


def test_a_number_that_returns_on_another_day_is_another_call(tmp_path):
    """A counter that starts anew every day joins no calls, and no row that is there twice is a leg."""
    rows = [f"{n % 20},{at},Answered,{n}" for n, at in enumerate(instants(400))]
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(["Call ID,Start time,Result,Talk time (s)", *rows]), encoding="utf-8")
    assert "rows_are_legs" not in recognise([path], tmp_path).sources[0].assumed
    path.write_text("\n".join(["Call ID,Start time,Result,Talk time (s)", *(2 * rows[:15])]), encoding="utf-8")
    assert "rows_are_legs" not in recognise([path], tmp_path).sources[0].assumed


@pytest.mark.parametrize("header", ["Responses", "Nombre de réponses"])
def test_means_of_many_answers_are_not_answers(tmp_path, header):
    """A mean of 90 answers would weigh as much as one of 5: what is needed instead is said."""
    rows = [f"{at[:10]},{n % 5 + 1},{n % 7 + 5}" for n, at in enumerate(instants(40))]
    path = tmp_path / "csat.csv"
    path.write_text("\n".join([f"Date,CSAT,{header}", *rows]), encoding="utf-8")
    with pytest.raises(SourceError, match="needed is a row an answer"):
        recognise([path], tmp_path)


def test_what_is_to_be_solved_is_not_solved(tmp_path):
    """`To be closed` is asked about, as no list knows it."""
    rows = [f"T{n},{at},{'Resolved' if n % 4 else 'To be closed'}" for n, at in enumerate(instants(40))]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["Ticket ID,Created,Status", *rows]), encoding="utf-8")
    assert [one.key for one in recognise([path], tmp_path).questions] == ["tickets.csv:status=To be closed"]


def test_what_follows_a_before_did_not_happen():
    """Who hung up before being answered was not answered."""
    assert code("outcome", "Raccroché avant décroché") == "abandoned"
    assert code("outcome", "Caller hung up before answered") == "abandoned"
    assert code("outcome", "Disconnected before connected") is None


@pytest.mark.parametrize(
    ("column", "text", "meant"),
    [
        ("outcome", "Answered by voicemail", "voicemail"),
        ("outcome", "Traitement abandonné", "abandoned"),
        ("outcome", "Answered", "answered"),
        ("status", "Clos - doublon", "merged"),
        ("status", "Resolved, awaiting customer", "pending"),
        ("status", "Traité - clos", "solved"),
        ("status", "New / open", "new"),
    ],
)
def test_a_code_that_says_two_things_ends_as_the_worse_of_them(column, text, meant):
    """An answering machine is no adviser, and a duplicate that is closed is no request solved."""
    assert code(column, text) == meant
