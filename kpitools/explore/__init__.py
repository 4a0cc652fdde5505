"""Where the analyst digs: any KPI by any period and segment, down to the contacts behind it, and into a report.

In a notebook of JupyterLab::

    from kpitools.explore import desk, panel

    panel(desk("."))  # choose by mouse
    desk(".").ask("answer_rate", every="week", channel="phone")  # or by code
"""

from kpitools.explore.answer import Answer
from kpitools.explore.desk import Desk
from kpitools.explore.desk import desk as _desk
from kpitools.explore.frames import table as _table
from kpitools.explore.panel import panel as _panel
from kpitools.explore.what_if import what_if as _what_if
from kpitools.present.refused import refusing

desk, table, panel, what_if = refusing(_desk), refusing(_table), refusing(_panel), refusing(_what_if)
__all__ = ["Answer", "Desk", "desk", "panel", "table", "what_if"]
