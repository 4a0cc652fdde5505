"""A folder that fills up: the files that can be read are used, the others are named, and the run goes on."""

import gzip
import io
import os
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools.errors import SourceError
from kpitools.sources import open_raw, opening, packed, read

PROJECT = """
[project]
timezone = "Europe/Paris"
today = 2026-12-31
[[source]]
files = "calls/FILES"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
wait_s = "wait"
team = "team"
[source.constants]
channel = "phone"
direction = "inbound"
outcome = "answered"
"""
HEADER = "id;start;wait;team\n"


def day(number, rows=4, written="%Y-%m-%d"):
    """Write the export of one day, each call with an id of its own."""
    import datetime as dt  # noqa: PLC0415

    date = (dt.date(2025, 6, 1) + dt.timedelta(days=number)).strftime(written)
    return HEADER + "".join(f"{number}-{row};{date} 10:0{row}:00;{row};Nord\n" for row in range(rows))


@pytest.fixture
def folder(tmp_path):
    """Make a project whose source is a folder, and return it with a function that reads it."""
    (tmp_path / "calls").mkdir()

    def reading(pattern="*.csv", **files):
        (tmp_path / "kpitools.toml").write_text(PROJECT.replace("FILES", pattern), encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / "calls" / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(tmp_path)

    return reading


def left_out(tables):
    """Return the files that are left out with their reasons, in the order of their names."""
    return sorted((one.file, one.reason) for one in tables.accounts[0].files_left_out)


class TestLeftOut:
    """One bad file of many is named, and its rows count nowhere."""

    def test_a_folder_of_500_files_with_three_bad_ones_is_read(self, folder):
        """One broken, one an exact duplicate, one half written: the other 497 are used, the three named."""
        files = {f"d{number:03}__csv": day(number) for number in range(500)}
        files["d017__csv"] = b"PK\x03\x04\x00\x00 this is no text \x00\x01\x02"
        files["d200__csv"] = files["d199__csv"]
        files["d499__csv"] = files["d499__csv"][:-25]
        account = folder(**files).accounts[0]
        assert (account.files, account.read, account.used) == (498, 498 * 4, 497 * 4)
        assert account.excluded == {"identical_file": 4}
        assert [(one.file, one.reason) for one in account.files_left_out] == [
            ("calls/d017.csv", "unreadable"),
            ("calls/d499.csv", "half_written"),
        ]
        said = "\n".join(account.notes)
        assert all(name in said for name in ("d017.csv", "d200.csv", "d499.csv"))
        assert account.balance()["files_left_out"][0] == {"file": "calls/d017.csv", "reason": "unreadable"}

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("", "unreadable"),
            (HEADER, "unreadable"),
            ("number;who\n1;x\n", "other_columns"),
            (day(3).replace("wait", "attente"), "other_columns"),
            (gzip.compress(day(3).encode())[:-9], "unreadable"),
        ],
    )
    def test_each_fault_has_its_reason(self, folder, content, reason):
        """An empty file, a header alone, other columns, a packed file that is cut off: each is told."""
        tables = folder(a__csv=day(1), b__csv=content, c__csv=day(2))
        assert left_out(tables) == [("calls/b.csv", reason)]
        assert tables["contacts"].count("*").fetchall() == [(8,)]

    def test_a_parquet_file_that_is_damaged_within_is_left_out(self, folder):
        """Its footer is whole: that shows only when its cells are read."""
        written = io.BytesIO()
        names, *rows = [line.split(";") for line in day(1).splitlines()]
        pq.write_table(pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))), written)
        damaged = bytearray(written.getvalue())
        damaged[20:60] = b"\xff" * 40
        assert left_out(folder("*", a__csv=day(2), b__parquet=bytes(damaged))) == [("calls/b.parquet", "unreadable")]

    def test_where_no_file_can_be_read_the_first_fault_stops(self, folder):
        """A project file that names a wrong column is refused as ever, with the nearest name."""
        with pytest.raises(SourceError, match=r"There is no column \(for wait_s\) in a\.csv: 'wait'"):
            folder(a__csv=day(1).replace("wait", "waits"), b__csv=day(2).replace("wait", "waits"))
        with pytest.raises(SourceError, match="the file is empty"):
            folder(a__csv="", b__csv="")

    def test_a_copy_of_a_file_that_is_left_out_is_left_out(self, folder):
        """Its rows are not known either, and so not counted as given twice."""
        tables = folder(a__csv=day(1), b__csv=day(2), c__csv=day(3)[:-3], d__csv=day(3)[:-3], e__csv=day(4))
        assert left_out(tables) == [("calls/c.csv", "half_written"), ("calls/d.csv", "half_written")]
        assert (tables.accounts[0].read, tables.accounts[0].excluded) == (12, {})

    def test_no_message_of_the_balance_holds_what_stands_in_a_file(self, folder):
        """A file without a header has persons where names of columns are expected: the page gets a code alone."""
        tables = folder(a__csv=day(1), b__csv="Jean Dupont;0612345678;x;y\nAnne Petit;0699999999;x;y\n")
        assert "Dupont" not in str(tables.accounts[0].balance())


class TestHalfWritten:
    """A file that is still being written would make figures that look whole."""

    def test_a_cut_record_tells(self, folder):
        """Where no file ends with a line end, the one whose last record is cut is left out."""
        tables = folder(a__csv=day(1).rstrip(), b__csv=day(2).rstrip(), c__csv=day(3)[:-22])
        assert left_out(tables) == [("calls/c.csv", "half_written")]

    def test_a_missing_line_end_tells_where_the_others_have_one(self, folder):
        """The last value may be cut: 1 of 12 is no fault that a record shows."""
        assert left_out(folder(a__csv=day(1), b__csv=day(2), c__csv=day(3)[:-1])) == [("calls/c.csv", "half_written")]

    def test_exports_that_never_end_with_a_line_end_are_whole(self, folder):
        """Many programs write none."""
        assert left_out(folder(a__csv=day(1).rstrip(), b__csv=day(2).rstrip())) == []

    def test_a_file_by_itself_is_read_and_its_cut_record_set_aside(self, folder):
        """There is nothing else to go by: the rows that are whole count, and the cut one is accounted for."""
        account = folder(a__csv=day(1)[:-22]).accounts[0]
        assert (account.read, account.used, sum(account.set_aside.values())) == (4, 3, 1)

    def test_a_file_that_changes_while_it_is_read_is_left_out(self, folder, monkeypatch):
        """Somebody writes to it at this moment."""
        whole = opening.open_each

        def growing(path, sheet):
            yield from whole(path, sheet)
            if path.name == "b.csv":
                os.utime(path, ns=(1, 1))

        monkeypatch.setattr(opening, "open_each", growing)
        assert left_out(folder(a__csv=day(1), b__csv=day(2))) == [("calls/b.csv", "half_written")]


class TestAgreement:
    """What one file leaves open, the others of its source decide."""

    def test_a_day_with_an_ambiguous_date_is_read_as_its_neighbours(self, folder):
        """The export of 5 June does not say whether 05/06 is in June or May; that of 13 June does."""
        tables = folder(a__csv=day(4, written="%d/%m/%Y"), b__csv=day(12, written="%d/%m/%Y"))
        days = tables["contacts"].project("date::varchar").distinct().fetchall()
        assert sorted(days) == [("2025-06-05",), ("2025-06-13",)]

    def test_a_year_that_leads_is_seen_over_the_files_of_single_days(self, folder):
        """21-06-05 alone is read as a day of 2005; beside nine other days of June, it is one of 2021."""
        tables = folder(**{f"d{n}__csv": day(n, written="21-%m-%d") for n in range(10)})
        days = tables["contacts"].aggregate("min(date)::varchar, max(date)::varchar, count(*)").fetchall()
        assert days == [("2021-06-01", "2021-06-10", 40)]

    def test_where_neighbours_contradict_each_other_the_file_is_left_out(self, folder):
        """Two dialects in one folder are each read in their own; what shows neither is not guessed."""
        dates = {"a__csv": "%d/%m/%Y", "b__csv": "%m/%d/%Y"}
        files = {name: day(12, written=form).replace("12-", name) for name, form in dates.items()}
        tables = folder(**files, c__csv=day(4, written="%d/%m/%Y"))
        assert left_out(tables) == [("calls/c.csv", "not_understood")]
        assert tables["contacts"].project("date::varchar").distinct().fetchall() == [("2025-06-13",)]

    def test_two_dialects_of_one_export_are_read_together(self, folder):
        """One with semicolons and French dates, one with commas and ISO dates in another alphabet."""
        other = day(2).replace(";", ",").replace("Nord", "Orléans").encode("cp1252")
        tables = folder(a__csv=day(12, written="%d/%m/%Y"), b__csv=other)
        teams = tables["contacts"].aggregate("team, date::varchar, count(*)").fetchall()
        assert sorted(teams) == [("Nord", "2025-06-13", 4), ("Orléans", "2025-06-03", 4)]


def archive(members):
    """Pack files into a zip and return its bytes."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in members.items():
            packing.writestr(name, content)
    return found.getvalue()


class TestPacked:
    """What is packed is read as if it were not."""

    def test_an_archive_of_several_texts_is_read_member_by_member(self, folder):
        """Each file of the archive is one export; what a Mac adds is skipped, what is no text is named."""
        packed_up = {"june/a.csv": day(1), "b.csv": day(2), "c.pdf": b"%PDF", "__MACOSX/._b.csv": b"\0\1"}
        tables = folder("*.zip", all__zip=archive(packed_up))
        account = tables.accounts[0]
        assert (account.files, account.read, account.used) == (2, 8, 8)
        assert left_out(tables) == [("calls/all.zip, c.pdf", "unreadable")]

    def test_gzip_and_zip_and_plain_text_give_the_same_rows(self, tmp_path):
        """An archive of one file is that file."""
        (tmp_path / "a.csv").write_text(day(1), encoding="utf-8")
        (tmp_path / "a.csv.gz").write_bytes(gzip.compress(day(1).encode()))
        (tmp_path / "a.zip").write_bytes(archive({"a.csv": day(1)}))
        plain, *others = (open_raw(tmp_path / name).table for name in ("a.csv", "a.csv.gz", "a.zip"))
        assert all(other.equals(plain) for other in others)

    @pytest.mark.parametrize("at", [6, 10])
    def test_an_archive_with_a_damaged_directory_stops_no_other_file(self, folder, at):
        """A version or a way of packing that is none: the file is named and the run goes on."""
        whole = bytearray(archive({"a.csv": day(1)}))
        whole[whole.rfind(b"PK\1\2") + at] = 99
        assert left_out(folder("*", a__zip=bytes(whole), b__csv=day(2))) == [("calls/a.zip", "unreadable")]

    @pytest.mark.parametrize("kind", ["zip", "gz"])
    def test_a_bomb_is_refused_before_it_fills_the_memory(self, tmp_path, monkeypatch, kind):
        """What unpacks to far more than any export does is refused by its size."""
        monkeypatch.setattr(packed, "SMALL", 1_000_000)
        zeros = bytes(5_000_000)
        path = tmp_path / ("bomb.zip" if kind == "zip" else "bomb.csv.gz")
        path.write_bytes(archive({"a.csv": zeros}) if kind == "zip" else gzip.compress(zeros))
        with pytest.raises(SourceError, match="far larger than an export"):
            open_raw(path)

    def test_a_damaged_archive_is_refused_in_one_line(self, tmp_path):
        """Cut off, empty, with several files where one is asked for: each has its remedy."""
        whole = archive({"a.csv": day(1), "b.csv": day(2)})
        nothing = archive({"__MACOSX/a.csv": ""})
        for content, said in ((whole[:-40], "damaged"), (nothing, "no file"), (whole, "holds 2 files")):
            (tmp_path / "a.zip").write_bytes(content)
            with pytest.raises(SourceError, match=said):
                open_raw(tmp_path / "a.zip")


class TestSheets:
    """Workbooks as people write them."""

    def test_every_sheet_is_read_where_the_project_file_says_so(self, tmp_path):
        """A sheet a month, one of notes: the months are used, the notes named."""
        book = openpyxl.Workbook()
        for number, name in enumerate(("June", "July", "Notes")):
            sheet = book.active if number == 0 else book.create_sheet()
            sheet.title = name
            rows = [["Only a remark"]] if name == "Notes" else [line.split(";") for line in day(number).splitlines()]
            for row in rows:
                sheet.append(row)
        (tmp_path / "calls").mkdir()
        book.save(tmp_path / "calls/year.xlsx")
        (tmp_path / "kpitools.toml").write_text(
            PROJECT.replace("FILES", "*.xlsx").replace('table = "contacts"', 'table = "contacts"\nsheet = "*"'), "utf-8"
        )
        tables = read(tmp_path)
        assert (tables.accounts[0].files, tables.accounts[0].used) == (2, 8)
        assert left_out(tables) == [("calls/year.xlsx, Notes", "unreadable")]

    def test_a_merged_cell_holds_for_all_its_rows(self, folder, tmp_path):
        """A team written once beside its four calls is the team of each."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Appels de juin"])
        sheet.merge_cells("A1:D1")
        for line in day(1).splitlines():
            sheet.append(line.split(";"))
        sheet.merge_cells("D3:D6")
        sheet.append(["Total", None, 6, None])
        book.save(tmp_path / "calls/june.xlsx")
        tables = folder("*.xlsx")
        assert tables["contacts"].aggregate("team, count(*)").fetchall() == [("Nord", 4)]
        assert tables.accounts[0].set_aside == {"no started_at": 1}
