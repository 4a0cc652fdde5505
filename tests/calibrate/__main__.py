"""Measure the error rates of the verdicts and the coverage of the intervals: `make calibrate`.

All topics, or those named (`make calibrate TOPICS="looks effect"`), are measured on two processes and printed;
`docs/calibration.json` and the tables of `docs/method.md` are written, where topics not named keep their rows.
The topic `weights` is apart: it fits the null weights of the change verdict anew, in about fifteen minutes.
Seeded: the same code and libraries give the same numbers. Exit 1 where a limit does not hold.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from calibrate.cell import measure
from calibrate.page import read, write
from calibrate.topics import TOPICS, topic

PROCESSES = 2


def job(place: tuple[str, int]) -> list[dict[str, Any]]:
    """Measure one cell of a topic."""
    name, number = place
    return list(measure(name, topic(name).cells()[number]))


def main(names: list[str]) -> int:
    """Measure the topics named, or all."""
    places = [(name, number) for name in names or TOPICS for number in range(len(topic(name).cells()))]
    rows = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for found in pool.map(job, places):
            rows += found
            for row in found:
                shown = f"{row['limit'] or '':10} {'' if row['holds'] is not False else 'FAILS'}"
                sys.stdout.write(
                    f"{row['topic']:14} {row['cell']:48} {row['outcome']:16} {row['n_series']:>7} "
                    f"{row['estimate']:8.4f} ({row['low']:.4f} to {row['high']:.4f}) {shown}\n"
                )
            sys.stdout.flush()
    measured = {row["topic"] for row in rows}
    write([row for row in read() if row["topic"] not in measured] + rows)
    return int(any(row["holds"] is False for row in rows))


if __name__ == "__main__":
    if sys.argv[1:] == ["weights"]:
        from calibrate.weights import fit_all

        fit_all()
        sys.exit()
    sys.exit(main(sys.argv[1:]))
