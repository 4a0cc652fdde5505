"""The command line: data to stdout, messages to stderr, exit codes, and one clear line for what a user can mend."""

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from kpitools.cli import main
from kpitools.cli.reporting import _say_passed_over
from kpitools.publish.batch import Job, Outcome

TOML = """
[project]
name = "Test"
today = 2026-08-15
[[source]]
files = "calls.csv"
table = "contacts"
[source.columns]
contact_id = "id"
started_at = "start"
outcome = "result"
wait_s = "wait"
team = "team"
[source.constants]
channel = "phone"
direction = "inbound"
[source.values.outcome]
answered = "Y"
abandoned = "N"
"""
CALLS = "id,start,result,wait,team\n" + "".join(
    f"{month}-{n},2026-{month:02d}-{n:02d} 10:00,{'N' if n % 10 == 0 else 'Y'},{n},Nord\n"
    for month in (6, 7)
    for n in range(1, 31)
)


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self):
        """Say that a person sits there."""
        return True


@pytest.fixture
def project(tmp_path):
    """A project of two months of calls, one in ten of them abandoned."""
    (tmp_path / "kpitools.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(project, capsys):
    """Run a command on the project; return its exit code, its data and its messages."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, "--project", str(project)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


class TestFormats:
    """Every format has the same numbers."""

    def test_json_is_one_array_of_rows_in_the_stated_columns(self, run):
        """27 of 30 calls were answered in June, and Wilson's interval stands beside."""
        code, out, err = run("measure", "--kpi", "answer_rate", "--period", "2026-06", "--format", "json")
        (row,) = json.loads(out)
        assert (code, err) == (0, "")
        assert list(row) == [
            "kpi", "definition", "statistic", "unit", "period", "start", "end", "complete",
            "category", "value", "low", "high", "n", "numerator", "denominator", "excluded", "suppressed", "reason",
        ]  # fmt: skip
        assert (row["value"], row["n"], row["numerator"], row["complete"]) == (0.9, 30, 27, True)
        assert row["low"] < 0.9 < row["high"]

    def test_csv_and_parquet_say_what_json_says(self, run, project):
        """The same rows, to the last digit."""
        rows = json.loads(run("measure", "--by", "team", "--format", "json")[1])
        written = list(csv.DictReader(io.StringIO(run("measure", "--by", "team", "--format", "csv")[1])))
        run("measure", "--by", "team", "--format", "parquet", "--output", str(project / "m.parquet"))
        assert pq.read_table(project / "m.parquet").to_pylist() == rows
        assert [line["value"] for line in written] == ["" if r["value"] is None else repr(r["value"]) for r in rows]
        assert {row["team"] for row in rows if row["value"] is not None} == {"Nord"}

    def test_a_table_is_for_reading(self, run):
        """The table shows value and n; columns that are empty throughout are left out."""
        _, out, _ = run("measure", "--kpi", "answer_rate", "--period", "2026-06")
        assert "0.9" in out
        assert "channel" not in out

    def test_findings_hold_the_month_against_the_one_before(self, run):
        """July is compared with June; nothing moved, so nothing is claimed."""
        _, out, _ = run("compare", "--period", "2026-07", "--format", "json")
        rows = [r for r in json.loads(out) if r["kpi"] == "answer_rate" and r["against"] == "previous"]
        assert [(row["reference_id"], row["difference"], row["verdict"]) for row in rows] == [("2026-06", 0.0, None)]

    def test_findings_hold_teams_against_each_other(self, run, project):
        """Of 200 calls each Nord answers 90 %, Sud 50 %: one lies above, one below; --team asks for one of them."""
        calls = "".join(
            f"{team}{n},2026-06-{n % 30 + 1:02d} 10:00,{'N' if n % of == 0 else 'Y'},5,{team}\n"
            for team, of in (("Nord", 10), ("Sud", 2))
            for n in range(200)
        )
        (project / "calls.csv").write_text(CALLS.splitlines()[0] + "\n" + calls, encoding="utf-8")

        def peers(*more):
            rows = json.loads(run("compare", "--period", "2026-06", "--format", "json", *more)[1])
            mine = [row for row in rows if (row["kpi"], row["against"]) == ("answer_rate", "peers")]
            return {row["team"]: (row["value"], row["n"], row["reference_id"], row["verdict"]) for row in mine}

        assert peers() == {"Nord": (0.9, 200, "team", "above"), "Sud": (0.5, 200, "team", "below")}
        assert set(peers("--team", "Sud")) == {"Sud"}

    @pytest.mark.parametrize("what", ["kpis", "benchmarks", "systems", "notebooks"])
    def test_lists_are_arrays(self, run, what):
        """Each list is one JSON array, and a table."""
        assert json.loads(run("list", what, "--format", "json")[1])
        assert run("list", what)[0] == 0


class TestCheck:
    """`check` accounts for every row."""

    def test_each_problem_has_file_line_column_value_and_reason(self, run, project):
        """The balance is on stdout, each problem on stderr; `--set-aside` writes the raw rows for their owner alone."""
        broken = "x,2026-07-32 10:00,Y,1,Nord\ny,2026-07-01 10:00,Y,-1,Nord\n1-1,2026-06-01 11:00,Y,1,Nord\n"
        (project / "calls.csv").write_text(CALLS + broken, encoding="utf-8")
        code, out, err = run("check", "--format", "json", "--set-aside", str(project / "aside.csv"))
        (account,) = json.loads(out)
        assert code == 0
        assert account["read"] == 63 == account["used"] + sum(account["set_aside"].values())
        assert [(p["line"], p["column"]) for p in account["problems"]] == [(62, "start"), (63, "wait")]
        assert "aside.csv" in err
        with (project / "aside.csv").open(encoding="utf-8", newline="") as file:
            assert [row["value"] for row in csv.DictReader(file)] == ["2026-07-32 10:00", "'-1"]
        assert stat.S_IMODE((project / "aside.csv").stat().st_mode) & 0o077 == 0


class TestRefusals:
    """What a user can mend: one line, exit 2, no traceback."""

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('files = "calls.csv"', 'files = "call.csv"', "Did you mean 'calls.csv'?"),
            ('wait_s = "wait"', 'wait_s = "waiting"', "Did you mean 'wait'?"),
            ('wait_s = "wait"', 'wait = "wait"', "Did you mean 'wait_s'?"),
            ('table = "contacts"', 'table = "contact"', "Did you mean 'contacts'?"),
            ('table = "contacts"', 'tabel = "contacts"', "Did you mean 'table'?"),
            ('files = "calls.csv"', 'files = "calls.csv"\nsheet = "March"', "only a workbook has sheets"),
            ("today = 2026-08-15", 'timezone = "Europe/Pari"', "Did you mean 'Europe/Paris'?"),
            ('name = "Test"', 'name = "Test', "not valid TOML"),
            ('answered = "Y"', 'answred = "Y"', "Did you mean 'answered'?"),
        ],
    )
    def test_a_fault_of_the_project_file(self, run, project, old, new, said):
        """The message names the key or value and the nearest right one."""
        (project / "kpitools.toml").write_text(TOML.replace(old, new), encoding="utf-8")
        code, out, err = run("check")
        assert (code, out) == (2, "")
        assert len(err.strip().splitlines()) == 1
        assert said in err

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["measure", "--kpi", "anser_rate"], "Did you mean 'answer_rate'?"),
            (["measure", "--kpi", "service_level:"], "There is no definition of service_level ''."),
            (["measure", "--team", ""], "--team is empty."),
            (["compare", "--team", " "], "--team is empty."),
            (["report", "--team", ""], "--team is empty."),
            (["measure", "--every", "fortnight"], "Known: day, fiscal_year, month, quarter, week, year."),
            (["measure", "--by", "adviser"], "channel, request_type, team"),
            (["measure", "--period", "2027-01"], "from 2026-06-01 to 2026-07-30"),
            (["measure", "--period", "June"], "2026-10"),
            (["compare", "--team", "Nrod"], "Did you mean 'Nord'?"),
            (["compare", "--period", "2025-01"], "2026-06"),
            (["list", "kpi"], "Did you mean 'kpis'?"),
            (["report", "--language", "de"], "Known: en, fr."),
            (["report", "--parameter", "perod=2026-06"], "Did you mean 'period'?"),
        ],
    )
    def test_an_impossible_value(self, run, arguments, said):
        """The message names the value and the nearest possible one."""
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert len(err.strip().splitlines()) == 1
        assert said in err

    def test_a_target_for_a_team_that_no_row_names(self, run, project):
        """A misspelt team would leave the target out in silence; it is refused with the nearest."""
        target = '[[target]]\nkpi = "answer_rate"\nvalue = 0.9\nteam = "Nrod"\n'
        (project / "kpitools.toml").write_text(TOML + target, encoding="utf-8")
        code, _, err = run("compare", "--period", "2026-06")
        assert code == 2
        assert "team of a target 'Nrod'. Did you mean 'Nord'?" in err

    @pytest.mark.parametrize("content", ["", "\n\n", "id,start,result,wait,team\n"])
    def test_an_empty_file(self, run, project, content):
        """Nothing, blank lines or a header alone are no data, and no report comes of it."""
        (project / "calls.csv").write_text(content, encoding="utf-8")
        code, _, err = run("measure")
        assert code == 2
        assert len(err.strip().splitlines()) == 1

    def test_a_folder_without_a_project(self, tmp_path_factory, capsys):
        """The message says how to make one."""
        assert main(["check", "--project", str(tmp_path_factory.mktemp("empty"))]) == 2
        assert "kpitools init FILES..." in capsys.readouterr().err

    def test_an_unknown_command_or_option(self, capsys):
        """The command line's own faults exit with 2 and name the nearest."""
        assert main(["mesure"]) == 2
        assert main(["measure", "--perod", "2026"]) == 2
        assert "--period" in capsys.readouterr().err


@pytest.mark.parametrize("own", ["calls.csv", "kpitools.toml"])
@pytest.mark.parametrize("options", [("check", "--set-aside"), ("measure", "--format", "csv", "--output")])
def test_what_the_project_is_read_from_is_never_written_over(run, project, own, options):
    """An export given as the output by mistake is refused, and still there."""
    before = (project / own).read_bytes()
    code, out, said = run(*options, str(project / own))
    assert (code, out) == (2, "")
    assert "write to another file" in said
    assert (project / own).read_bytes() == before


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize("place", ["", "nowhere/out"])
def test_a_place_that_cannot_be_written_is_said_in_one_line(run, project, form, place):
    """A folder, or a file in a folder that is not there, is no place for rows."""
    code, _, said = run("measure", "--format", form, "--output", str(project / place))
    assert code == 2
    assert re.fullmatch(r"kpitools: .* cannot be written: .*\.\n", said)


def test_a_team_that_no_row_names_is_refused(run):
    """Rows without numbers would say that the team did nothing."""
    code, out, said = run("measure", "--team", "Nrod")
    assert (code, out) == (2, "")
    assert "There is no team 'Nrod'. Did you mean 'Nord'?" in said


def test_a_segment_that_no_export_has_is_said_to_be_missing(run):
    """Every row says which column lacks; none has a number."""
    code, out, _ = run("measure", "--by", "request_type", "--kpi", "answer_rate", "--format", "json")
    assert code == 0
    assert {(row["request_type"], row["value"], row["reason"]) for row in json.loads(out)} == {
        (None, None, "missing_column:request_type")
    }


def test_a_segment_asked_twice_is_one_segment(run):
    """Nothing is split by the same key twice."""
    assert run("measure", "--by", "team,team", "--by", "team", "--format", "csv") == run(
        "measure", "--by", "team", "--format", "csv"
    )


def test_a_period_that_is_not_over_says_so(run, project):
    """August runs: its row says that it is not complete, and no verdict is given."""
    (project / "calls.csv").write_text(CALLS + "8-1,2026-08-03 10:00,Y,1,Nord\n", encoding="utf-8")
    (row,) = json.loads(run("measure", "--kpi", "answer_rate", "--period", "2026-08", "--format", "json")[1])
    assert row["complete"] is False
    findings = json.loads(run("compare", "--period", "2026-08", "--format", "json")[1])
    assert {f["verdict"] for f in findings} == {None}
    assert "incomplete" in {f["why"] for f in findings}


class TestInit:
    """`init` writes a project file from the exports alone."""

    def test_a_column_that_is_damaged_within_a_parquet_file_is_one_line(self, run, project):
        """Only the numbers that need it meet it; which file to export again is said without a traceback."""
        path = project / "calls.parquet"
        pq.write_table(pacsv.read_csv(project / "calls.csv"), path, compression="snappy", use_dictionary=False)
        with pq.ParquetFile(path) as file:
            columns = [file.metadata.row_group(0).column(at) for at in range(file.metadata.num_columns)]
        wait = next(column for column in columns if column.path_in_schema == "wait")
        data = bytearray(path.read_bytes())
        data[wait.data_page_offset + 40 : wait.data_page_offset + wait.total_compressed_size] = bytes(
            wait.total_compressed_size - 40
        )
        path.write_bytes(data)
        (project / "kpitools.toml").write_text(TOML.replace("calls.csv", "calls.parquet"))
        code, _, said = run("measure", "--kpi", "wait_time")
        assert (code, said.count("\n")) == (2, 1)
        assert said.startswith(f"kpitools: {path}: ")
        assert "Export it again" in said

    def test_an_export_is_understood_and_measured(self, tmp_path, monkeypatch, capsys):
        """A call export with French headers gives its answer rate with nothing else said."""
        monkeypatch.chdir(tmp_path)
        lines = [
            f"{n};{1 + n % 28:02d}/07/2026;09:{n % 60:02d}:00;{'Non' if n % 5 == 0 else 'Oui'};{n % 90};00:0{n % 9}:10"
            for n in range(200)
        ]
        head = "N° appel;Date;Heure;Décroché;Attente (secondes);Durée de conversation"
        (tmp_path / "appels.csv").write_text("\n".join([head, *lines]), encoding="cp1252")
        assert main(["init", "appels.csv"]) == 0
        said = capsys.readouterr().err
        assert "200 rows read = 200 used" in said
        assert "appels.csv → contacts: assumed: All contacts are taken as inbound. (direction_inbound)" in said
        assert "project: assumed: Times are taken as UTC. (timezone_utc)" in said
        assert len(re.findall("for want of surveys", said)) == 1  # csat and nps lack the same: one line
        assert "Next: kpitools check" in said
        assert main(["measure", "--kpi", "answer_rate", "--period", "2026-07", "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["value"] == 0.8
        assert main(["init", "appels.csv"]) == 2
        assert "--force" in capsys.readouterr().err

    def test_what_decides_a_number_is_not_guessed(self, tmp_path, monkeypatch, capsys):
        """Day/month or month/day: without a terminal the line to add is named, and the exit code is 2."""
        monkeypatch.chdir(tmp_path)
        lines = [f"{n},0{1 + n % 9}/0{1 + n % 7}/2026 10:00,Y,{n}" for n in range(60)]
        (tmp_path / "calls.csv").write_text("\n".join(["Call id,Date,Answered,Wait seconds", *lines]))
        assert main(["init", "calls.csv"]) == 2
        said = capsys.readouterr().err
        assert re.search(r'started_at = "(day|month) first"', said)
        assert "Next:" not in said

    def test_on_a_terminal_it_is_asked_until_the_answer_is_a_choice(self, tmp_path, monkeypatch, capsys):
        """A wrong answer is named with the right ones; what two tables ask of one column is asked once."""
        monkeypatch.chdir(tmp_path)
        lines = [f"{n},0{1 + n % 9}/0{1 + n % 7}/2026 10:00,Y,{n},{1 + n % 5}" for n in range(60)]
        (tmp_path / "calls.csv").write_text("\n".join(["Call id,Date,Answered,Wait seconds,Satisfaction", *lines]))
        monkeypatch.setattr(sys, "stdin", Terminal("tomorrow\n\nMonth first\n"))
        assert main(["init", "calls.csv"]) == 0
        told = capsys.readouterr()
        assert told.err.count("is the day or the month written first") == 3
        assert "There is no answer 'tomorrow'. Known: day first, month first." in told.err
        assert (tmp_path / "kpitools.toml").read_text("utf-8").count('_at = "month first"') == 2

    def test_who_stops_at_a_question_has_no_project_file(self, tmp_path, monkeypatch, capsys):
        """Nothing half decided is written; the exit code is that of a program that was stopped."""
        monkeypatch.chdir(tmp_path)
        lines = [f"{n},0{1 + n % 9}/0{1 + n % 7}/2026 10:00,Y,{n}" for n in range(60)]
        (tmp_path / "calls.csv").write_text("\n".join(["Call id,Date,Answered,Wait seconds", *lines]))
        monkeypatch.setattr(sys, "stdin", Terminal(""))
        assert main(["init", "calls.csv"]) == 130
        assert "stopped" in capsys.readouterr().err
        assert not (tmp_path / "kpitools.toml").exists()


class TestListWithoutDates:
    """Customers as they stood one day: what they allow is measured, of no period, and a report is refused."""

    @pytest.fixture(autouse=True)
    def said(self, tmp_path, monkeypatch, capsys):
        """Return what `init` says of the list."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("KPITOOLS_KEY", "a key for tests")
        rows = [f"C{n},{'Monthly' if n <= 30 else 'Yearly'},{'Yes' if n in (1, 2, 3, 31) else 'No'}" for n in range(40)]
        (tmp_path / "list.csv").write_text("\n".join(["customerID,Contract,Churn", *rows, ""]))
        assert main(["init", "list.csv"]) == 0
        return capsys.readouterr().err

    def rows(self, capsys, *arguments):
        """Return the rows that `measure` writes."""
        assert main(["measure", "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    def test_init_says_what_it_allows(self, said):
        """Two KPIs, the assumption that they rest on, and what a report would need."""
        assert "Can be measured: churn_rate, retention_rate\n" in said
        assert "(snapshot_without_dates)" in said
        assert "Next: kpitools check, then kpitools measure (a report needs customers.started_at)" in said

    def test_measure_gives_one_undated_row(self, capsys):
        """4 of 40 left: 10 %, with the interval that Wilson's formula gives by hand, and no period."""
        (row,) = self.rows(capsys, "--kpi", "churn_rate")
        assert (row["value"], row["numerator"], row["n"]) == (0.1, 4, 40)
        assert [row[name] for name in ("period", "start", "end", "complete")] == [None, None, None, False]
        z = 1.959964
        centre, half = (4 + z**2 / 2) / (40 + z**2), z / (40 + z**2) * (4 * 36 / 40 + z**2 / 4) ** 0.5
        assert (row["low"], row["high"]) == pytest.approx((centre - half, centre + half), abs=1e-6)

    def test_what_it_does_not_allow_says_why(self, capsys):
        """Every KPI has its row, and one without a value its reason."""
        rows = self.rows(capsys)
        assert {row["kpi"] for row in rows if row["value"] is not None} == {"churn_rate", "retention_rate"}
        assert {row["period"] for row in rows} == {None}
        assert all(row["reason"] for row in rows if row["value"] is None)

    def test_segments_of_its_own_tell_customers_apart(self, tmp_path, capsys):
        """By contract: 3 of 31 and 1 of 9; a minimum group above nine hides both, for one is the rest of the other."""
        path = tmp_path / "kpitools.toml"
        text = path.read_text().replace(
            "\n[definitions]", '\n[source.segments]\ncontract = "Contract"\n\n[definitions]'
        )
        path.write_text(text)
        rows = self.rows(capsys, "--kpi", "churn_rate", "--by", "contract")
        found = {row["contract"]: (row["numerator"], row["n"]) for row in rows}
        assert found == {"Monthly": (3, 31), "Yearly": (1, 9)}
        path.write_text(text + "\n[privacy]\nminimum_group = 10\n")
        rows = self.rows(capsys, "--kpi", "churn_rate", "--by", "contract")
        assert {row["reason"] for row in rows} == {"under_minimum_group"}

    @pytest.mark.parametrize("command", [["report"], ["compare"], ["measure", "--period", "2026-03"]])
    def test_what_needs_a_period_is_refused_in_one_line(self, command, capsys):
        """The line names the date that is missing."""
        assert main(command) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("kpitools:")]
        assert "customers.started_at (the customer came: a date in each row)" in line


class TestExample:
    """`example` writes the simulated project."""

    def test_it_is_written_once_and_never_over_something_else(self, tmp_path, capsys):
        """A folder with other content is refused."""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "notes.txt").write_text("mine")
        assert main(["example", str(tmp_path / "mine")]) == 2
        assert main(["example", str(tmp_path / "new"), "--contacts", "500"]) == 0
        assert (tmp_path / "new" / "truth.json").is_file()
        assert "kpitools report --project" in capsys.readouterr().err


def test_help_names_every_command():
    """`python -m kpitools --help` runs, and lists the commands of the design."""
    found = subprocess.run([sys.executable, "-m", "kpitools", "--help"], capture_output=True, text=True, check=True)
    for command in ("init", "check", "measure", "compare", "report", "list", "example", "lab"):
        assert f"\n  {command} " in found.stdout


@pytest.mark.parametrize(("last", "says"), [("2026-11-12", True), ("2026-10-31", False)])
def test_report_says_that_the_data_go_on_after_the_last_closed_month(tmp_path, capsys, last, says):
    """Data up to 12 November: the report is October's, and November is said to be left; of data that end with it, no.

    Told by the manifest beside the page, so that the data are not read again.
    """
    told = {"kpitools": "0.1.0", "period": "2026-10", "data": {"first": "2026-01-01", "last": last}}
    (tmp_path / "periodic_report.en.json").write_text(json.dumps(told))
    _say_passed_over([Outcome(Job(tmp_path, {}), tmp_path / "periodic_report.en.html", "", 0.0)])
    line = f"The data go on to {last}: what follows 2026-10 is not complete and is left for the next report."
    assert (line in capsys.readouterr().err) is says


def test_a_terminal_without_the_characters_is_written_to_in_codes(project):
    """What an encoding lacks (Windows and Git Bash pipe cp1252) is written as its code; the command does its work."""
    command = [sys.executable, "-m", "kpitools", "check", "--project", str(project)]
    told = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"calls.csv \\u2192 contacts" in told.stdout


def test_ctrl_c_is_said_in_a_word(project, capsys, monkeypatch):
    """A command that is stopped says so, and ends with 130."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kpitools.cli.measuring.show_accounts", stop)
    assert (main(["check", "--project", str(project)]), capsys.readouterr().err) == (130, "kpitools: stopped\n")


def test_where_no_example_can_be_written(project, capsys):
    """A place that cannot be written to is named in one line."""
    place = project / "calls.csv" / "example"
    assert main(["example", str(place)]) == 2
    assert f"{place} cannot be written: " in capsys.readouterr().err


def test_the_help_says_of_each_command_what_it_does_in_full(capsys):
    """No line of the list of commands is cut off."""
    assert main(["--help"]) == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]
