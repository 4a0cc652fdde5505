"""An export alone is enough: what it is, what its columns mean, and what only a person can say."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from kpitools import project
from kpitools.errors import SourceError
from kpitools.measure import measure
from kpitools.schema import TABLES
from kpitools.sources import read
from kpitools.sources.recognise import recognise
from kpitools.sources.recognise.own import TABLES as OWN_TABLES

DATA = Path(__file__).parents[2] / "../shared/data"
CALLS = "pwc_calls/Call-Center-Dataset.xlsx"
SURVEYS = "nps_bank/NPStimeseries.csv"


def given(name):
    """Return a published export, or skip where the folder of trial data is absent."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"needs {name} of the shared trial data")
    return path


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("KPITOOLS_KEY", "a key for tests")


@pytest.fixture
def through(tmp_path):
    """Return what comes of exports through init and nothing else: recognised, written, loaded, read."""

    def run(*paths, **options):
        said = recognise(paths, tmp_path, **options)
        (tmp_path / project.FILE).write_text(said.toml, encoding="utf-8")
        loaded = project.load(tmp_path)
        return said, loaded, read(loaded)

    return run


def values(tables, loaded, kpi, every="year", statistic=None):
    """Return the values of a KPI in the order of the periods."""
    rows = measure(tables, loaded, kpis=[kpi], every=every)
    return rows[rows["statistic"] == (statistic or rows["statistic"].iloc[0])]["value"].tolist()


def balances(tables):
    """Return how many rows each source read, used, excluded and set aside."""
    return [(a.read, a.used, sum(a.excluded.values()), sum(a.set_aside.values())) for a in tables.accounts]


def test_calls_give_the_published_figures_unaided(through):
    """A call export feeds contacts and surveys; its figures are those worked out apart for the same file."""
    said, loaded, tables = through(given(CALLS))
    assert balances(tables) == [(5000, 5000, 0, 0), (5000, 4054, 946, 0)]
    assert not said.questions
    assert values(tables, loaded, "answer_rate", "month") == pytest.approx([0.821106, 0.803218, 0.807072], abs=5e-7)
    assert values(tables, loaded, "answer_rate") == pytest.approx([0.8108], abs=1e-12)
    assert values(tables, loaded, "wait_time") == pytest.approx([67.520720], abs=5e-7)
    assert values(tables, loaded, "talk_time") == pytest.approx([224.922792], abs=5e-7)
    assert values(tables, loaded, "csat") == pytest.approx([3.403552], abs=5e-7)


def test_what_calls_do_not_say_is_marked_as_assumed(tmp_path):
    """Channel, direction and the scale of the rating are not in the file: each is on the list that pages print."""
    said = recognise([given(CALLS)], tmp_path)
    loaded = project.from_mapping(tomllib.loads(said.toml), tmp_path)
    contacts, surveys = loaded.sources
    assert {"channel_phone", "direction_inbound", "unanswered_is_abandoned"} == set(contacts.assumed)
    assert {"scale_1_5", "survey_date_of_record"} == set(surveys.assumed)
    assert loaded.about.assumed == ["timezone_utc"]


def test_nps_surveys_give_the_published_months_unaided(through):
    """Dates are read with the day first: with the month first the months would differ from the known answers."""
    _, loaded, tables = through(given(SURVEYS))
    assert balances(tables) == [(5000, 5000, 0, 0)]
    assert values(tables, loaded, "nps") == pytest.approx([11.80], abs=1e-9)
    months = [13.2558, 10.0503, 19.0594, 9.4629, 15.8730, 8.7282, 9.7252, 9.5349, 10.4762, 8.3333, 12.0192, 15.0]
    assert values(tables, loaded, "nps", "month") == pytest.approx(months, abs=5e-5)


def test_an_event_log_counts_each_request_once(through):
    """5,998 events are 890 incidents: the newest state of each holds, whatever the order of the rows."""
    said, loaded, tables = through(given("incident_uci/incident_event_log.csv"))
    assert balances(tables) == [(5998, 890, 5108, 0)]
    assert values(tables, loaded, "resolution_rate", "year")
    assert "newest_state_counts" in loaded.sources[0].assumed
    assert not said.questions


def test_tickets_with_a_rating_give_requests_and_surveys(through):
    """A ticket export with a satisfaction score feeds both tables; hours to reply give the published mean."""
    said, loaded, tables = through(given("support_tickets_synth/customer_support_tickets.csv"))
    assert balances(tables) == [(1000, 1000, 0, 0), (1000, 428, 572, 0)]
    assert [source.table for source in loaded.sources] == ["requests", "surveys"]
    assert "First_Response_Time_Hours" not in said.sources[0].not_used
    replied = measure(tables, loaded, kpis=["first_reply_time"], every="year")
    means = replied[replied["statistic"] == "mean"]
    assert (means["value"] * means["n"]).sum() / 1000 == pytest.approx(17.52057 * 3600)


def test_ticket_tables_of_a_helpdesk_are_requests(through):
    """The helpdesk's ten tickets are ten requests, two of them deleted; its table of users is nothing at all."""
    _, _, tables = through(given("zendesk_seed/ticket_data.csv"))
    assert balances(tables) == [(10, 8, 2, 0)]
    with pytest.raises(SourceError, match="nothing is recognised"):
        recognise([given("zendesk_seed/user_data.csv")], Path())


def test_customers_without_dates_give_the_published_churn_unaided(through):
    """Of the 7,043 customers of the published list 1,869 have left; without dates nothing else can be measured."""
    said, loaded, tables = through(given("telco_churn_ibm/Telco-Customer-Churn.csv"))
    assert balances(tables) == [(7043, 7043, 0, 0)]
    assert said.kpis == ("churn_rate", "retention_rate")
    assert values(tables, loaded, "churn_rate") == pytest.approx([1869 / 7043], abs=1e-12)
    assert values(tables, loaded, "retention_rate") == pytest.approx([5174 / 7043], abs=1e-12)


SNAPSHOT = "customerID,tenure,PhoneService,Contract,Churn\n" + "".join(
    f"C{n},{n},{'Yes' if n % 2 else 'No'},{'Monthly' if n <= 30 else 'Yearly'},{'Yes' if n <= 10 else 'No'}\n"
    for n in range(1, 41)
)


def test_a_list_of_customers_with_a_flag_is_a_snapshot(tmp_path):
    """Who left is a flag, whether somebody has a telephone is no number; the definitions in use are written down."""
    path = tmp_path / "list.csv"
    path.write_text(SNAPSHOT)
    said = recognise([path], tmp_path)
    assert [(one.table, one.undated) for one in said.sources] == [("customers", True)]
    assert {column.column: column.headers for column in said.sources[0].columns} == {
        "customer_id": ("customerID",),
        "left": ("Churn",),
    }
    assert {"churn_rate", "retention_rate"} == set(said.kpis)
    loaded = project.from_mapping(tomllib.loads(said.toml), tmp_path)
    assert loaded.kpi("churn_rate").definition == "lost_of_customers_listed"
    assert loaded.sources[0].assumed == ["snapshot_without_dates"]


def test_a_flag_beside_dates_makes_no_snapshot(tmp_path):
    """A list that has any column of dates is none: which date it is has to be told first."""
    path = tmp_path / "list.csv"
    path.write_text("customerID,Last seen,Born,Churn\nC1,2026-01-05,1980-01-31,Yes\nC2,2026-02-05,1990-01-31,No\n")
    with pytest.raises(SourceError, match="nothing is recognised"):
        recognise([path], tmp_path)


def test_a_file_without_any_date_or_flag_is_refused_in_words(tmp_path):
    """It is said what was found and what each table needs."""
    path = tmp_path / "list.csv"
    path.write_text("customerID,tenure\nC1,3\nC2,4\n")
    with pytest.raises(SourceError, match=r"tenure.*contacts: a date.*requests: a ticket number.*surveys: a score"):
        recognise([path], tmp_path)


@pytest.mark.parametrize(("name", "content"), [("absent.csv", None), ("empty.csv", "")])
def test_a_missing_or_empty_file_is_refused_by_name(tmp_path, name, content):
    """What cannot be opened is named."""
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match=name):
        recognise([tmp_path / name], tmp_path)


CHANCE = Random(7)  # noqa: S311 - a simulated export
ROWS = [
    (
        n,
        datetime(2023, 1, 2, 8) + timedelta(minutes=97 * n),
        n % 5 != 0,
        CHANCE.randint(3, 180),
        CHANCE.randint(30, 900),
    )
    for n in range(300)
]
"""Number, start, answered (4 of 5), wait and talk in seconds."""
WAIT = sum(wait for *_, answered, wait, _ in ROWS if answered) / 240
TALK = sum(talk for *_, answered, _, talk in ROWS if answered) / 240


def clock(seconds):
    """Write seconds as hh:mm:ss."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def table(path, header, rows, separator=","):
    """Write a delimited file and return its path."""
    lines = [separator.join(header), *(separator.join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


CALL_FILES = {
    "French, date and time apart, yes or no": (
        ["N° d'appel", "Date d'appel", "Heure", "Décroché", "Temps d'attente (s)", "Durée de conversation"],
        lambda n, t, a, w, k: [n, f"{t:%d/%m/%Y}", f"{t:%H:%M}", "Oui" if a else "Non", w, clock(k) if a else ""],
    ),
    "French, outcome in words, clocks": (
        ["Identifiant", "Date et heure", "Statut", "Attente", "Durée"],
        lambda n, t, a, w, k: [n, f"{t:%d/%m/%y %H:%M}", "Répondu" if a else "Perdu", clock(w), clock(k) if a else ""],
    ),
    "English, a missed flag, month first": (
        ["Call ID", "Date", "Missed", "Wait time (sec)", "Talk time (sec)"],
        lambda n, t, a, w, k: [n, f"{t:%m/%d/%Y %I:%M %p}", int(not a), w, k if a else ""],
    ),
    "words run together, minutes": (
        ["callid", "starttime", "callstatus", "WaitTimeMinutes", "TalkTimeMinutes"],
        lambda n, t, a, w, k: [n, t.isoformat(), "ANSWERED" if a else "NO ANSWER", w / 60, k / 60 if a else ""],
    ),
    "fractions of a day": (
        ["Call Ref", "Call Date", "Outcome", "Wait Duration", "Talk Duration"],
        lambda n, t, a, w, k: [n, t.isoformat(), "Connected" if a else "Abandoned", w / 86400, k / 86400 if a else ""],
    ),
    "no unit, but the end less the start shows it": (
        ["id", "start_time", "end_time", "answered", "wait", "talk"],
        lambda n, t, a, w, k: [n, t, t + timedelta(seconds=w + k * a), "Y" if a else "N", w / 60, k / 60 if a else 0],
    ),
    "headers that say nothing": (
        ["A", "Moment", "Z", "ASA (s)", "ATT talk (s)"],
        lambda n, t, a, w, k: [n, f"{t:%d.%m.%Y %H:%M}", "Answered" if a else "Missed", w, k if a else ""],
    ),
}


@pytest.mark.parametrize("kind", CALL_FILES)
def test_one_set_of_calls_gives_the_same_figures_however_it_is_written(through, tmp_path, kind):
    """Headers, codes, dates, durations and separators differ; rate, wait and talk do not, and no row is lost."""
    header, row = CALL_FILES[kind]
    said, loaded, tables = through(table(tmp_path / "export.csv", header, [row(*one) for one in ROWS], ";"))
    assert balances(tables) == [(300, 300, 0, 0)]
    assert not said.questions
    assert tables.coverage.first == ROWS[0][1].date()
    assert tables.coverage.last == ROWS[-1][1].date()
    assert values(tables, loaded, "answer_rate") == pytest.approx([0.8])
    assert values(tables, loaded, "wait_time") == pytest.approx([WAIT], abs=0.01)
    assert values(tables, loaded, "talk_time") == pytest.approx([TALK], abs=0.01)


def asked(recognised):
    """Return the keys of the open questions."""
    return [question.key for question in recognised.questions]


def test_an_order_of_day_and_month_that_cannot_be_told_is_asked(tmp_path):
    """With days up to 12 only, both orders are possible: the question names the line, an answer settles it."""
    rows = [[n, f"0{n % 9 + 1}/0{n % 7 + 1}/2022 10:00", "Y"] for n in range(60)]
    path = table(tmp_path / "calls.csv", ["Call ID", "Date", "Answered"], [*rows, [99, "03/04/2022", "N"]])
    open_question = recognise([path], tmp_path)
    assert asked(open_question) == ["calls.csv:started_at"]
    assert open_question.questions[0].line == '[source.formats] started_at = "day first"'
    settled = recognise([path], tmp_path, answers={"calls.csv:started_at": "month first"})
    assert not settled.questions
    assert 'started_at = "month first"' in settled.toml


def test_an_order_under_which_days_are_still_to_come_is_ruled_out(tmp_path):
    """An export holds the past: on 10 March 2022, 03/09/2022 cannot be 3 September."""
    rows = [[n, f"03/0{n % 9 + 1}/2022", "Y" if n % 3 else "N"] for n in range(60)]
    path = table(tmp_path / "calls.csv", ["Call ID", "Date", "Answered"], rows)
    said = recognise([path], tmp_path, today=date(2022, 3, 10))
    assert not said.questions
    assert 'started_at = "month first"' in said.toml


def test_a_unit_that_nothing_shows_is_asked_and_the_column_waits(through, tmp_path):
    """Small bare numbers may be seconds or minutes: the column is not read until somebody says."""
    rows = [[n, t.isoformat(), "Y" if a else "N", w % 20] for n, t, a, w, _ in ROWS]
    path = table(tmp_path / "calls.csv", ["Call ID", "Date", "Answered", "Wait"], rows)
    said, _, tables = through(path)
    assert asked(said) == ["calls.csv:wait_s"]
    assert said.missing["wait_time"] == "contacts.wait_s"
    assert "wait_s" not in tables["contacts"].columns
    settled = recognise([path], tmp_path, answers={"calls.csv:wait_s": "minutes"})
    assert 'wait_s = "minutes"' in settled.toml
    assert "wait_time" in settled.kpis


@pytest.mark.parametrize(
    ("header", "points", "expected"),
    [
        ("NPS", range(11), ("nps", 0, 10, [])),
        ("Recommanderiez-vous ? (0-10)", range(5, 11), ("nps", 0, 10, [])),
        ("NPS", range(1, 11), ("nps", None, None, ["answers.csv:scale"])),
        ("Satisfaction", range(1, 8), ("csat", 1, 7, [])),
        ("Note de satisfaction", range(1, 11), ("csat", 1, 10, [])),
        ("CSAT", range(11), ("csat", 0, 10, [])),
        ("CSAT", [2, 3, 4], ("csat", None, None, ["answers.csv:scale"])),
        ("Note /5", [3, 4, 5], ("csat", 1, 5, [])),
        ("Customer effort (1-7)", [2, 3, 6], ("ces", 1, 7, [])),
    ],
)
def test_the_scale_of_a_score_is_shown_or_asked(tmp_path, header, points, expected):
    """The header or the answers that occur settle the scale; what they leave open is asked."""
    rows = [[n, f"2023-02-{n % 27 + 1:02d}", points[n % len(points)]] for n in range(200)]
    answers = {"answers.csv:polarity": "lower_better"}
    said = recognise([table(tmp_path / "answers.csv", ["Id", "Date", header], rows)], tmp_path, answers=answers)
    constants = project.from_mapping(tomllib.loads(said.toml), tmp_path).sources[0].constants
    found = tuple(constants.get(name) for name in ("kind", "scale_min", "scale_max"))
    assert (*found, asked(said)) == expected


def test_the_scale_that_is_proposed_holds_the_answers(tmp_path):
    """Answers from 4 to 7 cannot be on 1 to 5: the line to add names a scale that sets none of them aside."""
    rows = [[n, f"2023-02-{n % 27 + 1:02d}", 4 + n % 4] for n in range(200)]
    said = recognise([table(tmp_path / "answers.csv", ["Id", "Date", "CES"], rows)], tmp_path)
    assert said.questions[0].choices[0] == "1-7"
    assert said.questions[0].line == "[source.constants] scale_min = 1, scale_max = 7"


def test_which_way_effort_runs_is_asked_and_not_guessed(tmp_path):
    """Of the two versions of the question one is good low, the other high: the source waits for the answer."""
    rows = [[n, f"2023-02-{n % 27 + 1:02d}", 1 + n % 7] for n in range(200)]
    path = table(tmp_path / "answers.csv", ["Id", "Date", "CES"], rows)
    said = recognise([path], tmp_path)
    assert asked(said) == ["answers.csv:polarity"]
    assert project.from_mapping(tomllib.loads(said.toml), tmp_path).sources == ()
    assert recognise([path], tmp_path, answers={"answers.csv:polarity": "lower_better"}).kpis == ("ces",)


def test_a_score_without_a_name_is_asked_and_not_measured(tmp_path):
    """Answers from 0 to 10 under "score" may be NPS or satisfaction: the source stays commented out."""
    rows = [[n, "2023-02-01", n % 11] for n in range(200)]
    path = table(tmp_path / "export.csv", ["id", "date", "score"], rows)
    said = recognise([path], tmp_path)
    assert asked(said) == ["export.csv:kind"]
    assert project.from_mapping(tomllib.loads(said.toml), tmp_path).sources == ()
    settled = recognise([path], tmp_path, answers={"export.csv:kind": "nps"})
    assert settled.kpis == ("nps",)


def test_a_code_that_decides_the_answer_rate_is_asked(tmp_path):
    """A transferred call may be answered or not: its code is asked, and its rows wait."""
    outcomes = ["Répondu", "Répondu", "Perdu", "Transfert zone 4"]
    rows = [[n, t.isoformat(), outcomes[n % 8 % 4 if n % 8 < 4 else 0]] for n, t, *_ in ROWS]
    path = table(tmp_path / "appels.csv", ["ID appel", "Date", "Statut"], rows)
    assert asked(recognise([path], tmp_path)) == ["appels.csv:outcome=Transfert zone 4"]
    assert not recognise([path], tmp_path, answers={"appels.csv:outcome=Transfert zone 4": "answered"}).questions


def test_a_reading_that_loses_a_fifth_of_the_rows_is_not_proposed_in_silence(tmp_path):
    """An id that returns on other days is no call's own: the share that would be set aside is a question."""
    rows = [[n % 100, t.isoformat(), "Y"] for n, t, *_ in ROWS]
    said = recognise([table(tmp_path / "legs.csv", ["Call ID", "Date", "Answered"], [*rows, [1, "", "N"]])], tmp_path)
    assert "set aside" in said.questions[0].text


def test_totals_of_days_are_not_taken_for_calls(tmp_path):
    """One row a day with counts is no list of calls: it is refused, not counted as one call a day."""
    rows = [[f"{t:%Y-%m-%d}", 100, 80 + n % 9, 30] for n, t, *_ in ROWS]
    with pytest.raises(SourceError, match="nothing is recognised"):
        recognise([table(tmp_path / "daily.csv", ["Date", "Calls offered", "Calls answered", "ASA"], rows)], tmp_path)


def test_files_with_the_same_columns_are_one_source(through, tmp_path):
    """Two months of one export are one source, read together."""
    header, row = ["Call ID", "Date", "Answered"], [[n, t.isoformat(), "Y" if a else "N"] for n, t, a, *_ in ROWS]
    first, second = table(tmp_path / "a.csv", header, row[:150]), table(tmp_path / "b.csv", header, row[150:])
    _, loaded, tables = through(first, second)
    assert loaded.sources[0].files == ["a.csv", "b.csv"]
    assert balances(tables) == [(300, 300, 0, 0)]


def test_names_and_numbers_of_people_are_masked_in_the_sample(tmp_path):
    """The rows that are shown hold no adviser, caller or address."""
    rows = [[n, t.isoformat(), "Y" if a else "N", "Zoé Durand", f"+3361234{n:04d}"] for n, t, a, *_ in ROWS]
    header = ["Call ID", "Date", "Answered", "Agent", "Caller number"]
    sample = recognise([table(tmp_path / "calls.csv", header, rows)], tmp_path).sample[0]
    assert len(sample.raw) == len(sample.read) == 10
    assert "Durand" not in str(sample)
    assert "+336" not in str(sample)


def test_recognising_writes_nothing(tmp_path):
    """The folder holds after what it held before."""
    path = table(
        tmp_path / "calls.csv", ["Call ID", "Date", "Answered"], [[n, t, "Y"] for n, t, *_ in ROWS] + [[0, "", "N"]]
    )
    recognise([path], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["calls.csv"]


def test_headers_and_file_names_of_any_form_stay_readable(through, tmp_path):
    """Quotes, backslashes, brackets and accents in names come through the project file as they are."""
    header = ["Call ID", 'Date "appel"', "Answered", "C:\\x # [y]"]
    rows = [[n, t.isoformat(), "Y" if a else "N", "z"] for n, t, a, *_ in ROWS]
    _, loaded, tables = through(table(tmp_path / "appels [été] 100%.csv", header, rows, "\t"))
    assert balances(tables) == [(300, 300, 0, 0)]
    assert loaded.sources[0].columns["started_at"] == ['Date "appel"']


def test_hours_and_minutes_are_never_read_as_minutes_and_seconds(tmp_path):
    """A header that says hh:mm contradicts the usual reading of `00:12`: the column waits."""
    rows = [[n, t.isoformat(), "Y" if a else "N", f"00:{w % 60:02d}"] for n, t, a, w, _ in ROWS]
    path = table(tmp_path / "calls.csv", ["Call ID", "Date", "Answered", "Talk time (hh:mm)"], rows)
    said = recognise([path], tmp_path)
    assert asked(said) == ["calls.csv:talk_s"]
    assert said.missing["talk_time"] == "contacts.talk_s"
    assert not recognise([path], tmp_path, answers={"calls.csv:talk_s": "leave out"}).questions


def test_a_channel_or_direction_is_not_assumed_where_the_file_states_it(through, tmp_path):
    """Codes that no list knows are marked as other or unknown, never replaced by telephone or inbound."""
    rows = [[n, t.isoformat(), "Y" if a else "N", "Kiosk 7", "sens B"] for n, t, a, *_ in ROWS]
    said, loaded, tables = through(
        table(tmp_path / "calls.csv", ["Call ID", "Date", "Answered", "Channel", "Direction"], rows)
    )
    assert set(tables["contacts"].select("channel, direction").fetchall()) == {("other", "unknown")}
    assert {"channel_codes_other", "direction_codes_unknown"} <= set(loaded.sources[0].assumed)
    assert "answer_rate" in said.missing


FURTHER = {
    "customers": (
        """N° client;Date de souscription;Date de résiliation;Fin d'engagement;Téléphone
C1;2024-01-15;;2026-01-15;0612345678
C2;2024-02-01;2025-03-31;;0698765432
""",
        {"customer_id", "started_at", "ended_at", "committed_until", "phone"},
    ),
    "orders": (
        """Order number,Customer ID,Order date,Amount,Call ID
A1,C1,2026-10-05,19.90,77
A2,C2,2026-10-06,5.00,
""",
        {"order_id", "customer_id", "ordered_at", "amount", "contact_id"},
    ),
    "messages": (
        """Message ID,Ticket ID,Created at,Author type,Public
1,T1,2026-10-05 09:00,Customer,true
2,T1,2026-10-05 09:05,Agent,true
3,T1,2026-10-05 09:06,Bot,false
""",
        {"message_id", "request_id", "sent_at", "author", "public"},
    ),
}


@pytest.mark.parametrize("table", FURTHER)
def test_customers_orders_and_messages_are_told_from_calls_and_tickets(tmp_path, table):
    """Their own columns tell them: who left when, what was bought, who wrote."""
    text, columns = FURTHER[table]
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    found = recognise([path], tmp_path)
    assert [(one.table, {column.column for column in one.columns}) for one in found.sources] == [(table, columns)]
    assert found.accounts[0].used == found.accounts[0].read


def test_a_score_in_a_list_of_customers_is_no_survey_answer(tmp_path):
    """Nothing says on which day the customer gave it, and the beginning of the subscription is not that day."""
    path = tmp_path / "clients.csv"
    path.write_text("Client id,Customer since,Churn date,NPS\nC1,2024-01-15,,9\nC2,2024-02-01,2025-03-31,3\n")
    assert [one.table for one in recognise([path], tmp_path).sources] == ["customers"]


def cell(column, row):
    """Return a cell of a canonical column as an export of our own would write it."""
    values = {"category": column.values[:1] * 2, "boolean": ("true", "false"), "text": ("Nord", "Sud"),
              "instant": ("2026-01-05 09:00:00", "2026-01-06 10:30:00")}  # fmt: skip
    return (
        values[column.kind][row]
        if column.kind in values
        else {"id": f"x{row}", "pseudonym": f"k{row}"}.get(column.kind, "5" if column.name == "scale_max" else "3")
    )


@pytest.mark.parametrize("table", OWN_TABLES)
def test_our_own_names_of_columns_are_taken_as_they_are(tmp_path, table):
    """Who prepares an export after the reference of tables is asked nothing: every column is what it says."""
    columns = [column for column in TABLES[table].columns if column.name != "verbatim"]
    path = tmp_path / "prepared.csv"
    rows = [[column.name for column in columns], *([cell(column, row) for column in columns] for row in (0, 1))]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    found = recognise([path], tmp_path)
    assert [(one.table, [column.column for column in one.columns]) for one in found.sources] == [
        (table, [column.name for column in columns])
    ]
    assert found.questions == ()


def test_other_headers_among_our_own_are_recognised_as_in_any_export(through, tmp_path):
    """Where most headers are our own names, those that are not still say what they hold, a score among them."""
    path = tmp_path / "calls.csv"
    rows = [f"{n},k{n % 5},a{n % 3},Nord,phone,in,2026-01-05 09:{n:02},{n % 4 > 0},{n},{n % 5 + 1}" for n in range(40)]
    path.write_text(
        "\n".join(["id,customer_id,agent_id,team,channel,direction,started_at,answered,wait_s,csat", *rows]) + "\n"
    )
    found, _, tables = through(path)
    assert [one.table for one in found.sources] == ["contacts", "surveys"]
    read = {column.column: column.headers for column in found.sources[0].columns}
    assert (read["contact_id"], read["adviser_id"], read["outcome"]) == (("id",), ("agent_id",), ("answered",))
    assert len(tables["contacts"].filter("outcome = 'answered'")) == 30


def test_a_code_that_is_ours_means_itself(through, tmp_path):
    """`abandoned_in_menu` is not `abandoned`, and a header of another language beside our names changes nothing."""
    path = tmp_path / "calls.csv"
    path.write_text(
        "Date,outcome,wait_s\n2026-01-05 09:00,abandoned_in_menu,3\n2026-01-05 09:05,abandoned,9\n"
        "2026-01-05 09:10,answered,4\n2026-01-05 09:15,answered,5\n"
    )
    _, _, tables = through(path)
    found = tables["contacts"].order("started_at").select("outcome").fetchall()
    assert [outcome for (outcome,) in found] == ["abandoned_in_menu", "abandoned", "answered", "answered"]


def test_of_several_files_a_damaged_one_is_named_and_the_others_are_recognised(through, tmp_path):
    """So it is as a project is read; alone it is refused, and so is a file that is not there."""
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("Call ID,Start,Wait (s),Status\n1,2024-03-15 10:00,5,Answered\n2,2024-03-16 10:00,9,Abandoned\n")
    bad.write_bytes(b"PK\x03\x04 no text")
    said, _, tables = through(bad, good)
    assert (balances(tables), list(said.not_recognised)) == ([(2, 2, 0, 0)], ["b.csv"])
    for paths in ([bad], [good, tmp_path / "c.csv"]):
        with pytest.raises(SourceError, match=r"Rename it to \.zip|no such file"):
            recognise(paths, tmp_path)
