"""What is different from the last report: figures that it gave otherwise, verdicts that changed."""

from collections.abc import Iterator

from kpitools.findings.choice import NOTEBOOK
from kpitools.findings.last import Difference, Restated, Turned, differences
from kpitools.kpi import Kpi
from kpitools.present import dates, industry
from kpitools.present.codes import CHANGES, LOOKS, STATISTICS
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import level
from kpitools.present.view import View

WHY = {"data": N_("rows came late or were corrected"), "definition": N_("it is defined otherwise now")}
AGAINST = {
    "target": N_("the target"),
    "benchmark": N_("the industry"),
    "usual": N_("what is usual"),
}


def difference(view: View, report: str = NOTEBOOK) -> Markup:
    """Return what differs from the page that this one replaces and from the last report before it.

    Nothing where there is none: the project's `reports/` tells. `report` is the name of the notebook.
    """
    return joined(_difference(view, each) for each in differences(view.review, view.words.language, report))


def _difference(view: View, found: Difference) -> Markup:
    words, earlier = view.words, found.earlier
    period, made = dates.name(words, earlier.period), dates.day(words, earlier.made)
    parts = [_figures(view, found), _verdicts(view, found)]
    if found.replaced:
        said = words.text("This page replaces the one that was made on {date}.", date=made)
    elif parts[0]:
        said = words.text("The report on {period}, made on {date}, gave other figures.", period=period, date=made)
    else:
        said = words.text("The figures of {period} are those that its report gave on {date}.", period=period, date=made)
    return joined([tag("p", said), *parts])


def _figures(view: View, found: Difference) -> Markup:
    """Return the figures that are different in the digits that are shown."""
    words = view.words
    rows = [row for each in found.figures if (row := _figure(view, each))]
    if not rows:
        return Markup("")
    caption = words.text("Figures of {period} that are different now", period=dates.name(words, found.earlier.period))
    heads = [words.text(head) for head in (N_("KPI"), N_("As reported"), N_("Now"), N_("Because"))]
    return table("different", caption, heads, rows, numbers=(1, 2))


def _figure(view: View, found: Restated) -> Markup | None:
    kpi, words = view.review.project.kpi(found.kpi), view.words
    before, now = (level(words, found.unit, value, found.low, found.high) for value in (found.before, found.now))
    if before == now:
        return None
    other = None if found.statistic == kpi.statistic else tag("small", words.text(STATISTICS[found.statistic]))
    cells = (tag("td", value, class_="number") for value in (before, now))
    return tag("tr", tag("th", view.label(kpi), other, scope="row"), *cells, tag("td", words.text(WHY[found.why])))


def _verdicts(view: View, found: Difference) -> Markup:
    words = view.words
    rows = list(_turned(view, found))
    if not rows:
        return Markup("")
    caption = words.text("Verdicts that are different now")
    heads = [words.text(head) for head in (N_("KPI"), N_("Compared with"), N_("As reported"), N_("Now"))]
    return table("different", caption, heads, rows)


def _turned(view: View, found: Difference) -> Iterator[Markup]:
    kpis = {kpi.name: kpi for kpi in view.review.kpis}
    for each in found.verdicts:
        kpi = kpis[each.kpi]
        said = [view.words.text(AGAINST[each.against]), *_said(view, kpi, each)]
        if said[1] != said[2]:
            yield tag("tr", tag("th", view.label(kpi), scope="row"), *(tag("td", text) for text in said))


def _said(view: View, kpi: Kpi, found: Turned) -> tuple[str, str]:
    return _verdict(view, kpi, found, found.before), _verdict(view, kpi, found, found.now)


def _verdict(view: View, kpi: Kpi, found: Turned, code: str) -> str:
    """Say a verdict as the page says it elsewhere."""
    if found.against == "usual":
        return view.words.text(CHANGES[code])
    if found.against == "benchmark" or code == "undetermined":
        return view.words.text(industry.told(kpi.unit)[code])
    good = code == "inside" or (code == "above") == (kpi.better == "higher")
    look = "reached" if good else "missed"
    return view.words.text(LOOKS[look])
