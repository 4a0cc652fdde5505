"""The three shapes of raw export: French call lists, typed Parquet, a helpdesk's and a survey tool's text files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpitools.simulate import world as w
from kpitools.simulate.clock import calendar, to_utc
from kpitools.simulate.contacts import Columns
from kpitools.simulate.department import STATUSES, Department
from kpitools.simulate.world import Floats, Ints

CALL_HEADERS = (
    "N° appel", "Date", "Heure", "Sens", "Équipe", "Agent", "N° client", "Numéro appelant", "N° ticket", "Motif",
    "Résultat", "Durée SVI", "File d'attente", "Sonnerie", "Attente totale", "Conversation", "Mise en attente",
    "Post-appel (min)", "Résolu", "Motif du rappel", "Commentaire",
)  # fmt: skip
CALL_OUTCOMES = ("Décroché", "Abandonné", "Messagerie", "Rappel demandé", "Hors horaires", "Non joint", "")
MESSAGE_OUTCOMES = ("answered", "left", "", "", "", "", "waiting")
MESSAGE_CHANNELS = ("", "email", "web form", "chat", "social")
NETWORKS = ("facebook", "twitter")
TOPICS = ("delivery", "billing", "technical", "account", "cancellation", "other")
VIA = ("voice", "email", "web", "chat", "facebook", "twitter")
TICKET_HEADERS = (
    "Id", "Created at", "First reply at", "Solved at", "Closed at", "Status", "Group", "Assignee id", "Via", "Type",
    "Reopens", "Replies", "Requester id",
)  # fmt: skip
SURVEY_HEADERS = (
    "response", "sent_at", "answered_at", "question", "score", "scale_min", "scale_max", "status", "ticket_id",
    "contact_id", "channel", "team",
)  # fmt: skip
FICTION_NUMBERS = ("019900", "026191", "035301", "046571", "053649", "063998")
"""Beginnings of French numbers that are given to nobody: they are kept for films and books."""
COMMENTS = ("", '"Pressé ; à rappeler"', '"A dit ""déjà signalé"""', "Dossier transmis", "Documents attendus")
COMMENT_SHARES = (0.9, 0.03, 0.01, 0.03, 0.03)

_CLOCK = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86400)]


@dataclass(frozen=True)
class Export:
    """One file's text: its header and its data lines, without line ends."""

    header: str
    lines: list[str]


def words(values: tuple[str, ...] | list[str], index: np.ndarray) -> pa.Array:
    """Return a word for each index; a negative index is an empty text."""
    return pa.array([*values, ""]).take(pa.array(np.where(index < 0, len(values), index)))


def numbered(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """Return ids such as `C0012345`; a negative number is an empty text."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.if_else(pa.array(numbers < 0), "", pc.binary_join_element_wise(prefix, digits, ""))


def clock(seconds: Floats) -> pa.Array:
    """Return `hh:mm:ss`; an unknown duration is an empty text."""
    return words(_CLOCK, np.nan_to_num(seconds, nan=-1).astype(np.int64))


def contact_ids(contacts: Columns) -> pa.Array:
    """Return the id of each contact: A and a number for a call, M and a number for a message."""
    phone = contacts["channel"] == w.PHONE
    number = np.where(phone, np.cumsum(phone), np.cumsum(~phone))
    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise(words(("A", "M"), (~phone).astype(np.int64)), digits, "")


def adviser_ids(team: Ints, adviser: Ints) -> pa.Array:
    """Return invented adviser numbers: the team's letter and three digits."""
    letters = words([t.name[0] for t in w.TEAMS], team)
    joined = pc.binary_join_element_wise(letters, pa.array(100 + adviser).cast(pa.string()), "")
    return pc.if_else(pa.array(adviser < 0), "", joined)


def ticket_numbers(request: Ints) -> Ints:
    """Return ticket numbers, from 100001 in order of creation; -1 where there is no ticket."""
    return np.where(request < 0, -1, 100_001 + request)


def lines_of(columns: list[pa.Array], separator: str) -> list[str]:
    """Join columns into lines of text."""
    lines: list[str] = pc.binary_join_element_wise(*columns, separator).to_pylist()
    return lines


def calls(department: Department, rng: np.random.Generator) -> dict[str, Export]:
    """Return a call list for each quarter, in local time."""
    contacts = department.contacts
    here = np.flatnonzero(contacts["channel"] == w.PHONE)
    columns = {name: values[here] for name, values in contacts.items()}
    lines = lines_of(_call_columns(columns, contact_ids(contacts).take(pa.array(here)), rng), ";")
    dates = calendar().dates
    quarters = [f"calls/appels-{d.year}-T{(d.month + 2) // 3}.csv" for d in dates]
    day = (columns["at"] // 86400).astype(np.int64)
    header = ";".join(CALL_HEADERS)
    return {
        name: Export(header, lines[np.searchsorted(day, first) : np.searchsorted(day, last + 1)])
        for name, first, last in _runs(quarters[: int(day.max()) + 1])
    }


def _runs(names: list[str]) -> list[tuple[str, int, int]]:
    """Return each name with its first and last place in a list where equal names stand together."""
    return [(name, names.index(name), len(names) - 1 - names[::-1].index(name)) for name in dict.fromkeys(names)]


def _call_columns(c: Columns, ids: pa.Array, rng: np.random.Generator) -> list[pa.Array]:
    """Return the call list's columns, in the order of its headers."""
    n = len(c["at"])
    day = (c["at"] // 86400).astype(np.int64)
    answered = np.where(c["outcome"] == 0, c["resolved"], -1)
    waited = c["queue"] + np.nan_to_num(c["ring"])
    minutes = np.where(np.isnan(c["wrap"]), -1, np.round(np.nan_to_num(c["wrap"]) / 0.6)).astype(np.int64)
    caller = [words(FICTION_NUMBERS, c["customer"] % 6), numbered("", c["customer"] // 6 % 10_000, 4)]
    return [
        ids, words([f"{d:%d/%m/%Y}" for d in calendar().dates], day), clock(c["at"] - day * 86400),
        words(("Entrant", "Sortant"), c["direction"]), words([t.name for t in w.TEAMS], c["team"]),
        adviser_ids(c["team"], c["adviser"]), numbered("C", c["customer"], 7),
        pc.binary_join_element_wise(*caller, ""), numbered("", ticket_numbers(c["request"]), 6),
        words([t.capitalize() for t in w.TYPES], c["type"]), words(CALL_OUTCOMES, c["outcome"]),
        clock(c["ivr"]), clock(c["queue"]), clock(c["ring"]), clock(waited), clock(c["talk"]), clock(c["hold"]),
        words([f"{m // 100},{m % 100:02d}" for m in range(int(minutes.max()) + 1)], minutes),
        words(("Non", "Oui"), np.where(c["direction"] == 0, answered, -1)), words(w.REASONS, c["reason"]),
        words(COMMENTS, rng.choice(len(COMMENTS), n, p=COMMENT_SHARES)),
    ]  # fmt: skip


def messages(department: Department) -> pa.Table:
    """Return what is written, typed: instants in UTC, seconds as numbers, empty where not known."""
    contacts = department.contacts
    here = np.flatnonzero(contacts["channel"] != w.PHONE)
    c = {name: values[here] for name, values in contacts.items()}
    ticket = ticket_numbers(c["request"])
    return pa.table({
        "contact_id": contact_ids(contacts).take(pa.array(here)),
        "ticket": pa.array(ticket, mask=ticket < 0),
        "customer": numbered("C", c["customer"], 7),
        "agent": _null_empty(adviser_ids(c["team"], c["adviser"])),
        "team": words([t.name for t in w.TEAMS], c["team"]),
        "channel": words(MESSAGE_CHANNELS, c["channel"]),
        "network": _null_empty(words(NETWORKS, c["network"])),
        "direction": words(("in", "out"), c["direction"]),
        "received_at": instants(c["at"]),
        "first_response_at": instants(c["answer_at"]),
        "ended_at": instants(c["end_at"]),
        "status": words(MESSAGE_OUTCOMES, c["outcome"]),
        "topic": words(TOPICS, c["type"]),
        "wait_seconds": pa.array(c["queue"], from_pandas=True),
        "handle_seconds": pa.array(c["handle"], from_pandas=True),
        "resolved": pa.array(c["resolved"] == 1, mask=(c["outcome"] != 0) | (c["direction"] == 1)),
        "repeat_reason": _null_empty(words(w.REASONS, c["reason"])),
    })  # fmt: skip


def _null_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def instants(local_s: Floats) -> pa.Array:
    """Return UTC instants (microseconds) of local seconds; unknown ones are null."""
    missing = np.isnan(local_s)
    seconds = to_utc(np.where(missing, 0, local_s))
    return pa.array(seconds * 1_000_000, mask=missing).cast(pa.timestamp("us", tz="UTC"))


def _iso(local_s: Floats, form: str) -> pa.Array:
    seconds = pc.floor_temporal(instants(local_s), unit="second").cast(pa.timestamp("s", tz="UTC"))
    return pc.fill_null(pc.strftime(seconds, format=form), "")


def tickets(department: Department) -> Export:
    """Return the helpdesk's ticket list, with instants in ISO form and UTC."""
    r = department.requests
    via = np.where(r["channel"] == w.SOCIAL, w.SOCIAL + np.maximum(r["network"], 0), r["channel"])
    instant = "%Y-%m-%dT%H:%M:%SZ"
    columns = [
        numbered("", ticket_numbers(np.arange(len(r["at"]))), 6),
        *(_iso(r[name], instant) for name in ("at", "answer_at", "solved_at", "closed_at")),
        words(STATUSES, r["status"]), words([t.name for t in w.TEAMS], r["team"]),
        adviser_ids(r["team"], r["adviser"]), words(VIA, via), words(TOPICS, r["type"]),
        pa.array(r["reopens"]).cast(pa.string()), pa.array(r["turns"]).cast(pa.string()),
        numbered("C", r["customer"], 7),
    ]  # fmt: skip
    return Export(",".join(TICKET_HEADERS), lines_of(columns, ","))


def surveys(department: Department) -> Export:
    """Return the survey tool's list: every survey sent, answered or not, in UTC without saying so."""
    s, contacts = department.surveys, department.contacts
    about = {name: contacts[name][s["about"]] for name in ("request", "channel", "team")}
    answer = np.nan_to_num(s["score"], nan=-1).astype(np.int64)
    instant = "%Y-%m-%d %H:%M:%S"
    columns = [
        numbered("S", 1 + np.arange(len(answer)), 7), _iso(s["sent_at"], instant), _iso(s["answered_at"], instant),
        words(("CSAT", "NPS"), s["kind"]), words([str(n) for n in range(11)], answer),
        words(("1", "0"), s["kind"]), words(("5", "10"), s["kind"]),
        words(("answered", "no answer"), (answer < 0).astype(np.int64)),
        numbered("", ticket_numbers(about["request"]), 6), contact_ids(contacts).take(pa.array(s["about"])),
        words(("phone", "email", "web form", "chat", "social"), about["channel"]),
        words([t.name for t in w.TEAMS], about["team"]),
    ]  # fmt: skip
    return Export("\t".join(SURVEY_HEADERS), lines_of(columns, "\t"))


def write(path: Path, export: Export, encoding: str, line_end: str) -> None:
    """Write an export's text as it is, the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((line_end.join([export.header, *export.lines]) + line_end).encode(encoding))


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write typed columns as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
