"""Every kind of file becomes a table in which each of its records is accounted for."""

import csv
import gzip
import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kpitools.errors import SourceError
from kpitools.sources.files import open_raw
from kpitools.sources.raw import RawTable

DATA = Path(__file__).parents[2] / "../shared/data"
GOOD = "id;nom;durée\n1;Zoé;1,5\n2;Éric;2,25\n"


def write(folder, content, name="export.csv"):
    """Write bytes or text as a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(raw):
    """Return the rows as tuples of text."""
    return list(zip(*(raw.column(name).to_pylist() for name in raw.columns), strict=True))


@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("pwc_calls/Call-Center-Dataset.xlsx", 5000, 10),
        ("nps_bank/NPStimeseries.csv", 5000, 7),
        ("incident_uci/incident_event_log.csv", 5998, 36),
        ("telco_churn_ibm/Telco-Customer-Churn.csv", 7043, 21),
        ("support_tickets_synth/customer_support_tickets.csv", 1000, 12),
        ("nhsr_ae/ae_attendances.csv", 12765, 6),
        ("zendesk_seed/ticket_chat_event_data.csv", 12, 21),
    ],
)
def test_published_files_open_with_all_their_rows(name, count, columns):
    """Each published data set has the number of rows that its publisher states, none set aside."""
    if not DATA.exists():
        pytest.skip("../shared/data is absent: the published files were not tried")
    raw = open_raw(DATA / name)
    assert (raw.rows_read, raw.rows, len(raw.columns), raw.set_aside, raw.blank) == (count, count, columns, (), 0)
    assert raw.line(0) == 2


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (GOOD.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "utf-8"),
        (GOOD.encode("utf-16"), "utf-16-le"),
        (GOOD.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + GOOD.encode("utf-16-be"), "utf-16-be"),
        (GOOD.encode("cp1252"), "cp1252"),
        (GOOD.replace("Zoé", "Zo\x81é").encode("latin-1"), "latin-1"),
        (GOOD.replace("\n", "\r\n").encode(), "utf-8"),
        (GOOD.replace("\n", "\r").encode(), "utf-8"),
        (gzip.compress(GOOD.encode()), "utf-8"),
    ],
)
def test_every_encoding_and_line_end_gives_the_same_table(tmp_path, encoded, encoding):
    """UTF-8, UTF-16, Western alphabets, CR, CR LF and gzip hold the same rows."""
    raw = open_raw(write(tmp_path, encoded))
    assert raw.dialect.encoding == encoding
    assert raw.columns == ("id", "nom", "durée")
    assert [(a, b.replace("\x81", ""), c) for a, b, c in rows(raw)] == [("1", "Zoé", "1,5"), ("2", "Éric", "2,25")]
    assert (raw.dialect.separator, raw.dialect.decimal, raw.dialect.header_line) == (";", "decimal comma", 1)


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t"), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    table=st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=8)
    ),
    separator=st.sampled_from(";,\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path, table, separator, quoting, end):
    """Any text, with separators, quotes and line ends inside, comes back cell by cell; empty rows are counted."""
    header = [f"name {letter}" for letter in "abcd"[: len(table[0])]]
    text = io.StringIO(newline="")
    if any(re.search(r"[\r\n]", cell) for row in table for cell in row):
        quoting = csv.QUOTE_ALL  # left to itself, Python 3.11 writes a foreign line end without quotes
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows([header, *table])
    filled = [tuple(row) for row in table if any(row)]
    assume(filled)
    path = write(tmp_path, b"\xef\xbb\xbf" + text.getvalue().encode())
    raw = open_raw(path)
    assert rows(raw) == filled
    assert (raw.rows_read, raw.blank, raw.set_aside) == (len(filled), len(table) - len(filled), ())


def body(number):
    """Return plain rows of three fields with a quoted line end in every tenth."""
    return [f'{i},"a, {i}\nb",x\n' if i % 10 == 0 else f"{i},text {i},y\n" for i in range(number)]


@pytest.mark.parametrize(
    ("broken", "reason", "aside"),
    [
        ('7,"never closed,x\n', "quote", 1),
        ('7,"never closed,x\n' + "8,fine,x\n" * 20 + '9,"nor this,x\n', "quote", 2),
        ("7,short\n", "2 fields where the header has 3", 1),
        ("7,long,er,x\n", "4 fields where the header has 3", 1),
        ('7,"long, quoted",er,x\n', "4 fields where the header has 3", 1),
        ("7,nul\0,x\n", "NUL", 1),
        ('7,"a"b,x\n', "quote", 1),
        ("7,half", "2 fields where the header has 3", 1),
    ],
)
def test_a_broken_record_takes_no_other_with_it(tmp_path, broken, reason, aside):
    """The broken line alone is set aside, with its line and reason; all others are loaded."""
    good = body(50)
    text = "a,b,c\n" + "".join(good[:30]) + broken + ("" if broken == "7,half" else "".join(good[30:]))
    raw = open_raw(write(tmp_path, text))
    expected = (30 if broken == "7,half" else 50) + broken.count("8,fine")
    assert raw.rows == expected
    assert raw.rows_read == expected + aside
    assert raw.set_aside[0].line == 1 + "".join(good[:30]).count("\n") + 1
    assert all(reason in one.reason for one in raw.set_aside)
    assert "never closed" not in repr(raw.set_aside)


def test_each_row_knows_its_physical_line(tmp_path):
    """Line ends inside quotes, blank lines and titles do not shift the line that a message names."""
    text = 'Export du 3 mai\n\nid,text,n\n1,"two\nlines",3\n\n  \n2,x,4\n,,\n3,y,5\n'
    raw = open_raw(write(tmp_path, text))
    assert [raw.line(row) for row in range(3)] == [4, 8, 10]
    assert (raw.rows, raw.blank, raw.dialect.header_line) == (3, 3, 3)


def test_bare_quotes_inside_a_field_are_text(tmp_path):
    """A field that does not start with a quote may hold one: inches are no syntax."""
    raw = open_raw(write(tmp_path, 'id,item,n\n1,5" pipe,2\n2,say "hi",3\n3,"a ""b""",4\n'))
    assert [row[1] for row in rows(raw)] == ['5" pipe', 'say "hi"', 'a "b"']


def test_a_byte_order_mark_alone_on_a_line_is_no_record(tmp_path):
    """It is there where an empty file was put below another."""
    raw = open_raw(write(tmp_path, 'id\n\ufeff\n"1\n2\n'))
    assert (rows(raw), raw.rows_read, raw.blank) == ([("2",)], 2, 1)


def test_one_damaged_character_does_not_change_the_alphabet(tmp_path):
    """In a file of valid UTF-8, the row with a broken character goes, and the others keep their accents."""
    raw = open_raw(write(tmp_path, "id,nom\n1,Zoé\n2,Éric\n".encode() + b"3,caf\xe9\n"))
    assert rows(raw) == [("1", "Zoé"), ("2", "Éric")]
    assert [(one.line, one.reason) for one in raw.set_aside] == [(4, "not in the encoding of the rest of the file")]


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"\xef\xbb\xbfid,nom\n1,Zoe\n2,caf\xe9\n", "Zoe"),
        ("id,nom\n1,Zoé\n2,É".encode()[:-1], "Zoé"),
    ],
)
def test_a_byte_order_mark_or_as_many_sound_letters_as_broken_ones_are_utf8(tmp_path, content, read):
    """Nothing else writes a mark or whole letters; the broken one is a damaged or cut row."""
    raw = open_raw(write(tmp_path, content))
    assert (rows(raw), raw.dialect.encoding, raw.rows_read) == ([("1", read)], "utf-8", 2)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a,a,\n1,2,3\n4,5,6\n", ("a", "a (2)", "column 3")),
        ("Rapport mensuel;;\n;;\nid;nom;n\n1;x;2\n2;y;3\n", ("id", "nom", "n")),
        ("sep=;\nid;a,b;n\n1;x;2\n2;y;3\n", ("id", "a,b", "n")),
        ("1,NONE,2\n2,NONE,3\n", ("column 1", "column 2", "column 3")),
        ("id\n12\n13\n", ("id",)),
        ("team,2024,2025\nNord,5,6\nSud,7,8\n", ("team", "2024", "2025")),
        ("sep=€\nid;n\n1;2\n2;3\n", ("id", "n")),
        ("sep=\r\nid;n\r\n1;2\r\n2;3\r\n", ("id", "n")),
        ("\ufeff\ufeffid;n\n1;2\n2;3\n", ("id", "n")),
        ("id;n;;\n1;2\n2;3\n", ("id", "n")),
        ("Du;01/05/2024;au;31/05/2024\nid;n;nom;le\n1;2;x;02/05/2024\n2;3;y;02/05/2024\n", ("id", "n", "nom", "le")),
    ],
)
def test_columns_have_one_name_each(tmp_path, text, columns):
    """Doubled and empty names are made unique and said; titles above the header are skipped."""
    assert open_raw(write(tmp_path, text)).columns == columns


def workbook(path, sheets):
    """Write a workbook with the rows of each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def test_a_sheet_is_read_as_texts_with_one_meaning(tmp_path):
    """Ids stay whole, times and spans become clocks, dates ISO, and a point before three digits is no group."""
    values = [12, "0012", time(0, 2, 23), timedelta(hours=30), date(2021, 9, 1), datetime(2021, 9, 1, 12), 1.234, True]
    sheets = {
        "Vide": [],
        "Appels": [["Titre"], [], ["id", "code", "t", "d", "jour", "le", "n", "oui"], values, [], values],
    }
    raw = open_raw(workbook(tmp_path / "b.xlsx", sheets))
    said = ("12", "0012", "00:02:23", "30:00:00", "2021-09-01", "2021-09-01 12:00:00", "1.2340", "TRUE")
    assert [tuple(cell.removesuffix(" 00:00:00") for cell in row) for row in rows(raw)] == [said, said]
    assert (raw.sheet, raw.blank, raw.line(0), raw.line(1)) == ("Appels", 1, 4, 6)
    assert "'Vide'" in raw.notes[0]


def test_a_sheet_is_chosen_by_name(tmp_path):
    """The named sheet is read; a wrong name is refused with the nearest; an empty one says so."""
    path = workbook(
        tmp_path / "b.xlsx", {"Janvier": [["id", "n"], ["a", 1]], "Février": [["id", "n"], ["b", 2]], "Vide": []}
    )
    assert rows(open_raw(path, "Février")) == [("b", "2")]
    with pytest.raises(SourceError, match="Did you mean 'Janvier'"):
        open_raw(path, "Janvie")
    with pytest.raises(SourceError, match=r"sheet 'Vide' has a header|'Vide'"):
        open_raw(path, "Vide")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_workbook_that_is_damaged_within_is_refused_in_one_line(tmp_path, part):
    """Its outside is whole: that shows only when the sheet is read."""
    whole = workbook(tmp_path / "whole.xlsx", {"Mai": [["id", "n"], ["a", 1]]})
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as packing:
        for name in source.namelist():
            content = source.read(name)
            packing.writestr(name, content[: len(content) // 2] + b"\xff<<" if name == part else content)
    with pytest.raises(SourceError, match="the workbook cannot be read"):
        open_raw(path)


def test_parquet_stays_on_disk(tmp_path):
    """The footer gives rows and columns; a relation scans the file, a column alone is read with its type."""
    pq.write_table(pa.table({"id": [1, 2, 3], "wait": [1.5, None, 3.0]}), tmp_path / "calls.parquet")
    raw = open_raw(tmp_path / "calls.parquet")
    assert (raw.table, raw.rows, raw.columns, raw.line(0)) == (None, 3, ("id", "wait"), 1)
    with duckdb.connect() as connection:
        assert raw.relation(connection).aggregate("sum(wait)").fetchall() == [(4.5,)]
    assert raw.column("id").type == pa.int64()


def test_a_text_table_is_a_relation_too(tmp_path):
    """A CSV answers SQL as Parquet does."""
    with duckdb.connect() as connection:
        found = open_raw(write(tmp_path, GOOD)).relation(connection)
        assert found.filter("nom = 'Zoé'").fetchall() == [("1", "Zoé", "1,5")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("export.csv", b"", "the file is empty"),
        ("export.csv", b"\xef\xbb\xbf \n\n", "the file is empty"),
        ("export.csv", b"id;nom\n", "a header on line 1, and no row"),
        ("export.csv", b"PK\x03\x04 rubbish", "the ending says text, but the file is a zip archive"),
        ("export.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "the ending says text"),
        ("export.csv", b"PAR1....PAR1", "Rename it to .parquet"),
        ("export.xls", b"id\tnom\n1\tx\n", "Rename it to .csv"),
        ("export.xls", b"<html><table></table></html>", "is a web page"),
        ("export.xlsx", b"PK\x03\x04 cut off", "the workbook cannot be read"),
        ("export.parquet", b"PAR1 cut off", "damaged or cut off"),
        ("export.csv.gz", gzip.compress(GOOD.encode() * 99)[:-20], "damaged or cut off"),
        ("export.csv.gz", gzip.compress(b"PAR1....PAR1"), "only text is read from a gzip, and this is Parquet"),
        ("export.csv.gz", gzip.compress(b"id\n1\n")[:4], "damaged or cut off"),
        ("export.json", b"[]", "no list of objects"),
        ("export.json", b'[{"id": 1}, {"id"', "no JSON, or it is cut off"),
        ("export.xml", b"rows", "files ending in '.xml' are not read"),
        ("export.csv", b"id;nom\n1;" + b"x" * (20 << 20) + b"\n2;y\n" * 9, "a record is longer than 8 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, name, content, message):
    """What, where and the remedy stand in one line, whatever is wrong with the file."""
    path = write(tmp_path, content, name)
    with pytest.raises(SourceError, match=re.escape(message)) as refused:
        open_raw(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_names_the_nearest(tmp_path):
    """A misspelt name, a folder and a folder that is not there are told apart."""
    write(tmp_path, GOOD, "calls.csv")
    with pytest.raises(SourceError, match=r"no such file\. Did you mean 'calls\.csv'"):
        open_raw(tmp_path / "call.csv")
    with pytest.raises(SourceError, match="this is a folder"):
        open_raw(tmp_path)
    with pytest.raises(SourceError, match="there is no folder"):
        open_raw(tmp_path / "none" / "calls.csv")
    with pytest.raises(SourceError, match="only a workbook has sheets"):
        open_raw(tmp_path / "calls.csv", "Janvier")


def test_a_gap_in_the_balance_is_a_defect():
    """A table whose rows do not add up to the records counted cannot be made."""
    with pytest.raises(RuntimeError, match="3 records counted, 2 read, 0 set aside"):
        RawTable(path=Path("a.csv"), columns=("x",), rows_read=3, table=pa.table({"x": ["1", "2"]}))
