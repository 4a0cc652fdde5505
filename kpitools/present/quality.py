"""The page on data quality: whether our numbers agree with the vendor's, and what the data allow."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from IPython.display import display

from kpitools.findings.quality import Days, Quality, quality
from kpitools.present import data, dates, reconciled, say, screens
from kpitools.present.codes import TABLES
from kpitools.present.languages import N_, words
from kpitools.present.markup import Markup, Shown, joined, table, tag
from kpitools.present.numbers import number
from kpitools.present.pages import PAGE, Page, asked
from kpitools.present.scorecard import reason
from kpitools.present.view import View

MANY = 8
"""Days that are named one by one; more are counted."""

FITS = N_("{kpi}: the vendor's {value} fits this definition best: {meaning}")
NEAREST = N_("{kpi}: no definition gives most of the vendor's figures ({value}); this one comes nearest: {meaning}")


class QualityPage(Page):
    """What the data of one period are good for, in one language; each method is what one cell shows."""

    def __init__(self, found: Quality, view: View) -> None:
        """Show what was found, in the language of a view of its review."""
        super().__init__(view)
        self.found = found

    def title(self) -> Shown:
        """Say what the page is: title and language for the exporter (displayed apart), then team and coverage."""
        view, said = self.view, self.view.words
        about = view.review.project.about
        service = about.name if "name" in about.model_fields_set else said.text("Customer service")
        period = dates.title(said, view.review.period)
        title = said.text("{service}: data quality, {period}", service=service, period=period)
        first = list(self._headlines())
        made: dict[str, object] = {"language": said.language, "title": title, "description": first[0]}
        made |= {"headline": first, "period": str(view.review.period), "accounts": self.accounts()}
        display({PAGE: made, "text/plain": title}, raw=True)  # type: ignore[no-untyped-call]
        simulated = say.simulated(view)
        notes = [tag("p", simulated, class_="simulated")] if simulated else []
        return Shown(joined([tag("p", self._meta(), class_="meta"), *notes]))

    def headline(self) -> Shown:
        """Return the sentences that carry the page."""
        return Shown(tag("ol", *(tag("li", said) for said in self._headlines()), class_="headline"))

    def _headlines(self) -> Iterator[str]:
        view, said = self.view, self.view.words
        accounts = view.review.accounts
        out, aside = (sum(sum(fate.values()) for fate in fates) for fates in
                      ([a.excluded for a in accounts], [a.set_aside for a in accounts]))  # fmt: skip
        read, used = (number(said, sum(counts)) for counts in ([a.read for a in accounts], [a.used for a in accounts]))
        yield said.text(
            "Rows read: {read}. Used: {used}; left out for a known reason: {out}; set aside, as they cannot be "
            "understood: {aside}.",
            read=read, used=used, out=number(said, out), aside=number(said, aside),
        )  # fmt: skip
        yield from self._agreement()
        yield from self._screens()
        missing = sum(len(one.missing) for one in self.found.days)
        if missing:
            yield said.plural(
                "On {n} day there is no row where there usually are some.",
                "On {n} days there is no row where there usually are some.", missing, n=number(said, missing),
            )  # fmt: skip

    def _agreement(self) -> Iterator[str]:
        """Say how many durations are the vendor's own, and how many of the others are explained."""
        said, found = self.view.words, self.found
        rows, apart = (
            sum(values) for values in ([d.rows for d in found.durations], [d.apart for d in found.durations])
        )
        if rows:
            yield said.text(
                "Of {rows} durations that the vendor computed too, {equal} are equal; of the {apart} others, a reason "
                "is found for {explained}.",
                rows=number(said, rows), equal=number(said, rows - apart), apart=number(said, apart),
                explained=number(said, apart - sum(one.unexplained for one in found.durations)),
            )  # fmt: skip
        elif not found.rates and found.threshold is None:
            yield said.text("No export carries numbers of its vendor: ours are compared with nobody's.")

    def _screens(self) -> Iterator[str]:
        """Say what the figures of a vendor's screen count, the first ones."""
        said = self.view.words
        for rate in self.found.rates[:2]:
            yield said.text(
                FITS if rate.fits else NEAREST,
                kpi=self.view.label(rate.kpi), value=screens.shown(said, rate, rate.theirs),
                meaning=data.meant(said, rate.best.kpi),
            )  # fmt: skip

    def reconciliation(self) -> Shown:
        """Return our durations, verdicts and figures beside the vendor's."""
        found = self.found
        return Shown(reconciled.sections(self.view, found.durations, found.threshold, found.rates))

    def rows(self) -> Shown:
        """Return what became of every row of every source."""
        return Shown(data.rows(self.view))

    def provenance(self) -> Shown:
        """Return who made the page, of what data and figures."""
        return Shown(data.provenance(self.view))

    def _nothing(self, message: str) -> Shown:
        return Shown(tag("p", self.view.words.text(message), class_="note"))

    def days(self) -> Shown:
        """Return how many rows each table has, and the days without any."""
        said = self.view.words
        heads = (said.text("Table"), said.text("Rows"), said.text("First day"), said.text("Last day"),
                 said.text("Days without rows where there usually are some"))  # fmt: skip
        if not self.found.days:
            return self._nothing(N_("No table has rows from day to day."))
        rows = [self._days(one) for one in self.found.days]
        return Shown(table("balance", said.text("Rows of the period, table by table"), heads, rows, numbers=(1,)))

    def _days(self, one: Days) -> Markup:
        said = self.view.words
        first, last = (dates.short(said, day) if day else None for day in (one.first, one.last))
        named = [dates.short(said, day) for day in one.missing[:MANY]]
        more = len(one.missing) - len(named)
        named += [said.plural("{n} more", "{n} more", more, n=more)] if more else []
        missing = dates.listed(said, named) if named else said.text("none")
        return tag(
            "tr", tag("th", said.text(TABLES[one.table]), scope="row"),
            tag("td", number(said, one.rows), class_="number"), tag("td", first), tag("td", last), tag("td", missing),
        )  # fmt: skip

    def lacking(self) -> Shown:
        """Return the KPIs that the data do not allow, by what is missing."""
        view, said = self.view, self.view.words
        measured = said.plural(
            "The data allow {n} KPI.", "The data allow {n} KPIs.", self.found.measured, n=self.found.measured
        )
        because: dict[str, list[str]] = {}
        for name, code in view.review.unmeasured:
            why = code if code.startswith("missing_column") else code.partition(":")[0]
            because.setdefault(why, []).append(view.label(name))
        if not because:
            return Shown(tag("p", measured, " ", said.text("None is missing.")))
        heads = (said.text("What is missing"), said.text("KPIs"))
        names = {code: tag("th", reason(view, code), self._column(code), scope="row") for code in because}
        rows = [
            tag("tr", names[code], tag("td", dates.listed(said, kpis)))
            for code, kpis in sorted(because.items(), key=lambda one: -len(one[1]))
        ]
        return Shown(tag("p", measured) + table("balance", said.text("KPIs that the data do not allow"), heads, rows))

    def _column(self, code: str) -> Markup | None:
        """Name the column that is missing, on this page only: its readers bring the exports."""
        column = code.partition(":")[2]
        return tag("small", self.view.words.text("column {column}", column=column)) if column else None

    def matching(self) -> Shown:
        """Say how many contacts found their ticket."""
        found, said = self.found.matching, self.view.words
        if found is None:
            return self._nothing(N_("There are no contacts and tickets to be matched with each other."))
        counts = (
            (N_("Contacts matched by the number of the ticket"), found.by_number),
            (N_("Contacts matched by customer and time"), found.by_customer),
            (N_("Contacts of a customer without a ticket at that time"), found.alone),
            (N_("Contacts with a number that no ticket has"), found.other_number),
            (N_("Contacts of nobody known: a withheld number, or none"), found.nobody),
            (N_("Tickets with a contact"), found.tickets_met),
            (N_("Tickets without a contact"), found.tickets - found.tickets_met),
        )
        rows = [
            tag("tr", tag("th", said.text(what), scope="row"), tag("td", number(said, n), class_="number"))
            for what, n in counts
        ]
        heads = (said.text("Contacts and tickets"), said.text("Number"))
        return Shown(
            table(
                "balance",
                said.text("How contacts and tickets were matched, over all the data"),
                heads,
                rows,
                numbers=(1,),
            )
        )


def quality_page(
    project: Path | str = ".",
    period: str | int = "",
    team: str | int = "",
    language: str = "en",
    today: date | str | None = None,
) -> QualityPage:
    """Look at the data of a period of a project and make the page on them; arguments and errors as for `page`."""
    said, found = words(language), quality(*asked(project, period, team, today))
    return QualityPage(found, View(found.review, said))
