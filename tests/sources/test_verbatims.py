"""What customers wrote is read only where the project says so, and then without what says who somebody is."""

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpitools.sources import read
from kpitools.sources.verbatims import MASK, names_of, scrub

SURVEYS = """
[project]
today = 2026-11-22
[privacy]
verbatims = true
[[source]]
files = "surveys__csv"
table = "surveys"
[source.columns]
sent_at = "date"
score = "note"
verbatim = "comment"
customer_id = "client"
adviser_id = "agent"
[source.constants]
kind = "csat"
scale_min = 1
scale_max = 5
""".replace("__", ".")
FILE = (
    "date,note,comment,client,agent\n"
    "2026-10-05,5,Merci à LEA pour son aide,0612345678,Léa Petit\n"
    "2026-10-06,1,Toujours rien. Rappelez-moi au 06.12.34.56.78 ou jean@exemple.fr,0612345678,Marc Roy\n"
    "2026-10-07,3,,x,\n"
)
LETTERS = st.text(st.characters(categories=["L", "Zs", "P"], codec="utf-8"), max_size=40)
DIGITS = st.lists(st.integers(0, 9), min_size=8, max_size=19)
BETWEEN = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", " - ", "/"])


class TestReading:
    """At the door."""

    def test_they_are_not_read_unless_the_project_says_so(self, make_project):
        """Off is the default: the column is absent, and no cell of it is kept anywhere."""
        project = make_project(SURVEYS.replace("verbatims = true", ""), surveys__csv=FILE)
        tables = read(project)
        assert "verbatim" not in tables["surveys"].columns
        assert tables.accounts[0].used == 3

    def test_they_are_scrubbed_where_they_are_read(self, make_project):
        """Names of the file's own columns of people go, whatever their case and accents; numbers and addresses too."""
        tables = read(make_project(SURVEYS, surveys__csv=FILE))
        assert tables["surveys"].order("date").select("verbatim").fetchall() == [
            (f"Merci à {MASK} pour son aide",),
            (f"Toujours rien. Rappelez-moi au {MASK} ou {MASK}",),
            (None,),
        ]

    def test_parquet_is_scrubbed_too(self, make_project, tmp_path):
        """A column that would need no reading is scrubbed all the same."""
        duckdb.sql(
            "select timestamp '2026-10-05' as date, 5.0 as note, 'Merci Léa' as comment, '1' as client, 'Léa' as agent"
        ).write_parquet(str(tmp_path / "surveys.parquet"))
        tables = read(make_project(SURVEYS.replace(".csv", ".parquet")))
        assert tables["surveys"].select("verbatim").fetchall() == [(f"Merci {MASK}",)]


class TestScrubbing:
    """What goes, and what stays."""

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("Mme Durand m'a aidé", f"{MASK} m'a aidé"),
            ("parlé à M. Jean Le Goff hier", f"parlé à {MASK} hier"),
            ("Thanks to Mr. O'Neil!", f"Thanks to {MASK}!"),
            ("MME DURAND est partie", f"{MASK} est partie"),
            ("bonjour madame Martin", f"bonjour {MASK}"),
            ("Je m'appelle Anne Roux.", f"Je {MASK}."),
            ("Je m\N{RIGHT SINGLE QUOTATION MARK}appelle Anne", f"Je {MASK}"),
            ("madame vous êtes formidable", "madame vous êtes formidable"),
            ("carte 4970 1012 3456 7890 débitée", f"carte {MASK} débitée"),
            ("IBAN FR76 3000 6000 0112 3456 7890 189 merci", f"IBAN {MASK} merci"),
            ("iban GB29NWBK60161331926819", f"iban {MASK}"),
            ("voir www.exemple.fr/moi?id=3 ou https://x.y/z", f"voir {MASK} ou {MASK}"),
            ("sur exemple.com ou @jeannot", f"sur {MASK} ou {MASK}"),
            ("appelé 3 fois en 12 jours, 45 € de trop", "appelé 3 fois en 12 jours, 45 € de trop"),
            ("attendu 20-30 minutes. M'a raccroché au nez", "attendu 20-30 minutes. M'a raccroché au nez"),
            ("", ""),
        ],
    )
    def test_examples(self, text, left):
        """Each by hand; what a customer says of the service stays."""
        assert scrub(text) == left

    def test_a_number_in_a_column_of_people_is_no_name(self):
        """`Agent 12` does not make a name of every agent; two letters are too few to tell a name from a word."""
        assert names_of(["Agent 12", "Léa Li", "0612345678"]) == {"lea"}

    @given(LETTERS, DIGITS, BETWEEN, LETTERS)
    def test_no_long_number_is_left(self, before, digits, between, after):
        """However it is grouped, and whatever stands around it."""
        left = scrub(f"{before} {between.join(map(str, digits))} {after}")
        assert re.search(r"\d", left) is None

    @given(LETTERS, st.from_regex(r"[a-z][a-z.]{0,9}@[a-z]{1,9}\.[a-z]{2,3}", fullmatch=True), LETTERS)
    def test_no_address_is_left(self, before, address, after):
        """No sign of an address stays, not even where it runs into the text."""
        left = scrub(f"{before}{address}{after}")
        assert "@" not in left
        assert address not in left

    @given(st.text(max_size=80), st.frozensets(st.sampled_from(["durand", "lea", "merci"])))
    def test_scrubbing_again_changes_nothing(self, text, names):
        """What is left holds nothing that would be masked."""
        once = scrub(text, names)
        assert scrub(once, names) == once

    @given(LETTERS, st.sampled_from(["Durand", "DURAND", "durand", "Hélène", "helene", "HÉLÈNE"]), LETTERS)
    def test_no_name_of_the_columns_is_left(self, before, name, after):
        """Whatever case and accents it is written with."""
        assert name not in scrub(f"{before} {name} {after}", names_of(["Hélène Durand"]))
