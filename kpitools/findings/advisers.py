"""Each adviser of a team beside the others, where the project allows it: a week at least, and without a ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpitools.errors import ReportError
from kpitools.findings.choice import choose_kpis, teams
from kpitools.findings.peers import Gain, Peers, gains, peers
from kpitools.findings.review import Review, review_tables
from kpitools.findings.units import Who
from kpitools.measure import measured_in
from kpitools.measure.store import opened
from kpitools.project import Project
from kpitools.sources.systems import resolved

NOTEBOOK = "adviser_review"
OWN = (
    "first_contact_resolution", "resolution_rate", "contacts_per_request", "resolution_time", "first_reply_time",
    "replied_in_time", "csat", "nps", "ces", "conversion_rate", "talk_time", "handle_time",
)  # fmt: skip
"""KPIs that an adviser has a hand in. Whether a call is answered, and when, is the queue's and the rota's."""


@dataclass(frozen=True, eq=False)
class Advisers:
    """The review of a team, each KPI compared between its advisers, and who changed since the period before."""

    review: Review
    peers: Mapping[str, Peers]
    gains: Mapping[str, tuple[Gain, ...]]


def adviser_review(
    project: Project, period: str | None = None, team: str | None = None, today: date | None = None
) -> Advisers:
    """Read a project and compare the advisers of a team, in the KPIs of the project's report, by default in `OWN`.

    Raises:
        ReportError: the project does not allow it, the period is a day, or no team is named where there are several;
            else as `review` does.
    """
    project = resolved(project)
    Who("adviser_id").refuse(project)
    tables = opened(project)
    if not team and len(known := teams(tables)) > 1:
        raise ReportError(f"Advisers are compared within a team: name one of {', '.join(known)}.")
    measurable = set(measured_in(tables))
    names = choose_kpis(project, [name for name in OWN if name in measurable], NOTEBOOK)
    found = review_tables(tables, project, period, team, today, kpis=names)
    at, who = found.period, Who("adviser_id", found.team)
    if at.grain == "day":
        raise ReportError("Figures of single advisers cover a week at least: a day says more of chance than of them.")
    compared = {kpi.name: peers(tables, project, kpi, at, who) for kpi in found.kpis}
    return Advisers(
        review=found,
        peers={name: one for name, one in compared.items() if one is not None},
        gains={k.name: gains(tables, project, k, (at.previous(), at), who) for k in found.kpis if compared[k.name]},
    )
