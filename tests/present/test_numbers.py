"""Numbers and dates are written as people of each language write them, with the digits that they bear."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.errors import UnknownNameError
from kpitools.periods import Period
from kpitools.present import dates, languages
from kpitools.present.languages import words
from kpitools.present.numbers import between, decimals, difference, duration, level, number, reference, stated

N = "\N{NARROW NO-BREAK SPACE}"
M = "\N{MINUS SIGN}"
EN, FR = words("en"), words("fr")


@pytest.mark.parametrize(
    ("unit", "value", "low", "high", "english", "french"),
    [
        ("share", 0.8214, 0.813, 0.829, "82.1%", f"82,1{N}%"),
        ("share", 0.8214, 0.806, 0.836, "82.1%", f"82,1{N}%"),
        ("share", 0.8214, 0.75, 0.88, "82%", f"82{N}%"),
        ("share", 0.8214, None, None, "82%", f"82{N}%"),
        ("seconds", 64.2, 57, 71, f"64{N}s", f"64{N}s"),
        ("seconds", 225.4, 220, 231, f"3{N}min 45{N}s", f"3{N}min 45{N}s"),
        ("seconds", 225.4, 100, 400, f"4{N}min", f"4{N}min"),
        ("seconds", 94200, None, None, f"26{N}h 10{N}min", f"26{N}h 10{N}min"),
        ("points", 23.2, 9, 37, "+23", "+23"),
        ("points", -4.6, -9, 0, f"{M}5", f"{M}5"),
        ("score", 4.13, 4.0, 4.25, "4.13", "4,13"),
        ("score", 4.13, 3.7, 4.5, "4.1", "4,1"),
        ("seconds", 30_000, 18_000, 43_000, f"8{N}h", f"8{N}h"),
        ("contacts", 1.618, 1.60, 1.64, "1.62", "1,62"),
        ("contacts", 12300, None, None, "12,300", f"12{N}300"),
    ],
)
def test_a_value_is_written_by_its_unit(unit, value, low, high, english, french):  # noqa: PLR0917 - one a column
    """A share in percent, a duration in words, points with their sign; decimals as far as the interval allows."""
    assert level(EN, unit, value, low, high) == english
    assert level(FR, unit, value, low, high) == french


@given(st.floats(0.001, 0.5), st.floats(0.2, 0.8))
def test_the_last_digit_is_no_finer_than_the_interval(half, value):
    """A share gets its decimal only where its interval reaches less than 3 points to each side."""
    digits = decimals("share", value - half, value + half)
    assert digits in (0, 1)
    assert digits == 0 or half * 100 < 3


@pytest.mark.parametrize(
    ("unit", "low", "high", "english", "french"),
    [
        ("share", 0.75, 0.85, "75 to 85%", f"75 à 85{N}%"),
        ("seconds", 120, 240, f"2 to 4{N}min", f"2 à 4{N}min"),
        ("seconds", None, 30, f"under 30{N}s", f"moins de 30{N}s"),
        ("share", 0.9, None, "at least 90%", f"au moins 90{N}%"),
        ("contacts", 2.75, 2.75, "2.75", "2,75"),
        ("share", 0.625, 0.625, "62.5%", f"62,5{N}%"),
    ],
)
def test_a_published_level_keeps_its_own_digits(unit, low, high, english, french):
    """A band names its unit once, an open side says which."""
    assert reference(EN, unit, low, high) == english
    assert reference(FR, unit, low, high) == french


def test_a_difference_carries_its_sign_and_points():
    """A share differs in points, not in percent; the minus is a minus and zero has no sign."""
    assert difference(EN, "share", -0.058, -0.07, -0.046) == f"{M}5.8{N}pts"
    assert difference(FR, "share", -0.058, -0.07, -0.046) == f"{M}5,8{N}pts"
    assert difference(FR, "share", -0.001, -0.01, 0.008) == f"{M}0,1{N}pt"
    assert difference(FR, "points", 17.0, 2, 30) == f"+17{N}pts"
    assert (difference(EN, "points", 1.0, -9, 11), difference(FR, "points", 1.0, -9, 11)) == (f"+1{N}pt", f"+1{N}pt")
    assert difference(EN, "share", 0.015, 0.01, 0.02) == f"+1.5{N}pts"
    assert difference(FR, "share", 0.015, 0.01, 0.02) == f"+1,5{N}pt"
    assert difference(EN, "seconds", -40, -57, -22) == f"{M}40{N}s"
    assert difference(EN, "score", 0.21, -0.2, 0.6) == "+0.2"
    assert number(EN, -0.04, 1, signed=True) == "0.0"


def test_a_goal_of_a_score_is_written_as_it_was_set():
    """Stated values show no digit that nobody gave."""
    assert (stated(EN, "score", 4.2), stated(FR, "score", 4.2), stated(EN, "share", 0.8)) == ("4.2", "4,2", "80%")


def test_durations_join_without_gaps():
    """Sixty seconds never stand beside a minute: 119.6 s is two minutes, 7199.9 s two hours."""
    assert duration(EN, 119.6) == f"2{N}min"
    assert duration(EN, 7199.9) == f"2{N}h"
    assert between(EN, "seconds", 57, 71) == f"57 to 71{N}s"


def test_the_first_of_a_month_is_written_as_french_does():
    """French says 1er for the first and plain numbers after; months are in lower case."""
    assert dates.day(FR, date(2026, 9, 1)) == "1er septembre 2026"
    assert dates.day(FR, date(2026, 9, 2)) == "2 septembre 2026"
    assert dates.short(FR, date(2026, 12, 1)) == "1er déc. 2026"
    assert dates.day(EN, date(2026, 9, 1)) == "1 September 2026"


@pytest.mark.parametrize(
    ("period", "english", "french", "in_english", "in_french"),
    [
        ("2026-10", "October 2026", "octobre 2026", "in October 2026", "en octobre 2026"),
        ("2026-W38", "week 38 of 2026", "semaine 38 de 2026", "in week 38", "en semaine 38"),
        ("2026-Q4", "4th quarter 2026", "4e trimestre 2026", "in the 4th quarter 2026", "au 4e trimestre 2026"),
        ("2026", "2026", "2026", "in 2026", "en 2026"),
        ("2026-10-01", "1 October 2026", "1er octobre 2026", "on 1 October 2026", "le 1er octobre 2026"),
        (
            "FY2027-04", "fiscal year 2026-2027", "exercice 2026-2027",
            "in fiscal year 2026-2027", "durant l\u2019exercice 2026-2027",
        ),
        ("FY2026-01", "fiscal year 2026", "exercice 2026", "in fiscal year 2026", "durant l\u2019exercice 2026"),
    ],
)  # fmt: skip
def test_a_period_is_named_as_people_name_it(period, english, french, in_english, in_french):
    """Every grain has a name and a way to say when."""
    when = Period.parse(period)
    assert (dates.name(EN, when), dates.name(FR, when)) == (english, french)
    assert (dates.during(EN, when), dates.during(FR, when)) == (in_english, in_french)


def test_an_unknown_language_is_refused_with_the_known_ones():
    """The message names what there is."""
    with pytest.raises(UnknownNameError, match=r"'de'.*en, fr"):
        languages.words("de")


def test_no_written_number_breaks_over_a_line():
    """Inside a number, and between it and its unit, no space lets a line break."""
    for said in (
        level(FR, "share", 0.5),
        level(FR, "contacts", 1234567),
        duration(FR, 64),
        difference(FR, "share", 0.1),
    ):
        assert not any(unicodedata.category(sign) == "Zs" and sign == " " for sign in said)
