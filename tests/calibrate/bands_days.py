"""The same for shares, NPS and durations whose days differ, of unlike size, with and without earlier periods."""

from functools import partial

from calibrate.bands import made
from calibrate.cell import Cell
from calibrate.samples import Days, net_promoters, share, unlike_days

TITLE = """The same errors (at most 5 % each) where days differ and are of unlike size: shares whose days move by so
many points, NPS, and durations (log-spread 0.8) whose days are longer or shorter. After eight earlier periods (a
single day: after 30), unless it says alone: then nothing is known but the period itself."""
SHARES = {
    0.5: (0.0, 0.05),
    0.8: (0.0, 0.02, 0.04),
    0.85: (0.03, 0.05),
    0.9: (0.02, 0.04),
    0.95: (0.0, 0.02, 0.03, 0.04, 0.05),
    0.98: (0.0, 0.02, 0.03),
}
LAYOUTS = {
    "7 days of 30": Days(7, 8, 30),
    "7 days of 200": Days(7, 8, 200),
    "31 days of 200": Days(31, 8, 200),
    "1 day of 200": Days(1, 30, 200),
    "7 days of 200, alone": Days(7, 0, 200),
    "20 days of 30, alone": Days(20, 0, 30),
    "31 days of 200, alone": Days(31, 0, 200),
}


def cells() -> list[Cell]:
    """Return every kind in every layout; durations of the smaller ones."""
    plays = {}
    for column, of in LAYOUTS.items():
        days = of.days * (of.history + 1)
        for p, moves in SHARES.items():
            for sd in moves:
                plays[f"share {p:g}, days move by {100 * sd:g} points", column] = partial(share, p, sd, of), days
        for sd in (0.0, 0.06):
            for shares in ((0.6, 0.25, 0.15), (0.8, 0.15, 0.05)):
                name = f"NPS {100 * (shares[0] - shares[2]):.0f}, days move by {100 * sd:g} points"
                plays[name, column] = partial(net_promoters, shares, sd, of), days
        if days <= 100:
            for sd in (0.0, 0.1, 0.2):
                draw = partial(unlike_days, sd, of)
                plays[f"durations, days move by {100 * sd:g} %", column] = draw, days * of.per_day
    return made(plays)
