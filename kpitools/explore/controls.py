"""The panel's controls, and how they and what they show look in JupyterLab."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

WRAPPED = {"flex_flow": "row wrap"}
STYLE = (
    "<style>.kpitools-choices .widget-inline-hbox { flex-flow: column; align-items: stretch; height: auto; width: 14em;"
    " margin: 0 1.2em .6em 0; } .kpitools-choices .widget-label { text-align: left; line-height: 1.5; height: auto;"
    " width: auto; color: var(--jp-ui-font-color2); }"
    " .kpitools-choices :is(select, input) { flex: none; width: 100%; height: var(--jp-widgets-inline-height); }"
    " .kpitools-panel :is(td, th) { padding: .2em .9em .2em 0; text-align: left; vertical-align: top; }"
    " .kpitools-panel tr .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }"
    " .kpitools-panel caption { text-align: left; font-weight: 600; padding: .9em 0 .3em; }"
    " .kpitools-panel thead th { font-weight: 400; color: var(--jp-ui-font-color2); }"
    " .kpitools-panel tbody tr { border-top: 1px solid var(--jp-border-color3); }"
    " .kpitools-panel table { max-width: 100%; border-collapse: collapse; }"
    " .kpitools-panel small { display: block; color: var(--jp-ui-font-color2); max-width: 44em; }"
    " .kpitools-panel .widget-html-content { overflow-x: auto; } .kpitools-panel svg { max-width: 44em; }"
    " .kpitools-panel .widget-html-content :is(td, th, p) { line-height: 1.4; }"
    " .kpitools-panel figure { margin: 0; } .kpitools-panel table.behind td { white-space: nowrap; }"
    " .kpitools-panel .lm-TabBar-tab { flex: none !important; max-width: none !important; }</style>"
)


def choice(label: str, options: Sequence[Any], value: object) -> widgets.Dropdown:
    """Return a list to choose from."""
    return widgets.Dropdown(options=options, value=value, description=label, style={"description_width": "initial"})


def number(label: str, value: float) -> widgets.BoundedFloatText:
    """Return a field for a number that is not negative."""
    return widgets.BoundedFloatText(value, min=0, max=1e6, description=label, style={"description_width": "initial"})


def choices(controls: Sequence[widgets.Widget]) -> widgets.HBox:
    """Lay controls side by side, each under its label."""
    return widgets.HBox(controls, layout=WRAPPED).add_class("kpitools-choices")


def offer(control: widgets.Dropdown, options: Sequence[tuple[str, Any]], value: object) -> None:
    """Offer other options; what was chosen stays where it is still one of them."""
    kept = control.value if control.value in [each for _, each in options] else value
    control.options = options
    control.value = kept


def button(label: str, name: str, act: Callable[..., None]) -> widgets.Button:
    """Return a button; its class is what a test finds it by."""
    made = widgets.Button(description=label, layout={"width": "auto"}).add_class(f"kpitools-{name}")
    made.on_click(act)
    return made
