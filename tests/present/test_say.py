"""The sentences say what the numbers bear: each is worked out here from the review's own numbers."""

from dataclasses import replace
from datetime import date
from math import nan

import pytest

from kpitools.findings.shapes import Effect, Part, Shift, Split, Term
from kpitools.periods import Coverage, Period
from kpitools.present import industry, say
from kpitools.present.effects import effects
from kpitools.present.pages import Page
from kpitools.present.say.goals import doubts
from kpitools.present.scorecard import scorecard, summary
from kpitools.project import Decision

# ruff: noqa: RUF001 - French is written with its own signs
M, N = "\N{MINUS SIGN}", "\N{NARROW NO-BREAK SPACE}"
QUIET = {
    "answer_rate": ([0.874, 0.882] * 12 + [0.878], 0.008, 9000),
    "first_contact_resolution": ([0.770, 0.778] * 12 + [0.774], 0.011, 4100),
}
BARE = {"project": {"name": "Service client"}}
WEEKS = (Period.parse("2026-W10"), Period.parse("2026-W37"))


def texts(view):
    """Return the sentences of the first screen."""
    return [sentence.text for sentence in say.headlines(view)]


def changed(kpi, before, after, *, better=None, level="changed", **other):
    """Make the verdict on one KPI: from one level to another since week 38, 10 % of the step to each side."""
    size = after - before
    ends = sorted((0.9 * size, 1.1 * size))
    return Shift(
        kpi, None, "week", level, n=56, better=better, since=Period.parse("2026-W38"),
        since_from=Period.parse("2026-W38"), since_to=Period.parse("2026-W38"),
        before=before, after=after, size=size, size_low=ends[0], size_high=ends[1], **other,
    )  # fmt: skip


def effect(state, why=None, *, better=None, **other):
    """Make what came of a call-back opened on 1 March: 40 seconds less wait, between 22 and 57."""
    decision = Decision(date=date(2026, 3, 1), title={"fr": "Rappel ouvert", "en": "Call-back opened"})
    known = {"before": 104.0, "after": 64.0, "size": Part(-40.0, -57.0, -22.0), "placebo": 0.02, **other}
    return Effect(decision, "wait_time", None, state, why, better, **known)


class TestChanges:
    """What changed, since when, from where to where, and how sure."""

    def test_a_change_has_its_date_its_levels_and_its_interval(self, view):
        """87.9 to 82.1 % since week 38; the interval of the step is 4.5 to 6.8 points; none of it is computed anew."""
        assert texts(view())[0] == (
            "Answer rate has got worse since week 38 (week 36 at the earliest, week 39 at the latest): 82.1%, down "
            f"from 87.9%. The fall is more than the usual variation; it lies between 4.5 and 6.8{N}pts (95% interval)."
        )
        assert texts(view("fr"))[0] == (
            f"Le taux de décroché se dégrade depuis la semaine 38 (semaine 36 au plus tôt, semaine 39 au plus tard)"
            f"{N}: 82,1{N}%, contre 87,9{N}% auparavant. La baisse dépasse les variations habituelles{N}; elle se "
            f"situe entre 4,5 et 6,8{N}pts (intervalle à 95{N}%)."
        )

    @pytest.mark.parametrize(
        ("shift", "english", "french"),
        [
            (changed("answer_rate", 0.88, 0.93, better=True), "has improved since week 38: 93", "s’améliore depuis"),
            (changed("wait_time", 64, 30, better=True), f"has improved since week 38: 30{N}s, down from", "s’améliore"),
            (changed("wait_time", 64, 95, better=False), f"has got worse since week 38: 95{N}s, up from", "se dégrade"),
            (changed("volume", 6200, 9000), "Contacts has gone up since week 38: 9,000, from 6,200.", "augmente"),
            (changed("volume", 6200, 3000), "Contacts has gone down since week 38: 3,000, from 6,200.", "diminue"),
        ],
    )
    def test_better_and_worse_follow_the_direction_of_the_kpi(self, view, shift, english, french):
        """A longer wait is worse, a higher answer rate better, more contacts neither."""
        assert english in texts(view(shifts=(shift,), content=BARE))[0]
        assert french in texts(view("fr", shifts=(shift,), content=BARE))[0]

    def test_a_step_of_a_count_is_said_in_percent(self, view):
        """From 6,200 to 9,000 contacts is 45 % more, between 41 and 50."""
        assert "it lies between 41% and 50% (95%" in texts(view(shifts=(changed("volume", 6200, 9000),)))[0]

    def test_a_drift_is_little_by_little(self, view, fall):
        """What moved all along is no step: it is said over which weeks it was seen, and not that it began with them."""
        ends = {"since_from": Period.parse("2025-W40"), "since_to": Period.parse("2026-W43")}
        drift = replace(fall, gradual=True, since=Period.parse("2025-W40"), **ends)
        said = texts(view(shifts=(drift,)))[0]
        assert "has got worse little by little (week 40 of 2025 to week 43): 82" in said
        assert "since" not in said
        assert "se dégrade peu à peu (semaine 40 de 2025 – semaine 43)" in texts(view("fr", shifts=(drift,)))[0]

    def test_a_drift_goes_on_and_is_said_before_a_step(self, view, fall):
        """What still gets worse little by little comes before a step of some weeks ago, whenever it was first seen."""
        ends = {"since_from": Period.parse("2025-W40"), "since_to": Period.parse("2026-W43")}
        drift = replace(changed("csat", 4.2, 4.0, better=False), gradual=True, since=ends["since_from"], **ends)
        assert texts(view(shifts=(fall, drift), content=BARE))[0].startswith("Satisfaction has got worse little by")

    def test_a_further_change_is_said_before_the_place_in_the_industry(self, view, fall):
        """Three changes, what a decision did and a target leave no room for where the wait stands as ever."""
        others = changed("first_contact_resolution", 0.8, 0.7, better=False), changed("csat", 4.2, 4.0, better=False)
        said = texts(view(shifts=(fall, *others), effects=(effect("changed_with", better=True),)))
        assert len(said) == 4
        assert any(one.startswith("Also beyond the usual variation: ") for one in said)
        assert not any("what brands aim at" in one for one in said)

    def test_worth_watching_is_no_finding(self, view, fall):
        """At the weaker level nothing is claimed: it may have changed."""
        watched = view(shifts=(replace(fall, level="watch"),), content=BARE)
        assert texts(watched)[0] == (
            "Answer rate may have got worse since week 38 (week 36 at the earliest, week 39 at the latest): 82.1%, "
            "87.9% before; worth watching, and no finding yet."
        )
        assert "à surveiller, sans conclure" in texts(view("fr", shifts=(replace(fall, level="watch"),)))[0]

    def test_where_points_follow_each_other_no_interval_is_given(self, view, fall):
        """An interval that is known to be too narrow is not printed."""
        said = texts(view(shifts=(replace(fall, about=True),)))[0]
        assert said.endswith("This is more than the usual variation.")

    def test_an_interval_that_holds_zero_is_no_size_of_a_fall(self, view, fall):
        """From a rise of 0.2 to a fall of 6 points: the fall is said, not that it lies between 0.2 and 6."""
        said = texts(view(shifts=(replace(fall, size_low=-0.06, size_high=0.002),)))[0]
        assert said.endswith("82%, down from 88%. This is more than the usual variation.")

    def test_a_small_fall_is_not_said_to_be_none(self, view):
        """A satisfaction that falls by 0.03 to 0.17 does not fall by 0.0 to 0.2."""
        small = replace(changed("csat", 3.45, 3.36, better=False), size_low=-0.17, size_high=-0.03)
        said = texts(view(shifts=(small,)))[0]
        assert "3.36, down from 3.45" in said
        assert "it lies between 0.03 and 0.17 (95% interval)" in said

    def test_an_old_change_is_the_usual_level_by_now(self, view, fall):
        """A step of October 2025 is no news in October 2026."""
        old = replace(fall, since=Period.parse("2025-W43"))
        assert texts(view(shifts=(old,), content=BARE))[0].startswith("Nothing has changed")

    @pytest.mark.parametrize("page", ["2026-10", "2026-W44", "2026"])
    def test_pages_of_the_same_data_call_the_same_changes_news(self, view, fall, page):
        """A step of week 45 of 2025 is within a year of the last day of data, whatever the page's own last day is."""
        late = replace(fall, since=Period.parse("2025-W45"))
        shown = view(shifts=(late,), content=BARE, period=Period.parse(page), complete=page != "2026")
        assert texts(shown)[0].startswith("Answer rate has got worse since week 45 of 2025")

    def test_a_change_that_began_in_one_week_for_sure_has_no_span(self, view, fall):
        """Where only one week is possible, and for a drift, which has no beginning, none is given."""
        sure = replace(fall, since_from=fall.since, since_to=fall.since)
        assert texts(view(shifts=(sure,)))[0].startswith("Answer rate has got worse since week 38: 82.1%")
        assert "at the earliest" not in texts(view(shifts=(replace(fall, gradual=True),)))[0]

    def test_of_two_alike_the_newer_change_comes_first(self, view, fall):
        """Both for the worse: that of week 38 is said before that of week 20."""
        older = replace(changed("first_contact_resolution", 0.79, 0.77, better=False), since=Period.parse("2026-W20"))
        said = texts(view(shifts=(older, fall), content=BARE))
        assert [text.split(" has ")[0] for text in said[:2]] == ["Answer rate", "First-contact resolution"]

    def test_two_changes_are_said_in_full_and_further_ones_named(self, view, fall):
        """With three changes the worst is said in full, the others with their size and week."""
        more = (fall, changed("wait_time", 104, 64, better=True), changed("csat", 3.9, 4.1, better=True))
        said = texts(view(shifts=more, content=BARE))
        assert said[1] == (
            f"Also beyond the usual variation: Waiting time ({M}40{N}s since week 38) and Satisfaction "
            "(+0.20 since week 38)."
        )
        assert texts(view(shifts=more[:2], content=BARE))[1].startswith("Waiting time has improved since week 38")

    def test_a_single_team_is_named(self, view, fall):
        """On the page of the whole service, one team's change says whose it is, after those of the service."""
        said = texts(view(shifts=(), team_shifts=(replace(fall, team="Nord"),), content=BARE))
        assert said[0].startswith("Answer rate of team Nord has got worse since week 38")
        french = texts(view("fr", shifts=(), team_shifts=(replace(fall, team="Nord"),), content=BARE))
        assert french[0].startswith("Le taux de décroché de l’équipe Nord se dégrade")

    def test_the_teams_that_moved_with_the_service_are_named_with_it(self, view, fall):
        """Two teams fell too: they stand behind the service's own fall, the larger first, and in no other sentence."""
        ends = (("Est", -0.03, 0.86, 0.83), ("Nord", -0.08, 0.91, 0.83))
        teams = tuple(replace(fall, team=team, size=size, before=old, after=new) for team, size, old, new in ends)
        rose = replace(fall, team="Sud", size=0.02, better=True)
        said = texts(view(shifts=(fall,), team_shifts=(*teams, rose), content=BARE))
        assert said[0].endswith("Teams concerned: Nord (from 91.0% to 83.0%) and Est (from 86.0% to 83.0%).")
        assert not any("of team" in one for one in said)

    def test_what_is_only_to_watch_is_not_listed_as_changed(self, view, fall):
        """Among further changes stand those that are sure, three at most."""
        sure = [changed(kpi, 1.0, 2.0) for kpi in ("wait_time", "volume", "nps", "first_contact_resolution")]
        unsure = changed("csat", 3.9, 4.1, better=True, level="watch")
        said = texts(view(shifts=(fall, *sure, unsure), content=BARE))[1]
        assert said.startswith("Also beyond the usual variation: ")
        assert said.endswith("and 1 more.")
        assert "Satisfaction" not in said

    @pytest.mark.parametrize(
        ("mix", "performance", "said"),
        [
            (Part(-0.02, -0.03, -0.01), Part(0.0, -0.01, 0.01),
             "The difference comes at least in part from the mix by channel: the part of Chat went from 20% to 40%."),
            (Part(0.0, -0.01, 0.01), Part(-0.02, -0.03, -0.01),
             "Compared by channel the difference remains, largest in Phone: 90.0% to 85.0%."),
            (Part(-0.02, -0.03, -0.01), Part(-0.04, -0.05, -0.03),
             f"The mix by channel ({M}2.0{N}pts) and the levels ({M}4.0{N}pts) both play a part."),
            (Part(-0.02, -0.05, 0.01), Part(-0.02, -0.05, 0.01), ""),
        ],
    )  # fmt: skip
    def test_why_is_said_as_far_as_intervals_bear_it(self, view, mix, performance, said):
        """A part of a change counts where its interval excludes zero; where none does, no reason is given."""
        terms = (Term("phone", 0.8, 0.6, 0.9, 0.85, 0.001, -0.03), Term("chat", 0.2, 0.4, 0.7, 0.7, -0.02, 0.0))
        split = Split("answer_rate", "channel", WEEKS, WEEKS, Part(-0.02, -0.04, 0.0), mix, performance, terms)
        sentence = texts(view(splits={"answer_rate": (split,)}))[0]
        assert sentence.endswith(f"(95% interval). {said}".rstrip())


class TestQuiet:
    """A quiet month is a good page; what cannot be told is said to be."""

    def test_a_quiet_month_says_so_once(self, view):
        """Nothing beyond the usual variation is news enough: one sentence, no alarm, no decision."""
        said = say.headlines(view(series=QUIET, content=BARE, shifts=()))
        assert said[0].text == (
            "Nothing has changed beyond the usual variation: the 2 KPIs that can be judged keep their usual level."
        )
        assert not any(sentence.decide for sentence in said)
        french = texts(view("fr", series=QUIET, content=BARE, shifts=()))[0]
        assert french == (
            f"Rien n’a changé au-delà des variations habituelles{N}: "
            "les 2 indicateurs qui peuvent être jugés restent à leur niveau habituel."
        )

    def test_a_short_history_is_said_to_be_short(self, view):
        """Eight weeks bear no claim: it takes ten."""
        short = tuple(Shift(kpi, None, "week", "none", why="too_few", n=8) for kpi in QUIET)
        said = texts(view(series=QUIET, shifts=short, content=BARE))[0]
        assert "that takes 10 weeks or more, there are 8." in said

    def test_too_few_answers_are_said_to_be_too_few(self, view):
        """An NPS that cannot be judged gives the interval of its difference; +-14 twice is +-20 around +17."""
        series = {**QUIET, "nps": ([20.0, 26.0, 20.0, 26.0, 20.0, 37.0], 14.0, 61)}
        series = {kpi: (values[-6:], half, n) for kpi, (values, half, n) in series.items()}
        unknown = (Shift("nps", None, "month", "none", why="too_few", n=6),)
        said = texts(view(series=series, months=6, content=BARE, shifts=unknown))[1]
        assert said == (
            "What customers say: Net Promoter Score +37. Net Promoter Score: 61 answers are too few to tell a change; "
            f"the difference from before lies between {M}3{N}pts and +37{N}pts."
        )

    def test_without_surveys_the_page_says_that_customers_are_not_heard(self, view):
        """Performance alone is half the picture, and the page says so."""
        assert "What customers think is not known here" in " ".join(texts(view(series=QUIET, content=BARE)))

    def test_an_incomplete_period_says_so_first_and_compares_nothing(self, view):
        """Twelve of 31 days: the notice names both, and no sentence claims a change."""
        none = tuple(Shift(kpi, None, "week", "none", why="no_values") for kpi in QUIET)
        shown = view(series=QUIET, complete=False, days=12, shifts=none)
        said = (
            "October 2026 is not complete: the data reach 12 of its 31 days. Its own values are not held against "
            "earlier periods, other organisations or targets yet; changes of level are judged over the whole weeks."
        )
        assert say.notices(shown) == (said,)
        assert texts(shown)[0] == "There is no earlier complete period to tell a change from the usual variation."

    def test_two_weeks_of_an_incomplete_month_are_too_few_and_will_be(self, view):
        """That the month is not complete is not the reason: with it complete, weeks would still be wanting."""
        few = tuple(Shift(kpi, None, "week", "none", why="too_few", n=2) for kpi in QUIET)
        said = texts(view(series=QUIET, complete=False, days=14, shifts=few))[0]
        assert said.startswith("It is too early to tell a change from the usual variation: that takes 10 weeks")

    def test_what_customers_say_is_said_once(self, view):
        """A project of surveys alone has one sentence on a quiet month, with the value, and not two."""
        alone = view(series={"nps": ([20.0, 26.0] * 12 + [23.0], 4.0, 610)}, content=BARE)
        assert texts(alone) == ["What customers say is as usual: Net Promoter Score +23."]

    def test_the_value_of_half_a_month_is_not_what_is_called_usual(self, view):
        """What is judged are the weeks before: the sentence has no value of a period that is not complete."""
        alone = view(series={"nps": ([20.0, 26.0] * 12 + [23.0], 4.0, 610)}, content=BARE, complete=False, days=12)
        assert texts(alone) == ["What customers say is as usual: Net Promoter Score."]

    def test_what_customers_say_is_not_as_usual_where_a_part_of_it_has_moved(self, view, fall):
        """NPS falls and satisfaction does not: no sentence says that what customers say is as usual."""
        fell = replace(fall, kpi="nps", before=37.0, after=17.0, size=-20.0, size_low=-30.0, size_high=-10.0)
        said = " ".join(texts(view(shifts=(fell,), content=BARE)))
        assert "Net Promoter Score has got worse" in said
        assert "What customers say is as usual" not in said

    def test_few_days_are_the_reason_of_wide_intervals(self, view):
        """Two days of a month do not tell how days differ: that is said once, and not of a whole month."""
        wide = "so few days hardly tell"
        assert wide in " ".join(say.notices(view(complete=False, days=2)))
        assert wide not in " ".join(say.notices(view(complete=False, days=12)))
        assert say.notices(view()) == ()

    def test_an_incomplete_month_after_this_one_is_named(self, view):
        """The data reach 12 November: October is the report, and November is said to be left for the next one."""
        shown = view(coverage=Coverage(date(2024, 10, 1), date(2026, 11, 12)))
        assert say.passed_over(shown) == (
            "November 2026 is not complete (data up to 12 November 2026): it is left for the next report."
        )
        assert say.passed_over(view()) == ""


class TestIndustry:
    """Where the team stands; never off a point estimate."""

    def test_a_wait_stands_between_what_brands_aim_at_and_what_customers_accept(self, view):
        """64 s with an interval of 60 to 68: above 30 s, below 2 to 4 minutes; the old source is said to be old."""
        assert (
            f"Waiting time (64{N}s) lies between what brands aim at, under 30{N}s (Easiware, 2016, an old figure), "
            f"and what customers accept, 2 to 4{N}min (source not named)."
        ) in texts(view())

    def test_a_duration_is_shorter_or_longer_and_never_below(self, view):
        """A wait below what customers accept would read as bad: it is shorter; a share stays below or above."""
        english, french = (scorecard(view(language)).striptags() for language in ("en", "fr"))
        assert "under 30 s (aimed at): longer" in english
        assert "2 to 4 min (accepted): shorter" in english
        assert "2 à 4 min (accepté) : moins longtemps" in french
        assert "85% (aimed at): below" in english

    def test_more_cases_are_said_in_two_digits(self, view):
        """11,754 further cases are a forecast: about 12,000."""
        shown = view().words
        said = [industry.rounded(shown, n) for n in (11_754, 2_394, 140, 61, 7)]
        assert said == ["12,000", "2,400", "140", "61", "7"]

    def test_no_place_is_claimed_off_a_point_estimate(self, view):
        """A wait of 31 s whose interval holds 30 s is close to what brands aim at, neither above nor below."""
        series = {"wait_time": ([31.0] * 25, 9.0, 40)}
        said = " ".join(texts(view(series=series, content=BARE)))
        assert f"Waiting time (31{N}s) is close to what brands aim at, under 30{N}s" in said
        assert "lies between what brands" not in said

    def test_sentence_and_scorecard_speak_of_the_same_figure(self, view):
        """At 88 % the newest aim, 85 %, is passed and an older one, 90 %, is not: both tell of the newest, in part."""
        shown = view(series={"answer_rate": ([0.88] * 25, 0.01, 3000)}, content=BARE)
        place = "Answer rate (88.0%) is above what organisations aim at: 85% (Assemblée nationale, 2024"
        assert f"{place}; compares in part)." in texts(shown)
        assert "85% (aimed at): above" in scorecard(shown).striptags()
        assert "compares in part" in scorecard(shown).striptags()


class TestDecisions:
    """What decisions did."""

    def test_an_effect_has_its_levels_and_how_sure_it_is(self, view):
        """104 to 64 s, between 22 and 57 s less; so large a move was rare before."""
        said = texts(view(effects=(effect("changed_with", better=True),), content=BARE))
        assert said[1] == (
            f"Waiting time has improved with “Call-back opened” (1 March 2026): 64{N}s, down from 104{N}s. The "
            f"difference lies between 22{N}s and 57{N}s (95% interval); so large a move was rare at earlier dates."
        )

    def test_a_course_under_way_before_is_said_beside_the_effect(self, view):
        """Where the level moved the same way before the decision, the sentence says so, in both languages; else not."""
        drift = effect("changed_with", better=True, before_too=True)
        assert texts(view(effects=(drift,), content=BARE))[1].endswith("part of this may be the same course.")
        assert "déjà engagé auparavant" in texts(view("fr", effects=(drift,), content=BARE))[1]

    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (effect("changed_since", "jumps_before", better=True), "Such moves were seen at earlier dates too"),
            (effect("changed_since", "others_too", better=True), "The other teams cannot be told to have moved less"),
            (effect("none_shown", size=Part(-4.0, -12.0, 5.0)),
             f"shows no effect on Waiting time: the difference lies between {M}12{N}s and +5{N}s (95% interval)."),
            (effect("none_shown", better=False, before=64.0, after=104.0, size=Part(40.0, 22.0, 57.0)),
             "Waiting time has got worse since “Call-back opened” (1 March 2026), which was to improve it"),
        ],
    )  # fmt: skip
    def test_what_is_not_sure_is_not_claimed(self, view, made, said):
        """A move that happened at other times, or in the other teams, is not laid to the decision; none is no proof."""
        shown = view(series={"wait_time": ([64.0] * 25, 4.0, 7400)}, effects=(made,), content=BARE, benchmarks=())
        assert said in " ".join(texts(shown))

    @pytest.mark.parametrize("why", ["jumps_before", "others_too"])
    def test_a_move_with_another_reason_came_since_the_decision_and_not_with_it(self, view, why):
        """Such a sentence begins with "since", never "with", in both languages."""
        made = (effect("changed_since", why, better=True),)
        since, depuis = (" ".join(texts(view(code, effects=made, content=BARE))) for code in ("en", "fr"))
        assert f"has improved since “Call-back opened” (1 March 2026): 64{N}s, down from 104{N}s. " in since
        assert f"depuis la décision «{N}" in depuis
        assert "avec la décision" not in depuis
        assert effects(view(effects=made)).striptags().count("moved since the decision") == 1

    def test_what_cannot_be_told_yet_makes_no_headline(self, view):
        """A decision of last month, or a KPI without values, is in the table of decisions only."""
        early = effect("too_early", "too_few_after", before=nan, after=nan, size=Part(nan))
        assert not any("Call-back" in said for said in texts(view(effects=(early,), content=BARE)))

    def test_a_decision_of_the_period_is_recalled_without_an_effect(self, view):
        """What was decided in the month is a dated fact; the first of October is written as French does."""
        said = "Decided in this period: Call-back (1 October 2026). What it does can be told in some months."
        assert say.decided(view()) == said
        assert "Rappel (1er octobre 2026)" in say.decided(view("fr"))


class TestTargets:
    """Targets, their outlook, and the one decision that is asked for."""

    def test_one_decision_at_most_and_never_about_a_duration(self, view):
        """Answer rate and wait both miss their targets; the page asks about the answer rate, and names its owner."""
        asked = [sentence.text for sentence in say.headlines(view()) if sentence.decide]
        assert len(asked) == 1
        assert asked[0].startswith("Answer rate (82.1%) ")
        assert asked[0].endswith("To decide (Nadia): what is to be done about it.")

    @pytest.mark.parametrize(
        ("outlook", "sentence", "word", "kind"),
        [
            ("missed", "is set to miss its target of 88%, due on 31 December 2026", "set to miss", "worse"),
            ("at_risk", "is at risk of missing its target of 88%, due on 31 December 2026", "at risk", "watch"),
            ("on_course", "", "on course", "better"),
            ("reached", "", "reached", "better"),
        ],
    )  # fmt: skip
    def test_the_outlook_is_the_forecasts(self, view, outlook, sentence, word, kind):
        """Sentence, scorecard and count say the same of a target, by its forecast; what goes well asks for nothing."""
        review = view().review
        rows = review.findings
        here = (rows["kpi"] == "answer_rate") & (rows["against"] == "target")
        said = {"outlook": outlook, "outlook_low": 0.81, "outlook_high": 0.84}
        shown = view(findings=rows.assign(**{k: rows[k].astype(object).mask(here, v) for k, v in said.items()}))
        asked = [one.text for one in say.headlines(shown) if one.decide]
        course = "Its course leads to 81.0 to 84.0% by then (four times in five)."
        assert [sentence in text and course in text for text in asked] == [True] * bool(sentence)
        assert f'<span class="verdict-{kind}">{word}</span>' in scorecard(shown)
        assert f"1 {word}" in summary(shown).striptags()

    def test_a_poor_goal_is_named_with_its_reason(self, view):
        """What makes a target no goal (nobody's, out of reach) stands below the scorecard, in words."""
        rows = view().review.findings
        here = (rows["kpi"] == "answer_rate") & (rows["against"] == "target")
        shown = view(findings=rows.assign(warnings=rows["warnings"].astype(object).mask(here, "no_owner out_of_reach")))
        said = doubts(shown)
        assert "Answer rate (nobody is named as its owner and no earlier period came near it)" in said
        assert said in repr(Page(shown).scorecard())

    def test_a_target_is_missed_once_its_day_is_within_the_data(self, view):
        """Due on 15 October, the October rate misses it."""
        content = {**BARE, "target": [{"kpi": "answer_rate", "value": 0.88, "by": date(2026, 10, 15)}]}
        shown = view(content=content)
        assert "has missed its target of 88%, which was due on 15 October" in texts(shown)[-1]
        assert ">missed</span>" in scorecard(shown)

    def test_the_most_endangered_target_is_asked_about(self, view):
        """Of one at risk and due first, and one missed, the missed one is the question."""
        targets = [{"kpi": "first_contact_resolution", "value": 0.80, "by": date(2026, 10, 31)},
                   {"kpi": "answer_rate", "value": 0.88, "by": date(2026, 10, 1)}]  # fmt: skip
        shown = view(content={**BARE, "target": targets})
        rows = shown.review.findings
        here = (rows["against"] == "target") & (rows["kpi"] == "answer_rate")
        risky = rows.assign(outlook=rows["outlook"].mask(here, "at_risk"))
        shown = view(content={**BARE, "target": targets}, findings=risky)
        assert texts(shown)[-1].startswith("First-contact resolution (77.4%) has missed")


class TestRoom:
    """Four sentences at most, and warnings where a page asks too much."""

    def test_at_most_four_sentences(self, view, fall):
        """However much there is to say, a reader gets four sentences, the decision last."""
        much = (fall, changed("wait_time", 104, 64, better=True))
        said = say.headlines(view(shifts=much, effects=(effect("changed_with", better=True),)))
        assert len(said) == say.MOST
        assert [sentence.decide for sentence in said] == [False, False, False, True]

    def test_what_an_effect_says_no_change_repeats(self, view):
        """A wait that fell with the call-back is told once, with the decision."""
        both = view(
            shifts=(changed("wait_time", 104, 64, better=True),), effects=(effect("changed_with", better=True),)
        )
        assert sum("Waiting time has improved" in said for said in texts(both)) == 1

    def test_more_than_nine_kpis_are_warned_of(self, view):
        """Ten KPIs are one too many; six are not."""
        kpis = view().review.kpis
        assert "10 KPIs are more than a reader can follow: 9 at most" in say.crowded(view(kpis=(*kpis, *kpis[:4])))
        assert say.crowded(view()) == ""

    def test_satisfaction_says_its_scale_where_there_is_one(self, view):
        """Where all answers are on one scale it is named beside the value; where they are not, nothing is added."""
        shown = view(content=BARE, scales={"csat": 5.0})
        assert "Satisfaction 4.10 out of 5" in " ".join(texts(shown))
        assert "out of 5" in scorecard(shown)
        assert "out of" not in scorecard(view(content=BARE))
