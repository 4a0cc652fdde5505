"""The tables beside the scorecard: the industry by kind, and the channels."""

from collections.abc import Iterable, Iterator

from kpitools.benchmarks import Benchmark, is_old
from kpitools.kpi import Kpi
from kpitools.present import industry
from kpitools.present.codes import CHANNELS, KINDS
from kpitools.present.markup import Markup, joined, tag
from kpitools.present.numbers import number, trimmed
from kpitools.present.scorecard import table, value
from kpitools.present.view import Compared, Measured, View, measured, records

SIDE_BY_SIDE = ("aimed_at", "attained", "expected")


def industry_table(view: View) -> Markup:
    """Return the three kinds side by side for each KPI, then every further figure in an appendix."""
    words = view.words
    shown = [kpi for kpi in view.review.kpis if any(_of_kind(view, kpi, kind) for kind in SIDE_BY_SIDE)]
    parts = [tag("p", words.text("There is no published figure for these KPIs."), class_="note")]
    if shown:
        heads = (words.text("KPI"), words.text("Here"), *(_capital(words.text(KINDS[kind])) for kind in SIDE_BY_SIDE))
        rows = [_row(view, kpi, heads) for kpi in shown]
        caption = words.text("What others aim at, what they attain, and what customers accept: three different things")
        parts = [table("industry", caption, heads, rows)]
    return joined([*parts, _appendix(view)])


def _row(view: View, kpi: Kpi, heads: tuple[str, ...]) -> Markup:
    cells = [
        tag("td", joined(_cell(view, held) for held in _of_kind(view, kpi, kind)), data_label=head)
        for kind, head in zip(SIDE_BY_SIDE, heads[2:], strict=True)
    ]
    ours = tag("td", value(view, kpi, view.measured(kpi)), class_="ours", data_label=heads[1])
    return tag("tr", tag("th", view.label(kpi), scope="row"), ours, *cells)


def _of_kind(view: View, kpi: Kpi, kind: str) -> list[Compared]:
    """Return the figures of a kind that compare, wholly or partly, over all channels; each once."""
    found = [c for c in view.compared(kpi, "benchmark") if c.kind == kind and c.comparable != "no"]
    return [held for held in found if held.channel is None]


def _cell(view: View, held: Compared) -> Markup:
    words, figure = view.words, view.benchmark(held.id)
    if figure is None:
        return Markup("")
    said = industry.verdict(view, held) if held.verdict else None
    more = industry.needed(view, held)
    need = words.text("about {n} more cases would tell", n=number(words, more)) if more else None
    return joined(
        (
            tag("span", _level(view, figure)),
            tag("small", said) if said else None,
            tag("small", need) if need else None,
            tag("small", _panel(view, figure)) if figure.share_of_panel is not None else None,
            *(tag("small", words.text("compares in part: {why}", why=why)) for why in _in_part(view, held, figure)),
            tag("small", source(view, figure)),
        )
    )


def _in_part(view: View, held: Compared, figure: Benchmark) -> Iterator[str]:
    """Say why a figure compares in part only: what its file says of it, and that our definition is another."""
    if figure.comparable == "partly":
        yield _own(view, figure.because)
    ours = next(kpi for kpi in view.review.kpis if kpi.name == held.kpi)
    if figure.in_other_definition(ours.name, ours.definition_id):
        yield view.words.text("our definition is another than such figures usually have")


def _level(view: View, figure: Benchmark) -> str:
    """Write what a figure states: its level, or the part of the panel that attains the level it is about."""
    if figure.bounds != (None, None):
        return industry.about(view, figure)
    share = _share(view, figure)
    aim = view.benchmark(figure.of)
    if aim is None:
        return share
    return view.words.text("{share} attain {level}", share=share, level=industry.about(view, aim))


def _share(view: View, figure: Benchmark) -> str:
    words = view.words
    part = words.text("{number}%", number=trimmed(words, 100 * (figure.share_of_panel or 0), 1))
    readings = {
        "about": words.text("about {share}", share=part),
        "over": words.text("over {share}", share=part),
    }
    return readings.get(figure.share_reads, part)


def _panel(view: View, figure: Benchmark) -> str:
    who = _own(view, figure.who) if figure.who else view.words.text("those asked")
    if figure.kind == "attained":
        return view.words.text("among: {who}", who=who)
    return view.words.text("for {share} of: {who}", share=_share(view, figure), who=who)


def _own(view: View, given: object) -> Markup:
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
        parts.append(_own(view, origin.author_panel))
    return Markup(", ").join(parts)


def _appendix(view: View) -> Markup:
    """Return what is observed, practised or required, and what does not compare, with the reason."""
    words = view.words
    heads = (
        words.text("KPI"),
        words.text("Figure"),
        words.text("Kind"),
        words.text("Comparison"),
        words.text("Source"),
    )
    rows = [_appended(view, kpi, held, heads) for kpi in view.review.kpis for held in _others(view, kpi)]
    if not rows:
        return Markup("")
    summary = words.text("Further published figures, and those that do not compare")
    return tag("details", tag("summary", summary), table("industry", words.text("Further figures"), heads, rows))


def _others(view: View, kpi: Kpi) -> Iterable[Compared]:
    shown = {held.id for kind in SIDE_BY_SIDE for held in _of_kind(view, kpi, kind)}
    return {held.id: held for held in view.compared(kpi, "benchmark") if held.id not in shown}.values()


def _appended(view: View, kpi: Kpi, held: Compared, heads: tuple[str, ...]) -> Markup:
    words, figure = view.words, view.benchmark(held.id)
    if figure is None:
        return Markup("")
    level = _level(view, figure) if figure.kind == "attained" or figure.bounds != (None, None) else _share(view, figure)
    said = industry.verdict(view, held)
    because = tag("small", _own(view, figure.because)) if figure.because else None
    about = tag("small", _own(view, figure.segment)) if figure.segment else None
    return tag(
        "tr",
        tag("th", view.label(kpi), tag("small", _own(view, figure.definition)), scope="row"),
        tag("td", tag("span", level), about, data_label=heads[1]),
        tag("td", tag("span", words.text(KINDS[figure.kind])), data_label=heads[2]),
        tag("td", tag("span", said), because, data_label=heads[3]),
        tag("td", tag("small", source(view, figure)), data_label=heads[4]),
    )


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
