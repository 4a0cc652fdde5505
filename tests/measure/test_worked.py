"""Every KPI in each of its definitions, on rows that a person can count: `worked/*.toml`, one file a KPI.

A file says what happened in plain words, gives the rows as far as they differ from the usual one, and what each
definition makes of them.
"""

import tomllib
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from kpitools import schema
from kpitools.catalogue import KPIS, measurable
from kpitools.measure import measure

FOLDER = Path(__file__).parent / "worked"
USUAL = tomllib.loads((FOLDER / "usual.toml").read_text(encoding="utf-8"))
FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
del FILES["usual"]
EXAMPLES = [
    pytest.param(content["kpi"], definition, example, id=f"{content['kpi']}:{definition}-{number}")
    for content in FILES.values()
    for number, example in enumerate(content["example"])
    for definition in example["expected"]
]
DEFINED = {f"{kpi.name}:{name}": kpi.defined(name) for kpi in measurable() for name in kpi.variants}
DIVIDED = [name for name, kpi in DEFINED.items() if kpi.statistic != "count"]
NUMBERS = {"value", "numerator", "denominator", "excluded"}
NOTHING = {
    "contacts": {"direction": "internal"},
    "requests": {"observed_days": 0, "resolved": False, "status": "open", "channel": "unknown", "customer_id": "",
                 "first_reply_s": "", "first_reply_open_s": "", "adviser_resolved": "", "survey_resolved": ""},
    "surveys": {"sent": False, "status": "sent", "score": ""},
    "customers": {"renewed": "", "left": ""},
    "orders": {"bought_before": ""},
    "advisers": {"presents_channels": ""},
}  # fmt: skip
"""A row of each table that no KPI counts which divides by something."""


def table_of(name, rows):
    """Make a canonical table of rows as a file gives them; an empty text is a cell that is not known."""
    whole = [USUAL[name] | row for row in rows for _ in range(row.get("times", 1))]
    return pa.table({column: _array(name, column, [row[column] for row in whole]) for column in USUAL[name]})


def _array(table, column, cells):
    kind = {one.name: one.kind for one in schema.TABLES[table].columns}.get(column)
    if column == "date" or column.endswith("_date"):
        of = pa.date32()
    elif isinstance(USUAL[table][column], bool):
        of = pa.bool_()
    else:
        of = pa.string() if kind in ("text", "id", "pseudonym", "category") else pa.float64()
    return pa.array([None if cell == "" else cell for cell in cells], of)


@pytest.fixture(scope="module")
def worked(project_of):
    """Measure one definition of some rows, however few people they are about."""

    def make(name, definition, rows, period=None):
        project = project_of(privacy={"minimum_group": 1})
        table = KPIS[name].defined(definition).table
        tables = {table: table_of(table, rows)}
        return measure(tables, project, kpis=[f"{name}:{definition}"], every="month", period=period)

    return make


@pytest.mark.parametrize(("name", "definition", "example"), EXAMPLES)
def test_a_definition_gives_what_a_person_counts(worked, name, definition, example):
    """The value, what it is made of and what was left out are those of the worked example."""
    found = worked(name, definition, example["rows"], example.get("period"))
    if "category" in example:
        found = found[found["category"] == example["category"]]
    rows = found.set_index("statistic")
    main = rows.loc[KPIS[name].defined(definition).statistic]
    for column, number in example["expected"][definition].items():
        if column == "reason":
            assert main["reason"] == number
        elif number == "":
            assert pd.isna(main[column])
        else:
            cell = main[column] if column in NUMBERS else rows.loc[column, "value"]
            assert cell == pytest.approx(number, abs=1e-6), column


def test_every_definition_has_a_worked_example():
    """No definition of the catalogue is without an example, and no example is of another."""
    worked = {(content["kpi"], definition) for content in FILES.values() for e in content["example"]
              for definition in e["expected"]}  # fmt: skip
    assert worked == {(kpi.name, definition) for kpi in measurable() for definition in kpi.variants}


@pytest.mark.parametrize("name", DIVIDED)
def test_nothing_to_divide_by_is_unknown_and_never_zero(worked, name):
    """Rows of which none counts give no value, with the reason `no_rows`."""
    kpi = DEFINED[name]
    found = worked(kpi.name, kpi.definition, [NOTHING[kpi.table]])
    assert found["value"].isna().all()
    assert set(found["reason"]) == {"no_rows"}


@pytest.mark.parametrize("name", DEFINED)
def test_a_definition_says_all_that_it_must(name):
    """Each has its meaning, numerator, denominator, exclusions, when to avoid it and a source; a default has a why."""
    kpi = DEFINED[name]
    for part in ("text", "numerator", "denominator", "exclusions", "avoid", "source"):
        said = getattr(kpi, part)
        assert said or (part == "denominator" and kpi.statistic == "count"), part
        assert said == said.strip(), part
    default = next(iter(KPIS[kpi.name].variants))
    assert bool(kpi.why) == (kpi.definition == default)


def test_the_same_calls_are_70_to_78_per_cent_and_90_or_93(worked):
    """One thousand calls: five service levels up to eight points apart; short abandons change the answer rate too."""
    calls = FILES["service_level"]["example"][0]["rows"]
    levels = ("answered_in_time_of_offered", "without_short_abandons", "without_early_abandons",
              "early_abandons_count", "of_answered")  # fmt: skip
    found = [100 * worked("service_level", level, calls)["value"].iloc[0] for level in levels]
    assert [round(value, 1) for value in found] == [70.0, 72.2, 73.7, 75.0, 77.8]
    rates = [
        worked("answer_rate", d, calls)["value"].iloc[0] for d in ("answered_of_offered", "without_short_abandons")
    ]
    assert [round(100 * rate, 1) for rate in rates] == [90.0, 92.8]


def test_definitions_of_one_kpi_stand_side_by_side(project_of):
    """Asked for together, three definitions of one KPI are three rows, each with its id and its value."""
    tables = {"contacts": table_of("contacts", FILES["service_level"]["example"][0]["rows"])}
    asked = ["service_level", "service_level:of_answered", "service_level:early_abandons_count"]
    found = measure(tables, project_of(definitions={"service_level": {"seconds": 15}}), kpis=asked)
    assert dict(zip(found["definition"], found["value"].round(3), strict=True)) == {
        "answered_in_time_of_offered(seconds=15)": 0.7,
        "of_answered(seconds=15)": 0.778,
        "early_abandons_count(seconds=15)": 0.75,
    }
