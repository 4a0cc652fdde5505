"""Columns that already have a type (Parquet, a frame), converted without a detour through text."""

import pyarrow as pa
import pyarrow.compute as pc

from kpitools.errors import SourceError
from kpitools.sources.cells import zones
from kpitools.sources.cells.durations import LONGEST, UNITS
from kpitools.sources.cells.instants import OTHER_YEAR, YEARS
from kpitools.sources.cells.text import hints

Read = tuple[pa.Array, pa.Array]
_EXCEL_DAY_ZERO, _DAY_IN_MICROSECONDS = -25_569, 86_400_000_000


def convert(values: pa.Array, kind: str, hint: str | None, zone: str) -> Read:
    """Read a typed column as a kind; not-a-number counts as nothing recorded.

    Raises:
        SourceError: This type has no reading as this kind.
    """
    if pa.types.is_null(values.type):
        return _as_text(values.cast(pa.string()), kind, hint, zone)
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_finite(values), values, None).cast(pa.float64())
    number = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    if kind in {"id", "text", "phone", "email"} or (kind == "boolean" and not pa.types.is_boolean(values.type)):
        return _as_text(_spelt(values), kind, hint, zone)
    if kind in {"instant", "date"}:
        return (
            _date(values, zone)
            if kind == "date" and pa.types.is_date(values.type)
            else _moment(values, kind, hint, zone)
        )
    simple = {
        "duration": lambda: _duration(values, hint),
        "time of day": lambda: _time(values),
        "boolean": lambda: _good(values),
        "number": lambda: _good(values.cast(pa.float64())),
        "share": lambda: _share(values, hint),
    }
    if kind in {"number", "share"} and not number:
        raise _refused(values, kind)
    return simple[kind]()


def _refused(values: pa.Array, kind: str) -> SourceError:
    return SourceError(f"A column of type {values.type} cannot be read as {kind}. Name another column or another kind.")


def _good(values: pa.Array) -> Read:
    return values, pa.nulls(len(values), pa.string())


def _refuse(values: pa.Array, wrong: pa.Array, reason: str) -> Read:
    """Take out the values that are wrong, with their reason."""
    wrong = pc.fill_null(wrong, False)  # noqa: FBT003 (Arrow's own signature)
    return pc.if_else(wrong, None, values), pc.if_else(wrong, pa.scalar(reason), pa.scalar(None, pa.string()))


def _spelt(values: pa.Array) -> pa.Array:
    """Write values as text: a whole number in a floating column is an id that lost its type, `12` and not `12.0`."""
    if pa.types.is_floating(values.type) and pc.all(pc.equal(pc.floor(values), values)).as_py() is not False:
        values = values.cast(pa.int64())
    if pa.types.is_binary(values.type) or pa.types.is_nested(values.type):
        raise _refused(values, "text")
    return values.cast(pa.string())


def _as_text(values: pa.Array, kind: str, hint: str | None, zone: str) -> Read:
    from kpitools.sources.cells.columns import parse_column  # noqa: PLC0415 (each of the two reads for the other)

    return parse_column(values, kind, hint, zone)


def _date(values: pa.Array, _zone: str) -> Read:
    return _good(values.cast(pa.date32()))


def _moment(values: pa.Array, kind: str, hint: str | None, zone: str) -> Read:
    """Read timestamps, dates, and numbers that count seconds or days."""
    if pa.types.is_date(values.type):
        return _good(zones.localise(values.cast(pa.date32()).cast(zones.NAIVE), zone))
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return _as_text(_spelt(values), kind, hint, zone)
    if not pa.types.is_timestamp(values.type):
        raise _refused(values, kind)
    if kind == "date":
        return _good(pc.cast(values, pa.date32(), safe=False) if values.type.tz is None else _local_date(values, zone))
    year = pc.year(values)
    strange = pc.or_(pc.less(year, YEARS[0]), pc.greater(year, YEARS[-1]))
    kept, reasons = _refuse(values, strange, OTHER_YEAR)
    if values.type.tz is None:
        return zones.localise(pc.cast(kept, zones.NAIVE, safe=False), zone), reasons
    return pc.cast(kept, zones.AWARE, safe=False), reasons


def _local_date(values: pa.Array, zone: str) -> pa.Array:
    """Return the date that the clock of the zone showed."""
    return pc.local_timestamp(values.cast(pa.timestamp("us", tz=zone), safe=False)).cast(pa.date32(), safe=False)


def _duration(values: pa.Array, hint: str | None) -> Read:
    """Read seconds from intervals, times of day, or numbers of the column's unit."""
    if pa.types.is_duration(values.type):
        spans = pc.divide(pc.cast(values, pa.duration("us"), safe=False).cast(pa.int64()).cast(pa.float64()), 1e6)
    elif pa.types.is_time(values.type):
        spans = pc.divide(values.cast(pa.time64("us"), safe=False).cast(pa.int64()).cast(pa.float64()), 1e6)
    elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        units = [seconds for name, seconds in UNITS.items() if name in hints(hint)]
        if len(units) != 1:
            return _refuse(values.cast(pa.float64()), pc.is_valid(values), "a duration without its unit")
        spans = pc.round(pc.multiply(values.cast(pa.float64()), float(units[0])), 6)
    else:
        raise _refused(values, "duration")
    spans, negative = _refuse(spans, pc.less(spans, 0.0), "a negative duration")
    spans, long = _refuse(spans, pc.greater(spans, float(LONGEST)), "a duration of more than a year")
    return spans, pc.coalesce(negative, long)


def _time(values: pa.Array) -> Read:
    """Read times of day from times, timestamps or Excel's fractions of a day."""
    if pa.types.is_time(values.type):
        return _good(values.cast(pa.time64("us"), safe=False))
    if pa.types.is_timestamp(values.type):
        return _good(pc.cast(pc.cast(values, zones.NAIVE, safe=False), pa.time64("us")))
    if not pa.types.is_floating(values.type):
        raise _refused(values, "time of day")
    kept, reasons = _refuse(values, pc.or_(pc.less(values, 0.0), pc.greater_equal(values, 1.0)), "not a time of day")
    millis = pc.round(pc.multiply(kept, 86_400_000.0)).cast(pa.int64())
    return pc.min_element_wise(millis, 86_399_999, skip_nulls=False).cast(pa.int32()).cast(pa.time32("ms")).cast(
        pa.time64("us")
    ), reasons


def _share(values: pa.Array, hint: str | None) -> Read:
    """Read shares as fractions, from per cent where the hint says so."""
    shares = values.cast(pa.float64())
    if "percent" in hints(hint):
        shares = pc.divide(shares, 100.0)
    wrong = pc.or_(pc.less(shares, 0.0), pc.greater(shares, 1.0))
    return _refuse(shares, wrong, "a share outside 0 to 100 %")
