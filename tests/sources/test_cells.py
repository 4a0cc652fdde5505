"""What a cell's text means, held against the shared table of cases and against itself."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.errors import SourceError, UnknownNameError
from kpitools.sources import cells
from kpitools.sources.cells import CellError, parse, parse_column

CASES = Path(__file__).parents[2] / "../shared/known/cells.csv"


def known_cases():
    """Return the shared cases, or none where the folder is absent."""
    if not CASES.exists():
        return []
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected_value(case):
    """Return the value that a case states, as its kind."""
    text, kind = case["expected"], case["kind"]
    if kind in {"duration", "number", "share"}:
        return float(text)
    if kind == "boolean":
        return text == "true"
    if kind == "instant":
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if kind == "time of day" else text


def test_the_shared_cases_are_there():
    """The table of shared cases is read in full where the folder exists."""
    if not CASES.exists():
        pytest.skip("../shared/known is absent: the shared cases were not tried")
    assert len(known_cases()) >= 119


@pytest.mark.parametrize("case", known_cases(), ids=lambda case: f"{case['kind']}-{case['text']}")
def test_a_shared_case_is_read_or_refused_as_expected(case):
    """Every shared case means what the table says, cell by cell and as a column."""
    read, hint = parse(case["kind"], case["hint"] or None), case["hint"] or None
    column = parse_column(pa.array([case["text"]]), case["kind"], hint)
    if case["expected"] == "REFUSE":
        with pytest.raises(CellError):
            read(case["text"])
        assert column.reasons[0].is_valid
        assert not column.values[0].is_valid
    elif not case["expected"]:
        assert read(case["text"]) is None
        assert column.values.null_count == 1
        assert column.reasons.null_count == 1
    else:
        assert read(case["text"]) == expected_value(case)
        assert column.reasons.null_count == 1
        assert column.values.null_count == 0


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("mercredi 1er septembre 2021 à 13h05", None, datetime(2021, 9, 1, 13, 5)),
        ("Wed, 01 Sep 2021 13:05:06 +0200", None, datetime(2021, 9, 1, 11, 5, 6, tzinfo=UTC)),
        ("Wed Sep  1 13:05:06 2021", None, datetime(2021, 9, 1, 13, 5, 6)),
        ("September 1st, 2021 1:05 p.m.", None, datetime(2021, 9, 1, 13, 5)),
        ("01-Sep-21", None, datetime(2021, 9, 1)),
        ("31 déc. 2021", None, datetime(2021, 12, 31)),
        ("15 août 2021", None, datetime(2021, 8, 15)),
        ("20210901T130506Z", "ISO", datetime(2021, 9, 1, 13, 5, 6, tzinfo=UTC)),
        ("20210901", "day first", datetime(2021, 9, 1)),
        ("2021-09-01 13:05:06.5 -0330", "ISO", datetime(2021, 9, 1, 16, 35, 6, 500000, tzinfo=UTC)),
        ("2021-09-01T13:05+02:00[Europe/Paris]", "ISO", datetime(2021, 9, 1, 11, 5, tzinfo=UTC)),
        ("9/1/2021 12:30 AM", "month first", datetime(2021, 9, 1, 0, 30)),
        ("1.9.2021", "day first", datetime(2021, 9, 1)),
        ("21/12/25", "year first", datetime(2021, 12, 25)),
        ("44440,5", "day first, Excel serial", datetime(2021, 9, 1, 12)),
        ("1596512941.163", "epoch seconds", datetime(2020, 8, 4, 3, 49, 1, 163000, tzinfo=UTC)),
        ("0000-00-00 00:00:00", "ISO", None),
    ],
)
def test_a_date_is_read_as_people_and_programs_write_it(text, hint, expected):
    """French and English names of months, ordinals, weekdays, offsets and counted days are understood."""
    assert parse("instant", hint)(text) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("01/09/2021", None),
        ("25/12/21", "ISO"),
        ("mardi 1 septembre 2021", None),
        ("31 septembre 2021", None),
        ("2021-09-01 13:05 PM", "ISO"),
        ("2021-09-01 12:60", "ISO"),
        ("2021-09-01T24:00", "ISO"),
        ("2021-W54-1", "ISO"),
        ("2021-W35", "ISO"),
        ("2021-09", "ISO"),
        ("9999-12-31", "ISO"),
        ("0001-01-01", "ISO"),
        ("2021-09-01 10:00 CET", "ISO"),
        ("2021-09-01T10:00+15:00", "ISO"),
        ("01/09-2021", "day first"),
        ("12 foo 2021", "day first"),
        ("44440", "day first"),
        ("0", "Excel serial"),
        ("1596512941163", "epoch seconds"),
        ("-1", "Excel serial"),
        ("２０２１-09-01", "ISO"),  # noqa: RUF001 (full-width digits are the point)
        ("2021-09-01 et demi", "ISO"),
    ],
)
def test_what_is_no_certain_date_is_refused(text, hint):
    """An unknown order, a day that no calendar has, a wrong weekday, a year that marks "none": none is guessed."""
    with pytest.raises(CellError):
        parse("instant", hint)(text)


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("01:02", "seconds, hh:mm", 3720),
        ("01:02 h", None, 3720),
        ("125:03:04", None, 450184),
        ("75:30", None, 4530),
        ("1 day, 2:03:04", None, 93784),
        ("1.02:03:04.5", None, 93784.5),
        ("2 heures et 3 minutes", None, 7380),
        ("2'05", None, 125),
        ("0\u203245\u2033", None, 45),
        ("1h02'05\"", None, 3725),
        ("1'234", "seconds", 1234),
        ("1 h 30", None, 5400),
        ("2min30", None, 150),
        ("1,5 h", None, 5400),
        ("500 ms", None, 0.5),
        ("1500", "milliseconds", 1.5),
        ("P1DT2H", None, 93600),
        ("PT0,5S", None, 0.5),
        ("62\u00a0s", None, 62),
        ("1\u202f234 s", None, 1234),
        ("1.1", "hours", 3960),
        ("1.2340", "seconds, decimal comma", 1.234),
        ("1,234", "seconds, decimal comma", 1.234),
    ],
)
def test_a_duration_is_read_in_seconds(text, hint, expected):
    """Clocks, units, ISO 8601 and bare numbers of a known unit all come to seconds."""
    assert parse("duration", hint)(text) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("90", None),
        ("01:02", "hours"),
        ("1,234", "seconds"),
        ("\u22125", "seconds"),
        ("-PT5S", None),
        ("PT-5S", None),
        ("PT", None),
        ("P1Y", None),
        ("1h75", None),
        ("1'5", None),
        ("1'75", None),
        ("3 s 2 min", None),
        ("00:61:00", None),
        ("1 2", "seconds"),
        ("12 Äpfel", "seconds"),
        ("inf", "seconds"),
        ("٣", "seconds"),
        ("1:02:03 PM", "seconds"),
    ],
)
def test_what_is_no_certain_duration_is_refused(text, hint):
    """A missing unit, a negative one, minutes beyond 59 behind hours, an unknown word: refused with a reason."""
    with pytest.raises(CellError):
        parse("duration", hint)(text)


@pytest.mark.parametrize(
    ("kind", "text", "hint", "expected"),
    [
        ("number", "1,234", "decimal comma", 1.234),
        ("number", "1,234", "decimal point", 1234),
        ("number", "1 234 567,8", None, 1234567.8),
        ("number", "1,234,567", None, 1234567),
        ("number", "0,125", None, 0.125),
        ("number", "CHF 1'234.50", None, 1234.5),
        ("number", "-3,5", None, -3.5),
        ("number", "1.5E+03", None, 1500),
        ("share", "33,333 %", None, 0.33333),
        ("share", "94", "percent", 0.94),
        ("share", "1", None, 1),
        ("boolean", " ✓ ", None, True),
        ("boolean", "FAUX", None, False),
        ("boolean", "0", None, False),
        ("time of day", "1 p.m.", None, time(13)),
        ("time of day", "1899-12-30 09:12:58", None, time(9, 12, 58)),
        ("time of day", "9 h 12", None, time(9, 12)),
        ("date", "01/09/2021 13:05", "day first", date(2021, 9, 1)),
        ("id", " 00 12 ", None, "00 12"),
        ("text", "NA", None, "NA"),
        ("id", "NA", None, None),
        ("email", "Krista R. <A.B@Example.com>", None, "a.b@example.com"),
        ("phone", "tel:+33612345678", None, "+33612345678"),
        ("phone", "612345678", "FR", "+33612345678"),
        ("phone", "(212) 555-0123", "US", "+12125550123"),
        ("phone", "Numéro masqué", "FR", None),
    ],
)
def test_other_kinds_are_read(kind, text, hint, expected):
    """Numbers, shares, flags, times, ids and addresses mean the same in their usual spellings."""
    value = parse(kind, hint)(text)
    assert value == (pytest.approx(expected) if kind == "share" else expected)
    assert type(value) is type(expected) or isinstance(value, float)


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("number", "12 %", None),
        ("number", "1.234.5", None),
        ("number", "1 23", None),
        ("number", "1e999", None),
        ("number", "0x1F", None),
        ("number", "½", None),
        ("number", "1_000", None),
        ("share", "94", None),
        ("share", "100.5%", None),
        ("time of day", "24:00", None),
        ("time of day", "1", None),
        ("time of day", "13:05 PM", None),
        ("phone", "3949", "FR"),
        ("phone", "06 12 34 56 78", None),
        ("phone", "+33 12", "FR"),
        ("email", "a@b", None),
        ("email", "a..b@example.com", None),
    ],
)
def test_other_kinds_are_refused_where_no_reading_is_certain(kind, text, hint):
    """What could be two things, or nothing of the kind, is refused; the reason does not repeat the text."""
    with pytest.raises(CellError) as refused:
        parse(kind, hint)(text)
    assert text not in str(refused.value)


DATES = st.from_regex(
    r"((lundi|Thu,|mar\.) )?"
    r"([0-3]?[0-9][-/. ](5|31|mai|Févr\.|Mar)[-/. ]?(2024|24)|March [0-3]?[0-9],? 2024|2024[-/]5[-/][0-9])",
    fullmatch=True,
)
TIMES = st.from_regex(r"[0-2]?[0-9][:h][0-6][05](:[0-6]0)?( ?[aP][mM])?( Z)?", fullmatch=True)
PLAIN = st.one_of(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 30)).map(str),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 30)).map(lambda t: t.strftime("%d/%m/%Y %H:%M")),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 30)).map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")),
    st.from_regex(
        r"2024-03-31[ T][0-2][0-9]:30(:[0-6]0(\.[0-9]{1,9})?)?( ?[+-][012][0-9](:?[0-6]0)?|Z| UTC| GMT)?",
        fullmatch=True,
    ),
    st.from_regex(r"[0-3]?[0-9][-/. ](31|0?5|Mai|mars|Févr\.)[-/. ](2024|24|[0-3]?[0-9])", fullmatch=True),
    st.builds("".join, st.tuples(DATES, st.sampled_from([" ", ", ", "T", " à ", " at "]), TIMES)),
    st.from_regex(r"1[67][0-9]{8}([0-9]{3})?([0-9]{3})?(\.5)?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}:[0-6][0-9](:[0-6][0-9]([.,][0-9])?)?", fullmatch=True),
    st.from_regex(r"(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]( [0-2][0-9]:[0-6][0-9])?", fullmatch=True),
    st.from_regex(r"[0-3][0-9][/.-][01][0-9][/.-](19|20)[0-9]{2}", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,6}([.,][0-9]{1,4})?", fullmatch=True),
    st.text(alphabet=" aN/?-0129.,:%\u00a0", max_size=8),
)
KINDS_TRIED = [
    ("instant", "day first"), ("instant", "month first"), ("instant", "ISO"), ("number", None),
    ("number", "decimal comma"),
    ("duration", "seconds"), ("duration", "minutes"), ("duration", "hh:mm"), ("duration", None),
    ("id", None), ("text", None), ("share", None), ("date", "day first"), ("instant", "year first"),
    ("instant", "epoch seconds"), ("instant", "day first, epoch milliseconds"), ("instant", "epoch microseconds"),
]  # fmt: skip


def one_by_one(texts, kind, hint, zone):
    """Read the texts with the scalar parser alone."""
    values, reasons = [], []
    for text in texts:
        value, reason = None, None
        try:
            value = parse(kind, hint)(text)
        except CellError as refused:
            reason = str(refused)
        if kind == "instant" and value is not None:
            value = cells.to_utc(value, zone)
        values.append(value)
        reasons.append(reason)
    return values, reasons


@given(st.lists(PLAIN, max_size=12), st.sampled_from(KINDS_TRIED))
def test_a_column_is_read_as_its_cells_are(texts, kind_and_hint):
    """The fast path of whole columns and the scalar parser agree on every text, in values and in reasons."""
    kind, hint = kind_and_hint
    values, reasons = one_by_one(texts, kind, hint, "Europe/Paris")
    column = parse_column(pa.array(texts, pa.string()), kind, hint, "Europe/Paris")
    assert column.values.to_pylist() == values
    assert column.reasons.to_pylist() == reasons
    assert column.values.type == cells.TYPES[kind]


@given(
    # fold=0: text says nothing about which of two hours it means, and the first is taken
    st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2040, 1, 1)).map(lambda t: t.replace(fold=0)), max_size=20),
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]),
)
def test_local_times_become_the_utc_that_the_standard_library_computes(times, zone):
    """The day-by-day conversion equals zoneinfo's for every time of every zone."""
    expected = [t.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for t in times]
    assert cells.localise(pa.array(times, pa.timestamp("us")), zone).to_pylist() == expected


def test_clock_changes_follow_the_stated_rule():
    """At Paris in 2021, 02:30 never came on 28 March and came twice on 31 October: shifted, and the first."""
    column = parse_column(pa.array(["2021-03-28 02:30", "2021-10-31 02:30"]), "instant", "ISO", "Europe/Paris")
    assert column.values.to_pylist() == [
        datetime(2021, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2021, 10, 31, 0, 30, tzinfo=UTC),
    ]
    naive = pa.array([datetime(2021, 3, 28, 2, 30), datetime(2021, 10, 31, 2, 30), datetime(2021, 6, 1), None])
    assert cells.clock_changes(naive, "Europe/Paris") == (1, 1)


@pytest.mark.parametrize(
    ("values", "kind", "hint", "expected"),
    [
        (pa.array([time(0, 2, 23)]), "duration", None, [143.0]),
        (pa.array([0.000717592592592593, float("nan")]), "duration", "excel day fraction", [62.0, None]),
        (pa.array([timedelta(minutes=2), timedelta(seconds=-1)]), "duration", None, [120.0, None]),
        (pa.array([90, None]), "duration", "minutes", [5400.0, None]),
        (pa.array([12.0, None]), "id", None, ["12", None]),
        (pa.array([12, 13]), "id", None, ["12", "13"]),
        (pa.array([1.0, 0.0, 2.0]), "boolean", None, [True, False, None]),
        (pa.array([True, None]), "boolean", None, [True, None]),
        (pa.array([94.01, 101.0]), "share", "percent", [0.9401, None]),
        (pa.array([0.5, 1.5]), "time of day", None, [time(12), None]),
        (pa.array([44440.5]), "instant", "Excel serial", [datetime(2021, 9, 1, 10, tzinfo=UTC)]),
        (pa.array([datetime(2021, 9, 1)]), "instant", None, [datetime(2021, 8, 31, 22, tzinfo=UTC)]),
        (pa.array([date(2021, 9, 1)]), "instant", None, [datetime(2021, 8, 31, 22, tzinfo=UTC)]),
        (pa.array([datetime(2021, 8, 31, 22, tzinfo=UTC)]), "date", None, [date(2021, 9, 1)]),
        (pa.array(["a", "a", None]).dictionary_encode(), "text", None, ["a", "a", None]),
        (pa.nulls(2), "number", None, [None, None]),
    ],
)
def test_a_typed_column_is_read_without_a_detour(values, kind, hint, expected):
    """Timestamps, times, intervals and numbers of Parquet come to the same values as their texts."""
    column = parse_column(values, kind, hint, "Europe/Paris")
    assert column.values.to_pylist() == expected
    assert column.values.type == cells.TYPES[kind]


def test_a_type_without_a_reading_is_refused_as_a_whole():
    """A column of flags is no column of dates: the source is refused, not each row."""
    with pytest.raises(SourceError, match="bool cannot be read as instant"):
        parse_column(pa.array([True]), "instant")
    with pytest.raises(UnknownNameError, match="Did you mean 'duration'"):
        parse("durations")
    with pytest.raises(SourceError, match="Europe/Pari"):
        parse_column(pa.array(["2021-01-01 10:00"]), "instant", "ISO", "Europe/Pari")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["01/09/21", "07/11/21", "25/12/21"], "day first"),
        (["29-02-2016 01:16", "?"], "day first"),
        (["12/25/2021 1:05 PM", "01/02/2021"], "month first"),
        (["01/02/2021", "03/04/2021"], None),
        (["25/12/2021", "12/25/2021"], None),
        (["25/12/2021", "26/12/2021", "12/25/2021"], "day first"),
        (["2021-09-01", "2021-09-02 10:00"], "ISO"),
        (["99/12/25", "21/01/02"], "year first"),
        ([f"21-03-{day:02} 09:00" for day in range(1, 20)], "year first"),
        ([f"{day:02}-03-21 09:00" for day in range(1, 20)], "day first"),
        (["31/12/19", "31/12/20", "31/12/21"], "day first"),
        (["1 septembre 2021"], "ISO"),
        (["44440", "25/12/2021"], "day first, Excel serial"),
        (["1596512941"], "epoch seconds"),
        (["1596512941163"], "epoch milliseconds"),
        (["1596512941", "0"], "epoch seconds, 0 is none"),
        (["lundi 25/12/2021"], "day first"),
        ([None, "NA"], None),
    ],
)
def test_the_order_of_dates_is_decided_over_the_column(texts, expected):
    """A day beyond 12 decides for the whole column, and a year that stays while days go by; else nothing is guessed."""
    assert cells.decide_date_order(pa.array(texts, pa.string())) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234", "12,5"], "decimal comma"),
        (["1,234", "12.5"], "decimal point"),
        (["1.234,5"], "decimal comma"),
        (["1,234,567"], "decimal point"),
        (["1,234"], None),
        (["1234"], None),
        (["12.5", "12,5"], None),
    ],
)
def test_the_decimal_mark_is_decided_over_the_column(texts, expected):
    """Numbers with one reading settle those with two."""
    assert cells.decide_decimal(pa.array(texts)) == expected


def test_fractions_beside_clocks_are_days_of_a_spreadsheet():
    """Numbers below 1 between clocks are Excel's, and long ones between units; whole numbers could be any unit."""
    assert cells.decide_duration_unit(pa.array(["0:02:13", "0.00165"])) == "excel day fraction"
    assert cells.decide_duration_unit(pa.array(["0:02:13", "90"])) is None
    assert cells.decide_duration_unit(pa.array(["2 min 13", "0,00165509259259259"])) == "excel day fraction"
    assert cells.decide_duration_unit(pa.array(["2 min 13", "0.5"])) is None
    assert cells.decide_duration_unit(pa.array(["0.5"])) is None
