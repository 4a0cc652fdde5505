"""What differs from the last report is found from manifests, and worded in both languages."""

import dataclasses
import json
from datetime import date

import pytest

from kpitools.findings.last import Earlier, definitions, difference, differences
from kpitools.findings.shapes import Shift
from kpitools.periods import Period
from kpitools.present import last, word
from kpitools.present.declared import declared
from kpitools.present.markup import plain
from kpitools.project.manifests import file_stem

WAS = {"answer_rate": 0.9, "wait_time": 66.0, "csat": 4.15}
"""What the report on September gave: the answer rate is 88.2 % today, the others are as they were."""

KPIS = ("volume", "answer_rate", "wait_time", "first_contact_resolution", "csat", "nps")
SHIFTS = {kpi: Shift(kpi, None, "week", "usual") for kpi in KPIS}


@pytest.fixture
def made(review):
    """Make a review in which no level has changed."""
    return review(shifts=SHIFTS.values())


@pytest.fixture
def said(view):
    """Say it in a language."""
    return lambda language="fr": view(language, shifts=SHIFTS.values())


def earlier(review, period="2026-09", values=WAS, **other):
    """Make a report as its manifest tells it."""
    figures = tuple(
        {"kpi": kpi, "statistic": review.project.kpi(kpi).statistic, "value": v} for kpi, v in values.items()
    )
    told = {"verdicts": {}, "definitions": declared_of(review), **other}
    return Earlier(Period.parse(period), date(2026, 10, 2), figures, told["verdicts"], told["definitions"])


def declared_of(review):
    """Return the definitions as a manifest holds them after a walk through JSON."""
    return json.loads(json.dumps(definitions(review)))


@pytest.fixture
def archived(made):
    """Return what lays a manifest into the archive of the project that the views are of; all are removed again."""
    laid = []

    def lay(period="2026-09", values=WAS, *, language="fr", team="", folder="", **other):
        told = earlier(made, period, values, **other)
        name = f"{file_stem('periodic_report', team, language)}{'.1' if folder else ''}.json"
        path = made.project.folder / "reports" / period / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"kpitools": "0", "parameters": {"team": team}, "period": period, "today": told.made.isoformat()}
        content |= {"figures": told.figures, "verdicts": told.verdicts, "definitions": told.definitions}
        path.write_text(json.dumps(content), encoding="utf-8")
        laid.append(path)
        return path

    yield lay
    for path in laid:
        path.unlink(missing_ok=True)


def test_a_figure_that_was_another_is_restated(made):
    """Of three figures one differs: it is given as it was and as it is, with today's interval and the reason."""
    found = difference(made, earlier(made))
    (one,) = found.figures
    assert (one.kpi, one.before, one.now, one.why) == ("answer_rate", 0.9, 0.882, "data")
    assert (one.low, one.high) == pytest.approx((0.874, 0.890))
    assert not found.replaced


def test_another_definition_is_the_reason_where_there_is_one(made):
    """A figure that was counted otherwise did not come late."""
    other = {**declared_of(made), "answer_rate": {"id": "answered_of_queued"}}
    assert [each.why for each in difference(made, earlier(made, definitions=other)).figures] == ["definition"]


@pytest.mark.parametrize("value", [None, float("nan"), 0.882, 0.882 * (1 + 1e-12)])
def test_what_is_unknown_or_the_same_is_passed_over(made, value):
    """A hidden figure is not told, and the last bit of a sum is no news."""
    assert difference(made, earlier(made, values={"answer_rate": value})).figures == ()


def test_a_share_of_a_mix_is_no_figure_of_its_own(made):
    """Its rows have the name of the KPI too, and are not taken for its main figure."""
    before = earlier(made, values={"answer_rate": 0.2})
    mixed = dataclasses.replace(before, figures=({**before.figures[0], "category": "other"},))
    assert difference(made, mixed).figures == ()


def test_a_verdict_that_turned_is_told_once(made):
    """The target of the answer rate was reached in the last report and is missed now; what cannot be told is not."""
    key = "answer_rate|target|2026-12-31"
    found = difference(made, earlier(made, verdicts={key: "above", "csat|usual|": "worse"}))
    assert [(each.kpi, each.against, each.before, each.now) for each in found.verdicts if each.against == "target"] == [
        ("answer_rate", "target", "above", "below")
    ]


def test_the_last_report_is_the_latest_earlier_one_of_the_same_length(made, archived):
    """Not a week, not a later month, not another team's; where the last month has none, the one before it."""
    for period in ("2026-07", "2026-08", "2026-11", "2026-W39"):
        archived(period)
    archived("2026-09", team="Nord")
    (found,) = differences(made, "fr")
    assert str(found.earlier.period) == "2026-08"


def test_the_page_s_own_language_comes_first(made, archived):
    """Else the other one serves: the figures are the same."""
    archived(language="en", values={"answer_rate": 0.7})
    assert differences(made, "fr")[0].figures[0].before == 0.7
    archived(language="fr", values={"answer_rate": 0.6})
    assert differences(made, "fr")[0].figures[0].before == 0.6


def test_a_page_made_anew_is_held_against_the_one_it_replaces(made, archived):
    """The latest issue that was kept comes first, then the report before it."""
    archived("2026-10", {"answer_rate": 0.8}, folder="_earlier")
    archived("2026-09")
    first, second = differences(made, "fr")
    assert (first.replaced, first.figures[0].before, first.figures[0].now) == (True, 0.8, 0.821)
    assert (second.replaced, str(second.earlier.period)) == (False, "2026-09")


def test_a_page_is_not_held_against_itself(made, archived):
    """Made twice, a page is the same both times: its own manifest is not an earlier report."""
    archived("2026-10", {"answer_rate": 0.8})
    assert differences(made, "fr") == ()


def test_a_damaged_manifest_says_nothing(said, made, archived):
    """The page is made all the same."""
    archived().write_text('{"kpitools": "0", "parameters"', encoding="utf-8")
    assert differences(made, "fr") == ()
    assert last.difference(said("fr")) == ""


def test_the_difference_is_worded_in_both_languages(said, archived):
    """The figures with the digits that they bear, why they differ, and when the last report was made."""
    archived(verdicts={"answer_rate|target|2026-12-31": "above"})
    french, english = (plain(str(last.difference(said(language)))) for language in ("fr", "en"))
    nbsp = "\N{NARROW NO-BREAK SPACE}"
    assert f"Taux de décroché | 90,0{nbsp}% | 88,2{nbsp}% | des lignes sont arrivées après coup" in french
    assert "établi le 2 octobre 2026" in french
    assert "Answer rate | 90.0% | 88.2% | rows came late or were corrected" in english
    assert "Answer rate | the target | reached | missed" in english
    assert "Taux de décroché | la cible | atteinte | non atteinte" in french


def test_figures_that_stand_are_said_to_stand(said, archived):
    """Where nothing differs, one sentence says so; a difference below the last digit shown is none."""
    archived(values={"answer_rate": 0.88204})
    text = plain(str(last.difference(said("en"))))
    assert text.endswith("The figures of September 2026 are those that its report gave on 2 October 2026.")
    assert "Answer rate" not in text


def test_without_an_earlier_report_nothing_is_said(said):
    """No heading, no sentence."""
    assert last.difference(said("fr")) == ""


def test_a_comment_stands_on_the_page_as_a_person_s(said):
    """With name and day, as text and never as markup, in its own language; and who signed the page off."""
    page = said("fr")
    path = page.review.project.folder / "comments.toml"
    path.write_text(
        '[[comment]]\nperiod = "2026-10"\nby = "Ann <b>"\non = 2026-11-03\n'
        'text.en = "A <b>storm</b>.\\n\\nIt is over."\n'
        '[[sign_off]]\nperiod = "2026-10"\nby = "Paul"\non = 2026-11-04\n',
        encoding="utf-8",
    )
    try:
        html = str(word.comment(page))
        mark = declared(page)["comments"]
    finally:
        path.unlink()
    assert '<blockquote lang="en"><p>A &lt;b&gt;storm&lt;/b&gt;.</p><p>It is over.</p></blockquote>' in html
    assert "Commentaire de Ann &lt;b&gt;, le 3 novembre 2026" in html
    assert "Validé par Paul, le 4 novembre 2026." in html
    assert len(mark) == 16
    assert (str(word.comment(page)), declared(page)["comments"]) == ("", "")


def test_a_page_tells_its_manifest_what_the_next_report_needs(said):
    """The day, the verdicts and the definitions, all of it fit for JSON."""
    told = declared(said("fr"))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["today"], told["complete"]) == ("2026-11-22", True)
    assert told["verdicts"]["answer_rate|target|2026-12-31"] == "below"
    assert told["definitions"]["csat"]["id"] == "mean_on_own_scale"
