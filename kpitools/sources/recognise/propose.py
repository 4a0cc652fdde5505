"""What an export is taken for: contacts, requests, surveys, or two of them in one file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kpitools import schema
from kpitools.sources.cells.evidence import ORDERS
from kpitools.sources.recognise import codes, decide, follows, own, scores
from kpitools.sources.recognise.codes import Seen
from kpitools.sources.recognise.match import LOGGED, Match, is_date, matches, score_columns, time_of_day
from kpitools.sources.recognise.model import SNAPSHOT, Decision, Proposal, Question, Understood
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.totals import are_means, are_totals, summary
from kpitools.sources.recognise.words import code, says, words

TELLING = {
    "contacts": ("direction", "answered_at", "outcome", "wait_s", "ivr_s", "queue_s", "ring_s", "talk_s", "hold_s",
                 "wrap_s", "handle_s"),
    "requests": ("first_reply_at", "solved_at", "closed_at", "status", "reopens", "replies"),
    "customers": ("ended_at", "committed_until", "renewed"),
    "orders": ("order_id", "amount"),
    "messages": ("author", "public", "automatic"),
}  # fmt: skip
"""Columns that only this table has: what tells calls from tickets, and these from the rest."""
EXCHANGES = ("contacts", "requests")
"""Tables in which a score is the answer of that row's customer, given about that row."""


class Export(NamedTuple):
    """Files with the same columns, and what may be asked about them."""

    files: tuple[Path, ...]
    profiles: Sequence[Profile]
    asked: decide.Asked
    sheets: tuple[str, ...] = ("",)

    def named(self, table: str) -> bool:
        """Say whether the name of the file says what it holds."""
        return says(self.files[0].stem, words()["files"][table])


def propose(export: Export) -> tuple[Proposal, ...]:
    """Return the sources that files of one kind give; none where nothing is recognised."""
    profiles = export.profiles
    named = own.named(profiles)
    if not named and are_totals(profiles):
        totals = summary(export.files, profiles, export.asked, export.sheets)
        return (totals,) if totals else ()
    main, known = named or (_main_table(export), {})
    found: list[Proposal] = []
    used: dict[str, Match] = {}
    if main:
        used = follows.completed(matches(profiles, main, known), main, profiles)
        found.append(_records(export, main, used))
    found += [
        _survey(export, kind, scores.chosen(score, export.asked), (main, used))
        for kind, score in score_columns(profiles)
        if (main is None and not are_means(profiles))
        or (main in EXCHANGES and score.profile.name not in _headers(found))
    ]
    return _usable(found, profiles)


def _usable(found: Sequence[Proposal], profiles: Sequence[Profile]) -> tuple[Proposal, ...]:
    """Return the proposals whose rows can be placed, with the columns that none of them uses."""
    taken = _headers(found)
    not_used = tuple(profile.name for profile in profiles if profile.name not in taken)
    return tuple(replace(one, not_used=not_used) for one in found if _anchored(one))


def _headers(found: Sequence[Proposal]) -> set[str]:
    of_columns = {header for one in found for column in one.columns for header in column.headers}
    rules = (rule for one in found for said in one.decisions for given in said.rules.values() for rule in given)
    return of_columns | {header for rule in rules for header in rule.when}


def _anchored(one: Proposal) -> bool:
    """Say whether the rows have a date, or are a list that needs none."""
    return schema.TABLES[one.table].anchor in {column.column for column in one.columns} or one.undated


def _main_table(export: Export) -> str | None:
    """Say which table the rows are of; none where they are only answers to a survey."""
    evidence = {}
    profiles = export.profiles
    has_score = bool(score_columns(profiles))
    for table, telling in TELLING.items():
        found = matches(profiles, table)
        if schema.TABLES[table].lacking(found):
            continue
        told = sum(found[name].score for name in telling if name in found and not found[name].assumed)
        if table == "customers" and "customer_id" not in found and found["left"].generic:
            continue  # `Status` alone makes no list of customers
        if schema.TABLES[table].anchor not in found:
            told = _snapshot(found, profiles)
        key = found.get(schema.TABLES[table].key)
        own = bool(key and not key.generic and not has_score and (table in LOGGED or key.profile.unique == 1))
        if _added_up(export, found) and not key if table == "contacts" else not (told or own):
            continue
        told += 0.5 * own
        evidence[table] = told + 0.4 * (not has_score and export.named(table))
    if export.named("surveys") and has_score:
        evidence = {table: score - 1 for table, score in evidence.items()}
    best = max(evidence, key=lambda table: evidence[table], default=None)
    return best if best is not None and evidence[best] >= 0.4 else None


def _snapshot(found: dict[str, Match], profiles: Sequence[Profile]) -> float:
    """Say how well a flag tells which customers left, in a list as it stood; not at all where anything is a date."""
    return 0.0 if any(is_date(profile) for profile in profiles) else found["left"].score


def _added_up(export: Export, found: dict[str, Match]) -> bool:
    """Say whether rows look like totals of days: no contact has its own id, time or outcome."""
    day = found["started_at"].profile
    timed = not day.dates_only or time_of_day(export.profiles, day, {match.profile.name for match in found.values()})
    return "outcome" not in found and not timed


def _records(export: Export, table: str, used: dict[str, Match]) -> Proposal:
    """Propose the rows of a table; what one of surveys takes is decided apart."""
    columns = _understood(used, export.profiles, schema.TABLES[table].anchor)
    minutes = any(decide.has_minutes(match.profile) for match in used.values() if match.column.endswith("_s"))
    asked = export.asked._replace(orders=_orders(used), minutes=minutes)
    ended = follows.ended(table, used)
    began = used[schema.TABLES[table].anchor].profile if schema.TABLES[table].anchor in used else None
    decisions = [
        decision
        for match in used.values()
        for decision in _decisions(match, table, asked, Seen(follows.spans(used, match.column), ended, began))
    ]
    decisions += _assumed(used)
    if table == "contacts":
        decisions += follows.answered(used) if "outcome" not in used else []
    if schema.TABLES[table].anchor not in used:
        decisions.append(Decision(assumed=(SNAPSHOT, *(("row_is_customer",) if "customer_id" not in used else ()))))
    if "solved_at" in used and used["solved_at"].profile is getattr(used.get("closed_at"), "profile", None):
        decisions.append(Decision(assumed=("closing_is_solving",)))
    days = {match.column for match in used.values() if match.column.endswith("_at") and match.profile.dates_only}
    if table == "requests" and len(days - {"updated_at"}) > 1:
        decisions.append(Decision(assumed=("dates_without_times",)))
    if table == "contacts":
        decisions += _constants(export, used)
        decisions += [Decision(assumed=("rows_are_legs",))] if "root_id" in used else []
    elif table == "requests" and used["request_id"].profile.unique < 1:
        decisions.append(Decision(assumed=("newest_state_counts" if "updated_at" in used else "last_row_counts",)))
    ruled = {name for decision in decisions for name in decision.rules}
    columns = tuple(column for column in columns if column.column not in ruled)
    return Proposal(export.files, table, columns, tuple(decisions), ())


def _assumed(used: dict[str, Match]) -> list[Decision]:
    """Mark the columns whose header does not quite say what they are taken for."""
    return [
        Decision(assumed=("talk_is_whole_call" if match.column == "talk_s" else "column_by_its_cells",))
        for match in used.values()
        if match.assumed
    ]


def _orders(used: dict[str, Match]) -> frozenset[str]:
    return frozenset(
        match.profile.order or ""
        for match in used.values()
        if match.column.endswith("_at") and match.profile.order in ORDERS
    )


def _understood(used: dict[str, Match], profiles: Sequence[Profile], anchor: str) -> tuple[Understood, ...]:
    """Return the columns with their headers; a date without its time is joined with a column of times."""
    taken = {match.profile.name for match in used.values()}
    made = []
    for match in used.values():
        headers: tuple[str, ...] = (match.profile.name,)
        if match.column == anchor and match.profile.dates_only:
            clock = time_of_day(profiles, match.profile, taken)
            headers += (clock.name,) if clock else ()
        made.append(Understood(match.column, headers, match.evidence))
    return tuple(made)


def _decisions(
    match: Match,
    table: str,
    asked: decide.Asked,
    seen: Seen = Seen(),  # noqa: B008 - frozen
) -> list[Decision]:
    """Return what has to be decided about a column, by its kind and by what is `seen` in others."""
    column = schema.TABLES[table].column(match.column)
    if column.kind == "instant":
        return [decide.date_order(match, asked)]
    if column.kind == "duration":
        return [decide.duration_unit(match, asked, seen.spans)]
    if column.kind == "boolean" and match.profile.ticked:
        return [codes.ticks(match)]
    if column.name == "left" and match.profile.flags is None:
        return [codes.yes_or_no(match, asked)]
    if column.kind != "category":
        return []
    return [
        codes.meanings(match, asked, column.values, seen if match.column == "status" else seen._replace(ended=None))
    ]


def _constants(export: Export, used: dict[str, Match]) -> list[Decision]:
    """Decide the channel and the direction of contacts that state neither."""
    phone = any(used[name].share for name in TELLING["contacts"] if name in used) or export.named("contacts")
    named = code("channel", export.files[0].stem)
    channel = export.asked.answer("channel", schema.CHANNELS) or named or ("phone" if phone else None)
    made = []
    if "channel" not in used and channel:
        made.append(Decision(constants={"channel": channel}, assumed=(f"channel_{channel}",)))
    elif "channel" not in used:
        place = export.asked.place
        text = f"{place}: through which channel did these contacts come?"
        line = '[source.constants] channel = "phone"'
        made.append(Decision(questions=(Question(f"{place}:channel", text, line, schema.CHANNELS),)))
    if "direction" not in used:
        way = "outbound" if code("direction", export.files[0].stem) == "outbound" else "inbound"
        made.append(Decision(constants={"direction": way}, assumed=(f"direction_{way}",)))
    return made


def _survey(export: Export, kind: str, score: Match, main: tuple[str | None, dict[str, Match]]) -> Proposal:
    """Propose the answers of one survey question: a file of its own, or a column of calls or tickets."""
    others = [profile for profile in export.profiles if profile.name != score.profile.name]
    table, records = main
    used = _borrowed(table, records) | _own_date(others, records) if table else matches(others, "surveys")
    asked = export.asked._replace(orders=_orders(used))
    known, decision = scores.survey_kind(kind, score, export.files[0].stem, asked)
    decisions = [decision, scores.spelt(score)]
    if not decisions[-1].constants:
        decisions.append(scores.scale(known or kind, score.profile, asked))
    decisions.append(scores.polarity(known, score, asked))
    decisions += [one for match in used.values() for one in _decisions(match, "surveys", asked)]
    decisions += _assumed(used)
    if table and used["sent_at"].profile.name == records[schema.TABLES[table].anchor].profile.name:
        decisions.append(Decision(assumed=("survey_date_of_record",)))
    columns = _understood(used, others, "sent_at")
    if score.levels is None:
        columns += (Understood("score", (score.profile.name,), score.evidence),)
    return Proposal(export.files, "surveys", columns, tuple(decisions), ())


def _borrowed(table: str, records: dict[str, Match]) -> dict[str, Match]:
    """Return what a survey column beside calls or tickets takes from them: id, date, adviser and segments."""
    key = schema.TABLES[table].key
    own_id = "root_id" if "root_id" in records else key
    taken = {"sent_at": schema.TABLES[table].anchor, "response_id": own_id, key: own_id}
    taken |= {name: name for name in ("customer_id", "adviser_id", *schema.SEGMENTS)}
    return {name: replace(records[own], column=name) for name, own in taken.items() if own in records}


def _own_date(profiles: Sequence[Profile], records: dict[str, Match]) -> dict[str, Match]:
    """Return the date of the survey beside calls or tickets, where every row has one."""
    taken = {match.profile.name for match in records.values()}
    named = [one for one in profiles if one.name not in taken and says(one.name, words()["files"]["surveys"])]
    dates = {name: one for name, one in matches(named, "surveys").items() if name == "sent_at"}
    return {name: one for name, one in dates.items() if one.profile.filled == len(one.profile.column)}
