"""The canonical tables: what every export becomes at the door.

Units and meanings hold everywhere: instants are UTC, with the project's local date beside them in `date`;
durations are seconds; ids of customers and advisers are pseudonyms; null means "not known", never zero.
"""

from dataclasses import dataclass
from functools import cache

from kpitools.errors import require_known

CHANNELS = (
    "phone", "callback", "email", "web_form", "chat", "messaging", "social", "sms", "video", "letter",
    "in_person", "self_care", "other", "unknown",
)  # fmt: skip
DIGITAL_CHANNELS = ("email", "web_form", "chat", "messaging", "social", "self_care")
DIRECTIONS = ("inbound", "outbound", "internal", "unknown")
OUTCOMES = (
    "answered", "abandoned", "voicemail", "callback_requested", "deflected", "overflow", "out_of_hours",
    "contained", "unreached", "failed", "pending", "unknown",
)  # fmt: skip
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", "deleted", "unknown")
SURVEY_KINDS = ("csat", "nps", "ces", "resolved", "other")
SURVEY_STATUSES = ("sent", "answered")
SEGMENTS = ("team", "channel", "request_type")

KINDS = ("id", "pseudonym", "text", "category", "instant", "duration", "number", "count", "boolean")


@dataclass(frozen=True)
class Column:
    """One canonical column: its kind, the closed list of its values where it has one, and its meaning."""

    name: str
    kind: str
    help: str
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: a row of it is a `row`; `anchor` is the instant that places a row in a period."""

    name: str
    row: str
    key: str
    anchor: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return a column; an unknown name is refused with the nearest known one."""
        known = {column.name: column for column in self.columns}
        return known[require_known(name, known, f"column of {self.name}")]


_SEGMENT_COLUMNS = (
    Column("team", "text", "team that took it, as the export writes it"),
    Column("channel", "category", "channel", CHANNELS),
    Column("request_type", "text", "why the customer got in touch, as the export writes it"),
)

CONTACTS = Table(
    "contacts", "contact", "contact_id", "started_at",
    (
        Column("contact_id", "id", "unique id; two rows with one id are one contact delivered twice"),
        Column("request_id", "id", "request (ticket) that it belongs to"),
        Column("customer_id", "pseudonym", "phone number, address or customer number"),
        Column("adviser_id", "pseudonym", "adviser who answered"),
        *_SEGMENT_COLUMNS,
        Column("channel_detail", "text", "which service of a channel: facebook, twitter, whatsapp"),
        Column("direction", "category", "who began: the customer is inbound", DIRECTIONS),
        Column("started_at", "instant", "enters the phone menu, or the message is sent", required=True),
        Column("answered_at", "instant", "a person answers"),
        Column("ended_at", "instant", "the contact ends"),
        Column("outcome", "category", "how it ended, one of several", OUTCOMES),
        Column("wait_s", "duration", "from the queue to a person (or to giving up)"),
        Column("ivr_s", "duration", "in the phone menu, before the queue"),
        Column("queue_s", "duration", "in the queue"),
        Column("ring_s", "duration", "ringing at an adviser's"),
        Column("talk_s", "duration", "in conversation, without hold"),
        Column("hold_s", "duration", "on hold"),
        Column("wrap_s", "duration", "after-contact work"),
        Column("handle_s", "duration", "talk, hold and wrap-up, only where the export has no components"),
        Column("resolved", "boolean", "the adviser's own flag that the request was resolved"),
        Column("transferred", "boolean", "handed on to another adviser"),
        Column("self_service", "boolean", "served by means that need no person"),
    ),
)  # fmt: skip

REQUESTS = Table(
    "requests", "request", "request_id", "created_at",
    (
        Column("request_id", "id", "unique id; the last row of an event log holds", required=True),
        Column("customer_id", "pseudonym", "who asked"),
        Column("adviser_id", "pseudonym", "who holds it"),
        *_SEGMENT_COLUMNS,
        Column("created_at", "instant", "opened", required=True),
        Column("first_reply_at", "instant", "first reply by a person"),
        Column("solved_at", "instant", "last resolved"),
        Column("closed_at", "instant", "closed for good"),
        Column("updated_at", "instant", "last change: which of several rows of one request is the newest"),
        Column("status", "category", "state", STATUSES),
        Column("reopens", "count", "times it was reopened"),
        Column("replies", "count", "public replies by advisers"),
        Column("contacts", "count", "exchanges that it took, where the export counts them"),
    ),
)  # fmt: skip

SURVEYS = Table(
    "surveys", "survey response", "response_id", "sent_at",
    (
        Column("response_id", "id", "unique id"),
        Column("kind", "category", "what was asked", SURVEY_KINDS, required=True),
        Column("status", "category", "answered, or sent and not answered", SURVEY_STATUSES),
        Column("sent_at", "instant", "sent; the date of the answer where only that is known", required=True),
        Column("answered_at", "instant", "answered"),
        Column("score", "number", "the answer, on its own scale"),
        Column("scale_min", "number", "lowest answer of the scale"),
        Column("scale_max", "number", "highest answer of the scale"),
        Column("contact_id", "id", "contact that it asks about"),
        Column("request_id", "id", "request that it asks about"),
        Column("customer_id", "pseudonym", "who was asked"),
        Column("adviser_id", "pseudonym", "about whom"),
        *_SEGMENT_COLUMNS,
    ),
)  # fmt: skip

TABLES = {table.name: table for table in (CONTACTS, REQUESTS, SURVEYS)}

DERIVED = {
    "contacts": ("date", "out_of_hours", "source"),
    "requests": ("date", "resolved", "reopened", "observed_days", "source"),
    "surveys": ("date", "source"),
}
"""Columns that the door adds: the local date, what follows from the calendar, which source a row is from."""


@cache
def column_names(table: str) -> tuple[str, ...]:
    """Return every column that a canonical table may have, the derived ones included."""
    return (*(column.name for column in TABLES[table].columns), *DERIVED[table])
