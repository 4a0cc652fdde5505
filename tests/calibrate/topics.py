"""The topics of the calibration, in the order in which `docs/method.md` and `make calibrate` have them."""

from importlib import import_module
from types import ModuleType

TOPICS = (
    "coverage_shares",
    "coverage_means",
    "coverage_scores",
    "bands",
    "bands_days",
    "bands_power",
    "pairs",
    "change_size",
    "change_power",
    "change_where",
    "change_pages",
    "looks",
    "effect",
    "forecast",
    "planted",
)


def topic(name: str) -> ModuleType:
    """Return the module of a topic."""
    return import_module(f"calibrate.{name}")
