"""Tables without some of their rows: no weekends, not that type of request."""

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from kpitools.measure.tally import columns_of, to_engine
from kpitools.periods import Coverage

FRIDAY = 5
"""Of the days of the week, Monday being 1."""


class Narrowed(dict[str, Any]):
    """Canonical tables of which rows were left out; the days that the whole reaches stay what they were."""

    coverage: Coverage


def narrowed(
    tables: Mapping[str, Any], coverage: Coverage, *, weekends: bool = True, without: Iterable[tuple[str, str]] = ()
) -> Narrowed:
    """Leave out the days of the weekend, and the rows of which a segment holds a value.

    A table that does not know the segment, or has no dates, stays whole.
    """
    made = Narrowed({name: _kept(frame, weekends, dict(without)) for name, frame in tables.items()})
    made.coverage = coverage
    return made


def _kept(frame: Any, weekends: bool, without: Mapping[str, str]) -> Any:  # noqa: ANN401, FBT001 - of any engine
    has = columns_of(frame)
    tests = [nw.col(name).is_null() | (nw.col(name) != value) for name, value in without.items() if name in has]
    if not weekends and "date" in has:
        tests.append(nw.col("date").dt.weekday() <= FRIDAY)
    return to_engine(frame).filter(*tests).to_native() if tests else frame
