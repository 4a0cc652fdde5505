"""Columns made of others before cells are read: by rules over several columns, or as the time between two instants."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpitools.errors import SourceError, require_known
from kpitools.project import Source
from kpitools.project.rules import ANY, Rule, Span, made
from kpitools.sources.cells import decide_date_order, parse_column
from kpitools.sources.raw import RawTable

MICROSECONDS = 1e6


def with_made(raw: RawTable, source: Source, zone: str) -> RawTable:
    """Add to the rows of a file what the rules and spans of its source make of their columns.

    Raises `SourceError` for a column that the file does not have.
    """
    if not source.rules and not source.spans:
        return raw
    for header in asked(source):
        require_known(header, raw.columns, f"column (for a rule or span) in {raw.path.name}:", SourceError)
    table = raw.table if raw.table is not None else pq.read_table(raw.path)
    for name, rules in source.rules.items():
        table = table.append_column(made(name), decided(raw, rules))
    for name, span in source.spans.items():
        table = table.append_column(made(name), _seconds(raw, source, span, zone))
    return replace(raw, table=table, columns=tuple(table.column_names))


def asked(source: Source) -> list[str]:
    """Return the headers that rules and spans look at."""
    of_rules = [header for rules in source.rules.values() for rule in rules for header in rule.when]
    return list(dict.fromkeys((*of_rules, *(h for span in source.spans.values() for h in (*span.start, *span.end)))))


def decided(raw: RawTable, rules: Sequence[Rule]) -> pa.ChunkedArray:
    """Return for each row what the first fitting rule says; where none fits, what the columns hold, to be refused."""
    headers = list(dict.fromkeys(header for rule in rules for header in rule.when))
    filled = {header: pc.fill_null(raw.column(header).cast(pa.string()), "") for header in headers}
    texts = {header: pc.utf8_trim_whitespace(cells) for header, cells in filled.items()}
    everywhere = pa.chunked_array([pa.repeat(pa.scalar(True), raw.rows)])  # noqa: FBT003 - a column of it
    result = _unsaid(texts) if texts else everywhere
    for rule in reversed(rules):
        fits = reduce(pc.and_, (_fits(texts[header], accepted) for header, accepted in rule.when.items()), everywhere)
        result = pc.if_else(fits, rule.value, result)
    return result


def _fits(cells: pa.ChunkedArray, accepted: Sequence[str]) -> pa.ChunkedArray:
    """Say which cells hold one of the accepted texts."""
    lowered = pc.utf8_lower(cells)
    patterns = ["^(?s:" + ".+" * (text == ANY) + ".*".join(map(re.escape, text.lower().split(ANY))) + ")$"
                for text in accepted if ANY in text]  # fmt: skip
    plain = pa.array([text.strip().lower() for text in accepted if ANY not in text], pa.string())
    return reduce(pc.or_, (pc.match_substring_regex(lowered, each) for each in patterns), pc.is_in(lowered, plain))


def _unsaid(texts: dict[str, pa.ChunkedArray]) -> pa.ChunkedArray:
    """Write what the columns hold as one text: `no, line busy`."""
    said = [
        pc.if_else(pc.equal(cells, ""), "", pc.binary_join_element_wise(", ", cells, "")) for cells in texts.values()
    ]
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(*said, ""), 2)


def _seconds(raw: RawTable, source: Source, span: Span, zone: str) -> pa.Array:
    """Return the seconds from one instant to the other; null where one of them is not known."""
    together = pa.chunked_array([c for h in (*span.start, *span.end) for c in raw.column(h).cast(pa.string()).chunks])
    start, end = (
        pc.coalesce(*(_instants(raw, source, header, together, zone) for header in headers))
        for headers in (span.start, span.end)
    )
    return pc.divide(pc.subtract(end, start).cast(pa.int64()).cast(pa.float64()), MICROSECONDS)


def _instants(raw: RawTable, source: Source, header: str, together: pa.ChunkedArray, zone: str) -> pa.Array:
    """Read a column of instants as its canonical column would be read, or as all columns of its span show."""
    texts = raw.column(header)
    known = next((name for name, headers in source.columns.items() if headers == [header]), "")
    order = None
    if not pa.types.is_temporal(texts.type):
        order = source.formats.get(known) or decide_date_order(texts) or decide_date_order(together)
        if order is None and parse_column(texts, "id").values.null_count < len(texts):
            raise SourceError(
                f"{raw.path.name}, column {header!r}: the order of day and month cannot be told. Name the column "
                f"under [source.columns] and its order under [source.formats]."
            )
    return parse_column(texts, "instant", order, source.zone or zone).values
