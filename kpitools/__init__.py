"""Customer-service KPIs from exports: read, measured, compared, reported."""

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "read"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Fetch `read` when it is first asked for: starting kpitools loads nothing heavy."""
    if name == "read":
        return importlib.import_module("kpitools.sources").read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
