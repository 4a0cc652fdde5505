"""What a report leaves on disk tells nothing of a small group and nobody's name, number or id."""

import csv
from pathlib import Path

import pytest

from kpitools.cli import main

TOML = """
[project]
name = "Support"
timezone = "Europe/Paris"
today = 2026-08-15
languages = ["en"]
[[source]]
files = "answers.csv"
table = "surveys"
[source.columns]
response_id = "answer"
sent_at = "day"
score = "score"
channel = "channel"
customer_id = "phone"
adviser_id = "adviser"
[source.constants]
kind = "csat"
status = "answered"
touchpoint = "contact"
scale_min = 0
scale_max = 100
polarity = "higher_better"
"""
SMALL, BESIDE, LARGE = 41.375, 73.1875, 88.875
"""The mean answer of three people by chat, of twelve by e-mail (hidden with them), and of thirty on the phone."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Render the report of July and return all that it wrote."""
    folder = tmp_path_factory.mktemp("support")
    (folder / "kpitools.toml").write_text(TOML, encoding="utf-8")
    lines = ["answer,day,score,channel,phone,adviser"]
    for channel, count, score in (("chat", 3, SMALL), ("email", 12, BESIDE), ("phone", 30, LARGE)):
        lines += [
            f"ANSWER-{channel}-{n:03},2026-07-{n % 28 + 1:02} 10:00,{score},{channel},+3361234{n:04},Zoé Quidam"
            for n in range(count)
        ]
    (folder / "answers.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert main(["report", "--project", str(folder), "--period", "2026-07"]) == 0
    return [path for path in (folder / "reports").rglob("*") if path.is_file() and not path.name.startswith(".")]


def test_a_hidden_mean_stands_in_no_file(files):
    """Neither of the two hidden means is in the page, the executed notebook, the CSV or the manifest; the third is."""
    assert {path.suffix for path in files} == {".html", ".ipynb", ".csv", ".json"}
    content = "".join(path.read_text(encoding="utf-8") for path in files)
    for hidden in (SMALL, BESIDE):
        assert f"{hidden:.1f}" not in content
        assert str(hidden) not in content
    assert f'<data value="{LARGE}">{LARGE:.0f}</data>' in content
    assert str(LARGE) in content


def test_the_rows_of_hidden_groups_hold_no_number(files):
    """In the CSV chat and e-mail have no number at all; the phone's thirty and the whole's 45 are there."""
    table = next(path for path in files if path.suffix == ".csv")
    with table.open(encoding="utf-8", newline="") as file:
        rows = {
            row["channel"]: row for row in csv.DictReader(file) if (row["kpi"], row["statistic"]) == ("csat", "mean")
        }
    for channel in ("chat", "email"):
        assert rows[channel]["suppressed"] == "true"
        numbers = ("value", "low", "high", "n", "numerator", "denominator", "excluded")
        assert [rows[channel][name] for name in numbers] == [""] * 7
    assert (rows["phone"]["n"], rows[""]["n"]) == ("30.0", "45.0")


def test_no_identifier_stands_in_any_file(files):
    """No id of an answer, no telephone number and no name of an adviser, in no way of writing them."""
    for path in files:
        content = path.read_text(encoding="utf-8")
        for identifier in ("ANSWER-", "61234", "Quidam", "Zo\\u00e9"):
            assert identifier not in content, f"{identifier} in {path.name}"
