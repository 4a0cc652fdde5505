"""The index of a folder of reports as people read it: the newest period first, then the pages of each team."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from kpitools.periods import GRAINS, Period
from kpitools.present import dates
from kpitools.present.languages import N_, Words, languages, words
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.project import Project
from kpitools.project.manifests import Published

OPEN = 4
"""So many periods are shown at once; older ones unfold."""
MAIN = "periodic_report"
"""The notebook of the management report: what a team's name alone leads to."""
SIMULATED = N_("Simulated data: the figures of these pages are made up, to show what they look like.")


def title(said: Words, project: Project) -> str:
    """Return the title of the index."""
    unnamed = "name" not in project.about.model_fields_set
    return said.text("{service}: reports", service=said.text("Customer service") if unnamed else project.about.name)


def index(said: Words, project: Project, pages: Iterable[Published], others: Mapping[str, str]) -> Markup:
    """Return the index in a language: every page by period and team, with its headline, then every team's pages.

    A page that is not there in this language is listed in the one that it has, marked as such. `others` are the files
    of the index in other languages. Pages that tell of no period are left out.
    """
    dated = sorted((page for page in pages if page.period), key=_newest_first)
    parts = [tag("p", *(_language(*other) for other in others.items()), class_="meta")] if others else []
    if project.about.simulated:
        parts.append(tag("p", said.text(SIMULATED), class_="simulated"))
    if not dated:
        return joined([*parts, tag("p", said.text("There is no report yet."), class_="note")])
    for place, (period, same) in enumerate(groupby(dated, key=lambda page: page.period)):
        parts.append(_of_period(said, period, list(same), folded=place >= OPEN))
    teams = sorted({page.team for page in dated if page.team})
    if teams:
        parts.append(tag("h2", said.text("By team"), id="teams"))
        parts += [_of_team(said, team, [page for page in dated if page.team == team]) for team in teams]
    return joined(parts)


def _newest_first(page: Published) -> tuple[object, ...]:
    period = page.period
    assert period is not None  # noqa: S101 - those without one are left out before
    newest = -period.end.toordinal(), GRAINS.index(period.grain)
    return *newest, page.team.casefold(), page.team, _report(page)


def _of_period(said: Words, period: Period, pages: Sequence[Published], *, folded: bool) -> Markup:
    """Return the table of one period: a row for each team and notebook, linked in the language, the others beside."""
    rows = [
        _row(said, _preferred(said, group)) for _, group in groupby(pages, key=lambda page: (page.team, _report(page)))
    ]
    heads = [said.text(head) for head in (N_("Team"), N_("What the report says first"), N_("Other languages"))]
    name = _capital(dates.title(said, period))
    if folded:
        caption = said.text("Reports on {period}", period=dates.name(said, period))
        return tag("details", tag("summary", name), table("reports", caption, heads, rows))
    return table("reports", tag("h2", name, id=f"p-{period}"), heads, rows)


def _report(page: Published) -> tuple[object, ...]:
    """Say of which report a page is, whatever its team, period and language; the management report comes first."""
    return page.notebook != MAIN, page.notebook, *page.further


def _row(said: Words, pages: Sequence[Published]) -> Markup:
    """Return one row; a report that is not the management report is named by the title of its page."""
    page, *others = pages
    link = tag("a", page.team or said.text("All teams"), href=page.page)
    links = [_language(other.language, other.page) for other in others]
    title = " · ".join((page.title, *(told for _, told in page.further)))
    name = tag("small", title, lang=_foreign(said, page)) if _report(page) != (False, MAIN) else None
    head = tag("th", link, name, scope="row")
    return tag("tr", head, tag("td", _headline(said, page)), tag("td", *links))


def _of_team(said: Words, team: str, pages: Sequence[Published]) -> Markup:
    several = len({_report(page) for page in pages}) > 1
    groups = groupby(pages, key=lambda page: (page.period, _report(page)))
    items = (tag("li", _dated(said, _preferred(said, group)[0], named=several)) for _, group in groups)
    return tag("details", tag("summary", team), tag("ul", *items))


def _dated(said: Words, page: Published, *, named: bool) -> Markup:
    """Link a page by its period, or where that is not enough by its title."""
    period = dates.name(said, page.period) if page.period and not named else page.title
    return tag("a", _capital(period), href=page.page, hreflang=_foreign(said, page))


def _preferred(said: Words, pages: Iterable[Published]) -> list[Published]:
    """Put the page in the reader's language first."""
    return sorted(pages, key=lambda page: (page.language != said.language, page.language))


def _headline(said: Words, page: Published) -> Markup | None:
    return tag("span", page.headline[0], lang=_foreign(said, page)) if page.headline else None


def _foreign(said: Words, page: Published) -> str | None:
    return page.language if page.language not in ("", said.language) else None


def _language(language: str, href: str) -> Markup:
    """Link to something in another language by that language's own name of itself."""
    own = words(language).locale.get_language_name() if language in languages() else language
    return tag("a", _capital(str(own)), href=href, lang=language, hreflang=language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
