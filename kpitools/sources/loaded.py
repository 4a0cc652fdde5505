"""The rows of files that were loaded, put together for the database so that no query has to convert a column again."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells.uniform import DIGITS, Texts
from kpitools.sources.cells.zones import AWARE, NAIVE
from kpitools.sources.identities import CUSTOMERS

_SHORT = 7
"""Digits; with less than eight, a number is no telephone number of any country."""


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of several files as one table: instants in UTC without saying so, customer numbers as numbers."""
    whole = pa.concat_tables(tables, promote_options="default")
    for place, column in enumerate(whole.schema):
        if column.type == AWARE:
            whole = whole.set_column(place, column.name, whole.column(place).cast(NAIVE))
        if column.name in CUSTOMERS and (numbers := _numbers(whole.column(place))) is not None:
            whole = whole.set_column(place, column.name, numbers)
    return whole


def repeats(column: pa.ChunkedArray) -> bool:
    """Say whether a text occurs twice; of whole numbers that rise from row to row, none does."""
    numbers = _whole(Texts.of(column), widest=18)
    if numbers is not None and not numbers.null_count and (np.diff(numbers.to_numpy()) > 0).all():
        return False
    return bool(pc.count_distinct(column).as_py() < len(column) - column.null_count)


def _numbers(column: pa.ChunkedArray) -> pa.Array | None:
    """Return customer numbers as whole numbers, which write themselves as the texts did; None where that is not so."""
    texts = Texts.of(column)
    if texts is None or ((texts.edges(last=False) == ord("0")) & (texts.lengths[texts.lengths > 0] > 1)).any():
        return None  # 007 is another customer than 7
    return _whole(texts, widest=_SHORT)


def _whole(texts: Texts | None, widest: int) -> pa.Array | None:
    """Return texts of digits as whole numbers, where none is wider than that."""
    if texts is None or max(texts.widths, default=0) > widest or not texts.only(DIGITS):
        return None
    return texts.array.cast(pa.int64())
