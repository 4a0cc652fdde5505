"""Exports of shapes that no system of ours writes: what each column is taken for, and the figures that follow."""

from datetime import datetime, timedelta

import pytest

from kpitools import project
from kpitools.errors import SourceError
from kpitools.measure import measure
from kpitools.sources import read
from kpitools.sources.recognise import recognise

START = datetime(2026, 3, 1, 9)


@pytest.fixture
def through(tmp_path, monkeypatch):
    """Return what comes of the text of an export through init and nothing else."""
    monkeypatch.setenv("KPITOOLS_KEY", "a key for tests")

    def run(name, head, rows):
        path = tmp_path / name
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        said = recognise([path], tmp_path)
        (tmp_path / project.FILE).write_text(said.toml, encoding="utf-8")
        loaded = project.load(tmp_path)
        return said, loaded, read(loaded)

    return run


def value(tables, loaded, kpi):
    """Return the one value of a KPI in 2026."""
    return measure(tables, loaded, kpis=[kpi], every="year")["value"].iloc[0]


def headers(proposal):
    """Return each canonical column with the header that it is read from."""
    return {column.column: column.headers[0] for column in proposal.columns}


def instants(count, form="%Y-%m-%d %H:%M:%S"):
    """Return one time after the other, 97 minutes apart."""
    return [f"{START + timedelta(minutes=97 * place):{form}}" for place in range(count)]


@pytest.mark.parametrize("said", [("Incoming", "Outgoing", "Missed"), ("Entrant", "Sortant", "Manqué")])
def test_one_column_of_types_tells_direction_and_outcome(through, said):
    """Of 30 incoming, 10 outgoing and 6 missed calls, 30 of the 36 that came in were answered."""
    kinds = [said[0]] * 30 + [said[1]] * 10 + [said[2]] * 6
    rows = [f"{at},{kind},30" for at, kind in zip(instants(46), kinds, strict=True)]
    proposed, loaded, tables = through("log.csv", "Start Time,Call Type,Talk time (s)", rows)
    assert value(tables, loaded, "answer_rate") == pytest.approx(30 / 36)
    assert "type_of_call" in proposed.sources[0].assumed
    assert "direction_inbound" not in proposed.sources[0].assumed


def test_a_header_without_a_letter_is_no_reason_to_stop(through):
    """A survey tool heads its first column '#'; of 30 answers 10 and 10 answers 0 follows an NPS of 50."""
    rows = [f"{place},{10 if place % 4 else 0},{at}" for place, at in enumerate(instants(40))]
    _, loaded, tables = through("form.csv", "#,NPS (0-10),Submit Date (UTC)", rows)
    assert value(tables, loaded, "nps") == pytest.approx(50)


def test_the_date_of_an_order_or_of_the_answer_is_not_that_of_the_contact(through):
    """A contact begins when it was reported, a survey has its own date, and a channel's name is a channel."""
    ordered, reported, answered = (instants(40, "%Y-%m-%d %H:%M") for _ in range(3))
    ways = ["Inbound", "Outcall", "Email", "Inbound"]
    rows = [
        f"u{place},{ways[place % 4]},{ordered[place]},{reported[place]},{answered[place][:10]},{place % 5 + 1},{place}"
        for place in range(40)
    ]
    head = "Unique id,channel_name,order_date_time,Issue_reported at,Survey_response_Date,CSAT Score,Handling time (s)"
    proposed, _, _ = through("support.csv", head, rows)
    contacts, survey = proposed.sources
    assert headers(contacts)["started_at"] == "Issue_reported at"
    assert headers(contacts)["channel"] == "channel_name"
    assert "channel_phone" not in contacts.assumed
    assert headers(survey)["sent_at"] == "Survey_response_Date"
    assert "survey_date_of_record" not in survey.assumed


def test_an_address_that_most_rows_share_is_an_advisers(through):
    """Two addresses in a hundred calls are those of two advisers; the caller's number is the customer."""
    rows = [f"{at},inbound,yes,{'ab'[place % 2]}@firm.example" for place, at in enumerate(instants(100))]
    proposed, _, _ = through("calls.csv", "date_started,direction,answered,email", rows)
    assert "customer_id" not in headers(proposed.sources[0])
    rows = [f"{row},+3360000{place:04d}" for place, row in enumerate(rows)]
    proposed, _, _ = through("calls.csv", "date_started,direction,answered,email,external_number", rows)
    assert headers(proposed.sources[0])["customer_id"] == "external_number"


def test_a_cancelled_order_is_no_sale(through):
    """Of 40 orders 10 were cancelled and 5 returned: 25 count, and each of the others says why it does not."""
    state = ["Livrée"] * 25 + ["Annulée"] * 10 + ["Retournée"] * 5
    rows = [
        f"C{place};{place % 9};{at};{said}" for place, (at, said) in enumerate(zip(instants(40), state, strict=True))
    ]
    _, _, tables = through("commandes.csv", "N° commande;N° client;Date de commande;Statut", rows)
    (account,) = tables.accounts
    assert (account.used, dict(account.excluded)) == (25, {"not_sold": 15})


def test_tickets_in_french_with_the_names_of_months(through):
    """`12/févr./26 9:05 AM` is a date, and keys, reporters and changes have French headers; 30 of 40 are resolved."""
    days = [f"{place % 28 + 1:02d}/févr./26 9:05 AM" for place in range(40)]
    rows = [f"SUP-{place},{'Terminé' if place % 4 else 'En cours'},u{place},{day},{day},{day if place % 4 else ''}"
            for place, day in enumerate(days)]  # fmt: skip
    proposed, _, tables = through("jira.csv", "Clé de ticket,État,Rapporteur,Création,Mise à jour,Résolu", rows)
    assert headers(proposed.sources[0]) == {
        "request_id": "Clé de ticket", "customer_id": "Rapporteur", "created_at": "Création", "solved_at": "Résolu",
        "updated_at": "Mise à jour", "status": "État",
    }  # fmt: skip
    assert len(tables["requests"].filter("resolved").fetchall()) == 30


def test_whole_days_are_said_to_be_whole_days(through):
    """Where tickets have dates without times, how long they took is known in days only, and init says so."""
    rows = [f"{place},{at[:10]},{at[:10]}" for place, at in enumerate(instants(30))]
    proposed, _, _ = through("tickets.csv", "Ticket ID,Ticket created - Date,Ticket solved - Date", rows)
    assert "dates_without_times" in proposed.sources[0].assumed
    rows = [f"{place},{at},{at}" for place, at in enumerate(instants(30))]
    proposed, _, _ = through("tickets.csv", "Ticket ID,Ticket created - Date,Ticket solved - Date", rows)
    assert "dates_without_times" not in proposed.sources[0].assumed


SUMMARY = "Date,Incoming Calls,Answered Calls,Answer Rate,Abandoned Calls,Answer Speed (AVG),Service Level (20 Seconds)"


def days(count, every=1):
    """Return the rows of a summary: day n has 100 + n calls, all but n of them answered, after n seconds."""
    return [
        f"{START + timedelta(days=every * n):%Y-%m-%d},{100 + n},100,{100 / (100 + n):.2%},{n},0:00:{n:02d},{60 + n}%"
        for n in range(count)
    ]


def test_a_daily_summary_is_figures_and_a_mean_is_weighted(through):
    """31 days of 100 answered calls and n lost: 3100 of 3565 answered, a mean wait of 15 s; no mean of the rates."""
    proposed, loaded, tables = through("daily.csv", SUMMARY, [*days(31), "Total,3565,3100,,465,,"])
    assert (proposed.sources[0].table, proposed.sources[0].every) == ("figures", "day")
    assert value(tables, loaded, "answer_rate") == pytest.approx(3100 / 3565)
    assert value(tables, loaded, "abandonment_rate") == pytest.approx(465 / 3565)
    assert value(tables, loaded, "volume") == 3565
    waits = measure(tables, loaded, kpis=["wait_time"], every="year")
    assert waits.loc[waits["statistic"] == "mean", "value"].iloc[0] == pytest.approx(15)
    level = sum((100 + n) * (60 + n) / 100 for n in range(31)) / 3565
    assert value(tables, loaded, "service_level") == pytest.approx(level)
    assert "mean_of_answered" in proposed.sources[0].assumed


def test_the_distance_of_the_dates_is_how_long_a_row_covers(through, tmp_path):
    """Rows seven days apart are weeks; of rows a fortnight apart nobody can tell, and that is asked."""
    proposed, _, _ = through("weekly.csv", SUMMARY, days(20, every=7))
    assert proposed.sources[0].every == "week"
    path = tmp_path / "summary.csv"
    path.write_text("\n".join([SUMMARY, *days(20, every=14)]), encoding="utf-8")
    assert [question.key for question in recognise([path], tmp_path).questions] == ["summary.csv:every"]
    answered = recognise([path], tmp_path, answers={"summary.csv:every": "week"})
    assert (answered.questions, answered.sources[0].every) == ((), "week")


def test_a_service_level_in_other_seconds_is_not_ours(through):
    """Our definition counts within 20 seconds: a level within 30 is left out."""
    proposed, _, _ = through("daily.csv", SUMMARY.replace("20 Seconds", "30 Seconds"), days(31))
    assert "service_level" not in proposed.sources[0].figures
    assert "Service Level (30 Seconds)" in proposed.sources[0].not_used


def test_counts_that_do_not_agree_are_no_summary(through):
    """Where more are answered than offered, the columns are not what their headers say, and nothing is taken."""
    rows = [f"{at[:10]},{10},{20}" for at in instants(400)[::15]]
    with pytest.raises(SourceError, match="nothing is recognised"):
        through("odd.csv", "Date,Incoming Calls,Answered Calls", rows)


def test_totals_of_hours_are_not_taken_for_contacts(through):
    """A row of an interval report adds up many calls: 50 rows are not 50 calls, and what would be right is said."""
    rows = [f"{at[:13]}:00,{20 + place % 7},{18 + place % 7},{150 + place}" for place, at in enumerate(instants(50))]
    with pytest.raises(SourceError, match=r"a row a day, week or month \(not an hour\)"):
        through("hours.csv", "Interval Start,Offered,Answered,Avg Talk Time (s)", rows)


def test_a_summary_by_team_adds_up_its_teams_and_no_total(through):
    """Two teams with 60 and 40 calls a day, 50 and 40 answered: 90 % in all; beside a team "Total" nothing is taken."""
    head = "Date,Team,Calls offered,Calls answered"
    rows = [f"{START + timedelta(days=n):%Y-%m-%d},{team}" for n in range(30) for team in ("Nord,60,50", "Sud,40,40")]
    proposed, loaded, tables = through("teams.csv", head, rows)
    assert headers(proposed.sources[0])["team"] == "Team"
    assert value(tables, loaded, "answer_rate") == pytest.approx(0.9)
    both = [f"{START + timedelta(days=n):%Y-%m-%d},Total,100,90" for n in range(30)]
    with pytest.raises(SourceError, match="nothing is recognised"):
        through("teams.csv", head, [*rows, *both])


def test_a_list_of_sales_calls_tells_who_called_and_who_bought(through):
    """Of 40 outgoing calls 10 ended in a sale: 25 %; whom they reached is no answer rate."""
    ends = ["Joint;Oui", "Joint;Non", "Absent;Non", "Répondeur;Non"]
    rows = [f"{at};Camille;Sortant;{ends[place % 4]}" for place, at in enumerate(instants(40))]
    head = "Date et heure;Téléopérateur;Type d'appel;Résultat;Vente"
    proposed, loaded, tables = through("televente.csv", head, rows)
    assert value(tables, loaded, "conversion_rate") == pytest.approx(0.25)
    assert headers(proposed.sources[0])["adviser_id"] == "Téléopérateur"
    assert "answer_rate" not in proposed.kpis
