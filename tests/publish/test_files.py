"""Where a report is written: whole, under a name that every file system takes."""

import pytest

from kpitools.errors import ReportError
from kpitools.project.manifests import file_stem
from kpitools.publish.files import write_whole


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path):
    """A file where a folder should be is the user's to mend."""
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match=r"page\.html cannot be written: "):
        write_whole(tmp_path / "reports" / "2026-10" / "page.html", "")


def test_long_names_of_teams_make_short_names_of_files_that_differ():
    """Two teams whose long names begin alike have a file each."""
    one, other = (file_stem("periodic_report", "x" * 300 + end, "fr") for end in "ab")
    assert one != other
    assert len(one) < 130
