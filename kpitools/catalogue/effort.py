"""Customer effort: the first version of the question has its good answers low, the second has them high."""

from typing import Any

import narwhals as nw

from kpitools.catalogue.bounds import SHARE
from kpitools.catalogue.surveys import AFTER, FEW, NOT_A_CONTACT, NOT_AFTER, NOT_RELATION, RELATION, mean, share
from kpitools.kpi import Mean, Share, kpi
from kpitools.row import Row

NOT_LOW = "answers on a scale that is not known to have its good end low"
OTHER_WAY = "surveys that were not answered, " + NOT_LOW
THIS_WAY = "surveys that were not answered, answers on a scale that is not known to have its good end high"
SUM = "the sum of the answers"


def how_much(survey: Row) -> nw.Expr:
    """Say which answers are to the first version: how much effort, where little is good."""
    return survey.ces & survey.answered & (survey.polarity == "lower_better")


def how_easy(survey: Row) -> nw.Expr:
    """Say which answers are to the second version: was it made easy, where high is good."""
    return survey.ces & survey.answered & (survey.polarity == "higher_better")


@kpi(
    "Effort",
    on="surveys",
    unit="score",
    better="lower",
    definition="mean_effort",
    numerator=SUM,
    denominator="answers to how much effort it took",
    exclusions=OTHER_WAY,
    avoid="the question is whether the company made it easy: a high answer is then good",
    source="documents 001, 002, 004; Customer Effort Score 1.0",
    why="the documents say that less effort is better",
)
def ces(survey: Row) -> Mean:
    """Mean answer to the effort question, on its own scale; less effort is better."""
    return mean(survey.score, survey.ces, how_much(survey), survey.of_relation)


EASY: dict[str, Any] = {"better": "higher", "exclusions": THIS_WAY}
EASE_ANSWERS = "answers to whether it was made easy"


@ces.variant(
    "mean_ease",
    numerator=SUM,
    denominator=EASE_ANSWERS,
    avoid="you compare it with the first version: the two run in opposite directions",
    source="Customer Effort Score 2.0 (1 to 7, agree)",
    **EASY,
)
def _(survey: Row) -> Mean:
    """Mean answer to whether the company made it easy, on its own scale; high is good."""
    return mean(survey.score, survey.ces, how_easy(survey), survey.of_relation)


@ces.variant(
    "share_easy",
    unit="share",
    bounds=SHARE,
    numerator="those of them that are one of the three best answers of the scale",
    denominator=EASE_ANSWERS,
    avoid="the scale has fewer than seven answers: three of them are then too many",
    source="Customer Effort Score 2.0 (5 to 7 of 7)",
    **EASY,
)
def _(survey: Row) -> Share:
    """Share of the answers to whether the company made it easy that are one of the three best."""
    return share(survey.score >= survey.scale_max - 2, survey.ces, how_easy(survey), survey.of_relation)


@ces.variant(
    "after_contact",
    numerator=SUM,
    denominator=AFTER,
    exclusions=NOT_AFTER + "; " + NOT_LOW,
    avoid=FEW,
    source="document 002: surveys after one contact",
)
def _(survey: Row) -> Mean:
    """Mean answer to the effort question asked after a contact or a request; less effort is better."""
    return mean(survey.score, survey.ces, how_much(survey) & survey.of_contact)


@ces.variant(
    "relation",
    numerator=SUM,
    denominator=RELATION,
    exclusions=NOT_RELATION + "; " + NOT_LOW,
    avoid=NOT_A_CONTACT,
    source="document 002: surveys over the whole relation",
)
def _(survey: Row) -> Mean:
    """Mean answer to the effort question about the whole relation; less effort is better."""
    return mean(survey.score, survey.ces, how_much(survey) & survey.of_relation)
