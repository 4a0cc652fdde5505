"""Numbers as people read them: by the unit of the KPI, and never with more digits than the interval bears.

A shown number ends at the place of the first digit of the half-width of its 95 % interval, or one further where that
digit is 1 or 2, so that the last digit says something; units set the most decimals that anybody reads (`MOST`).
"""

from math import floor, isfinite, log10

from babel.numbers import format_decimal

from kpitools.present.languages import Words

MINUS = "\N{MINUS SIGN}"
MOST = {"share": 1, "seconds": 0, "points": 0, "score": 2, "contacts": 2, "reasons": 2}
"""The most decimals by unit, a share in percent; what is not listed is counted whole."""
MINUTES_FROM = 120
HOURS_FROM = 7200


def number(words: Words, value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number with the language's own separators, a true minus sign and no sign for zero."""
    rounded = round(value, decimals) + 0.0
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    digits = str(format_decimal(abs(rounded), format=pattern, locale=words.locale))
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + digits


def trimmed(words: Words, value: float, most: int = 2) -> str:
    """Write a number that somebody stated, with the decimals that it has and no more than `most`."""
    decimals = next((d for d in range(most) if abs(round(value, d) - value) < 1e-9), most)
    return number(words, value, decimals)


def decimals(unit: str, low: float | None, high: float | None) -> int:
    """Return how many decimals an interval bears; without an interval as few as the unit makes sense with.

    >>> decimals("share", 0.810, 0.831), decimals("share", 0.70, 0.90), decimals("score", 4.0, 4.3)
    (1, 0, 2)
    """
    most = MOST.get(unit, 0)
    if low is None or high is None:
        return min(most, 1) if unit in ("score", "contacts", "reasons") else 0
    half = (high - low) / 2 * (100 if unit == "share" else 1)
    return most if half <= 0 or not isfinite(half) else min(most, max(0, -floor(log10(half / 3))))


def rough(value: float, low: float, high: float) -> float:
    """Round what is estimated of a count to the place that its range bears: a count itself is exact.

    >>> rough(5956, 3968, 7944), rough(12, 9, 15)
    (6000, 12)
    """
    half = (high - low) / 2
    return round(value, -max(0, floor(log10(half / 3)))) if half > 0 else value


def level(words: Words, unit: str, value: float, low: float | None = None, high: float | None = None) -> str:
    """Write a measured value as its interval allows: 82.1%, 64 s, 3 min 45 s, +23, 4.1."""
    if unit == "seconds":
        return duration(words, value, low, high)
    counted = low is None and value == int(value)
    digits = 0 if counted else decimals(unit, low, high)
    if unit == "share":
        return words.text("{number}%", number=number(words, 100 * value, digits))
    return number(words, value, digits, signed=unit == "points")


def stated(words: Words, unit: str, value: float) -> str:
    """Write a value that somebody set or published: it has the digits that they gave it."""
    if unit == "seconds":
        return duration(words, value)
    if unit == "share":
        return words.text("{number}%", number=trimmed(words, 100 * value, 1))
    text = trimmed(words, value)
    return "+" + text if unit == "points" and value > 0 else text


def duration(words: Words, seconds: float, low: float | None = None, high: float | None = None) -> str:
    """Write a duration; its seconds fall away where the interval is wider than four minutes, minutes at four hours.

    Under two minutes in seconds, under two hours in minutes, else in hours.
    """
    whole = round(abs(seconds))
    sign = MINUS if seconds < 0 and whole else ""
    width = 0.0 if low is None or high is None else high - low
    if whole < MINUTES_FROM:
        return sign + words.text("{number}\N{NARROW NO-BREAK SPACE}s", number=number(words, whole))
    if whole < HOURS_FROM:
        return sign + _minutes(words, 60 * round(whole / 60) if width >= 2 * MINUTES_FROM else whole)
    unit = 60 if width >= 2 * HOURS_FROM else 1
    hours, minutes = divmod(unit * round(whole / (60 * unit)), 60)
    hour = words.text("{hours}\N{NARROW NO-BREAK SPACE}h", hours=number(words, hours))
    return sign + (
        words.text(
            "{hours}\N{NARROW NO-BREAK SPACE}h {minutes}\N{NARROW NO-BREAK SPACE}min",
            hours=number(words, hours),
            minutes=minutes,
        )
        if minutes
        else hour
    )


def _minutes(words: Words, whole: int) -> str:
    minutes, rest = divmod(whole, 60)
    if rest:
        return words.text(
            "{minutes}\N{NARROW NO-BREAK SPACE}min {seconds}\N{NARROW NO-BREAK SPACE}s", minutes=minutes, seconds=rest
        )
    return words.text("{minutes}\N{NARROW NO-BREAK SPACE}min", minutes=minutes)


def between(words: Words, unit: str, low: float, high: float, digits: int | None = None) -> str:
    """Write both ends with the unit once: 75 to 85%, 2 to 4 min.

    With `digits` they are measured and shown with that many decimals, else stated and shown as given.
    """
    if unit == "seconds":
        return _durations(words, low, high, measured=digits is not None)
    scale = 100 if unit == "share" else 1
    ends = [
        trimmed(words, scale * end, 1 if unit == "share" else 2)
        if digits is None
        else number(words, scale * end, digits, signed=unit == "points")
        for end in (low, high)
    ]
    if unit == "share":
        return words.text("{low} to {high}%", low=ends[0], high=ends[1])
    return words.text("{low} to {high}", low=ends[0], high=ends[1])


def _durations(words: Words, low: float, high: float, *, measured: bool) -> str:
    low, high = round(low), round(high)
    if low % 60 == 0 == high % 60 and MINUTES_FROM <= high < HOURS_FROM:
        return words.text("{low} to {high}\N{NARROW NO-BREAK SPACE}min", low=low // 60, high=high // 60)
    if high < MINUTES_FROM:
        return words.text("{low} to {high}\N{NARROW NO-BREAK SPACE}s", low=low, high=high)
    ends = [duration(words, end, *((low, high) if measured else ())) for end in (low, high)]
    return words.text("{low} to {high}", low=ends[0], high=ends[1])


def reference(words: Words, unit: str, low: float | None, high: float | None) -> str:
    """Write a published or set level: a point, a band, or a threshold (under 30 s, at least 80%)."""
    if low is not None and high is not None:
        return stated(words, unit, low) if low == high else between(words, unit, low, high)
    if high is not None:
        return words.text("under {level}", level=stated(words, unit, high))
    return words.text("at least {level}", level=stated(words, unit, low)) if low is not None else ""


def difference(words: Words, unit: str, by: float, low: float | None = None, high: float | None = None) -> str:
    """Write a difference with its sign: -5.8 pts, -40 s, +0.2; `low` and `high` are its own interval."""
    if unit == "seconds":
        return ("+" if round(by) > 0 else "") + duration(words, by, low, high)
    points = unit in ("share", "points")
    digits = decimals(unit, low, high)
    shown = number(words, by * (100 if unit == "share" else 1), digits, signed=True)
    return _points(words, shown, round(by * (100 if unit == "share" else 1), digits)) if points else shown


def _points(words: Words, shown: str, by: float) -> str:
    """Name points; between 1 and 2 languages differ (1.5 pts, 1,5 pt), which the form for none settles in each."""
    whole = int(abs(by)) if float(by).is_integer() else 0 if abs(by) < 2 else 2
    return words.plural(
        "{number}\N{NARROW NO-BREAK SPACE}pt", "{number}\N{NARROW NO-BREAK SPACE}pts", whole, number=shown
    )


def relative(words: Words, by: float, before: float) -> str:
    """Write a difference of counts in percent of what it was."""
    part = 100 * by / before
    return words.text("{number}%", number=number(words, part, 1 if abs(part) < 10 else 0, signed=True))


def spread(words: Words, unit: str, low: float, high: float) -> tuple[str, str]:
    """Write both ends of a difference's interval without its sign, as it allows; points are named once."""
    if unit == "seconds":
        return duration(words, low, low, high), duration(words, high, low, high)
    digits, scale = decimals(unit, low, high), 100 if unit == "share" else 1
    ends = [number(words, scale * end, digits) for end in (low, high)]
    if unit in ("share", "points"):
        return ends[0], _points(words, ends[1], round(scale * high, digits))
    return ends[0], ends[1]
