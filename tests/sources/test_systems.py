"""Known systems: the export of each, in the shape that its vendor documents, becomes the canonical rows beside it."""

import csv
import gzip
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpitools.errors import ProjectError, SourceError
from kpitools.sources import read
from kpitools.sources.files import open_raw
from kpitools.sources.recognise import recognise
from kpitools.sources.systems import known_systems, systems

SAMPLES = Path(__file__).parent / "systems"
EXPECTED = sorted(SAMPLES.glob("*.expected.csv"))
NAMES = sorted(known_systems(), key=len, reverse=True)


def sample_of(expected):
    """Return the export beside its expected rows; two tables may be expected of one file."""
    stem = expected.name.removesuffix(".expected.csv").partition("@")[0]
    return next(path for path in SAMPLES.glob(f"{stem}.*") if not path.name.endswith(".expected.csv"))


def system_of(path):
    """Return the system whose name the file's name begins with."""
    return next(name for name in NAMES if path.name.startswith(f"{name}_"))


def shown(value):
    """Write a value as the expected rows have it: nothing for null, no needless decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_an_export_is_read_as_expected(make_project, path):
    """Every column given beside the sample has the value that a person expects, row by row."""
    sample = sample_of(path)
    source = f'[[source]]\nfiles = "{sample.as_posix()}"\nsystem = "{system_of(sample)}"\n'
    tables = read(make_project(source + "[privacy]\nminimum_group = 1\n"))
    check(tables, path)


def check(tables, path):
    """Hold the canonical rows against those that are expected."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        expected, columns = [tuple(row.values()) for row in reader], reader.fieldnames
    table = path.name.removesuffix(".expected.csv").partition("@")[2]
    relation = tables[table or next(iter(tables.accounts)).table]
    found = [tuple(map(shown, row)) for row in relation.select(", ".join(f'"{c}"' for c in columns)).fetchall()]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("name", ["aircall_calls", "zendesk_tickets", "amazon_connect_records"])
def test_an_export_in_another_form_is_the_same(make_project, tmp_path, name):
    """The rows of a sample give the same contacts where they come as Parquet or as a workbook."""
    path = SAMPLES / f"{name}.expected.csv"
    raw = open_raw(sample_of(path))
    pq.write_table(raw.table, tmp_path / "rows.parquet")
    raw.table.to_pandas().to_excel(tmp_path / "rows.xlsx", index=False)
    for form in ("parquet", "xlsx"):
        check(read(make_project(f'[[source]]\nfiles = "rows.{form}"\nsystem = "{system_of(path)}"\n')), path)


OWN = """
title = "Our telephone"
follows = "the manual of its maker"

[[export]]
name = "calls"
table = "contacts"
signature = ["Nummer", ["Beginn", "Start"]]
zone = "Europe/Berlin"

[export.columns]
contact_id = "Nummer"
started_at = ["Beginn", "Start"]
team = "Gruppe"

[export.constants]
channel = "phone"
direction = "inbound"

[export.rules]
outcome = [
  { is = "answered", when = { Status = ["an*", "ok"] } },
  { is = "abandoned", when = { Status = "weg", Grund = "" } },
]

[[export]]
name = "scores"
table = "surveys"
signature = ["Nummer", "Note", "Tag"]

[export.columns]
sent_at = "Tag"
score = "Note"

[export.constants]
kind = "csat"
"""
CALLS = "Nummer;Start;Status;Grund;Gruppe\n1;2026-03-02 09:00;angenommen;;Nord\n2;2026-03-02 09:10;weg;;Nord\n"
USES = '[[source]]\nfiles = "*.csv"\nsystem = "ours"\n'


@pytest.fixture
def own_system(tmp_path):
    """Write a mapping file of the user's own, and return how to write another."""

    def write(text=OWN, name="ours"):
        (tmp_path / "systems").mkdir(exist_ok=True)
        (tmp_path / "systems" / f"{name}.toml").write_text(text, encoding="utf-8")

    write()
    return write


def rows(tables, name, *columns):
    """Return some columns of a table as a sorted list of tuples."""
    return sorted(tables[name].select(", ".join(columns)).fetchall())


@pytest.mark.usefixtures("own_system")
class TestOwn:
    """A user adds a system by a mapping file in the project's folder."""

    def test_it_is_read_by_its_mapping(self, make_project):
        """Its zone, constants and rules hold, and the spelling of the header that the file has is found."""
        tables = read(make_project(USES, calls__csv=CALLS))
        assert rows(tables, "contacts", "contact_id", "started_at", "outcome", "team") == [
            ("1", datetime(2026, 3, 2, 8), "answered", "Nord"),
            ("2", datetime(2026, 3, 2, 8, 10), "abandoned", "Nord"),
        ]

    def test_files_of_several_kinds_go_to_their_tables(self, make_project):
        """One pattern may name all that a system writes: each file's headers tell which export it is."""
        project = make_project(USES, calls__csv=CALLS, notes__csv="Nummer;Tag;Note\n1;2026-03-03;4\n2;2026-03-03;5\n")
        tables = read(project)
        assert [(account.source, account.used) for account in tables.accounts] == [
            ("calls.csv → contacts", 2),
            ("notes.csv → surveys: csat", 2),
        ]

    def test_what_the_project_says_counts_before_the_mapping(self, make_project):
        """A column, a code, a zone and a segment of the project's own stand over those of the system."""
        said = '[source.columns]\nteam = "Grund"\n[source.values.outcome]\nvoicemail = "band"\n'
        said += '[source.rules]\noutcome = [{ is = "deflected", when = { Status = "weg" } }, { is = "answered" }]\n'
        project = make_project(USES + 'zone = "UTC"\n' + said, calls__csv=CALLS)
        assert rows(read(project), "contacts", "contact_id", "started_at", "outcome", "team") == [
            ("1", datetime(2026, 3, 2, 9), "answered", None),
            ("2", datetime(2026, 3, 2, 9, 10), "deflected", None),
        ]

    def test_a_row_that_no_rule_fits_is_set_aside_with_what_it_holds(self, make_project):
        """Nothing is guessed: the account names the texts, and the project file can say what they mean."""
        strange = CALLS + "3;2026-03-02 09:20;weg;Feiertag;Nord\n"
        problem = read(make_project(USES, calls__csv=strange)).accounts[0].problems[0]
        assert (problem.line, problem.value) == (4, "weg, Feiertag")
        meant = USES + '[source.values.outcome]\nout_of_hours = "weg, Feiertag"\n'
        found = read(make_project(meant, calls__csv=strange))
        assert ("3", "out_of_hours") in rows(found, "contacts", "contact_id", "outcome")

    def test_a_file_that_is_none_of_its_exports_is_refused(self, make_project):
        """The message names the nearest export and the headers that are missing."""
        with pytest.raises(SourceError, match="the nearest is 'calls', without the columns 'Nummer'"):
            read(make_project(USES, calls__csv="Start;Status\n2026-03-02 09:00;an\n"))

    def test_a_broken_file_does_not_stop_the_others(self, make_project):
        """It is left out and named, as one of any source is."""
        account = read(make_project(USES, calls__csv=CALLS, broken__csv=b"PK\x03\x04 no table")).accounts[0]
        assert account.used == 2
        assert [left.file for left in account.files_left_out] == ["broken.csv"]

    def test_it_stands_in_the_list(self, own_system, tmp_path):
        """A system of the project's own is listed beside those that kpitools knows, and may replace one of them."""
        assert "ours" not in systems()
        own_system(name="aircall")
        assert systems(tmp_path)["aircall"].title == systems(tmp_path)["ours"].title == "Our telephone"

    @pytest.mark.parametrize(
        ("right", "wrong", "message"),
        [
            ('team = "Gruppe"', 'tema = "Gruppe"', "Did you mean 'team'?"),
            ('direction = "inbound"', 'direction = "inbund"', "Did you mean 'inbound'?"),
            ('is = "abandoned"', 'is = "abandonned"', "Did you mean 'abandoned'?"),
            ('table = "contacts"', 'table = "contact"', "Did you mean 'contacts'?"),
            ('zone = "Europe/Berlin"', 'zone = "Europe/Berln"', "Did you mean 'Europe/Berlin'?"),
            ('when = { Status = ["an*", "ok"] }', 'wehn = { Status = "ok" }', "Did you mean 'when'?"),
            ('is = "answered"', 'is = "anwered"', "export[1]: There is no value of contacts.outcome 'anwered'."),
            ('signature = ["Nummer", [', 'signatur = ["Nummer", [', "Did you mean 'signature'?"),
            ('started_at = ["Beginn", "Start"]', "", "needs the column 'started_at'"),
            ('name = "calls"', 'name = "calls', "this is not valid TOML"),
        ],
    )
    def test_a_fault_in_a_mapping_is_said_in_one_line(self, make_project, own_system, right, wrong, message):
        """The file, the key and the nearest right name are in the message."""
        assert OWN.count(right) == 1
        own_system(OWN.replace(right, wrong))
        with pytest.raises(ProjectError, match=re.escape(message)) as refused:
            read(make_project(USES, calls__csv=CALLS))
        assert "ours.toml" in str(refused.value)
        assert "\n" not in str(refused.value)

    def test_a_table_chooses_among_the_exports(self, make_project):
        """Of a file that feeds two tables, `table` takes one."""
        sample = (SAMPLES / "intercom_conversations.json").as_posix()
        source = f'[[source]]\nfiles = "{sample}"\nsystem = "intercom"\n'
        assert {account.table for account in read(make_project(source)).accounts} == {"requests", "surveys"}
        accounts = read(make_project(source + 'table = "surveys"\n')).accounts
        assert [(account.table, account.excluded) for account in accounts] == [("surveys", {"no_score": 2})]
        with pytest.raises(SourceError, match="none feeds that table"):
            read(make_project(source + 'table = "orders"\n'))

    def test_what_the_project_adds_is_checked(self, make_project):
        """An unknown column under a known system is refused as anywhere, with the file and the export."""
        with pytest.raises(SourceError, match=r"calls\.csv, as calls of ours: .*Did you mean 'team'"):
            read(make_project(USES + '[source.columns]\ntema = "Gruppe"\n', calls__csv=CALLS))

    def test_an_unknown_system_is_refused_with_the_nearest(self, make_project):
        """The name of a system is checked as every other name is."""
        with pytest.raises(SourceError, match="Did you mean 'aircall'"):
            read(make_project(USES.replace("ours", "aircal"), calls__csv=CALLS))


def test_a_conversation_of_a_python_library_is_that_of_the_interface(make_project, tmp_path):
    """Its keys are spelt with lines under them, and mean the same."""
    expected = SAMPLES / "genesys_conversations.expected.csv"
    text = sample_of(expected).read_text("utf-8")
    snake = re.sub(r'"(\w+)": ', lambda key: re.sub("[A-Z]", lambda c: f"_{c[0].lower()}", key[0]), text)
    (tmp_path / "details.json").write_text(snake, encoding="utf-8")
    check(read(make_project('[[source]]\nfiles = "details.json"\nsystem = "genesys"\n')), expected)


@pytest.mark.parametrize("form", ["queue_log", "queue_log.2.gz", "queue_logs.zip"])
def test_a_queue_log_is_known_however_it_is_put_away(make_project, tmp_path, form):
    """Logs that were rotated are packed under a number; what is in them tells what they are."""
    expected = SAMPLES / "asterisk_queue.expected.csv"
    content = sample_of(expected).read_bytes()
    if form.endswith(".gz"):
        content = gzip.compress(content)
    if form.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / form, "w") as archive:
            archive.writestr("queue_log", content)
        content = (tmp_path / form).read_bytes()
    (tmp_path / form).write_bytes(content)
    check(read(make_project(f'[[source]]\nfiles = "{form}"\nsystem = "asterisk"\n')), expected)


class TestRulesAndSpans:
    """Rules and spans are there for any source, with `system = "table"` too."""

    SOURCE = """
    [[source]]
    files = "calls.csv"
    table = "contacts"
    [source.columns]
    started_at = "start"
    [source.constants]
    direction = "inbound"
    [source.spans]
    wait_s = { from = "start", to = ["answer", "end"] }
    [source.rules]
    outcome = [{ is = "answered", when = { answer = "*" } }, { is = "voicemail", when = { note = "*VM*" } },
               { is = "abandoned" }]
    """
    CALLS = (
        "start,answer,end,note\n"
        "02/03/2026 23:59:50,03/03/2026 00:00:20,,\n"
        "13/03/2026 10:00,,13/03/2026 10:01,a vm left\n"
    )

    def test_they_make_columns(self, make_project):
        """A span crosses midnight and takes the first end that is filled; `*` stands for any text."""
        tables = read(make_project(self.SOURCE, calls__csv=self.CALLS))
        assert rows(tables, "contacts", "outcome", "wait_s") == [("answered", 30.0), ("voicemail", 60.0)]

    def test_a_span_that_runs_backwards_sets_its_row_aside(self, make_project):
        """A negative duration is refused, as one in a column is."""
        account = read(
            make_project(self.SOURCE, calls__csv=self.CALLS + "13/03/2026 10:00,13/03/2026 09:00,,\n")
        ).accounts[0]
        assert account.set_aside == {"a negative duration": 1}

    def test_typed_instants_need_no_order(self, make_project, tmp_path):
        """Of Parquet with instants as such, a span is their difference."""
        at = [datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 9, 10)]
        rows_of = {"start": at, "answer": [at[0].replace(second=30), None], "end": [None, at[1].replace(minute=11)]}
        pq.write_table(pa.table({**rows_of, "note": ["", "vm"]}), tmp_path / "calls.parquet")
        tables = read(make_project(self.SOURCE.replace("csv", "parquet")))
        assert rows(tables, "contacts", "outcome", "wait_s") == [("answered", 30.0), ("voicemail", 60.0)]

    def test_a_column_that_is_not_there_is_refused(self, make_project):
        """A rule about a header that the file does not have is a slip, not an empty cell."""
        with pytest.raises(SourceError, match=r"'answr'.*Did you mean 'answer'"):
            read(make_project(self.SOURCE.replace("{ answer =", "{ answr ="), calls__csv=self.CALLS))


def test_real_tables_of_zendesk_are_read(make_project, shared_data):
    """Tickets and comments as a connector's sample has them: each row is used, but for two that were deleted."""
    files = [(shared_data / "zendesk_seed" / f"ticket_{name}.csv").as_posix() for name in ("data", "comment_data")]
    tables = read(make_project(f'[[source]]\nfiles = {files}\nsystem = "zendesk"\n'.replace("'", '"')))
    found = [(account.table, account.read, account.used, account.excluded) for account in tables.accounts]
    assert found == [("requests", 10, 8, {"deleted": 2}), ("messages", 20, 20, {})]


def test_a_real_queue_log_is_read(make_project, shared_data):
    """Two calls entered: one was given up after 68 seconds, the other is still waiting where the log ends."""
    log = next((shared_data / "asterisk_queue_log").glob("*.txt")).as_posix()
    tables = read(make_project(f'[[source]]\nfiles = "{log}"\nsystem = "asterisk"\n'))
    assert rows(tables, "contacts", "contact_id", "outcome", "team", "wait_s") == [
        ("1596512941.163", "abandoned", "support", 68.0),
        ("1596513054.164", "pending", "sales", None),
    ]


def test_a_log_names_the_lines_that_are_no_calls(make_project):
    """Each line of a queue_log is of a call, of the queue itself, or set aside with its place."""
    sample = SAMPLES / "asterisk_queue.txt"
    account = read(make_project(f'[[source]]\nfiles = "{sample.as_posix()}"\nsystem = "asterisk"\n')).accounts[0]
    assert (account.read, account.used, [problem.line for problem in account.problems]) == (7, 5, [17, 18])
    assert account.notes == (
        "14 lines of the log are 5 calls.",
        "3 lines are of no call: ADDMEMBER 1, PAUSE 1, QUEUESTART 1.",
    )


@pytest.mark.parametrize("sample", sorted({sample_of(path) for path in EXPECTED}), ids=lambda path: path.name)
def test_every_row_of_a_sample_is_accounted_for(make_project, sample):
    """Rows read are used, left out or set aside; what is set aside has its line."""
    for account in read(
        make_project(f'[[source]]\nfiles = "{sample.as_posix()}"\nsystem = "{system_of(sample)}"\n')
    ).accounts:
        assert account.read == account.used + sum(account.excluded.values()) + sum(account.set_aside.values())
        assert len(account.problems) == sum(account.set_aside.values())


def test_a_deal_that_is_not_won_is_no_sale(make_project):
    """A pipeline holds deals at every stage; a stage of the team's own is asked about, with its line."""
    own = (SAMPLES / "hubspot_deals.csv").read_text(encoding="utf-8") + "6005,Pack,Pilote,2026-03-09 11:00,Bob,1,75\n"
    (account,) = read(make_project('[[source]]\nfiles = "d.csv"\nsystem = "hubspot"\n', d__csv=own)).accounts
    assert (account.used, account.excluded) == (2, {"not_sold": 2})
    assert [(problem.line, problem.value) for problem in account.problems] == [(6, "Pilote")]


@pytest.mark.parametrize("name", NAMES)
def test_every_system_has_a_sample(name):
    """No mapping is there that no sample tries."""
    assert [path for path in EXPECTED if system_of(path) == name]


@pytest.mark.parametrize("sample", sorted({sample_of(path) for path in EXPECTED}), ids=lambda path: path.name)
def test_init_proposes_the_system(tmp_path, sample):
    """A file of a known system is recognised by its header, and the project file needs no columns."""
    if not known_systems()[system_of(sample)].proposed:
        pytest.skip("any file may have these headers: init recognises their columns")
    found = recognise([sample], tmp_path)
    assert [one.system for one in found.sources] == [system_of(sample)]
    assert f'system = "{system_of(sample)}"  # ' in found.toml
    assert "[source.columns]" not in found.toml
