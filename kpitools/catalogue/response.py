"""How many of those asked answer: every score stands beside its response rate."""

from typing import Any

from kpitools.catalogue.bounds import SHARE
from kpitools.kpi import Share, kpi
from kpitools.row import Row

RATE: dict[str, Any] = {
    "on": "surveys",
    "unit": "share",
    "better": "context",
    "definition": "answered_of_sent",
    "bounds": SHARE,
    "numerator": "those of them that were answered",
    "denominator": "surveys that were sent",
    "exclusions": "exports that hold answers only, of which no rate follows",
    "avoid": "the last surveys are days old: answers to them may still come",
    "source": "Trengo (answers of surveys sent)",
    "why": "who does not answer is not known to be content: a score is read beside its response rate",
}


@kpi("Response rate (satisfaction)", **RATE)
def csat_response_rate(survey: Row) -> Share:
    """Satisfaction surveys that were answered, of all that were sent."""
    return Share(survey.csat & survey.sent & survey.answered, of=survey.csat & survey.sent)


@kpi("Response rate (Net Promoter Score)", **RATE)
def nps_response_rate(survey: Row) -> Share:
    """Net Promoter Score surveys that were answered, of all that were sent."""
    return Share(survey.nps & survey.sent & survey.answered, of=survey.nps & survey.sent)


@kpi("Response rate (effort)", **RATE)
def ces_response_rate(survey: Row) -> Share:
    """Effort surveys that were answered, of all that were sent."""
    return Share(survey.ces & survey.sent & survey.answered, of=survey.ces & survey.sent)
