"""What a page tells its manifest, so that the archive and the next report can be made from manifests alone."""

from typing import Any

from kpitools.findings.choice import NOTEBOOK
from kpitools.findings.last import definitions, verdicts
from kpitools.present.view import View
from kpitools.project.comments import load_comments


def declared(view: View, report: str = NOTEBOOK) -> dict[str, Any]:
    """Return the day and the data of the page, its verdicts and definitions.

    `comments` is the fingerprint of what people have written about it, empty where nobody has.
    """
    review = view.review
    said = load_comments(review.project.folder).about(report, review.period, review.team)
    return {
        "today": review.today.isoformat(),
        "data": {"first": review.coverage.first.isoformat(), "last": review.coverage.last.isoformat()},
        "complete": review.complete,
        "verdicts": verdicts(review),
        "definitions": definitions(review),
        "comments": said.fingerprint,
    }
