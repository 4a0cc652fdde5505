"""Answers that are not written as bare numbers: `4/5`, `5 - Excellent`, stars, "very satisfied", promoters."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa

from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import stems, tokens, words

MOST = 60
"""More different texts are comments."""
LADDERS = {"csat": ("satisfaction", "agreement"), "ces": ("ease", "agreement", "satisfaction")}
"""Which ladders of words answer a kind of question; all run from bad to good, but for how far one agrees."""
ENOUGH = 0.8
"""The share of answers that must be understood; the others are set aside, and named."""

_OF = re.compile(r"(?P<number>[0-9]{1,3}(?:[.,][0-9]+)?) ?(?:/|sur|out of) ?(?P<top>5|7|10|20|100)")
_LED = re.compile(r"(?P<number>[0-9]{1,2}) ?(?:[-–:.=(] ?(?P<said>[^0-9 ].*)|stars?|étoiles?|etoiles?)")  # noqa: RUF001
_PERCENT = re.compile(r"(?P<number>[0-9]{1,3}(?:[.,][0-9]+)?) ?%")
_STARS = re.compile(r"[★⭐]+[☆✩]*|[☆✩]+")


class Levels(NamedTuple):
    """The number that each text stands for, the ends of the scale where they show, and what was assumed."""

    numbers: Mapping[str, float]
    ends: tuple[int, int] | None = None
    assumed: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    """What is written where nobody answered."""
    ladder: str = ""
    """Which words the answers are of, where they are words."""

    def written(self) -> dict[str, list[str]]:
        """Return the texts for each number, from the lowest up."""
        made: dict[str, list[str]] = {"": list(self.blank)} if self.blank else {}
        for text, number in sorted(self.numbers.items(), key=lambda one: one[::-1]):
            made.setdefault(f"{number:g}", []).append(text)
        return made

    def profile(self, profile: Profile) -> Profile:
        """Return the column as the numbers that its texts stand for."""
        told = {text: f"{number:g}" for text, number in self.numbers.items()}
        cells = [told.get(text) for text in profile.column.cast(pa.string()).to_pylist()]
        return Profile(profile.name, pa.chunked_array([pa.array(cells, pa.string())]))


def levels(profile: Profile, kind: str) -> Levels | None:
    """Return what the texts of a column of answers stand for; None where too many of them stand for nothing."""
    if not 1 < profile.distinct <= MOST:
        return None
    shown = {text: " ".join(text.lower().split()) for text in profile.counts}
    silent = {stems(said) for said in words()["levels"]["none"]}
    blank = tuple(text for text, lowered in shown.items() if stems(lowered) in silent)
    shown = {text: lowered for text, lowered in shown.items() if text not in blank}
    answered = sum(profile.counts[text] for text in shown)
    negated = set(tokens(profile.name)) & set(words()["fillers"]["negations"])  # who agrees to that says the contrary
    ladders = [one for one in LADDERS.get(kind, ("satisfaction",)) if not (negated and one == "agreement")]
    for found in (
        _of_a_top(shown),
        _percent(shown),
        _stars(shown),
        _led(shown),
        _groups(shown, kind),
        *(_in_words(shown, ladder) for ladder in ladders),
    ):
        if found and sum(profile.counts[text] for text in found.numbers) >= ENOUGH * answered:
            return found._replace(blank=blank)
    return None


def _of_a_top(shown: Mapping[str, str]) -> Levels | None:
    """Read `4/5` and `8 sur 10`, where the top is the same in all."""
    found = {text: said for text, lowered in shown.items() if (said := _OF.fullmatch(lowered))}
    tops = {int(said["top"]) for said in found.values()}
    if len(tops) != 1:
        return None
    numbers = {text: float(said["number"].replace(",", ".")) for text, said in found.items()}
    top = tops.pop()
    return Levels(numbers, (0 if 0 in numbers.values() or top >= 10 else 1, top))


def _percent(shown: Mapping[str, str]) -> Levels | None:
    found = {text: said for text, lowered in shown.items() if (said := _PERCENT.fullmatch(lowered))}
    numbers = {text: float(said["number"].replace(",", ".")) for text, said in found.items()}
    return Levels(numbers, (0, 100)) if numbers else None


def _stars(shown: Mapping[str, str]) -> Levels | None:
    found = {text: lowered for text, lowered in shown.items() if _STARS.fullmatch(lowered)}
    lengths = {len(said) for said in found.values()}
    ends = (1, lengths.pop()) if len(lengths) == 1 else None  # the empty ones are written too
    return Levels({text: float(len(said.rstrip("☆✩"))) for text, said in found.items()}, ends) if found else None


def _led(shown: Mapping[str, str]) -> Levels | None:
    """Read the number before its meaning: `5 - Excellent`; where 1 is the best, the words say more than the number."""
    found = {text: said for text, lowered in shown.items() if (said := _LED.fullmatch(lowered))}
    words_of = {text: (said["said"] or "").rstrip(")") for text, said in found.items()}
    if low_is_good((int(said["number"]), words_of[text]) for text, said in found.items()):
        return _in_words(words_of)
    bare = {text: float(lowered) for text, lowered in shown.items() if re.fullmatch("[0-9]{1,2}", lowered)}
    return Levels({text: float(said["number"]) for text, said in found.items()} | bare) if found else None


def _groups(shown: Mapping[str, str], kind: str) -> Levels | None:
    """Read promoters, passives and detractors: each stands for an answer of its group."""
    if kind != "nps":
        return None
    numbers = _ranked(shown, words()["levels"]["nps"])
    answers = {0: 0.0, 1: 8.0, 2: 10.0}
    return Levels({text: answers[rank] for text, rank in numbers.items()}, (0, 10), ("nps_by_group",))


def _in_words(shown: Mapping[str, str], ladder: str = "satisfaction") -> Levels | None:
    """Read words: those that occur are the scale, from 1 up; of two, one is good (1) and the other is not (0).

    How easy it was and how far one agrees is asked in pairs of opposites: one that occurs brings the other.
    """
    ranks = _ranked(shown, words()["levels"][ladder])
    occur = sorted(set(ranks.values()))
    if len(occur) < 2:
        return None
    if ladder != "satisfaction":  # of ease and of agreement the words come in pairs; some may have been nobody's answer
        occur = sorted({*occur, *(len(words()["levels"][ladder]) - 1 - rank for rank in occur)})
    lowest = 0 if len(occur) == 2 else 1
    numbers = {text: float(occur.index(rank) + lowest) for text, rank in ranks.items()}
    ends = lowest, lowest + len(occur) - 1
    return Levels(numbers, ends, (f"scale_{ends[0]}_{ends[1]}", "score_in_words"), ladder=ladder)


def low_is_good(told: Iterable[tuple[int, str]]) -> bool:
    """Say whether the words beside some numbers are the better, the lower the number is."""
    said = dict(told)
    ranks = _ranked({f"{number:03}": text for number, text in said.items()}, words()["levels"]["satisfaction"])
    falling = [rank for _, rank in sorted(ranks.items())]
    return len(falling) > 1 and falling == sorted(set(falling), reverse=True)


def _ranked(shown: Mapping[str, str], ladder: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the place of each text on a ladder of words; one that is not on it is left out."""
    places = {stems(said): rank for rank, spellings in enumerate(ladder) for said in spellings}
    return {text: places[said] for text, lowered in shown.items() if (said := stems(lowered)) in places}
