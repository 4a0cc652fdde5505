"""Any export becomes canonical tables here, and every row of it is accounted for."""

from kpitools.sources.accounts import Account, Problem
from kpitools.sources.cells import CellError
from kpitools.sources.files import open_raw
from kpitools.sources.reader import read
from kpitools.sources.tables import Tables

__all__ = ["Account", "CellError", "Problem", "Tables", "open_raw", "read"]
