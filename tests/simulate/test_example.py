"""The example's files: what an independent reader finds in them is what `truth.json` says."""

import csv
import json
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kpitools.errors import UserError
from kpitools.project import load
from kpitools.simulate import write_example

SPOILT = ("unreadable_date", "negative_duration", "short_row", "unclosed_quote")
FICTION = {"019900", "026191", "035301", "046571", "053649", "063998"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An example of 500 contacts a month, the smallest."""
    return write_example(tmp_path_factory.mktemp("simulated") / "example", 500, 7)


@pytest.fixture(scope="module")
def truth(folder):
    """What the example says about itself."""
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines(folder):
    """The physical lines of each call list, the header among them."""
    names = sorted(path.name for path in (folder / "calls").iterdir())
    return {f"calls/{n}": (folder / "calls" / n).read_bytes().decode("cp1252").split("\r\n")[:-1] for n in names}


@pytest.fixture(scope="module")
def calls(lines, truth):
    """The usable calls, read line by line: without the lines that `truth.json` names."""
    bad = {(row["file"], row["line"]) for row in truth["dirty"]}
    kept = [
        dict(zip(text[0].split(";"), next(csv.reader([line], delimiter=";")), strict=True))
        for name, text in lines.items()
        for number, line in enumerate(text[1:], start=2)
        if (name, number) not in bad
    ]
    assert kept
    return kept


@pytest.fixture(scope="module")
def messages(folder):
    """The rows of the Parquet file."""
    return pq.read_table(folder / "messages" / "contacts.parquet").to_pylist()


@pytest.fixture(scope="module")
def tickets(folder):
    """The rows of the ticket list."""
    with (folder / "tickets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def surveys(folder):
    """The rows of the survey list."""
    with (folder / "surveys.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_one_seed_one_example(tmp_path):
    """The same size and seed write the same bytes; another seed writes others."""
    folders = [write_example(tmp_path / name, 500, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    content = [{p.relative_to(f): p.read_bytes() for p in sorted(f.rglob("*")) if p.is_file()} for f in folders]
    assert content[0] == content[1]
    assert content[0].keys() == content[2].keys()
    unlike = {str(name) for name in content[0] if content[0][name] != content[2][name]}
    assert unlike == {str(name) for name in content[0]} - {"kpitools.toml"}


def test_each_file_has_the_rows_that_truth_counts(truth, lines, messages, tickets, surveys):
    """Lines of each call list, rows of the other files: all as counted, the usable ones too."""
    found = {name: len(text) - 1 for name, text in lines.items()}
    found |= {"messages/contacts.parquet": len(messages), "tickets.csv": len(tickets), "surveys.csv": len(surveys)}
    assert found == {name: of["rows"] for name, of in truth["files"].items()}
    spoilt = Counter(row["file"] for row in truth["dirty"])
    assert {name: of["usable"] + spoilt[name] for name, of in truth["files"].items()} == found


def test_contacts_are_as_many_as_truth_counts(truth, calls, messages):
    """By channel, direction, outcome and team, usable calls and messages add up to the counts."""
    counts = truth["counts"]["contacts"]
    channels = Counter(row["channel"].replace(" ", "_") for row in messages)
    assert counts["all"] == len(calls) + len(messages)
    assert counts["channel"] == {"phone": len(calls), **channels}
    directions = Counter(row["Sens"] for row in calls) + Counter(
        {"in": "Entrant", "out": "Sortant"}[row["direction"]] for row in messages
    )
    assert counts["direction"] == {"inbound": directions["Entrant"], "outbound": directions["Sortant"]}
    ended = Counter(row["Résultat"] for row in calls)
    written = Counter(row["status"] for row in messages)
    assert counts["outcome"] == {
        "answered": ended["Décroché"] + written["answered"], "abandoned": ended["Abandonné"] + written["left"],
        "voicemail": ended["Messagerie"], "callback_requested": ended["Rappel demandé"],
        "out_of_hours": ended["Hors horaires"], "unreached": ended["Non joint"], "pending": written["waiting"],
    }  # fmt: skip
    teams = Counter(row["Équipe"] for row in calls) + Counter(row["team"] for row in messages)
    assert counts["team"] == teams


def test_usable_contacts_have_one_id_each(calls, messages):
    """Without the dirty rows no contact id stands twice."""
    ids = [row["N° appel"] for row in calls] + [row["contact_id"] for row in messages]
    assert len(set(ids)) == len(ids)


def test_each_dirty_row_is_where_truth_says(truth, lines):
    """The line named holds the value named; the kinds are as many as planned."""
    kinds = Counter(row["kind"] for row in truth["dirty"])
    planned = {"duplicate": 12, "unreadable_date": 3, "negative_duration": 2, "short_row": 2, "unclosed_quote": 1}
    assert kinds == planned
    for row in truth["dirty"]:
        line = lines[row["file"]][row["line"] - 1]
        assert line.startswith(row["contact_id"] + ";")
        assert row["value"] in line
        assert (line.count('"') % 2 == 1) == (row["kind"] == "unclosed_quote")
        assert (line.count(";") < 20) == (row["kind"] == "short_row")


def test_a_duplicate_repeats_an_earlier_delivery(truth, lines):
    """Each row delivered twice is, byte for byte, a row of another call list."""
    for row in (row for row in truth["dirty"] if row["kind"] == "duplicate"):
        line = lines[row["file"]][row["line"] - 1]
        assert [name for name, text in lines.items() if line in text and name != row["file"]]


def test_spoilt_rows_are_additional(truth, calls):
    """The unusable rows that are no duplicates have ids of their own, which no usable call has."""
    ids = {row["N° appel"] for row in calls}
    spoilt = [row["contact_id"] for row in truth["dirty"] if row["kind"] in SPOILT]
    assert len(set(spoilt)) == len(spoilt)
    assert not ids & set(spoilt)


def test_the_realised_answer_rate_is_in_the_call_lists(truth, calls):
    """Counted from the text of the lists, Nord's answer rate before and after is what truth says."""
    shares = {}
    for when, after in (("before", False), ("after", True)):
        ended = [
            row["Résultat"]
            for row in calls
            if (row["Équipe"], row["Sens"]) == ("Nord", "Entrant")
            and row["Résultat"] != "Hors horaires"
            and (datetime.strptime(row["Date"], "%d/%m/%Y") >= datetime(2026, 3, 2)) == after  # noqa: DTZ007
        ]
        shares[when] = round(ended.count("Décroché") / len(ended), 6)
    effect = truth["planted"][0]["realised"]
    assert shares == {"before": effect["before"], "after": effect["after"]}


def test_calls_in_opening_hours_are_those_offered(calls):
    """A call is out of hours when it starts before 9, from 18 on, at a weekend or on a closed day; never else."""
    for row in (row for row in calls if row["Sens"] == "Entrant"):
        day = datetime.strptime(row["Date"], "%d/%m/%Y")  # noqa: DTZ007 - a local date
        late = not "09:00:00" <= row["Heure"] < "18:00:00" or day.weekday() > 4
        holiday = (day.day, day.month) in {(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)}
        if late or holiday:
            assert row["Résultat"] == "Hors horaires"
        elif row["Résultat"] == "Hors horaires":  # Easter Monday, Ascension, Whit Monday
            assert day.strftime("%d/%m/%Y") in {
                "21/04/2025", "29/05/2025", "09/06/2025", "06/04/2026", "14/05/2026", "25/05/2026",
            }  # fmt: skip


def test_tickets_count_their_contacts(truth, calls, messages, tickets):
    """A ticket's replies are its answered inbound contacts, but for those not answered yet; noise has none."""
    inbound = Counter(row["N° ticket"] for row in calls if row["Sens"] == "Entrant" and row["N° ticket"])
    inbound += Counter(str(row["ticket"]) for row in messages if row["direction"] == "in" and row["ticket"])
    assert {row["Id"]: int(row["Replies"]) for row in tickets if row["Replies"] != "0"} == inbound
    counts = truth["counts"]["tickets"]
    statuses = Counter(row["Status"] for row in tickets)
    assert {name: statuses[name] for name in counts["status"]} == counts["status"]
    assert (counts["all"], counts["with_contacts"]) == (len(tickets), len(inbound))
    assert {row["Replies"] for row in tickets if row["Status"] in {"merged", "spam", "deleted"}} == {"0"}


def test_first_contact_resolution_can_be_counted_from_the_tickets(truth, tickets):
    """Solved with one reply and not reopened: as many tickets as truth says."""
    first = [t for t in tickets if (t["Replies"], t["Reopens"]) == ("1", "0") and t["Status"] in {"solved", "closed"}]
    assert len(first) == truth["counts"]["tickets"]["first_contact_resolution"]
    assert all(t["Solved at"] for t in first)


def test_instants_of_a_ticket_follow_each_other(tickets):
    """Created, first reply, solved, closed: never earlier than the one before, never after the export."""
    for row in tickets:
        steps = [row[name] for name in ("Created at", "First reply at", "Solved at", "Closed at") if row[name]]
        assert steps == sorted(steps)
        assert steps[-1] < "2026-10-31T23:00:00Z"


def test_surveys_are_on_their_scale(truth, surveys, calls, messages):
    """Scores lie on the scale of their question, silence is empty, each survey is about a known contact."""
    counts, known = truth["counts"]["surveys"], {row["N° appel"] for row in calls}
    known |= {row["contact_id"] for row in messages}
    for row in surveys:
        assert (row["score"] == "") == (row["answered_at"] == "") == (row["status"] == "no answer")
        assert row["score"] == "" or int(row["scale_min"]) <= int(row["score"]) <= int(row["scale_max"])
        assert row["contact_id"] in known
    for kind, scale in (("csat", ("1", "5")), ("nps", ("0", "10"))):
        of = [row for row in surveys if row["question"] == kind.upper()]
        assert {(row["scale_min"], row["scale_max"]) for row in of} == {scale}
        assert counts["sent"][kind] == len(of)
        assert counts["answered"][kind] == sum(row["score"] != "" for row in of)


def test_the_unhappy_answer_a_little_less_often(surveys):
    """Between one survey in five and two in five is answered."""
    answered = sum(row["score"] != "" for row in surveys) / len(surveys)
    assert 0.2 < answered < 0.4


def test_the_project_file_names_columns_and_values_that_exist(folder, tickets, surveys, messages, calls):
    """Every header that the project file cites is in its export, every value mapped; a first call has no reason."""
    project = tomllib.loads((folder / "kpitools.toml").read_text(encoding="utf-8"))
    exports = {"calls/*.csv": calls, "tickets.csv": tickets, "surveys.csv": surveys}
    exports["messages/contacts.parquet"] = messages
    for source in project["source"]:
        rows = exports[source["files"]]
        headers = [
            h for header in source["columns"].values() for h in ([header] if isinstance(header, str) else header)
        ]
        assert set(headers) <= set(rows[0])
        for column, values in source.get("values", {}).items():
            mapped = [text for value in values.values() for text in ([value] if isinstance(value, str) else value)]
            none = {"", None} if column == "repeat_reason" else set()
            assert {row[source["columns"][column]] for row in rows} - none <= set(mapped)


def test_the_project_is_accepted_and_says_that_it_is_simulated(folder):
    """The project file is read without complaint: four sources, two decisions, four targets, marked as simulated."""
    project = load(folder)
    assert project.about.simulated
    assert (len(project.sources), len(project.decisions), len(project.targets)) == (4, 2, 4)
    for decision in project.decisions:
        assert set(decision.title) == {"fr", "en"}


def test_decisions_of_the_project_are_those_planted(folder, truth):
    """The dates and teams of the two decisions are those of truth.json, and each declares its planted KPI."""
    planted = {(e["from"], e["team"]): e["kpi"] for e in truth["planted"] if e["decision"]}
    declared = {(d.date.isoformat(), d.team): d.kpis for d in load(folder).decisions}
    assert declared.keys() == planted.keys()
    assert all(planted[key] in kpis for key, kpis in declared.items())


def test_the_notice_says_simulated_in_both_languages(folder):
    """README.txt says in French and in English that all is simulated."""
    notice = (folder / "README.txt").read_text(encoding="utf-8")
    assert "Tout ce que contient ce dossier est simulé" in notice
    assert "Everything in this folder is simulated" in notice


def test_phone_numbers_are_fiction(calls):
    """Every caller's number begins like those that are given to nobody."""
    assert {row["Numéro appelant"][:6] for row in calls} == FICTION


def test_a_foreign_folder_is_left_alone(tmp_path):
    """A folder with anything else in it, or a file, is refused, with or without leave to overwrite."""
    (tmp_path / "mine.csv").write_text("a;b")
    for overwrite in (False, True):
        with pytest.raises(UserError, match="not empty"):
            write_example(tmp_path, 500, overwrite=overwrite)
    with pytest.raises(UserError, match="is a file"):
        write_example(tmp_path / "mine.csv", 500)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_an_example_is_written_anew_unless_its_project_was_edited(tmp_path):
    """A second run replaces the example; an edited project file is kept until overwriting is allowed."""
    folder = write_example(tmp_path / "e", 500, 1)
    first = (folder / "truth.json").read_bytes()
    write_example(folder, 500, 2)
    assert (folder / "truth.json").read_bytes() != first
    project = folder / "kpitools.toml"
    project.write_text(project.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    with pytest.raises(UserError, match="edited"):
        write_example(folder, 500, 1)
    write_example(folder, 500, 1, overwrite=True)
    assert (folder / "truth.json").read_bytes() == first


@pytest.mark.parametrize(("size", "seed", "said"), [(100, 1, "too few"), (500, -1, "negative")])
def test_an_impossible_size_or_seed_is_refused(tmp_path: Path, size, seed, said):
    """Too few contacts and a negative seed are refused, and nothing is written."""
    with pytest.raises(UserError, match=said):
        write_example(tmp_path / "none", size, seed)
    assert not (tmp_path / "none").exists()
