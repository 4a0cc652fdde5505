"""Who is who: names of advisers, from a file outside the project, by the pseudonyms that the tables hold.

The file is a CSV of two columns, `id` as the exports write it and `name` as the page is to show it. Only the page on
advisers asks for it; what is read here goes into no table.
"""

import csv
from pathlib import Path

import duckdb

from kpitools.errors import SourceError
from kpitools.project import Project
from kpitools.sources.cells.text import read_id
from kpitools.sources.pseudonyms import key, pseudonym_sql

COLUMNS = ("id", "name")


def adviser_names(project: Project) -> dict[str, str]:
    """Return the name to show for each pseudonym that the project's file knows; empty where it names no file.

    Raises `SourceError` for a file that is missing, unreadable or without the two columns, and for an id with two
    names; the message names the line and nobody.
    """
    if project.who_is_who is None:
        return {}
    named = _named(project.who_is_who)
    with duckdb.connect() as connection:
        told = f"select id, {pseudonym_sql('id', key())} from (select unnest(?::varchar[]) as id)"
        found = connection.execute(told, [list(named)]).fetchall()
    return {pseudonym: named[given] for given, pseudonym in found if pseudonym}


def _named(path: Path) -> dict[str, str]:
    """Read the file: the name of each id."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file (privacy.who_is_who).") from None
    except UnicodeDecodeError:
        raise SourceError(f"{path}: the file must be UTF-8 (privacy.who_is_who).") from None
    except OSError as wrong:
        raise SourceError(f"{path}: the file cannot be read: {wrong.strerror} (privacy.who_is_who).") from None
    header = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in header else ",", skipinitialspace=True)
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise SourceError(f"{path}: the first line must name the columns: id,name (privacy.who_is_who).")
    found: dict[str, str] = {}
    for row in rows:
        given, name = (read_id(row[column] or "") for column in COLUMNS)
        if given and name and found.setdefault(given.lower(), name) != name:
            raise SourceError(f"{path}, line {rows.line_num}: this id has another name above (privacy.who_is_who).")
    return found
