"""One customer, one writing: telephone numbers as E.164, addresses in lower case; who withholds the number is nobody.

A customer writes from `Jean <j@x.fr>` and calls from 06 12 34 56 78, which another system writes +33612345678. What is
neither a number nor an address (a customer number) stays as it is written, without case and outer spaces.
"""

import duckdb
import pyarrow as pa

from kpitools.errors import SourceError, require_known
from kpitools.project import Project
from kpitools.sources import sql
from kpitools.sources.cells.addresses import COMPLETE, COUNTRIES, ZONES, is_dialled, is_withheld, read_email, read_phone
from kpitools.sources.cells.text import CellError, clean, is_missing

CUSTOMERS = ("customer_id", "phone", "email")
"""The pseudonyms of customers; an adviser's is no telephone number."""

CODE = r"[A-Za-z]{1,3}[-_]?[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""Customer numbers that are no other customer's in another writing, and no word for nobody: `C-0012`, a UUID."""

SHORTEST = 100_000_000
"""A telephone number with the code of its country has nine digits or more."""


def home_country(project: Project) -> str | None:
    """Return the country in which telephone numbers without a country code are at home; None where nothing says it.

    It is `country` of the project, else that of the holidays, else that of a time zone that is one country's.
    """
    if (said := project.about.country) is not None:
        return require_known(said, COUNTRIES, "country of telephone numbers:", SourceError)
    holidays = (project.calendar.holidays or "").partition("-")[0]
    found = holidays or ZONES.get(project.about.timezone)
    return found if found in COUNTRIES else None


def identity(text: str, country: str | None) -> str | None:
    """Return the one writing of a customer's number or address; None for nobody.

    >>> identity("06 12 34 56 78", "FR"), identity("Jean <J@x.fr>", None), identity(" C-0012 ", "FR")
    ('+33612345678', 'j@x.fr', 'c-0012')
    """
    shown = clean(text).lower()
    if is_missing(shown) or is_withheld(shown):
        return None
    try:
        if "@" in shown and not shown.startswith(("tel:", "sip:", "sips:")):
            return read_email(shown)
        return read_phone(shown, country) if is_dialled(shown, country) else shown
    except CellError:
        return shown


def candidates(country: str | None) -> str:
    """Return the pattern of texts that `identity` may write otherwise; others are customer numbers in digits."""
    if country is None:
        return "^00|[^0-9]"
    code, trunk = COUNTRIES[country]
    return f"^({code}|0)|[^0-9]" if trunk == "0" else "."


def identified(connection: duckdb.DuckDBPyConnection, rows: str, country: str | None, name: str) -> str:
    """Return the SQL of rows whose customers have their one writing; the texts that change are kept in tables `name`.

    Whole numbers too small for a telephone number stay numbers: ten million of them are neither read nor copied.
    """
    relation = connection.sql(rows)
    types = {c: str(kind) for c, kind in zip(relation.columns, relation.types, strict=True) if c in CUSTOMERS}
    made, joins = [], []
    for column, kind in types.items():
        if kind != "VARCHAR" and _small(connection, rows, column):
            continue
        text, other = f"cast(t.{column} as varchar)", f"{name}_{column}"
        one = text
        if _keep_other(connection, f"select distinct {text} as text from ({rows}) t", country, other):
            joins.append(f"left join {other} on {other}.text = {text}")
            one = f"case when {other}.text is null then {text} else {other}.one end"
        made.append(f"nullif(lower(trim({one})), '') as {column}")
    return f"select t.* replace ({', '.join(made)}) from ({rows}) t {' '.join(joins)}" if made else rows


def _small(connection: duckdb.DuckDBPyConnection, rows: str, column: str) -> bool:
    largest = connection.sql(f"select max({column}) from ({rows})").fetchall()[0][0]
    return largest is None or largest < SHORTEST


def _keep_other(connection: duckdb.DuckDBPyConnection, texts: str, country: str | None, name: str) -> bool:
    """Keep the texts among some that have another writing, each with it; say whether there are any."""
    told = (
        f"from ({texts}) where regexp_matches(text, {sql.text(candidates(country))}) "
        f"and not regexp_full_match(text, {sql.text(f'{COMPLETE}|{CODE}')})"
    )
    found = {text: identity(text, country) for (text,) in connection.sql(told).fetchall()}
    changed = {text: one for text, one in found.items() if one != text.strip().lower()}
    if changed:
        connection.execute(f"create table {name} (text varchar primary key, one varchar)")
        made = pa.table({"text": pa.array(changed, pa.string()), "one": pa.array(changed.values(), pa.string())})
        connection.from_arrow(made).insert_into(name)
    return bool(changed)
