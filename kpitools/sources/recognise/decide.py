"""What decides a number: the order of day and month, units. Each is shown, assumed or asked."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import decide_duration_unit, parse_column
from kpitools.sources.cells.evidence import ORDERS
from kpitools.sources.recognise.match import Match
from kpitools.sources.recognise.model import Decision, Question
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import tokens, unit_of

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
