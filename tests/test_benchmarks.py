"""The published figures are those of the sources, and a file that claims more is refused."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from kpitools.benchmarks import Benchmark, Source, Text, age, for_kpi, is_old, latest, load
from kpitools.benchmarks.model import Figure
from kpitools.errors import BenchmarkError

BENCHMARKS = load()
BY_ID = {benchmark.id: benchmark for benchmark in BENCHMARKS}
ALL_PUBLISHED = Path(__file__).parents[1] / "../shared/published-benchmarks.csv"
TODAY = date(2026, 11, 22)

EASIWARE, BVA, UNSOURCED = "Easiware", "BVA", None
DAY, HOUR = 86_400, 3_600
# Written from the table of the source documents' figures, row by row: KPI, channel, kind, level as (low, high),
# share of the panel, how that share reads, publisher, year of the figure.
OF_THE_DOCUMENTS = [
    ("first_contact_resolution", None, "aimed_at", (0.75, 0.85), 0.5, "over", EASIWARE, 2016),
    ("first_contact_resolution", None, "attained", None, 0.60, "exactly", EASIWARE, 2016),
    ("first_contact_resolution", None, "practice", None, 0.37, "exactly", EASIWARE, 2016),
    ("contacts_per_request", None, "observed", (2.75, 2.75), None, "exactly", UNSOURCED, None),
    ("repeat_reasons", "not_taken_into_account", "observed", (0.29, 0.29), None, "exactly", BVA, None),
    ("repeat_reasons", "answer_raised_another", "observed", (0.18, 0.18), None, "exactly", BVA, None),
    ("repeat_reasons", "wrong_service", "observed", (0.16, 0.16), None, "exactly", BVA, None),
    ("repeat_reasons", "answer_not_clear", "observed", (0.12, 0.12), None, "exactly", BVA, None),
    ("repeat_reasons", "other", "observed", (0.25, 0.25), None, "exactly", BVA, None),
    ("wait_time", "phone", "aimed_at", (None, 30), 0.75, "exactly", EASIWARE, 2016),
    ("wait_time", "phone", "expected", (120, 240), 0.66, "exactly", UNSOURCED, None),
    ("wait_time", "phone", "practice", None, 0.21, "exactly", EASIWARE, 2016),
    ("wait_time", "phone", "practice", None, 0.14, "exactly", EASIWARE, 2016),
    ("wait_time", "phone", "attained", None, 0.5, "exactly", EASIWARE, 2016),
    ("handled_rate", "phone", "aimed_at", (0.90, 0.90), 0.70, "exactly", EASIWARE, 2016),
    ("handled_rate", "phone", "attained", None, 0.5, "exactly", EASIWARE, 2016),
    ("first_reply_time", "email", "aimed_at", (None, DAY), 0.38, "exactly", EASIWARE, 2016),
    ("first_reply_time", "email", "attained", None, 0.60, "exactly", EASIWARE, 2016),
    ("first_reply_time", "web_form", "aimed_at", (None, DAY), 0.73, "exactly", EASIWARE, 2016),
    ("first_reply_time", "web_form", "attained", None, 0.59, "exactly", EASIWARE, 2016),
    ("first_reply_time", "facebook", "aimed_at", (None, 2 * HOUR), 0.5, "about", EASIWARE, 2016),
    ("first_reply_time", "facebook", "attained", None, 0.38, "exactly", EASIWARE, 2016),
    ("first_reply_time", "twitter", "aimed_at", (None, HOUR), 0.5, "about", EASIWARE, 2016),
    ("first_reply_time", "twitter", "attained", None, 0.57, "exactly", EASIWARE, 2016),
    ("channels_offered", None, "practice", (3, None), 0.81, "exactly", EASIWARE, 2016),
    ("channels_offered", "phone", "practice", None, 0.80, "over", EASIWARE, 2016),
    ("channels_offered", "email", "practice", None, 0.80, "over", EASIWARE, 2016),
    ("channels_offered", "web_form", "practice", None, 0.80, "over", EASIWARE, 2016),
    ("channels_offered", "facebook", "practice", None, 0.54, "exactly", EASIWARE, 2016),
    ("channels_offered", "twitter", "practice", None, 0.38, "exactly", EASIWARE, 2016),
    ("channels_offered", "click_and_talk", "practice", None, 0.26, "exactly", EASIWARE, 2016),
    ("volume", "social", "observed", None, 0.06, "exactly", BVA, 2016),
    ("volume", "click_and_talk", "observed", None, 0.32, "exactly", UNSOURCED, 2016),
]


def as_row(b: Benchmark) -> tuple:
    """Write a benchmark as the rows above are written."""
    level = None if b.bounds == (None, None) else b.bounds
    where = b.category or b.channel_detail or b.channel
    return (b.kpi, where, b.kind, level, b.share_of_panel, b.share_reads, b.source.publisher, b.year)


@pytest.mark.parametrize("expected", OF_THE_DOCUMENTS, ids=lambda row: "-".join(map(str, row[:3] + row[3:5])))
def test_every_figure_of_the_documents_is_there(expected):
    """Each figure of the documents is carried once, with its number, kind, share of the panel, source and year."""
    assert [as_row(b) for b in BENCHMARKS].count(expected) == 1


def test_nothing_else_is_put_into_the_documents_mouth():
    """The files of Easiware, of the reasons and of document 003 hold the documents' figures and no other."""
    of_documents = [b for b in BENCHMARKS if b.source.key in ("easiware-2016", "bva-repeat-reasons", "document-003")]
    assert len(of_documents) == len(OF_THE_DOCUMENTS) - 1  # the 6 % of social networks stands in BVA's own file
    assert {as_row(b) for b in of_documents} <= set(OF_THE_DOCUMENTS)


def test_calls_handled_may_mean_calls_answered():
    """The source does not define a handled call: its 90 % stands beside the answer rate too, and compares partly."""
    beside = {b.id: b for b in for_kpi(BENCHMARKS, "answer_rate")}
    assert beside["easiware-2016-handled-aimed"].comparable == "partly"
    assert BY_ID["easiware-2016-handled-aimed"] in for_kpi(BENCHMARKS, "handled_rate")


def test_reasons_sum_to_one():
    """29, 18, 16, 12 and the 25 % that are not broken down are all further contacts."""
    assert sum(b.value for b in for_kpi(BENCHMARKS, "repeat_reasons")) == pytest.approx(1)


def test_social_networks_lost_three_points():
    """The fall since 2015 is told beside the 6 %."""
    assert BY_ID["bva-2016-used-social"].note.get("en").startswith("3 points less than in 2015")


@pytest.mark.parametrize("benchmark", [b for b in BENCHMARKS if b.kind == "attained"], ids=lambda b: b.id)
def test_attained_names_its_target(benchmark):
    """What brands attain speaks of a target of the same KPI and channel, of the same source."""
    aimed = BY_ID[benchmark.of]
    assert (aimed.kind, aimed.kpi, aimed.source) == ("aimed_at", benchmark.kpi, benchmark.source)
    assert (aimed.channel, aimed.channel_detail) == (benchmark.channel, benchmark.channel_detail)


def test_no_figure_of_the_documents_compares_fully():
    """The documents define no KPI as kpitools does, so that none of their figures compares without reserve."""
    assert {b.comparable for b in BENCHMARKS if b.source.key in ("easiware-2016", "document-003")} == {"partly", "no"}


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda b: b.id)
def test_what_never_judges(benchmark):
    """A practice, a count of organisations and what does not compare give no bounds for a verdict."""
    shown_only = benchmark.kind in ("practice", "attained") or benchmark.comparable == "no"
    no_level = benchmark.bounds == (None, None)
    if shown_only or no_level:
        assert not benchmark.gives_verdict


def test_surveyed_resolution_and_best_answer_never_judge():
    """Resolution by survey, satisfaction as best answer and scores of companies are measured otherwise than ours."""
    other = [b for b in BENCHMARKS if b.source.publisher in ("SQM Group", "Qualtrics XM Institute", "Zendesk")]
    assert len(other) == 26
    assert not any(b.gives_verdict for b in other)


def test_a_legal_level_holds_for_its_own_threshold_only():
    """The Spanish 95 % is about 180 seconds: it judges no service level of 20 seconds."""
    law = BY_ID["spain-2025-service-level"]
    assert (law.kind, law.bounds) == ("legal", (0.95, None))
    assert not law.gives_verdict
    assert law.gives_verdict_for("answered_in_time_of_offered(seconds=180)")


def texts(thing) -> list[tuple[str, Text]]:
    """Return every text of a benchmark or a source that a page may print."""
    return [(name, value) for name, value in thing if isinstance(value, Text)]


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda b: b.id)
def test_every_text_is_in_both_languages(benchmark):
    """What a page prints of a benchmark exists in English and in French, and the two differ."""
    for name, text in texts(benchmark) + texts(benchmark.source):
        assert [language for language, _ in text.by_language] == ["en", "fr"], name
        if name != "segment":
            assert text.get("en") != text.get("fr"), name


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda b: b.id)
def test_french_typography(benchmark):
    """French text has a narrow no-break space before a high sign, none plain, and a decimal comma."""
    for name, text in texts(benchmark) + texts(benchmark.source):
        french = text.get("fr")
        assert not re.search(r"(?<!\u202f)[;:!?%»]|«(?!\u202f)|\d\.\d|'", french), (name, french)


def test_old_and_undated_are_said():
    """A figure is old after five years; one without a year is undated, not recent."""
    assert [age(year, TODAY) for year in (2020, 2021, 2026, None)] == ["old", "recent", "recent", "undated"]
    assert is_old(BY_ID["easiware-2016-fcr-aimed"].year, TODAY)
    assert not is_old(BY_ID["contactbabel-2024-wait-mean"].year, TODAY)
    assert age(BY_ID["document-003-wait-expected"].year, TODAY) == "undated"


def published_rows() -> list[dict[str, str]]:
    """Return the collected published figures, or skip where they do not stand beside the repository."""
    if not ALL_PUBLISHED.is_file():
        pytest.skip("the collection of published figures does not stand beside this repository")
    with ALL_PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_published(b: Benchmark) -> float:
    """Return the number that the source prints for a benchmark: a fraction is a percentage there."""
    if b.id == "french-public-services-2024-test-answered":
        return 40  # published as calls that were not answered
    number = next(n for n in (b.share_of_panel, b.value, b.low, b.high) if n is not None)
    return round(100 * number, 4) if b.unit == "share" or b.share_of_panel is not None else number


def test_no_figure_of_low_or_medium_confidence():
    """Every figure beyond the documents' is printed at its address, with high confidence."""
    rows = [row for row in published_rows() if row["confidence"] == "high"]
    documents = {"easiware-2016", "bva-repeat-reasons", "document-003"}
    carried = [b for b in BENCHMARKS if b.source.key not in documents]
    assert carried
    for b in carried:
        there = [row for row in rows if row["source_address"] == b.source.address]
        printed = {float(row[key]) for row in there for key in ("value", "low", "high") if row[key]}
        told = " ".join(row["definition_note"] for row in there)
        assert as_published(b) in printed or f"{as_published(b):g} % the year before" in told, b.id


def test_phone_figures_speak_of_calls():
    """The total of a KPI over calls is the phone's; a chat's wait never stands for it, nor e-mail for all replies."""
    ids = {b.id for b in for_kpi(BENCHMARKS, "wait_time", "mean")}
    assert {"easiware-2016-wait-aimed", "contactbabel-2024-wait-mean"} <= ids
    assert "comm100-2020-chat-wait-2019" not in ids
    assert {b.channel for b in BENCHMARKS if b.id in ids} == {None, "phone"}
    assert for_kpi(BENCHMARKS, "first_reply_time") == ()


def test_a_figure_without_statistic_stands_by_the_main_one():
    """A target of 30 seconds that may be a mean or a maximum is held against the mean, never the median."""
    ids = {b.id for b in for_kpi(BENCHMARKS, "wait_time", "median")}
    assert ids == {"contactbabel-2016-wait-median"}


def test_latest_replaces_an_earlier_year_of_the_same_series():
    """Of one publisher's waits the newest is kept; what is undated, about the panel or one's own all stays."""
    kept = {b.id for b in latest(BENCHMARKS)}
    waits = {b.id for b in for_kpi(BENCHMARKS, "wait_time", "mean") if b.source.publisher == "ContactBabel"}
    assert waits & kept == {"contactbabel-2024-wait-mean"}
    assert {b.id for b in BENCHMARKS if b.source.key in ("easiware-2016", "document-003")} <= kept


SOURCE = """
[source]
key = "ours"
publisher = "Groupe"
year = 2025
language = "fr"
"""
FIGURE = """
[[figure]]
id = "ours-fcr"
kpi = "first_contact_resolution"
statistic = "share"
unit = "share"
kind = "observed"
low = 0.70
high = 0.80
definition = "Demandes résolues au premier contact"
comparable = "yes"
"""


@pytest.fixture
def panel(tmp_path):
    """Write a project's own panel, with some words replaced, and read it beside the published ones."""

    def read(*replaced: tuple[str, str], text: str = SOURCE + FIGURE) -> tuple[Benchmark, ...]:
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        folder = tmp_path / "benchmarks"
        folder.mkdir(exist_ok=True)
        (folder / "ours.toml").write_text(text, encoding="utf-8")
        return load(extra=folder, this_year=2026)

    return read


def test_own_panel_stands_beside_the_published_ones(panel):
    """A file in the project's folder adds figures that compare, are marked as the project's own, and judge."""
    ours = [b for b in panel() if b.own]
    assert [(b.id, b.bounds, b.year, b.source.name) for b in ours] == [("ours-fcr", (0.70, 0.80), 2025, "Groupe")]
    assert ours[0].gives_verdict
    assert len(panel()) == len(BENCHMARKS) + 1


def test_plain_text_is_in_the_language_of_its_source(panel):
    """A text given once is shown in both languages, marked in the one that it is not in."""
    definition = panel()[-1].definition
    assert definition.get("fr") == "Demandes résolues au premier contact"
    assert definition.get("en") == "Demandes résolues au premier contact [fr]"
    assert definition.found("en") == ("Demandes résolues au premier contact", "fr")


def test_a_project_without_a_panel_has_the_published_ones(tmp_path):
    """A folder that does not exist holds nothing and is no mistake."""
    assert load(extra=tmp_path / "benchmarks") == BENCHMARKS


def test_defaults_fill_what_a_figure_leaves_out(panel):
    """A key in [defaults] holds for every figure that does not give its own."""
    text = SOURCE + '[defaults]\nwho = "sites"\nhigh = 0.9\n' + FIGURE
    assert (panel(text=text)[-1].who.get("fr"), panel(text=text)[-1].high) == ("sites", 0.80)


LEVEL = "low = 0.70\nhigh = 0.80\n"
REFUSED = {
    "unknown key": ([("statistic =", "statistics =")], "unknown key 'statistics'. Did you mean 'statistic'?"),
    "misspelt required key": ([("kpi =", "kpii =")], "unknown key 'kpii'. Did you mean 'kpi'?"),
    "unknown key of the source": ([("publisher =", "publsher =")], "Did you mean 'publisher'?"),
    "unknown table": ([("[[figure]]", "[[figures]]")], "no table 'figures'. Did you mean 'figure'?"),
    "no figure": ([(FIGURE, "")], "one [source], then [[figure]] for each figure"),
    "figure that is no table": ([(FIGURE, ""), ("[source]", "figure = [1]\n[source]")], "[[figure]] for each figure"),
    "not TOML": ([("year = 2025", "year =")], "is no TOML file in UTF-8"),
    "unknown KPI": ([('"first_contact_resolution"', '"first_contact_resolutoin"')], "'first_contact_resolution'?"),
    "unknown kind": ([('"observed"', '"observd"')], "no kind 'observd'. Did you mean 'observed'?"),
    "unknown unit": ([('unit = "share"', 'unit = "shares"')], "no unit 'shares'. Did you mean 'share'?"),
    "unit of another KPI": ([('unit = "share"', 'unit = "seconds"')], "no unit of first_contact_resolution 'seconds'"),
    "statistic of another KPI": ([('statistic = "share"', 'statistic = "mean"')], "no statistic of the KPI 'mean'"),
    "unknown channel": ([("low =", 'channel = "phon"\nlow =')], "no channel 'phon'. Did you mean 'phone'?"),
    "unknown comparable": ([('"yes"', '"maybe"')], "no answer to comparable 'maybe'. Known: no, partly, yes."),
    "no reason": ([('"yes"', '"partly"')], "because is missing; comparable = 'partly' needs its reason"),
    "low above high": ([("0.70", "0.90")], "low = 0.9 is above high = 0.8"),
    "percent for a share": ([("0.80", "80")], "80 share is outside 0 to 1; a share is a fraction, 0.75 for 75%"),
    "share of the panel": (
        [("low =", "share_of_panel = 75\nlow =")],
        "share_of_panel: Input should be less than or equal to 1 (found 75)",
    ),
    "not a number": ([("0.70", "nan")], "low: Input should be a finite number (found nan)"),
    "text for a number": ([("0.70", '"0.70"')], "low: Input should be a valid number (found '0.70')"),
    "point and band": ([("low =", "value = 0.75\nlow =")], "value stands beside low or high"),
    "no unit": ([('unit = "share"\n', "")], "unit is missing"),
    "unit of nothing": ([(LEVEL, "share_of_panel = 0.5\n")], "unit and statistic speak of no level"),
    "nothing said": ([(LEVEL, ""), ('unit = "share"\n', ""), ('statistic = "share"\n', "")], "all are missing"),
    "reading of no share": ([("low =", 'share_reads = "over"\nlow =')], "speaks of no share"),
    "attained of nothing named": ([('"observed"', '"attained"')], "'attained', and it alone, names a figure"),
    "attained with a level": ([('"observed"', '"attained"\nof = "x"')], "it has no value, low or high"),
    "no definition": ([("definition =", "note =")], "'definition' is missing"),
    "empty text": ([('"Demandes résolues au premier contact"', '" "')], "definition: is no text"),
    "text without a language": ([('"Demandes résolues au premier contact"', "{}")], "definition: is empty"),
    "other definition": ([("low =", 'compares_with = "surveyed"\nlow =')], "no definition of first_contact_resolution"),
    "year to come": ([("2025", "2027")], "year: lies in the future: it is 2026 (found 2027)"),
    "year as text": ([("2025", '"2025"')], "year: Input should be a valid integer (found '2025')"),
    "undated in silence": ([("year = 2025\n", "")], "an undated publication says so in year_note"),
    "nobody's": ([('publisher = "Groupe"\n', "")], "title and publisher are both missing"),
    "language": ([('"fr"', '"French"')], "(found 'French')"),
    "id twice": ([('"ours-fcr"', '"easiware-2016-fcr-aimed"')], "stands in benchmarks/easiware-2016.toml already"),
    "source twice": ([('"ours"', '"bva-2016"')], "source key 'bva-2016' stands in benchmarks/bva-2016.toml already"),
}


@pytest.mark.parametrize(("replaced", "message"), REFUSED.values(), ids=REFUSED)
def test_what_a_file_may_not_say(panel, replaced, message):
    """A file that is unknown, impossible or claims too much is refused: which file, what, and what would be right."""
    with pytest.raises(BenchmarkError) as refused:
        panel(*replaced)
    said = str(refused.value)
    assert said.startswith("benchmarks/ours.toml")
    assert message in said
    assert "\n" not in said


ATTAINED = """
[[figure]]
id = "ours-attained"
kpi = "first_contact_resolution"
kind = "attained"
of = "OF"
share_of_panel = 0.4
definition = "Sites qui y parviennent"
comparable = "yes"
"""


@pytest.mark.parametrize(
    ("of", "message"),
    [
        ("ours-fcrr", "is the id of no figure. Did you mean 'ours-fcr'?"),
        ("easiware-2016-wait-aimed", "is no level of first_contact_resolution that somebody could reach"),
        ("easiware-2016-fcr-no-target", "is no level of first_contact_resolution that somebody could reach"),
    ],
)
def test_attained_of_what_cannot_be_reached(panel, of, message):
    """A share that reaches a target names a level of the same KPI."""
    with pytest.raises(BenchmarkError, match=re.escape(message)):
        panel(("OF", of), text=SOURCE + FIGURE + ATTAINED)


def test_an_own_share_may_attain_an_own_level(panel):
    """A panel may say which part of it reaches one of its figures; that part judges nobody."""
    attained = panel(("OF", "ours-fcr"), text=SOURCE + FIGURE + ATTAINED)[-1]
    assert (attained.of, attained.share_of_panel, attained.gives_verdict) == ("ours-fcr", 0.4, False)


def test_what_does_not_compare_may_be_in_another_unit(panel):
    """A figure in another unit may be shown, with its reason, but judges nobody."""
    shown = panel(
        ('"first_contact_resolution"', '"csat"'), ('comparable = "yes"', 'comparable = "no"\nbecause = "autre échelle"')
    )[-1]
    assert (shown.unit, shown.gives_verdict) == ("share", False)


def test_a_file_saved_with_a_byte_order_mark_is_read(panel):
    """A file saved by an editor that puts a mark first is the same file."""
    assert panel(text="\ufeff" + SOURCE + FIGURE)[-1].id == "ours-fcr"


def test_the_documentation_knows_every_file_and_key():
    """The page on benchmarks lists every file that travels with kpitools and every key of the form."""
    page = (Path(__file__).parents[1] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    keys = [*Source.model_fields, *Figure.model_fields]
    missing = [name for name in [*{b.source.key for b in BENCHMARKS}, *keys] if f"`{name}`" not in page]
    assert missing == []


def test_the_example_in_the_documentation_is_read(panel):
    """The file shown on the page on benchmarks is a valid panel."""
    page = (Path(__file__).parents[1] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = page.split("```toml\n")[1].split("```")[0]
    assert panel(text=shown)[-1].bounds == (0.86, 0.93)
