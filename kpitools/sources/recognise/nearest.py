"""What a file that is taken for nothing comes closest to, and the one thing that it lacks."""

import re
from collections.abc import Sequence

from kpitools import schema
from kpitools.sources.recognise.match import Match, is_date, matches, score_columns
from kpitools.sources.recognise.profile import Profile
from kpitools.sources.recognise.propose import TELLING

_MONTH = re.compile(r"(?:[12][0-9]{3}[-/.][01]?[0-9]|[01]?[0-9][-/.][12][0-9]{3}|[^\W\d_]{3,9}\.?[ -][12][0-9]{3})")
SURE = 0.6
"""The score of a header from which it is worth naming a table that lacks something."""


NEEDS = {
    "contacts": "a date, and one of: an answered flag, a wait, a talk time",
    "requests": "a ticket number and the date of its creation",
    "surveys": "a score (NPS, satisfaction) and a date",
    "customers": "a customer number, the day when the customer came, and that of leaving or of the commitment's end; "
    "or, in a list without dates, whether the customer left",
    "orders": "an order number or an amount, a customer number and a date",
    "messages": "a ticket number, a date, and who wrote: customer, adviser or bot",
    "figures": "a row a day, week or month (not an hour), or one a team: its date, the contacts offered and answered",
}
"""What each table needs, in words."""


def nearest(profiles: Sequence[Profile]) -> str:
    """Say which table the columns come closest to, and what is missing; empty where nothing stands out."""
    tables = {table: _telling(profiles, table) for table in TELLING}
    tables["surveys"] = [match for _, match in score_columns(profiles)]
    table = max(tables, key=lambda one: sum(match.score for match in tables[one]))
    told = tables[table]
    if max((match.score for match in told), default=0.0) < SURE:
        return ""
    shown = ", ".join(dict.fromkeys(repr(match.profile.name) for match in told))
    lacking = "; ".join(_needed(column, profiles) for column in _lacking(profiles, table))
    closest = f"It comes closest to {table} ({shown}), which need {NEEDS[table]}."
    return f"{closest} Missing: {lacking}." if lacking else ""


def _telling(profiles: Sequence[Profile], table: str) -> list[Match]:
    """Return the columns that only this table has; a count of replies may be one of answers to a survey."""
    found = matches(profiles, table)
    names = [name for name in TELLING[table] if schema.TABLES[table].column(name).kind != "count"]
    names += ["started_at", "left"] if table == "customers" else []
    return [found[name] for name in names if name in found and not (found[name].assumed or found[name].generic)]


def _lacking(profiles: Sequence[Profile], table: str) -> list[schema.Column]:
    """Return what the table requires and no column gives; what was asked follows from the score."""
    found = matches(profiles, table)
    lacking = [column for column in schema.TABLES[table].lacking(found) if column.name != "kind"]
    stays = table == "customers" and found.keys().isdisjoint(("ended_at", "left", "committed_until"))
    return [*lacking, schema.TABLES[table].column("ended_at")] if stays else lacking


def _needed(column: schema.Column, profiles: Sequence[Profile]) -> str:
    """Name a column that is missing, and what stands in its place: months, or dates under another header."""
    said = f"{column.name} ({column.help})"
    if column.kind != "instant":
        return said
    for profile in profiles:
        if profile.shown and all(_MONTH.fullmatch(text.strip().lower()) for text in profile.shown):
            if profile.unique == 1:
                figures = 'table = "figures" with [source.figures] reads them'
                return f"{said}: {profile.name!r} holds each month once: its rows are figures, not answers, {figures}"
            first = "write the first of its month (2026-03-01) and read no report of a week"
            return f"{said}: {profile.name!r} holds months without a day. Export the day, or {first}"
    dates = [repr(profile.name) for profile in profiles if is_date(profile)]
    named = f"{', '.join(dates)} hold dates: name the right one under [source.columns]"
    return f"{said}: {named}" if dates else f"{said}: no column holds a date"
