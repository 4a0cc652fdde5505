"""Where measured rows are kept (`docs/calibration.json`), and the tables of `docs/method.md` that are made of them."""

import json
import re
from pathlib import Path
from typing import Any

from calibrate.cell import SEED
from calibrate.topics import TOPICS, topic

DOCS = Path(__file__).parents[2] / "docs"
KEPT, PAGE = DOCS / "calibration.json", DOCS / "method.md"
PART = "<!-- calibrated: {} -->"
END = "<!-- end of what `make calibrate` wrote -->"


def read() -> list[dict[str, Any]]:
    """Return the rows of the last calibration."""
    return json.loads(KEPT.read_text(encoding="utf-8"))["rows"] if KEPT.is_file() else []


def write(rows: list[dict[str, Any]]) -> None:
    """Keep the rows, and write the page's tables from them; a topic that came meanwhile keeps its rows, last."""
    rows = sorted(rows, key=lambda row: (*TOPICS, row["topic"]).index(row["topic"]))
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    KEPT.write_text(f'{{"seed": {SEED}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")


def filled(page: str, rows: list[dict[str, Any]]) -> str:
    """Return the page with the table of each topic between its markers; a topic without markers has none."""
    for name in TOPICS:
        mine = [row for row in rows if row["topic"] == name]
        start = PART.format(name)
        part = f"{start}\n{topic(name).TITLE}\n\n{table(mine)}\n{END}"
        page = re.sub(f"{re.escape(start)}.*?{re.escape(END)}", lambda _, part=part: part, page, flags=re.DOTALL)
    return page


def table(rows: list[dict[str, Any]]) -> str:
    """Lay rows out as a Markdown table, a cell's outcomes side by side."""
    entries: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        entries.setdefault(tuple(row["cell"].split(" | ")), []).append(number(row))
    lines, columns = (list(dict.fromkeys(key[place] for key in entries)) for place in (0, 1))
    body = [[line, *(" / ".join(entries.get((line, column), ["-"])) for column in columns)] for line in lines]
    written = [["", *columns], ["---"] * (len(columns) + 1), *body]
    return "\n".join(f"| {' | '.join(texts)} |" for texts in written)


def number(row: dict[str, Any]) -> str:
    """Write a rate in per cent and a mean as it is; one that breaks its limit says so."""
    value = row["estimate"]
    text = f"{value:.2f}" if row["outcome"].startswith("mean") else f"{100 * value:.1f} %"
    return f"**{text}, limit {row['limit']}**" if row["holds"] is False else text
