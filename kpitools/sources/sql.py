"""Names and texts inside SQL, quoted."""

from collections.abc import Iterable


def name(column: str) -> str:
    """Quote a column's name.

    >>> name("Queue time")
    '"Queue time"'
    """
    return '"' + column.replace('"', '""') + '"'


def text(value: object) -> str:
    """Quote a text.

    >>> print(text("l'an"))
    'l''an'
    """
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: Iterable[object]) -> str:
    """Quote several texts, for `in (...)`."""
    return ", ".join(text(value) for value in values)


def union(queries: Iterable[str]) -> str:
    """Put the rows of several queries below each other, by the names of their columns."""
    return " union all by name ".join(f"({query})" for query in queries)
