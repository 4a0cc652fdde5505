"""What customers say when they are asked. Answers on two scales, and about one contact and the relation, stay apart."""

from typing import Any

import narwhals as nw

from kpitools.catalogue.bounds import PERCENT, POINTS, SHARE
from kpitools.kpi import Mean, Score, Share, kpi
from kpitools.row import Row

SCALE = ("scale_min", "scale_max")
ANSWERS = "answers to the question"
LOW_IS_BEST = "answers where the lowest score is the best, as in some school grades"
NOT_HIGH = "surveys that were not answered; " + LOW_IS_BEST
OTHER_SCALE = "answers on another scale"
AFTER = "answers about one contact or request"
RELATION = "answers about the whole relation"
NOT_AFTER = "surveys that were not answered, or that are not known to ask about a contact or a request"
NOT_RELATION = "surveys that were not answered, or that are not known to ask about the relation"
FEW = "few answer: read it beside the response rate"
NOT_A_CONTACT = "you ask whether one contact went well: prices and products weigh more here"


def satisfaction(survey: Row) -> nw.Expr:
    """Say which answers are to the satisfaction question; a high one must be good, as it is not on school grades."""
    return survey.csat & survey.answered & ~(survey.polarity == "lower_better")


def mean(value: nw.Expr, asked: nw.Expr, answered: nw.Expr, apart: nw.Expr | None = None) -> Mean:
    """Make the mean over the answers; the others of those asked are left out, and counted as such."""
    return Mean(value, where=answered, skewed=False, excluded=asked & ~answered, scale=SCALE, apart=apart)


def share(hits: nw.Expr, asked: nw.Expr, answered: nw.Expr, apart: nw.Expr) -> Share:
    """Make the share of the answers, as the mean."""
    return Share(answered & hits, of=answered, excluded=asked & ~answered, scale=SCALE, apart=apart)


def points(survey: Row, answered: nw.Expr, apart: nw.Expr | None = None) -> Score:
    """Make the Net Promoter Score of the answers: 9 and 10 promote, up to 6 detract."""
    excluded = survey.nps & ~answered
    return Score(answered & (survey.score >= 9), answered & (survey.score <= 6), answered, excluded, SCALE, apart)


CSAT: dict[str, Any] = {"numerator": "the sum of the answers", "source": "documents 002, 004"}


@kpi(
    "Satisfaction",
    on="surveys",
    unit="score",
    better="higher",
    definition="mean_on_own_scale",
    numerator="the sum of the answers",
    denominator=ANSWERS,
    exclusions=NOT_HIGH,
    avoid="you compare it with a figure on another scale, or with a share of satisfied customers",
    source="documents 002, 004",
    why="the documents give a mean on 1 to 5 or 1 to 7, and a mean keeps what a share of happy customers throws away",
)
def csat(survey: Row) -> Mean:
    """Mean answer to the satisfaction question, on its own scale; answers on two scales are never pooled."""
    return mean(survey.score, survey.csat, satisfaction(survey), survey.of_relation)


@csat.variant(
    "top_box",
    unit="share",
    bounds=SHARE,
    numerator="those of them that are the best answer of the scale",
    exclusions=NOT_HIGH,
    avoid="the scale is long: on 0 to 10 few choose the very best",
    source="SQM (top box)",
)
def _(survey: Row) -> Share:
    """Share of the answers to the satisfaction question that are the best one possible."""
    best = survey.score == survey.scale_max
    return share(best, survey.csat, satisfaction(survey), survey.of_relation)


@csat.variant(
    "top_two",
    unit="share",
    bounds=SHARE,
    numerator="those of them that are one of the two best answers of the scale",
    exclusions=NOT_HIGH,
    avoid="the scale has three answers or fewer: nearly all of them are then among the best",
    source="Dixa and others (4 and 5 of 5)",
)
def _(survey: Row) -> Share:
    """Share of the answers to the satisfaction question that are one of the two best."""
    best = survey.score >= survey.scale_max - 1
    return share(best, survey.csat, satisfaction(survey), survey.of_relation)


@csat.variant(
    "rescaled",
    bounds=PERCENT,
    numerator="the sum of the answers, each as its place from 0 (worst) to 100 (best)",
    exclusions=NOT_HIGH,
    avoid="the scales differ in more than their length: words, stars and faces are not answered alike",
    source="Trengo: (mean less 1) / 4 x 100",
)
def _(survey: Row) -> Mean:
    """Mean answer to the satisfaction question, moved to a scale from 0 to 100."""
    place = (survey.score - survey.scale_min) / (survey.scale_max - survey.scale_min) * 100
    return mean(place, survey.csat, satisfaction(survey), survey.of_relation)


@csat.variant(
    "after_contact",
    denominator=AFTER,
    exclusions=NOT_AFTER + "; " + LOW_IS_BEST,
    avoid=FEW,
    **CSAT,
)
def _(survey: Row) -> Mean:
    """Mean answer to the satisfaction question asked after a contact or a request, on its own scale."""
    return mean(survey.score, survey.csat, satisfaction(survey) & survey.of_contact)


@csat.variant(
    "relation",
    denominator=RELATION,
    exclusions=NOT_RELATION + "; " + LOW_IS_BEST,
    avoid=NOT_A_CONTACT,
    **CSAT,
)
def _(survey: Row) -> Mean:
    """Mean answer to the satisfaction question about the whole relation, on its own scale."""
    return mean(survey.score, survey.csat, satisfaction(survey) & survey.of_relation)


NPS: dict[str, Any] = {"numerator": "promoters less detractors, times 100"}


@kpi(
    "Net Promoter Score",
    on="surveys",
    unit="points",
    better="higher",
    definition="promoters_less_detractors",
    bounds=POINTS,
    numerator="promoters less detractors, times 100",
    denominator="answers on a scale from 0 to 10",
    exclusions="surveys that were not answered, answers on another scale",
    avoid="few answer: ten answers more or less move it by many points",
    source="the field's usual question on 0 to 10; document 000 (detractors 0 to 6)",
    why="published figures are on 0 to 10; an answer on 1 to 10 cannot be 0, so it is another KPI",
)
def nps(survey: Row) -> Score:
    """Share of promoters (9 or 10) less share of detractors (6 or less), in points from -100 to +100."""
    return points(survey, survey.nps & survey.answered & (survey.scale_min == 0), survey.of_relation)


@nps.variant(
    "one_to_ten",
    denominator="answers on a scale from 1 to 10",
    exclusions="surveys that were not answered, answers on another scale",
    avoid="you compare it with published figures: those are on 0 to 10",
    source="the document that asks on 1 to 10 (detractors 1 to 6)",
    **NPS,
)
def _(survey: Row) -> Score:
    """Share of promoters (9 or 10) less share of detractors (1 to 6), asked on a scale from 1 to 10."""
    return points(survey, survey.nps & survey.answered & (survey.scale_min == 1), survey.of_relation)


@nps.variant(
    "after_contact",
    denominator=AFTER + ", on a scale from 0 to 10",
    exclusions=NOT_AFTER + "; " + OTHER_SCALE,
    avoid="you compare it with published figures: those are about the relation",
    source="document 002: surveys after one contact",
    **NPS,
)
def _(survey: Row) -> Score:
    """Net Promoter Score of the answers given after a contact or a request, on 0 to 10."""
    return points(survey, survey.nps & survey.answered & (survey.scale_min == 0) & survey.of_contact)


@nps.variant(
    "relation",
    denominator=RELATION + ", on a scale from 0 to 10",
    exclusions=NOT_RELATION + "; " + OTHER_SCALE,
    avoid=NOT_A_CONTACT,
    source="document 002: surveys over the whole relation",
    **NPS,
)
def _(survey: Row) -> Score:
    """Net Promoter Score of the answers about the whole relation, on 0 to 10."""
    return points(survey, survey.nps & survey.answered & (survey.scale_min == 0) & survey.of_relation)
