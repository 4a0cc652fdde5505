"""How often the 95 % interval of a mean of skewed values holds the truth."""

from functools import partial

from calibrate.cell import Cell
from calibrate.coverage_shares import COVERS, covers
from calibrate.samples import SKEWED, Days, needs, skewed, unlike_days

TITLE = """95 % intervals of means of skewed values that hold the truth, per cent of series (at least 93), by the number
of values; "-" where the KPI's history lets none be given. Last line: durations of log-spread 0.8 in five days of unlike
size after eight earlier periods, days longer or shorter by 10 %."""
SIZES = (15, 20, 30, 60, 100, 300, 1000, 3000)


def cells() -> list[Cell]:
    """Return every kind of skewed values at every size where an interval is given."""
    found = [
        Cell(kind, f"n {n}", partial(covers, partial(skewed, kind, n), n), COVERS, short=1_000 if n == 60 else 0)
        for kind in SKEWED
        for n in SIZES
        if n >= needs(kind)
    ]
    days = {100: 20, 300: 60}
    return found + [
        Cell(
            "days that differ", f"n {n}", partial(covers, partial(unlike_days, 0.1, Days(5, 8, per)), 45 * per), COVERS
        )
        for n, per in days.items()
    ]
