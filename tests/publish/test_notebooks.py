"""Notebooks are found by name."""

import pytest

from kpitools.errors import ReportError
from kpitools.publish import notebooks
from kpitools.publish.notebooks import find_notebook, list_notebooks
from kpitools.publish.own import own_copy
from kpitools.publish.parameters import parameters


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A project with notebooks of its own, beside those that came with kpitools."""
    packaged, own = tmp_path / "packaged", tmp_path / "project" / "notebooks"
    for folder, names in ((packaged, ("periodic_report", "shared")), (own, ("shared", "weekly", "_draft"))):
        folder.mkdir(parents=True)
        for name in names:
            (folder / f"{name}.ipynb").touch()
    monkeypatch.setattr(notebooks, "data_folder", lambda name: {"notebooks": packaged}[name])
    return packaged, own


def test_the_own_notebook_hides_a_packaged_one(folders):
    """Both folders count, the project's first; drafts do not."""
    packaged, own = folders
    assert list_notebooks(own.parent) == {
        "periodic_report": packaged / "periodic_report.ipynb",
        "shared": own / "shared.ipynb",
        "weekly": own / "weekly.ipynb",
    }


@pytest.mark.parametrize("name", ["weekly", "weekly.ipynb"])
def test_the_ending_may_be_given(folders, name):
    """A name with or without `.ipynb` is the same notebook."""
    assert find_notebook(name, folders[1].parent) == folders[1] / "weekly.ipynb"


@pytest.mark.usefixtures("folders")
def test_an_unknown_name_is_refused_with_the_nearest(tmp_path):
    """A project without notebooks still has the packaged ones."""
    with pytest.raises(ReportError, match=r"no notebook 'period_report'\. Did you mean 'periodic_report'"):
        find_notebook("period_report", tmp_path / "elsewhere")


def test_the_analyst_s_copy_begins_in_the_language_of_the_project(tmp_path):
    """A new copy has the language as its parameter; one that is there already stays as the analyst left it."""
    own = own_copy("explore", tmp_path, "fr")
    (language,) = [each for each in parameters(own) if each.name == "language"]
    assert language.default == "fr"
    own.write_text("changed", encoding="utf-8")
    assert own_copy("explore", tmp_path, "en").read_text(encoding="utf-8") == "changed"
