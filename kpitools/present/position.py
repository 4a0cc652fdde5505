"""The whole position: every published figure with its source and age, beside what is measured and done here."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from kpitools.benchmarks import Benchmark, latest, load
from kpitools.catalogue import KPIS, measurable
from kpitools.findings import review
from kpitools.findings.choice import response_rates
from kpitools.present import dates, industry, tables
from kpitools.present.languages import N_, words
from kpitools.present.markup import Markup, Shown, joined, table, tag
from kpitools.present.pages import Page, asked
from kpitools.present.view import View
from kpitools.project import Report

CHANNELS_OFFERED = "channels_offered"
SHOWN = frozenset(KPIS) - {*response_rates(KPIS), "handled_rate"}
"""The KPIs of the page: all but those that stand beside a score, and the answer rate's other name."""
SIDES = {
    "better": N_("{n} better"),
    "worse": N_("{n} worse"),
    "met": N_("{n} within"),
    "undetermined": N_("{n} too close to tell"),
}
"""On which side of a published level a service stands (`industry.side`), counted."""


class PositionPage(Page):
    """Where a service stands among all published figures, in one language; each method is what one cell shows."""

    def __init__(self, view: View, published: Iterable[Benchmark]) -> None:
        """Show a review of all KPIs beside the figures published."""
        super().__init__(view)
        self.published = tuple(published)

    def named(self, service: str, period: str) -> str:
        """Name the page."""
        service = self.view.review.team or service
        return self.view.words.text("{service}: position in the industry, {period}", service=service, period=period)

    def says(self) -> list[str]:
        """Return on which side of the published levels the service stands, counted, then the most telling place."""
        view, words = self.view, self.view.words
        sides: Counter[str] = Counter(
            industry.side(kpi, held)
            for kpi in view.review.kpis if kpi.better in ("higher", "lower")
            for held in {held.id: held for held in view.compared(kpi, "benchmark") if held.verdict}.values()
        )  # fmt: skip
        if not sides and not view.review.complete:
            return []
        if not sides:
            return [words.text("No published figure compares with these KPIs.")]
        counts = dates.listed(words, [words.text(SIDES[each], n=sides[each]) for each in SIDES if sides[each]])
        said = words.plural(
            "{n} published level compares with ours, wholly or in part: {list}.",
            "{n} published levels compare with ours, wholly or in part: {list}.",
            sides.total(), n=sides.total(), list=counts,
        )  # fmt: skip
        return [said, *industry.position(view)]

    def headline(self) -> Shown:
        """Return the sentences that carry the page."""
        return Shown(tag("ol", *(tag("li", said) for said in self.says()), class_="headline"))

    def levels(self) -> Shown:
        """Return every KPI beside what others aim at, attain and accept, then the further figures."""
        return Shown(tables.industry_table(self.view))

    def practices(self) -> Shown:
        """Return what others do, with the part of them that does it, and whether it is done here."""
        text = self.view.words.text
        found = [figure for figure in self.published if figure.kind == "practice" and figure.share_of_panel is not None]
        if not found:
            return Shown(tag("p", text("There is no published figure on what others do."), class_="note"))
        heads = (text("What others do"), text("How many"), text("Here"))
        rows = (self._practice(figure, heads) for figure in found)
        return Shown(table("industry practices", text("Practices of others, and of this service"), heads, rows))

    def unmeasured(self) -> Shown:
        """Return the published figures on KPIs that are not measured here."""
        review_ = self.view.review
        mixed = set(review_.mixes["kpi"]) if len(review_.mixes) else set()
        mine = {kpi.name for kpi in review_.kpis} | mixed | {CHANNELS_OFFERED}
        others = [each for each in self.published if each.kpi not in mine and not mine & set(each.also)]
        items = [
            tag("li", tag("b", self.view.label(each.kpi), " ", tables.stated_by(self.view, each)), ": ",
                tables.own(self.view, each.definition), " ",
                tag("small", tables.source(self.view, each)))
            for each in others if each.kind != "practice"
        ]  # fmt: skip
        none = self.view.words.text("There are none: every published level is of a KPI shown above.")
        return Shown(tag("ul", *items, class_="figures") if items else tag("p", none))

    def sources(self) -> Shown:
        """Return the publications, each with its year, its panel and how many figures are from it."""
        text = self.view.words.text
        known: dict[str, list[Benchmark]] = {}
        for figure in self.published:
            known.setdefault(figure.source.key, []).append(figure)
        heads = (text("Source"), text("Figures"))
        rows = (
            tag("tr", tag("th", tables.source(self.view, figures[0]), scope="row"),
                tag("td", str(len(figures)), data_label=heads[1], class_="number"))
            for figures in known.values()
        )  # fmt: skip
        caption = text("Publications, their year, and how many figures are from each")
        return Shown(table("industry sources", caption, heads, rows, numbers=(1,)))

    def _practice(self, figure: Benchmark, heads: tuple[str, ...]) -> Markup:
        what = joined([tables.own(self.view, figure.definition), tag("small", tables.source(self.view, figure))])
        share = tables.share(self.view, figure)
        row = tag("th", what, scope="row")
        return tag("tr", row, tag("td", share, data_label=heads[1]), tag("td", self._here(figure), data_label=heads[2]))

    def _here(self, figure: Benchmark) -> str:
        """Say whether the service does it, as far as its exports and its project file tell."""
        text, review_ = self.view.words.text, self.view.review
        if figure.kpi == CHANNELS_OFFERED:
            used = set(review_.channels.loc[review_.channels["n"] > 0, "channel"]) - {"unknown", None}
            if figure.channel and not figure.channel_detail:
                return text("in the data") if figure.channel in used else text("not in the data")
            if figure.channel:
                return text("cannot tell")
            return self.view.words.plural("{n} channel", "{n} channels", len(used), n=len(used))
        measured = any(kpi.name == figure.kpi for kpi in review_.kpis)
        aimed = any(target.kpi == figure.kpi for target in review_.project.targets)
        measuring = text("measured") if measured else text("not measured")
        states = (measuring, text("target set") if aimed else text("no target"))
        return " \N{MIDDLE DOT} ".join(states)


def position_page(
    project: Path | str = ".", period: str | int = "", team: str | int = "", language: str = "en",
    today: date | str | None = None,
) -> PositionPage:  # fmt: skip
    """Hold every KPI that the exports allow against all published figures; arguments and errors as of `page`."""
    said, (opened, when, whose, day) = words(language), asked(project, period, team, today)
    every = Report(kpis=[kpi.name for kpi in measurable() if kpi.name in SHOWN])
    whole = opened.model_copy(update={"reports": [every]})
    found = review(whole, when, whose, day)
    return PositionPage(View(found, said), latest(load(extra=opened.folder / "benchmarks")))
