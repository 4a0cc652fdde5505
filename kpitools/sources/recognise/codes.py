"""What the codes of a column mean: as a list of words knows them, as other columns show, assumed, or asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.project.rules import Rule
from kpitools.sources.recognise.decide import Asked
from kpitools.sources.recognise.match import Match
from kpitools.sources.recognise.model import Decision, Question
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import code, flag

FEW = 0.02
"""The share of tickets whose state may be unknown without a word."""


class Seen(NamedTuple):
    """What other columns say of the rows: how long they lasted, which have an end, and when they began."""

    spans: np.ndarray | None = None
    ended: pa.Array | None = None
    began: Profile | None = None


def meanings(match: Match, asked: Asked, values: Sequence[str], seen: Seen = Seen()) -> Decision:  # noqa: B008 - frozen
    """Decide what each code of a category column means, one of `values`; one that no list knows is asked, or marked.

    Where all rows with an unknown state have a date of their end, or none has, this is what the state means; a code of
    rows without a beginning (a total at the foot) means nothing.
    """
    profile, column = match.profile, match.column
    meant, assumed = _flags(column, profile), ["unanswered_is_abandoned"] if column == "outcome" else []
    if meant and profile.ticked and (sense := flag(column, profile.name)):
        made = ticks(match, sense[True], sense[False])
        return replace(made, assumed=(*made.assumed, *assumed))
    if meant is None:
        answered = {text: asked.answer(f"{column}={text}", values) for text in profile.counts}
        meant, assumed = {text: said or _meant(column, text, values) for text, said in answered.items()}, []
    for assumption, guess in _guesses(match, values, seen.ended).items():
        told = {text: said for text, value in meant.items() if value is None and (said := guess(text))}
        meant |= told
        assumed += [assumption] * bool(told)
    meant = {text: value for text, value in meant.items() if value or _begins(profile, seen.began, text)}
    written: dict[str, list[str]] = {}
    for text, value in meant.items():
        if value is not None:
            written.setdefault(value, []).append(text)
    if column == "status" and meant and set(meant.values()) <= ENDS and _never_ended(profile, seen.ended):
        rules = [Rule(value=value, when={profile.name: sorted(texts)}) for value, texts in written.items()]
        rules.append(Rule(value="open", when={profile.name: profile.blanks}))
        return Decision(rules={column: rules}, assumed=(*assumed, "empty_is_no"), evidence=match.evidence)
    unknown = [text for text, value in meant.items() if value is None]
    many = sum(profile.counts[text] for text in unknown) > FEW * profile.filled
    return Decision(
        values={column: {value: sorted(texts) for value, texts in written.items()}},
        assumed=tuple(assumed),
        questions=tuple(_code_question(match, text, asked, values, held=many) for text in unknown),
        held_back=(column,) if many and column in DECIDING else (),
    )


DECIDING = ("status", "outcome")
"""Columns of which the rows known alone would give another share: not read before the codes of many rows are known."""
ENDS = {"solved", "closed"}
"""States of a ticket that is done; where a list has no others, a ticket without one is not done."""


def _never_ended(profile: Profile, ended: pa.Array | None) -> bool:
    """Say whether many rows have no state, and none of them has a date of its end."""
    texts = profile.column.cast(pa.string()).combine_chunks()
    empty = pc.or_(pc.is_null(texts), pc.fill_null(pc.is_in(texts, pa.array(profile.blanks)), True))  # noqa: FBT003
    many = len(texts) - profile.filled > FEW * len(texts)
    return many and (ended is None or not pc.any(ended.filter(empty)).as_py())


def _begins(profile: Profile, began: Profile | None, text: str) -> bool:
    """Say whether any row with a text has a date of its beginning."""
    if began is None:
        return True
    mine = pc.equal(profile.column.cast(pa.string()), text).combine_chunks()
    return bool(pc.any(pc.and_(pc.is_valid(began.instants), mine)).as_py())


def ticks(match: Match, yes: str = "yes", no: str = "no") -> Decision:
    """Decide what a column says that is only ever ticked: what is empty is a no."""
    name, told = match.profile.name, match.profile.flags or {}
    rules = [Rule(value=yes, when={name: sorted(told)}), Rule(value=no, when={name: match.profile.blanks})]
    return Decision(rules={match.column: rules}, assumed=("empty_is_no",), evidence=match.evidence)


def yes_or_no(match: Match, asked: Asked) -> Decision:
    """Decide which words of a column mean yes and which mean no; one that no list knows is asked."""
    profile, written = match.profile, dict[str, list[str]]()
    questions = []
    for text in profile.shown:
        key = f"{match.column}={text}"
        if meant := asked.answer(key, ("yes", "no")) or code(match.column, text):
            written.setdefault(meant, []).append(text)
        else:
            said = f"{asked.place}, column {profile.name!r}: is {text!r} a yes as {match.column}?"
            rule = f'{{ is = "no", when = {{ "{profile.name}" = ["{text}"] }} }}'
            line = f"to the list [source.rules] {match.column}: {rule}"
            questions.append(
                Question(f"{asked.place}:{key}", f"{said} ({profile.counts[text]} rows)", line, ("no", "yes"))
            )
    rules = [Rule(value=value, when={profile.name: sorted(texts)}) for value, texts in written.items()]
    return Decision(rules={match.column: rules}, questions=tuple(questions), evidence=match.evidence)


def _guesses(match: Match, values: Sequence[str], ended: pa.Array | None) -> dict[str, Callable[[str], str | None]]:
    """Return what may be assumed of a code that no list knows, the surest first, by the name of the assumption."""
    column = match.column
    found: dict[str, Callable[[str], str | None]] = {"type_of_call": partial(_of_call_type, column)}
    if ended is not None:  # a state that some rows leave and some do not is for somebody to say
        return found | {"states_by_their_end": partial(_by_end, match.profile, ended)}
    rest = {"channel": "other", "status": "unknown", "direction": "unknown"}.get(column)
    if rest not in values:
        return found
    few = match.profile.filled * (FEW if column == "status" else 1)  # a state of many rows decides how many are solved
    return found | {f"{column}_codes_{rest}": lambda text: rest if match.profile.counts[text] <= few else None}


def _meant(column: str, text: str, values: Sequence[str]) -> str | None:
    """Return the canonical value that a text is or means."""
    own = text.strip().lower()
    found = own if own in values else code(column, text)
    return found if found in values else None


def _by_end(profile: Profile, ended: pa.Array, text: str) -> str | None:
    """Return what a state means whose rows all have an end, or none of whose rows has one."""
    mine = ended.filter(pc.fill_null(pc.equal(profile.column.cast(pa.string()).combine_chunks(), text), False))  # noqa: FBT003
    return "solved" if pc.all(mine).as_py() else None if pc.any(mine).as_py() else "open"


_ENDED = {"inbound": "answered", "outbound": "unknown", "internal": "unknown"}


def _of_call_type(column: str, text: str) -> str | None:
    """Return what one list of types (incoming, outgoing, missed) says of direction or outcome: a missed call came in.

    How a call ended that the service made is not known from its direction, and counts nowhere.
    """
    if column == "direction":
        return "inbound" if code("outcome", text) else None
    return _ENDED.get(code("direction", text) or "") if column == "outcome" else None


def _flags(column: str, profile: Profile) -> dict[str, str | None] | None:
    """Return what yes and no mean, under a header that says answered, missed or resolved."""
    sense = flag(column, profile.name)
    if profile.flags is None or sense is None:
        return None
    return {text: sense[yes] for text, yes in profile.flags.items()}


def _code_question(match: Match, text: str, asked: Asked, values: Sequence[str], *, held: bool) -> Question:
    column, header = match.column, match.profile.name
    line = f'[source.values.{column}] {"abandoned" if column == "outcome" else values[0]} = ["{text}"]'
    return Question(
        f"{asked.place}:{column}={text}",
        f"{asked.place}, column {header!r}: what does {text!r} mean as {column} ({match.profile.counts[text]} rows)?",
        f'[source.columns] {column} = "{header}" and {line}' if held and column in DECIDING else line,
        tuple(values),
    )
