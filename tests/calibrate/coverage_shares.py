"""How often the 95 % interval of a share, or an NPS, holds the truth where days differ."""

from functools import partial

import numpy as np
from calibrate.cell import Cell, Limit
from calibrate.samples import Days, Draw, in_blocks, net_promoters, share

TITLE = """95 % intervals of shares and NPS that hold the truth, per cent of series (at least 93). Days of unlike size,
30 or 200 contacts on average (NPS: 10), whose share moves with a standard deviation of 0, 2 or 4 points (NPS: 0 or 8);
after eight earlier periods, or 30 earlier days, or nothing."""
COVERS = {"covers": Limit(">=", 0.93)}
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
            for p in (0.8, 0.95)
            for n in (30, 200)
            for sd in (0.0, 0.02, 0.04)
        }
        for shares in ((0.8, 0.15, 0.05), (0.3, 0.4, 0.3)):
            for sd in (0.0, 0.08):
                name = f"NPS {100 * (shares[0] - shares[2]):.0f}, 10 a day, days move by {100 * sd:g} points"
                lines[name] = partial(net_promoters, shares, sd), 10
        for line, (draw, per_day) in lines.items():
            of = Days(days, history, per_day)
            play = partial(covers, partial(draw, of), days * (history + 1))
            found.append(
                Cell(line, column, play, COVERS, 10_500, short=500 if days == 7 and history and per_day != 30 else 0)
            )
    return found
