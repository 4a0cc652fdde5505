"""A delimited file is read as it lies on disk and counted meanwhile; what the first lines do not show is found too."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitools.sources import delimited, records
from kpitools.sources.files import open_raw
from kpitools.sources.records import index
from kpitools.sources.texts import Text


@settings(max_examples=300, deadline=None)
@given(st.text('a",\n\r', min_size=1, max_size=24), st.integers(1, 9))
def test_records_are_counted_alike_in_blocks_of_any_size(text, size):
    """Where a block of the file ends decides nothing: not between CR and LF, not within quotes."""
    whole = Text(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kpitools.sources.texts._BLOCK", size)
        cut = list(whole.blocks(0))
    one, many = (index(blocks, ",", '"', 1) for blocks in ([text.encode()], cut))
    assert b"".join(cut) == text.encode()
    assert many.lines.tolist() == one.lines.tolist()
    assert (many.blank, many.sound, many.broken, many.closed) == (one.blank, one.sound, one.broken, one.closed)


@settings(max_examples=300, deadline=None)
@given(st.text('a",\n\r', min_size=1, max_size=24))
def test_records_are_those_of_the_state_machine_of_the_format(text):
    """A record ends at a line end outside quotes; those that start with one are blank."""
    quoted, line, begins, lines, blank = False, 1, True, [], 0
    for place, character in enumerate(text):
        if begins:
            blank, lines = (blank + 1, lines) if character in "\r\n" else (blank, [*lines, line])
        begins = False
        quoted ^= character == '"'
        if character == "\n" or (character == "\r" and text[place + 1 : place + 2] != "\n"):
            line, begins = line + 1, not quoted
    found = index([text.encode()], ",", '"', 1)
    assert (found.lines.tolist(), found.blank) == (lines, blank)


HEAD = "id;nom;note\n" + "".join(f"{n};Zoé {n};{n % 11}\n" for n in range(9000))
"""More than is looked at to find out how a file is written."""


def opened(folder, content):
    """Open a file of these bytes."""
    path = folder / "export.csv"
    path.write_bytes(content)
    return open_raw(path)


def last(raw, count=1):
    """Return the last rows, each with its line."""
    return [(raw.line(at), *raw.table.slice(at, 1).to_pylist()[0].values()) for at in range(raw.rows - count, raw.rows)]


@pytest.mark.parametrize(
    ("end", "row"),
    [
        ("9000;Éric;3\n", (9002, "9000", "Éric", "3")),
        ("9000;Éric;3", (9002, "9000", "Éric", "3")),
        ('9000;"Éric\r\nou; Zoé";3\n', (9002, "9000", "Éric\r\nou; Zoé", "3")),
        ("\n;;\n9000;Éric;3\n\n", (9004, "9000", "Éric", "3")),
        ("9000;Éric;3\r\n", (9002, "9000", "Éric", "3")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_stands_far_below_is_read_in_every_encoding(tmp_path, end, row, encoding):
    """The only quotes, line breaks and blank lines of a file are behind its first lines."""
    raw = opened(tmp_path, (HEAD + end).encode(encoding))
    assert (raw.rows, raw.set_aside, raw.dialect.encoding) == (
        9001,
        (),
        encoding.replace("-sig", "").replace("16", "16-le"),
    )
    assert last(raw) == [row]


def test_an_alphabet_that_shows_only_far_below_is_found(tmp_path):
    """Where the first letter with an accent stands decides nothing."""
    plain = HEAD.replace("Zoé", "Zoe")
    raw = opened(tmp_path, (plain + "9000;Éric;3\n").encode("cp1252"))
    assert (raw.dialect.encoding, raw.rows, last(raw)) == ("cp1252", 9001, [(9002, "9000", "Éric", "3")])


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"9000;Z\0;3\n", "a NUL byte"),
        (b'9000;"Zo;3\n', "a quote that is not closed"),
        (b"9000;Zo;3;4\n", "4 fields where the header has 3"),
        (b"9000;Zo\xe9;3\n", "not in the encoding of the rest"),
    ],
)
def test_a_record_broken_far_below_is_set_aside_alone(tmp_path, broken, reason):
    """The rows before and behind it are read, and its line is told."""
    raw = opened(tmp_path, HEAD.encode() + broken + "9001;Éric;3\n".encode())
    assert [(row.line, row.reason[: len(reason)]) for row in raw.set_aside] == [(9002, reason)]
    assert (raw.rows_read, raw.rows, last(raw)) == (9002, 9001, [(9003, "9001", "Éric", "3")])


def test_packed_and_plain_are_the_same_table(tmp_path):
    """What has to be read from memory gives the table of the file as it lies."""
    plain, packed = opened(tmp_path, HEAD.encode()), opened(tmp_path, gzip.compress(HEAD.encode()))
    assert plain.table.equals(packed.table)
    assert (plain.lines, plain.dialect, plain.closed) == (packed.lines, packed.dialect, packed.closed)


@pytest.mark.parametrize("when", ["before it is counted", "when it was counted"])
@pytest.mark.parametrize("more", [b"9000;Zo\xc3\xa9;3\n", b"9000;Zo"])
def test_a_file_that_grows_while_it_is_read_keeps_its_balance(tmp_path, monkeypatch, when, more):
    """Rows that another program adds meanwhile are read whole or set aside; none is half in the table."""
    counting = records.index

    def meanwhile(*given):
        monkeypatch.setattr(records, "index", counting)
        if when == "when it was counted":
            counted = counting(*given)
        with (tmp_path / "export.csv").open("ab") as file:
            file.write(more)
        return counted if when == "when it was counted" else counting(*given)

    monkeypatch.setattr(delimited.records, "index", meanwhile)
    raw = opened(tmp_path, HEAD.encode())
    assert raw.rows_read == 9001
    assert [row.line for row in raw.set_aside] == ([9002] if more == b"9000;Zo" else [])


def test_the_first_lines_end_at_a_line_end_of_any_kind(tmp_path):
    """In a file of CR alone, the only LF is within the quoted header."""
    text = 'id;"nom\nde famille";note\r' + HEAD.partition("\n")[2].replace("\n", "\r")
    raw = opened(tmp_path, text.encode())
    assert (raw.columns, raw.rows, raw.line(0)) == (("id", "nom de famille", "note"), 9000, 3)


def test_a_damaged_header_moves_no_row(tmp_path):
    """The rows begin where the header's line ends, whatever it is taken for."""
    raw = opened(tmp_path, HEAD.encode().replace(b"nom", b"pr\xe9nom\xe9"))
    assert raw.table.slice(0, 1).to_pylist()[0][raw.columns[0]] == "0"
    assert (raw.rows_read, raw.rows, raw.line(0)) == (9000, 9000, 2)
