"""A simulated customer service with known truth, written as raw exports: for trying out, and for testing verdicts.

Nothing here is measured anywhere; every file that is written says so.
"""

from kpitools.simulate.example import write_example

__all__ = ["write_example"]
