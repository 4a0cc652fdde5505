"""The analyst's panel: choose by mouse, see chart, table, verdict and sentence follow; dig, compare, keep.

Every choice goes through `Desk.ask`, so that what the panel shows can be had by code word for word.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import ipywidgets as widgets

from kpitools.errors import UserError
from kpitools.explore.answer import Answer
from kpitools.explore.desk import Desk
from kpitools.explore.keep import EXPORTS, add_to_report, export
from kpitools.explore.shown import ROLES, behind_table, segment_name, segment_value, what_if_table
from kpitools.explore.what_if import what_if
from kpitools.measure.behind import AT_MOST
from kpitools.periods import span
from kpitools.present.languages import N_
from kpitools.present.markup import tag

GRAINS = {
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
}
SHOWN = 50
"""Rows of those behind a figure that the panel itself shows; the export has `AT_MOST`."""


STYLE = (
    "<style>.kpitools-panel td, .kpitools-panel th { padding: .2em .6em; text-align: left; vertical-align: top; }"
    " .kpitools-panel td small, .kpitools-panel th small { display: block; } .kpitools-panel table { max-width: 100%; }"
    " .kpitools-panel .widget-html-content { overflow-x: auto; } .kpitools-panel svg { max-width: 44em; }</style>"
)


class Panel:
    """The controls, what they show, and the answer that is on screen."""

    def __init__(self, desk: Desk, kpi: str = "", every: str = "week") -> None:
        """Lay out the controls over a desk."""
        self.desk, self.words = desk, desk.words
        self.answer: Answer | None = None
        self._busy = False
        text = self.words.text
        self.kpi = _choice(text("KPI"), [(text(each.label), each.name) for each in desk.kpis], kpi or desk.first_kpi)
        self.definition = _choice(text("Definition"), [], None)
        self.every = _choice(text("By"), [(text(label), grain) for grain, label in GRAINS.items()], every)
        self.period = _choice(text("Up to"), [], None)
        self.benchmark = _choice(text("Against"), [], None)
        self.segments = {name: self._segment(name) for name in desk.segments}
        self.role = _choice(text("Rows"), [], None)
        self.name = widgets.Text(value="my_report", description=text("Notebook"))
        self.result, self.where, self.rows, self.other = (widgets.HTML() for _ in range(4))
        self.message = widgets.HTML()
        self._connect()
        self._choose_kpi()

    def view(self) -> widgets.Widget:
        """Return all of it, to be shown by a notebook."""
        text = self.words.text
        keep = _button(text("Add to my report"), "add", self._add)
        saves = [
            _button(text("Save as {form}", form=form.upper()), form, partial(self._export, form)) for form in EXPORTS
        ]
        tabs = widgets.Tab(
            [
                self.result,
                self.where,
                widgets.VBox([widgets.HBox([self.role, *saves]), self.rows]),
                widgets.VBox([_button(text("Count it otherwise"), "otherwise", self._otherwise), self.other]),
            ]
        )
        tabs.layout.width = "100%"
        for place, title in enumerate((text("Answer"), text("Where"), text("What stands behind it"), text("What if"))):
            tabs.set_title(place, title)
        first = widgets.HBox([self.kpi, self.definition, self.every, self.period])
        second = widgets.HBox([*self.segments.values(), self.benchmark])
        last = widgets.HBox([self.name, keep])
        whole = widgets.VBox([widgets.HTML(STYLE), first, second, tabs, last, self.message])
        return whole.add_class("kpitools-panel")

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
        return _choice(segment_name(self.words, name), [(self.words.text("all"), ""), *options], "")

    def _connect(self) -> None:
        self.kpi.observe(self._choose_kpi, "value")
        self.every.observe(self._choose_grain, "value")
        for control in (self.definition, self.period, self.benchmark, *self.segments.values()):
            control.observe(self._show, "value")
        self.role.observe(self._show_rows, "value")

    def _choose_kpi(self, _: object = None) -> None:
        """Offer the definitions and figures of the KPI, then the periods."""
        kpi = self.desk.project.kpi(self.kpi.value)
        with self._filling():
            _offer(self.definition, [(name, name) for name in kpi.variants], kpi.definition)
            figures = [(f"{figure.id}", figure.id) for figure in self.desk.figures(kpi)]
            _offer(self.benchmark, [(self.words.text("all figures"), ""), *figures], "")
        self._choose_grain()

    def _choose_grain(self, _: object = None) -> None:
        grain, reached = self.every.value, self.desk.coverage
        periods = [str(each) for each in span(reached.first, reached.last, grain)][::-1]
        newest = str(self.desk.newest(grain))
        with self._filling():
            _offer(self.period, [(each, each) for each in periods], newest)
        self._show()

    def _show(self, _: object = None) -> None:
        """Answer what is chosen now."""
        if self._busy:
            return
        chosen = {name: control.value for name, control in self.segments.items() if control.value}
        try:
            self.answer = self.desk.ask(
                f"{self.kpi.value}:{self.definition.value}", self.every.value, self.period.value,
                benchmark=self.benchmark.value or "", **chosen,
            )  # fmt: skip
            self.result.value = str(self.answer.html())
            self.where.value = str(self.answer.apart().html)
            self.message.value = self.other.value = ""
        except UserError as wrong:
            self._say(str(wrong))
            return
        self._show_rows()

    def _show_rows(self, _: object = None) -> None:
        if self._busy or self.answer is None:
            return
        try:
            found = self.answer.behind(self.role.value, at_most=SHOWN)
        except UserError as wrong:
            self.rows.value = str(tag("p", str(wrong)))
            return
        if self.role.value is None:
            roles: list[tuple[str, str | None]] = [(f"{self.words.text('all')} ({found.total})", None)]
            roles += [(f"{self.words.text(ROLES[name])} ({n})", name) for name, n in found.counts.items()]
            with self._filling():
                _offer(self.role, roles, None)
        self.rows.value = str(behind_table(found, self.words))

    def _otherwise(self, _: object = None) -> None:
        if self.answer is not None:
            self.other.value = str(what_if_table(what_if(self.answer, weekends=True), self.answer))

    def _export(self, form: str, _: object = None) -> None:
        if self.answer is not None:
            self._try(partial(export, self.answer, form, self.role.value, at_most=AT_MOST))

    def _add(self, _: object = None) -> None:
        if self.answer is not None:
            self._try(partial(add_to_report, self.answer, self.name.value))

    def _try(self, act: Callable[[], Any]) -> None:
        """Do it, and say where the result is; or what the analyst can mend."""
        try:
            self._say(self.words.text("Written: {path}", path=act()))
        except (UserError, OSError) as wrong:
            self._say(str(wrong))

    def _say(self, text: str) -> None:
        self.message.value = str(tag("p", text, role="status"))


def panel(desk: Desk, kpi: str = "", every: str = "week") -> widgets.Widget:
    """Return the controls over a desk: the last line of a notebook's cell shows them.

    `kpi` and `every` are what is shown first; without a KPI, the answer rate or the first that the exports allow.
    """
    return Panel(desk, kpi, every).view()


def _choice(label: str, options: Sequence[Any], value: object) -> widgets.Dropdown:
    return widgets.Dropdown(options=options, value=value, description=label, style={"description_width": "initial"})


def _offer(control: widgets.Dropdown, options: Sequence[tuple[str, Any]], value: object) -> None:
    """Offer other options; what was chosen stays where it is still one of them."""
    kept = control.value if control.value in [each for _, each in options] else value
    control.options = options
    control.value = kept


def _button(label: str, name: str, act: Callable[..., None]) -> widgets.Button:
    made = widgets.Button(description=label, layout={"width": "auto"}).add_class(f"kpitools-{name}")
    made.on_click(act)
    return made
