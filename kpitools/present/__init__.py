"""The page: a review of one period in words, charts and tables, in a language.

`page`, `quality_page` and `decisions_page` are what notebooks ask. `languages`, `numbers` and `dates` write, `say`
makes the sentences, `charts` and `tables` the rest; nothing here computes a figure or reaches a verdict.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kpitools.present.refused import refusing

if TYPE_CHECKING:
    from kpitools.present.advisers import AdvisersPage, advisers_page
    from kpitools.present.decisions import DecisionsPage, decisions_page
    from kpitools.present.pages import Page, page
    from kpitools.present.position import PositionPage, position_page
    from kpitools.present.quality import QualityPage, quality_page
    from kpitools.present.team import TeamPage, team_page

__all__ = [
    "AdvisersPage",
    "DecisionsPage",
    "Page",
    "PositionPage",
    "QualityPage",
    "TeamPage",
    "advisers_page",
    "decisions_page",
    "page",
    "position_page",
    "quality_page",
    "team_page",
]
MODULES = {
    "Page": "pages", "page": "pages", "QualityPage": "quality", "quality_page": "quality",
    "AdvisersPage": "advisers", "advisers_page": "advisers",
    "DecisionsPage": "decisions", "decisions_page": "decisions",
    "PositionPage": "position", "position_page": "position", "TeamPage": "team", "team_page": "team",
}  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    """Load what a notebook asks for when it asks: the exporter needs the words of a language only, not the charts.

    The functions say in a sentence what is missing, instead of stopping the notebook.
    """
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"kpitools.present.{MODULES[name]}"), name)
    return refusing(found) if name.islower() else found
