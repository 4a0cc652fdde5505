"""What an answer to a survey means: which question was asked, on which scale. Each is shown, assumed or asked."""

import re
from dataclasses import replace

from kpitools.project.rules import Rule
from kpitools.sources.recognise.decide import Asked
from kpitools.sources.recognise.levels import low_is_good
from kpitools.sources.recognise.match import Match
from kpitools.sources.recognise.model import Decision, Question
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.words import says, scale_of, tokens, top_of

TEN = 10
SCALES = ((1, 5), (0, 5), (1, 7), (1, 10), (0, 10), (0, 100))


def scale(kind: str, profile: Profile, asked: Asked) -> Decision:
    """Decide the scale of a score: by its header, by the values that occur, or by asking."""
    answered = asked.answer("scale", [f"{low}-{high}" for low, high in SCALES])
    told = tuple(int(part) for part in answered.split("-")) if answered else _told(profile, kind)
    if told:
        said = "answered" if answered else "header and values"
        assumed = () if answered or scale_of(profile.name) else (f"scale_{told[0]}_{told[1]}",)
        return Decision(
            constants={"scale_min": told[0], "scale_max": told[1]}, assumed=assumed, evidence=f"scale: {said}"
        )
    found = _used_up(kind, profile)
    if found:
        low, high = found
        sure = kind == "nps"
        return Decision(
            constants={"scale_min": low, "scale_max": high},
            assumed=() if sure else (f"scale_{low}_{high}",),
            evidence=f"every answer from {low} to {high} occurs",
        )
    choices = ("0-10", "1-10") if kind == "nps" else tuple(f"{low}-{high}" for low, high in _possible(profile))
    first, last = choices[0].split("-")
    text = f"{asked.place}, column {profile.name!r}: what is the scale? {_seen(profile)}"
    line = f"[source.constants] scale_min = {first}, scale_max = {last}"
    return Decision(
        questions=(Question(f"{asked.place}:scale", text, line, choices),), held_back=("scale_min", "scale_max")
    )


def spelt(score: Match) -> Decision:
    """Say what answers stand for that are not written as numbers; what each text means stands in the project file."""
    said = score.levels
    if said is None:
        return Decision()
    rules = [Rule(value=number, when={score.profile.name: texts}) for number, texts in said.written().items()]
    ends = {"scale_min": said.ends[0], "scale_max": said.ends[1]} if said.ends else {}
    return Decision(rules={"score": rules}, constants=dict(ends), assumed=said.assumed, evidence=score.evidence)


def _possible(profile: Profile) -> tuple[tuple[int, int], ...]:
    """Return the usual scales that hold nearly all answers: a line that we propose must not set rows aside."""
    return tuple(ends for ends in SCALES if _inside(profile, *ends) >= 0.98) or SCALES


def _seen(profile: Profile) -> str:
    return f"Answers from {min(profile.numbers):g} to {max(profile.numbers):g} occur."


def _told(profile: Profile, kind: str) -> tuple[int, int] | None:
    """Return the scale that the header names and the values do not contradict."""
    found, top = scale_of(profile.name), top_of(profile.name)
    if found is None and top is not None and kind != "nps":
        found = (0 if 0 in profile.numbers or top > TEN else 1, top)
    return found if found and _inside(profile, *found) >= 0.98 else None


def _inside(profile: Profile, low: float, high: float) -> float:
    numbers = profile.numbers
    return sum(count for number, count in numbers.items() if low <= number <= high) / sum(numbers.values())


def _used_up(kind: str, profile: Profile) -> tuple[int, int] | None:
    """Return the smallest scale that holds nearly all answers and every point of which was given."""
    offered = ((0, 10),) if kind == "nps" else ((1, 5), (1, 7), (1, 10), (0, 10), (0, 100))
    given = set(profile.numbers)
    for low, high in offered:
        points = {low, high} if low == 0 else set(range(low, high + 1))
        without_zero = low == 0 or 0 not in given  # a zero beside 1 to 5 is a sixth point, or stands for no answer
        if _inside(profile, low, high) >= 0.98 and points <= given and without_zero:
            return low, high
    return None


KIND_WORDS = {"nps": "recommend", "csat": "satisfaction", "ces": "effort"}


def chosen(score: Match, asked: Asked) -> Match:
    """Return the question that somebody chose of several that ask for the same."""
    names = {one.profile.name: one for one in score.rivals}
    answer = asked.answer("question", names) if len(names) > 1 else None
    return names[answer] if answer else replace(score, rivals=score.rivals if len(names) > 1 else ())


def survey_kind(kind: str, score: Match, file: str, asked: Asked) -> tuple[str | None, Decision]:
    """Decide what was asked: by the header, else by the name of the file, else by asking."""
    if score.rivals:
        names = tuple(one.profile.name for one in score.rivals)
        text = f"{asked.place}: which question about satisfaction is the overall one: {', '.join(names)}?"
        line = f'[source.columns] score = "{names[0]}" and [source.constants] kind = "{kind}"'
        return None, Decision(questions=(Question(f"{asked.place}:question", text, line, names),))
    if kind != "unnamed":
        return kind, Decision(constants={"kind": kind}, evidence=f"header {score.profile.name!r}")
    profile = score.profile
    if _inside(profile, 1, 5) == 1 or (score.levels and "score_in_words" in score.levels.assumed):
        return "csat", Decision(constants={"kind": "csat"}, assumed=("score_is_csat",), evidence="answers from 1 to 5")
    named = [name for name in KIND_WORDS if name in tokens(file) or KIND_WORDS[name] in tokens(file)]
    found = asked.answer("kind", KIND_WORDS) or (named[0] if len(named) == 1 else None)
    if found:
        return found, Decision(constants={"kind": found}, evidence=f"name of the file {file!r}")
    text = f"{asked.place}, column {profile.name!r}: what was asked? {_seen(profile)}"
    line = '[source.constants] kind = "csat"'
    return None, Decision(questions=(Question(f"{asked.place}:kind", text, line, tuple(KIND_WORDS)),))


_MEANT = re.compile(r"\b([0-9]{1,2}) ?[=:] ?([^0-9,;()/]*[^0-9,;()/ ])")
"""What a header says that a number means: `1 = très satisfait`."""
EASE = ("easy", "easier", "facile", "facilement", "facilite", "facilitee")
POLARITIES = ("lower_better", "higher_better")


def polarity(kind: str | None, score: Match, asked: Asked) -> Decision:
    """Ask which way a score of effort runs: of the two versions of the question one is good low, the other high.

    Words of ease say it themselves, and so does a statement that it was easy, of those who agree.
    """
    profile, ladder = score.profile, score.levels.ladder if score.levels else ""
    answered = asked.answer("polarity", POLARITIES) if kind == "ces" else None
    if answered:
        return Decision(constants={"polarity": answered}, evidence="polarity: answered")
    if kind == "csat" and low_is_good((int(number), said) for number, said in _MEANT.findall(profile.name.lower())):
        return Decision(constants={"polarity": "lower_better"}, evidence="header: a low answer is good")
    if kind != "ces":
        return Decision()
    if ladder == "ease" or (ladder == "agreement" and says(profile.name, EASE)):
        return Decision(constants={"polarity": "higher_better"}, evidence="polarity: the best word is the easiest")
    text = f"{asked.place}, column {profile.name!r}: is a low answer good (little effort), or a high one (made easy)?"
    line = '[source.constants] polarity = "lower_better"'
    return Decision(questions=(Question(f"{asked.place}:polarity", text, line, POLARITIES),))
