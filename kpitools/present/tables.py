"""The tables beside the scorecard: the industry by kind, and the channels."""

from collections.abc import Iterable, Iterator

from kpitools.benchmarks import Benchmark, is_old
from kpitools.kpi import Kpi
from kpitools.present import industry
from kpitools.present.codes import CHANNELS, KINDS, WHY
from kpitools.present.languages import N_
from kpitools.present.markup import Markup, joined, table, tag
from kpitools.present.numbers import level, trimmed
from kpitools.present.scorecard import value
from kpitools.present.view import Compared, Measured, View, measured, records

SIDE_BY_SIDE = ("aimed_at", "attained", "expected")


def industry_section(view: View) -> Markup:
    """Return the figures beside ours, then the publications that they are from."""
    used = {figure.source.key: figure for figure in view.review.benchmarks}
    items = tag("ul", *(tag("li", source(view, figure)) for figure in used.values()))
    summary = tag("summary", view.words.text("The sources of these figures"))
    return joined([industry_table(view), tag("details", summary, items) if used else None])


def industry_table(view: View) -> Markup:
    """Return each KPI with what others aim at, attain and accept, then every further figure in an appendix."""
    words = view.words
    shown = [kpi for kpi in view.review.kpis if _compared(view, kpi)]
    parts = [tag("p", words.text("No published figure compares with these KPIs."), class_="note")]
    if shown:
        heads = (words.text("Kind"), words.text("Level"), words.text("Here"), words.text("Source"))
        rows = [row for kpi in shown for row in _rows(view, kpi, heads)]
        caption = words.text("What others aim at, what they attain, and what customers accept: three different things")
        parts = [table("industry", caption, heads, rows)]
    return joined([*parts, _appendix(view)])


def _compared(view: View, kpi: Kpi) -> list[Compared]:
    """Return the figures of a KPI that compare, wholly or partly: all channels first, by kind, each once."""
    found = {c.id: c for c in view.compared(kpi, "benchmark") if c.kind in SIDE_BY_SIDE and c.comparable != "no"}
    return sorted(found.values(), key=lambda held: (held.channel is not None, SIDE_BY_SIDE.index(held.kind or "")))


def _rows(view: View, kpi: Kpi, heads: tuple[str, ...]) -> Iterator[Markup]:
    """Return a row for each figure; the KPI and its own value stand before the first one."""
    held = _compared(view, kpi)
    now = tag("span", value(view, kpi, view.measured(kpi)), class_="ours")
    yield tag("tr", tag("th", view.label(kpi), " ", now, scope="rowgroup", colspan=len(heads)), class_="group")
    for one in held:
        figure = view.benchmark(one.id)
        if figure is not None:
            yield _row(view, kpi, one, figure, heads)


def _row(view: View, kpi: Kpi, held: Compared, figure: Benchmark, heads: tuple[str, ...]) -> Markup:
    words = view.words
    channel = tag("small", words.text(CHANNELS[held.channel])) if held.channel in CHANNELS else None
    cells = (
        (tag("span", _level(view, figure)), _panel(view, figure)),
        _here(view, kpi, held),
        (tag("span", industry.cited(view, figure)), *(tag("small", why) for why in _in_part(view, held, figure))),
    )
    parts = (tag("td", *cell, data_label=head) for cell, head in zip(cells, heads[1:], strict=True))
    return tag("tr", tag("th", _capital(words.text(KINDS[figure.kind])), channel, scope="row"), *parts)


def _here(view: View, kpi: Kpi, held: Compared) -> tuple[Markup, ...]:
    """Say on which side we are, with the value of the channel where it is about one, and how many cases would tell."""
    words = view.words
    if held.verdict is None:
        why = WHY["incomplete"] if held.why == "incomplete" else N_("no level of ours compares")
        return (tag("small", words.text(why)),)
    own = view.of_channel(kpi, held.statistic, held.channel) if held.channel else None
    parts = [tag("span", _capital(industry.verdict(view, held)))]
    if own is not None and own.value is not None:
        parts.append(tag("small", level(words, kpi.unit, own.value, own.low, own.high)))
    more = industry.enough(view, held)
    return (*parts, tag("small", more)) if more else tuple(parts)


def _in_part(view: View, held: Compared, figure: Benchmark) -> Iterator[str]:
    """Say why a figure compares in part only: what its file says of it, and that our definition is another."""
    if figure.comparable == "partly":
        yield own(view, figure.because)
    ours = next(kpi for kpi in view.review.kpis if kpi.name == held.kpi)
    if figure.in_other_definition(ours.name, ours.definition_id):
        yield view.words.text("our definition is another than such figures usually have")


def _level(view: View, figure: Benchmark) -> str:
    """Write the level that a figure states or is about; where it has none, the part of the panel that it states."""
    if figure.bounds != (None, None):
        return industry.about(view, figure)
    aim = view.benchmark(figure.of)
    return share(view, figure) if aim is None else industry.about(view, aim)


def share(view: View, figure: Benchmark) -> str:
    """Write the part of the panel that a figure speaks of, as the source gives it: exactly, about or over."""
    words = view.words
    part = words.text("{number}%", number=trimmed(words, 100 * (figure.share_of_panel or 0), 1))
    readings = {
        "about": words.text("about {share}", share=part),
        "over": words.text("over {share}", share=part),
    }
    return readings.get(figure.share_reads, part)


def _panel(view: View, figure: Benchmark) -> Markup | None:
    """Say what part of whom aims at, attains or accepts a level, where a figure speaks of a part of a panel."""
    if figure.share_of_panel is None:
        return None
    who = own(view, figure.who) if figure.who else view.words.text("those asked")
    if figure.bounds == (None, None) and view.benchmark(figure.of) is None:
        return tag("small", who)
    return tag("small", view.words.text("by {share} ({who})", share=share(view, figure), who=who))


def own(view: View, given: object) -> Markup:
    """Return a text of a benchmark file, marked with its language where that is not the page's."""
    if given is None:
        return Markup("")
    found, spoken = given.found(view.words.language)  # type: ignore[attr-defined]
    return Markup("{}").format(found) if spoken == view.words.language else tag("span", found, lang=spoken)


def source(view: View, figure: Benchmark) -> Markup:
    """Return title, year and panel of a figure's source; an old one is said to be old."""
    words, origin = view.words, figure.source
    title = tag(
        "cite", origin.title or origin.name, lang=None if origin.language == words.language else origin.language
    )
    by = origin.publisher if origin.title and origin.publisher else None
    year = words.text("undated") if figure.year is None else str(figure.year)
    if figure.year is not None and is_old(figure.year, view.review.today):
        year = words.text("{year}, an old figure", year=figure.year)
    parts = [title, *(Markup("{}").format(part) for part in (by, year) if part)]
    if origin.author_panel:
        parts.append(own(view, origin.author_panel))
    return Markup(", ").join(parts)


def _appendix(view: View) -> Markup:
    """Return what is observed, practised or required, and what does not compare, with the reason."""
    words = view.words
    each = [(kpi, held) for kpi in view.review.kpis for held in _others(view, kpi)]
    items = [_appended(view, kpi, held) for kpi, held in each]
    if not items:
        return Markup("")
    summary = words.text("Further published figures, and those that do not compare")
    return tag("details", tag("summary", summary), tag("ul", *items, class_="figures"))


def _others(view: View, kpi: Kpi) -> Iterable[Compared]:
    shown = {held.id for held in _compared(view, kpi)}
    return {held.id: held for held in view.compared(kpi, "benchmark") if held.id not in shown}.values()


def _appended(view: View, kpi: Kpi, held: Compared) -> Markup | None:
    figure = view.benchmark(held.id)
    if figure is None:
        return None
    about = Markup(" ({})").format(own(view, figure.segment)) if figure.segment else ""
    why = Markup(" ({})").format(own(view, figure.because)) if figure.because else ""
    return tag(
        "li",
        tag("b", view.label(kpi), " ", stated_by(view, figure)), about, ", ", view.words.text(KINDS[figure.kind]), ". ",
        own(view, figure.definition), " ", own(view, figure.note), " ",
        tag("small", _capital(industry.verdict(view, held)), why, ". ", industry.cited(view, figure), "."),
    )  # fmt: skip


def stated_by(view: View, figure: Benchmark) -> str:
    """Write what a figure states by itself: its level, else of what part of its panel it speaks."""
    said = _level(view, figure)
    if figure.bounds != (None, None) or view.benchmark(figure.of) is None:
        return said
    return view.words.text("{share} attain {level}", share=share(view, figure), level=said)


def channels_table(view: View) -> Markup:
    """Return the KPIs by channel, in the order of the catalogue; a group too small is not shown."""
    words = view.words
    cells = {(one.kpi, one.channel): one for one in map(measured, records(view.review.channels))
             if one.statistic == view.review.project.kpi(one.kpi).statistic}  # fmt: skip
    kpis = [
        kpi for kpi in view.review.kpis if any(key[0] == kpi.name and c.value is not None for key, c in cells.items())
    ]
    used = [channel for channel in CHANNELS if any((kpi.name, channel) in cells for kpi in kpis)]
    if not used:
        return tag("p", words.text("The data do not say by which channel customers came."), class_="note")
    if len(used) == 1:
        return tag(
            "p",
            words.text("All that is counted came by one channel: {channel}.", channel=words.text(CHANNELS[used[0]])),
        )
    heads = (words.text("KPI"), *(words.text(CHANNELS[channel]) for channel in used))
    rows = [
        tag("tr", tag("th", view.label(kpi), scope="row"), *(
            _of_channel(view, kpi, cells.get((kpi.name, channel)), head)
            for channel, head in zip(used, heads[1:], strict=True)
        ))
        for kpi in kpis
    ]  # fmt: skip
    return table("industry channels", words.text("The KPIs by channel"), heads, rows)


def _of_channel(view: View, kpi: Kpi, now: Measured | None, head: str) -> Markup:
    """Return one cell; a KPI that a channel cannot have leaves it empty."""
    if now is None or (now.value is None and now.reason in (None, "no_rows")):
        return tag("td", data_label=head)
    return tag("td", tag("span", value(view, kpi, now)), data_label=head)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
