"""Columns of one plain form are read whole: as each text by itself would be, or not at all."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitools import project
from kpitools.sources import read, typed
from kpitools.sources.cells import decide_date_order, decide_decimal, parse_column
from kpitools.sources.cells.uniform import read_uniform
from kpitools.sources.loaded import repeats, together

ZONES = ["UTC", "Europe/Paris", "America/New_York"]
ISO = [
    "2024-05-06", "2024-05-06 07:08", "2024-03-31T02:30:00", "2024-10-27 02:30:59.123456", "2024-02-29 23:59",
    "2023-02-29", "2024-05-06 07", "2024-05-06 24:00", "2024-05-06 07:08:60", "1899-12-31", "2200-01-01",
    "2024-05-06T07:08:09Z", "2024-05-06 07Z", "2024-05-06T07:08:09+02:00", "2024-05-06 0708", "0000-00-00", "n/a",
    "2024-05-06 07:08:09.1234567", "20240506", "2024/05/06",
]  # fmt: skip
NUMERIC = [
    "06/05/2024", "31/01/2024", "01/31/2024", "31-01-2024", "31.01/2024", "30/02/2024", "06/05/2024 07:08",
    "31/01/2024 23:59", "31/01/2024T23:59", "31/01/2024 24:00", "31 01 2024", "6/5/2024", "31/01/0024",
]  # fmt: skip
NUMBERS = [
    "0", "7", "007", "12.5", "12,5", "-3", "-0", "1.234", "1,234", "1234.567", "0,125", ".5", "5.", "-", "--1", "1.2.3",
    "1e5", "nan", "inf", "+4", "1 234", "9" * 31, "31622400", "31622401", "0.1234567", "31536000.4321", "86399.999999",
]  # fmt: skip
WORDS = ["Nord", "a b", " a", "a ", "", "-", "N/A", "na", "None", "été", "a\tb", "\u200ba", "12", "x" * 40, "#REF!"]


def columns(of):
    """Draw columns in which the same few texts come again, so that many are of one form, and empty cells."""
    return st.lists(st.sampled_from([*of, ""]), min_size=1, max_size=3).flatmap(
        lambda few: st.lists(st.sampled_from(few), min_size=1, max_size=8)
    )


def agree(texts, kind, said, hint, zone="UTC"):
    """Hold what is read whole against each text read by itself; a column that is not read whole says nothing."""
    column = pa.array(texts)
    found = read_uniform(pa.chunked_array([column[:2], column[2:]]), kind, said, zone)
    if found is None:
        return False
    alone = parse_column(column, kind, hint, zone)
    assert found.equals(alone.values) or found.to_pylist() == alone.values.to_pylist()
    assert alone.reasons.null_count == len(texts)
    return True


@settings(max_examples=100, deadline=None)
@given(columns(ISO), st.sampled_from(ZONES))
def test_timestamps_are_read_as_each_by_itself(texts, zone):
    """Whatever of ISO 8601 is mixed in a column, in any zone, also at changes of the clock."""
    agree(texts, "instant", None, decide_date_order(pa.array(texts)), zone)


@settings(max_examples=100, deadline=None)
@given(columns(NUMERIC), st.sampled_from(ZONES), st.sampled_from([None, "day first", "month first"]))
def test_numeric_dates_are_read_as_each_by_itself(texts, zone, said):
    """In the order that was said, else in the one that the column shows."""
    agree(texts, "instant", said, said or decide_date_order(pa.array(texts)), zone)


@settings(max_examples=100, deadline=None)
@given(columns(NUMBERS))
def test_numbers_are_read_as_each_by_itself(texts):
    """A mark before three digits is read only where the column shows which mark is the decimal one."""
    agree(texts, "number", None, decide_decimal(pa.array(texts)))


@settings(max_examples=100, deadline=None)
@given(columns(NUMBERS), st.sampled_from(["milliseconds", "seconds", "minutes", "hours"]))
def test_durations_are_read_as_each_by_itself(texts, unit):
    """Negative ones, those of more than a year and those finer than a microsecond are left to the parser."""
    agree(texts, "duration", unit, f"{unit}, {decide_decimal(pa.array(texts)) or ''}")


@settings(max_examples=100, deadline=None)
@given(columns(WORDS), st.sampled_from(["id", "text"]))
def test_words_are_read_as_each_by_itself(texts, kind):
    """What stands for nothing is nothing; outer spaces and marks of no width are left to the parser."""
    agree(texts, kind, None, None)


@pytest.mark.parametrize(
    ("texts", "kind", "said"),
    [
        (["2024-05-06 07:08", "", "2024-03-31 02:30:00.5"], "instant", None),
        (["2024-05-06T07:08:09Z", "2024-05-06T07:08:09.123Z"], "instant", None),
        (["31/01/2024 23:59", "", "01/02/2024 00:00"], "instant", None),
        (["01/02/2024", "02.03.2024"], "instant", "month first"),
        (["12,5", "-3", "1,234", ""], "number", None),
        (["1.5", "86400", ""], "duration", "minutes"),
        (["c-1", "N/A", "a b", ""], "text", None),
        (["0612345678", ""], "id", None),
    ],
)
def test_what_fills_most_columns_is_read_whole(texts, kind, said):
    """These columns are read whole, empty cells among them, and as each text by itself."""
    hint = {"number": "decimal comma", "instant": said or decide_date_order(pa.array(texts))}.get(kind, said)
    assert agree(texts, kind, said, hint, "Europe/Paris")


def test_an_id_that_occurs_twice_is_found_however_ids_are_written():
    """Whole numbers that rise cannot repeat; those that fall, lack or are too long, and texts, are counted."""
    once = [("1", "02", "10"), ("2", "1"), ("1", None, None), ("a", "b"), ("1", "01"), ("1", "9" * 19), ()]
    twice = [("1", "1"), ("2", "1", "2"), ("a", "b", "a"), ("9" * 19, "9" * 19), ("1", None, "1")]
    told = [repeats(pa.chunked_array([pa.array(texts, pa.string())])) for texts in (*once, *twice)]
    assert told == [False] * len(once) + [True] * len(twice)


@pytest.mark.parametrize(
    ("texts", "kept"),
    [(["1", "20", ""], pa.int64()), (["0", "7"], pa.int64()), (["007", "7"], pa.string()), (["12345678"], pa.string())],
)
def test_customer_numbers_become_numbers_only_where_they_write_themselves_alike(texts, kept):
    """`007` is another customer than `7`, and eight digits may be a telephone number."""
    assert together([pa.table({"customer_id": texts})])["customer_id"].type == kept


EXPORT = {
    "plain": ("utf-8", ",", "\n", lambda n: f"2024-03-{1 + n % 31:02} 02:{n % 60:02}:07", lambda s: f"{s:.1f}"),
    "French": ("utf-8-sig", ";", "\r\n", lambda n: f"{1 + n % 31:02}/03/2024 02:{n % 60:02}", lambda s: f"{int(s)},5"),
    "tabs": ("utf-16", "\t", "\n", lambda n: f"2024-03-{1 + n % 31:02}T02:{n % 60:02}:07Z", lambda s: str(int(s))),
    "Western": ("cp1252", "|", "\r", lambda n: f"{1 + n % 31:02}.03.2024", lambda s: "" if s > 40 else f"{s:.2f}"),
}  # fmt: skip
"""How an export is written: encoding, separator, line end, instants, seconds."""
BAD = {"start": "2024-13-45", "wait": "-4", "result": "perdu", "cut": None}


def written(folder, form, *, bad=None):
    """Write an export of sixty contacts, one of them bad in a column or cut off, and return its project."""
    encoding, separator, end, instant, seconds = EXPORT[form]
    rows = [
        [str(100 + n), f"k{n % 7}", "Équipe Nord" if n % 2 else "Sud", instant(n), seconds(n * 1.5), "répondu"]
        for n in range(60)
    ]
    header = ["id", "who", "team", "start", "wait", "result"]
    if bad == "cut":
        del rows[30][2:]
    elif bad:
        rows[30][header.index(bad)] = BAD[bad]
    text = end.join(separator.join(f'"{cell}"' if cell == "Sud" else cell for cell in row) for row in [header, *rows])
    (folder / "calls.csv").write_bytes((text + end).encode(encoding))
    columns = {"contact_id": "id", "customer_id": "who", "team": "team", "started_at": "start", "wait_s": "wait"}
    source = {
        "files": "calls.csv", "table": "contacts", "columns": columns | {"outcome": "result"},
        "values": {"outcome": {"answered": "répondu"}},
    }  # fmt: skip
    return project.from_mapping({"project": {"name": "x", "timezone": "Europe/Paris"}, "source": [source]}, folder)


def seen(given, monkeypatch, *, whole):
    """Return the rows and the balance of an export, its columns read whole where they can be or never."""
    with monkeypatch.context() as patch:
        if not whole:
            patch.setattr(typed, "read_uniform", lambda *_: None)
        tables = read(given)
        relation = tables["contacts"].order("contact_id")
        return relation.columns, relation.types, relation.fetchall(), tables.accounts


@pytest.mark.parametrize("form", EXPORT)
@pytest.mark.parametrize("bad", [None, *BAD])
def test_an_export_gives_the_same_rows_and_the_same_balance(form, bad, tmp_path, monkeypatch):
    """Read whole or text by text: the rows in use, and of each other row its line, value and reason."""
    given = written(tmp_path, form, bad=bad)
    quick, slow = (seen(given, monkeypatch, whole=whole) for whole in (True, False))
    assert quick == slow
    account = quick[3][0]
    assert (account.read, account.used, sum(account.set_aside.values())) == (60, 60 - bool(bad), bool(bad))
    assert [problem.line for problem in account.problems] == [32] * bool(bad)


@pytest.mark.parametrize("form", ["plain", "French", "tabs"])
def test_a_usual_export_is_read_whole(form, tmp_path, monkeypatch):
    """Ids, instants and seconds, whatever the separator, the mark and the order of dates; not a name with accents."""
    left = []

    def noted(values, kind, *rest):
        found = read_uniform(values, kind, *rest)
        left.extend([kind] * (found is None))
        return found

    monkeypatch.setattr(typed, "read_uniform", noted)
    read(written(tmp_path, form))
    assert left == ["text"]
