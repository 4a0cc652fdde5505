"""What decides a number: the order of day and month, units, codes. Each is shown, assumed or asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.project.rules import Rule
from kpitools.sources.cells import decide_duration_unit, parse_column
from kpitools.sources.cells.evidence import ORDERS
from kpitools.sources.recognise.match import Match
from kpitools.sources.recognise.model import Decision, Question
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import code, flag, tokens, unit_of

FEW = 0.02
"""The share of tickets whose state may be unknown without a word."""
UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001}


class Asked(NamedTuple):
    """What a decision may draw on: the file's name, answers given by a person, the day, the orders seen elsewhere.

    `minutes` says that some clock of two parts in the file has minutes before its seconds.
    """

    place: str
    answers: Mapping[str, str]
    today: date
    orders: frozenset[str] = frozenset()
    minutes: bool = False

    def answer(self, column: str, choices: Iterable[str]) -> str | None:
        """Return the answer to the question about a column, where it is one of the choices."""
        given = self.answers.get(f"{self.place}:{column}")
        return given if given in tuple(choices) else None


def date_order(match: Match, asked: Asked) -> Decision:
    """Decide the order of day and month of a column of instants."""
    profile, column = match.profile, match.column
    if pa.types.is_temporal(profile.column.type):
        return Decision()
    order = profile.order
    assumed: tuple[str, ...] = ()
    if order in ORDERS:
        return Decision(formats={column: order}, evidence=f"{order}: a number beyond 12 shows the day")
    if order is not None:
        return Decision(evidence=order)
    if order := _not_in_the_future(profile, asked.today):
        return Decision(formats={column: order}, evidence=f"{order}: read otherwise, some days are still to come")
    order = asked.answer(column, ORDERS)
    if order is None and len(asked.orders) == 1:
        order, assumed = next(iter(asked.orders)), ("date_order_of_other_column",)
    if order is not None:
        return Decision(formats={column: order}, assumed=assumed, evidence=order)
    text = f"{asked.place}, column {profile.name!r}: is the day or the month written first ({profile.shown[0]!r})?"
    line = f'[source.formats] {column} = "day first"'
    question = Question(f"{asked.place}:{column}", text, line, ORDERS)
    return Decision(questions=(question,))  # reading refuses such a column until the project file says


def _not_in_the_future(profile: Profile, today: date) -> str | None:
    """Return the only order in which no date lies after today."""
    limit = pa.scalar(today + timedelta(days=2))
    texts = pa.array(profile.shown, pa.string())
    possible = [
        order for order in ORDERS if not pc.any(pc.greater(parse_column(texts, "date", order).values, limit)).as_py()
    ]
    return possible[0] if len(possible) == 1 else None


def duration_unit(match: Match, asked: Asked, spans: np.ndarray | None) -> Decision:
    """Decide the unit of a duration column's bare numbers; `spans` is how long each row lasted, where instants say."""
    profile, column = match.profile, match.column
    if pa.types.is_temporal(profile.column.type) or not profile.bare:
        return _clock(match, asked)
    answered = asked.answer(column, UNITS)
    nothing = "" if any(profile.numbers) else "seconds"  # zeros alone have no unit
    if named := answered or unit_of(profile.name) or nothing:
        return Decision(units={column: named}, evidence=f"unit {named}: {'answered' if answered else 'header'}")
    if decide_duration_unit(profile.column) or _day_fractions(profile):
        return Decision(units={column: "days"}, evidence="fractions of a day that are whole seconds")
    if spans is not None and (fitting := _fitting(profile, spans)):
        return Decision(units={column: fitting}, evidence=f"unit {fitting}: fits the end minus the start")
    long = _quantile(profile, 0.95) >= LONG_IN_MINUTES and _quantile(profile, 0.5) <= LONG_IN_SECONDS
    if _of_a_call(column) and long:
        why = "as minutes, one in twenty would last over two hours"
        return Decision(units={column: "seconds"}, assumed=("unit_seconds",), evidence=why)
    text = f"{asked.place}, column {profile.name!r}: what do its numbers count (median {_quantile(profile, 0.5):g})?"
    question = Question(
        f"{asked.place}:{column}",
        text,
        f'[source.columns] {column} = "{profile.name}" and [source.units] {column} = "seconds"',
        tuple(UNITS),
    )
    return Decision(questions=(question,), held_back=(column,))


def _clock(match: Match, asked: Asked) -> Decision:
    """Say how `12:34` is read, where there are such clocks: minutes and seconds, unless the header objects.

    Where all begin with a zero, short waits and hours without minutes look alike.
    """
    profile = match.profile
    short = next((text for text in profile.shown if text.count(":") == 1), None)
    parts = set(tokens(profile.name))
    if short is None or "ss" in parts:
        return Decision()
    answered = asked.answer(match.column, CLOCKS)
    if told := answered or ("hh:mm" if unit_of(profile.name) == "hours" and "hh" not in parts else None):
        return Decision(units={match.column: told}, evidence=f"{told}: {'answered' if answered else 'header'}")
    if "hh" not in parts and _of_a_call(match.column) and (asked.minutes or has_minutes(profile)):
        return Decision(assumed=("clock_minutes_seconds",))
    if "hh" not in parts:
        text = f"{asked.place}, column {profile.name!r}: is {short!r} minutes and seconds, or hours and minutes?"
        line = f'[source.columns] {match.column} = "{profile.name}" and [source.units] {match.column} = "mm:ss"'
        question = Question(f"{asked.place}:{match.column}", text, line, CLOCKS)
        return Decision(questions=(question,), held_back=(match.column,))
    text = f"{asked.place}, column {profile.name!r}: {short!r} is hours and minutes. Export it as hh:mm:ss."
    line = f"# {match.column} is not read from {profile.name!r}"
    return Decision(
        questions=(Question(f"{asked.place}:{match.column}", text, line, ("leave out",)),), held_back=(match.column,)
    )


def _of_a_call(column: str) -> bool:
    """Say whether a duration is one of a call; a request takes hours as well as minutes."""
    return not column.startswith("vendor_")


def has_minutes(profile: Profile) -> bool:
    """Say whether some clock of two parts does not begin with a zero."""
    return any(text.split(":")[0].strip(" 0") for text in profile.shown if text.count(":") == 1)


CLOCKS = ("mm:ss", "hh:mm")
LONG_IN_MINUTES, LONG_IN_SECONDS = 120, 6 * 3600
"""Beyond these, numbers do not count minutes (two hours of waiting or talking) or seconds (six hours)."""


def _quantile(profile: Profile, share: float) -> float:
    return float(np.quantile(np.repeat(list(profile.numbers), list(profile.numbers.values())), share))


def _day_fractions(profile: Profile) -> bool:
    """Say whether numbers are a spreadsheet's times: below 1, with many digits, each a whole number of seconds."""
    numbers = [number for number in profile.numbers if number]
    if not numbers or not all(0 < number < 1 for number in numbers):
        return False
    long = [text for text in profile.shown if len(text) >= 7]
    whole = [number for number in numbers if abs(number * 86400 - round(number * 86400)) < 0.002]
    return len(long) >= len(numbers) / 2 and len(whole) >= 0.95 * len(numbers)


def _fitting(profile: Profile, spans: np.ndarray) -> str | None:
    """Return the only unit in which the durations fill a good part of the time between start and end."""
    numbers = parse_column(profile.column.cast(pa.string()), "number").values.to_numpy(zero_copy_only=False)
    usable = (spans > 0) & (numbers > 0)
    if usable.sum() < 10:
        return None
    ratios = {unit: np.median(numbers[usable] * seconds / spans[usable]) for unit, seconds in UNITS.items()}
    fitting = [unit for unit, ratio in ratios.items() if 1 / 20 <= ratio <= 1.05]
    return fitting[0] if len(fitting) == 1 else None


class Seen(NamedTuple):
    """What other columns say of the rows: how long they lasted, which have an end, and when they began."""

    spans: np.ndarray | None = None
    ended: pa.Array | None = None
    began: Profile | None = None


def codes(match: Match, asked: Asked, values: Sequence[str], seen: Seen = Seen()) -> Decision:  # noqa: B008 - frozen
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
    mine = began.column.filter(pc.equal(profile.column.cast(pa.string()), text))
    order = began.order or "day first"
    read = mine if pa.types.is_temporal(mine.type) else parse_column(mine.cast(pa.string()), "instant", order).values
    return bool(len(read) > read.null_count)


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
