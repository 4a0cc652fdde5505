"""Measurements held against the past, the industry, targets and their own usual variation.

`compare` gives the verdicts, `trend` the control chart and the newest point's place in it, `review` gathers
all that a page needs. Nothing here words anything: verdicts and reasons are closed codes.
"""

from kpitools.findings.choice import last_closed, teams
from kpitools.findings.compare import compare
from kpitools.findings.review import Review, review, review_tables
from kpitools.findings.trend import Trend, trend

__all__ = ["Review", "Trend", "compare", "last_closed", "review", "review_tables", "teams", "trend"]
