"""Which benchmarks speak of a measurement."""

from collections.abc import Iterable

from kpitools.benchmarks.model import Benchmark
from kpitools.catalogue import KPIS

CALL_KPIS = frozenset({"answer_rate", "service_level", "abandonment_rate", "handled_rate", "wait_time", "talk_time"})
"""KPIs over calls alone: their total is the phone's, so a figure of the phone speaks of it."""


def for_kpi(benchmarks: Iterable[Benchmark], kpi: str, statistic: str | None = None) -> tuple[Benchmark, ...]:
    """Return the figures that speak of a KPI, those that only show and those that judge.

    A figure that does not say its statistic is held against the KPI's main one; without `statistic`, every
    one is returned. A figure of one channel never stands for all of them together, except the phone for a KPI that
    counts calls alone.
    """
    main = KPIS[kpi].statistic
    wanted = (None, "phone") if kpi in CALL_KPIS else (None,)
    return tuple(
        b for b in benchmarks if b.speaks_of(kpi) and statistic in (None, b.statistic or main) and b.channel in wanted
    )


def latest(benchmarks: Iterable[Benchmark]) -> tuple[Benchmark, ...]:
    """Leave out a figure where the same publisher gives a newer one of the same thing."""
    kept: dict[tuple[object, ...], Benchmark] = {}
    for b in benchmarks:
        # A figure without a year, or about the panel, is its own series: nothing is known to replace it.
        alone = b.id if b.year is None or b.share_of_panel is not None or b.own else None
        series = (
            b.source.publisher, b.kpi, b.statistic, b.kind, b.channel, b.channel_detail, b.category, b.segment,
            alone,
        )  # fmt: skip
        if series not in kept or (b.year or 0) > (kept[series].year or 0):
            kept[series] = b
    return tuple(kept.values())
