"""A project of 10,000 good rows with every kind of broken row among them, and what must become of each.

The good rows carry their meaning beside their text, so that totals can be added up here without kpitools.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PROJECT = """
[project]
timezone = "UTC"
today = 2026-01-15

[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
answered_at = "reply"
ended_at = "end"
direction = "way"
channel = "channel"
outcome = "result"
wait_s = "wait"
talk_s = "talk"
team = "team"
customer_id = "who"
request_id = "ticket"
exclusion = "flag"
[source.formats]
started_at = "day first"
answered_at = "day first"
ended_at = "day first"

[[source]]
files = "tickets.csv"
table = "requests"
[source.columns]
request_id = "number"
created_at = "opened"
first_reply_at = "replied"
solved_at = "solved"
updated_at = "updated"
status = "state"
reopens = "reopened"

[[source]]
files = "surveys.csv"
table = "surveys"
[source.columns]
response_id = "id"
sent_at = "sent"
kind = "kind"
score = "score"
scale_min = "low"
scale_max = "high"
contact_id = "call"
"""
CALLS = ("id", "start", "reply", "end", "way", "channel", "result", "wait", "talk", "team", "who", "ticket", "flag")
TICKETS = ("number", "opened", "replied", "solved", "updated", "state", "reopened")
SURVEYS = ("id", "sent", "kind", "score", "low", "high", "call")
FIRST = datetime(2025, 9, 1, 8)
N_CALLS, N_TICKETS, N_SURVEYS = 8000, 1000, 1000
CELLS_OF_CALL = len(CALLS)


BLANK = "blank"
"""What becomes of a line that is no row."""


@dataclass(frozen=True)
class Kind:
    """An odd row: its line, and why it is left out; where it is used (no `fate`), `meant` is what it says."""

    name: str
    line: bytes
    fate: str | None
    meant: dict[str, Any] | None = None


def cells(columns: tuple[str, ...], row: dict[str, str]) -> bytes:
    """Write a row as a line of CSV."""
    return ",".join(row[name] for name in columns).encode() + b"\n"


def stamp(instant: datetime) -> str:
    """Write an instant with the day first."""
    return f"{instant:%d/%m/%Y %H:%M:%S}"


def call(number: int, **meant: Any) -> dict[str, Any]:
    """Return what one call says: a good answered one, unless stated."""
    start = FIRST + timedelta(minutes=7 * number)
    usual = {"id": f"c{number}", "start": start, "way": "inbound", "channel": "phone", "result": "answered",
             "wait": 20, "talk": 120, "team": "Nord", "who": f"k{number % 900}", "ticket": f"t{number % N_TICKETS}",
             "flag": ""}  # fmt: skip
    return usual | meant


def call_texts(meant: dict[str, Any], **texts: str) -> dict[str, str]:
    """Write a call, some cells otherwise than a good row would."""
    wait, talk = timedelta(seconds=meant["wait"] or 0), timedelta(seconds=meant["talk"] or 0)
    answered = meant["result"] == "answered"
    written = {
        **{name: "" if meant[name] is None else str(meant[name]) for name in CALLS if name in meant},
        "start": stamp(meant["start"]),
        "reply": stamp(meant["start"] + wait) if answered else "",
        "end": stamp(meant["start"] + wait + talk),
    }
    return written | texts


def good_calls() -> list[dict[str, Any]]:
    """Return the good calls."""
    draw = random.Random(20251)  # noqa: S311 - a sample, no secret
    made = []
    for number in range(N_CALLS):
        result = draw.choices(["answered", "abandoned", "voicemail"], [80, 15, 5])[0]
        made.append(call(
            number, way=draw.choices(["inbound", "outbound"], [9, 1])[0], result=result,
            channel=draw.choices(["phone", "email", "chat"], [8, 1, 1])[0], wait=draw.randrange(120),
            talk=draw.randrange(30, 900) if result == "answered" else None,
            team=draw.choice(["Nord", "Sud", "Équipe d'été"]),
        ))  # fmt: skip
    return made


def good_tickets() -> list[dict[str, Any]]:
    """Return the good tickets: two of three are solved."""
    return [
        {"number": f"t{n}", "opened": FIRST + timedelta(hours=n), "replied": FIRST + timedelta(hours=n + 1),
         "solved": FIRST + timedelta(hours=n + 5), "updated": FIRST + timedelta(hours=n + 6),
         "state": "solved" if n % 3 else "open", "reopened": n % 2}
        for n in range(N_TICKETS)
    ]  # fmt: skip


def ticket_texts(meant: dict[str, Any], **texts: str) -> dict[str, str]:
    """Write a ticket; one that is open has no day of solving."""
    written = {name: str(meant[name]) for name in TICKETS}
    return written | ({"solved": ""} if meant["state"] == "open" else {}) | texts


def good_surveys() -> list[dict[str, Any]]:
    """Return the good answers: satisfaction from 1 to 5 and recommendation from 0 to 10, in turn."""
    draw = random.Random(20252)  # noqa: S311 - a sample, no secret
    made = []
    for n in range(N_SURVEYS):
        kind, low, high = ("csat", 1, 5) if n % 2 else ("nps", 0, 10)
        made.append({"id": f"s{n}", "sent": FIRST + timedelta(hours=n), "kind": kind, "score": draw.randint(low, high),
                     "low": low, "high": high, "call": f"c{n}"})  # fmt: skip
    return made


def survey_texts(meant: dict[str, Any], **texts: str) -> dict[str, str]:
    """Write an answer."""
    return {name: str(meant[name]) for name in SURVEYS} | texts


def odd_calls() -> list[Kind]:
    """Return the calls that are broken or oddly written, in the order in which they come."""
    return [*_torn(), *_dates(), *_durations(), *_codes(), *_ids(), *_texts()]


class _Odd:
    """Makes odd rows of one file, each with an id of its own."""

    def __init__(self, first: int) -> None:
        self.number = first

    def call(self, name: str, fate: str | None = None, meant: dict[str, Any] | None = None, **texts: str) -> Kind:
        """Return a usual call with some cells written otherwise; one in use means what `meant` says."""
        self.number += 1
        usual = call(self.number, **({"id": f"x{self.number}"} | (meant or {})))
        line = cells(CALLS, call_texts(usual, **texts))
        return Kind(name, line, fate, usual if fate is None else None)

    def line(self, name: str, fate: str, *edits: tuple[bytes, bytes]) -> Kind:
        """Return a usual call whose line is torn."""
        made = self.call(name, fate)
        line = made.line
        for old, new in edits:
            line = line.replace(old, new, 1)
        return Kind(name, line, fate)


def _fields(number: int) -> str:
    return f"{number} fields where the header has {CELLS_OF_CALL}"


def _torn() -> list[Kind]:
    """Return rows whose line is no record of this file."""
    odd = _Odd(20_000)
    quote = "a quote that is not closed, or inside a quoted field"
    return [
        odd.line("one cell too many", _fields(CELLS_OF_CALL + 1), (b"\n", b",more\n")),
        odd.line("one cell too few", _fields(CELLS_OF_CALL - 1), (b",Nord", b"")),
        odd.line("a cell cut in two by its own comma", _fields(CELLS_OF_CALL + 1), (b",20,120", b",20,5,120")),
        odd.line("a quote that never closes", quote, (b",Nord", b',"Nord')),
        odd.line("a quote inside a quoted cell", quote, (b",Nord", b',"No"rd"')),
        odd.call("a quote inside a plain cell", meant={"team": 'No"rd'}),
        odd.call("a line break inside a quoted cell", meant={"team": "No\nrd"}, team='"No\nrd"'),
        odd.line("a NUL byte", "a NUL byte: the file may be half written", (b"Nord", b"No\0rd")),
        odd.line("a byte of another encoding", "not in the encoding of the rest of the file", (b"Nord", b"Nord\xe9")),
        odd.line("another separator", _fields(1), *[(b",", b";")] * (CELLS_OF_CALL - 1)),
        Kind("half a row", b"x20990,01/09/2025 08:00:00,,\n", _fields(4)),
        Kind("the other half", b"half,row,\n", _fields(3)),
        Kind("an empty line", b"\n", BLANK),
        Kind("a line of spaces", b"   \n", BLANK),
        Kind("a line of separators", b"," * (CELLS_OF_CALL - 1) + b"\n", BLANK),
        Kind("the header again", ",".join(CALLS).encode() + b"\n", "the header again"),
        Kind("a comment", b"# exported by hand\n", _fields(1)),
        Kind("a total", b"Total" + b"," * 8 + b"160000,960000,,,\n", "no started_at"),
        Kind("a total of one cell", b"8000 calls\n", _fields(1)),
        odd.line("shifted by a cell", "not a date", (b",", b",x,"), (b",\n", b"\n")),
    ]


def _dates() -> list[Kind]:
    """Return rows whose instants cannot be, or are written otherwise."""
    odd = _Odd(21_000)
    none, no_day = "no started_at", "no such day in the calendar"
    late = call(21_900)["start"]
    return [
        odd.call("a thirteenth month", no_day, start="25/13/2025 10:00"),
        odd.call("the 30th of February", no_day, start="30/02/2025 10:00"),
        odd.call("month before day", no_day, start="12/25/2025 10:00"),
        odd.call("a date of zeros", none, start="0000-00-00 00:00:00"),
        odd.call("no start", none, start=""),
        odd.call("a start that was not recorded", none, start="N/A"),
        odd.call("day zero of spreadsheets", "started_at is before 1980", start="01/01/1900"),
        odd.call("day zero of computers", "started_at is before 1980", start="01/01/1970 00:00"),
        odd.call("year 9999", "a year outside 1900 to 2199", start="31/12/9999 00:00"),
        odd.call("a year of five digits", "not a date", start="01/09/20255 10:00"),
        odd.call("a word for a date", "not a date", start="yesterday"),
        odd.call("a bare number for a date", "a number where a date is expected", start="45901.5"),
        odd.call("25 hours and 61 minutes", "no such time of day", start="01/09/2025 25:61"),
        odd.call("tomorrow's call", "started_at is after today", start="01/09/2027 10:00"),
        odd.call("answered in a year's time", "answered_at is after today", reply="01/09/2027 10:00", end=""),
        odd.call("answered before it began", "answered_at is before started_at", reply="01/01/2025 10:00"),
        odd.call("ended before it began", "ended_at is before started_at", end="01/01/2025 10:00"),
        odd.call(
            "ended before it was answered",
            "ended_at is before answered_at",
            meant={"start": late, "wait": 600},
            end=stamp(late + timedelta(seconds=60)),
        ),
        odd.call("an end that is no date", "not a date", end="soon"),
        odd.call("an ISO date among others", start=f"{late:%Y-%m-%dT%H:%M:%S}", meant={"start": late}),
        odd.call(
            "a stated offset", start=f"{late + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00", meant={"start": late}
        ),
    ]


def _durations() -> list[Kind]:
    """Return rows whose numbers are none."""
    odd = _Odd(22_000)
    none, no_duration = {"talk": None}, "not a duration"
    open_end = {"end": ""}
    return [
        odd.call("a negative duration", "a negative duration", talk="-12"),
        odd.call("a duration of more than a year", "a duration of more than a year", talk="99999999"),
        odd.call("infinity", no_duration, talk="inf"),
        odd.call("a number beyond all numbers", "a number too large", talk="1e999"),
        odd.call("text in a number", no_duration, talk="long"),
        odd.call("a truth in a number", no_duration, talk="oui"),
        odd.call("per cent in a duration", no_duration, talk="50%"),
        odd.call("money in a duration", no_duration, talk="12 €"),
        odd.call("digits of full width", no_duration, talk="１２"),  # noqa: RUF001
        odd.call("61 seconds on a clock", "no such time: minutes or seconds beyond 59", talk="00:01:61"),
        odd.call("a formula", no_duration, talk="=SUM(A1:A9)"),
        odd.call("a mark that groups or divides", "a thousand or a decimal mark: nothing in the column shows which",
                 talk='"1,234"'),
        odd.call("not a number", meant=none, talk="NaN", **open_end),
        odd.call("n/a", meant=none, talk="n/a", **open_end),
        odd.call("a dash", meant=none, talk="-", **open_end),
        odd.call("an error of a spreadsheet", meant=none, talk="#N/A", **open_end),
        odd.call("the word null", meant=none, talk="NULL", **open_end),
        odd.call("a no-break space in a number", meant={"talk": 1234}, talk="1\u00a0234"),
        odd.call("a clock", meant={"talk": 125}, talk="00:02:05"),
        odd.call("a unit", meant={"talk": 120}, talk="2 min"),
        odd.call("a wait longer than the call", "wait_s is longer than the contact", wait="4000"),
    ]  # fmt: skip


def _codes() -> list[Kind]:
    """Return rows with codes that nobody knows, and those that the export itself does not count."""
    odd = _Odd(23_000)

    def unknown(column: str) -> str:
        return f"is no known value of {column}: add it under [source.values.{column}]"

    return [
        odd.call("an unknown direction", unknown("direction"), way="sideways"),
        odd.call("an unknown channel", unknown("channel"), channel="pigeon"),
        odd.call("an unknown outcome", unknown("outcome"), result="lost"),
        odd.call(
            "an unknown exclusion", f"{unknown('exclusion')}, under 'counted' where such rows count", flag="boring"
        ),
        odd.call("no outcome", meant={"result": "unknown"}, result=""),
        odd.call("no direction", meant={"way": "unknown"}, way=""),
        odd.call("a code in capitals", channel="PHONE"),
        odd.call("out of hours", meant={"result": "out_of_hours", "talk": None}),
        *[odd.call(f"marked {flag}", flag, flag=flag) for flag in ("test", "internal", "spam", "merged", "deleted")],
    ]


def _ids() -> list[Kind]:
    """Return rows that come again, or whose id is another's or none."""
    odd = _Odd(24_000)
    first = odd.call("delivered twice, the same", "duplicate")
    state = odd.call("delivered again with its last state: before", "duplicate", meant={"talk": 1})
    own = odd.call("an id that another call takes")
    alike = odd.call("no id", meant={"id": None})
    usual = call(24_001, id="x24001"), call(24_002, id="x24002", talk=90)
    return [
        first,
        Kind("delivered twice, the last", first.line, None, usual[0]),
        state,
        Kind("delivered again with its last state", cells(CALLS, call_texts(usual[1])), None, usual[1]),
        own,
        odd.call("an id of another call", "contact_id of another row", meant={"id": "x24003"}),
        alike,
        Kind("no id, equal to the row before", alike.line, None, alike.meant),
        odd.call("an id that was not recorded", meant={"id": None}, id="n/a"),
        odd.call("a mark of byte order before the id", id=f"\ufeffx{odd.number + 1}"),
        odd.call("a ticket that nobody has", meant={"ticket": "nowhere"}),
    ]


def _texts() -> list[Kind]:
    """Return rows whose texts are odd and harmless."""
    odd = _Odd(25_000)
    return [
        odd.call("markup", meant={"team": "<b>Nord</b>"}),
        odd.call("a small picture", meant={"team": "Nord 😀"}),
        odd.call("a character that was lost before", meant={"team": "N\ufffdrd"}),
        odd.call("an apostrophe in front", meant={"team": "'Nord"}),
        odd.call("spaces around", meant={"team": "Nord"}, team="  Nord  "),
        odd.call("a very long cell", meant={"team": "N" * 100_000}),
        odd.call("a formula as a name", meant={"team": "=1+1"}),
    ]


def odd_tickets() -> list[Kind]:
    """Return the tickets that are broken, come again or are not to be counted."""
    day = FIRST + timedelta(days=50)
    usual = {"opened": day, "replied": day, "solved": day, "updated": day, "state": "solved", "reopened": 0}

    def ticket(name: str, fate: str | None = None, **texts: str) -> Kind:
        meant = usual | {"number": texts.get("number", f"x{name}")}
        return Kind(name, cells(TICKETS, ticket_texts(meant, **texts)), fate, meant if fate is None else None)

    before = "2025-01-01 09:00:00"
    return [
        ticket("no id", "no request_id", number=""),
        ticket("no day", "no created_at", opened=""),
        ticket("solved before it was opened", "solved_at is before created_at", solved=before),
        ticket("replied to before it was opened", "first_reply_at is before created_at", replied=before),
        ticket("solved in a year's time", "solved_at is after today", solved="2027-01-01 09:00:00"),
        ticket("an unknown state", "is no known value of status: add it under [source.values.status]", state="lost"),
        *[ticket(state, state, state=state) for state in ("merged", "spam", "deleted")],
        ticket("an earlier state", "earlier_version", number="xtwice", state="open", updated=before),
        ticket("the last state", number="xtwice"),
        ticket("a count that is none", "not a number", reopened="often"),
        ticket("a count below zero", "a negative count", reopened="-1"),
        Kind("too short", b"x9,2025-10-20 09:00,,,open\n", f"5 fields where the header has {len(TICKETS)}"),
    ]


def odd_surveys() -> list[Kind]:
    """Return the answers that are none."""
    usual = {"sent": FIRST, "kind": "csat", "score": 4, "low": 1, "high": 5, "call": "c1"}

    def survey(name: str, fate: str | None = None, meant: dict[str, Any] | None = None, **texts: str) -> Kind:
        whole = usual | {"id": f"x{name}"} | (meant or {})
        return Kind(name, cells(SURVEYS, survey_texts(whole, **texts)), fate, whole if fate is None else None)

    outside = "score outside its scale"
    return [
        survey("no score", "no_score", score=""),
        survey("a score that was not recorded", "no_score", score="NaN"),
        survey("above the scale", outside, score="6"),
        survey("below the scale", outside, score="0"),
        survey("an 11 for a recommendation", outside, kind="nps", low="0", high="10", score="11"),
        survey("a recommendation from 1 to 5", "an NPS scale that does not end at 10", kind="nps"),
        survey("a scale of one answer", "scale_max is not above scale_min", low="4", high="4"),
        survey("a scale that begins at its end", "scale_max is not above scale_min", low="5", high="1"),
        survey("a scale without its beginning", "no scale_min", low=""),
        survey("a scale without its end", "no scale_max", high=""),
        survey("a word for a score", "not a number", score="good"),
        survey("infinity", "not a number", score="inf"),
        survey("a fraction", "not a number", score="4/5"),
        survey("per cent", "not a number", score="80%"),
        survey("an unknown question", "is no known value of kind: add it under [source.values.kind]", kind="mood"),
        survey("no question", "no kind", kind=""),
        survey("no day", "no sent_at", sent=""),
        survey("a call that nobody has", call="nowhere"),
        survey("half a point", meant={"score": 4.5}),
        survey("a decimal comma", meant={"score": 3.5}, score='"3,5"'),
    ]


@dataclass(frozen=True)
class Export:
    """A file: its name, its header, and its good and odd rows."""

    name: str
    columns: tuple[str, ...]
    good: list[dict[str, Any]]
    lines: list[bytes]
    odd: list[Kind]

    def written(self, *, broken: bool) -> bytes:
        """Return the file with its odd rows among the good ones; without those that are broken where not asked."""
        wanted = [kind.line for kind in self.odd if broken or kind.fate is None]
        step = len(self.lines) // (len(wanted) + 1)
        rows = list(self.lines)
        for place in range(len(wanted), 0, -1):
            rows.insert(place * step, wanted[place - 1])
        return ",".join(self.columns).encode() + b"\n" + b"".join(rows)

    def meant(self) -> list[dict[str, Any]]:
        """Return what the rows in use say."""
        return [*self.good, *(kind.meant for kind in self.odd if kind.meant)]


def exports() -> tuple[Export, ...]:
    """Return the three files of the project, in the order of its sources."""
    calls, tickets, surveys = good_calls(), good_tickets(), good_surveys()
    return (
        Export("calls.csv", CALLS, calls, [cells(CALLS, call_texts(row)) for row in calls], odd_calls()),
        Export("tickets.csv", TICKETS, tickets, [cells(TICKETS, ticket_texts(row)) for row in tickets], odd_tickets()),
        Export("surveys.csv", SURVEYS, surveys, [cells(SURVEYS, survey_texts(row)) for row in surveys], odd_surveys()),
    )
