"""The canonical tables: what every export becomes at the door.

Units and meanings hold everywhere: instants are UTC, with the project's local date beside them in `date`;
durations are seconds; ids of customers and advisers are pseudonyms; null means "not known", never zero.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache

from kpitools.errors import require_known

CHANNELS = (
    "phone", "callback", "email", "web_form", "chat", "messaging", "social", "sms", "video", "letter",
    "in_person", "self_care", "other", "unknown",
)  # fmt: skip
DIGITAL_CHANNELS = ("email", "web_form", "chat", "messaging", "social", "self_care")
DIRECTIONS = ("inbound", "outbound", "internal", "unknown")
OUTCOMES = (
    "answered", "abandoned", "abandoned_in_menu", "voicemail", "callback_requested", "deflected", "overflow",
    "out_of_hours", "contained", "unreached", "failed", "pending", "unknown",
)  # fmt: skip
EXCLUSIONS = ("merged", "spam", "deleted", "test", "internal", "duplicate")
"""Why an export itself says that a row is not to be counted. An empty cell, or what stands for `counted`, is."""
UNSOLD = ("not_sold", "test")
"""The same of an order: it was lost, or is not won yet."""
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", "deleted", "unknown")
TOUCHPOINTS = ("contact", "request", "relation", "unknown")
POLARITIES = ("higher_better", "lower_better", "unknown")
REPEAT_REASONS = ("not_taken_into_account", "answer_raised_another", "wrong_service", "answer_not_clear", "other")
AUTHORS = ("customer", "adviser", "bot", "system", "unknown")
SURVEY_KINDS = ("csat", "nps", "ces", "resolved", "other")
SURVEY_STATUSES = ("sent", "answered")
SEGMENTS = ("team", "channel", "request_type")

KINDS = ("id", "pseudonym", "text", "category", "instant", "duration", "number", "count", "boolean")


@dataclass(frozen=True)
class Column:
    """One canonical column: its kind, the closed list of its values where it has one, and its meaning.

    A `required` column may be absent where the column `unless` is there.
    """

    name: str
    kind: str
    help: str
    values: tuple[str, ...] = ()
    required: bool = False
    unless: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table: a row of it is a `row`; `anchor` is the instant that places a row in a period.

    Without its anchor, where that is not required, a table is a list of no period, and has no `date`.
    """

    name: str
    row: str
    key: str
    anchor: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return a column; an unknown name is refused with the nearest known one."""
        known = {column.name: column for column in self.columns}
        return known[require_known(name, known, f"column of {self.name}")]

    def lacking(self, given: Collection[str]) -> list[Column]:
        """Return the columns that are required and not among those given."""
        required = (column for column in self.columns if column.required and column.name not in given)
        return [column for column in required if column.unless not in given]

    def with_segments(self, names: tuple[str, ...]) -> "Table":
        """Return the table with a project's own segments as further columns."""
        own = (Column(name, "text", "a segment of the project's own") for name in names)
        return replace(self, columns=(*self.columns, *own))


_SEGMENT_COLUMNS = (
    Column("team", "text", "team that took it, as the export writes it"),
    Column("channel", "category", "channel", CHANNELS),
    Column("request_type", "text", "why the customer got in touch, as the export writes it"),
)

CONTACTS = Table(
    "contacts", "contact", "contact_id", "started_at",
    (
        Column("contact_id", "id", "unique id; two rows with one id are one contact delivered twice"),
        Column("root_id", "id", "first contact of a chain; the legs of one transferred call have one"),
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
        Column("hold_s", "duration", "on hold; none where it is empty beside a `talk_s`"),
        Column("wrap_s", "duration", "after-contact work"),
        Column("handle_s", "duration", "talk, hold and wrap-up, only where the export has no components"),
        Column("resolved", "boolean", "the adviser's own flag that the request was resolved"),
        Column("transferred", "boolean", "handed on to another adviser"),
        Column("self_service", "boolean", "sent to, or served by, means that need no person"),
        Column("sale", "boolean", "it ended in an additional sale"),
        Column("repeat_reason", "category", "why the customer had to come back", (*REPEAT_REASONS, "unknown")),
        Column("exclusion", "category", "why the export itself does not count it", (*EXCLUSIONS, "counted")),
        Column("updated_at", "instant", "last change: which of several deliveries of one contact is the newest"),
        Column("vendor_wait_s", "duration", "wait as the system computed it, to hold ours against"),
        Column("vendor_talk_s", "duration", "talk time as the system computed it"),
        Column("vendor_handle_s", "duration", "handling time as the system computed it"),
        Column("vendor_in_time", "boolean", "the system's own verdict: answered within its service level"),
    ),
)  # fmt: skip

REQUESTS = Table(
    "requests", "request", "request_id", "created_at",
    (
        Column("request_id", "id", "unique id; the last row of an event log holds", required=True),
        Column("customer_id", "pseudonym", "who asked"),
        Column("adviser_id", "pseudonym", "who holds it"),
        *_SEGMENT_COLUMNS,
        Column("channel_detail", "text", "which service of a channel: facebook, twitter, whatsapp"),
        Column("created_at", "instant", "opened", required=True),
        Column("first_reply_at", "instant", "first reply by a person"),
        Column("solved_at", "instant", "last resolved"),
        Column("closed_at", "instant", "closed for good"),
        Column("updated_at", "instant", "last change: which of several rows of one request is the newest"),
        Column("status", "category", "state", STATUSES),
        Column("reopens", "count", "times it was reopened"),
        Column("replies", "count", "public replies by advisers"),
        Column("contacts", "count", "exchanges that it took, where the export counts them"),
        Column("one_touch", "boolean", "the helpdesk's own flag: resolved by the first reply"),
        Column("exclusion", "category", "why the export itself does not count it", (*EXCLUSIONS, "counted")),
        Column("vendor_first_reply_s", "duration", "first reply time as the system computed it, around the clock"),
        Column("vendor_first_reply_open_s", "duration", "first reply time as the system computed it, in opening hours"),
        Column("vendor_resolution_s", "duration", "resolution time as the system computed it, around the clock"),
        Column("vendor_resolution_open_s", "duration", "resolution time as the system computed it, in opening hours"),
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
        Column("polarity", "category", "whether a high answer is good", POLARITIES),
        Column("touchpoint", "category", "what it asks about: a contact, a request, the relation", TOUCHPOINTS),
        Column("verbatim", "text", "what the customer wrote; read only where [privacy] allows, and scrubbed"),
        Column("contact_id", "id", "contact that it asks about"),
        Column("request_id", "id", "request that it asks about"),
        Column("customer_id", "pseudonym", "who was asked"),
        Column("adviser_id", "pseudonym", "about whom"),
        *_SEGMENT_COLUMNS,
    ),
)  # fmt: skip

CUSTOMERS = Table(
    "customers", "customer spell", "spell_id", "started_at",
    (
        Column("spell_id", "id", "unique id of the subscription or account"),
        Column("customer_id", "pseudonym", "customer number", required=True, unless="left"),
        Column("phone", "pseudonym", "phone number: it bridges calls and tickets"),
        Column("email", "pseudonym", "address: it bridges calls and tickets"),
        *_SEGMENT_COLUMNS,
        Column("started_at", "instant", "the customer came", required=True, unless="left"),
        Column("ended_at", "instant", "the customer left; empty while the spell lasts"),
        Column("committed_until", "instant", "the commitment runs out"),
        Column("renewed", "boolean", "the customer committed again when it ran out"),
        Column("left", "boolean", "the customer left, as a snapshot without dates says"),
    ),
)  # fmt: skip

ORDERS = Table(
    "orders", "order", "order_id", "ordered_at",
    (
        Column("order_id", "id", "unique id"),
        Column("customer_id", "pseudonym", "who bought", required=True),
        Column("contact_id", "id", "contact that led to it"),
        *_SEGMENT_COLUMNS,
        Column("ordered_at", "instant", "bought", required=True),
        Column("amount", "number", "what it was worth"),
        Column("exclusion", "category", "why it is no sale: lost, or not won yet", (*UNSOLD, "counted")),
    ),
)  # fmt: skip

MESSAGES = Table(
    "messages", "message", "message_id", "sent_at",
    (
        Column("message_id", "id", "unique id"),
        Column("request_id", "id", "request (ticket) that it belongs to", required=True),
        Column("adviser_id", "pseudonym", "adviser who wrote it"),
        Column("sent_at", "instant", "sent", required=True),
        Column("author", "category", "who wrote it", AUTHORS, required=True),
        Column("public", "boolean", "the customer sees it; an internal note is not public"),
        Column("automatic", "boolean", "sent by a rule: an acknowledgement, an out-of-office reply"),
        *_SEGMENT_COLUMNS,
    ),
)  # fmt: skip

ADVISERS = Table(
    "advisers", "observation of an adviser", "observation_id", "observed_at",
    (
        Column("observation_id", "id", "unique id"),
        Column("adviser_id", "pseudonym", "adviser", required=True),
        *_SEGMENT_COLUMNS,
        Column("observed_at", "instant", "day of the observation (a monitored contact, a mystery call)", required=True),
        Column("presents_channels", "boolean", "the adviser presented the other channels"),
    ),
)  # fmt: skip

FIGURES = Table(
    "figures", "figure", "figure_id", "start",
    (
        Column("figure_id", "id", "unique id"),
        Column("kpi", "text", "KPI of the catalogue", required=True),
        *_SEGMENT_COLUMNS,
        Column("start", "instant", "first day that it covers", required=True),
        Column("end", "instant", "last day that it covers"),
        Column("value", "number", "the figure, in the unit of its KPI"),
        Column("numerator", "number", "what was counted"),
        Column("denominator", "number", "out of how many"),
        Column("entered_by", "pseudonym", "who entered it by hand"),
        Column("entered_at", "instant", "when it was entered"),
    ),
)  # fmt: skip

TABLES = {table.name: table for table in (CONTACTS, REQUESTS, SURVEYS, CUSTOMERS, ORDERS, MESSAGES, ADVISERS, FIGURES)}

PEOPLE = ("surveys", "customers", "orders", "advisers")
"""Tables whose rows are people: who answered, who is a customer, who bought, who was observed."""

DERIVED = {
    "contacts": ("date", "out_of_hours", "source"),
    "requests": (
        "date", "solved_date", "closed_date", "resolved", "reopened", "observed_days", "outbound_contacts",
        "customer_messages", "first_reply_s", "first_reply_open_s", "resolution_s", "resolution_open_s",
        "adviser_resolved", "survey_resolved", "customer_known", "next_contact_days", "next_same_type_days",
        "source",
    ),
    "surveys": ("date", "sent", "source"),
    "customers": ("date", "end_date", "commitment_date", "source"),
    "orders": ("date", "bought_before", "source"),
    "messages": ("date", "source"),
    "advisers": ("date", "source"),
    "figures": ("date", "end_date", "source"),
}  # fmt: skip
"""Columns that the door adds: local dates, what follows from the calendar or other tables, which source a row is from.

`..._open_s` counts the seconds within opening hours. `outbound_contacts` are those that the service began;
`customer_messages` what the customer wrote; `customer_known` says whether there is one to come back;
`adviser_resolved` and `survey_resolved` what the adviser of the first contact and the customer said of it;
`next_contact_days` and `next_same_type_days` how many days after the first contact
the same customer got in touch again, about anything or about the same type of request. `sent` is true of every survey
where an export lists those without an answer too.
"""


@cache
def column_names(table: str) -> tuple[str, ...]:
    """Return every column that a canonical table may have, the derived ones included."""
    return (*(column.name for column in TABLES[table].columns), *DERIVED[table])
