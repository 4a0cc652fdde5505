"""The key of the pseudonyms: outside every project, its owner's alone, and never shown."""

import os

import pytest

from kpitools.errors import SourceError
from kpitools.sources import pseudonyms


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    """Make a user without a key."""
    monkeypatch.delenv("KPITOOLS_KEY")
    monkeypatch.delenv("APPDATA", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return pseudonyms.key_file()


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_key_is_refused(monkeypatch, blank):
    """A variable that is set to nothing would make pseudonyms that anybody can retrace."""
    monkeypatch.setenv("KPITOOLS_KEY", blank)
    with pytest.raises(SourceError, match="set and empty"):
        pseudonyms.key()


def test_an_empty_key_file_is_refused(key_file):
    """A file that a crash left empty is no key."""
    key_file.parent.mkdir(parents=True)
    key_file.touch(0o600)
    with pytest.raises(SourceError, match="Delete the file"):
        pseudonyms.key()


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_a_key_that_others_can_read_is_refused_and_not_shown(key_file):
    """The message names the file and the remedy, and does not hold the key."""
    key = pseudonyms.key().decode()
    key_file.chmod(0o644)
    with pytest.raises(SourceError, match="chmod 600") as wrong:
        pseudonyms.key()
    assert key not in str(wrong.value)


def test_the_key_made_at_first_use_stays(key_file):
    """The second reading gives the key of the first: 64 hexadecimal digits."""
    first = pseudonyms.key()
    assert len(bytes.fromhex(first.decode())) == 32
    assert pseudonyms.key() == first
    assert key_file.is_file()
