"""Write the page on definitions and its figure from the worked example: `make docs`.

The numbers are measured by kpitools from the rows of `tests/measure/worked/service_level.toml`, none is typed.
"""

import tomllib
from pathlib import Path

import matplotlib as mpl
import pyarrow as pa
import seaborn as sns
from matplotlib.figure import Figure

from kpitools.catalogue import find
from kpitools.kpi import Kpi
from kpitools.measure import measure
from kpitools.project import from_mapping

FOLDER = Path(__file__).parent
ROWS = FOLDER.parent / "tests/measure/worked/service_level.toml"
FIGURE = FOLDER / "images/definitions.svg"
SHOWN = (
    "service_level", "service_level:without_short_abandons", "service_level:without_early_abandons",
    "service_level:early_abandons_count", "service_level:of_answered",
    "answer_rate", "answer_rate:without_short_abandons",
)  # fmt: skip
COLUMNS = ("outcome", "wait_s")


def calls() -> pa.Table:
    """Return the thousand calls of the worked example."""
    usual = {"date": None, "channel": "phone", "direction": "inbound", "outcome": "answered", "out_of_hours": False}
    usual["date"] = tomllib.loads("day = 2026-03-02")["day"]
    given = tomllib.loads(ROWS.read_text(encoding="utf-8"))["example"][0]["rows"]
    whole = [usual | {name: row[name] for name in COLUMNS if name in row} for row in given for _ in range(row["times"])]
    return pa.Table.from_pylist(whole)


def shares() -> list[tuple[Kpi, float, int, int]]:
    """Measure each definition shown: its value in per cent, and what was divided by what."""
    table, project = {"contacts": calls()}, from_mapping({}, FOLDER)
    made = []
    for name in SHOWN:
        row = measure(table, project, kpis=[name], every="month").iloc[0]
        made.append((find(name), 100 * row["value"], int(row["numerator"]), int(row["denominator"])))
    return made


def page() -> str:
    """Return the page: one set of calls, and what each definition makes of it."""
    lines = [
        f"| {kpi.label} | `{kpi.definition_id}` | {hits} / {of} | **{value:.1f} %** | {kpi.source} |"
        for kpi, value, hits, of in shares()
    ]
    return "\n".join([
        "# One set of calls, seven numbers",
        "",
        "<!-- Made from the code by `make docs`: change the code, not this page. -->",
        "",
        "A thousand calls reach the queue. 700 are answered within 20 seconds and 200 later; 30 callers give up at",
        "once, 20 more within 20 seconds, and 50 later. What is the service level? Each of these answers is in use:",
        "",
        "| KPI | definition | counted / of | value | who counts so |",
        "|---|---|---|---|---|",
        *lines,
        "",
        "![The same thousand calls in seven definitions](images/definitions.svg)",
        "",
        "Eight points lie between two of them, and no call was served differently. So kpitools prints the definition",
        "beside every value, never changes it in silence, and compares a published figure in part only where the",
        "definitions differ. [KPIs](kpis.md) has every definition of every KPI; `kpitools list kpis` names them.",
        "",
        "The rows are those of `tests/measure/worked/service_level.toml`; kpitools measured the values when it wrote",
        "this page.",
        "",
    ])  # fmt: skip


def figure() -> Figure:
    """Draw the shares as points on one scale, each with its value and its definition."""
    found = shares()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kpitools", "font.family": "sans-serif"}):
        made = Figure(figsize=(8, 3.6), layout="constrained")
        axes = made.add_subplot()
        names = [f"{kpi.label}: {kpi.definition}" for kpi, *_ in found]
        values = [value for _, value, *_ in found]
        sns.scatterplot(x=values, y=names, hue=[kpi.label for kpi, *_ in found], s=70, legend=False, ax=axes)
        for name, value in zip(names, values, strict=True):
            axes.annotate(f"{value:.1f} %", (value, name), xytext=(8, 0), textcoords="offset points", va="center")
        axes.set(xlim=(65, 100), xlabel="per cent of calls", ylabel="")
        axes.grid(axis="x", alpha=0.3)
        sns.despine(fig=made, left=True)
    return made


def draw(path: Path) -> None:
    """Write the figure with its texts as text, and the same bytes each time."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kpitools"}):
        figure().savefig(path, format="svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    (FOLDER / "definitions.md").write_text(page(), encoding="utf-8", newline="\n")
    draw(FIGURE)
