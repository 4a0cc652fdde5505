"""Published figures to hold a KPI against: data in TOML files, one a publication, checked key by key.

They lie in `benchmarks/` (those that travel with kpitools) or in a project's own `benchmarks/` folder (a team's
own or bought panel, of the same form). `docs/benchmarks.md` says what every key means.
"""

from kpitools.benchmarks.ask import for_kpi, latest
from kpitools.benchmarks.model import Benchmark, Source, age, is_old
from kpitools.benchmarks.read import load
from kpitools.benchmarks.text import Text

__all__ = ["Benchmark", "Source", "Text", "age", "for_kpi", "is_old", "latest", "load"]
