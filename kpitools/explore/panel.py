"""The analyst's panel: choose by mouse, see chart, table, verdict and sentence follow; dig, compare, keep.

Every choice goes through `Desk.ask`, so that what the panel shows can be had by code word for word.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from kpitools.errors import UserError, require_known
from kpitools.explore.answer import Answer
from kpitools.explore.controls import STYLE, button, choice, choices, number, offer
from kpitools.explore.desk import Desk
from kpitools.explore.keep import EXPORTS, add_to_report, export
from kpitools.explore.shown import ROLES, behind_table, figure_name, segment_name, segment_value, what_if_table
from kpitools.explore.what_if import what_if
from kpitools.measure.behind import AT_MOST
from kpitools.periods import span
from kpitools.present.data import meant
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, tag

GRAINS = {
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
}
TABS = (N_("Answer"), N_("Where"), N_("What stands behind it"), N_("What if"))
BEHIND, OTHERWISE = 2, 3
"""The places among them of what stands behind the answer, and of other ways of counting it."""
SHOWN = 50
"""Rows of those behind a figure that the panel itself shows; the export has `AT_MOST`."""


THRESHOLDS = {
    "seconds": N_("Threshold (s)"),
    "short_seconds": N_("Given up at once (s)"),
    "hours": N_("In time (h)"),
    "days": N_("Window (days)"),
}
"""How the numbers of a definition are called that an analyst may change."""


class Panel:
    """The controls, what they show, and the answer that is on screen."""

    def __init__(self, desk: Desk, kpi: str = "", every: str = "week") -> None:
        """Lay out the controls over a desk."""
        self.desk, self.words = desk, desk.words
        self.answer: Answer | None = None
        self._busy = False
        self._stale: set[int] = set()
        text = self.words.text
        first = require_known(kpi, [each.name for each in desk.kpis], "KPI with a value") if kpi else desk.first_kpi
        require_known(every, GRAINS, "grain of the panel")
        self.kpi = choice(text("KPI"), [(text(each.label), each.name) for each in desk.kpis], first)
        self.definition = choice(text("Definition"), [], None)
        self.every = choice(text("By"), [(text(label), grain) for grain, label in GRAINS.items()], every)
        self.period = choice(text("Up to"), [], None)
        self.benchmark = choice(text("Against"), [], None)
        self.segments = {name: self._segment(name) for name in desk.segments}
        self.role = choice(text("Rows"), [], None)
        self.without = choice(text("Without"), [], None)
        self.thresholds: dict[str, widgets.BoundedFloatText] = {}
        self.ways = choices([self.without])
        self.name = widgets.Text(value="my_report", description=text("Notebook"))
        self.pages = tuple(widgets.HTML() for _ in TABS)
        self.message = widgets.HTML()
        self.tabs = self._tabs()
        self._connect()
        self._choose_kpi()

    def view(self) -> widgets.Widget:
        """Return all of it, to be shown by a notebook."""
        text = self.words.text
        keep = button(text("Add to my report"), "add", self._add)
        first = choices([self.kpi, self.definition, self.every, self.period])
        second = choices([*self.segments.values(), self.benchmark])
        last = widgets.HBox([self.name, keep])
        whole = widgets.VBox([widgets.HTML(STYLE), first, second, self.tabs, last, self.message])
        return whole.add_class("kpitools-panel")

    def _tabs(self) -> widgets.Tab:
        """Lay out what is shown of an answer; each tab is filled when it is opened."""
        text = self.words.text
        forms = [(text("Save as {form}", form=form.upper()), form) for form in EXPORTS]
        saves = [button(label, form, partial(self._export, form)) for label, form in forms]
        above = {BEHIND: [widgets.HBox([self.role, *saves])], OTHERWISE: [self.ways]}
        pages = [widgets.VBox([*above.get(place, []), page]) for place, page in enumerate(self.pages)]
        tabs = widgets.Tab(pages, titles=[text(title) for title in TABS])
        tabs.layout.width = "100%"
        tabs.selected_index = 0
        tabs.observe(self._fill, "selected_index")
        return tabs

    @contextmanager
    def _filling(self) -> Iterator[None]:
        """Offer other options without an answer to every step on the way."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    def _segment(self, name: str) -> widgets.Dropdown:
        options = [(segment_value(self.words, name, value), value) for value in self.desk.values(name)]
        return choice(segment_name(self.words, name), [(self.words.text("all"), ""), *options], "")

    def _connect(self) -> None:
        self.kpi.observe(self._choose_kpi, "value")
        self.every.observe(self._choose_grain, "value")
        for control in (self.definition, self.period, self.benchmark, *self.segments.values()):
            control.observe(self._show, "value")
        self.role.observe(partial(self._again, BEHIND), "value")
        self.without.observe(partial(self._again, OTHERWISE), "value")

    def _choose_kpi(self, _: object = None) -> None:
        """Offer the definitions and figures of the KPI, and the periods."""
        kpi, every = self.desk.project.kpi(self.kpi.value), (self.words.text("all figures"), "")
        with self._filling():
            offer(self.definition, [(name, name) for name in kpi.variants], kpi.definition)
            offer(self.benchmark, [every], "")
        self._choose_grain()
        if self.answer is not None:
            answer, known = self.answer, (figure for figure in self.desk.figures(kpi) if figure.has_level)
            with self._filling():
                offer(self.benchmark, [every, *((figure_name(answer, figure), figure.id) for figure in known)], "")

    def _choose_grain(self, _: object = None) -> None:
        grain, reached = self.every.value, self.desk.coverage
        periods = [str(each) for each in span(reached.first, reached.last, grain)][::-1]
        newest = str(self.desk.newest(grain))
        with self._filling():
            offer(self.period, [(each, each) for each in periods], newest)
        self._show()

    def _show(self, _: object = None) -> None:
        """Answer what is chosen now, in the tab that is open; the others wait until they are opened."""
        if self._busy:
            return
        chosen = {name: control.value for name, control in self.segments.items() if control.value}
        try:
            self.answer = self.desk.ask(
                f"{self.kpi.value}:{self.definition.value}", self.every.value, self.period.value,
                benchmark=self.benchmark.value or "", **chosen,
            )  # fmt: skip
        except UserError as wrong:
            self._say(str(wrong))
            return
        with self._filling():
            offer(self.role, [(self.words.text("all"), "")], "")
            self._offer_ways(self.answer)
        self._stale = set(range(len(self.pages)))
        for place in self._stale - {self.tabs.selected_index}:
            self.pages[place].value = ""
        self._fill()

    def _offer_ways(self, answer: Answer) -> None:
        """Offer what may be left out or changed of an answer: values of segments, and the numbers of its definition."""
        text, asked = self.words.text, answer.question.where
        parts: list[tuple[str, Any]] = [
            (text("{segment}: {value}", segment=segment_name(self.words, name),
                  value=segment_value(self.words, name, value)), (name, value))
            for name in self.segments if name not in asked for value in self.desk.values(name)
        ]  # fmt: skip
        offer(self.without, [(text("nothing"), ()), *parts], ())
        numbers = answer.kpi.parameters
        if list(self.thresholds) != list(numbers):
            self.thresholds = {name: number(text(THRESHOLDS[name]), value) for name, value in numbers.items()}
            for control in self.thresholds.values():
                control.observe(partial(self._again, OTHERWISE), "value")
            self.ways.children = (self.without, *self.thresholds.values())

    def _fill(self, _: object = None) -> None:
        """Work out the tab that is open, unless it holds the present answer already."""
        place = self.tabs.selected_index
        if self.answer is None or place not in self._stale:
            return
        self._say(self.words.text("One moment: this is being worked out."))
        try:
            show = (self._answer, self._where, self._behind, self._otherwise)[place]
            self.pages[place].value = str(show(self.answer))
        except UserError as wrong:
            self._say(str(wrong))
            return
        self._stale.discard(place)
        self.message.value = ""

    def _answer(self, answer: Answer) -> Markup:
        return joined([answer.html(), tag("p", tag("small", meant(self.words, answer.kpi)))])

    def _where(self, answer: Answer) -> Markup:
        return answer.apart().html

    def _behind(self, answer: Answer) -> Markup:
        """Show the first rows behind the answer, and offer their roles."""
        try:
            found = answer.behind(self.role.value or None, at_most=SHOWN)
        except UserError as wrong:
            return tag("p", str(wrong))
        if not self.role.value:
            roles = [(f"{self.words.text('all')} ({found.total})", "")]
            roles += [(f"{self.words.text(ROLES[name])} ({n})", name) for name, n in found.counts.items()]
            with self._filling():
                offer(self.role, roles, "")
        return behind_table(found, self.words)

    def _otherwise(self, answer: Answer) -> Markup:
        now = answer.kpi.parameters
        changed = {name: [each.value] for name, each in self.thresholds.items() if each.value != now[name]}
        without = dict([self.without.value] if self.without.value else [])
        return what_if_table(what_if(answer, parameters=changed, weekends=True, without=without), answer)

    def _again(self, place: int, _: object = None) -> None:
        """Work a tab out anew, as something was chosen in it."""
        if not self._busy:
            self._stale.add(place)
            self._fill()

    def _export(self, form: str, _: object = None) -> None:
        if self.answer is not None:
            self._try(partial(export, self.answer, form, self.role.value or None, at_most=AT_MOST))

    def _add(self, _: object = None) -> None:
        if self.answer is not None:
            self._try(partial(add_to_report, self.answer, self.name.value))

    def _try(self, act: Callable[[], Path]) -> None:
        """Do it, and say where the result is; or what the analyst can mend."""
        try:
            written = act().relative_to(self.desk.project.folder)
            self._say(self.words.text("Written: {path}", path=written.as_posix()))
        except (UserError, OSError) as wrong:
            self._say(str(wrong))

    def _say(self, text: str) -> None:
        self.message.value = str(tag("p", text, role="status"))


def panel(desk: Desk, kpi: str = "", every: str = "week") -> widgets.Widget:
    """Return the controls over a desk: the last line of a notebook's cell shows them.

    `kpi` and `every` are what is shown first; without a KPI, the answer rate or the first that the exports allow.

    >>> type(panel(work, "csat", every="month")).__name__
    'VBox'
    """
    return Panel(desk, kpi, every).view()
