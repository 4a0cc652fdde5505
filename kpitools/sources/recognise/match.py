"""Which column of an export is which canonical column: the best header whose cells have the right shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from kpitools import schema
from kpitools.sources.recognise.levels import Levels, levels
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import bounded, code, denies, flag, hear, phrases, says, stems, unit_of, words

ENOUGH = 0.8
"""The share of filled cells that must be read as the column's kind."""
HALF = 0.5
"""The share of rows whose code must be known; the other codes are asked, or marked."""
LEAST = 0.45
"""The lowest score at which a header is believed."""
ANYBODYS, SEVERAL = ("=email", "=from"), 0.05
"""Headers that are an adviser's as well as a customer's: a customer's address returns in fewer rows than one in 20."""


ANYTHINGS = (
    "=status", "=statut", "=etat", "=state", "=result", "=resultat",
    "=customer status", "=client status", "=statut client", "=situation", "=situation client",
)  # fmt: skip
"""Headers that tickets, calls and customers have: their codes say of which of them they are."""
MOST_CODES = 100
FEW_STATES = 8
"""More states are not those of a customer who stays or leaves."""
OVERALL = 0.85
"""The score of a header that says satisfaction and no more: what others ask beside it is of a part."""
IN_WORDS = 0.9
"""What a column of answers in words weighs beside one of numbers."""
LOGGED = ("requests", "orders")
"""Tables of which an export may hold many rows with one id: a row for each change, for each article."""
MEASURED = ("boolean", "duration", "instant")
"""Kinds of columns of which a header that denies its word says nothing: "not renewed", "wait if not answered"."""
SELDOM = 0.1
"""The share of ids that differ, below which a column of contacts or answers holds something else."""


@dataclass(frozen=True, eq=False)
class Match:
    """A canonical column and the column of the export that is taken for it."""

    column: str
    profile: Profile
    score: float
    share: float
    assumed: bool = False
    generic: bool = False
    levels: Levels | None = None
    """Of answers that are not written as numbers: what they stand for."""
    rivals: tuple["Match", ...] = ()
    """Of a score: the columns, itself among them, that ask for the same, and none of them of the whole."""

    @property
    def evidence(self) -> str:
        """Why, in a few words."""
        return f"header {self.profile.name!r}, {self.share:.0%} of its cells fit"


def matches(
    profiles: Sequence[Profile], table: str, known: Mapping[str, Match] = MappingProxyType({})
) -> dict[str, Match]:
    """Return the best assignment of columns to a canonical table beside those that are known.

    A column serves one purpose at most.
    """
    found = [
        match
        for column in schema.TABLES[table].columns
        for profile in profiles
        if (match := _match(profile, table, column)) is not None
    ]
    chosen = dict(known)
    taken = {match.profile.name for match in known.values()}
    for match in sorted(found, key=lambda one: -one.score):
        if match.column not in chosen and match.profile.name not in taken:
            chosen[match.column] = match
            taken.add(match.profile.name)
    chosen |= _by_cells([profile for profile in profiles if profile.name not in taken], table, set(chosen))
    return {column.name: chosen[column.name] for column in schema.TABLES[table].columns if column.name in chosen}


TELLTALE = {"outcome": {"answered", "abandoned"}, "direction": {"inbound", "outbound"}, "channel": {"phone", "email"}}
"""Values that leave no doubt what a column is, whatever its header says."""


def _by_cells(profiles: Sequence[Profile], table: str, known: set[str]) -> dict[str, Match]:
    """Return what the cells alone show: the only column of dates, the only one with codes of a kind."""
    anchor = schema.TABLES[table].anchor
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        if anchor not in known and is_date(profile) and not says(profile.name, words()["other_dates"]["words"]):
            found.setdefault(anchor, []).append(profile)
        for column, telltale in TELLTALE.items():
            meant = {code(column, text) for text in profile.counts} if 1 < profile.distinct <= 30 else set()
            if column not in known and column in phrases("headers", table) and telltale <= meant and None not in meant:
                found.setdefault(column, []).append(profile)
    return {name: Match(name, fits[0], LEAST, 1.0, assumed=True) for name, fits in found.items() if len(fits) == 1}


def is_date(profile: Profile) -> bool:
    """Say whether the cells are dates beyond doubt: written with marks, not bare numbers."""
    return profile.filled > 0 and profile.share("number") < 0.5 and profile.share("instant") >= 0.95


def _match(profile: Profile, table: str, column: schema.Column) -> Match | None:
    heard = hear(profile.name, phrases("headers", table, column.name))
    if heard.score < LEAST or not profile.filled or _of_a_part(profile, column, heard.word):
        return None
    if column.name == "customer_id" and heard.word in ANYBODYS and profile.unique < SEVERAL:
        return None
    if heard.word in ANYTHINGS and column.name == "outcome" and not _of_calls(profile):
        return None
    if heard.word in ANYTHINGS and column.name == "left" and not _of_customers(profile):
        return None
    share = shape(profile, table, column)
    if share < (ENOUGH if column.kind != "category" else HALF):
        return None
    score = heard.score * share * _suits(profile, table, column)
    return Match(column.name, profile, score, share, heard.assumed, heard.word.startswith(("=", "?")))


def _of_a_part(profile: Profile, column: schema.Column, phrase: str) -> bool:
    """Say whether a header tells of a part of what its phrase says ("answered in 20 s"), or of its contrary."""
    denied = column.kind in MEASURED and denies(profile.name) is not None
    return denied or (profile.flags is not None and bounded(profile.name, phrase))


def _of_calls(profile: Profile) -> bool:
    """Say whether the codes are those of calls: some were answered, and some were not."""
    meant = {code("outcome", text) for text in profile.shown} if profile.distinct <= MOST_CODES else set()
    return "answered" in meant and not meant.isdisjoint(("abandoned", "unreached", "voicemail"))


def _of_customers(profile: Profile) -> bool:
    """Say whether the codes are those of customers: some left, and some did not."""
    meant = {code("left", text) for text in profile.shown} if profile.distinct <= FEW_STATES else set()
    return profile.flags is None and meant >= {"yes", "no"}


def _suits(profile: Profile, table: str, column: schema.Column) -> float:
    """Weigh what every row needs by how often it is there, and an id by how seldom it repeats."""
    there = profile.filled / len(profile.column) if column.required else 1.0
    return there * (0.5 + 0.5 * profile.unique if column.name == schema.TABLES[table].key else 1.0)


def shape(profile: Profile, table: str, column: schema.Column) -> float:
    """Return how far a column's cells look like those of a canonical column, from 0 to 1."""
    if column.kind == "category":
        return _known_codes(profile, column.name)
    if column.kind == "pseudonym" and _nobody(profile, column.name):
        return 0.0
    if column.kind in ("id", "pseudonym"):
        return _of_ids(profile, table) if column.name == schema.TABLES[table].key else 1.0
    if column.kind == "text":
        typed = column.name == "request_type" and _known_codes(profile, "direction") >= HALF  # incoming, outgoing
        timed = unit_of(profile.name) is not None and profile.bare  # `Queue (s)` names no queue
        return float(1 < profile.distinct <= max(60, 0.05 * profile.filled) and not typed and not timed)
    if column.kind == "duration" and profile.dates_only is False and profile.share("instant") > ENOUGH:
        return 0.0
    told = profile.share({"count": "number"}.get(column.kind, column.kind))
    return max(told, _known_codes(profile, column.name)) if column.name == "left" else told


def _nobody(profile: Profile, column: str) -> bool:
    """Say whether the cells name nobody: dates, durations, or whether somebody has a telephone."""
    has_one = column in ("phone", "email") and profile.flags is not None
    return has_one or is_date(profile) or unit_of(profile.name) is not None


def _of_ids(profile: Profile, table: str) -> float:
    """Return how many rows have an id; of contacts and answers one that nearly all rows share is none."""
    return profile.filled / len(profile.column) if table in LOGGED or profile.unique >= SELDOM else 0.0


def _known_codes(profile: Profile, column: str) -> float:
    """Return the share of rows whose code is known; a flag counts as known for an outcome that the header names."""
    if profile.flags is not None:
        return 1.0 if flag(column, profile.name) else 0.0
    if column == "outcome" and profile.distinct < 2:
        return 0.0
    if profile.distinct <= 30 and hear(profile.name, phrases("plain", column)).score > ENOUGH:
        return 1.0
    if profile.distinct > MOST_CODES:
        return 0.0
    return sum(count for text, count in profile.counts.items() if code(column, text)) / profile.filled


def time_of_day(profiles: Iterable[Profile], date: Profile, taken: set[str]) -> Profile | None:
    """Return the column that holds the time of day belonging to a column of dates."""
    fits = [
        (heard.score, -place, profile)
        for place, profile in enumerate(profiles)
        if profile.name not in taken
        and (heard := hear(profile.name, phrases("times", "time"))).score >= LEAST
        and profile.share("time of day") >= (1.0 if max(profile.numbers, default=0) >= 1 else ENOUGH)  # `093015`: all
    ]
    rest = stems(date.name)
    near = [fit for fit in fits if stems(fit[2].name) & rest] or fits
    return max(near, key=lambda fit: fit[:2])[2] if near else None


def score_columns(profiles: Iterable[Profile]) -> list[tuple[str, Match]]:
    """Return the columns that hold answers to a survey question, each with the kind of question that its header names.

    The kind is `unnamed` where the header says "score" and no more. A comment is none; answers in words are.
    """
    found = []
    for profile in profiles:
        heard = {kind: hear(profile.name, phrases("scores", kind), ranked=False) for kind in words()["scores"]}
        kind = max(heard, key=lambda one: heard[one].score)
        if heard[kind].score < LEAST or profile.distinct < 2:
            continue
        numbers = profile.share("number")
        said = levels(profile, kind) if numbers < 1 else None  # the ends of a scale of numbers may be in words
        if said and (told := said.profile(profile)).filled > numbers * profile.filled:
            share = told.filled / sum(n for text, n in profile.counts.items() if text not in said.blank)
            found.append((kind, Match("score", told, IN_WORDS * heard[kind].score * share, share, levels=said)))
        elif numbers >= ENOUGH:
            found.append((kind, Match("score", profile, heard[kind].score * numbers, numbers)))
    best = {kind: max((one for name, one in found if name == kind), key=lambda one: one.score) for kind, _ in found}
    if "csat" in best and best["csat"].score < OVERALL:
        best["csat"] = replace(best["csat"], rivals=tuple(one for name, one in found if name == "csat"))
    named = [one for one in best.items() if one[0] != "unnamed"]
    return named or list(best.items())
