"""How long a cell and a report may take."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """The longest that one cell, and a whole report, may take, in seconds."""

    cell: float = 600
    report: float = 1800

    def clock(self) -> "Clock":
        """Begin to count."""
        return Clock(self)


@dataclass(frozen=True)
class Clock:
    """The limits of a report that has begun."""

    limits: Limits
    began: float = field(default_factory=time.monotonic)

    def left(self, _cell: object = None) -> float:
        """Return how long the next cell may take."""
        return max(min(self.limits.cell, self._rest()), 0.001)

    def reason(self) -> str:
        """Say which limit was reached."""
        if self._rest() > 0:
            return f"a cell ran longer than {_said(self.limits.cell)}"
        return f"the report ran longer than {_said(self.limits.report)}"

    def _rest(self) -> float:
        return self.began + self.limits.report - time.monotonic()


def _said(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} seconds"
