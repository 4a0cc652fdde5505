"""`init` takes a folder or a pattern, and writes a pattern where files follow one: the folder may fill up."""

import tomllib
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools import project
from kpitools.errors import SourceError
from kpitools.sources import read
from kpitools.sources.recognise import recognise

CALLS = "Date,Answered,Wait (s)\n2026-0{n}-05 09:00,Y,5\n2026-0{n}-06 09:00,N,7\n2026-0{n}-07 10:00,Y,{n}\n"


@pytest.fixture
def folder(tmp_path):
    """Return a folder of a project with exports below it, and how to write one there."""
    (tmp_path / "exports").mkdir()

    def write(*names, text=CALLS):
        for n, name in enumerate(names, start=1):
            (tmp_path / "exports" / name).write_text(text.replace("{n}", str(n)))
        return tmp_path / "exports"

    return write


def written(*paths, root):
    """Return the files of each source, as the project file has them."""
    return [source["files"] for source in tomllib.loads(recognise(paths, root).toml)["source"]]


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (("calls_2026-01.csv", "calls_2026-02.csv"), "exports/calls_*.csv"),
        (("appels janvier.csv", "appels juin.csv"), "exports/appels *.csv"),
        (("export.csv", "export (1).csv", "export (2).csv"), "exports/export*.csv"),
        (("Nord.csv", "Sud.csv"), "exports/*.csv"),
        (("week[1].csv", "week[2].csv"), "exports/week[[]*.csv"),
    ],
)
@pytest.mark.parametrize("given", ["the folder", "a pattern", "each file"])
def test_a_file_that_comes_later_is_read_without_an_edit(folder, names, pattern, given):
    """Files with one beginning, or alone in a folder below, are written as a pattern, however they were named."""
    place = folder(*names)
    root = place.parent
    paths = {"the folder": [place], "a pattern": [place / "*.csv"], "each file": [place / name for name in names]}
    assert written(*paths[given], root=root) == [[pattern]]
    (root / project.FILE).write_text(recognise(paths[given], root).toml)
    (place / names[0].replace("1", "3").replace("janvier", "mars").replace("Nord", "Est")).write_text(
        CALLS.replace("{n}", "9")
    )
    assert len(read(project.load(root))["contacts"]) == 3 * (len(names) + (names[0] != "export.csv"))


def test_no_file_that_nobody_named_is_read(folder):
    """A pattern that would fit another file is not written: its numbers were not asked for."""
    place = folder("calls_1.csv", "calls_2.csv", "calls_3.csv")
    some = [place / "calls_1.csv", place / "calls_2.csv"]
    assert written(*some, root=place.parent) == [["exports/calls_1.csv", "exports/calls_2.csv"]]


def test_files_of_another_kind_have_their_own_pattern(folder):
    """What is read as calls is read as nothing else; a file in which nothing is recognised is named as before."""
    folder("calls_1.csv", "calls_2.csv")
    folder("avis_1.csv", "avis_2.csv", text="Date,NPS\n2026-03-0{n},9\n2026-03-04,3\n2026-03-05,10\n")
    place = folder("notes.csv", text="a,b\nx,y\n")
    found = recognise([place], place.parent)
    assert sorted(written(place, root=place.parent)) == [["exports/avis_*.csv"], ["exports/calls_*.csv"]]
    assert list(found.not_recognised) == ["notes.csv"]


def test_what_is_no_export_in_a_folder_is_passed_over(folder):
    """A picture, a hidden file and the lock of an open workbook are none."""
    place = folder("calls_1.csv", "calls_2.csv", "logo.png", ".hidden.csv", "~$calls.xlsx")
    assert written(place, root=place.parent) == [["exports/calls_*.csv"]]


def test_a_folder_or_pattern_without_exports_is_refused_by_its_name(folder):
    """Nothing there is no reason for a traceback."""
    place = folder("logo.png")
    for given in (place, place / "*.csv"):
        with pytest.raises(SourceError, match=rf"{given.name}".replace("*", r"\*")):
            recognise([given], place.parent)


def test_a_parquet_file_that_is_damaged_within_is_named_and_the_others_are_used(folder):
    """Its footer is whole, so that only its rows show it; no traceback comes of it."""
    place = folder()
    for n in (1, 2):
        start = [datetime(2026, n, 1 + day, 9) for day in range(20)]
        pq.write_table(
            pa.table({"Date": start, "Answered": ["Y"] * 20, "Wait": range(20)}), place / f"calls_{n}.parquet"
        )
    data = bytearray((place / "calls_1.parquet").read_bytes())
    data[4:200] = bytes(196)
    (place / "calls_1.parquet").write_bytes(data)
    found = recognise([place], place.parent)
    assert found.not_recognised["calls_1.parquet"].endswith("damaged within. Export it again.")
    assert [account.used for account in found.accounts] == [20]
