"""The sentences say what the numbers bear: each is worked out here from the review's own numbers."""

from datetime import date

import pytest

from kpitools.present import say, scorecard

# ruff: noqa: RUF001 - French is written with its own signs
M, N = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"
QUIET = {
    "answer_rate": ([0.874, 0.882] * 12 + [0.878], 0.008, 9000),
    "first_contact_resolution": ([0.770, 0.778] * 12 + [0.774], 0.011, 4100),
}
BARE = {"project": {"name": "Service client"}}


def texts(view):
    """Return the sentences of the first screen."""
    return [sentence.text for sentence in say.headlines(view)]


def test_a_fall_beyond_the_usual_is_said_with_its_size_and_interval(view):
    """88.2 to 82.1 % is 6.1 points; the interval is that of the comparison, here 6.1 +- sqrt(2) x 0.8."""
    assert texts(view())[0] == (
        f"Answer rate has got worse: 82.1%, down from 88.2% in September 2026 ({M}6.1{N}pts). "
        f"The fall is more than the usual variation: it lies between 5.0 and 7.2{N}pts (95% interval)."
    )
    assert texts(view("fr"))[0] == (
        f"Le taux de décroché se dégrade{N}: 82,1{N}%, en baisse par rapport à 88,2{N}% en septembre 2026 "
        f"({M}6,1{N}pts). C’est plus que les variations habituelles{N}: la baisse se situe entre 5,0 et 7,2{N}pts "
        f"(intervalle à 95{N}%)."
    )


def test_the_numbers_of_a_sentence_are_those_of_the_review(view):
    """Value, earlier value and difference in a sentence agree with the rows that it speaks of."""
    shown = view()
    row = shown.review.findings.query("kpi == 'answer_rate' and against == 'previous'").iloc[0]
    for number in (100 * row["value"], 100 * row["reference_low"], abs(100 * row["difference"])):
        assert f"{number:.1f}" in texts(shown)[0]


@pytest.mark.parametrize(
    ("kpi", "value", "english", "french"),
    [
        ("answer_rate", 0.93, "has improved: 93.0%, up from", "s’améliore"),
        ("wait_time", 30.0, "has improved", "s’améliore"),
        ("wait_time", 95.0, "has got worse", "se dégrade"),
        ("volume", 9000.0, "has gone up", "augmente"),
        ("volume", 3000.0, "has gone down", "diminue"),
    ],
)
def test_better_and_worse_follow_the_direction_of_the_kpi(view, kpi, value, english, french):
    """A longer wait is worse, a higher answer rate better, more contacts neither."""
    series = {"volume": ([6200, 6350] * 12, 0, 6300), "wait_time": ([62.0, 66.0] * 12, 4.0, 7400)}
    before, half, n = {**QUIET, **series}[kpi]
    changed = {kpi: ([*before[:24], value], half, n)}
    assert english in texts(view(series=changed, content=BARE))[0]
    assert french in texts(view("fr", series=changed, content=BARE))[0]


def test_a_quiet_month_says_so_once(view):
    """Nothing beyond the usual variation is news enough: one sentence, no alarm, no decision."""
    said = say.headlines(view(series=QUIET, content=BARE))
    assert said[0].text == (
        "Nothing has changed beyond the usual variation: the 2 KPIs that can be judged are in their usual range."
    )
    assert not any(sentence.decide for sentence in said)
    french = texts(view("fr", series=QUIET, content=BARE))[0]
    assert french == (
        f"Rien n’a changé au-delà des variations habituelles{N}: "
        "les 2 indicateurs qui peuvent être jugés restent dans leur plage habituelle."
    )


def test_a_short_history_is_said_to_be_short(view):
    """Five months bear no claim: four earlier ones where twelve are needed."""
    assert "12 earlier periods, there are 4." in texts(view(series=QUIET, months=5, content=BARE))[0]


def test_too_few_answers_are_said_to_be_too_few(view):
    """An NPS that cannot be judged gives the interval of its difference; +-14 twice is +-20 around +17."""
    series = {**QUIET, "nps": ([20.0, 26.0, 20.0, 26.0, 20.0, 37.0], 14.0, 61)}
    series = {kpi: (values[-6:], half, n) for kpi, (values, half, n) in series.items()}
    said = texts(view(series=series, months=6, content=BARE))[1]
    assert said == (
        f"What customers say: Net Promoter Score +37. Net Promoter Score: 61 answers are too few to tell a change; "
        f"the difference from before lies between {M}3{N}pts and +37{N}pts."
    )


def test_without_surveys_the_page_says_that_customers_are_not_heard(view):
    """Performance alone is half the picture, and the page says so."""
    assert "What customers think is not known here" in " ".join(texts(view(series=QUIET, content=BARE)))


def test_a_wait_stands_between_what_brands_aim_at_and_what_customers_accept(view):
    """64 s with an interval of 60 to 68: above 30 s, below 2 to 4 minutes; the old source is said to be old."""
    assert (
        f"Waiting time (64{N}s) lies between what brands aim at, under 30{N}s (Easiware, 2016, an old figure), "
        f"and what customers accept, 2 to 4{N}min (source not named)."
    ) in texts(view())


def test_no_place_is_claimed_off_a_point_estimate(view):
    """A wait of 31 s whose interval holds 30 s is neither above nor below what brands aim at: nothing is claimed."""
    series = {"wait_time": ([31.0] * 25, 9.0, 40)}
    assert not any("30" in said for said in texts(view(series=series, content=BARE)))


def test_one_decision_at_most_and_never_about_a_duration(view):
    """Answer rate and wait both miss their targets; the page asks about the answer rate, and names its owner."""
    asked = [sentence.text for sentence in say.headlines(view()) if sentence.decide]
    said = "Answer rate (82.1%) has not reached its target of 88% yet; it is due on 31 December 2026."
    assert asked == [f"{said} To decide (Nadia): what is to be done about it."]


def test_a_target_is_missed_once_its_day_is_within_the_data(view):
    """Due on 15 October, the October rate misses it; due on 15 November it has not yet, whenever the page is made."""
    for due, said in (("2026-10-15", "has missed its target of 88%, which was due on 15 October"),
                      ("2026-11-15", "has not reached its target of 88% yet; it is due on 15 November")):  # fmt: skip
        content = {**BARE, "target": [{"kpi": "answer_rate", "value": 0.88, "by": date.fromisoformat(due)}]}
        shown = view(content=content)
        assert said in texts(shown)[-1]
        state = "missed" if due == "2026-10-15" else "not yet reached"
        assert f">{state}</small>" in scorecard.scorecard(shown)


def test_sentence_and_scorecard_speak_of_the_same_figure(view):
    """At 88 % the newest aim, 85 %, is passed and an older one, 90 %, is not: both tell of the newest, in part only."""
    shown = view(series={"answer_rate": ([0.88] * 25, 0.01, 3000)}, content=BARE)
    said = "Answer rate (88.0%) is above what organisations aim at: 85% (Assemblée nationale, 2024; compares in part)."
    assert said in texts(shown)
    assert "85% (aimed at): above" in scorecard.scorecard(shown).striptags()


@pytest.mark.parametrize(("tops", "said"), [((5,), "Satisfaction 4.1 out of 5"), ((5, 10), "Satisfaction 4.1 and")])
def test_satisfaction_says_its_scale_where_the_project_file_states_one(view, tops, said):
    """One scale in every source is named beside the value; with two, or none, nothing is added."""
    columns = {"score": "note", "sent_at": "date"}
    sources = [
        {"files": "x.csv", "table": "surveys", "columns": columns,
         "constants": {"kind": "csat", "scale_min": 1, "scale_max": top}}
        for top in tops
    ]  # fmt: skip
    shown = view(content={**BARE, "source": sources})
    assert said in " ".join(texts(shown))
    assert ("out of 5" in scorecard.scorecard(shown)) == (len(tops) == 1)


def test_a_decision_of_the_period_is_recalled_without_an_effect(view):
    """What was decided in the month is a dated fact; the first of October is written as French does."""
    assert say.decided(view()) == "Decided in this period: Call-back (1 October 2026). Its effect is not judged here."
    assert "Rappel (1er octobre 2026)" in say.decided(view("fr"))


def test_an_incomplete_period_says_so_first_and_compares_nothing(view):
    """Twelve of 31 days: the notice names both, and no sentence claims a change."""
    shown = view(complete=False, days=12)
    assert say.notices(shown) == (
        "October 2026 is not complete: the data reach 12 of its 31 days, so nothing is compared for it.",
    )
    assert texts(shown)[0] == "Whether anything has changed can be said once the period is complete."


def test_at_most_four_sentences(view):
    """However much there is to say, a reader gets four sentences."""
    assert len(say.headlines(view())) == say.MOST
