"""The sceptic's questions answered in place: which calls count, what was left out, who made this and of what."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from kpitools import __version__
from kpitools.kpi import Kpi
from kpitools.present import dates
from kpitools.present.codes import ASIDE, ASSUMED, BETTER, EXCLUDED, LEFT_OUT, PARAMETERS, TABLES, worded
from kpitools.present.languages import N_, Words
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import number, trimmed
from kpitools.present.scorecard import reason
from kpitools.present.view import View

BALANCE = (N_("Source"), N_("Rows read"), N_("Used"), N_("Left out"), N_("Set aside"))


def definitions(view: View) -> Markup:
    """Return each KPI's definition in words and how many cases count; folded, of what, and what was left out."""
    entries = [_definition(view, kpi) for kpi in view.review.kpis]
    parts = [tag("dl", *(part for entry in entries for part in entry), class_="definitions")]
    if view.review.unmeasured:
        parts.append(_unmeasured(view))
    return joined(parts)


def meant(words: Words, kpi: Kpi) -> str:
    """Say what a KPI counts in its definition, with the thresholds and windows in use."""
    used = (words.text(PARAMETERS[name], value=trimmed(words, value)) for name, value in sorted(kpi.parameters.items()))
    return " ".join([words.text(kpi.text), *used])


def _definition(view: View, kpi: Kpi) -> tuple[Markup, Markup]:
    words, now = view.words, view.measured(kpi)
    said = []
    if kpi.denominator:
        said.append(words.text("Divided by: {what}.", what=words.text(kpi.denominator)))
    if kpi.exclusions:
        said.append(words.text("Left out: {what}.", what=words.text(kpi.exclusions)))
    if kpi.avoid:
        said.append(words.text("Less apt where {reason}.", reason=words.text(kpi.avoid)))
    said += [words.text(BETTER[kpi.better]), words.text("Definition: {id}", id=kpi.definition_id)]
    counted = words.plural("{n} case counts.", "{n} cases count.", now.n, n=number(words, now.n))
    if now.excluded:
        counted += " " + words.plural(
            "{n} is left out.", "{n} are left out.", now.excluded, n=number(words, now.excluded)
        )
    more = tag("details", tag("summary", counted), tag("p", " ".join(said)))
    return tag("dt", view.label(kpi)), tag("dd", tag("p", meant(words, kpi)), more)


def _unmeasured(view: View) -> Markup:
    """Name the KPIs that are not measured, those with one reason together."""
    because: dict[str, list[str]] = {}
    for name, code in view.review.unmeasured:
        if code != "declared_only":
            because.setdefault(reason(view, code), []).append(view.label(name))
    if not because:
        return Markup("")
    each = [
        view.words.text("{kpi} ({reason})", kpi=dates.listed(view.words, kpis), reason=why)
        for why, kpis in because.items()
    ]
    return tag("p", view.words.text("Not measured:"), class_="note") + tag("ul", *(tag("li", one) for one in each))


def rows(view: View) -> Markup:
    """Return the balance of every source: rows read = used + left out + set aside, each by its reason."""
    words = view.words
    heads = tuple(words.text(head) for head in BALANCE)
    body = [_account(view, account, heads) for account in view.review.accounts]
    if not body:
        return tag("p", words.text("No source was read for this page."), class_="note")
    caption = words.text("Every row that was read is used, left out or set aside")
    parts = [table("industry balance", caption, heads, body, numbers=(1, 2, 3, 4))]
    blank = sum(account.blank for account in view.review.accounts)
    if blank:
        said = words.plural(
            "{n} blank line is not a row.", "{n} blank lines are not rows.", blank, n=number(words, blank)
        )
        parts.append(tag("p", said, class_="note"))
    return joined([*parts, *_odd(view)])


def _odd(view: View) -> Iterator[Markup]:
    """Say which rows in use are doubtful (equal ones, ones that join nothing), and which files are missing."""
    words = view.words
    alike = sum(account.alike for account in view.review.accounts)
    if alike:
        said = words.plural(
            "{n} row without an id is equal to an earlier row; it is used all the same.",
            "{n} rows without an id are equal to an earlier row; they are used all the same.",
            alike, n=number(words, alike),
        )  # fmt: skip
        yield tag("p", said, class_="note")
    for left in (left for account in view.review.accounts for left in account.files_left_out):
        why = words.text(LEFT_OUT[left.reason])
        yield tag("p", words.text("The file {file} is left out: {reason}.", file=left.file, reason=why), class_="note")
    orphans: Counter[str] = Counter()
    for account in view.review.accounts:
        orphans.update(account.orphans)
    for column, n in orphans.items():
        said = words.plural(
            "{n} row has a {column} that no export gives; it is used all the same.",
            "{n} rows have a {column} that no export gives; they are used all the same.",
            n, n=number(words, n), column=column,
        )  # fmt: skip
        yield tag("p", said, class_="note")


_SCORES = ("CSAT", "NPS", "CES")
"""Scores that every language calls the same: of several questions in one file, which one is meant."""


def _account(view: View, account: Any, heads: tuple[str, ...]) -> Markup:  # noqa: ANN401 - an Account of `sources`, a room that stands beside
    words = view.words
    excluded = Counter({words.text(EXCLUDED[code]): n for code, n in account.excluded.items() if code in EXCLUDED})
    aside: Counter[str] = Counter()
    for why, n in account.set_aside.items():
        said = worded(words, ASIDE, why) or (words.text(why) if words.has(why) else None)
        aside[said or words.text("another reason: kpitools check lists each row")] += n
    return tag(
        "tr",
        tag("th", _named(view, account), scope="row"),
        tag("td", tag("span", number(words, account.read)), class_="number", data_label=heads[1]),
        tag("td", tag("span", number(words, account.used)), class_="number", data_label=heads[2]),
        _reasons(view, excluded, sum(account.excluded.values()), heads[3]),
        _reasons(view, aside, sum(account.set_aside.values()), heads[4]),
    )


def _named(view: View, account: Any) -> Markup:  # noqa: ANN401 - as above
    """Name a source; of a file outside the project not the folders, which are nobody's business on a page."""
    files, _, what = account.source.rpartition(" → ")
    outside = PureWindowsPath(files).is_absolute() or PurePosixPath(files).is_absolute()
    named = PureWindowsPath(files).name if outside else files
    table = view.words.text(TABLES[account.table]) if account.table in TABLES else account.table
    asked = what.partition(": ")[2].upper()
    return joined((named, tag("small", f"{table} ({asked})" if asked in _SCORES else table)))


def _reasons(view: View, by_reason: Counter[str], total: int, head: str) -> Markup:
    words = view.words
    each = [
        tag("small", words.text("{reason}: {n}", reason=why, n=number(words, n))) for why, n in by_reason.most_common()
    ]
    return tag("td", tag("span", number(words, total)), *each, class_="number", data_label=head)


def provenance(view: View) -> Markup:
    """Return who made the page, of what data, and when."""
    words, review = view.words, view.review
    project = review.project
    lines = [
        words.text("Made with kpitools {version} on {date}.", version=__version__, date=dates.day(words, review.today)),
        words.text(
            "Data from {first} to {last}; time zone: {zone}.",
            first=dates.day(words, review.coverage.first),
            last=dates.day(words, review.coverage.last),
            zone=project.about.timezone,
        ),
    ]
    if not project.calendar.opening:
        lines.append(words.text("The project gives no opening hours: no contact counts as out of hours."))
    lines.append(_suppressed(view))
    parts = [tag("p", " ".join(lines))]
    of_sources = (code for account in review.accounts for code in account.assumed)
    codes = dict.fromkeys((*project.about.assumed, *of_sources))
    if codes:
        assumed = (tag("li", worded(words, ASSUMED, code) or code) for code in codes)
        parts.append(tag("p", words.text("Assumed, as nobody has said otherwise:")) + tag("ul", *assumed))
    return tag("div", *parts, class_="provenance")


def _suppressed(view: View) -> str:
    n = view.review.project.privacy.minimum_group
    return view.words.plural(
        "A group of fewer than {n} case is not shown.", "A group of fewer than {n} cases is not shown.", n, n=n
    )
