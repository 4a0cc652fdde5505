"""Known systems on the command line: the list of them, and a project that names one."""

import json
from pathlib import Path

from kpitools.cli import main

SAMPLE = Path(__file__).parents[1] / "sources/systems/aircall_calls.csv"


def test_the_list_says_what_was_checked(capsys):
    """Every export of every system has a line: its table, and whether a real file or documents stand behind it."""
    assert main(["list", "systems", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len({tuple(row) for row in rows}) == 1, "every row has the same keys"
    assert {"table", "aircall", "zendesk", "asterisk"} <= {row["system"] for row in rows}
    assert all(row["checked"] for row in rows)


def test_a_project_of_a_known_system_needs_no_columns(capsys, tmp_path):
    """`check` reads the export, and names the row with a code that the system was not known to write."""
    project = f'[[source]]\nfiles = "{SAMPLE.as_posix()}"\nsystem = "aircall"\n'
    (tmp_path / "kpitools.toml").write_text(project, encoding="utf-8")
    main(["check", "--project", str(tmp_path)])
    shown = capsys.readouterr()
    assert "robot_at_the_door" in shown.out + shown.err
