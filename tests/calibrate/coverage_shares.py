"""How often the 95 % interval of a share, an NPS or a percentile holds the truth where days differ."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.samples import Days, Draw, in_blocks, net_promoters, percentile_of_days, share

TITLE = """95 % intervals of shares, NPS and percentiles that hold the truth, per cent of series (at least 93). Days of
unlike size, 30 or 200 contacts on average (NPS: 10), whose share moves with a standard deviation of 0 to 5 points (NPS:
0 or 8; durations of log-spread 1: longer or shorter days); after eight earlier periods, or 30 earlier days, or nothing.
The lines AR(1), days that take after the day before, are outside of what is promised."""
COVERS = {"covers": Limit(">=", 0.93)}
SHARES = {
    0.5: (0.05,),
    0.8: (0.0, 0.02, 0.04),
    0.9: (0.03, 0.05),
    0.95: (0.0, 0.02, 0.04, 0.05),
    0.98: (0.0, 0.02, 0.03),
}
AR = (0.3, 0.6)
PER_DAY = 30
"""Durations a day."""
COLUMNS = {
    "1 day after 30": (1, 30),
    **{f"{days} days after 8 periods": (days, 8) for days in (5, 7, 20)},
    **{f"{days} days, no history": (days, 0) for days in (5, 7, 20, 31)},
}


def covers(draw: Draw, values: int, rng: np.random.Generator, series: int) -> dict[str, np.ndarray]:
    """Say of each series whether its interval holds the truth; NaN where there is none."""
    found = []
    for each in in_blocks(draw, values, rng, series):
        low, high = each.at95.low, each.at95.high
        held = (low <= each.truth) & (each.truth <= high)
        found.append(np.where(np.isnan(low) | np.isnan(high), np.nan, held))
    return {"covers": np.concatenate(found)}


def cells() -> list[Cell]:
    """Return every share by size, spread of days, and length of period."""
    found = []
    for column, (days, history) in COLUMNS.items():
        lines = {
            f"share {p:g}, {n} a day, days move by {100 * sd:g} points": (partial(share, p, sd), n)
            for p, moves in SHARES.items()
            for n in (30, 200)
            for sd in moves
        }
        for shares in ((0.8, 0.15, 0.05), (0.3, 0.4, 0.3)):
            for sd in (0.0, 0.08):
                name = f"NPS {100 * (shares[0] - shares[2]):.0f}, 10 a day, days move by {100 * sd:g} points"
                lines[name] = partial(net_promoters, shares, sd), 10
        lines |= {
            f"share 0.8, 200 a day, 4 points, AR(1) {rho}": (partial(share, 0.8, 0.04, rho=rho), 200) for rho in AR
        }
        for line, (draw, per_day) in lines.items():
            of = Days(days, history, per_day)
            play = partial(covers, partial(draw, of), days * (history + 1))
            promised = {} if "AR(1)" in line else COVERS
            short = 500 if promised and days == 7 and history and per_day != 30 else 0
            found.append(Cell(line, column, play, promised, 10_500, short=short))
    return found + [
        Cell(
            f"p{100 * p:.0f} of durations, {PER_DAY} a day, days move by {100 * sd:g} %",
            column,
            partial(covers, partial(percentile_of_days, p, sd, of), of.days * (of.history + 1) * PER_DAY),
            COVERS,
            10_500,
        )
        for p in (0.5, 0.9)
        for sd in (0.0, 0.15, 0.3)
        for column in ("1 day after 30", "5 days after 8 periods", "5 days, no history", "20 days, no history")
        for of in (Days(*COLUMNS[column], PER_DAY),)
    ]
