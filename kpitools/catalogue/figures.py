"""What only comes as figures, made by somebody else: no row of an export tells it."""

from kpitools.catalogue.bounds import UPWARDS
from kpitools.catalogue.calls import COUNT
from kpitools.kpi import kpi


@kpi(
    "Site visits",
    on="figures",
    unit="visits",
    better="context",
    definition="as_given",
    statistic="count",
    bounds=UPWARDS,
    measured=False,
    numerator="visits, as the web analytics tool counts them",
    denominator=COUNT,
    exclusions="what the tool leaves out: it does not say",
    avoid="consent banners changed in between: fewer visits are then counted, not made",
    source="document 004 (Google Analytics)",
    why="the tool counts, kpitools does not",
)
def site_visits() -> None:
    """Visits to the site or its help pages, as figures from a web analytics tool."""


@kpi(
    "Channels offered",
    on="figures",
    unit="channels",
    better="context",
    definition="as_given",
    statistic="count",
    bounds=UPWARDS,
    measured=False,
    numerator="channels that customers may use, as somebody counted them",
    denominator=COUNT,
    exclusions="channels that exist and are not announced",
    avoid="it is made a goal by itself: a channel that nobody serves well is worse than none",
    source="document 003 (Easiware)",
    why="a channel that nobody used yet is offered all the same: contacts do not tell",
)
def channels_offered() -> None:
    """Number of channels that customers may use; a practice, not a level to reach."""
