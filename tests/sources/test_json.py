"""JSON and JSON lines become tables of text in which every record is accounted for."""

import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.errors import SourceError
from kpitools.sources.files import open_raw


@pytest.fixture
def opened(tmp_path):
    """Write a file and open it as a raw table."""

    def write(content, name="export.json", sheet=None):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_raw(path, sheet)

    return write


def test_what_lies_deeper_has_the_path_as_its_name(opened):
    """Objects are flattened; truth values, numbers and nothing are written as in CSV."""
    raw = opened('[{"id": 7, "via": {"channel": "web", "source": {"rel": null}}, "public": true, "share": 0.10}]')
    assert raw.table.to_pylist() == [
        {"id": "7", "via.channel": "web", "via.source.rel": "", "public": "true", "share": "0.10"}
    ]


def test_lists_of_values_and_of_named_values(opened):
    """Plain values are one text, named values columns of their own, other lists stay as they are."""
    raw = opened(
        '[{"tags": ["a", "b"], "fields": [{"id": 11, "value": "x"}, {"id": 12, "value": null}],'
        ' "parts": [{"t": 1}, {"t": 1}]}]'
    )
    assert raw.table.to_pylist() == [
        {"tags": "a, b", "fields.11": "x", "fields.12": "", "parts": '[{"t": "1"}, {"t": "1"}]'}
    ]


def test_a_value_that_some_objects_lack_is_empty(opened):
    """Columns are those of all objects, in the order in which they are met."""
    raw = opened('[{"a": 1}, {"b": 2}]')
    assert raw.columns == ("a", "b")
    assert raw.table.to_pylist() == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


def test_the_list_is_found_wherever_it_lies(opened):
    """An answer of an API wraps its rows: the first list of objects is read, and others are named."""
    text = '{"count": 2, "data": {"payload": [{"id": 1}, {"id": 2}]}, "users": [{"id": 9}], "ids": [1, 2]}'
    raw = opened(text)
    assert (raw.sheet, raw.rows) == ("data.payload", 2)
    assert raw.notes == ("List 'data.payload' is read; not read: 'users'.",)
    assert opened(text, sheet="users").table.to_pylist() == [{"id": "9"}]
    with pytest.raises(SourceError, match="Did you mean 'users'"):
        opened(text, sheet="user")


def test_a_row_of_a_list_is_named_by_its_number(opened):
    """A place in a document is no cell of a sheet; rows of lines and of a bare list are counted."""
    assert opened('{"data": {"calls": [{"id": 1}, {"id": 2}]}}').place("id", 2) == "data.calls[2]"
    assert opened('[{"id": 1}]').place("id", 1) == opened('{"id": 1}', name="e.jsonl").place("id", 1) == ""


def test_a_line_that_is_no_object_is_set_aside_with_its_place(opened):
    """One broken line takes no other with it; blank lines are no records."""
    raw = opened('{"id": 1}\n\n{"id": \n[1]\n{"id": 2}\n', name="export.jsonl")
    assert raw.table["id"].to_pylist() == ["1", "2"]
    assert [(row.line, row.reason) for row in raw.set_aside] == [(3, "no JSON object"), (4, "no JSON object")]
    assert (raw.rows_read, [raw.line(row) for row in range(raw.rows)]) == (4, [1, 5])


@pytest.mark.parametrize("between", ["", "\n", " \r\n\r\n"])
@pytest.mark.parametrize("name", ["export.json", "export.jsonl", "export.json.gz", "export.jsonl.gz", "export.zip"])
def test_objects_behind_each_other_are_rows_under_any_name(opened, name, between):
    """A stream writes records with or without line ends; a gzip or a zip of it is read as what lies in it."""
    content = between.join(['{"id": 1, "in": {"a": "x"}}', '{"id": 2}', '{"id": 3}']).encode()
    if name.endswith(".gz"):
        content = gzip.compress(content)
    if name.endswith(".zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("export.json", content)
        content = packed.getvalue()
    assert opened(content, name).table.to_pylist() == [
        {"id": "1", "in.a": "x"}, {"id": "2", "in.a": None}, {"id": "3", "in.a": None}
    ]  # fmt: skip


def test_a_mark_of_order_and_other_encodings_are_read(opened):
    """A file that a Windows program wrote is read as any other."""
    text = '[{"équipe": "Nord"}]'
    for written in (text.encode("utf-8-sig"), text.encode("utf-16")):
        assert opened(written).table.to_pylist() == [{"équipe": "Nord"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"id": 1}, {"id"', "no JSON, or it is cut off"),
        ('{"ids": [1, 2, 3]}', "no list of objects"),
        ("[]", "no list of objects"),
        ("hello", "no JSON"),
    ],
)
def test_what_holds_no_rows_is_refused(opened, content, message):
    """The message says what is wrong, in one line."""
    with pytest.raises(SourceError, match=message):
        opened(content)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
OBJECTS = st.dictionaries(st.text("abc", min_size=1, max_size=2), VALUES, min_size=1, max_size=4)


@given(st.lists(OBJECTS, min_size=1, max_size=8))
def test_a_document_and_its_lines_are_the_same_table(tmp_path_factory, rows):
    """Whatever the objects hold, each is one row, whichever way they are written."""
    folder = tmp_path_factory.mktemp("json")
    (folder / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    whole, lines = open_raw(folder / "a.json"), open_raw(folder / "a.jsonl")
    assert whole.table.equals(lines.table)
    assert whole.rows == len(rows)
