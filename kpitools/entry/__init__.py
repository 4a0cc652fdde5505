"""Workbooks in which staff write figures by hand, a line a week; `sources` reads them back."""

from kpitools.entry.workbook import entry_workbook

__all__ = ["entry_workbook"]
