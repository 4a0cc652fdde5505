"""What the cells of a column look like: which kinds they can be read as, how many differ, where they lie."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpitools.sources.cells import decide_date_order, decide_decimal, parse_column
from kpitools.sources.cells.amounts import FALSE, TRUE
from kpitools.sources.cells.evidence import OTHER_ORDER
from kpitools.sources.cells.text import MISSING, clean, is_missing

SHOWN = 3000
"""How many distinct values are judged, the most frequent first."""
FEW = 0.02
"""The share of cells that may be neither yes nor no in a column of flags."""


@dataclass(frozen=True, eq=False)
class Profile:
    """One column of an export."""

    name: str
    column: pa.ChunkedArray = field(repr=False)

    @cached_property
    def _counted(self) -> pa.Table:
        """Return each text with the number of its rows, the most frequent first, without what stands for "nothing"."""
        found = pc.value_counts(self.column.cast(pa.string()))
        table = pa.table({"text": found.field("values"), "rows": found.field("counts")}).filter(
            pc.field("text").is_valid()
        )
        missing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(table["text"])), pa.array(sorted(MISSING)))
        return table.filter(pc.invert(missing)).sort_by([("rows", "descending")])

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each of the most frequent texts occurs, up to `SHOWN` of them."""
        shown = self._counted.slice(0, SHOWN)
        return dict(zip(shown["text"].to_pylist(), shown["rows"].to_pylist(), strict=True))

    @cached_property
    def filled(self) -> int:
        """How many rows record something."""
        return int(pc.sum(self._counted["rows"]).as_py() or 0)

    @property
    def distinct(self) -> int:
        """How many texts differ."""
        return int(self._counted.num_rows)

    @property
    def unique(self) -> float:
        """The share of filled rows that differ from each other; 1 for an id that never repeats."""
        return self.distinct / self.filled if self.filled else 0.0

    @cached_property
    def shown(self) -> list[str]:
        """The texts that are judged."""
        return list(self.counts)

    @cached_property
    def order(self) -> str | None:
        """How the column's dates are written, where it shows."""
        return None if pa.types.is_temporal(self.column.type) else decide_date_order(self.column)

    @cached_property
    def instants(self) -> pa.Array:
        """The column as instants; null where a cell holds none."""
        dates = self.column if pa.types.is_temporal(self.column.type) else self.column.cast(pa.string())
        return parse_column(dates, "instant", self.order or "day first").values

    @cached_property
    def _read(self) -> dict[str, pa.Array]:
        return {}

    def read(self, kind: str) -> pa.Array:
        """Return the judged texts as values of a kind; null where they cannot be read so."""
        if kind not in self._read:
            decimal = decide_decimal(self.column) if kind in ("duration", "number") else None
            hint = {"instant": self.order or "day first", "duration": "seconds"}.get(kind)
            said = ", ".join(part for part in (hint, decimal) if part)
            texts = pa.array(self.shown, pa.string())
            values = parse_column(texts, kind, said or None).values
            if kind == "instant" and (other := OTHER_ORDER.get(hint or "")):  # two dialects in one export
                values = pc.coalesce(values, parse_column(texts, kind, other).values)
            self._read[kind] = values
        return self._read[kind]

    def share(self, kind: str) -> float:
        """Return the share of filled rows that can be read as a kind."""
        if not self.shown:
            return 0.0
        if pa.types.is_duration(self.column.type):
            return float(kind == "duration")
        weights = np.array([self.counts[text] for text in self.shown], dtype=float)
        read = np.asarray(pc.is_valid(self.read(kind)), dtype=bool)
        return float(weights[read].sum() / weights.sum())

    @cached_property
    def numbers(self) -> dict[float, int]:
        """How often each number occurs."""
        found: dict[float, int] = {}
        for text, number in zip(self.shown, self.read("number").to_pylist(), strict=True):
            if number is not None:
                found[number] = found.get(number, 0) + self.counts[text]
        return found

    @property
    def flags(self) -> dict[str, bool] | None:
        """What each text means as yes or no, where all are one or the other but for a few (a total at the foot)."""
        texts = {text: text.strip().lower() for text in self.counts} if self.distinct <= 8 else {}
        told = {text: lowered in TRUE for text, lowered in texts.items() if lowered in TRUE | FALSE}
        few = self.filled - sum(self.counts[text] for text in told) <= FEW * self.filled
        return told if told and few else None

    @property
    def ticked(self) -> bool:
        """Whether the column holds a yes or nothing, so that nothing is a no."""
        flags = self.flags
        return flags is not None and all(flags.values()) and self.filled < len(self.column)

    @property
    def blanks(self) -> list[str]:
        """How the column writes nothing."""
        texts = pc.unique(self.column.cast(pa.string()).drop_null()).to_pylist()
        return ["", *sorted(text for text in texts if text.strip() and is_missing(clean(text)))]

    @cached_property
    def bare(self) -> bool:
        """Whether most filled cells are bare numbers, which only a unit makes durations."""
        return self.share("number") >= 0.5

    @cached_property
    def dates_only(self) -> bool:
        """Whether no cell states a time of day."""
        if pa.types.is_temporal(self.column.type):
            return bool(pa.types.is_date(self.column.type)) or self._at_midnight()
        return self._at_midnight()

    def _at_midnight(self) -> bool:
        read = self.read("instant").drop_null()
        return bool(len(read)) and pc.all(pc.equal(read, pc.floor_temporal(read, unit="day"))).as_py()
